"""Which language a program speaks: what the command line asks for, else what the environment says."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGES = ("zh", "en")


def from_locale() -> str:
    """The language of the environment: Chinese unless a locale of another language is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name, ""):
            spoken = value.partition(".")[0].partition("_")[0].lower()
            return "zh" if spoken in ("zh", "c", "posix", "") else "en"
    return "zh"


def asked_for(arguments: Sequence[str]) -> str:
    """What `--lang` says, wherever it stands in a command line that may be wrong; empty if it says no language."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        option, equals, value = argument.partition("=")
        said = value if equals else following
        if len(option) > 3 and "--lang".startswith(option) and said in LANGUAGES:
            return said
    return ""
