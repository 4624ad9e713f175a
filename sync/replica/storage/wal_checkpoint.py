"""The write-ahead log of a laptop's file, copied into the file while more is being written.

Left to itself, SQLite copies at the end of the commit that has made the log long, and whoever is writing waits for the
disk. While much arrives, a thread with a connection of its own copies beside the work on the next part.
"""

from __future__ import annotations

from contextlib import closing, suppress
from threading import Thread
from types import TracebackType
from typing import Self

from sync.replica.replica import Replica
from sync.replica.storage import connect

_LONGEST = 16_000  # pages of log; SQLite begins it anew only when it is copied whole, which nobody's writing may outrun


class Checkpoints:
    """Copies the log of a replica from time to time, as `start` says; leaving the context waits for the last copy."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._copying: Thread | None = None
        self._pages = 0  # of log, when it was last copied

    def start(self) -> None:
        """Copy what was written so far, in a thread; at once where the log has become too long to wait for that."""
        if self._copying is None:
            self._replica.connection.execute(f"PRAGMA wal_autocheckpoint = {2 * _LONGEST}")
        else:
            self._copying.join()
        self._copying = Thread(target=self._copy, name="checkpoint")
        self._copying.start()
        if self._pages >= _LONGEST:
            self._copying.join()

    def _copy(self) -> None:
        with (
            suppress(connect.ReplicaError, *connect.Error),  # a commit meets the same, and says so to somebody
            closing(connect.connect(self._replica.path, create=False)) as connection,
        ):
            _, self._pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._copying is not None:
            self._copying.join()
            self._replica.connection.execute(f"PRAGMA wal_autocheckpoint = {connect.CHECKPOINT_PAGES}")
