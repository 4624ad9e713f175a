"""Machines that die and disks that are full, inside one process: what is on the disk at that moment is what is left."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Crash:
    """A machine dies as statement `at` of its connections begins: `left` is the file it finds when it starts again."""

    def __init__(self, path: Path, left: Path, at: int, struck: Callable[[], None]) -> None:
        self.left = left
        self.has_struck = False
        self._path = path
        self._statements = at
        self._struck = struck

    @contextmanager
    def watching(self, connections: Iterable[sqlite3.Connection]) -> Iterator[None]:
        """Count the statements of these connections."""
        watched = list(connections)
        for connection in watched:
            connection.set_trace_callback(self._step)
        try:
            yield
        finally:
            for connection in watched:
                connection.set_trace_callback(None)

    def _step(self, _: str) -> None:
        self._statements -= 1
        if self._statements == 0:
            for end in ("", "-wal"):  # the third file is memory that all share, and is made anew
                if (file := self._path.with_name(self._path.name + end)).exists():
                    shutil.copy(file, self.left.with_name(self.left.name + end))
            self.has_struck = True
            self._struck()


@contextmanager
def full(connection: sqlite3.Connection, room: int) -> Iterator[None]:
    """A disk with room for so many pages more: SQLite's own limit fails each write beyond as a full disk does."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + room}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA max_page_count = {most}")
