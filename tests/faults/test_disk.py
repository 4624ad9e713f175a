"""A full disk, a held file, sixteen at once: said plainly, nothing acknowledged lost, and it goes on afterwards.

The full disk is SQLite's own limit on a file's pages, which fails each write as a full disk does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from sync.central.admin import staff
from sync.central.storage.sqlite import SqliteEngine
from sync.client.enrolment import join
from sync.client.session import NoConnection, exchange
from sync.replica import CannotWrite, Replica, query
from sync.replica.editing import edits
from sync.replica.storage import connect
from tests.faults.world import ADDRESS, Template, World, make_template, quick, travelled

LONG = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习" * 200}
WRITERS, NOTES = 16, 5


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A district set up once, and the thread its stores answer in."""
    with start_blocking_portal() as portal, quick():
        yield make_template(tmp_path_factory.mktemp("template"), portal)


@pytest.fixture
def world(template: Template, tmp_path: Path) -> Iterator[World]:
    """A fresh world whose laptops have exchanged."""
    made = World(template, tmp_path)
    with travelled(made.road):
        for name in made.laptops:
            made.sync(name)
        yield made
    made.close()


@contextmanager
def full(connection: sqlite3.Connection, room: int = 0) -> Iterator[None]:
    """A disk with room for so many pages more."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + room}")
    yield
    connection.execute(f"PRAGMA max_page_count = {most}")


def test_a_laptop_whose_disk_is_full_says_so_and_keeps_what_it_kept(world: World) -> None:
    wang = world.laptops["wang"].replica
    kept: list[str] = []

    def write_on() -> None:
        while len(kept) < 1_000:
            kept.append(edits.create(wang, "liaison_note", "u-1", LONG).record)

    with full(wang.connection, room=20), pytest.raises(CannotWrite, match="full"):
        write_on()
    assert kept
    assert all(query.record(wang, record) is not None for record in kept)
    assert query.status(wang).pending == len(kept)
    edits.create(wang, "liaison_note", "u-1", LONG)
    assert exchange(wang).pushed == len(kept) + 1


def test_a_laptop_whose_disk_is_full_in_the_middle_of_a_pull_goes_on_when_there_is_room(world: World) -> None:
    director, wang = world.laptops["director"].replica, world.laptops["wang"].replica
    for _ in range(30):
        edits.create(director, "liaison_note", "u-1", LONG)
    exchange(director)
    with full(wang.connection, room=5), pytest.raises(CannotWrite):
        exchange(wang)
    assert query.history(wang, "u-1", "liaison_note").count == 0
    exchange(wang)
    assert query.history(wang, "u-1", "liaison_note").count == 30


def test_a_store_whose_disk_is_full_keeps_nothing_by_halves_and_goes_on_when_there_is_room(world: World) -> None:
    wang = world.laptops["wang"].replica
    for _ in range(30):
        edits.create(wang, "liaison_note", "u-1", LONG)
    engine = world.store.engine
    assert isinstance(engine, SqliteEngine)
    with full(engine._writer, room=5), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.client.http._retry_after", lambda _: 0.001)
        with pytest.raises(NoConnection) as said:
            exchange(wang)
    assert said.value.code == "unavailable"
    standing = query.status(wang)
    assert (standing.pending, standing.acknowledged) == (30, 0)
    assert exchange(wang).pushed == 30


def test_a_laptop_file_that_another_program_holds_is_said_to_be_in_use(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.laptops["wang"].replica.path
    monkeypatch.setitem(connect._SETTINGS, "timeout", 0.05)
    holding = sqlite3.connect(path, isolation_level=None)
    with Replica.open(path) as wang:
        holding.execute("BEGIN IMMEDIATE")
        with pytest.raises(connect.InUse):
            edits.create(wang, "liaison_note", "u-1", LONG)
        holding.execute("ROLLBACK")
        edits.create(wang, "liaison_note", "u-1", LONG)
        assert query.status(wang).pending == 1
    holding.close()


def test_sixteen_writers_at_once_pass_over_nothing(world: World, tmp_path: Path) -> None:
    paths = [tmp_path / f"writer-{number}.db" for number in range(WRITERS)]
    for path in paths:
        join(path, ADDRESS, staff.new_code(world.store, world.people["wang"]), path.stem)

    def work(path: Path) -> None:
        with Replica.open(path) as laptop:
            exchange(laptop)
            for _ in range(NOTES):
                edits.create(laptop, "liaison_note", "u-1", LONG)
                exchange(laptop)

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(work, paths))
    for path in paths:
        with Replica.open(path) as laptop:
            exchange(laptop)
            assert query.history(laptop, "u-1", "liaison_note").count == WRITERS * NOTES
