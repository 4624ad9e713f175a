"""Where to go next: each rule by itself, and the order they make."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from supervisor_tui.rules.next_visits import RULES, Moment, next_visits
from sync.replica.as_of.planning import UnitFacts

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
    assert _reasons(_unit(decision="pass"), near) == []


def test_what_is_overdue_and_not_counted_yet_places_a_unit_by_its_first_date() -> None:
    assert _reasons(_unit(oldest_due="2026-09-15")) == [("overdue", {"count": 0, "days": 3})]


def test_nobody_is_sent_to_a_unit_that_takes_part_in_nothing_for_a_visit_it_has_not_had() -> None:
    nowhere = Moment(today=NOW.today, role="group", takes_part=False)
    assert _reasons(_unit(in_stage=False, overdue=1, oldest_due="2026-09-15"), nowhere) == [
        ("overdue", {"count": 1, "days": 3})
    ]


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


# Where each threshold lies: the days or figures at which a rule begins to apply or ceases to. Today is 18 September.
_THRESHOLDS: list[tuple[str, str, list[tuple[Any, bool]]]] = [
    ("make_up_due", "make_up_due", [("2026-09-17", True), ("2026-09-18", True), ("2026-09-19", True)]),
    ("make_up_due", "make_up_due", [("2026-09-20", True), ("2026-09-21", True), ("2026-09-22", False)]),
    ("promised", "promised_on", [("2026-09-10", False), ("2026-09-11", True)]),  # last contact on the 10th
    ("promised", "promised_on", [("2026-09-20", True), ("2026-09-21", True), ("2026-09-22", False)]),
    ("overdue", "overdue", [(0, False), (1, True), (2, True)]),
    ("due_soon", "soon", [(0, False), (1, True), (2, True)]),
    ("survey_failed", "satisfied", [(59.9, True), (60.0, False), (60.1, False)]),
    ("long_ago", "last_visit", [("2026-07-19", True), ("2026-07-20", False), ("2026-07-21", False)]),  # 61, 60, 59 days
]


@pytest.mark.parametrize(("rule", "field", "tried"), _THRESHOLDS)
def test_each_threshold_of_a_unit_lies_on_its_day(rule: str, field: str, tried: list[tuple[Any, bool]]) -> None:
    for value, applies in tried:
        facts = {field: value} | ({"decision": ""} if rule == "survey_failed" else {})
        assert (rule in [name for name, _ in _reasons(_unit(**facts))]) == applies, (field, value)


@pytest.mark.parametrize(("last_contact", "quiet"), [("2026-08-18", True), ("2026-08-19", False)])  # 31 and 30 days
def test_a_liaison_officer_may_be_silent_for_thirty_days(last_contact: str, quiet: bool) -> None:
    unit = _unit(has_liaison=True, last_contact=last_contact)
    assert _reasons(unit) == ([("quiet", {"days": 31})] if quiet else [])


@pytest.mark.parametrize(("last_contact", "watched"), [("2026-06-19", True), ("2026-06-20", False)])  # 91 and 90 days
def test_what_is_watched_is_looked_at_every_ninety_days(last_contact: str, watched: bool) -> None:
    found = _reasons(_unit(watch_until="2026-12-31", last_contact=last_contact))
    assert found == ([("watched", {"days": 91, "day": "2026-12-31"})] if watched else [])
    assert _reasons(_unit(watch_until="", last_contact=last_contact)) == []


def test_a_watched_unit_that_nobody_was_ever_in_contact_with_is_not_named_for_its_watch() -> None:
    assert _reasons(_unit(watch_until="2026-12-31", last_contact="")) == []


@pytest.mark.parametrize(("ends", "presses"), [("2026-09-24", True), ("2026-09-25", True), ("2026-09-26", False)])
def test_a_stage_presses_in_its_last_seven_days(ends: str, presses: bool) -> None:
    now = Moment(today=NOW.today, role="group", stage_ends=ends)
    never = [rule for rule, _ in _reasons(_unit(in_stage=False), now)]
    assert never == (["stage_ends", "not_visited"] if presses else ["not_visited"])
    assert _reasons(_unit(decision=""), now) == ([("undecided", {"day": ends})] if presses else [])


def test_a_stage_that_has_ended_still_presses_and_one_without_end_does_not() -> None:
    unit = _unit(in_stage=False)
    assert ("stage_ends", {"day": "2026-09-10"}) in _reasons(
        unit, Moment(**_NOW, role="group", stage_ends="2026-09-10")
    )
    assert _reasons(unit, Moment(**_NOW, role="group")) == [("not_visited", {})]
    assert _reasons(_unit(decision=""), Moment(**_NOW, role="group")) == []


_NOW: dict[str, Any] = {"today": "2026-09-18"}
_SETTINGS = [
    ("visit_every", {"last_visit": "2026-09-10"}, "long_ago"),
    ("contact_every", {"has_liaison": True}, "quiet"),
    ("watch_every", {"watch_until": "2026-12-31"}, "watched"),
]


@pytest.mark.parametrize(("setting", "facts", "rule"), _SETTINGS)
def test_a_campaign_says_how_often_it_wants_to_be_there(setting: str, facts: dict[str, Any], rule: str) -> None:
    def named(every: int) -> list[str]:
        now = Moment(**_NOW | {"role": "group", setting: every})
        return [name for name, _ in _reasons(_unit(**facts), now)]

    assert [named(every) for every in (9, 8, 7)] == [[], [], [rule]]  # eight days since the last visit and contact


def test_a_campaign_says_how_many_have_to_be_satisfied() -> None:
    now = Moment(today=NOW.today, role="group", satisfied=75.5)
    failed = _reasons(_unit(decision="", satisfied=75.4, surveyed_on="2026-09-17"), now)
    assert failed == [("survey_failed", {"share": 75, "least": "75.5", "day": "2026-09-17"})]
    assert _reasons(_unit(decision="", satisfied=75.5, surveyed_on="2026-09-17"), now) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"decision": "pass", "decided_on": "2026-09-08"},
        {"decision": "make_up", "decided_on": "2026-09-08", "make_up_due": "2026-09-30"},
        {"decision": "make_up", "decided_on": "2026-09-08", "make_up": "under_way"},
        {"decision": "make_up", "decided_on": "2026-09-08", "make_up": "done"},
    ],
)
def test_a_make_up_that_its_day_or_its_follow_up_names_is_not_named_twice(facts: dict[str, Any]) -> None:
    assert _reasons(_unit(**facts)) == []


def test_a_survey_that_nobody_answered_asks_for_nothing_and_one_that_was_mended_neither() -> None:
    assert _reasons(_unit(satisfied=None, decision="")) == []
    assert _reasons(_unit(satisfied=10.0, decision="", surveyed_on="2026-09-17", survey_mended=True)) == []


def test_a_promise_is_kept_by_any_contact_on_its_day() -> None:
    kept = [_reasons(_unit(promised_on="2026-09-18", last_contact=day)) for day in ("2026-09-17", "2026-09-18")]
    assert kept == [[("promised", {"day": "2026-09-18"})], []]


@pytest.mark.parametrize("role", ["group", "office", "viewer"])
def test_whoever_inspects_is_told_of_visits_that_are_lacking(role: str) -> None:
    now = Moment(today=NOW.today, role=role, stage_ends="2026-09-20")
    assert {rule for rule, _ in _reasons(_unit(in_stage=False, last_visit="2026-01-01"), now)} == {
        "stage_ends",
        "long_ago",
        "not_visited",
    }
    assert [rule for rule, _ in _reasons(_unit(decision=""), now)] == ["undecided"]


def test_a_liaison_officer_is_told_of_promises_and_not_of_decisions_or_visits() -> None:
    liaison = Moment(today=NOW.today, role="liaison", stage_ends="2026-09-20")
    assert _reasons(_unit(decision="", last_visit="2026-01-01"), liaison) == []
    assert _reasons(_unit(in_stage=False, promised_on="2026-09-18"), liaison) == [("promised", {"day": "2026-09-18"})]


def test_a_unit_with_a_liaison_officer_or_of_another_category_lacks_none() -> None:
    now = Moment(today=NOW.today, role="office", needs_liaison=frozenset({"farm"}))
    assert _reasons(_unit(), now) == [("no_liaison", {})]
    assert _reasons(_unit(has_liaison=True), now) == []
    assert _reasons(_unit(category="university"), now) == []


# For each rule what makes it apply and no other rule that stands before it; pressing is a second, more pressing one.
_APPLIES: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "make_up_due": ({"make_up_due": "2026-09-20"}, {"make_up_due": "2026-09-19"}),
    "make_up": (
        {"decision": "make_up", "decided_on": "2026-09-16"},
        {"decision": "make_up", "decided_on": "2026-09-15"},
    ),
    "survey_failed": ({"satisfied": 41.0, "decision": ""}, {"satisfied": 40.0, "decision": ""}),
    "overdue": ({"overdue": 9, "oldest_due": "2026-09-16"}, {"overdue": 1, "oldest_due": "2026-09-15"}),
    "promised": ({"promised_on": "2026-09-19"}, {"promised_on": "2026-09-18"}),
    "stage_ends": ({"in_stage": False}, None),
    "due_soon": ({"soon": 1}, {"soon": 2}),
    "watched": (
        {"watch_until": "2026-12-31", "last_contact": "2026-06-02"},
        {"watch_until": "2026-12-31", "last_contact": "2026-06-01"},
    ),
    "undecided": ({"decision": ""}, None),
    "no_group": ({"ungrouped_since": "2026-09-11"}, {"ungrouped_since": "2026-09-10"}),
    "no_liaison": ({"category": "weak"}, {"category": "weak", "vacant_since": "2026-09-10"}),
    "quiet": (
        {"has_liaison": True, "last_contact": "2026-08-02"},
        {"has_liaison": True, "last_contact": "2026-08-01"},
    ),
    "long_ago": ({"last_visit": "2026-06-02"}, {"last_visit": "2026-06-01"}),
    "not_visited": ({"in_stage": False}, None),
}


def _moment(rule: str) -> Moment:
    """The office's moment; the stage ends soon where a rule asks about that."""
    ends = "2026-09-20" if rule in ("stage_ends", "undecided") else ""
    return Moment(today=NOW.today, role="office", stage_ends=ends, needs_liaison=frozenset({"weak"}))


