"""Which campaign a record belongs to, and which campaigns a unit takes part in."""

from __future__ import annotations

import pytest

from sync.timeline.participation import Run, Term, batch_key, campaign_on, terms_of

FIRST = Run(
    id="first",
    batch="1",
    starts_on="2026-03-01",
    ends_on="2026-12-31",
    stages=(("study", "2026-03-01", "2026-06-30"), ("consolidate", "2026-07-01", "2026-12-31")),
)
SECOND = Run(
    id="second",
    batch="2",
    starts_on="2026-09-01",
    ends_on="2027-02-28",
    stages=(("study", "2026-09-01", "2026-11-30"), ("consolidate", "2026-12-01", "2027-02-28")),
)
RUNS = {run.id: run for run in (FIRST, SECOND)}
BOTH = terms_of([], "", RUNS.values())


def test_a_unit_without_participation_takes_part_in_the_campaigns_of_its_batch() -> None:
    assert terms_of([], "第二批", RUNS.values()) == [Term("second", "2026-09-01", "2027-02-28")]


def test_a_unit_without_participation_and_batch_takes_part_in_every_campaign() -> None:
    assert [term.campaign for term in BOTH] == ["first", "second"]


def test_a_unit_with_a_participation_takes_part_in_no_campaign_by_its_batch() -> None:
    stated = [Term("first", "2026-04-01", "2026-05-31")]
    assert terms_of(stated, "2", RUNS.values()) == stated


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2026-02-28", ""),
        ("2026-03-01", "first"),
        ("2026-08-31", "first"),
        ("2026-09-01", "second"),  # the first is in consolidation
        ("2026-11-30", "second"),
        ("2026-12-01", "second"),  # both in consolidation: the one that began later
        ("2027-02-28", "second"),
        ("2027-03-01", ""),
    ],
)
def test_a_record_that_names_no_campaign_is_placed_by_its_day(day: str, wanted: str) -> None:
    assert campaign_on(day, BOTH, RUNS) == wanted


def test_of_two_campaigns_before_consolidation_the_one_that_began_later_has_the_record() -> None:
    other = Run(id="other", batch="3", starts_on="2026-10-01", stages=(("study", "2026-10-01", "2026-10-31"),))
    runs = {**RUNS, "other": other}
    assert campaign_on("2026-09-30", terms_of([], "", runs.values()), runs) == "second"
    assert campaign_on("2026-10-01", terms_of([], "", runs.values()), runs) == "other"


def test_a_record_outside_its_units_participation_belongs_to_no_campaign() -> None:
    terms = [Term("first", "2026-04-01", "2026-05-31"), Term("first", "2026-08-01")]
    assert [campaign_on(day, terms, RUNS) for day in ("2026-03-31", "2026-04-01", "2026-05-31")] == [
        "",
        "first",
        "first",
    ]
    assert [campaign_on(day, terms, RUNS) for day in ("2026-06-01", "2026-07-31", "2026-08-01")] == ["", "", "first"]


def test_a_participation_in_a_campaign_that_is_not_here_places_nothing() -> None:
    assert campaign_on("2026-04-01", [Term("elsewhere", "2026-01-01")], RUNS) == ""


@pytest.mark.parametrize("written", ["2", " ２ ", "第二批", "第2批", "二批", "第二批次"])
def test_one_batch_is_written_in_several_ways(written: str) -> None:
    assert batch_key(written) == "2"


def test_another_batch_is_another() -> None:
    assert len({batch_key(each) for each in ("1", "2", "10", "第十二批", "")}) == 5
