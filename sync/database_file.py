"""A SQLite file as the file system has it: whether it still lies where it was opened, and whether its log is its own.

**Still there.** In WAL mode SQLite goes on writing into a file that was deleted, renamed or replaced, and what is
written is lost. `OpenFile` keeps device and inode of the file, its `-wal` and its `-shm`, and compares them.

**Its own log.** SQLite replays any intact `-wal` over the file beside it, also over an older copy of that file, and so
mixes pages of two moments. Every transaction therefore leaves a mark in the file's header (`application_id`, 32 bits on
page 1, which nothing else uses): a random half of its own behind the random half of the transaction before. A log fits
a file if the first mark in the log follows the file's mark, or if the file's mark is among those in the log.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

Marks = Callable[[bytes, int], int | None]

ENDINGS = ("", "-wal", "-shm")
_MARK = slice(68, 72)  # of the file's first page: the application id
_HALF = 0xFFFF
_HEADER, _FRAME = 32, 24  # bytes of the log's header, and of each frame's
_MAGIC = (0x377F0682, 0x377F0683)
_SHARED_MARK = 128  # the byte of the -shm file on which every open connection holds a shared lock
_LOOKS, _BETWEEN = 3, 0.02  # a log that another program writes meanwhile is looked at again; seconds


_opened: set[str] = set()  # by this process, and perhaps still open: such a file is not opened and closed beside SQLite


def was_opened(path: Path) -> bool:
    """Whether this process has opened the file before, so that its log was looked at then."""
    return os.fspath(path.absolute()) in _opened


def note_opened(path: Path) -> None:
    """Remember that this process opens the file now."""
    _opened.add(os.fspath(path.absolute()))


class OpenFile:
    """Which file a connection has open; made right after it was opened."""

    def __init__(self, path: Path) -> None:
        self._paths = [f"{os.fspath(path)}{ending}" for ending in ENDINGS]
        self._seen: list[tuple[int, int] | None] = [_identity(each) for each in self._paths]

    def is_there(self) -> bool:
        """Whether the file at the path, and its log, are still those that are open. Costs three stats."""
        for number, path in enumerate(self._paths):
            now, seen = _identity(path), self._seen[number]
            if seen is None:
                self._seen[number] = now
            elif now != seen:
                return False
        return True


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - before and after every transaction: a Path costs as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino


def leave_mark(connection: Any) -> None:
    """Give the transaction that is open its mark in the file."""
    (before,) = connection.execute("PRAGMA application_id").fetchone()
    connection.execute(f"PRAGMA application_id = {_signed(next_mark(before))}")


def next_mark(before: int) -> int:
    """Return a mark that follows another one."""
    return (before & _HALF) << 16 | int.from_bytes(os.urandom(2), "big")


def _signed(mark: int) -> int:
    return mark - (1 << 32) if mark >= 1 << 31 else mark


def plain_mark(page: bytes, _: int = 0) -> int | None:
    """Return the mark in the first page of a file that is not encrypted."""
    return int.from_bytes(page[_MARK], "big") if len(page) >= 100 else None


def has_foreign_log(path: Path, marks: Marks = plain_mark) -> bool:
    """Whether the log beside a file was not written over this file, so that the two must not be opened together.

    `marks`: reads the mark in a first page, given the page and how many pages the file may have; None if it cannot.
    Never for a file that this process has open: closing it here would drop SQLite's locks on it.
    """
    log = Path(f"{os.fspath(path)}-wal")
    for look in range(_LOOKS):
        try:
            if log.stat().st_size <= _HEADER:
                return False
            if look:
                time.sleep(_BETWEEN)
            if _fits(path, log, marks):
                return False
        except FileNotFoundError:
            return False
    return True


def _fits(path: Path, log: Path, marks: Marks) -> bool:
    with log.open("rb") as stream:
        header = stream.read(_HEADER)
        if len(header) < _HEADER or int.from_bytes(header[:4], "big") not in _MAGIC:
            return True  # SQLite takes no notice of it
        size = int.from_bytes(header[8:12], "big")
        if size < 512 or size > 65_536:
            return True
        with path.open("rb") as file:
            page = file.read(size)
        frames = list(_frames(stream, header[16:24], size))
        pages = max([path.stat().st_size // size, *(committed for _, committed, _ in frames)])
        mine = marks(page, pages)
        if mine is None:
            return True  # nothing has been written into it, or its pages cannot be read: SQLite will say so
        is_first = True
        for number, _, place in frames:
            if number != 1:
                continue
            stream.seek(place)
            logged = stream.read(size)
            if logged == page or len(logged) < size or (is_first and _follows(marks(logged, pages), mine)):
                return True
            is_first = False
    return is_first


def _frames(log: BinaryIO, salts: bytes, size: int) -> Iterator[tuple[int, int, int]]:
    """Each frame of a log: its page's number, the file's pages where it ends a transaction, and where its page stands.

    `salts`: those of the log's header; frames with others are left from an earlier log in the same file.
    """
    place = _HEADER
    while len(frame := log.read(_FRAME)) == _FRAME and frame[8:16] == salts:
        yield int.from_bytes(frame[:4], "big"), int.from_bytes(frame[4:8], "big"), place + _FRAME
        place += _FRAME + size
        log.seek(place)


def _follows(mark: int | None, before: int) -> bool:
    """Whether a transaction with this mark comes right after one with the mark `before`, or left no mark of its own.

    A mark that cannot be read where the file's can is of a log under another key.
    """
    return mark is not None and (mark == before or mark >> 16 == before & _HALF)


def is_open_elsewhere(path: Path) -> bool:
    """Whether another process holds SQLite's own mark that it has the file open, encrypted or not.

    Never for a file this process has open.
    """
    if sys.platform == "win32":
        return False  # there a folder with an open file cannot be renamed
    import fcntl

    try:
        held = os.open(path.with_name(path.name + "-shm"), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _SHARED_MARK)
    except OSError:
        return True
    finally:
        os.close(held)
    return False
