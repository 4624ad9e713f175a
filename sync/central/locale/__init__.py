"""The office's words, Chinese and English side by side, and which language its commands speak now.

`t("stats.name")` gives the words of the language set; values in braces are filled in. The tables are in `words_*`: one
room's words a file, both languages in each row. What goes over the line is English whatever is set here: laptops
translate by code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sync.console.language import LANGUAGES, asked_for, from_locale

if TYPE_CHECKING:
    from sync.model.fields import Fault

_OF_FIELDS = ("more_than", "sum_more_than", "together")  # what these want names fields
_IDS = re.compile(r"[a-z_]+")
_state = {"language": "zh"}


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, str]]:
    """Every key with its words: (中文, English)."""
    from sync.central.locale import words_fields, words_files, words_office, words_tables, words_upkeep
    from sync.console import words_faults, words_templates

    ours = (words_fields, words_files, words_office, words_tables, words_upkeep)
    return {key: pair for room in (words_faults, words_templates, *ours) for key, pair in room.WORDS.items()}


def t(key: str, /, **values: object) -> str:
    """The words for a key in the language set; an unknown key stands for itself."""
    return _in(_state["language"], key, values)


def english(key: str, /, **values: object) -> str:
    """The English words for a key."""
    return _in("en", key, values)


def _in(language: str, key: str, values: dict[str, object]) -> str:
    pair = words().get(key)
    if pair is None:
        return key
    spoken = pair[language == "en"]
    return spoken.format(**values) if values else spoken


def has(key: str) -> bool:
    """Whether there are words for a key."""
    return key in words()


def field_words(name: str) -> str:
    """A field as the office calls it; of a member of a set (`answer.ITEM`) the set's name and the member."""
    if has(f"field.{name}"):
        return t(f"field.{name}")
    family, dot, member = name.partition(".")
    return f"{t(f'field.{family}')}.{member}" if dot and has(f"field.{family}") else name


def fault_words(fault: Fault) -> str:
    """What is wrong with a field of a record: `FIELD: why`."""
    return f"{field_words(fault.field)}: {why_words(fault)}"


def why_words(fault: Fault) -> str:
    """What is wrong with a field, without its name."""
    key = f"fault.{fault.code}"
    wanted = _IDS.sub(lambda found: field_words(found[0]), fault.wanted) if fault.code in _OF_FIELDS else fault.wanted
    return t(key, wanted=wanted) if has(key) else str(fault)


def language() -> str:
    """The language spoken now: `zh` or `en`."""
    return _state["language"]


def set_language(wanted: str) -> None:
    """Speak `zh` or `en` from now on."""
    if wanted in LANGUAGES:
        _state["language"] = wanted


def wanted_language(arguments: Sequence[str]) -> str:
    """The language of a command: `--lang`, else CENTRAL_STORE_LANG, else the locale."""
    said = asked_for(arguments) or os.environ.get("CENTRAL_STORE_LANG", "")
    return said if said in LANGUAGES else from_locale()
