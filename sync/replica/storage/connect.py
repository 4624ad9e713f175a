"""Opening a laptop's file, plain or encrypted: the only module that imports a database driver."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sync.console.full_width import folded
from sync.replica.storage import encryption
from sync.system import sqlite_faults
from sync.system.database_file import has_foreign_log, mark_anew, note_opened, plain_mark, was_opened, was_written_over
from sync.system.private_files import private_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sync.system.database_file import Marks

Connection = sqlite3.Connection
Row = sqlite3.Row
VERSION = sqlite3.sqlite_version
PlainError = sqlite3.Error  # of a file that is not encrypted
Error: tuple[type[Exception], ...] = (PlainError,)  # the other driver's joins it once it is loaded

BUSY_SECONDS = 10.0
CACHE_KIB = 16_000  # taken as pages are read: a county's lists, and the indexes of a large pull, are read from memory
CHECKPOINT_PAGES = 8_000  # 32 MB of WAL, so that a pull does not copy every page at each commit


class ReplicaError(Exception):
    """Something about the local file that the person must know; the text is one plain sentence.

    `reason` names a kind of trouble that has a sentence of its own (`file.REASON`); empty where the class says it all.
    """

    def __init__(self, sentence: str, reason: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason


class Missing(ReplicaError):
    """There is no such file yet."""


class Damaged(ReplicaError):
    """The file is not a replica, or can no longer be read."""


class Newer(Damaged):
    """The file was written by a newer version of this program, which alone can open it."""


class CannotWrite(ReplicaError):
    """The file cannot be written: the disk is full, or the file or folder is read-only. Nothing was half-kept."""


class InUse(CannotWrite):
    """Another program is holding the file."""


class Moved(CannotWrite):
    """The file that is open no longer lies at its path: deleted, renamed or replaced. What is written now is lost."""


class ForeignLog(ReplicaError):
    """The `-wal` beside the file was written over another state of it: the file was copied back. Nothing was opened."""


class Unreadable(ReplicaError):
    """The file cannot be used for a reason that is neither damage nor a refused write."""


class Locked(ReplicaError):
    """The file is encrypted and has not been unlocked."""


class WrongPassphrase(Locked):
    """The passphrase given does not open the file."""


class NoEncryption(ReplicaError):
    """The driver for encrypted files is not installed."""


def connect(path: Path, *, create: bool) -> Connection:
    """A connection with the replica's settings: WAL, FULL (a saved record survives a power cut), no implicit BEGIN.

    An encrypted file wants to be unlocked first; raises `Locked` otherwise.
    """
    if not create and not path.exists():
        raise Missing(f"There is no file {path.name} here yet.")
    try:
        if create:
            private_folder(path.parent)
            path.touch(mode=0o600, exist_ok=True)
        key = encryption.remembered(path)
        _refuse_unopened(path, key)
        return _set_up(sqlite3.connect(path, **_SETTINGS) if key is None else keyed(path, key), path)
    except OSError as error:
        raise explain(error, path) from error
    except Error as error:
        if "not a database" in str(error) and _salt_of(path) is not None:
            raise _locked() from error
        raise explain(error, path) from error


def _locked() -> Locked:
    return Locked("This file is encrypted; its passphrase is wanted.")


def _refuse_unopened(path: Path, key: encryption.Key | None) -> None:
    """Raise `Locked`, `ForeignLog` or `Moved` before a driver opens the file; the first two once for each file.

    A driver without the key would copy the log into an encrypted file before it finds that it cannot read it.
    """
    if was_opened(path):
        if was_written_over(path, _marks(key)):
            raise moved()
        return
    if key is None and _salt_of(path) is not None:
        raise _locked()
    if has_foreign_log(path, _marks(key)):
        raise ForeignLog("The file was copied over another one whose log is still beside it; restore it instead.")
    note_opened(path)


def marks_of(path: Path) -> Marks:
    """Return what reads the mark in a page of a file that is open in this process."""
    return _marks(encryption.remembered(path))


def _marks(key: encryption.Key | None) -> Marks:
    return plain_mark if key is None else _sealed_marks(key)


def _sealed_marks(key: encryption.Key) -> Marks:
    """Return what reads the mark in the first page of an encrypted file: a file of that page alone is opened."""

    def mark(page: bytes, pages: int) -> int | None:
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            alone = Path(folder) / "page"
            with alone.open("wb") as file:
                file.write(page)
                file.truncate(pages * len(page))  # as long as the header says it is at most; takes no room
            connection = keyed(alone, key)
            try:
                (found,) = connection.execute("PRAGMA application_id").fetchone()
            except Error:
                return None
            finally:
                connection.close()
        return int(found) & 0xFFFFFFFF

    return mark


def _set_up(connection: Connection, path: Path) -> Connection:
    try:
        sqlite_faults.begin_with_a_lock(connection, "PRAGMA journal_mode = WAL", path, BUSY_SECONDS)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.create_function("folded", 1, _folded, deterministic=True)
        connection.create_function("sounds_like", 2, _sounds_like, deterministic=True)
    except Error:
        connection.close()
        raise
    return connection


def _folded(text: object) -> str:
    """What SQL compares texts by, as `as_meant` has it."""
    return folded(text) if isinstance(text, str) else ""


def _sounds_like(name: object, typed: object) -> bool:
    """Whether a name has what was typed in its pinyin or initials; for the few names that are not kept by sound."""
    if not (isinstance(name, str) and isinstance(typed, str) and typed and typed.isascii()):
        return False
    from sync.replica.projection.pinyin import initials, spelled

    return typed in initials(name) or typed in spelled(name)


def mark_copy(path: Path, key: encryption.Key | None) -> None:
    """Set a copy that the driver made apart from what it was made of: no log of that fits it."""
    connection = sqlite3.connect(path, **_SETTINGS) if key is None else keyed(path, key)
    try:
        mark_anew(connection)
    finally:
        connection.close()


def is_locked(path: Path) -> bool:
    """Whether the file is encrypted and was not unlocked in this process. Not for a plain file that is open here."""
    return encryption.remembered(path) is None and _salt_of(path) is not None


def unlock(path: Path, passphrase: str) -> encryption.Key | None:
    """Let an encrypted file be opened in this process; None for a plain one. Raises `WrongPassphrase`."""
    if (salt := _salt_of(path)) is None:
        return None
    key = encryption.key_for(salt, passphrase)
    _refuse_unopened(path, key)
    connection = keyed(path, key)
    try:
        sqlite_faults.begin_with_a_lock(connection, "SELECT count(*) FROM sqlite_schema", path, BUSY_SECONDS)
    except Error as error:
        if "not a database" in str(error):
            raise WrongPassphrase("The passphrase does not open this file; nothing was changed.") from error
        raise explain(error, path) from error
    finally:
        connection.close()
    encryption.remember(path, key)
    return key


def keyed(path: Path, key: encryption.Key | None) -> Connection:
    """A bare connection of the driver that reads encrypted files, and plain ones when there is no key."""
    connection: Connection = encrypting_driver().connect(path, **_SETTINGS)
    connection.execute("PRAGMA cipher_log_level = NONE")
    if key is not None:
        connection.execute(f"PRAGMA key = {key.sql}")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


_SETTINGS: dict[str, Any] = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}


def encrypting_driver() -> Any:
    """SQLCipher's driver; raises `NoEncryption` where the extra is not installed."""
    global Error
    from importlib import import_module

    try:
        driver = import_module("sqlcipher3.dbapi2")
    except ImportError as error:
        raise NoEncryption("Encrypted profiles want the extra: pip install 'supervisor-tui[encrypted]'") from error
    Error = (sqlite3.Error, driver.Error)
    return driver


