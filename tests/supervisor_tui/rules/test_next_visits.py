"""Where to go next: each rule by itself, and the order they make."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.next_visits import Moment, next_visits
from sync.replica.planning import UnitFacts

NOW = Moment(today="2026-09-18", role="group", stage_ends="2026-10-15")
SEEN: dict[str, Any] = {"last_visit": "2026-09-10", "last_contact": "2026-09-10", "in_stage": True, "decision": "pass"}


def _unit(name: str = "u", **facts: Any) -> UnitFacts:
    known: dict[str, Any] = {"unit": name, "name": name, "category": "farm"} | SEEN | facts
    return UnitFacts(**known)


def _reasons(unit: UnitFacts, now: Moment = NOW) -> list[tuple[str, dict[str, int | str]]]:
    return [(each.rule, each.values) for visit in next_visits([(unit, now)]) for each in visit.reasons]


def test_a_unit_that_wants_nothing_is_not_named() -> None:
    assert next_visits([(_unit(), NOW)]) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"decision": "make_up", "decided_on": "2026-09-08"}, ("make_up", {"days": 10})),
        (
            {"make_up_due": "2026-09-21", "make_up_stage": "study", "decision": "make_up"},
            ("make_up_due", {"day": "2026-09-21", "stage": "study"}),
        ),
        (
            {"satisfied": 45.9, "surveyed_on": "2026-09-17", "decision": ""},
            ("survey_failed", {"share": 45, "least": "60", "day": "2026-09-17"}),
        ),
        ({"overdue": 2, "oldest_due": "2026-09-15"}, ("overdue", {"count": 2, "days": 3})),
        ({"promised_on": "2026-09-21"}, ("promised", {"day": "2026-09-21"})),
        ({"soon": 1}, ("due_soon", {"count": 1})),
        ({"in_stage": False}, ("not_visited", {})),
        ({"last_visit": "2026-07-01"}, ("long_ago", {"days": 79})),
        (
            {"watch_until": "2027-01-01", "last_contact": "2026-06-01"},
            ("watched", {"days": 109, "day": "2027-01-01"}),
        ),
        ({"has_liaison": True, "last_contact": "2026-08-01"}, ("quiet", {"days": 48})),
        ({"has_liaison": True, "last_contact": ""}, ("never", {})),
    ],
)
def test_each_rule_says_what_it_saw(facts: dict[str, Any], expected: tuple[str, dict[str, Any]]) -> None:
    assert _reasons(_unit(**facts)) == [expected]


def test_the_office_is_told_since_when_a_unit_has_no_liaison_officer_or_group() -> None:
    unit = _unit(category="weak_enterprise", vacant_since="2026-09-01", ungrouped_since="2026-09-08")
    since = {"no_group": "2026-09-08", "no_liaison": "2026-09-01"}
    for role, told in (("office", [(rule, {"since": day}) for rule, day in since.items()]), ("group", [])):
        now = Moment(today="2026-09-18", role=role, needs_liaison=frozenset({"weak_enterprise"}))
        assert [each for each in _reasons(unit, now) if each[0] in since] == told


def test_make_up_that_is_far_away_is_no_reason() -> None:
    assert _reasons(_unit(make_up_due="2026-09-22", make_up_stage="study", decision="make_up")) == []


def test_a_promise_that_was_kept_or_is_far_away_is_no_reason() -> None:
    assert _reasons(_unit(promised_on="2026-09-22")) == []
    assert _reasons(_unit(promised_on="2026-09-09")) == []


def test_a_poor_survey_asks_for_make_up_until_somebody_has_decided_on_it() -> None:
    poor: dict[str, Any] = {"satisfied": 45.0, "surveyed_on": "2026-09-10"}
    assert [rule for rule, _ in _reasons(_unit(decision="make_up", decided_on="2026-09-12", **poor))] == ["make_up"]
    assert _reasons(_unit(decision="pass", decided_on="2026-09-12", **poor)) == []
    assert [rule for rule, _ in _reasons(_unit(decision="pass", decided_on="2026-09-09", **poor))] == ["survey_failed"]
    assert _reasons(_unit(satisfied=60.0, surveyed_on="2026-09-10", decision="")) == []


def test_the_end_of_a_stage_presses_for_visits_and_decisions() -> None:
    near = Moment(today="2026-10-10", role="group", stage_ends="2026-10-15")
    assert ("stage_ends", {"day": "2026-10-15"}) in _reasons(_unit(in_stage=False), near)
    assert ("undecided", {"day": "2026-10-15"}) in _reasons(_unit(decision=""), near)


def test_only_the_office_is_told_of_units_without_a_liaison_officer() -> None:
    unit = _unit(category="new_social")
    assert _reasons(unit, Moment(today=NOW.today, role="office", needs_liaison=frozenset({"new_social"}))) == [
        ("no_liaison", {})
    ]
    assert _reasons(unit) == []


def test_a_liaison_officer_is_not_sent_on_inspections() -> None:
    unit = _unit(in_stage=False, last_visit="", has_liaison=True)
    assert _reasons(unit, Moment(today=NOW.today, role="liaison", stage_ends="2026-09-19")) == []


def test_the_first_rule_places_a_unit_and_the_more_pressing_comes_first() -> None:
    units = [
        _unit("visited long ago", last_visit="2026-07-01"),
        _unit("late by three", overdue=5, oldest_due="2026-09-15"),
        _unit("late by nine", overdue=1, oldest_due="2026-09-09", soon=1),
        _unit("make-up", decision="make_up", decided_on="2026-09-17"),
    ]
    order = [visit.name for visit in next_visits([(unit, NOW) for unit in units])]
    assert order == ["make-up", "late by nine", "late by three", "visited long ago"]


def test_days_that_cannot_be_read_stop_nothing() -> None:
    assert _reasons(_unit(promised_on="soon", overdue=1, oldest_due="?"))
