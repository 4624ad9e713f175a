"""The register of follow-ups by each of its filters: what it lets through, beside what differs in that one thing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.ledger.ids import assignment_record
from sync.replica import Replica
from sync.replica.queries.follow_ups import SHOWN, Wanted, follow_ups, values_found
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

TODAY, THEN = "2026-09-18", "2026-09-15"
AT = "2026-09-01T02:00:00.000Z"

# By record: what differs from a problem of the first unit that is due at the end of the year, and the steps it took.
ITEMS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "plain": ({}, ()),
    "suggestion": ({"nature": "suggestion"}, ()),
    "begun": ({}, ("in_progress",)),
    "reported": ({}, ("reported",)),
    "verified": ({}, ("reported", "verified")),
    "closed": ({}, ("reported", "verified", "closed")),
    "given-up": ({}, ("withdrawn",)),
    "late": ({"due_on": "2026-09-17"}, ()),
    "due-today": ({"due_on": TODAY}, ()),
    "due-in-3": ({"due_on": "2026-09-21"}, ()),
    "due-in-4": ({"due_on": "2026-09-22"}, ()),
    "late-reported": ({"due_on": "2026-09-16"}, ("reported",)),
    "of-a-school": ({"unit": "school"}, ()),
    "of-a-mill": ({"unit": "mill"}, ()),
    "of-last-year": ({"campaign": "c-0"}, ()),
    "asked": ({"class_": "policy"}, ()),
    "asked-and-reported": ({"class_": "policy"}, ("reported",)),
    "named": ({"title": "补发必读篇目"}, ()),
    "moved-once": ({}, ()),
    "moved-twice": ({}, ()),
    "opened-from": ({"origin": "i-1"}, ()),
    "watched-to-yesterday": ({"watched": "2026-09-17"}, ("reported", "verified", "closed")),
    "watched-to-today": ({"watched": TODAY}, ("reported", "verified", "closed")),
    "watched-long": ({"watched": "2026-10-18"}, ("reported", "verified", "closed")),
}
ENDED = ("closed", "given-up", "watched-long", "watched-to-today", "watched-to-yesterday")
OPEN = [record for record in ITEMS if record not in ENDED]
BY = {"verified": "p-2", "closed": "p-3"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "office.db"
    with new_laptop(path, "p-9", "office") as replica:
        office = Office(replica)
        for campaign in ("c-0", "c-1"):
            office.campaign(campaign, campaign[-1], "2026-01-01", "2026-12-31")
        policy = {"class__policy": {"zh": "政策", "en": "Policy"}, "office__policy": True}
        office.says("district", "campaign", "c-1", AT, **policy)
        for unit, fields in {"u-1": {}, "school": {"category": "university"}, "mill": {"name": "酱油厂"}}.items():
            office.unit(unit, **fields)
        office.says("staff", "assignment", assignment_record("mill"), AT, unit_="mill", group="g-7")
        visit = {"visited_on": "2026-09-01", "stage": "study", "template": "t", "group": "g", "summary": "x"}
        office.says("u-1", "inspection", "i-1", AT, **visit)
        for record, (more, steps) in ITEMS.items():
            _live(office, record, dict(more), steps)
        # After the day that is past: another category, another group.
        office.says("school", "unit", "school", "2026-09-16T02:00:00.000Z", category="social")
        later = {"group": "g-8", "from_": "2026-09-16"}
        office.says("staff", "assignment", assignment_record("mill"), "2026-09-16T02:00:00.000Z", **later)
    return path


@pytest.fixture
def laptop(made: Path, tmp_path: Path) -> Iterator[Replica]:
    """A copy of that file: some tests write into it."""
    shutil.copytree(made.parent, tmp_path / "copy")
    with Replica.open(tmp_path / "copy" / made.name) as replica:
        yield replica


def _live(office: Office, record: str, more: dict[str, Any], steps: tuple[str, ...]) -> None:
    unit, watched = more.pop("unit", "u-1"), more.pop("watched", "")
    given = {"campaign": "c-1", "due_on": "2026-12-31"} | more
    office.item(unit, record, AT, **given)
    for at, step in enumerate(steps):
        fields = {"status": step, "by": BY.get(step, "p-1"), "why": "x"}
        if watched and step == "closed":
            fields["watch_until"] = watched
        office.says(unit, "follow_up", record, f"2026-09-1{at}T02:00:00.000Z", **fields)
    for time in range({"moved-once": 1, "moved-twice": 2}.get(record, 0)):
        moved = {"due_on": f"2027-01-0{time + 1}", "why": "x"}
        office.says(unit, "follow_up", record, f"2026-09-1{time}T02:00:00.000Z", **moved)


def _found(laptop: Replica, day: str = "", **wanted: Any) -> list[str]:
    """What a register lists, in its order; its count and its pages agree with it."""
    listing = follow_ups(laptop, Wanted(day=day, **wanted), today=TODAY)
    rows = [row.record for row in listing.rows(0, 99)]
    assert listing.count == len(rows)
    assert [row.record for at in range(0, len(rows), 2) for row in listing.rows(at, 2)] == rows
    return rows


# What each register holds now; where it was otherwise at the end of the past day, that stands in `WAS`.
IS: dict[str, list[str]] = {
    "open": OPEN,
    "overdue": ["late"],
    "soon": ["due-today", "due-in-3"],
    "to_answer": ["asked"],
    "reported": ["late-reported", "reported", "asked-and-reported"],
    "verified": ["verified"],
    "moved": ["moved-once", "moved-twice"],
    "watch": ["watched-to-today", "watched-long"],
    "closed": ["closed", "watched-to-yesterday", "watched-to-today", "watched-long"],
    "given_up": ["given-up"],
    "void": [],
    "all": [*ITEMS],
}
WAS = {"overdue": [], "soon": ["late", "due-today"], "watch": ["watched-to-yesterday", *IS["watch"]]}


@pytest.mark.parametrize("shown", SHOWN)
def test_each_register_holds_what_it_shows_now_and_on_a_day_that_is_past(laptop: Replica, shown: str) -> None:
    assert sorted(_found(laptop, shown=shown)) == sorted(IS[shown])
    assert sorted(_found(laptop, THEN, shown=shown)) == sorted({**IS, **WAS}[shown])


@pytest.mark.parametrize("day", ["", TODAY])
def test_what_is_to_be_done_stands_first_by_due_date_then_what_is_done_and_what_has_ended(
    laptop: Replica, day: str
) -> None:
    done = ["late-reported", "asked-and-reported", "reported", "verified"]
    by_date = ["late", "due-today", "due-in-3", "due-in-4"]
    later = ["asked", "begun", "named", "of-a-mill", "of-a-school", "of-last-year", "opened-from", "plain"]
    ordered = [*by_date, *later, "suggestion", "moved-once", "moved-twice", *done]
    assert _found(laptop, day, shown="all") == [*ordered, *ENDED]
    assert _found(laptop, day) == ordered


def test_what_is_watched_stands_by_the_end_of_the_watch(laptop: Replica) -> None:
    assert _found(laptop, shown="watch") == ["watched-to-today", "watched-long"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"nature": "suggestion"}, ["suggestion"]),
        ({"status": "in_progress"}, ["begun"]),
        ({"status": "closed"}, IS["closed"]),
        ({"unit": "mill"}, ["of-a-mill"]),
        ({"campaign": "c-0"}, ["of-last-year"]),
        ({"class_": "policy"}, ["asked", "asked-and-reported"]),
        ({"class_": "policy", "status": "open"}, ["asked"]),
        ({"moved": "1"}, ["moved-once", "moved-twice"]),
        ({"moved": "2"}, ["moved-twice"]),
        ({"moved": "3"}, []),
        ({"source": "i-1"}, ["opened-from"]),
        ({"source": "inspection"}, ["opened-from"]),
        ({"verifier": "p-2"}, ["verified", *IS["closed"]]),
        ({"text": "必读"}, ["named"]),
        ({"text": "酱油"}, ["of-a-mill"]),
        ({"text": "jyc"}, ["of-a-mill"]),
        ({"text": "  "}, [*ITEMS]),
        ({"text": "必读", "nature": "suggestion"}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("day", ["", THEN])
def test_a_filter_lets_through_what_is_so_and_nothing_else(
    laptop: Replica, wanted: dict[str, str], found: list[str], day: str
) -> None:
    assert sorted(_found(laptop, day, shown="all", **wanted)) == sorted(found)


@pytest.mark.parametrize(
    ("wanted", "now", "then"),
    [
        ({"category": "university"}, [], ["of-a-school"]),
        ({"category": "social"}, ["of-a-school"], []),
        ({"group": "g-7"}, [], ["of-a-mill"]),
        ({"group": "g-8"}, ["of-a-mill"], []),
        ({"group": "g-9"}, [], []),
    ],
    ids=str,
)
def test_units_are_meant_as_they_were_on_the_day(
    laptop: Replica, wanted: dict[str, str], now: list[str], then: list[str]
) -> None:
    assert (_found(laptop, **wanted), _found(laptop, THEN, **wanted)) == (now, then)


@pytest.mark.parametrize("day", ["", THEN])
def test_the_values_of_a_filter_are_counted_under_the_other_filters(laptop: Replica, day: str) -> None:
    def counted(field: str, **wanted: str) -> list[tuple[str, int]]:
        return values_found(laptop, field, Wanted(**{"shown": "all", "day": day} | wanted), today=TODAY)

    assert counted("class_") == counted("class_", class_="funds") == [("policy", 2)]
    assert counted("class_", status="open") == [("policy", 1)]
    assert counted("moved") == [("1", 2), ("2", 1)]
    assert counted("source") == [("inspection", 1)]
    assert counted("verifier") == [("p-2", 5)]
    assert counted("reporter", shown="open") == [("p-1", 4)]
    assert counted("lead") == counted("source", unit="mill") == []


def test_the_value_of_most_is_named_first(laptop: Replica) -> None:
    office = Office(laptop)
    office.unit("many")
    for number, lead in enumerate(("b", "a", "b", "c", "c", "b")):
        office.item("many", f"f-{number}", AT, lead_unit=lead)
    wanted = Wanted(unit="many", shown="all")
    assert values_found(laptop, "lead", wanted, today=TODAY) == [("b", 3), ("c", 2), ("a", 1)]


def test_a_row_says_who_has_it(laptop: Replica) -> None:
    rows = {row.record: row for row in follow_ups(laptop, Wanted(shown="all"), today=TODAY).rows(0, 99)}
    row = rows["watched-long"]
    assert (row.unit, row.unit_name, row.status, row.watch_until) == ("u-1", "u-1", "closed", "2026-10-18")
    assert (row.reported_by, row.verified_by, row.by) == ("p-1", "p-2", "p-1")
    assert (rows["moved-twice"].first_due, rows["moved-twice"].due_on, rows["moved-twice"].moved) == (
        "2026-12-31",
        "2027-01-02",
        2,
    )
