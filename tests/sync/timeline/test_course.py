"""What the fields of a record held on which day."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import fold_record
from sync.model.days import DEFAULT
from sync.timeline.course import courses, on_day
from tests.sync.ledger.test_fold import Author, apart


def unit_edits(*steps: dict[str, Any]) -> list[Edit]:
    """One author's edits of a unit, each of which saw the ones before; `at` of a step is its clock."""
    author, edits = Author("d-1"), []
    for step in steps:
        author.clock = step.pop("at", author.clock)
        edits.append(author.writes(step, kind="unit"))
    return edits


def category(*steps: dict[str, Any]) -> list[tuple[str, Any]]:
    return courses(unit_edits(*steps), ["category"], DEFAULT).get("category", [])


def test_what_was_never_changed_holds_from_the_beginning() -> None:
    assert category({"category": "farm"}) == [("", "farm")]


def test_an_edit_holds_from_the_day_it_states() -> None:
    assert category({"category": "farm"}, {"category": "other", "on": "2026-10-01"}) == [
        ("", "farm"),
        ("2026-10-01", "other"),
    ]


def test_an_edit_that_states_no_day_holds_from_its_own_in_the_districts_zone() -> None:
    assert category({"category": "farm"}, {"category": "other", "at": "2026-11-30T23:30:00.000Z"})[1:] == [
        ("2026-12-01", "other")
    ]


def test_a_correction_holds_from_the_day_of_what_it_replaces() -> None:
    assert category({"category": "farm"}, {"category": "other", "correction": True}) == [("", "other")]
    corrected: dict[str, Any] = {"category": "town", "correction": True}
    assert category({"category": "farm"}, {"category": "other", "on": "2026-10-01"}, corrected) == [
        ("", "farm"),
        ("2026-10-01", "town"),
    ]


def test_a_later_edit_that_states_an_earlier_day_replaces_what_stood_there() -> None:
    steps = [{"category": "farm"}, {"category": "other", "on": "2026-10-05"}, {"category": "town", "on": "2026-10-01"}]
    assert category(*steps) == [("", "farm"), ("2026-10-01", "town")]


def test_a_field_set_for_the_first_time_by_a_later_edit_was_empty_before() -> None:
    edits = unit_edits({"name": "x"}, {"closed_on": "2026-10-01", "on": "2026-10-01"})
    assert courses(edits, ["closed_on", "parent"], DEFAULT) == {"closed_on": [("", None), ("2026-10-01", "2026-10-01")]}


def test_an_entry_without_effect_has_no_day() -> None:
    first, second, third = unit_edits(
        {"category": "farm"}, {"category": "other", "on": "2026-10-01"}, {"category": "town", "on": "2026-11-01"}
    )
    assert courses([first, apart(second), third], ["category"], DEFAULT)["category"] == [
        ("", "farm"),
        ("2026-11-01", "town"),
    ]


def test_the_day_an_edit_states_is_no_value_of_the_record() -> None:
    folded = fold_record(unit_edits({"category": "farm", "on": "2026-10-01"}, {"name": "x", "correction": True}))
    assert folded is not None
    assert folded.fields == {"category": "farm", "name": "x"}
    assert folded.live.keys() == {"category", "name"}


def test_two_edits_that_state_different_days_do_not_conflict_over_them() -> None:
    one, other = Author("d-1"), Author("d-2")
    opened = one.writes({"category": "farm"}, kind="unit")
    other.receives(opened)
    edits = [
        opened,
        one.writes({"category": "town", "on": "2026-10-01"}, kind="unit"),
        other.writes({"parent": "p", "on": "2026-11-01"}, kind="unit"),
    ]
    folded = fold_record(edits)
    assert folded is not None
    assert not folded.conflicts


_DAYS = st.sampled_from(["2026-10-01", "2026-10-02", "2026-10-03"])


@given(st.lists(st.tuples(st.sampled_from("abc"), _DAYS, st.booleans()), max_size=6), st.randoms())
def test_the_last_day_shows_what_the_record_holds_now(steps: list[tuple[str, str, bool]], shuffled: Any) -> None:
    fields = [
        {"category": value, **({"correction": True} if corrects else {"on": day})} for value, day, corrects in steps
    ]
    edits = unit_edits({"category": "first"}, *fields)
    folded = fold_record(edits)
    assert folded is not None
    shuffled.shuffle(edits)
    course = courses(edits, ["category"], DEFAULT)["category"]
    assert on_day(course, "9999-12-31") == folded.fields["category"]
    assert course[0][0] == ""
    assert [day for day, _ in course] == sorted({day for day, _ in course})
