"""Hints before saving: what looks like box-ticking, what burdens a unit; and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.hints import Around, Ceilings, hints

ANSWERS: dict[str, Any] = {f"answer.i{number}": {"verdict": "met"} for number in range(10)}
VISIT: dict[str, Any] = {"visited_on": "2026-09-18", "group": "g-1", "summary": "笔记齐全"} | ANSWERS
NOTED: dict[str, Any] = VISIT | {"answer.i3": {"verdict": "partly", "note": "笔记不全"}}


def _codes(fields: dict[str, Any], **around: Any) -> list[tuple[str, dict[str, int | str]]]:
    return [(hint.code, hint.values) for hint in hints(fields, Around(**{"produces": True} | around))]


def test_an_ordinary_visit_gets_no_hint() -> None:
    around = {"last": VISIT | {"summary": "另一次"}, "visits": [("2026-08-01", "g-1")]}
    assert _codes(VISIT, **around, begun_at="2026-09-18T02:00:00.000Z", kept_at="2026-09-18T02:20:00.000Z") == []


@pytest.mark.parametrize("fields", [VISIT, NOTED])
def test_the_same_answers_in_the_same_words_are_named(fields: dict[str, Any]) -> None:
    assert _codes(fields, last=fields) == [("copied", {"count": 10})]


def test_all_met_twice_in_other_words_is_no_copy() -> None:
    assert _codes(VISIT, last=VISIT | {"summary": "整改已见效"}) == []


def test_few_answers_that_agree_are_no_copy() -> None:
    few = {"visited_on": "2026-09-18", "summary": "同上", "answer.a": {"verdict": "met"}}
    assert _codes(few, last=few) == []


def test_a_checklist_filled_in_faster_than_anybody_looks_is_named() -> None:
    times = {"begun_at": "2026-09-18T02:00:00.000Z", "kept_at": "2026-09-18T02:00:20.000Z"}
    assert _codes(VISIT, **times) == [("too_fast", {"count": 10, "seconds": 20})]
    assert _codes(VISIT, begun_at="2026-09-18T02:00:20.000Z", kept_at="2026-09-18T02:00:00.000Z") == []


def test_a_visit_shorter_than_its_checklist_is_named() -> None:
    assert _codes(VISIT | {"arrived": "09:00", "left": "09:05"}) == [("too_short", {"count": 10, "minutes": 5})]
    assert _codes(VISIT | {"arrived": "09:00", "left": "09:50"}, produces=False) == []


def test_a_late_record_is_named() -> None:
    assert _codes(VISIT, kept_on="2026-10-03") == [("late", {"days": 15})]


def test_visits_over_the_campaigns_ceilings_are_named() -> None:
    visits = [("2026-09-03", "g-1"), ("2026-09-12", "g-1"), ("2026-02-01", "g-1")]
    ceilings = Ceilings(visits_a_month=2, visits_a_year=3)
    assert _codes(VISIT, visits=visits, ceilings=ceilings) == [
        ("month", {"count": 3, "ceiling": 2}),
        ("year", {"count": 4, "ceiling": 3}),
    ]


def test_visits_of_another_campaign_do_not_fill_this_one_s_ceilings() -> None:
    elsewhere = [("2026-09-03", "g-1"), ("2026-09-12", "g-1"), ("2026-09-18", "g-2")]
    ceilings = Ceilings(visits_a_month=2, visits_a_year=3)
    assert _codes(VISIT, elsewhere=elsewhere, ceilings=ceilings) == [("two_groups", {"day": "2026-09-18"})]


def test_two_groups_on_one_day_are_named() -> None:
    assert _codes(VISIT, visits=[("2026-09-18", "g-2")]) == [("two_groups", {"day": "2026-09-18"})]
    assert _codes(VISIT, visits=[("2026-09-18", "g-1")]) == []


def test_hours_taken_from_production_are_named_for_enterprises_alone() -> None:
    long = VISIT | {"arrived": "07:00", "left": "10:30"}
    assert _codes(long) == [("production", {"minutes": 150})]
    assert _codes(long, produces=False) == []


def test_fields_that_cannot_be_read_stop_nothing() -> None:
    assert hints({"visited_on": 3, "arrived": "x", "answer.a": None}, Around(produces=True, kept_at="?")) == []
