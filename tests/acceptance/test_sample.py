"""What the sample district tells: two batches at once, committees with branches, terms, a merger, requests."""

from __future__ import annotations

from datetime import timedelta

from fixtures.people import office_acts
from fixtures.told import MERGED_DAYS
from tests.acceptance.people import District
from tests.acceptance.test_domain import FIRST_BATCH
from tests.acceptance.workbench import seen
from tests.days import this_day, today


def _day(days: int) -> str:
    return (this_day() + timedelta(days=days)).isoformat()


async def test_a_first_batch_in_consolidation_stands_beside_the_second_in_study(district: District) -> None:
    supervisor, office = district["supervisor"], district["office"]
    assert {row["batch"] for row in supervisor.json("campaign")} == {"1", "2"}
    assert "巩固" in await seen(supervisor, "ga-1", "enter", words="责任链")
    assert "学习动员" in await seen(supervisor, "yc-1", "enter", words="责任链")
    visits = {row["fields"]["stage"] for row in supervisor.json("history", "ga-1") if row["kind"] == "inspection"}
    assert len(visits) >= 3  # nothing of its earlier stages has gone
    first, second = (office.json("brief", "--campaign", each)["tables"] for each in ("c-first-batch", "c-second-batch"))
    counted = [{unit for line in tables[1]["lines"] for unit in line["records"][0]} for tables in (first, second)]
    assert {unit[:2] for unit in counted[0]} == set(FIRST_BATCH)
    assert not {unit for unit in counted[1] if unit[:2] in FIRST_BATCH}


def test_every_unit_of_the_first_batch_has_passed_its_three_stages(district: District) -> None:
    supervisor = district["supervisor"]
    supervisor("campaign", "c-first-batch")
    for stage in ("study", "review", "rectify"):
        places = {row["unit"]: row["place"] for row in supervisor.json("stages", "--stage", stage)}
        assert {places[unit] for unit in ("ga", "ga-1", "ga-2", "ga-3")} <= {"passed", "survey_failed"}


def test_figures_add_up_by_committee(district: District) -> None:
    tables = district["office"].json("brief", "--campaign", "c-second-batch")["tables"]
    lines = next(table["lines"] for table in tables if table["name"] == "by_committee")
    under = {line["name"]: line["records"][0] for line in lines}
    assert {"xj-1", "xs-1", "kn-1"} <= set(under["fg"])
    assert "kn-7" in under["mq"]


def test_a_term_of_duty_has_ended_and_another_one_runs(district: District) -> None:
    office = district["office"]
    before, now = (
        {row["unit"] for row in office.json("gaps", "--lacks", "liaison", "--as-of", day)}
        for day in (_day(-32), today())
    )
    assert "kn-4" not in before | now
    assert "陶金水" in district.store("person", "list")


def test_a_merged_branch_keeps_its_past_and_its_successor_its_open_problem(district: District) -> None:
    supervisor = district["supervisor"]
    _office_acts(district)
    closed = supervisor("show", "ga-4")
    assert _day(-MERGED_DAYS) in closed
    assert "治安大队" in closed
    assert any(row["kind"] == "inspection" for row in supervisor.json("history", "ga-4"))
    assert "轮班党员组织生活补课没有记录" in supervisor("followups", "--unit", "ga-1")
    assert "ga-4" not in {row["id"] for row in supervisor.json("units")}


async def test_one_request_waits_for_the_office_and_one_was_granted(district: District) -> None:
    office, supervisor = district["office"], district["supervisor"]
    (waiting,) = office.json("requests")
    assert waiting["asks"] == "put_off"
    assert "流动党员月底回场" in office("requests")
    assert "必读篇目未发到流动党员" in await seen(office, "", "f6", words="待办")
    rows = supervisor.json("followups", "--unit", "yc", "--shown", "all")
    assert {row["status"] for row in rows if row["title"] == "建议把学习安排在收工以后"} >= {"withdrawn"}


def test_the_brief_that_the_office_of_the_demo_issues_is_listed_by_everybody(district: District) -> None:
    _office_acts(district)
    (issued,) = district["supervisor"].json("brief", "list")
    assert issued["number"] == 1


def _office_acts(district: District) -> None:
    """What the office does before the demo begins."""
    district.sync("office")
    for act in office_acts(this_day()):
        district["office"](*act)
    district.sync("office", "supervisor")


def test_problems_have_their_class(district: District) -> None:
    office = district["office"]
    problems = office.json("followups", "--nature", "problem", "--shown", "all")
    assert len({row["class"] for row in problems} - {""}) >= 7
    without = {row["title"].partition(":")[0] for row in problems if not row["class"]}
    assert without <= {"Repair", "整顿"}  # of weak organisations, opened in the language of the store
