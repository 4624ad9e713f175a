"""Any day of the calendar may be stated, the first and the last too: what is folded, listed and counted stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.rules import reading
from sync.ledger.governance import ALWAYS_GOVERNED
from sync.ledger.ids import assignment_record
from sync.model.kinds import KINDS
from sync.model.workflow import watch_changes
from sync.replica import Replica, query
from sync.replica.as_of.duties import duties_on
from sync.replica.as_of.report_period import period
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.queries.follow_ups import Wanted
from tests.days import day, today
from tests.rows import dump
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

ENDS = ("0001-01-01", "9999-12-31")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with new_laptop(tmp_path / "office.db", "p-office", "office", "d-office") as laptop:
        staff = Office(laptop)
        staff.says("district", "district", "district", _at(), governed_from="2020-01-01")
        staff.campaign("c-1", "1", day(-60), day(60))
        staff.unit("u-1")
        staff.says("staff", "person", "p-1", _at(), name="王", role="liaison")
        yield staff


def _at() -> str:
    return f"{day(-30)}T04:00:00.000Z"


def _stands(laptop: Replica) -> None:
    """Everything that is asked of days answers, and folded again it is the same."""
    before = dump(laptop)
    rebuild(laptop)
    assert dump(laptop) == before
    for each in (today(), *ENDS):
        duties_on(laptop, each)
        query.follow_ups(laptop, Wanted(), today=each)
        reading.hinted(laptop, day=each)
        period(laptop, "", ENDS[0], each)
    reading.visits(laptop, today(), 9)


@pytest.mark.parametrize("first", [*ENDS, ALWAYS_GOVERNED])
def test_the_day_from_which_follow_ups_are_governed(office: Office, first: str) -> None:
    office.item("u-1", "f-1", _at(), due_on=day(9))
    office.says("district", "district", "district", _at(), governed_from=first)
    _stands(office.laptop)


@pytest.mark.parametrize("first", ENDS)
def test_the_day_from_which_a_time_zone_holds(office: Office, first: str) -> None:
    office.says("district", "district", "district", _at(), **{f"time_zone.{first}": "Europe/Berlin"})
    _stands(office.laptop)


@pytest.mark.parametrize("last", ENDS)
@pytest.mark.parametrize("first", ENDS)
def test_the_days_of_a_duty(office: Office, first: str, last: str) -> None:
    who = {"unit_": "u-1", "liaison": "p-1", "from_": first, "until": last}
    office.says("staff", "assignment", assignment_record("u-1"), _at(), **who)
    office.says("staff", "assignment", assignment_record("u-1"), _at(), liaison="p-1", until=last)
    _stands(office.laptop)
    assert duties_on(office.laptop, today())["u-1"].liaison == ("p-1" if last == ENDS[1] else "")


@pytest.mark.parametrize("last", ENDS)
@pytest.mark.parametrize("first", ENDS)
def test_the_days_of_a_participation(office: Office, first: str, last: str) -> None:
    office.says("u-1", "participation", "u-1.c-1", _at(), campaign="c-1", from_=first, until=last)
    _stands(office.laptop)


@pytest.mark.parametrize("stated", ENDS)
@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.day))
def test_the_day_of_a_record(office: Office, kind: str, stated: str) -> None:
    fields = {KINDS[kind].day: stated, "campaign": "c-1", "stage": "study", "mode": "visit"}
    office.says("u-1", kind, "r-1", _at(), **fields)
    office.says("u-1", kind, "r-1", _at(), **{KINDS[kind].day: day(-1)})
    office.says("u-1", kind, "r-1", _at(), **{KINDS[kind].day: stated, "correction": True})
    _stands(office.laptop)


@pytest.mark.parametrize("stated", ENDS)
@pytest.mark.parametrize("kind", ["unit", "person", "group"])
def test_the_day_on_which_something_ends(office: Office, kind: str, stated: str) -> None:
    ledger, record = ("u-1", "u-1") if kind == "unit" else ("staff", "p-1" if kind == "person" else "g-1")
    ends = {"unit": "closed_on", "person": "left_on", "group": "closed_on"}[kind]
    office.says(ledger, kind, record, _at(), name="名", **{ends: stated, "on": stated})
    _stands(office.laptop)


@pytest.mark.parametrize("stated", ENDS)
def test_the_days_of_a_follow_up_and_its_steps(office: Office, stated: str) -> None:
    office.item("u-1", "f-1", _at(), due_on=stated, opened_on=ENDS[0])
    office.says("u-1", "follow_up", "f-1", _at(), status="reported", on=stated)
    office.says("u-1", "follow_up", "f-1", _at(), due_on=day(3), on=stated)
    _stands(office.laptop)


def test_a_watch_that_begins_on_the_last_day_ends_on_it() -> None:
    assert watch_changes("closed", ENDS[1], {"watch_days": 90}) == {"watch_until": ENDS[1]}
