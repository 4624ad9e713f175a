"""Kills at every crash point the program names, in a save, an exchange, a store and around files, attachments included.

Each point is a place in `sync.system.fault_points.POINTS`; a dry run tells how often a piece of work comes by it.
"""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from sync.client import attachments
from sync.client.session import NoConnection, exchange
from sync.replica import Replica
from sync.replica.editing import attachments as blobs
from sync.replica.editing import drafts, edits
from tests.faults.counting import Outcome, bodies_on
from tests.faults.killing import AtPoint, Ended, forked, store_killed_at
from tests.faults.kills import FOLLOW_UP, NOTE, Scene, is_gone, moved, without_waiting
from tests.store import District, free_port

LAPTOP, LINE, STORE = "laptop, in a save", "laptop, in an exchange", "store, in an exchange"
Tell = Callable[[str], None]


class Attached(Scene):
    """The scene with an attachment to send, of three parts, and one to fetch, of two."""

    def __init__(self, live: District, folder: Path) -> None:
        super().__init__(live, folder)
        self.paper = folder / "paper.pdf"
        self.paper.write_bytes(b"%PDF-1.7 mine " + os.urandom(600_000))
        other = folder / "other.pdf"
        other.write_bytes(b"%PDF-1.7 theirs " + os.urandom(300_000))
        with Replica.open(folder / "b.db") as director, Replica.open(self.laptop) as wang:
            for replica, file in ((director, other), (wang, self.paper)):
                record = edits.create(replica, "liaison_note", "u-1", NOTE).record
                blobs.attach(replica, record, file, "附上")
            exchange(director)
            self.written = {*bodies_on(director), *bodies_on(wang)}
            self.shown |= {*bodies_on(director), *bodies_on(wang)} & self.written_on("u-1", "u-2", director, wang)
        self.names = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (self.paper, other)}

    @staticmethod
    def written_on(one: str, other: str, *replicas: Replica) -> set[str]:
        """The bodies of two units' entries."""
        from tests.faults.kills import of_units

        return set().union(*(of_units(replica, one, other) for replica in replicas))

    def check(self, replica: Replica, database: Path, outcome: Outcome) -> None:
        """Every attachment is whole at the store, and on the laptop once it was fetched."""
        fetch_all(replica)
        wanted = self.names | {name for (name,) in replica.connection.execute("SELECT name FROM blob")}
        here = {name for name in wanted if _sha(b"".join(blobs.content(replica, name))) == name}
        with closing(sqlite3.connect(database)) as connection:
            query = "SELECT p.content FROM blob b JOIN blob_part p USING (sha, device) WHERE b.sha = ? ORDER BY p.first"
            there = {
                name
                for (name,) in connection.execute("SELECT sha FROM blob").fetchall()
                if _sha(b"".join(part for (part,) in connection.execute(query, (name,)))) == name
            }
        outcome.lost += len(wanted - here) + len(wanted - there)

    def dry(self, where: str) -> Counter[str]:
        """How often the work comes by each point."""
        with self.taken() as (laptop, database):
            return Counter(line[3:] for line in self._work(where, laptop, database, "", 0).said if line[:3] == "at ")

    def kill(self, where: str, point: str, time: int, outcome: Outcome) -> bool:
        """Kill there, restart, and count; whether the point was reached."""
        with self.taken() as (laptop, database):
            if where == STORE:
                was_killed, told = _store_killed(laptop, database, point, time), set[str]()
            else:
                ended = self._work(where, laptop, database, point, time)
                was_killed, told = ended.was_killed, {line for line in ended.said if line.startswith("sha256:")}
            outcome.injected += was_killed
            self.recover(laptop, database, told, outcome)
        return was_killed

    def _work(self, where: str, laptop: Path, database: Path, point: str, time: int) -> Ended:
        def do(tell: Tell) -> None:
            AtPoint(point, time, tell)
            with Replica.open(laptop) as replica:
                if where == LAPTOP:
                    save(replica, self.paper, tell)
                else:
                    exchange(replica)
                    fetch_all(replica)

        if where == LAPTOP:
            return forked(do)
        port = free_port()
        moved(laptop, port)
        with store_killed_at(database, 0, port):
            return forked(do)


def _store_killed(laptop: Path, database: Path, point: str, time: int) -> bool:
    port = free_port()
    moved(laptop, port)
    with store_killed_at(database, time, port, point) as process, Replica.open(laptop) as replica:
        with suppress(NoConnection):
            exchange(replica)
        return is_gone(process)


def kill_at_points(live: District, folder: Path, times: int, seed: int = 3) -> list[Outcome]:
    """Every point of each piece of work, so many times; what came of it."""
    scene = Attached(live, folder)
    chance = random.Random(seed)
    outcomes = []
    with without_waiting():
        for where, points in (
            (LAPTOP, scene.dry(LAPTOP)),
            (LINE, scene.dry(LINE)),
            (STORE, Counter({"store.begun": 3, "store.written": 3, "store.committed": 3, "store.answering": 3})),
        ):
            outcome = Outcome(fault=f"kill -9 at a point: {where}")
            for point, often in sorted(points.items()):
                for time in chance.sample(range(1, often + 1), min(times, often)):
                    assert scene.kill(where, point, time, outcome), (where, point, time)
            outcomes.append(outcome)
    return outcomes


def save(replica: Replica, paper: Path, tell: Tell) -> None:
    """A draft kept as a note, a follow-up, a step, a correction, an attachment; the body of each is told once kept."""
    draft = drafts.start(replica, "liaison_note", "u-1", fields=NOTE)
    work: list[Callable[[], edits.Written]] = [
        lambda: edits.create(replica, "liaison_note", "u-1", NOTE, record="r-note", draft=draft),
        lambda: edits.create(replica, "follow_up", "u-1", FOLLOW_UP, record="r-problem"),
        lambda: edits.step(replica, "r-problem", "in_progress", "已联系"),
        lambda: edits.correct(replica, "r-note", {"content": "改为晚间学习"}, "笔误"),
        lambda: blobs.attach(replica, "r-note", paper, "附上"),
    ]
    for step in work:
        held = bodies_on(replica).keys()
        step()
        for body in bodies_on(replica).keys() - held:
            tell(body)


def fetch_all(replica: Replica) -> None:
    """Fetch every attachment that a record here names and that is not here."""
    for (name,) in replica.connection.execute(
        "SELECT DISTINCT substr(e.body, instr(e.body, CAST('\"attachment.' AS BLOB)) + 12, 64) FROM entry e"
        " WHERE instr(e.body, CAST('\"attachment.' AS BLOB)) > 0"
    ).fetchall():
        text = name.decode() if isinstance(name, bytes) else name
        row = replica.connection.execute("SELECT complete FROM blob WHERE name = ?", (text,)).fetchone()
        if row is None or not row[0]:
            attachments.fetch(replica, text)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
