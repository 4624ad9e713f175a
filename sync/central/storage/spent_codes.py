"""The names of what is spent for good (hashes of enrolment codes), in a file beside the database.

A copy of the database that is put back leaves this file as it is, so it knows more than the copy does.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

_RESTORED = "-"  # a line: the database was restored, or made, here; what was spent before is no news
_log = logging.getLogger("central-store")


class SpentNames:
    """The file of one database: a name a line, only ever added to."""

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(f"{database.name}.spent")

    def add(self, name: str) -> None:
        """Add a name, durably; a file that cannot be written is noted in the log alone."""
        try:
            held = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(held, name.encode() + b"\n")
                os.fsync(held)
            finally:
                os.close(held)
        except OSError as error:  # the database has it; this is for the day when an older one comes back
            _log.warning("storage: %s cannot be written: %s", self._file.name, error.strerror)

    def note_restored(self) -> None:
        """Note that the database was restored or made anew, so that it need not know what was spent before."""
        if self._lines():
            self.add(_RESTORED)

    def has(self, name: str) -> bool:
        """Whether this name was ever spent."""
        return name in self._lines()

    def since_restored(self) -> list[str]:
        """The names spent since the database was last restored, or ever: those that it must know."""
        lines = self._lines()
        begin = max((place + 1 for place, line in enumerate(lines) if line == _RESTORED), default=0)
        return [line for line in lines[begin:] if line]

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text(encoding="ascii", errors="replace").split("\n")
        except OSError:
            return []
