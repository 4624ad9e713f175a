"""Rules of the rows by themselves: what makes a record be folded again, and since when a follow-up is settled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.replica import Replica
from sync.replica.projection.tables import Key, derive, load_edits, ruled_on, settled_on
from sync.timeline.course import Course
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

AT = "2024-03-0{}T02:00:00.000Z"
VISIT = {"stage": "study", "template": "t-1", "group": "g-1"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Office]:
    """Two units with two follow-ups each."""
    with new_laptop(tmp_path / "laptop.db") as replica:
        store = Office(replica)
        for unit in ("u-1", "u-2"):
            store.unit(unit, batch="2")
            for name in ("f-1", "f-2"):
                store.item(unit, name, AT.format(1))
        yield store


def _ruled_on(laptop: Replica, *keys: Key) -> set[Key]:
    return ruled_on(laptop.connection, {key: load_edits(laptop.connection, key) for key in keys})


def _campaigns(laptop: Replica, *records: str) -> list[str]:
    asked = "SELECT campaign FROM record WHERE record = ?"
    return [each for record in records for (each,) in laptop.connection.execute(asked, (record,)).fetchall()]


# --- what a word of the office is of ---------------------------------------------------------------------------------


def test_a_request_is_of_the_follow_up_it_names_and_its_review_too(store: Office) -> None:
    for unit, request, target in (("u-1", "q-1", "f-1"), ("u-1", "q-2", "f-2"), ("u-2", "q-1", "f-2")):
        store.says(unit, "request", request, AT.format(2), target=target, asks="withdraw", why="误")
    store.says("u-1", "review", "r-1", AT.format(3), target="q-1", verdict="accepted")
    assert _ruled_on(store.laptop, ("u-1", "q-1")) == {("u-1", "f-1")}
    assert _ruled_on(store.laptop, ("u-1", "r-1")) == {("u-1", "f-1")}
    assert _ruled_on(store.laptop, ("u-1", "q-2"), ("u-2", "q-1")) == {("u-1", "f-2"), ("u-2", "f-2")}


def test_what_names_no_follow_up_that_is_here_is_of_none(store: Office) -> None:
    store.says("u-1", "request", "q-1", AT.format(2), target="f-none", asks="withdraw", why="误")
    store.says("u-1", "review", "r-1", AT.format(3), target="q-1", verdict="accepted")
    store.says("u-1", "review", "r-2", AT.format(3), target="q-none", verdict="accepted")
    assert _ruled_on(store.laptop, ("u-1", "q-1"), ("u-1", "r-1"), ("u-1", "r-2"), ("u-1", "none")) == set()


def test_only_a_unit_that_is_closed_is_of_all_its_follow_ups(store: Office) -> None:
    assert _ruled_on(store.laptop, ("u-1", "u-1")) == set()
    store.says("u-1", "unit", "u-x", AT.format(2), closed_on="2024-03-02")
    store.says("u-1", "follow_up", "u-1", AT.format(2), closed_on="2024-03-02")
    assert _ruled_on(store.laptop, ("u-1", "u-x")) == set()
    store.says("u-1", "unit", "u-1", AT.format(3), closed_on="2024-03-03")
    assert _ruled_on(store.laptop, ("u-1", "u-1")) == {("u-1", "f-1"), ("u-1", "f-2")}


# --- rows ------------------------------------------------------------------------------------------------------------


def test_a_unit_has_one_row_whatever_its_ledger_says_of_others(store: Office) -> None:
    store.says("u-1", "unit", "u-x", AT.format(2), name="别的单位", category="farm")
    rows = store.laptop.connection.execute("SELECT ledger, name FROM unit ORDER BY ledger").fetchall()
    assert rows == [("u-1", "u-1"), ("u-2", "u-2")]


def test_what_a_unit_comes_after_is_placed_once_it_is_here(store: Office) -> None:
    store.campaign("c-1", "1", "2024-01-01", "2024-12-31")
    store.campaign("c-2", "2", "2024-01-01", "2024-12-31")
    store.says("u-3", "inspection", "i-3", AT.format(2), visited_on="2024-03-02", summary="x", **VISIT)
    store.unit("u-3", batch="1")
    assert _campaigns(store.laptop, "i-3") == ["c-1"]
    store.says("u-3", "unit", "u-3", AT.format(3), batch="2", correction=True)
    assert _campaigns(store.laptop, "i-3") == ["c-2"]


def test_a_participation_that_is_kept_apart_after_all_places_nothing(store: Office) -> None:
    store.campaign("c-1", "1", "2024-01-01", "2024-12-31")
    store.campaign("c-2", "2", "2024-01-01", "2024-12-31")
    store.says("u-1", "inspection", "i-1", AT.format(2), visited_on="2024-03-02", summary="x", **VISIT)
    store.says("u-1", "participation", "p-1", AT.format(3), campaign="c-1", from_="2024-02-01")
    assert _campaigns(store.laptop, "i-1") == ["c-1"]
    with store.laptop.transaction() as connection:
        connection.execute("UPDATE entry SET code = 'not_allowed' WHERE record = 'p-1'")
        derive(connection, [], [("u-1", "p-1")])
    assert _campaigns(store.laptop, "i-1") == ["c-2"]


def test_a_follow_up_that_was_taken_back_keeps_the_status_it_had(store: Office) -> None:
    store.says("district", "district", "district", AT.format(2), governed_from="2024-01-01")
    store.rules("u-1", "f-1", AT.format(3), withdrawn=True)
    (stored,) = store.laptop.connection.execute(
        "SELECT fields FROM record WHERE record = 'f-1' AND ledger = 'u-1'"
    ).fetchone()
    assert msgspec.json.decode(stored)["status"] == "open"


# --- since when ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "until", "since"),
    [
        ([], "9999", ""),
        ([("2024-01-01", "verified")], "9999", ""),
        ([("2024-01-01", "open"), ("2024-02-01", "closed")], "9999", "2024-02-01"),
        ([("2024-01-01", "open"), ("2024-02-01", "withdrawn"), ("2024-03-01", "closed")], "9999", "2024-02-01"),
        ([("2024-01-01", "closed"), ("2024-02-01", "open"), ("2024-03-01", "closed")], "9999", "2024-03-01"),
        ([("2024-01-01", "closed"), ("2024-02-01", "open")], "2024-02-01", ""),
        ([("2024-01-01", "closed"), ("2024-02-01", "open")], "2024-01-31", "2024-01-01"),
    ],
)
def test_something_is_settled_since_it_last_became_so(statuses: Course, until: str, since: str) -> None:
    assert settled_on(statuses, until) == since


def test_a_follow_up_says_since_when_it_is_settled(store: Office) -> None:
    for day, status in ((2, "reported"), (3, "verified"), (4, "closed")):
        store.says(
            "u-1", "follow_up", "f-1", AT.format(day), status=status, by=f"p-{day}", progress="已补", result="实"
        )
    rows = store.laptop.connection.execute(
        "SELECT record, status, settled_on FROM follow_up WHERE ledger = 'u-1' ORDER BY record"
    ).fetchall()
    assert rows == [("f-1", "closed", "2024-03-04"), ("f-2", "open", "")]


def test_a_follow_up_that_was_handed_over_stood_nowhere_before_its_day(store: Office) -> None:
    store.item("u-2", "f-new", AT.format(2), carried_from="f-1", on="2024-03-02")
    asked = "SELECT field, until, value FROM past JOIN record USING (id) WHERE record = 'f-new' ORDER BY field"
    assert store.laptop.connection.execute(asked).fetchall() == [("status", "2024-03-02", None)]
    first = store.laptop.connection.execute("SELECT first_due, moved FROM follow_up WHERE record = 'f-new'").fetchone()
    assert first == ("2024-11-20", 0)
