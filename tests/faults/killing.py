"""Processes that are killed with SIGKILL at a chosen statement: a laptop's work, and a store that serves.

Every statement a connection runs is a place to be killed at: SQLite's own trace tells of each, BEGIN and COMMIT among
them. A process is forked for each try, so that hundreds of places cost seconds.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.replica import Replica
from sync.system import fault_points


class Countdown:
    """Kills this process when the statement of that number begins; counts them when `at` is 0."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = 0

    def watch(self, connection: sqlite3.Connection) -> None:
        """Count this connection's statements, too."""
        connection.set_trace_callback(self._step)

    def _step(self, _: str) -> None:
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Ended:
    """How a forked piece of work ended: what it reported, and whether it was killed."""

    def __init__(self, status: int, said: str) -> None:
        self.was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self.code = -1 if self.was_killed else os.waitstatus_to_exitcode(status)
        self.said = said.splitlines()


def forked(work: Callable[[Callable[[str], None]], None]) -> Ended:
    """Do `work` in a process of its own; what it tells by its argument is kept even if it is killed right after."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work(lambda line: void(os.write(writing, line.encode() + b"\n")))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        said = told.read()
    _, status = os.waitpid(process, 0)
    return Ended(status, said)


def void(_: object) -> None:
    """Forget a value."""


def on_a_laptop(path: Path, at: int, work: Callable[[Replica, Callable[[str], None]], None]) -> Ended:
    """Work on a laptop's file, killed at statement `at` (0: never; the number of statements is told last)."""

    def do(tell: Callable[[str], None]) -> None:
        replica = Replica.open(path)
        countdown = Countdown(at)
        countdown.watch(replica.connection)
        work(replica, tell)
        tell(str(countdown.seen))

    return forked(do)


class AtPoint:
    """Kills this process when a crash point is reached for the so many-th time; tells of all it passes."""

    def __init__(self, point: str, time: int, tell: Callable[[str], None] = lambda _: None) -> None:
        self.point, self.left, self.tell = point, time, tell
        self._lock = threading.Lock()
        fault_points.listener = self

    def __call__(self, point: str) -> None:
        """The program has come to a point."""
        with self._lock:
            self.tell(f"at {point}")
            self.left -= point == self.point
            if point == self.point and self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def store_killed_at(database: Path, at: int, port: int, point: str = "") -> Iterator[int]:
    """A store that serves on `port` until statement `at` of any of its connections (0: never); its process.

    With a crash point, until that is reached for the `at`-th time.
    """
    process = os.fork()
    if process == 0:
        try:
            if point:
                AtPoint(point, at)
            _serve(database, 0 if point else at, port)
        finally:
            os._exit(1)
    try:
        _wait_until_it_listens(port, process)
        yield process
    finally:
        with_end(process)


def _serve(database: Path, at: int, port: int) -> None:
    from sync.central.http.server import serve
    from sync.central.service.store import open_store
    from sync.central.storage.sqlite import SqliteEngine

    devnull = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(devnull, stream)
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - pytest's own would be written to
    countdown = Countdown(at)
    lock = threading.Lock()
    connect = SqliteEngine._connect

    def watched(self: SqliteEngine) -> sqlite3.Connection:
        connection = connect(self)
        with lock:
            countdown.watch(connection)
        return connection

    SqliteEngine._connect = watched  # type: ignore[method-assign]
    serve(open_store(database), "127.0.0.1", port)


def _wait_until_it_listens(port: int, process: int) -> None:
    for _ in range(500):
        gone, _ = os.waitpid(process, os.WNOHANG)
        if gone:
            return
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("the store does not listen")


def with_end(process: int) -> None:
    """End a process if it is still there, and wait for it."""
    try:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
