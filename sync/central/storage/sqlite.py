"""SQLite as the store's engine: one writer thread with group commit, readers lent out, WAL, durable commits.

Jobs that wait while another commits are taken together into one transaction, each behind a savepoint of its own: one
disk flush serves them all, and one that fails takes back only itself.
"""

from __future__ import annotations

import logging
import os
import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from sync.central.storage.engine import NoDatabase, Result, Row, StorageFault
from sync.central.storage.rescue import write_rescue
from sync.central.storage.spent_codes import SpentNames
from sync.system import sqlite_faults
from sync.system.database_file import OpenFile, has_foreign_log, leave_mark, mark_anew, note_opened, was_opened
from sync.system.fault_points import fault_point
from sync.system.private_files import private_folder, put_in_place

GROUP = 64  # jobs one commit may carry
BUSY_SECONDS = 10.0
_CACHE_KIB = 8_000  # of the writer's: a large push keeps its indexes there instead of writing them page by page
_CHECKPOINT_PAGES = 8_000  # 32 MB of WAL: a large push is not copied into the database at each commit
_TRIES = 5
_log = logging.getLogger("central-store")


class SqliteSession:
    """Statements on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for every row."""
        self._connection.executemany(statement, rows)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query."""
        return self._connection.execute(statement, values).fetchall()

    def each(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query one by one."""
        cursor = self._connection.execute(statement, values)
        try:
            for row in cursor:  # noqa: UP028 - `yield from` would close the cursor by itself
                yield row
        finally:
            with suppress(sqlite3.ProgrammingError):  # a command that failed has let go of the database meanwhile
                cursor.close()

    def row(self, statement: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query."""
        found = self._connection.execute(statement, values).fetchall()
        return found[0] if found else None


class _Job:
    """A transaction somebody waits for."""

    def __init__(self, work: Callable[[SqliteSession], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None


class SqliteEngine:
    """One database file."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise NoDatabase("storage.none", file=path.name)
        if create:
            private_folder(path.parent)
            path.touch(mode=0o600, exist_ok=True)
            SpentNames(path).note_restored()
        self.path = path
        self._spent = SpentNames(path)
        self._rescued: str | None = None  # where the copy of a database that has gone was written
        if not was_opened(path) and has_foreign_log(path):
            raise StorageFault("storage.foreign_log", file=path.name)
        note_opened(path)
        self._readers: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []  # of these; the one used last is taken next
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._file = OpenFile(path)
        try:
            self._writer = self._connect()
            self._writer.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self._bring_up_to_date()
        except sqlite3.Error as error:
            self._file.close()
            raise StorageFault(fault_of(error, path)) from error
        self._thread = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._thread.start()

    def transact(self, work: Callable[[SqliteSession], Result]) -> Result:
        """Do `work` in one durable transaction on the writer thread."""
        job = _Job(work)
        self._jobs.put(job)
        result: Result = job.future.result()
        return result

    def read(self, work: Callable[[SqliteSession], Result]) -> Result:
        """Do `work` on one consistent state, on a reader that nobody else uses meanwhile."""
        try:
            with self._reader() as connection:
                connection.execute("BEGIN")
                try:
                    found = work(SqliteSession(connection))
                finally:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise StorageFault(fault_of(error, self.path)) from error
        if not self._file.is_there():
            self.transact(lambda _: None)  # the writer writes a copy of what is held, and raises
        return found

    def note_spent(self, name: str) -> None:
        """Add a name to those that are spent, beside the database, which a copy of the database leaves as they are."""
        self._spent.add(name)

    def is_spent(self, name: str) -> bool:
        """Whether the file beside the database has this name."""
        return self._spent.has(name)

    def must_be_spent(self) -> list[str]:
        """The names that were spent since the database was last restored."""
        return self._spent.since_restored()

    def close(self) -> None:
        """Finish what is waiting, then close every connection."""
        self._jobs.put(None)
        self._thread.join()
        for connection in [*self._readers, self._writer]:
            connection.close()
        self._file.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        sqlite_faults.begin_with_a_lock(connection, "PRAGMA journal_mode = WAL", self.path, BUSY_SECONDS)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        return connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A reader for as long as it is used: there are as many as were ever used at once, whatever the threads."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
            self._readers.append(connection)
        try:
            yield connection
        finally:
            self._idle.append(connection)

    def _bring_up_to_date(self) -> None:
        """Run the numbered schema files this database has not seen, each in a transaction of its own.

        Raises `StorageFault` for a database of a newer version, whose rules this one does not know.
        """
        (version,) = self._writer.execute("PRAGMA user_version").fetchone()
        scripts = sorted(
            (each for each in files("sync.central.storage").joinpath("schema").iterdir() if each.name.endswith(".sql")),
            key=lambda each: each.name,
        )
        if version > len(scripts):
            ours = self._writer.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'district'")
            key = "storage.newer" if ours.fetchone() else "storage.damaged"
            self._writer.close()
            raise StorageFault(key)
        for number, script in enumerate(scripts[version:], start=version + 1):
            statements = script.read_text(encoding="utf-8")
            self._writer.executescript(f"BEGIN;\n{statements}\nPRAGMA user_version = {number};\nCOMMIT;")

    # --- the writer thread -------------------------------------------------------------------------------------------

    def _write(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            closing = False
            while len(group) < GROUP:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    closing = True
                    break
                group.append(job)
            self._commit(group)
            if closing:
                return

    def _commit(self, group: list[_Job]) -> None:
        for attempt in range(_TRIES):
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                fault_point("store.begun")
                before = self._writer.total_changes
                done = [job for job in group if self._do(job)]
                fault_point("store.written")
                if self._writer.total_changes != before:
                    leave_mark(self._writer)
                if not self._file.is_there():
                    self._take_back()
                    self._fail_gone(group)
                    return
                self._writer.execute("COMMIT")
                if not self._file.is_there():
                    self._fail_gone(group)
                    return
                fault_point("store.committed")
            except sqlite3.Error as error:
                self._take_back()
                if attempt < _TRIES - 1 and "locked" in str(error):
                    time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - spreads load, guards nothing
                    continue
                self._fail(group, error)
                return
            for job in done:
                job.future.set_result(job.result)
            return

    def _do(self, job: _Job) -> bool:
        """Do one job behind its savepoint; False if it failed by itself, which its caller is told at once."""
        if job.future.done():
            return False
        self._writer.execute("SAVEPOINT job")
        try:
            job.result = job.work(SqliteSession(self._writer))
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.IntegrityError):
                raise  # the database itself is in trouble, so the whole group is
            self._writer.execute("ROLLBACK TO job")
            self._writer.execute("RELEASE job")
            job.future.set_exception(StorageFault("storage.misfit"))
            return False
        except BaseException as error:
            self._writer.execute("ROLLBACK TO job")
            self._writer.execute("RELEASE job")
            job.future.set_exception(error)
            return False
        self._writer.execute("RELEASE job")
        return True

    def _take_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def _fail(self, group: list[_Job], error: sqlite3.Error) -> None:
        for job in group:
            if not job.future.done():
                job.future.set_exception(StorageFault(fault_of(error, self.path)))

    def _fail_gone(self, group: list[_Job]) -> None:
        """Sign and keep nothing more; what the open file holds is written beside it once, under another name."""
        if self._rescued is None:
            self._rescued = write_rescue(self._copy_into, self.path)
        for job in group:
            if not job.future.done():
                job.future.set_exception(self._gone())

    def _copy_into(self, target: str) -> None:
        try:
            if self._file.was_written_over and self._writer.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise StorageFault("storage.damaged")
            self._writer.execute("VACUUM INTO ?", (target,))
            _mark_copy(Path(target))
        except sqlite3.Error as error:
            raise StorageFault(fault_of(error)) from error

    def _gone(self) -> StorageFault:
        if not self._rescued:
            return StorageFault("storage.gone", file=self.path)
        return StorageFault("storage.gone_rescued", file=self.path, copy=self._rescued)


def fault_of(error: sqlite3.Error, path: Path | None = None) -> str:
    """Return the key of the sentence for an error of the driver; `path` is the database it was met on."""
    trouble = sqlite_faults.trouble_of(error, path)
    return "storage.gone" if trouble == sqlite_faults.MOVED else f"storage.{trouble}"


# --- the file as a whole ---------------------------------------------------------------------------------------------


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy for its owner alone, also of a database in use, complete on disk before it gets its name."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        _mark_copy(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        put_in_place(part, target)
    except sqlite3.Error as error:
        raise StorageFault(fault_of(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _mark_copy(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        mark_anew(connection)


def is_sound(database: Path, wanted: str) -> bool:
    """Whether a file is an undamaged database in which the query `wanted` finds something; writes nothing beside it."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return answer == "ok" and connection.execute(wanted).fetchone() is not None
    except sqlite3.Error:
        return False


def may_hold(database: Path, wanted: str) -> bool:
    """Whether the query `wanted` finds something in a file, or the file cannot be read and may be somebody's."""
    if not database.exists() or database.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(wanted).fetchone() is not None
    except sqlite3.Error:
        return True


def rest(database: Path) -> bool:
    """Bring everything of a database into its one file; False while another process has it open."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
    return True