def _ranked(*units: tuple[str, str, dict[str, Any]]) -> list[str]:
    """The names of units, each with the rule that places it and what is known of it, in the order they are listed."""
    found = next_visits([(_unit(name, **facts), _moment(rule)) for name, rule, facts in units])
    return [visit.name for visit in found]


@pytest.mark.parametrize(("first", "second"), list(pairwise(_APPLIES)))
def test_of_two_units_the_one_whose_rule_stands_first_comes_first(first: str, second: str) -> None:
    assert list(_APPLIES) == [rule.__name__ for rule in RULES]
    for name, more in ((first, _APPLIES[first]), (second, _APPLIES[second])):
        assert next_visits([(_unit(**more[0]), _moment(name))])[0].reasons[0].rule == name
    # The second by name would come first, and is more pressing where there is anything to press.
    units = (("b", first, _APPLIES[first][0]), ("a", second, _APPLIES[second][1] or _APPLIES[second][0]))
    assert _ranked(*units) == _ranked(*reversed(units)) == ["b", "a"]


@pytest.mark.parametrize("rule", [rule for rule, (_, more) in _APPLIES.items() if more])
def test_of_two_units_of_one_rule_the_more_pressing_comes_first(rule: str) -> None:
    less, more = _APPLIES[rule]
    assert more is not None
    assert _ranked(("a", rule, less), ("b", rule, more)) == ["b", "a"]


