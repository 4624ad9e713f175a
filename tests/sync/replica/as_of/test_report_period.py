"""A period as it stood at its end: what lies on its first and last day, and on the days beside them.

One laptop holds all that is asked about, on the edges of November 2024.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sync.replica import Replica
from sync.replica.as_of.numbers import Numbers
from sync.replica.as_of.report_period import Period, Register, named_records, period, register_rows
from sync.replica.queries.follow_ups import Wanted
from tests.days import day, today
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

SINCE, UNTIL = "2024-11-01", "2024-11-30"
EDGES = ("2024-10-31", "2024-11-01", "2024-11-02", "2024-11-29", "2024-11-30", "2024-12-01")
VISIT: dict[str, Any] = {"stage": "study", "template": "t", "group": "g", "summary": "x", "campaign": "second"}
OF_KINDS: dict[str, dict[str, Any]] = {
    "liaison_note": {"noted_on": "2024-11-05", "mode": "call", "content": "x", "good_practice": "夜校"},
    "count": {"counted_on": "2024-11-05", "organisations": 1, "members": 9, "exempt": 1},
    "survey": {"held_on": "2024-11-05", "stage": "study", "given_out": 9, "returned": 9, "satisfied": 9},
    "gate": {"decided_on": "2024-11-05", "stage": "study", "decision": "pass", "why": "x"},
}


class Life(NamedTuple):
    """A follow-up: the day it was opened on, the days of its steps to the end, and those its date was moved on."""

    opened: str
    steps: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()


def _settled(on: str, opened: str = "2024-10-01") -> Life:
    steps = (("reported", "2024-10-20"), ("verified", "2024-10-21"), ("closed", on))
    return Life(opened, steps if opened < "2024-10-20" else (("withdrawn", on),))


LIVES = {
    **{f"opened-{on}": Life(on) for on in EDGES},
    **{f"settled-{on}": _settled(on) for on in EDGES},
    **{f"moved-{on}": Life("2024-10-01", (), (on,)) for on in EDGES},
    "moved-twice": Life("2024-10-01", (), ("2024-11-01", "2024-11-30")),
    "ended-at-once": _settled("2024-11-07", "2024-11-07"),
}
EARLIER = {
    "left": Life("2024-07-01"),
    "left-opened-late": Life("2024-11-30"),
    "opened-after": Life("2024-12-01"),
    "closed-before": Life("2024-07-01", (("withdrawn", "2024-10-01"),)),
    "closed-on-the-last-day": Life("2024-07-01", (("withdrawn", "2024-11-30"),)),
    "closed-after": Life("2024-07-01", (("withdrawn", "2024-12-01"),)),
}


def _live(office: Office, record: str, life: Life, campaign: str, unit: str = "u-1") -> None:
    office.item(unit, record, f"{life.opened}T02:00:00.000Z", campaign=campaign, due_on="2025-01-31")
    for number, on in enumerate(life.moved, start=1):
        office.says(unit, "follow_up", record, f"{on}T03:00:00.000Z", due_on=f"2025-02-0{number}")
    for step, on in life.steps:
        by = {"verified": "p-2", "closed": "p-3"}.get(step, "p-1")
        office.says(unit, "follow_up", record, f"{on}T04:00:00.000Z", status=step, by=by, why="x")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("period") / "office.db"
    with new_laptop(path, "p-9", "office") as replica:
        office = Office(replica)
        office.campaign("first", "1", "2024-03-01", "2024-08-31")
        office.campaign("second", "2", "2024-09-01", "2025-02-28")
        office.campaign("third", "3", "2024-09-02", "2025-02-28")
        for unit, fields in {
            "u-1": {"batch": "2"},
            "u-2": {"batch": "2"},
            "u-3": {"batch": "3"},
            "u-4": {"batch": "2"},
        }.items():
            office.unit(unit, **fields)
        for record, life in LIVES.items():
            _live(office, record, life, "second")
        for record, life in EARLIER.items():
            _live(office, record, life, "first")
        office.says("district", "district", "district", "2024-01-01T00:00:00.000Z", governed_from="2024-11-08")
        _live(office, "void", Life("2024-11-09"), "second")
        office.rules("u-1", "void", "2024-11-12T02:00:00.000Z", withdrawn=True)
        _live(office, "of-the-third", Life("2024-10-01"), "third", "u-3")
        for on in EDGES:
            office.says("u-1", "inspection", f"visit-{on}", f"{on}T02:00:00.000Z", **VISIT | {"visited_on": on})
        for kind, fields in OF_KINDS.items():
            office.says("u-2", kind, kind, "2024-11-05T02:00:00.000Z", campaign="second", **fields)
        at = "2024-11-04T02:00:00.000Z"
        office.says("u-2", "inspection", "withdrawn", at, **VISIT | {"visited_on": "2024-11-04"})
        office.says("u-2", "inspection", "withdrawn", at, withdrawn=True, why="x")
        for on in ("2024-11-09", "2024-11-10"):  # the day a unit closes on is the first without it
            office.says("u-4", "inspection", f"closing-{on}", f"{on}T02:00:00.000Z", **VISIT | {"visited_on": on})
        closing = {"closed_on": "2024-11-10", "closed_why": "merged"}
        office.says("u-4", "unit", "u-4", "2024-11-10T03:00:00.000Z", **closing)
        office.says("u-3", "inspection", "of-u-3", at, **VISIT | {"visited_on": "2024-11-04"})
    return path


@pytest.fixture
def laptop(made: Path, tmp_path: Path) -> Iterator[Replica]:
    """A copy of that file: some tests write into it."""
    shutil.copytree(made.parent, tmp_path / "copy")
    with Replica.open(tmp_path / "copy" / made.name) as replica:
        yield replica


@pytest.fixture
def november(laptop: Replica) -> Period:
    return period(laptop, "second", SINCE, UNTIL)


def _records(found: Period) -> list[str]:
    return [row.record for row in found.records]


# --- records and units ------------------------------------------------------------------------------------------------


def test_records_of_the_first_to_the_last_day_are_those_of_the_period_by_day(november: Period) -> None:
    assert _records(november) == [
        "visit-2024-11-01",
        "visit-2024-11-02",
        *("count", "liaison_note", "survey"),
        "closing-2024-11-09",
        "visit-2024-11-29",
        "visit-2024-11-30",
    ]
    assert [row.record for row in november.outside] == ["of-u-3", "closing-2024-11-10"]
    assert [unit.unit for unit in november.units] == ["u-1", "u-2", "u-4"]


def test_a_record_says_what_it_is(november: Period) -> None:
    note, visit = (next(row for row in november.records if row.record == name) for name in ("liaison_note", EDGE_VISIT))
    assert (note.unit, note.kind, note.day, note.good_practice, note.campaign, note.by) == (
        *("u-2", "liaison_note", "2024-11-05", "夜校", "second"),
        "p-1",
    )
    assert (visit.unit, visit.kind, visit.stage, visit.good_practice) == ("u-1", "inspection", "study", "")


EDGE_VISIT = "visit-2024-11-01"


def test_a_period_of_one_day_has_what_was_on_it(laptop: Replica) -> None:
    assert _records(period(laptop, "second", SINCE, SINCE)) == ["visit-2024-11-01"]


def test_all_campaigns_side_by_side_have_the_records_of_each(laptop: Replica) -> None:
    found = period(laptop, "", SINCE, UNTIL)
    assert [unit.unit for unit in found.units] == ["u-1", "u-2", "u-3", "u-4"]
    assert {"of-u-3", "closing-2024-11-09"} <= set(_records(found))
    assert ([row.record for row in found.outside], found.earlier) == (["closing-2024-11-10"], [])
    assert {"left", "of-the-third", "opened-2024-11-01"} <= {row.record for row in found.follow_ups}


def test_a_period_that_ends_before_it_begins_has_nothing(laptop: Replica) -> None:
    found = period(laptop, "second", "2024-12-01", "2024-11-30")
    parts = (found.units, found.records, found.follow_ups, found.outside, found.earlier, found.committees)
    assert parts == ([], [], [], [], [], {})
    assert (found.campaign, found.since, found.until, found.numbers) == ("second", "2024-12-01", UNTIL, Numbers())


def test_a_period_that_ends_in_the_future_ends_today_and_one_that_has_not_begun_has_nothing(laptop: Replica) -> None:
    assert period(laptop, "second", SINCE, "9999-12-31").until == today()
    assert period(laptop, "", today(), day(9)).units != []
    assert period(laptop, "", day(1), day(9)).units == []


def test_who_waits_is_told_of_the_rows_that_were_read(laptop: Replica) -> None:
    told: list[tuple[int, int]] = []
    period(laptop, "second", SINCE, UNTIL, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0] == (10, 0)  # the records of the month
    assert (told[-1][0] > 8, {total for _, total in told}) == (True, {0})


# --- follow-ups -------------------------------------------------------------------------------------------------------


def test_follow_ups_opened_by_the_last_day_are_those_of_the_period(november: Period) -> None:
    opened = [row.record for row in november.follow_ups if row.record.startswith("opened")]
    assert opened == [f"opened-{on}" for on in EDGES[:-1]]
    assert "of-the-third" not in {row.record for row in november.follow_ups}


@pytest.mark.parametrize(
    ("on", "status", "settled_on"),
    [
        ("2024-11-01", "closed", "2024-11-01"),
        ("2024-11-02", "closed", "2024-11-02"),
        ("2024-11-29", "closed", "2024-11-29"),
        ("2024-11-30", "closed", "2024-11-30"),
        ("2024-12-01", "verified", ""),
    ],
)
def test_what_was_settled_on_a_day_was_so_at_the_end_of_it(
    november: Period, on: str, status: str, settled_on: str
) -> None:
    (row,) = [row for row in november.follow_ups if row.record == f"settled-{on}"]
    assert (row.status, row.settled_on) == (status, settled_on)


def test_what_was_settled_before_the_period_is_none_of_it(november: Period) -> None:
    assert "settled-2024-10-31" not in {row.record for row in november.follow_ups}


def test_what_ended_on_the_day_it_was_opened_was_settled_on_it(november: Period) -> None:
    ended = {row.record: (row.status, row.opened_on, row.settled_on) for row in november.follow_ups}
    assert ended["ended-at-once"] == ("withdrawn", "2024-11-07", "2024-11-07")
    assert ended["void"] == ("void", "2024-11-09", "2024-11-12")


def test_a_date_moved_in_the_period_counts_each_time(november: Period) -> None:
    moved = {row.record: row.moved for row in november.follow_ups if row.record.startswith("moved")}
    assert moved == {
        "moved-2024-10-31": 0,
        **{f"moved-{on}": 1 for on in EDGES[1:-1]},
        "moved-2024-12-01": 0,
        "moved-twice": 2,
    }
    due = {row.record: row.due_on for row in november.follow_ups}
    assert (due["moved-2024-11-30"], due["moved-2024-12-01"]) == ("2025-02-01", "2025-01-31")


def test_follow_ups_stand_by_the_day_they_were_opened_on(november: Period) -> None:
    keys = [(row.opened_on, row.record) for row in november.follow_ups]
    assert keys == sorted(keys)


def test_of_campaigns_that_began_before_what_was_outstanding_at_the_end_is_left(november: Period) -> None:
    assert [row.record for row in november.earlier] == ["closed-after", "left", "left-opened-late"]
    assert {row.settled_on for row in november.earlier} == {""}


def test_a_campaign_with_none_before_it_has_nothing_left_from_earlier(laptop: Replica) -> None:
    assert period(laptop, "first", SINCE, UNTIL).earlier == []
    third = {row.record for row in period(laptop, "third", SINCE, UNTIL).earlier}
    assert third >= {"left", "opened-2024-11-01", "settled-2024-12-01"}
    assert not third & {"of-the-third", "settled-2024-11-30"}


# --- the register -----------------------------------------------------------------------------------------------------


def _register(laptop: Replica, **wanted: Any) -> list[str]:
    return [row.record for row in register_rows(laptop, Register(**wanted))]


def test_a_register_has_those_opened_from_a_day_to_another(laptop: Replica) -> None:
    opened = {"campaign": "second", "since": "2024-11-01", "until": "2024-11-30"}
    assert _register(laptop, **opened) == [f"opened-{on}" for on in EDGES[1:-1]]
    with_settled = [*(f"opened-{on}" for on in EDGES[1:-1]), "ended-at-once", "void"]
    assert _register(laptop, settled=True, **opened) == with_settled


def test_a_register_is_of_one_unit_and_of_one_campaign_or_of_all(laptop: Replica) -> None:
    assert _register(laptop, unit="u-3") == _register(laptop, campaign="third") == ["of-the-third"]
    assert _register(laptop, unit="u-3", campaign="second") == []
    assert {"of-the-third", "left", "opened-2024-11-01"} <= set(_register(laptop))


def test_outstanding_ones_stand_by_due_date_before_settled_ones(laptop: Replica) -> None:
    rows = register_rows(laptop, Register(settled=True, day=UNTIL))
    outstanding = [not row.settled_on for row in rows]
    assert outstanding == sorted(outstanding, reverse=True)
    assert len([row for row in rows if row.settled_on]) == 9
    under_way = [row.due_on for row in rows if row.status == "open"]
    assert under_way == sorted(under_way)
    assert [row.record for row in rows if not row.settled_on][-1] == "settled-2024-12-01"


def test_a_register_of_a_past_day_says_since_when_what_was_settled_then(laptop: Replica) -> None:
    settled = {row.record: row.settled_on for row in register_rows(laptop, Register(settled=True, day=UNTIL))}
    assert (settled["settled-2024-11-30"], settled["settled-2024-12-01"]) == ("2024-11-30", "")
    assert settled["void"] == "2024-11-12"
    now = {row.record: row.settled_on for row in register_rows(laptop, Register(settled=True))}
    assert (now["settled-2024-12-01"], now["opened-2024-11-01"]) == ("2024-12-01", "")


def test_the_filters_of_a_register_are_those_of_its_unit_campaign_and_day(laptop: Replica) -> None:
    only = Wanted(shown="closed")
    assert _register(laptop, settled=True, day=UNTIL, only=only) == [f"settled-{on}" for on in EDGES[:-1]]
    assert _register(laptop, settled=True, day=UNTIL, unit="u-3", only=only) == []
    assert _register(laptop, settled=True, day=UNTIL, campaign="first", only=only) == []
    overdue = Register(only=Wanted(shown="overdue"), campaign="third")
    found = [[row.record for row in register_rows(laptop, overdue, now)] for now in ("2025-01-31", "2025-02-01")]
    assert found == [[], ["of-the-third"]]


def test_a_row_says_what_is_done_about_it(laptop: Replica) -> None:
    office = Office(laptop)
    at = "2024-10-05T02:00:00.000Z"
    office.unit("u-9")
    office.item("u-9", "f-9", at, cause="缺人", measure="补人", progress="两人到岗", source="visit-1")
    office.item("u-9", "f-8", at)
    office.says("u-9", "follow_up", "f-8", at, cause="停电")
    office.item("u-9", "f-7", at, measure="补人")
    office.item("u-9", "f-6", at, progress="一人到岗")
    office.says("u-9", "follow_up", "f-6", at, title="x")
    rows = {row.record: (row.cause, row.measure, row.progress, row.source) for row in _rows_of(laptop, "u-9")}
    more = {"f-7": ("", "补人", "", ""), "f-6": ("", "", "一人到岗", "")}
    assert rows == {"f-9": ("缺人", "补人", "两人到岗", "visit-1"), "f-8": ("停电", "", "", ""), **more}


def _rows_of(laptop: Replica, unit: str) -> list[Any]:
    return list(register_rows(laptop, Register(unit=unit)))


def test_words_that_cannot_be_read_or_are_not_here_stop_no_register(laptop: Replica) -> None:
    connection = laptop.connection
    (id_,) = connection.execute("SELECT id FROM record WHERE record = 'of-the-third'").fetchone()
    try:
        connection.execute("SAVEPOINT spoilt")
        connection.execute("UPDATE record SET fields = ? WHERE id = ?", (b'{"cause": 7}', id_))
        (row,) = _rows_of(laptop, "u-3")
        assert (row.cause, row.measure, row.progress) == ("", "", "")
        connection.execute("UPDATE record SET fields = NULL WHERE id = ?", (id_,))
        connection.execute("UPDATE entry SET body = NULL WHERE record = 'of-the-third'")
        (row,) = _rows_of(laptop, "u-3")
        assert (row.cause, row.measure, row.progress) == ("", "", "")
    finally:
        connection.execute("ROLLBACK TO spoilt")
        connection.execute("RELEASE spoilt")


# --- names ------------------------------------------------------------------------------------------------------------


def test_records_are_named_in_the_order_asked_for_and_unknown_ones_by_their_id(laptop: Replica) -> None:
    found = named_records(laptop, ["count", "gone", "visit-2024-11-01"])
    assert [(row.record, row.unit, row.unit_name, row.kind, row.day) for row in found] == [
        ("count", "u-2", "u-2", "count", "2024-11-05"),
        ("gone", "", "", "unit", ""),
        ("visit-2024-11-01", "u-1", "u-1", "inspection", "2024-11-01"),
    ]
    assert found[1].title == "gone"
    office = Office(laptop)
    for unit in ("u-a", "u-b"):
        office.unit(unit)
        office.item(unit, "in-two-units", "2024-11-05T02:00:00.000Z")
    assert [row.unit for row in named_records(laptop, ["in-two-units"])] == ["u-a"]
    assert named_records(laptop, []) == []
