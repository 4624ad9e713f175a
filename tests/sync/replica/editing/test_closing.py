"""A unit that closes: what becomes of its follow-ups, what its past says, and taking it back."""

from __future__ import annotations

import pytest

from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.report_period import Period, period
from sync.replica.editing import edits
from sync.replica.editing.closing import Closing, Outcome, close, open_follow_ups, take_back
from sync.replica.editing.edits import Refused
from sync.replica.queries.follow_ups import Wanted, follow_ups
from tests.rows import dump
from tests.sync.office import Office

MERGER = Closing(unit="u-1", on="2024-12-05", closed_why="merged", reason="撤并", successors=("u-2",))
SPLIT = Closing(unit="u-1", on="2024-12-05", closed_why="dissolved", reason="分设", successors=("u-2", "u-3"))


@pytest.fixture
def office(office: Office) -> Office:
    for unit in ("u-2", "u-3"):
        office.unit(unit, batch="2")
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z", cause="缺人", origin="r-1#i1")
    office.item("u-1", "f-2", "2024-11-03T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-2", "2024-11-04T02:00:00.000Z", due_on="2024-12-31", why="延期")
    office.says("u-1", "follow_up", "f-2", "2024-11-05T02:00:00.000Z", status="in_progress")
    return office


def figures(laptop: Replica, since: str, until: str) -> dict[str, list[str]]:
    """The follow-ups of a period by unit."""
    found: dict[str, list[str]] = {}
    for row in period(laptop, "second", since, until).follow_ups:
        found.setdefault(row.unit, []).append(row.title)
    return {unit: sorted(titles) for unit, titles in found.items()}


def november(laptop: Replica) -> Period:
    return period(laptop, "second", "2024-11-01", "2024-11-30")


@pytest.mark.usefixtures("office")
def test_a_merger_hands_every_open_follow_up_to_the_successor_and_leaves_november_as_it_was(laptop: Replica) -> None:
    before = november(laptop)
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    assert november(laptop) == before
    assert figures(laptop, "2024-12-01", "2024-12-31") == {"u-2": ["f-1", "f-2"]}
    assert [unit.unit for unit in period(laptop, "second", "2024-12-06", "2024-12-31").units] == ["u-2", "u-3"]
    assert [row.id for row in query.units(laptop).rows(0, 9)] == ["u-2", "u-3"]


@pytest.mark.usefixtures("office")
def test_a_follow_up_handed_over_keeps_its_words_its_first_due_date_and_where_it_came_from(laptop: Replica) -> None:
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    by_title = {row.title: query.record(laptop, row.record) for row in open_follow_ups(laptop, "u-2")}
    first, second = by_title["f-1"], by_title["f-2"]
    assert first is not None
    assert second is not None
    assert first.fields | {"campaign": "second"} == first.fields
    kept = {"cause": "缺人", "origin": "r-1#i1", "carried_from": "f-1", "opened_on": "2024-11-02", "status": "open"}
    assert first.fields | kept == first.fields
    assert (second.fields["due_on"], second.fields["status"]) == ("2024-12-31", "in_progress")
    assert [version.set["due_on"] for version in second.versions] == ["2024-11-20", "2024-12-31"]
    old = query.record(laptop, "f-1")
    assert old is not None
    assert (old.fields["status"], old.fields["carried_to"]) == ("withdrawn", first.record)


@pytest.mark.usefixtures("office")
def test_the_register_tells_of_what_was_handed_over_its_first_date_how_often_it_moved_and_where_it_was(
    laptop: Replica,
) -> None:
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    for day in ("", "2024-12-06"):
        listing = follow_ups(laptop, Wanted(shown="all", day=day), today=today(laptop))
        rows = {(row.unit, row.title): row for row in listing.rows(0, listing.count)}
        assert {name: row.status for name, row in rows.items()} == {
            ("u-1", "f-1"): "handed_on",
            ("u-1", "f-2"): "handed_on",
            ("u-2", "f-1"): "open",
            ("u-2", "f-2"): "in_progress",
        }
        moved = rows["u-2", "f-2"]
        assert (moved.first_due, moved.due_on, moved.moved) == ("2024-11-20", "2024-12-31", 1)
        assert rows["u-2", "f-1"].moved == 0


@pytest.mark.usefixtures("office")
def test_what_was_put_off_before_it_was_handed_over_was_put_off_then(laptop: Replica) -> None:
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])

    def put_off(since: str, until: str) -> list[str]:
        return [row.title for row in period(laptop, "second", since, until).follow_ups if row.moved]

    assert put_off("2024-11-01", "2024-12-31") == ["f-2"]
    assert put_off("2024-12-01", "2024-12-31") == []


@pytest.mark.usefixtures("office")
def test_a_split_hands_each_follow_up_to_one_successor_or_settles_it(laptop: Replica) -> None:
    close(laptop, SPLIT, [Outcome("f-1", "u-3"), Outcome("f-2", why="已不存在")])
    assert figures(laptop, "2024-12-01", "2024-12-31") == {"u-1": ["f-2"], "u-3": ["f-1"]}  # what was settled, too
    settled = query.record(laptop, "f-2")
    assert settled is not None
    assert (settled.fields["status"], settled.fields["progress"]) == ("withdrawn", "已不存在")
    unit = query.record(laptop, "u-1")
    assert unit is not None
    said = {"closed_on": "2024-12-05", "successor": "u-2", "successor.u-2": "u-2", "successor.u-3": "u-3"}
    assert unit.fields | said == unit.fields