def _salt_of(path: Path) -> bytes | None:
    salt = encryption.salt_of(path)
    if salt is not None and not encryption.is_known(salt):
        raise Damaged("The file was encrypted by a newer version of this program; install that version to open it.")
    return salt


_UNWRITTEN = {
    sqlite_faults.FULL: "the disk is full",
    sqlite_faults.READ_ONLY: "its disk or folder is read-only",
    sqlite_faults.FAILING: "the disk refuses what is written and may be failing",
}


def explain(error: Exception, path: Path | None = None) -> ReplicaError:
    """Return what an error of a driver or of the system means to a person; `path` is the file it was met on."""
    trouble = sqlite_faults.trouble_of(error, path)
    if trouble == sqlite_faults.DAMAGED:
        return Damaged("The local file is damaged or not one of ours.")
    if trouble == sqlite_faults.BUSY:
        return InUse("Another program is holding the file; nothing was lost, try again.")
    if trouble in _UNWRITTEN:
        return CannotWrite(f"The file cannot be written: {_UNWRITTEN[trouble]}. Nothing was lost.", trouble)
    if trouble == sqlite_faults.MOVED:
        return moved()
    if trouble == sqlite_faults.UNEXPECTED:
        said = getattr(error, "strerror", None) or getattr(error, "sqlite_errorname", None) or type(error).__name__
        return Unreadable(f"The local file cannot be used ({said}); nothing was changed.", trouble)
    if trouble == sqlite_faults.UNREADABLE:
        return Unreadable("The disk does not give back what was written on it; nothing was changed.", trouble)
    return CannotWrite(f"The file cannot be used here: {trouble.replace('_', ' ')}. Nothing was lost.", trouble)


def moved(path: Path | None = None) -> Moved:
    """Return the error of a file that no longer lies where it was opened, or at a path that may not be entered."""
    try:
        if path is not None:
            path.stat()
    except PermissionError:
        return Moved("There is no permission to enter the file's folder any more. What is open is kept.", "unreachable")
    except OSError:
        pass
    return Moved("The file is no longer where it was: deleted, renamed or replaced. What is open is kept.", "moved")
