"""A SQLite file as the file system has it: whether it still lies where it was opened, and whether its log is its own.

**Still there.** In WAL mode SQLite goes on writing into a file that was deleted, renamed or replaced, and what is
written is lost. `OpenFile` keeps device and inode of the file, its `-wal` and its `-shm`, and compares them. A file
that is written over in place keeps its inode: once it was written, its first page has to be one from its log.

**Its own log.** SQLite replays any intact `-wal` over the file beside it, also over an older copy of that file, and so
mixes pages of two moments. Every transaction therefore leaves a mark in the file's header (`application_id`, 32 bits on
page 1, which nothing else uses): a random half of its own behind the random half of the transaction before. A log fits
a file if the first mark in the log follows the file's mark, or if the file's first page is among those in the log. A
copy that SQLite made has a mark of its own (`mark_anew`): its pages lie elsewhere.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

Marks = Callable[[bytes, int], int | None]

ENDINGS = ("", "-wal", "-shm")
_MARK = slice(68, 72)  # of the file's first page: the application id
_HALF = 0xFFFF
_HEADER, _FRAME = 32, 24  # bytes of the log's header, and of each frame's
_MAGIC = (0x377F0682, 0x377F0683)
_SHARED_BYTES = 0x40000002, 510  # where every reader of a file locks it: first byte and length
_SHARED_MARK = 128  # the byte of the -shm file on which every open connection holds a shared lock
_LOOKS, _BETWEEN = 3, 0.02  # a log that another program writes meanwhile is looked at again; seconds


_opened: dict[str, tuple[int, int] | None] = {}  # by this process: such a file is not opened and closed beside SQLite


def was_opened(path: Path) -> bool:
    """Whether this process has the file open, or has had it, so that its log was looked at then."""
    return (name := _name(path)) in _opened and _opened[name] == _identity(_stat(name))


def note_opened(path: Path) -> None:
    """Remember that this process opens the file now."""
    _opened[_name(path)] = _identity(_stat(_name(path)))


def _name(path: Path) -> str:
    return os.fspath(path.absolute())


def plain_mark(page: bytes, _: int = 0) -> int | None:
    """Return the mark in the first page of a file that is not encrypted."""
    return int.from_bytes(page[_MARK], "big") if len(page) >= 100 else None


class OpenFile:
    """Which file a connection has open; made right before it is opened, closed right after that is closed.

    `marks`: as in `has_foreign_log`.
    """

    def __init__(self, path: Path, marks: Marks = plain_mark) -> None:
        self._paths = [f"{os.fspath(path)}{ending}" for ending in ENDINGS]
        self._seen = [_identity(_stat(each)) for each in self._paths]
        self._marks = marks
        self._held = _Held.take(self._paths[0])

    def is_there(self) -> bool:
        """Whether the file at the path, and its log, are still those that are open, and SQLite's. Costs three stats."""
        found = [_stat(each) for each in self._paths]
        for number, each in enumerate(found):
            now, seen = _identity(each), self._seen[number]
            if seen is None:
                self._seen[number] = now
            elif now != seen:
                return False
        return self._held is None or self._held.is_from_its_log(self._paths[0], found[0], self._marks)

    @property
    def was_written_over(self) -> bool:
        """Whether another file was copied into this one, so that what is read through it may be of both."""
        return self._held is not None and self._held.mixed

    def close(self) -> None:
        """Let go of the file."""
        if self._held is not None:
            self._held.let_go()
            self._held = None


class _Held:
    """A file's descriptor, shared by all who have the file open in this process: closing one drops everybody's locks.

    `written`: when it was last seen to be written, and its length then.
    """

    _all: ClassVar[dict[tuple[int, int], _Held]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, number: int, path: str, found: os.stat_result) -> None:
        self.number = number
        self.written = _written(found)
        self._path = path
        self._identity = found.st_dev, found.st_ino
        self.mixed = False
        self._holders = 0

    @classmethod
    def of(cls, path: str) -> _Held | None:
        """Return the one of the file at `path` if this process has that open."""
        identity = _identity(_stat(path))
        return cls._all.get(identity) if identity else None

    @classmethod
    def take(cls, path: str) -> _Held | None:
        """Return the descriptor of the file at `path`; None where there is none, or where it would bar a renaming."""
        if sys.platform == "win32":
            return None
        with cls._guard:
            held = cls.of(path)
            if held is None:
                try:
                    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                except OSError:
                    return None
                held = cls(number, path, os.fstat(number))
                cls._all[held._identity] = held
            held._holders += 1
            return held

    def is_from_its_log(self, path: str, found: os.stat_result | None, marks: Marks) -> bool:
        """Whether what was written into the file since the last look came from its log, and not from another file."""
        written, log = _written(found), Path(f"{path}-wal")
        if written == self.written or not log.exists() or log.stat().st_size <= _HEADER:
            return True  # an empty log is looked at once something stands in it
        if _looked_at(lambda: _fits(self._first_page, Path(path), log, marks, False)):
            self.written = written
            return True
        if not self.mixed:
            self.mixed = True
            self._keep_from_log()
        return False

    def _first_page(self, size: int) -> bytes:
        """Return the first page as it stands in the file, whatever its log says."""
        if sys.platform == "win32":
            return b""
        return os.pread(self.number, size, 0)

    def let_go(self) -> None:
        """Close it once nobody has the file open any more."""
        with self._guard:
            self._holders -= 1
            if not self._holders:
                del self._all[self._identity]
                _opened.pop(_name(Path(self._path)), None)
                os.close(self.number)

    def _keep_from_log(self) -> None:
        """Let nobody copy the log into this file, as SQLite does when it closes it: it is another file's log.

        The descriptor, and its lock, stay until the process ends.
        """
        if sys.platform != "linux":
            return
        import fcntl
        from struct import pack

        with self._guard:
            self._holders += 1
        lock = pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, *_SHARED_BYTES, 0)
        with suppress(OSError):
            fcntl.fcntl(self.number, fcntl.F_OFD_SETLK, lock)


