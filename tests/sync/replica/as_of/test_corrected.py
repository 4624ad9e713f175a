"""What was corrected or withdrawn after a period's end is listed with the period, and what moved on is not."""

from __future__ import annotations

import pytest

from sync.replica import Replica
from sync.replica.as_of.report_period import period
from tests.sync.office import Office

NOVEMBER, DECEMBER = ("2024-11-01", "2024-11-30"), ("2024-12-01", "2024-12-31")


@pytest.fixture
def office(office: Office) -> Office:
    visit = {"stage": "study", "template": "t", "group": "g", "summary": "x"}
    for record, day in (("i-1", "2024-11-05"), ("i-2", "2024-11-06")):
        office.says("u-1", "inspection", record, f"{day}T02:00:00.000Z", visited_on=day, **visit)
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    return office


def since(laptop: Replica, days: tuple[str, str], campaign: str = "second") -> list[tuple[str, str, bool]]:
    return [(row.record, row.on, row.withdrawn) for row in period(laptop, campaign, *days).corrected]


def test_a_correction_after_the_end_of_a_period_is_listed_with_it(office: Office, laptop: Replica) -> None:
    office.says("u-1", "inspection", "i-1", "2024-12-03T02:00:00.000Z", summary="y")
    assert since(laptop, NOVEMBER) == since(laptop, NOVEMBER, "") == [("i-1", "2024-12-03", False)]
    assert since(laptop, DECEMBER) == since(laptop, ("2024-11-01", "2024-12-03")) == []


def test_a_withdrawal_after_the_end_of_a_period_is_listed_though_it_counts_no_more(
    office: Office, laptop: Replica
) -> None:
    office.says("u-1", "inspection", "i-2", "2024-12-04T02:00:00.000Z", withdrawn=True)
    assert since(laptop, NOVEMBER) == [("i-2", "2024-12-04", True)]
    assert [row.record for row in period(laptop, "second", *NOVEMBER).records] == ["i-1"]


def test_a_correction_within_the_period_is_none_since(office: Office, laptop: Replica) -> None:
    office.says("u-1", "inspection", "i-1", "2024-11-30T15:00:00.000Z", summary="y")  # before midnight in China
    assert since(laptop, NOVEMBER) == []
    office.says("u-1", "inspection", "i-1", "2024-11-30T16:00:00.000Z", summary="z")
    assert since(laptop, NOVEMBER) == [("i-1", "2024-12-01", False)]


def test_a_record_that_was_dated_into_another_period_is_listed_with_both(office: Office, laptop: Replica) -> None:
    office.says("u-1", "inspection", "i-1", "2025-01-03T02:00:00.000Z", visited_on="2024-12-05")
    assert since(laptop, NOVEMBER) == since(laptop, DECEMBER) == [("i-1", "2025-01-03", False)]


def test_steps_and_due_dates_of_a_follow_up_correct_nothing_and_its_words_do(office: Office, laptop: Replica) -> None:
    at = "2024-12-03T02:00:00.000Z"
    office.says("u-1", "follow_up", "f-1", at, status="in_progress", progress="x", on="2024-12-03")
    office.says("u-1", "follow_up", "f-1", at, due_on="2025-01-31")
    office.says("u-1", "follow_up", "f-1", at, attachment__abc={"name": "x"})
    assert since(laptop, NOVEMBER) == []
    office.says("u-1", "follow_up", "f-1", "2024-12-04T02:00:00.000Z", title="y")
    assert since(laptop, NOVEMBER) == [("f-1", "2024-12-04", False)]


def test_the_day_of_a_make_up_is_a_fact_and_its_correction_is_listed(office: Office, laptop: Replica) -> None:
    gate = {"stage": "study", "decision": "make_up", "why": "x", "decided_on": "2024-11-07", "due_on": "2024-11-20"}
    office.says("u-1", "gate", "g-1", "2024-11-07T02:00:00.000Z", **gate)
    office.says("u-1", "gate", "g-1", "2024-12-04T02:00:00.000Z", due_on="2024-12-20")
    assert since(laptop, NOVEMBER) == [("g-1", "2024-12-04", False)]
