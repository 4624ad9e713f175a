"""A real central store for tests: a district made by the office's own commands, served by a real process."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from sync.central.cli.commands import run
from sync.client.enrolment import join
from sync.console.arguments import finished
from sync.replica import Replica
from tests.warm import umask

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["pytest", "sync.central.http.server", "tests.store"])

UNITS = """id,name,category,parent
u-1,瑶湖水产场党委,farm,
u-2,非公企业联合支部,non_public,u-1
u-3,昌东镇机关支部,town_office,
u-4,困难企业支部,weak_enterprise,
"""


def office(database: Path, *command: str, wanted: int = 0) -> str:
    """Run one `central-store` command; what it printed on stdout (stderr if it was to be refused).

    In this process: hundreds of tests begin with some, and starting Python takes longer than they do.
    """
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as wrong:
        code = finished(run(["--db", str(database), *command]))
    assert code == wanted, wrong.getvalue()
    return (wrong if wanted else printed).getvalue().strip()


class District(msgspec.Struct, kw_only=True):
    """A district for tests: its database, and its people by a short word."""

    database: Path
    people: dict[str, str]
    groups: dict[str, str]
    address: str = ""

    def laptop(self, path: Path, who: str) -> Replica:
        """A laptop that has joined as `who` through the running store."""
        code = office(self.database, "code", self.people[who])
        join(path, self.address, code, f"laptop of {who}")
        return Replica.open(path)


def new_district(folder: Path) -> District:
    """Four units, two groups with two members and one, a liaison officer, the office."""
    database = folder / "central.db"
    units = folder / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    office(database, "init", "--district", "demo", "--name", "示例区")
    office(database, "import", "units", str(units))
    groups = {name: office(database, "group", "add", name) for name in ("first", "second")}
    people = {
        name: office(database, "person", "add", name, "--role", role, *(("--group", group) if group else ()))
        for name, role, group in (
            ("wang", "group", "first"),
            ("li", "group", "first"),
            ("zhao", "group", "second"),
            ("chen", "liaison", ""),
            ("director", "office", ""),
        )
    }
    for unit in ("u-1", "u-2"):
        office(database, "assign", unit, "--group", "first")
    office(database, "assign", "u-3", "--group", "second")
    office(database, "assign", "u-4", "--group", "second", "--liaison", "chen")
    return District(database=database, people=people, groups=groups)


def free_port() -> int:
    """A port nobody listens on, none of those the system gives to connections: a store that ended comes back to it."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def serving(database: Path, port: int = 0) -> Iterator[str]:
    """A real store process; its address. Ends with the block."""
    with serving_process(database, port) as (address, _):
        yield address


@contextmanager
def serving_process(database: Path, port: int = 0, *, ends_in_order: bool = True) -> Iterator[tuple[str, int]]:
    """A real store process; its address and process id. Ends with the block, in order unless it is killed in it.

    It is forked from one that has imported the program: to import it takes longer than to serve a test.
    """
    said, printed = _FORKED.Pipe(duplex=False)
    asked = (dict(os.environ), umask(), str(database), port or free_port(), printed)
    process = _FORKED.Process(target=_serve, args=asked, daemon=True)
    process.start()
    printed.close()
    try:
        with os.fdopen(os.dup(said.fileno()), encoding="utf-8") as lines:
            line = lines.readline()
        assert "http://" in line, "the store did not start"
        assert process.pid is not None
        yield "http://" + line.strip().rpartition("http://")[2], process.pid
    finally:
        process.terminate()
        process.join(10)
        said.close()
        assert process.exitcode == 0 or not ends_in_order, "the store did not end in order"
        process.close()


def _serve(environment: dict[str, str], mask: int, database: str, port: int, printed: Connection) -> None:
    """Be the store process: with the environment and the streams that one of its own would have."""
    os.environ.clear()
    os.environ.update(environment)
    os.umask(mask)
    time.tzset()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream, file in ((0, nowhere), (1, printed.fileno()), (2, nowhere)):
        os.dup2(file, stream)
    sys.stdout, sys.stderr = (open(each, "w", encoding="utf-8") for each in (1, 2))  # noqa: PTH123, SIM115
    sys.exit(run(["--db", database, "serve", "--port", str(port)]))
