"""kill -9 of the laptop and of the store at every statement of a save and of an exchange.

After a restart: what was acknowledged is there exactly once, what was not is still pending, files open cleanly.
The suite draws some of the statements, the first among them; `python -m tests.faults whole kill` takes all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.client import http
from sync.client.session import NoConnection, exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.faults.killing import on_a_laptop, store_killed_at
from tests.faults.kills import kill_at_random
from tests.faults.sampling import EVERYTHING, drawn
from tests.rows import dump
from tests.store import District, free_port, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "补发必读篇目",
    "due_on": "2026-09-25",
    "opened_on": "2026-09-01",
    "status": "open",
}
RANDOM_POINTS = 6  # more by hand: `python -m tests.faults kills --points 1000`


def _copy(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def _holds(replica: Replica) -> None:
    """The file is whole and no older one: SQLite's check, chains, and derived rows that are those of the entries."""
    assert not replica.is_older
    assert replica.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert verify(replica).breaks == []
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _save(replica: Replica, tell: Callable[[str], None]) -> None:
    """A note, a follow-up, a step and a correction; each told once it is kept."""
    note = edits.create(replica, "liaison_note", "u-1", NOTE)
    tell(note.hash)
    problem = edits.create(replica, "follow_up", "u-1", FOLLOW_UP)
    tell(problem.hash)
    tell(edits.step(replica, problem.record, "in_progress", "已联系").hash)
    tell(edits.correct(replica, note.record, {"content": "改为晚间学习"}, "笔误").hash)


def _hashes(replica: Replica) -> list[str]:
    return ["sha256:" + hash_.hex() for (hash_,) in replica.connection.execute("SELECT hash FROM entry ORDER BY id")]


def test_a_laptop_killed_at_every_statement_of_a_save(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        before = _hashes(wang)
    steps = int(on_a_laptop(_copy(tmp_path / "a.db", tmp_path / "whole"), 0, _save).said[-1])
    assert steps > 30
    for at in drawn(range(1, steps + 1), 24):
        path = _copy(tmp_path / "a.db", tmp_path / f"at-{at}")
        ended = on_a_laptop(path, at, _save)
        assert ended.was_killed
        with Replica.open(path) as replica:
            _holds(replica)
            held = _hashes(replica)[len(before) :]
            assert held[: len(ended.said)] == ended.said  # what was told kept is kept, in order, once
            assert len(held) <= len(ended.said) + 1  # the one under way: whole or not at all
            assert query.status(replica).pending == len(held)
        shutil.rmtree(path.parent)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the waits between tries, not the tries."""
    monkeypatch.setattr(http, "_drawn", lambda _: 0.01)


class Scene:
    """A laptop with work to send and to fetch, and the store as it stood then; copied for every try."""

    def __init__(self, live: District, folder: Path) -> None:
        self.folder = folder
        self.port = int(live.address.rpartition(":")[2])
        self.database = live.database
        with live.laptop(folder / "a.db", "wang") as wang, live.laptop(folder / "b.db", "director") as director:
            exchange(wang)
            exchange(director)
            for _ in range(3):
                edits.create(director, "liaison_note", "u-1", NOTE)
                edits.create(director, "follow_up", "u-2", FOLLOW_UP)
            exchange(director)
            for unit in ("u-1", "u-2", "u-1"):
                edits.create(wang, "liaison_note", unit, NOTE)
            self.mine = _hashes(wang)[-3:]

    def taken(self, number: int) -> tuple[Path, Path]:
        """Copies of the laptop and of the store's database."""
        folder = self.folder / f"try-{number}"
        return _copy(self.folder / "a.db", folder / "laptop"), _copy(self.database, folder / "store")

    def judge(self, laptop: Path, database: Path, number: int) -> None:
        """Restart everything, exchange until quiet: each entry is in the store once, and both sides hold the same."""
        port = free_port()
        with serving(database, port), Replica.open(laptop) as replica:
            replica.set_identity(msgspec.structs.replace(replica.joined(), server=f"http://127.0.0.1:{port}"))
            _holds(replica)
            exchange(replica)
            again = exchange(replica)
            assert (again.pushed, again.pulled) == (0, 0)
            standing = query.status(replica)
            assert (standing.pending, standing.mine, standing.acknowledged) == (0, 3, 3)
            assert query.history(replica, "u-1", "liaison_note").count == 5
            assert query.history(replica, "u-2", "follow_up").count == 3
            _holds(replica)
        shutil.rmtree(self.folder / f"try-{number}")


def _exchange(replica: Replica, tell: Callable[[str], None]) -> None:
    exchange(replica)


@pytest.mark.usefixtures("at_once")
def test_a_laptop_killed_at_any_statement_of_an_exchange(live: District, tmp_path: Path) -> None:
    scene = Scene(live, tmp_path)
    laptop, _ = scene.taken(0)
    with serving(_copy(live.database, tmp_path / "count"), port := free_port()):
        _moved(laptop, port)
        steps = int(on_a_laptop(laptop, 0, _exchange).said[-1])
    assert steps > 40
    for at in drawn(range(1, steps + 1), 7):
        laptop, database = scene.taken(at)
        port = free_port()
        _moved(laptop, port)
        with serving(database, port):
            assert on_a_laptop(laptop, at, _exchange).was_killed
        scene.judge(laptop, database, at)


def _moved(laptop: Path, port: int) -> None:
    with Replica.open(laptop) as replica:
        replica.set_identity(msgspec.structs.replace(replica.joined(), server=f"http://127.0.0.1:{port}"))


@pytest.mark.usefixtures("at_once")
def test_a_store_killed_at_any_statement_of_an_exchange(live: District, tmp_path: Path) -> None:
    scene = Scene(live, tmp_path)
    finished = 0
    for at in range(1, 200, 1 if EVERYTHING else 3):
        laptop, database = scene.taken(at)
        port = free_port()
        _moved(laptop, port)
        with store_killed_at(database, at, port), Replica.open(laptop) as replica:
            try:
                exchange(replica)
            except NoConnection:
                acknowledged = query.status(replica).acknowledged
                assert acknowledged in (0, 3)
            else:
                finished += 1
        scene.judge(laptop, database, at)
        if finished >= (3 if EVERYTHING else 1):  # statements beyond the last are never reached
            break
    assert at > 15


def test_killed_at_random_places_nothing_is_lost_and_nothing_doubled(live: District, tmp_path: Path) -> None:
    outcomes = kill_at_random(live, tmp_path, RANDOM_POINTS, seed=7)
    assert sum(each.injected for each in outcomes) == RANDOM_POINTS
    assert [(each.lost, each.doubled) for each in outcomes] == [(0, 0)] * 3
