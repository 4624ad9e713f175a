"""What is asked about once before a record is kept, on the days at which the question begins and ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from supervisor_tui.labels.campaigns import campaign_name, stage_words
from supervisor_tui.locale import t
from supervisor_tui.rules.second_look import look_at_day, second_look
from sync.replica import Replica, query
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

pytestmark = pytest.mark.usefixtures("that_day")  # 2026-09-18
AT = "2026-09-01T02:00:00.000Z"
TITLE = {"zh": "阶段", "en": "Stage"}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A campaign of three stages that began on 1 September, one without dates, and what was decided on units."""
    with new_laptop(tmp_path_factory.mktemp("look") / "office.db", "p-9", "office") as replica:
        office = Office(replica)
        office.campaign("c-1", "1", "2026-09-01", "2026-12-31")
        office.campaign("c-2", "2", "2026-09-01", "2026-12-31")
        for campaign in ("c-1", "c-2"):
            for number, stage in enumerate(("review", "mend"), start=10):
                plan = {"campaign": campaign, "stage": stage, "title": TITLE}
                days = {"starts_on": f"2026-{number}-01", "ends_on": f"2026-{number}-28"}
                office.says("district", "stage_plan", f"{campaign}.{stage}", AT, **plan | days)
        for unit in ("none", "passed", "taken-back", "made-up", "elsewhere"):
            office.unit(unit)
        _decide(office, "passed", "g-1")
        _decide(office, "taken-back", "g-1")
        office.says("taken-back", "gate", "taken-back.g-1", AT, withdrawn=True, why="x")
        _decide(office, "made-up", "g-2", decision="make_up", decided_on="2026-09-10")
        _decide(office, "made-up", "g-3")
        _decide(office, "elsewhere", "g-1", campaign="c-2")
        yield replica


def _decide(office: Office, unit: str, gate: str, **more: Any) -> None:
    fields = {"stage": "study", "decision": "pass", "why": "x", "decided_on": "2026-09-09", "campaign": "c-1"}
    office.says(unit, "gate", f"{unit}.{gate}", AT, **fields | more)


def _gate(stage: str, **more: Any) -> dict[str, Any]:
    return {"stage": stage, "decision": "pass", "decided_on": "2026-09-18", "campaign": "c-1"} | more


@pytest.mark.parametrize(
    ("day", "campaign", "asked"),
    [
        ("2026-09-18", "c-1", []),
        ("2026-09-19", "c-1", [("look.future", {"day": "2026-09-19", "today": "2026-09-18"})]),
        ("2026-09-01", "c-1", []),
        ("2026-08-31", "c-1", [("look.before_campaign", {"day": "2026-08-31", "begins": "2026-09-01"})]),
        ("2026-08-31", "", []),
        ("2026-07-20", "", []),  # sixty days
        ("2026-07-19", "", [("look.old", {"day": "2026-07-19", "days": 61})]),
    ],
)
def test_a_day_to_come_before_the_campaign_or_long_past_is_asked_about(
    laptop: Replica, day: str, campaign: str, asked: list[tuple[str, dict[str, Any]]]
) -> None:
    found = query.campaign_named(laptop, campaign)
    named = {"campaign": campaign_name(found)} if found.title else {}
    assert look_at_day(laptop, day, campaign) == [t(key, **values | named) for key, values in asked]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("inspection", "visited_on"),
        ("liaison_note", "noted_on"),
        ("survey", "held_on"),
        ("count", "counted_on"),
        ("gate", "decided_on"),
        ("follow_up", "opened_on"),
    ],
)
def test_the_day_of_each_kind_is_looked_at(laptop: Replica, kind: str, field: str) -> None:
    assert len(second_look(laptop, kind, "none", {field: "2026-09-19", "campaign": "c-1"})) == 1
    assert second_look(laptop, kind, "none", {field: "2026-09-18", "campaign": "c-1"}) == []


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "", None, 7])
def test_what_is_no_day_is_refused_elsewhere_and_not_asked_about(laptop: Replica, day: Any) -> None:
    assert second_look(laptop, "inspection", "none", {"visited_on": day}) == []


def test_a_kind_without_a_day_of_its_own_is_not_looked_at(laptop: Replica) -> None:
    assert second_look(laptop, "unit", "none", {"closed_on": "2026-09-19"}) == []


@pytest.mark.parametrize(
    ("unit", "stage", "waiting"),
    [
        ("none", "study", []),
        ("none", "review", ["study"]),
        ("none", "mend", ["study", "review"]),
        ("passed", "review", []),
        ("passed", "mend", ["review"]),
        ("taken-back", "review", ["study"]),
        ("made-up", "review", ["study"]),  # the later decision
        ("elsewhere", "review", ["study"]),
        ("none", "unknown", []),
    ],
)
def test_passing_a_stage_before_its_turn_is_asked_about(
    laptop: Replica, unit: str, stage: str, waiting: list[str]
) -> None:
    words = t("list.comma").join(stage_words(each) for each in waiting)
    asked = [t("look.out_of_order", stages=words)] if waiting else []
    assert second_look(laptop, "gate", unit, _gate(stage)) == asked


def test_other_decisions_on_a_stage_are_not_asked_about(laptop: Replica) -> None:
    assert second_look(laptop, "gate", "none", _gate("mend", decision="make_up")) == []
    assert second_look(laptop, "survey", "none", _gate("mend", held_on="2026-09-18")) == []
    assert len(second_look(laptop, "gate", "none", _gate("mend", decided_on="2026-09-19"))) == 2
