"""What an error of SQLite's driver, or of the system, means for a database file: one word for each kind of trouble.

Both programs turn the word into a sentence. A file is called damaged for SQLITE_CORRUPT and SQLITE_NOTADB alone.
"""

from __future__ import annotations

import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

FULL, READ_ONLY, BUSY, DAMAGED, UNREADABLE, FAILING = (
    "full",
    "read_only",
    "busy",
    "damaged",
    "unreadable",
    "failing",
)
NO_LOCKS, NO_SHARED_MEMORY, NAME_TOO_LONG, DENIED, MOVED = (
    "no_locks",
    "no_shared_memory",
    "name_too_long",
    "denied",
    "moved",
)
UNEXPECTED = "unexpected"

_EXTENDED = {  # SQLite's extended result codes
    266: UNREADABLE,  # SQLITE_IOERR_READ
    522: UNREADABLE,  # SQLITE_IOERR_SHORT_READ
    8458: UNREADABLE,  # SQLITE_IOERR_CORRUPTFS
    2058: NO_LOCKS,  # SQLITE_IOERR_UNLOCK
    2314: NO_LOCKS,  # SQLITE_IOERR_RDLOCK
    3594: NO_LOCKS,  # SQLITE_IOERR_CHECKRESERVEDLOCK
    3850: NO_LOCKS,  # SQLITE_IOERR_LOCK
    4618: FULL,  # SQLITE_IOERR_SHMOPEN: the file beside cannot be made as long as it must be, mostly for want of room
    4874: FULL,  # SQLITE_IOERR_SHMSIZE
    5130: NO_LOCKS,  # SQLITE_IOERR_SHMLOCK
    5386: NO_SHARED_MEMORY,  # SQLITE_IOERR_SHMMAP
    1032: MOVED,  # SQLITE_READONLY_DBMOVED
}
_PRIMARY = {
    3: NO_LOCKS,  # SQLITE_PERM: the system refused a lock
    5: BUSY,
    6: BUSY,  # SQLITE_LOCKED
    8: READ_ONLY,
    10: FAILING,  # SQLITE_IOERR: of those left, all are refused writes
    11: DAMAGED,  # SQLITE_CORRUPT
    13: FULL,
    14: READ_ONLY,  # SQLITE_CANTOPEN
    15: NO_LOCKS,  # SQLITE_PROTOCOL
    26: DAMAGED,  # SQLITE_NOTADB
}
_OF_THE_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
    errno.EIO: FAILING,
    errno.ENOLCK: NO_LOCKS,
    errno.ENAMETOOLONG: NAME_TOO_LONG,
}
_FILE_BESIDE = (4618, 4874)
_FIRST_TRY_MS = 200  # to wait for a lock before it is looked at whether there are any
_PAGES = 64 * 1024  # bytes that a probe writes
_LONGEST_PATH, _LONGEST_NAME = 500, 240  # bytes; SQLite takes 512 of a path, a file system 255 of a name, with `-wal`


def trouble_of(error: Exception, path: Path | None = None) -> str:
    """Return the word for an error of a SQLite driver or an `OSError`; `path` is the database it was met on.

    With `path`, what SQLite cannot tell apart is looked at: a name too long, a file system without locks, a quota used
    up (which SQLite takes for a failing disk).
    """
    if isinstance(error, OSError):
        return _OF_THE_SYSTEM.get(error.errno or 0, UNEXPECTED)
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return _by_its_words(str(error).lower())
    found = _EXTENDED.get(code) or _PRIMARY.get(code & 0xFF, UNEXPECTED)
    if path is not None and code & 0xFF == 14 and _is_too_long(path):
        return NAME_TOO_LONG
    if path is not None and found == BUSY and not can_lock(path.parent):
        return NO_LOCKS
    if path is not None and (found == FAILING or code in _FILE_BESIDE):
        return _refusal_of(path.parent, found)
    return found


def _refusal_of(folder: Path, otherwise: str) -> str:
    """Why the disk under a folder takes no page more; `otherwise` if it takes one now."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PAGES))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return _OF_THE_SYSTEM.get(error.errno or 0, otherwise)
    return otherwise


def _by_its_words(text: str) -> str:
    """The same for an error that carries no code: one that a test or an older driver made."""
    words = (
        ("full", FULL),
        ("readonly", READ_ONLY),
        ("read-only", READ_ONLY),
        ("unable to open", READ_ONLY),
        ("disk i/o", FAILING),
        ("locked", BUSY),
        ("busy", BUSY),
        ("malformed", DAMAGED),
        ("not a database", DAMAGED),
    )
    return next((word for said, word in words if said in text), UNEXPECTED)


def _is_too_long(path: Path) -> bool:
    absolute = os.fsencode(path.absolute())
    return len(absolute) > _LONGEST_PATH or any(len(part) > _LONGEST_NAME for part in absolute.split(os.sep.encode()))


def begin_with_a_lock(connection: Any, statement: str, path: Path, patience: float) -> None:
    """Run the first statement that locks a file, waiting so many seconds for another program that holds it.

    A file system without locks answers as if the file were always held: then nobody waits, and the error is raised.
    """
    connection.execute(f"PRAGMA busy_timeout = {_FIRST_TRY_MS}")
    try:
        connection.execute(statement).fetchall()
    except Exception as error:
        if trouble_of(error, path) != BUSY:
            raise
        connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        connection.execute(statement).fetchall()
    else:
        connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")


def can_lock(folder: Path) -> bool:
    """Whether the file system of a folder has locks: SQLite reports one without as a file that is always locked."""
    if sys.platform == "win32":
        return True
    import fcntl
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.ENOLCK, errno.EPERM, errno.ENOTSUP, errno.ENOSYS)
    return True
