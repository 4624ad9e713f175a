"""Lists as of a day: the register, gates, gaps, next visits, hints and a unit's file say what held then."""

from __future__ import annotations

from sync.replica import Replica, query
from sync.replica.period import Register, register_rows
from sync.replica.register import Wanted
from tests.sync.test_as_of import Office, laptop, office

__all__ = ["laptop", "office"]
NOW = "2024-12-31"


def register(laptop: Replica, day: str, shown: str = "open", **wanted: str) -> list[tuple[str, str, str]]:
    listing = query.follow_ups(laptop, Wanted(shown=shown, day=day, **wanted), today=NOW)
    rows = listing.rows(0, 99)
    assert listing.count == len(rows)
    return [(row.record, row.status, row.due_on) for row in rows]


def moved_on(office: Office) -> None:
    """Let one item be put off, verified and sent back again, all in December."""
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", status="reported")
    office.says("u-1", "follow_up", "f-1", "2024-11-12T02:00:00.000Z", status="verified", by="p-2")
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="returned", due_on="2025-01-31", by="p-2")


def test_the_register_of_a_past_day_shows_the_status_and_the_due_date_of_that_day(
    office: Office, laptop: Replica
) -> None:
    moved_on(office)
    assert register(laptop, "2024-11-11") == [("f-1", "reported", "2024-11-20")]
    assert register(laptop, "2024-11-30") == []
    assert register(laptop, "2024-11-30", "closed") == [("f-1", "verified", "2024-11-20")]
    assert register(laptop, "") == register(laptop, "2024-12-05") == [("f-1", "returned", "2025-01-31")]


def test_the_register_of_a_day_before_an_item_was_opened_does_not_have_it(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    assert register(laptop, "2024-11-01", "all") == []
    assert register(laptop, "2024-11-02", "all") == [("f-1", "open", "2024-11-20")]


def test_what_is_overdue_or_soon_in_a_past_register_is_so_by_its_day(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    shown = {day: [s for s in ("overdue", "soon") if register(laptop, day, s)] for day in ("2024-11-18", "2024-11-21")}
    assert shown == {"2024-11-18": ["soon"], "2024-11-21": ["overdue"]}


def test_a_past_register_filters_by_what_units_were_and_by_campaign(office: Office, laptop: Replica) -> None:
    office.campaign("first", "1", "2024-03-01", "2024-08-31")
    office.item("u-1", "f-1", "2024-07-02T02:00:00.000Z", campaign="first")
    office.item("u-1", "f-2", "2024-11-02T02:00:00.000Z", campaign="second")
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", category="other")
    day = "2024-11-30"
    assert [row[0] for row in register(laptop, day, campaign="second")] == ["f-2"]
    assert [row[0] for row in register(laptop, "", campaign="first")] == ["f-1"]
    assert [row[0] for row in register(laptop, day, category="farm", text="f-1")] == ["f-1"]
    assert register(laptop, day, category="other") == register(laptop, "", category="farm") == []


def test_a_written_register_as_of_a_day_says_since_when_items_were_settled_then(
    office: Office, laptop: Replica
) -> None:
    moved_on(office)

    def rows(day: str) -> list[tuple[str, str, str]]:
        found = register_rows(laptop, Register(day=day, settled=True))
        return [(row.status, row.due_on, row.settled_on) for row in found]

    assert rows("2024-11-11") == [("reported", "2024-11-20", "")]
    assert rows("2024-11-30") == [("verified", "2024-11-20", "2024-11-12")]
    assert rows("") == [("returned", "2025-01-31", "")]
    assert register_rows(laptop, Register(campaign="first", settled=True)) == []
