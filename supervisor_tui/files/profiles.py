"""Where a person's files are: the home folder of the program, and in it one folder a profile.

`--home DIR` or `SUPERVISOR_TUI_HOME` name the home; otherwise it is platformdirs' data directory.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from sync.console.named_files import given_path

FILE_NAME = "replica.db"
_PLAIN = re.compile(r"[\w-]{1,40}")


class BadProfileName(ValueError):
    """A profile's name that could lead out of the home folder or cannot be a folder's name."""


def home(given: str | None = None) -> Path:
    """The home folder: the one given, else the environment's, else the platform's."""
    chosen = given or os.environ.get("SUPERVISOR_TUI_HOME")
    if chosen:
        return given_path(chosen)
    from platformdirs import user_data_path

    return user_data_path("supervisor-tui", appauthor=False)


def profile_file(home_folder: Path, name: str) -> Path:
    """The file of one profile; raises `BadProfileName` unless it is 1 to 40 letters, digits, `_` or `-`."""
    if not _PLAIN.fullmatch(name):
        raise BadProfileName("A profile's name is 1 to 40 letters, digits, _ or -.")
    return home_folder / "profiles" / name / FILE_NAME
