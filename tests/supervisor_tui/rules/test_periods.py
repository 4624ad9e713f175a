"""The usual periods, on the first and the last days of weeks, months, quarters and years."""

from __future__ import annotations

import pytest

from supervisor_tui.rules.periods import NamedPeriod, usual_periods
from sync.replica.queries.rows import CampaignView, StageRow


def _stage(name: str, starts_on: str, ends_on: str) -> StageRow:
    return StageRow(stage=name, title={}, starts_on=starts_on, ends_on=ends_on)


def _campaign(*stages: StageRow, starts_on: str = "", ends_on: str = "") -> CampaignView:
    return CampaignView(title={}, batch="", stages=list(stages), starts_on=starts_on, ends_on=ends_on)


def _named(today: str, name: str, campaign: CampaignView | None = None) -> list[tuple[str, str]]:
    found = usual_periods(campaign or _campaign(), today)
    return [(each.since, each.until) for each in found if each.name == name]


@pytest.mark.parametrize(
    ("name", "today", "since", "until"),
    [
        ("month", "2026-11-01", "2026-11-01", "2026-11-01"),
        ("month", "2026-11-30", "2026-11-01", "2026-11-30"),
        ("last_month", "2026-11-30", "2026-10-01", "2026-10-31"),
        ("last_month", "2026-12-31", "2026-11-01", "2026-11-30"),
        ("last_month", "2027-01-01", "2026-12-01", "2026-12-31"),
        ("last_month", "2028-03-31", "2028-02-01", "2028-02-29"),
        ("last_month", "2026-03-01", "2026-02-01", "2026-02-28"),
        ("week", "2026-11-30", "2026-11-30", "2026-11-30"),  # a Monday
        ("week", "2026-11-29", "2026-11-23", "2026-11-29"),  # a Sunday
        ("last_week", "2026-11-30", "2026-11-23", "2026-11-29"),
        ("last_week", "2026-11-29", "2026-11-16", "2026-11-22"),
        ("quarter", "2026-10-01", "2026-10-01", "2026-10-01"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("quarter", "2026-02-15", "2026-01-01", "2026-02-15"),
        ("last_quarter", "2026-01-01", "2025-10-01", "2025-12-31"),
        ("last_quarter", "2026-04-01", "2026-01-01", "2026-03-31"),
        ("last_quarter", "2026-09-30", "2026-04-01", "2026-06-30"),
        ("last_quarter", "2026-12-31", "2026-07-01", "2026-09-30"),
        ("year", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("year", "2026-12-31", "2026-01-01", "2026-12-31"),
        ("last_year", "2026-12-31", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_of_the_calendar_has_its_first_and_last_day_and_ends_today_at_most(
    name: str, today: str, since: str, until: str
) -> None:
    assert _named(today, name) == [(since, until)]


def test_the_month_comes_first_and_the_stages_of_the_campaign_last() -> None:
    campaign = _campaign(
        _stage("study", "2026-09-01", "2026-09-30"),
        _stage("review", "2026-10-01", "2026-11-30"),
        starts_on="2026-09-01",
        ends_on="2026-11-30",
    )
    found = usual_periods(campaign, "2026-11-18")
    calendar = ["month", "last_month", "week", "last_week", "quarter", "last_quarter", "year", "last_year"]
    assert [each.name for each in found[:8]] == calendar
    assert found[8:] == [
        NamedPeriod("campaign", "2026-09-01", "2026-11-18"),
        NamedPeriod("stage", "2026-09-01", "2026-09-30", "study"),
        NamedPeriod("stage", "2026-10-01", "2026-11-18", "review"),
    ]


@pytest.mark.parametrize(("today", "begun"), [("2026-09-30", False), ("2026-10-01", True), ("2026-10-02", True)])
def test_a_stage_is_asked_for_from_its_first_day_on(today: str, begun: bool) -> None:
    campaign = _campaign(_stage("review", "2026-10-01", "2026-11-30"), starts_on="2026-10-01")
    assert _named(today, "stage", campaign) == ([("2026-10-01", today)] if begun else [])
    assert _named(today, "campaign", campaign) == ([("2026-10-01", today)] if begun else [])


@pytest.mark.parametrize(
    ("ends_on", "stage_ends", "until"),
    [
        ("2026-09-20", "2026-09-30", "2026-09-30"),
        ("2026-09-30", "2026-09-20", "2026-09-30"),
        ("", "2026-09-30", "2026-09-30"),
        ("", "", "2026-11-18"),
    ],
)
def test_a_campaign_lasts_as_long_as_its_last_stage_and_without_an_end_until_today(
    ends_on: str, stage_ends: str, until: str
) -> None:
    stages = [_stage("study", "2026-09-01", stage_ends)] if stage_ends else []
    campaign = _campaign(*stages, starts_on="2026-09-01", ends_on=ends_on)
    assert _named("2026-11-18", "campaign", campaign) == [("2026-09-01", until)]


def test_what_has_no_first_day_is_no_period() -> None:
    campaign = _campaign(_stage("study", "", "2026-09-30"))
    assert _named("2026-11-18", "campaign", campaign) == _named("2026-11-18", "stage", campaign) == []