def test_of_equally_pressing_units_the_one_not_visited_for_longest_comes_first_then_by_id() -> None:
    facts = {"overdue": 1, "oldest_due": "2026-09-15"}
    units = [
        _unit("d", **facts),
        _unit("c", **facts),
        _unit("b", **facts | {"last_visit": "2026-09-09"}),
        _unit("a", **facts | {"last_visit": "2026-09-11"}),
    ]
    assert [visit.name for visit in next_visits([(unit, NOW) for unit in units])] == ["b", "c", "d", "a"]


def test_no_more_units_are_named_than_asked_for() -> None:
    units = [(_unit(name, overdue=1, oldest_due="2026-09-15"), NOW) for name in "cab"]
    assert [[visit.name for visit in next_visits(units, most)] for most in (0, 1, 2, 3, 4)] == [
        [],
        ["a"],
        ["a", "b"],
        ["a", "b", "c"],
        ["a", "b", "c"],
    ]


def test_a_unit_asked_about_on_two_days_presses_more_on_the_second() -> None:
    unit = _unit(overdue=1, oldest_due="2026-09-15", promised_on="2026-09-22", last_visit="2026-07-20")
    later = Moment(today="2026-09-19", role="group", stage_ends="2026-10-15")
    assert _reasons(unit) == [("overdue", {"count": 1, "days": 3})]
    assert _reasons(unit, later) == [
        ("overdue", {"count": 1, "days": 4}),
        ("promised", {"day": "2026-09-22"}),
        ("long_ago", {"days": 61}),
    ]
    assert _reasons(unit) == [("overdue", {"count": 1, "days": 3})]
