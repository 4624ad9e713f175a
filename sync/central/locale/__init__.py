"""The messages of the central store's commands, and the language set.

`t("stats.name")` returns the text in the language set; values in braces are filled in. The texts stand in
`LANGUAGE.json` beside this file, those of `--help` in `help.LANGUAGE.json`. What goes over the line is English
whatever is set here: laptops translate by code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sync.console.catalog import SHARED, Catalog
from sync.console.language import LANGUAGES, asked_for, from_locale

if TYPE_CHECKING:
    from sync.model.fields import Fault

_OF_FIELDS = ("more_than", "sum_more_than", "together")  # what these want names fields
_IDS = re.compile(r"[a-z_]+")
FOLDER = __path__[0]
_catalog = Catalog(SHARED, FOLDER)

t = _catalog.t
has = _catalog.has
words = _catalog.words
set_language = _catalog.set_language


def english(key: str, /, **values: object) -> str:
    """Return the English text for a key."""
    return _catalog.text_in("en", key, **values)


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
    """Return the language set: `zh` or `en`."""
    return _catalog.language


def wanted_language(arguments: Sequence[str]) -> str:
    """The language of a command: `--lang`, else CENTRAL_STORE_LANG, else the locale."""
    said = asked_for(arguments) or os.environ.get("CENTRAL_STORE_LANG", "")
    return said if said in LANGUAGES else from_locale()
