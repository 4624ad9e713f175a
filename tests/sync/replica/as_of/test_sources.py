"""What follow-ups come from is kept in their rows, and found by it: what a visit, a survey and a flag opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.replica import Replica
from sync.replica.as_of.sources import statuses_by_origin, statuses_from, told_of
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from tests.rows import dump
from tests.sync.laptops import give_unit, new_laptop

DAY = "2026-03-10"
FOLLOW_UP = {"nature": "problem", "status": "open", "title": "补学习", "due_on": "2026-05-01", "opened_on": DAY}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        give_unit(replica)
        yield replica


def _open(replica: Replica, origin: str, day: str = DAY) -> str:
    named = {"origin": origin} if origin else {}
    return edits.create(replica, "follow_up", "u-1", FOLLOW_UP | named | {"opened_on": day}).record


def test_a_row_says_what_its_follow_up_comes_from_and_a_rebuild_says_the_same(laptop: Replica) -> None:
    named = {_open(laptop, origin): origin for origin in ("v-1#rules", "v-1", "u-1#weak.head", "")}
    assert dict(laptop.connection.execute("SELECT record, origin FROM follow_up").fetchall()) == named
    before = dump(laptop)
    rebuild(laptop)
    assert dump(laptop) == before
    assert differing(laptop) == []


def test_a_file_from_before_the_column_comes_up_with_it(laptop: Replica) -> None:
    record = _open(laptop, "v-1#rules")
    made = dump(laptop)
    for statement in (
        "DROP INDEX follow_up_origin",
        "ALTER TABLE follow_up DROP COLUMN origin",
        "DELETE FROM _sqlite_migrations WHERE name >= '0015'",
        "PRAGMA user_version = 14",
    ):
        laptop.connection.execute(statement)
    with Replica.open(laptop.path) as later:
        assert later.connection.execute("SELECT record, origin FROM follow_up").fetchall() == [(record, "v-1#rules")]
        assert dump(later) == made
        assert told_of(later.connection, "u-1", "v-1", DAY, DAY) == ({"rules"}, {"rules"})


def test_follow_ups_are_found_by_many_sources_at_once_the_oldest_first(laptop: Replica) -> None:
    second = _open(laptop, "s-1", "2026-03-20")
    _open(laptop, "s-1")
    _open(laptop, "s-2")
    _open(laptop, "s-1#rules")
    _open(laptop, "")
    edits.step(laptop, second, "reported", "做好了")
    many = [("u-1", f"s-{number}") for number in range(1, 1200)]
    found = statuses_from(laptop.connection, [*many, ("u-2", "s-1"), ("u-1", "")])
    assert found == {("u-1", "s-1"): ["open", "reported"], ("u-1", "s-2"): ["open"]}
    assert statuses_from(laptop.connection, many, "2026-03-15")[("u-1", "s-1")] == ["open"]
    assert statuses_by_origin(laptop.connection, "u-1") == {
        "s-1": ["open", "reported"],
        "s-2": ["open"],
        "s-1#rules": ["open"],
    }


def test_a_visit_is_told_of_by_its_own_follow_ups_and_by_items_under_way(laptop: Replica) -> None:
    for origin in ("v-1", "v-1#rules", "v-10#other", "v-1 #near"):
        _open(laptop, origin, "2026-03-20")
    _open(laptop, "v-0#before")
    _open(laptop, "")
    assert told_of(laptop.connection, "u-1", "v-1", "2026-03-15", "9999") == ({"", "rules"}, {"before"})
    assert told_of(laptop.connection, "u-1", "v-1", "2026-03-15", "2026-03-19") == (set(), {"before"})
    assert told_of(laptop.connection, "u-1", "", "2026-03-15", "9999") == (set(), {"before"})
