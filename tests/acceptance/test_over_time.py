"""Systems 1, 2, 7, 8, 10, 11 and 12 over three years: what each says of a day stays what it was on that day.

The story is told in `years`; every expected number here is counted by hand from it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.workbench import seen
from tests.acceptance.years import Years

FIRST, SECOND = ("2023-09-01", "2024-02-29"), ("2024-03-01", "2025-02-28")


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> Years:
    """Three years of a district, lived once."""
    return Years(tmp_path_factory.mktemp("years"))


def lacks(years: Years, day: str, what: str, campaign: str = "") -> dict[str, str]:
    """The units that lacked something at the end of a day, and since when."""
    of = ("--campaign", campaign) if campaign else ()
    rows = years["office"].json("gaps", "--as-of", day, "--lacks", what, *of)
    return {row["unit"]: row["since"].get(what, "") for row in rows}


def places(years: Years, campaign: str, day: str, stage: str = "study") -> dict[str, str]:
    """Where each unit stood at a gate at the end of a day."""
    rows = years["office"].json("stages", "--campaign", campaign, "--stage", stage, "--as-of", day)
    return {row["unit"]: row["place"] for row in rows}


def points(years: Years, unit: str, name: str) -> list[Any]:
    """A figure of a unit over time."""
    found = years["office"].json("trends", unit)
    return next(row["points"] for rows in found.values() for row in rows if row["name"] == name)


# --- 1: batches ---


@pytest.mark.parametrize(
    ("campaign", "period", "visits"),
    [
        ("first", FIRST, 4),
        ("second", SECOND, 3),
        ("all", (FIRST[0], SECOND[1]), 7),
        ("first", ("2023-12-01", "2023-12-31"), 2),
        ("first", ("2024-01-01", "2024-01-31"), 1),
        ("first", ("2024-02-29", "2024-02-29"), 1),
        ("first", ("2024-03-01", "2024-03-01"), 0),
        ("second", ("2024-02-29", "2024-02-29"), 0),
        ("second", ("2024-03-01", "2024-03-01"), 1),
        ("second", ("2024-12-01", "2024-12-31"), 1),
        ("second", ("2025-01-01", "2025-01-31"), 1),
    ],
)
def test_a_visit_counts_in_its_own_campaign_and_on_its_own_side_of_a_year_or_a_leap_day(
    years: Years, campaign: str, period: tuple[str, str], visits: int
) -> None:
    assert years["office"].counted(campaign, *period)["督导检查"] == [visits]


def test_a_stage_of_one_campaign_is_not_the_stage_of_the_same_name_of_the_next(years: Years) -> None:
    first, second = years["office"].counted("first", *FIRST), years["office"].counted("second", *SECOND)
    assert (first["study"][:2], first["review"][:2]) == ([2, 3], [1, 1])
    assert (second["study"][:2], second["review"][:2]) == ([2, 2], [1, 1])


async def test_the_file_of_a_unit_shows_the_visits_of_every_campaign(years: Years) -> None:
    history = [row for row in years["office"].json("history", "farm") if row["kind"] == "inspection"]
    assert [row["on"] for row in history] == ["2025-01-01", "2024-12-31", "2024-01-01", "2023-12-31"]
    shown = await seen(years["office"], "farm", "enter", words="2024-01-01")
    for day in ("2025-01-01", "2024-12-31", "2024-01-01", "2023-12-31"):
        assert day in shown


# --- follow-ups over days, years and campaigns ---


@pytest.mark.parametrize(
    ("campaign", "period", "problems"),
    [
        ("first", ("2023-12-01", "2023-12-31"), [2, 0, 2, 0]),  # half past eleven in the evening; a make-up
        ("first", ("2024-01-01", "2024-01-31"), [3, 1, 4, 0]),
        ("first", ("2024-02-01", "2024-02-29"), [2, 0, 6, 1]),  # two due on the leap day are not overdue on it
        ("first", ("2024-03-01", "2024-03-01"), [0, 0, 6, 3]),
        ("first", ("2024-03-01", "2024-03-31"), [0, 0, 7, 4]),  # one opened again
        ("second", ("2024-12-01", "2024-12-31"), [1, 0, 1, 0]),
        ("second", ("2025-01-01", "2025-02-28"), [0, 0, 1, 1]),
    ],
)
def test_problems_are_found_settled_and_left_by_the_days_of_the_district(
    years: Years, campaign: str, period: tuple[str, str], problems: list[int]
) -> None:
    assert years["office"].counted(campaign, *period)["问题"][:4] == problems


def test_what_is_left_of_the_campaign_before_is_a_line_of_its_own(years: Years) -> None:
    assert years["office"].counted("second", "2024-12-01", "2024-12-31")["其他活动遗留"][2:4] == [7, 7]


@pytest.mark.parametrize(
    ("word", "day"),
    [("evening", "2023-12-31"), ("midnight", "2024-01-01"), ("early", "2024-01-01"), ("morning", "2024-01-01")],
)
def test_an_item_has_the_day_that_the_clocks_of_the_district_showed(years: Years, word: str, day: str) -> None:
    rows = {row["record"]: row["on"] for row in years["zhou"].json("history", "farm")}
    assert rows[years.records[word]] == day


# --- 2 and 7: counts, and every member ---


def test_the_baseline_lacks_until_the_day_it_was_counted(years: Years) -> None:
    assert sorted(lacks(years, "2023-12-30", "baseline", "first")) == ["farm", "plant", "town"]
    assert sorted(lacks(years, "2023-12-31", "baseline", "first")) == ["farm", "town"]


def test_members_out_of_contact_are_found_again_over_a_year_and_a_leap_day(years: Years) -> None:
    lost = [["2023-12-31", 6], ["2024-02-29", 2], ["2024-12-31", 0]]
    assert points(years, "plant", "field.count.out_of_contact") == lost
    assert points(years, "plant", "field.count.found_again") == [["2024-02-29", 4], ["2024-12-31", 2]]
    counts = [("first", "2023-12-31"), ("first", "2024-02-29"), ("second", "2024-12-31"), ("second", "2025-01-01")]
    assert [years["office"].counted(campaign, day, day)["摸底统计"] for campaign, day in counts] == [[1], [1], [1], [0]]


def test_coverage_of_study_runs_on_over_both_campaigns(years: Years) -> None:
    assert points(years, "plant", "figure.share") == [["2023-12-31", 25], ["2024-02-29", 45], ["2024-03-01", 40]]
    assert points(years, "farm", "figure.share") == [["2023-12-31", 75], ["2024-12-31", 50]]


# --- 8: gates ---


@pytest.mark.parametrize(
    ("campaign", "day", "expected"),
    [
        ("first", "2023-12-30", {"farm": "not_visited", "town": "not_visited", "plant": "not_visited"}),
        ("first", "2023-12-31", {"farm": "passed", "town": "not_visited", "plant": "make_up"}),
        ("first", "2024-02-28", {"farm": "passed", "town": "not_visited", "plant": "make_up"}),
        ("first", "2024-02-29", {"farm": "passed", "plant": "passed"}),
        ("second", "2024-03-01", dict.fromkeys(("farm", "north", "south"), "not_visited") | {"plant": "missing"}),
        ("second", "2024-12-31", {"farm": "ready", "north": "not_visited", "south": "not_visited", "plant": "missing"}),
        ("second", "2025-02-28", {"farm": "ready", "north": "not_visited", "south": "not_visited"}),
    ],
)
def test_a_gate_passed_in_one_campaign_is_open_in_that_campaign_alone(
    years: Years, campaign: str, day: str, expected: dict[str, str]
) -> None:
    assert places(years, campaign, day) == expected


@pytest.mark.parametrize(("day", "pressing"), [("2024-01-31", False), ("2024-02-27", True), ("2024-02-29", True)])
def test_a_make_up_due_on_a_leap_day_presses_before_it_by_the_follow_up_it_opened(
    years: Years, day: str, pressing: bool
) -> None:
    rows = years["office"].json("next", "--as-of", day, "--campaign", "first")
    reasons: list[Any] = next((row["reasons"] for row in rows if row["unit"] == "plant"), [])
    assert ("due_soon" in [each["rule"] for each in reasons]) == pressing


# --- 10: liaison officers ---


@pytest.mark.parametrize(
    ("day", "vacant"),
    [
        ("2023-12-31", {}),
        ("2024-01-01", {"plant": "2024-01-01"}),  # she left
        ("2024-02-28", {"plant": "2024-01-01"}),
        ("2024-02-29", {}),  # the next one began
        ("2024-12-31", {}),
        ("2025-01-01", {"plant": "2025-01-01"}),  # her term had ended
        ("2025-01-14", {"plant": "2025-01-01"}),
        ("2025-01-15", {}),  # the unit was merged into another
    ],
)
def test_a_unit_without_a_liaison_officer_is_a_gap_from_the_day_of_a_leaving_or_the_end_of_a_term(
    years: Years, day: str, vacant: dict[str, str]
) -> None:
    assert lacks(years, day, "liaison") == vacant


def test_a_brief_counts_the_gap_of_the_last_day_of_its_period(years: Years) -> None:
    asked = [("first", "2023-12-31"), ("first", "2024-01-31"), ("first", "2024-02-29"), ("second", "2025-01-14")]
    briefs = [years["office"].counted(campaign, "2023-12-01", day) for campaign, day in asked]
    assert [lines["应有而没有指导联络员的单位"] for lines in briefs] == [[0], [1], [0], [1]]


# --- 11: the chain of who answers ---


@pytest.mark.parametrize(
    ("day", "missing"), [("2023-12-31", []), ("2024-01-01", ["farm"]), ("2024-02-28", ["farm"]), ("2024-02-29", [])]
)
def test_a_post_that_was_vacant_over_a_year_s_end_is_missing_on_those_days_alone(
    years: Years, day: str, missing: list[str]
) -> None:
    assert list(lacks(years, day, "deputy", "first")) == missing


async def test_the_card_shows_who_answers_today(years: Years) -> None:
    shown = await seen(years["office"], "farm", "enter", words="副书记")
    assert "书记" in shown


# --- 12: groups, their units and what they covered ---


@pytest.mark.parametrize(
    ("campaign", "period", "first", "second"),
    [
        ("first", ("2023-12-01", "2023-12-31"), [2, 1], [1, 1]),
        ("first", ("2024-01-01", "2024-01-31"), [1, 1], [2, 0]),
        ("second", ("2024-03-01", "2024-03-09"), [1, 0], [3, 1]),
        ("second", ("2024-03-01", "2024-03-20"), [1, 0], [3, 1]),
        ("second", ("2024-12-01", "2024-12-31"), [1, 1], [3, 0]),
    ],
)
def test_a_period_is_covered_by_the_groups_as_they_were_at_its_end(
    years: Years, campaign: str, period: tuple[str, str], first: list[int], second: list[int]
) -> None:
    counted = years["office"].counted(campaign, *period)
    assert (counted["第一督导组"][:2], counted["第二督导组"][:2]) == (first, second)


@pytest.mark.parametrize(
    ("day", "without"),
    [
        ("2024-03-09", {}),
        ("2024-03-10", {"farm": "2024-03-10"}),
        ("2024-03-19", {"farm": "2024-03-10"}),
        ("2024-03-20", {}),
        ("2024-12-31", {}),
        ("2025-01-01", {"north": "2025-01-01", "south": "2025-01-01"}),
    ],
)
def test_units_of_a_group_that_closed_have_none_until_it_is_there_again_or_their_term_begins(
    years: Years, day: str, without: dict[str, str]
) -> None:
    assert lacks(years, day, "group") == without


@pytest.mark.parametrize(
    ("day", "unit", "words"),
    [
        ("2024-02-28", "plant", "2024-01-01 起没有联络员"),
        ("2025-01-01", "plant", "2025-01-01 起没有联络员"),
        ("2024-03-10", "farm", "2024-03-10 起没有督导组"),
        ("2025-02-28", "north", "2025-01-01 起没有督导组"),
    ],
)
def test_what_is_to_be_done_names_since_when_nobody_has_a_duty(years: Years, day: str, unit: str, words: str) -> None:
    told = {row["unit"]: row["reasons"] for row in years["office"].json("next", "--as-of", day)}
    assert words in [each["words"] for each in told[unit]]


def test_a_group_sees_the_same_past_of_its_units_as_the_office(years: Years) -> None:
    counted = years["zhou"].counted("first", "2023-12-01", "2023-12-31")
    assert (counted["范围内单位"], counted["督导检查"], counted["问题"][:4]) == ([1], [1], [1, 0, 1, 0])
    assert years["zhou"].json("gaps", "--as-of", "2024-03-10", "--lacks", "group")[0]["since"]["group"] == "2024-03-10"


# --- a split, a merger, a closing taken back ---


@pytest.mark.parametrize(
    ("campaign", "period", "units"),
    [
        ("first", ("2024-02-28", "2024-02-28"), 3),
        ("first", ("2024-02-29", "2024-02-29"), 2),  # the town's unit was split
        ("second", ("2025-01-14", "2025-01-14"), 4),
        ("second", ("2025-01-15", "2025-01-15"), 3),  # the plant's unit was merged
        ("second", ("2025-02-21", "2025-02-21"), 3),  # what was closed by mistake never was
        ("first", FIRST, 3),
        ("second", SECOND, 4),
    ],
)
def test_a_unit_counts_in_every_period_in_which_it_was_there(
    years: Years, campaign: str, period: tuple[str, str], units: int
) -> None:
    assert years["office"].counted(campaign, *period)["范围内单位"] == [units]


async def test_the_files_of_successors_say_what_came_from_where(years: Years) -> None:
    for unit, came in (("north", "roads"), ("south", "books")):
        rows = years["office"].json("followups", "--unit", unit, "--shown", "open")
        assert [row["title"] for row in rows] == [came]
        assert "昌东镇机关支部" in await seen(years["office"], unit, "enter", words="昌东镇机关支部")
    titles = sorted(row["title"] for row in years["office"].json("followups", "--unit", "farm", "--shown", "open"))
    assert titles == ["early", "evening", "looms", "midnight", "morning", "补课: 笔记"]
    assert "纺织厂支部" in await seen(years["office"], "farm", "enter", words="纺织厂支部")


def test_the_register_of_a_past_day_has_the_items_where_they_were(years: Years) -> None:
    register = ("followups", "--shown", "open", "--as-of")
    before, after = (years["office"].json(*register, day) for day in ("2024-02-28", "2024-02-29"))
    assert {row["title"]: row["unit"] for row in before if row["title"] in ("roads", "books")} == {
        "roads": "town",
        "books": "town",
    }
    assert {row["title"]: row["unit"] for row in after if row["title"] in ("roads", "books")} == {
        "roads": "north",
        "books": "south",
    }
