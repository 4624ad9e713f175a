"""The words on screen, Chinese and English side by side, and which language is spoken now.

`t("unit.last_visit")` gives the words of the language set; values in braces are filled in. The tables are in `words_*`:
one room's words a file, both languages in each row, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sync.console.language import LANGUAGES as LANGUAGES
from sync.console.language import from_locale as from_locale

_state = {"language": "zh"}
_learned: dict[str, tuple[str, str]] = {}


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, str]]:
    """Every key with its words: (中文, English). Read when first asked for: a command that prints JSON needs none."""
    from supervisor_tui.locale import (
        words_aside,
        words_attachments,
        words_briefs,
        words_cli,
        words_closing,
        words_commands,
        words_core,
        words_demo,
        words_doctor,
        words_evidence,
        words_file,
        words_forms,
        words_line,
        words_passphrase,
        words_planning,
        words_reports,
        words_requests,
        words_served,
        words_stick,
        words_units,
        words_workbench,
    )
    from sync.console import words_faults, words_templates

    return {
        **words_core.WORDS,
        **words_demo.WORDS,
        **words_doctor.WORDS,
        **words_aside.WORDS,
        **words_attachments.WORDS,
        **words_briefs.WORDS,
        **words_cli.WORDS,
        **words_closing.WORDS,
        **words_commands.WORDS,
        **words_evidence.WORDS,
        **words_faults.WORDS,
        **words_file.WORDS,
        **words_forms.WORDS,
        **words_line.WORDS,
        **words_passphrase.WORDS,
        **words_planning.WORDS,
        **words_reports.WORDS,
        **words_requests.WORDS,
        **words_served.WORDS,
        **words_stick.WORDS,
        **words_templates.WORDS,
        **words_units.WORDS,
        **words_workbench.WORDS,
    }


def t(key: str, /, **values: object) -> str:
    """The words for a key in the language set; an unknown key stands for itself."""
    pair = _learned.get(key) or words().get(key)
    if pair is None:
        return key
    spoken = pair[_state["language"] == "en"]
    return spoken.format(**values) if values else spoken


def has(key: str) -> bool:
    """Whether there are words for a key."""
    return key in _learned or key in words()


def learn(pairs: Mapping[str, tuple[str, str]]) -> None:
    """From now on these words, too, and before all others: what the district itself calls its stages and categories."""
    _learned.clear()
    _learned.update(pairs)


def language() -> str:
    """The language spoken now: `zh` or `en`."""
    return _state["language"]


def set_language(wanted: str) -> None:
    """Speak `zh` or `en` from now on."""
    if wanted in LANGUAGES:
        _state["language"] = wanted
