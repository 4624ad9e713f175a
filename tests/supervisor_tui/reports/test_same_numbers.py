"""What is overdue, due soon, open and watched is the same in the brief, in the register, in To-do, on units and lists.

One unit has follow-ups due on the days around today; what each list should hold is written beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from supervisor_tui.reports.figures import brief_figures
from supervisor_tui.reports.number_figures import Order
from supervisor_tui.rules import reading
from sync.model.workflow import SOON_DAYS
from sync.replica import Replica, query
from sync.replica.as_of.on_duty import nobodys
from sync.replica.as_of.planning import count_overdue, unit_facts
from sync.replica.as_of.planning_then import items_then
from sync.replica.as_of.report_period import Register, period, register_rows
from sync.replica.queries.follow_ups import Wanted
from sync.replica.queries.succession import SubUnit, sub_units, sub_units_then
from sync.replica.queries.turns import turns
from sync.replica.queries.units import units_then
from tests.days import day, today
from tests.supervisor_tui.reports.made import lines
from tests.sync.laptops import new_laptop
from tests.sync.office import Office


class Item(NamedTuple):
    """A follow-up: due so many days after today, the steps it took, and to which lists it belongs."""

    due: int
    steps: tuple[str, ...]
    lists: frozenset[str]
    watched: int | None = None


def _on(*lists: str) -> frozenset[str]:
    return frozenset(lists)


_DONE = ("reported", "verified")
ITEMS = {
    "due-yesterday": Item(-1, (), _on("open", "overdue")),
    "due-today": Item(0, (), _on("open", "soon")),
    "due-tomorrow": Item(1, (), _on("open", "soon")),
    "due-in-3": Item(3, (), _on("open", "soon")),
    "due-in-4": Item(4, (), _on("open")),
    "begun-late": Item(-2, ("in_progress",), _on("open", "overdue")),
    "returned-late": Item(-2, ("reported", "returned"), _on("open", "overdue")),
    "reported-late": Item(-2, ("reported",), _on("open", "reported")),
    "verified-late": Item(-2, _DONE, _on("open", "verified")),
    "closed-late": Item(-2, (*_DONE, "closed"), _on()),
    "given-up-late": Item(-2, ("withdrawn",), _on()),
    "watched-to-yesterday": Item(-2, (*_DONE, "closed"), _on(), -1),
    "watched-to-today": Item(-2, (*_DONE, "closed"), _on("watch"), 0),
    "watched-to-tomorrow": Item(-2, (*_DONE, "closed"), _on("watch"), 1),
}
BY = {
    "in_progress": "p-1",
    "reported": "p-1",
    "returned": "p-2",
    "verified": "p-2",
    "closed": "p-3",
    "withdrawn": "p-1",
}


def belonging(name: str) -> set[str]:
    return {record for record, item in ITEMS.items() if name in item.lists}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with new_laptop(Path(tmp_path_factory.mktemp("numbers")) / "office.db", "p-9", "office") as replica:
        office = Office(replica)
        office.campaign("c-1", "2", day(-60), day(60))
        office.unit("above", batch="2")
        office.unit("u-1", batch="2", parent="above")
        for record, item in ITEMS.items():
            office.item("u-1", record, f"{day(-20)}T02:00:00.000Z", due_on=day(item.due))
            for at, step in enumerate(item.steps):
                more = {"watch_until": day(item.watched)} if step == "closed" and item.watched is not None else {}
                instant = f"{day(at - 10)}T02:00:00.000Z"
                office.says("u-1", "follow_up", record, instant, status=step, by=BY[step], **more)
        yield replica


# By what each list is asked: as things stand now, and as they stood at the end of this day.
NOW_AND_THEN = pytest.mark.parametrize("then", [False, True], ids=["now", "as of today"])


@NOW_AND_THEN
@pytest.mark.parametrize("shown", ["open", "overdue", "soon", "reported", "verified", "watch"])
def test_the_register_shows_them(laptop: Replica, shown: str, then: bool) -> None:
    wanted = Wanted(shown=shown, day=today() if then else "")
    listing = query.follow_ups(laptop, wanted, today=today())
    assert {row.record for row in listing.rows(0, 99)} == belonging(shown)
    assert listing.count == len(belonging(shown))
    written = register_rows(laptop, Register(settled=True, day=wanted.day, only=wanted), today())
    assert {row.record for row in written} == belonging(shown)


@NOW_AND_THEN
def test_a_written_register_holds_what_is_outstanding(laptop: Replica, then: bool) -> None:
    rows = register_rows(laptop, Register(day=today() if then else ""))
    assert {row.record for row in rows} == belonging("open")


def test_the_brief_to_this_day_counts_them(laptop: Replica) -> None:
    found = period(laptop, "c-1", day(-60), today())
    tables = brief_figures(found, order=Order(), lacking={}).tables
    for name in ("follow_ups", "follow_ups_by_category", "by_class", "follow_ups_by_group", "follow_ups_by_committee"):
        (cells, *rest) = lines(tables, name).values()
        assert all(not any(each.values()) for each in rest)
        counted = {column: set(records) for column, records in cells.items() if not isinstance(records, int)}
        assert counted["found"] == ITEMS.keys(), name
        assert (counted["left"], counted["overdue"]) == (belonging("open"), belonging("overdue")), name
        assert counted["verified"] == belonging("verified"), name
    committees = lines(tables, "by_committee")["above"]
    assert set(committees["left"] or ()) == belonging("open")  # type: ignore[arg-type]


def test_to_do_has_what_is_overdue_or_due_soon(laptop: Replica) -> None:
    found = turns(laptop, today(), day(SOON_DAYS), 99, nobodys(laptop, today()))
    assert {row.record for row in found.others.rows} == belonging("overdue") | belonging("soon")
    assert {row.record for row in found.to_verify.rows} == belonging("reported")
    assert {row.record for row in found.to_close.rows} == belonging("verified")


@NOW_AND_THEN
def test_the_list_of_units_and_the_unit_count_them(laptop: Replica, then: bool) -> None:
    on = today() if then else ""
    rows = units_then(laptop, on) if on else query.units(laptop, today=today()).rows(0, 9)
    counts = [(row.open, row.overdue) for row in rows if row.id == "u-1"]
    card = query.unit(laptop, "u-1", today(), day=on)
    assert card is not None
    assert counts == [(card.open, card.overdue)] == [(len(belonging("open")), len(belonging("overdue")))]


@NOW_AND_THEN
def test_units_below_another_count_them(laptop: Replica, then: bool) -> None:
    rows = sub_units_then(laptop, "above", today()) if then else sub_units(laptop, "above", today())
    assert rows == [SubUnit("u-1", "u-1", 1, len(belonging("open")), len(belonging("overdue")))]


@NOW_AND_THEN
def test_where_to_go_next_says_them(laptop: Replica, then: bool) -> None:
    (row,) = [each for each in reading.visits(laptop, today(), 9, day=today() if then else "") if each.unit == "u-1"]
    said = {each.rule: each.values for each in row.reasons}
    assert said["overdue"] == {"count": len(belonging("overdue")), "days": 2}
    assert said["due_soon"] == {"count": len(belonging("soon"))}


@NOW_AND_THEN
def test_a_plan_of_visits_knows_them(laptop: Replica, then: bool) -> None:
    soon = day(SOON_DAYS)
    (facts,) = unit_facts(laptop, "c-1", stage="study", today=today(), until=soon, units={"u-1"}, past=then)
    assert (facts.oldest_due, facts.soon, facts.watch_until) == (day(-2), len(belonging("soon")), day(1))
    assert count_overdue(laptop, today(), [facts])[0].overdue == len(belonging("overdue"))


def test_what_was_open_at_the_end_of_this_day_is_counted_so(laptop: Replica) -> None:
    counts = (len(belonging("open")), len(belonging("overdue")), day(-2), len(belonging("soon")), day(1))
    assert items_then(laptop, today(), day(SOON_DAYS)) == {"u-1": counts}
