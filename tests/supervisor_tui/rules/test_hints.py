"""Hints before saving: what looks like box-ticking, what burdens a unit; and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.hints import Around, Ceilings, hints, unmet

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


def _answered(count: int) -> dict[str, Any]:
    answers = {f"answer.i{number}": {"verdict": "met"} for number in range(count)}
    return {"visited_on": "2026-09-18", "group": "g-1", "summary": "同上"} | answers


@pytest.mark.parametrize(("count", "copied"), [(5, False), (6, True), (7, True)])
def test_six_answers_that_agree_are_a_copy(count: int, copied: bool) -> None:
    visit = _answered(count)
    assert _codes(visit, last=visit) == ([("copied", {"count": count})] if copied else [])


def test_one_answer_that_differs_or_one_more_in_the_last_visit_is_no_copy() -> None:
    visit = _answered(6)
    assert _codes(visit, last=visit | {"answer.i5": {"verdict": "na"}}) == []
    assert _codes(visit, last=_answered(7)) == []
    assert _codes(_answered(7), last=visit) == []


def test_notes_in_the_same_words_are_a_copy_whatever_the_summary_says() -> None:
    noted = _answered(6) | {"answer.i0": {"verdict": "met", "note": "有笔记"}}
    assert _codes(noted, last=noted | {"summary": "另一次"}) == [("copied", {"count": 6})]
    blank = _answered(6) | {"answer.i0": {"verdict": "met", "note": ""}}
    assert _codes(blank, last=blank | {"summary": "另一次"}) == []


@pytest.mark.parametrize(("count", "took", "fast"), [(5, "19.999", False), (6, "23.999", True), (6, "24.000", False)])
def test_four_seconds_an_answer_are_enough(count: int, took: str, fast: bool) -> None:
    times = {"begun_at": "2026-09-18T02:00:00.000Z", "kept_at": f"2026-09-18T02:00:{took}Z"}
    assert _codes(_answered(count), **times) == ([("too_fast", {"count": 6, "seconds": 24})] if fast else [])


def test_a_form_kept_at_the_moment_it_was_begun_was_filled_in_too_fast() -> None:
    moment = "2026-09-18T02:00:00.000Z"
    assert _codes(VISIT, begun_at=moment, kept_at=moment) == [("too_fast", {"count": 10, "seconds": 0})]
    assert _codes(VISIT, kept_at=moment) == _codes(VISIT, begun_at=moment) == []


@pytest.mark.parametrize(
    ("count", "left", "short"),
    [
        (5, "09:01", False),
        (6, "09:05", True),
        (6, "09:06", False),
        (9, "09:08", True),
        (9, "09:09", False),
        (30, "09:09", True),
        (30, "09:10", False),
        (30, "08:59", False),  # typed wrong; the form says so
    ],
)
def test_a_minute_an_answer_or_ten_in_all_are_enough(count: int, left: str, short: bool) -> None:
    found = _codes(_answered(count) | {"arrived": "09:00", "left": left}, produces=False)
    assert found == ([("too_short", {"count": count, "minutes": int(left[3:])})] if short else [])


def test_a_visit_that_ended_as_it_began_is_too_short_and_one_without_an_end_is_none() -> None:
    assert _codes(VISIT | {"arrived": "09:00", "left": "09:00"}) == [("too_short", {"count": 10, "minutes": 0})]
    assert _codes(VISIT | {"arrived": "09:00"}) == _codes(VISIT | {"left": "09:00"}) == []


@pytest.mark.parametrize(("kept_on", "late"), [("2026-09-25", 0), ("2026-09-26", 8), ("2026-09-17", 0), ("", 0)])
def test_a_record_may_be_kept_seven_days_after_the_visit(kept_on: str, late: int) -> None:
    assert _codes(VISIT, kept_on=kept_on) == ([("late", {"days": late})] if late else [])


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_a_unit_may_be_visited_as_often_as_the_ceiling_says(before: int) -> None:
    visits = [("2026-09-01", "g-1")] * before
    month = [("month", {"count": before + 1, "days": 30, "ceiling": 2})] if before > 1 else []
    assert _codes(VISIT, visits=visits, ceilings=Ceilings(visits_a_year=99)) == month
    year = [("year", {"count": before + 1, "days": 365, "ceiling": 2})] if before > 1 else []
    assert _codes(VISIT, visits=visits, ceilings=Ceilings(visits_a_month=99, visits_a_year=2)) == year


@pytest.mark.parametrize(("day", "counted"), [("2026-08-19", False), ("2026-08-20", True), ("2026-09-19", False)])
def test_without_a_setting_a_month_is_thirty_days_on_end(day: str, counted: bool) -> None:
    found = _codes(VISIT, visits=[(day, "g-1"), (day, "g-1")])
    assert found == ([("month", {"count": 3, "days": 30, "ceiling": 2})] if counted else [])


def test_twelve_visits_a_year_are_the_ceiling_without_a_setting() -> None:
    visits = [("2026-01-10", "g-1")] * 11
    assert _codes(VISIT, visits=visits) == []
    assert _codes(VISIT, visits=[*visits, visits[0]]) == [("year", {"count": 13, "days": 365, "ceiling": 12})]


def test_two_groups_are_two_that_are_known_and_on_the_very_day() -> None:
    assert _codes(VISIT, visits=[("2026-09-17", "g-2")]) == _codes(VISIT, elsewhere=[("2026-09-19", "g-2")]) == []
    assert _codes(VISIT | {"group": ""}, visits=[("2026-09-18", "g-2")]) == []


@pytest.mark.parametrize(
    ("arrived", "left", "minutes"),
    [
        ("09:00", "10:00", 0),
        ("09:00", "10:01", 61),
        ("06:00", "09:00", 0),  # an hour of it is production
        ("06:00", "09:01", 61),
        ("16:00", "19:00", 0),
        ("15:59", "19:00", 61),
        ("06:00", "07:59", 0),
        ("07:00", "18:00", 540),
    ],
)
def test_an_hour_of_production_may_be_taken(arrived: str, left: str, minutes: int) -> None:
    found = _codes(VISIT | {"arrived": arrived, "left": left})
    assert found == ([("production", {"minutes": minutes})] if minutes else [])


def test_a_campaign_says_when_production_is() -> None:
    night = Ceilings(production_from=19.5, production_to=22.0)
    assert _codes(VISIT | {"arrived": "18:00", "left": "20:31"}, ceilings=night) == [("production", {"minutes": 61})]
    assert _codes(VISIT | {"arrived": "09:00", "left": "16:00"}, ceilings=night) == []


@pytest.mark.parametrize(("now", "before"), [(None, 10), (100, None), (True, 30), ("100", 10), (30, False)])
def test_what_is_no_figure_is_far_from_nothing(now: object, before: object) -> None:
    assert _codes(VISIT | {"figure.n": now}, last={"figure.n": before}, figures={"figure.n": ("人数", False)}) == []


def test_figures_are_told_without_needless_digits() -> None:
    figures = {"figure.n": ("学时", False), "figure.share": ("参学率", True)}
    found = _codes(
        VISIT | {"figure.n": 100.04, "figure.share": 20.25},
        last={"figure.n": 2.5, "figure.share": 90},
        figures=figures,
    )
    assert found == [
        ("far", {"item": "学时", "now": "100", "before": "2.5"}),
        ("far", {"item": "参学率", "now": "20.2%", "before": "90%"}),
    ]


def test_a_share_is_far_by_points_alone() -> None:
    figures = {"figure.share": ("参学率", True)}
    assert _codes(VISIT | {"figure.share": 50}, last={"figure.share": 0}, figures=figures) == []
    assert _codes(VISIT | {"figure.share": 51}, last={"figure.share": 0}, figures=figures) != []


def test_what_is_not_met_is_named_by_its_item() -> None:
    fields = VISIT | {"answer.i1": {"verdict": "unmet"}, "answer.i2": {"verdict": "partly"}, "answer.i3": "unmet"}
    assert unmet(fields) == ["i1"]
    assert unmet({"answered": {"verdict": "unmet"}}) == []


def test_hints_stand_in_the_order_in_which_they_are_read() -> None:
    visit = _answered(6) | {"arrived": "09:00", "left": "09:05", "answer.i0": {"verdict": "unmet"}, "figure.n": 100}
    found = _codes(
        visit,
        last=visit | {"figure.n": 1},
        figures={"figure.n": ("人数", False)},
        begun_at="2026-09-18T02:00:00.000Z",
        kept_at="2026-09-18T02:00:05.000Z",
        kept_on="2026-09-30",
        visits=[("2026-09-18", "g-2")] * 2,
        ceilings=Ceilings(visits_a_year=2),
    )
    named = ["copied", "too_fast", "too_short", "late", "month", "year", "two_groups", "far", "not_followed"]
    assert [code for code, _ in found] == named