@pytest.mark.parametrize(
    ("closing", "outcomes", "code"),
    [
        (MERGER, [Outcome("f-1", "u-2")], "outcome_needed"),
        (MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-3")], "outcome_needed"),
        (MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2", "both")], "outcome_needed"),
        (Closing(unit="u-1", on="2024-12-05", closed_why="merged", reason="x"), [], "successor_needed"),
        (Closing(unit="u-1", on="2999-12-05", closed_why="dissolved", reason="x"), [], "closed_in_future"),
        (Closing(unit="u-9", on="2024-12-05", closed_why="dissolved", reason="x"), [], "not_found"),
    ],
)
@pytest.mark.usefixtures("office")
def test_a_closing_that_leaves_anything_open_keeps_nothing(
    laptop: Replica, closing: Closing, outcomes: list[Outcome], code: str
) -> None:
    before = dump(laptop)
    with pytest.raises(Refused) as refused:
        close(laptop, closing, outcomes)
    assert refused.value.code == code
    assert dump(laptop) == before


@pytest.mark.usefixtures("office")
def test_a_closing_that_fails_at_its_end_has_handed_nothing_over(laptop: Replica) -> None:
    before = dump(laptop)
    wrong = Closing(unit="u-1", on="2024-12-05", closed_why="sold", reason="x", successors=("u-2",))
    with pytest.raises(InvalidFields):
        close(laptop, wrong, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    assert dump(laptop) == before


@pytest.mark.usefixtures("office")
def test_a_unit_with_open_follow_ups_is_not_closed_by_a_plain_change(laptop: Replica) -> None:
    with pytest.raises(Refused) as refused:
        edits.correct(laptop, "u-1", {"closed_on": "2024-12-05", "closed_why": "dissolved"}, "x")
    assert refused.value.code == "follow_ups_open"


@pytest.mark.usefixtures("office")
def test_a_closing_taken_back_never_was(laptop: Replica) -> None:
    open_before, december = open_follow_ups(laptop, "u-1"), figures(laptop, "2024-12-01", "2024-12-31")
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    assert take_back(laptop, "u-1", "录错").stayed == []
    assert [row.record for row in open_follow_ups(laptop, "u-1")] == [row.record for row in open_before]
    assert open_follow_ups(laptop, "u-2") == []
    assert figures(laptop, "2024-12-01", "2024-12-31") == december
    assert [row.id for row in query.units(laptop).rows(0, 9)] == ["u-1", "u-2", "u-3"]
    unit, successor = (query.record(laptop, each) for each in ("u-1", "u-2"))
    assert unit is not None
    assert successor is not None
    assert not {"closed_on", "closed_why", "successor", "successor.u-2"} & unit.fields.keys()
    assert "predecessor.u-1" not in successor.fields


@pytest.mark.usefixtures("office")
def test_what_the_successor_has_worked_on_stays_with_it_when_the_closing_is_taken_back(laptop: Replica) -> None:
    close(laptop, MERGER, [Outcome("f-1", "u-2"), Outcome("f-2", "u-2")])
    (there,) = [row.record for row in open_follow_ups(laptop, "u-2") if row.title == "f-1"]
    edits.step(laptop, there, "reported", "已办")
    assert take_back(laptop, "u-1", "录错").stayed == [there]
    assert [row.title for row in open_follow_ups(laptop, "u-1")] == ["f-2"]


def test_a_closing_of_long_ago_is_not_taken_back(office: Office, laptop: Replica) -> None:
    office.unit("u-4", batch="2")
    office.says("u-4", "unit", "u-4", "2024-11-20T02:00:00.000Z", closed_on="2024-11-20", closed_why="moved")
    with pytest.raises(Refused) as refused:
        take_back(laptop, "u-4", "x")
    assert refused.value.code == "closed_for_good"
    with pytest.raises(Refused) as refused:
        edits.correct(laptop, "u-4", {"closed_on": None}, "x")
    assert refused.value.code == "closed_for_good"
    edits.create(laptop, "unit", "u-5", {"name": "u-5", "category": "farm", "predecessor": "u-4"})


@pytest.mark.usefixtures("office")
def test_a_parent_is_a_unit_that_is_there_and_not_below(laptop: Replica) -> None:
    edits.correct(laptop, "u-2", {"parent": "u-1"}, "x")
    edits.correct(laptop, "u-3", {"parent": "u-2"}, "x")
    for wrong in ("u-1", "u-3", "u-9"):
        with pytest.raises(InvalidFields) as refused:
            edits.correct(laptop, "u-1", {"parent": wrong}, "x")
        assert [fault.field for fault in refused.value.faults] == ["parent"]
    with pytest.raises(InvalidFields):
        edits.create(laptop, "unit", "u-5", {"name": "u-5", "category": "farm", "parent": "u-9"})
