"""Kill points at random: a laptop in a save, a laptop in an exchange, a store in an exchange; what was lost.

`python -m tests.faults kills --points 1000` takes many; the tests take a few of each kind every time.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from sync.client import http
from sync.client.session import NoConnection, exchange
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.projection.tables import heads
from tests.faults.counting import Outcome, bodies_on, bodies_stored
from tests.faults.killing import on_a_laptop, store_killed_at
from tests.rows import dump
from tests.store import District, free_port

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "补发必读篇目",
    "due_on": "2026-09-25",
    "opened_on": "2026-09-01",
    "status": "open",
}
WHERE = ("laptop, in a save", "laptop, in an exchange", "store, in an exchange")
_STATEMENTS_OF_A_STORE = 40  # of one exchange of the scene, and some that it never reaches


@contextmanager
def without_waiting() -> Iterator[None]:
    """Leave out the waits between tries, not the tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "_drawn", lambda _: 0.01)
        patch.setattr(http, "_retry_after", lambda _: 0.0)
        yield


class Scene:
    """A laptop with work to send and to fetch, and the store as it stood then; copied for every kill."""

    def __init__(self, live: District, folder: Path) -> None:
        self.folder = folder
        self.laptop = folder / "a.db"
        self.database = live.database
        with live.laptop(self.laptop, "wang") as wang, live.laptop(folder / "b.db", "director") as director:
            exchange(wang)
            exchange(director)
            for _ in range(3):
                edits.create(director, "liaison_note", "u-1", NOTE)
                edits.create(director, "follow_up", "u-2", FOLLOW_UP)
            exchange(director)
            for unit in ("u-1", "u-2", "u-1"):
                edits.create(wang, "liaison_note", unit, NOTE)
            self.written = {*bodies_on(director), *bodies_on(wang)}
            self.shown = set(bodies_on(wang)) | of_units(director, "u-1", "u-2")

    @contextmanager
    def taken(self, laptop: Path | None = None, store: Path | None = None) -> Iterator[tuple[Path, Path]]:
        """Copies of the laptop and of the store's database, where they are wanted."""
        folders = (laptop or self.folder) / "try-laptop", (store or self.folder) / "try-store"
        yield copied(self.laptop, folders[0]), copied(self.database, folders[1])
        for folder in folders:
            shutil.rmtree(folder)

    def strike(self, where: str, at: int, laptop: Path, database: Path) -> tuple[bool, set[str]]:
        """Kill at statement `at`: whether it was reached, and the bodies that were told kept until then."""
        if where == "laptop, in a save":
            ended = on_a_laptop(laptop, at, _save)
            return ended.was_killed, {line for line in ended.said if line.startswith("sha256:")}
        port = free_port()
        moved(laptop, port)
        if where == "laptop, in an exchange":
            with store_killed_at(database, 0, port):
                return on_a_laptop(laptop, at, _exchange).was_killed, set()
        with store_killed_at(database, at, port) as process, Replica.open(laptop) as replica:
            with suppress(NoConnection):
                exchange(replica)
            return is_gone(process), set()

    def statements(self, where: str) -> int:
        """How many statements the work of a laptop runs."""
        if where == "store, in an exchange":
            return _STATEMENTS_OF_A_STORE
        with self.taken() as (laptop, database):
            if where == "laptop, in a save":
                return int(on_a_laptop(laptop, 0, _save).said[-1])
            port = free_port()
            moved(laptop, port)
            with store_killed_at(database, 0, port):
                return int(on_a_laptop(laptop, 0, _exchange).said[-1])

    def recover(self, laptop: Path, database: Path, told: set[str], outcome: Outcome) -> None:
        """Restart both, exchange until quiet, and count what is missing or there twice."""
        port = free_port()
        begun = time.monotonic()
        with store_killed_at(database, 0, port), Replica.open(laptop) as replica:
            moved(laptop, port)
            exchange(replica)
            outcome.seconds.append(time.monotonic() - begun)
            again = exchange(replica)
            assert (again.pushed, again.pulled) == (0, 0)
            assert verify(replica).breaks == []
            before = dump(replica)
            rebuild(replica)
            assert dump(replica) == before
            self.check(replica, database, outcome)
            outcome.count(self.shown | told, bodies_on(replica))
        outcome.count(self.written | told, bodies_stored(database))

    def check(self, replica: Replica, database: Path, outcome: Outcome) -> None:
        """What else is to hold once both have exchanged, the store still serving."""


def kill_at_random(live: District, folder: Path, points: int, seed: int) -> list[Outcome]:
    """So many kills, spread over the three places; what came of them."""
    chance = random.Random(seed)
    scene = Scene(live, folder)
    outcomes = {where: Outcome(fault=f"kill -9: {where}") for where in WHERE}
    statements = {where: scene.statements(where) for where in WHERE}
    with without_waiting():
        for number in range(points):
            where = WHERE[number % len(WHERE)]
            was_killed = False
            while not was_killed:
                with scene.taken() as (laptop, database):
                    was_killed, told = scene.strike(where, chance.randint(1, statements[where]), laptop, database)
                    if was_killed:
                        outcomes[where].injected += 1
                        scene.recover(laptop, database, told, outcomes[where])
    return list(outcomes.values())


def _save(replica: Replica, tell: Callable[[str], None]) -> None:
    """A note, a follow-up, a step and a correction; the body of each is told once it is kept."""
    steps: list[Callable[[], edits.Written]] = [
        lambda: edits.create(replica, "liaison_note", "u-1", NOTE, record="r-note"),
        lambda: edits.create(replica, "follow_up", "u-1", FOLLOW_UP, record="r-problem"),
        lambda: edits.step(replica, "r-problem", "in_progress", "已联系"),
        lambda: edits.correct(replica, "r-note", {"content": "改为晚间学习"}, "笔误"),
    ]
    for work in steps:
        held = bodies_on(replica)
        work()
        for body in bodies_on(replica).keys() - held.keys():
            tell(body)


def _exchange(replica: Replica, tell: Callable[[str], None]) -> None:
    exchange(replica)


def copied(path: Path, folder: Path) -> Path:
    """A copy of a database, its log included, in a new folder."""
    folder.mkdir(parents=True)
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def of_units(replica: Replica, *units: str) -> set[str]:
    """The bodies of these units' entries on a laptop."""
    rows = replica.connection.execute("SELECT head FROM entry").fetchall()
    return {head.body for head in (heads.decode(raw) for (raw,) in rows) if head.ledger in units}


def is_gone(process: int) -> bool:
    """Whether a store was killed; it may have died before it listened."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True


def moved(laptop: Path, port: int) -> None:
    """Let a laptop find its store at this port of this machine."""
    with Replica.open(laptop) as replica:
        replica.set_identity(msgspec.structs.replace(replica.joined(), server=f"http://127.0.0.1:{port}"))
