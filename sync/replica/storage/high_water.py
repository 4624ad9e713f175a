"""How far a laptop's file was ever kept, noted in a small file beside it, so that an older copy put back is noticed.

The file counts its durable transactions. The count is noted beside it once the disk has the transaction, so that a
process that is killed, or a machine that loses power, leaves a note that is behind the file, never ahead of it. A file
that is behind its note is an older one. `restore` and `join`, which put another file in place on purpose, remove the
note; an exchange that succeeds makes it say what the file says, since the office has then given back what it had.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

KEPT = "kept"  # setting: how many durable transactions the file has had
ENDING = ".kept"
_DIGITS = 20  # always as many, so that one write replaces the note whole
_COUNT = (
    "INSERT INTO setting VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    " RETURNING value"
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sync.replica.storage.connect import Connection


class HighWater:
    """The note beside one file, as it was when the file was opened; made before the file is read."""

    def __init__(self, path: Path) -> None:
        self._file = _beside(path)
        self.highest = noted(path)
        self._accepts = False

    def accept(self) -> None:
        """Let the next transaction be the newest, whatever was noted before."""
        self._accepts = True

    def note(self, count: int, *, is_durable: bool) -> None:
        """Note the count of a transaction that is kept; a note that cannot be written is behind, and alarms nobody."""
        if self._accepts and not is_durable:
            count = 0
        elif not is_durable or (count <= self.highest and not self._accepts):
            return
        with suppress(OSError):
            held = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.write(held, b"%0*d\n" % (_DIGITS, count))
            finally:
                os.close(held)
        self.highest, self._accepts = count, False


def add_one(connection: Connection) -> int:
    """Count the transaction that is open; how many that makes."""
    return int(connection.execute(_COUNT, (KEPT,)).fetchone()[0])


def noted(path: Path) -> int:
    """The count noted beside the file at `path`; 0 where there is none that can be read."""
    try:
        return int(_beside(path).read_bytes()[:_DIGITS])
    except (OSError, ValueError):
        return 0


def forget(path: Path) -> None:
    """Remove the note: another file is put in place on purpose, or the file is done away with."""
    _beside(path).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ENDING)