def was_written_over(path: Path, marks: Marks = plain_mark) -> bool:
    """Whether another file was copied into this one while this process has it open."""
    name = os.fspath(path)
    held = _Held.of(name)
    return held is not None and not held.is_from_its_log(name, _stat(name), marks)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - before and after every transaction: a Path costs as much again
    except OSError:
        return None


def _identity(found: os.stat_result | None) -> tuple[int, int] | None:
    return None if found is None else (found.st_dev, found.st_ino)


def _written(found: os.stat_result | None) -> tuple[int, int]:
    """When a file was last written, and how long it is."""
    return (0, 0) if found is None else (found.st_mtime_ns, found.st_size)


def leave_mark(connection: Any) -> None:
    """Write a new mark into the file's header, as part of the transaction that is open."""
    (before,) = connection.execute("PRAGMA application_id").fetchone()
    connection.execute(f"PRAGMA application_id = {_signed(next_mark(before))}")


def mark_anew(connection: Any, schema: str = "main") -> None:
    """Give a copy a random mark, so that no other file's log is taken for its own."""
    connection.execute(f"PRAGMA {schema}.application_id = {_signed(int.from_bytes(os.urandom(4), 'big'))}")


def next_mark(before: int) -> int:
    """Return a mark that follows another one."""
    return (before & _HALF) << 16 | int.from_bytes(os.urandom(2), "big")


def _signed(mark: int) -> int:
    return mark - (1 << 32) if mark >= 1 << 31 else mark


def has_foreign_log(path: Path, marks: Marks = plain_mark) -> bool:
    """Whether the log beside a file was not written over this file, so that the two must not be opened together.

    `marks`: reads the mark in a first page, given the page and how many pages the file may have; None if it cannot.
    Never for a file that this process has open: closing it here would drop SQLite's locks on it.
    """
    log = Path(f"{os.fspath(path)}-wal")

    def page(size: int) -> bytes:
        with path.open("rb") as file:
            return file.read(size)

    return not _looked_at(lambda: log.stat().st_size <= _HEADER or _fits(page, path, log, marks, True))


def _looked_at(fits: Callable[[], bool]) -> bool:
    """Whether a log fits its file, looked at again while another program may be writing them; one that is gone does."""
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN)
        try:
            if fits():
                return True
        except FileNotFoundError:
            return True
    return False


def _fits(first: Callable[[int], bytes], path: Path, log: Path, marks: Marks, unread: bool) -> bool:
    """Whether a log was written over its file, whose first page `first` reads; `unread`: the same where it cannot."""
    with log.open("rb", buffering=0) as stream:  # of each frame its head alone is read
        header = stream.read(_HEADER)
        if len(header) < _HEADER or int.from_bytes(header[:4], "big") not in _MAGIC:
            return True  # SQLite takes no notice of it
        size = int.from_bytes(header[8:12], "big")
        if size < 512 or size > 65_536:
            return True
        page = first(size)
        frames = list(_frames(stream, header[16:24], size))
        begun = None
        for place in (place for number, _, place in frames if number == 1):
            stream.seek(place)
            logged = stream.read(size)
            if logged == page or len(logged) < size:
                return True
            begun = begun or logged
    pages = max([path.stat().st_size // size, *(committed for _, committed, _ in frames)])
    if begun is None:
        return True
    if len(page) < size or (mine := marks(page, pages)) is None:
        return unread  # nothing has been written into it, or its pages cannot be read: SQLite will say so
    return _follows(marks(begun, pages), mine)


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
