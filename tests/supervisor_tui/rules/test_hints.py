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
        ("month", {"count": 3, "days": 30, "ceiling": 2}),
        ("year", {"count": 4, "days": 365, "ceiling": 3}),
    ]


@pytest.mark.parametrize(("days", "counted"), [(6, False), (7, False), (8, True)])  # the window is 18 to 25 September
def test_visits_are_counted_over_days_on_end_whatever_the_month(days: int, counted: bool) -> None:
    ceilings = Ceilings(visits_a_month=1, month_days=days)
    visit = VISIT | {"visited_on": "2026-10-02"}
    found = _codes(visit, visits=[("2026-09-25", "g-1")], ceilings=ceilings)
    assert found == ([("month", {"count": 2, "days": 8, "ceiling": 1})] if counted else [])


@pytest.mark.parametrize(("day", "counted"), [("2025-09-18", False), ("2025-09-19", True), ("2026-09-19", False)])
def test_a_year_is_365_days_on_end_and_no_visit_counts_before_it_is_made(day: str, counted: bool) -> None:
    found = _codes(VISIT, visits=[(day, "g-1")], ceilings=Ceilings(visits_a_year=1))
    assert [code for code, _ in found] == ["year"] * counted


def test_a_liaison_officer_s_visit_counts_and_is_no_second_group() -> None:
    found = _codes(VISIT, visits=[("2026-09-18", "")], ceilings=Ceilings(visits_a_month=1))
    assert found == [("month", {"count": 2, "days": 30, "ceiling": 1})]


@pytest.mark.parametrize(("now", "hinted"), [(46, False), (45, False), (44, True), (1, True)])
def test_a_share_far_from_the_last_is_named(now: int, hinted: bool) -> None:
    figures = {"figure.coverage": ("覆盖面", True)}
    found = _codes(VISIT | {"figure.coverage": now}, last={"figure.coverage": 95}, figures=figures)
    assert found == ([("far", {"item": "覆盖面", "now": f"{now}%", "before": "95%"})] if hinted else [])


@pytest.mark.parametrize(
    ("now", "before", "hinted"),
    [(49, 10, False), (50, 10, False), (51, 10, True), (19, 0, False), (20, 0, True), (10, 51, True)],
)
def test_a_number_many_times_the_last_is_named(now: int, before: int, hinted: bool) -> None:
    figures = {"figure.n": ("人数", False)}
    found = _codes(VISIT | {"figure.n": now}, last={"figure.n": before}, figures=figures)
    assert [code for code, _ in found] == ["far"] * hinted


@pytest.mark.parametrize(
    ("around", "count"),
    [({}, 2), ({"followed": {"i1"}}, 1), ({"followed": {"i1", "i2"}}, 0), ({"all_followed": True}, 0)],
)
def test_what_is_not_met_and_not_followed_is_named(around: dict[str, Any], count: int) -> None:
    bad = {"verdict": "unmet", "note": "没有"}
    found = _codes(VISIT | {"answer.i1": bad, "answer.i2": bad, "answer.i3": {"verdict": "partly"}}, **around)
    assert found == ([("not_followed", {"count": count})] if count else [])


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
