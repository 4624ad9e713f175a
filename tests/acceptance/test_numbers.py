"""What a district reports first: shares, satisfaction, members found again, training, study, stages passed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.acceptance.people import District, Laptop
from tests.days import this_day, today

Lines = dict[str, dict[str, int]]


def _day(days: int) -> str:
    return (this_day() + timedelta(days=days)).isoformat()


def _table(laptop: Laptop, name: str, *period: str) -> Lines:
    """A table of the brief of the second batch, its lines by name and their numbers by column."""
    tables = laptop.json("brief", "--campaign", "c-second-batch", *(period or ("--from", _day(-66), "--to", today())))
    table = next(each for each in tables["tables"] if each["name"] == name)
    return {line["name"]: dict(zip(table["columns"] or [""], line["values"], strict=True)) for line in table["lines"]}


def test_the_batch_is_34_percent_of_the_organisations_and_23_of_the_members(district: District) -> None:
    shares = _table(district["office"], "district_share")
    percent = {name: round(100 * line["last_count"] / line["district"]) for name, line in shares.items()}
    assert percent == {"organisations": 34, "members": 23}
    assert (shares["organisations"]["last_count"], shares["members"]["last_count"]) == (63, 1063)


def test_members_out_of_contact_who_were_found_are_named_in_the_brief(district: District) -> None:
    before = _table(district["supervisor"], "baseline")
    assert before["out_of_contact"]["first_count"] >= before["out_of_contact"]["last_count"]
    district["supervisor"].keep("count", "nc-3", counted_on=today(), members=28, out_of_contact=0, found_again=4)
    after = _table(district["supervisor"], "baseline")
    assert after["found_again"]["last_count"] == before["found_again"]["last_count"] + 4
    assert after["members"] == before["members"]


def test_satisfaction_is_shown_by_unit_category_and_committee_but_not_under_five_ballots(district: District) -> None:
    supervisor = district["supervisor"]
    few: dict[str, Any] = {"given_out": 4, "returned": 4, "satisfied": 3, "fairly": 0, "unsatisfied": 1}
    many: dict[str, Any] = {"given_out": 12, "returned": 10, "satisfied": 6, "fairly": 2, "unsatisfied": 2}
    supervisor.keep("survey", "yc-2", held_on=today(), stage="study", **few)
    supervisor.keep("survey", "yc-3", held_on=today(), stage="study", **many)
    period = ("--from", today(), "--to", today())
    by_unit = _table(supervisor, "satisfaction_by_unit", *period)
    assert by_unit == {"yc-3": {"surveys": 1, "returned": 10, "approving": 8, "unsatisfied": 2}}
    both = {"surveys": 2, "returned": 14, "approving": 11, "unsatisfied": 3}
    assert _table(supervisor, "satisfaction_by_category", *period) == {"farm": both}
    assert _table(supervisor, "satisfaction_by_committee", *period) == {"yc": both}
    assert _table(supervisor, "satisfaction_by_group", *period) == {"g-4": both}
    assert _table(supervisor, "satisfaction", *period) == {"all_surveys": both}


def test_training_is_counted_and_whether_it_came_before_study(district: District, tmp_path: Path) -> None:
    office = district["office"]
    (tmp_path / "新单位.csv").write_text("编号,单位名称,类别,批次\nnew,瑶湖渔具合作社支部,农场,2\n", encoding="utf-8")
    district.store("import", "units", str(tmp_path / "新单位.csv"))
    district.sync("office")
    before = _table(office, "training")
    office.visit("new")
    office.keep("count", "new", counted_on=today(), members=12, to_train=3, trained=0)
    after = _table(office, "training")
    assert after["not_trained_first"][""] == before["not_trained_first"][""] + 1
    assert after["to_train"][""] == before["to_train"][""] + 3
    assert after["trained"] == before["trained"]
    office.keep("count", "new", counted_on=today(), members=12, to_train=3, trained=3)  # on the day study began
    assert _table(office, "training")["trained_first"][""] == before["trained_first"][""] + 1


def test_study_is_computed_from_counts_beside_what_was_reported(district: District) -> None:
    supervisor = district["supervisor"]
    supervisor.keep("count", "nc-4", counted_on=today(), members=40, exempt=15)
    supervisor.visit("nc-4", **{"figure.coverage": 80})
    period = ("--from", today(), "--to", today())
    told = _table(supervisor, "study_by_committee", *period)["nc"]
    assert (told["reported"], told["expected"], told["reached"]) == (1, 25, 20)


def test_a_branch_with_none_expected_is_asked_for_no_study(district: District) -> None:
    retired = _table(district["office"], "study_by_category")["retired_branch"]
    assert retired == {"asked": 0, "reported": 0, "expected": 0, "reached": 0}


def test_units_that_passed_a_stage_are_counted(district: District) -> None:
    supervisor = district["supervisor"]
    supervisor.keep("gate", "yc-2", stage="study", decision="pass", why="已达到", decided_on=today())
    assert _table(supervisor, "passed")["study"] == {"units": 11, "passed": 1}
    assert _table(supervisor, "passed", "--from", _day(-30), "--to", _day(-1))["study"]["passed"] == 0


def test_problems_are_counted_by_class(district: District) -> None:
    supervisor = district["supervisor"]
    before = _table(supervisor, "by_class")["conviction"]
    fields: dict[str, Any] = {"nature": "problem", "title": "不谈理想", "due_on": _day(9), "status": "open"}
    supervisor.keep("follow_up", "yc-1", **fields | {"class": "conviction"})
    after = _table(supervisor, "by_class")["conviction"]
    assert (after["found"], after["left"]) == (before["found"] + 1, before["left"] + 1)


def test_what_is_said_of_the_effect_on_work_is_counted(district: District) -> None:
    supervisor = district["supervisor"]
    before = _table(supervisor, "work")["effects"][""]
    supervisor.visit("yc-1", effect_on_work="放苗没有耽误")
    supervisor.visit("yc-1")
    assert _table(supervisor, "work")["effects"][""] == before + 1


def test_groups_of_which_nothing_came_in_are_seen_by_how_much_is_missing(district: District) -> None:
    heard = _table(district["office"], "heard_by_group", "--from", today(), "--to", today())
    assert all(line["heard"] + line["silent"] == line["units"] for line in heard.values())
    district["supervisor"].visit("yc-1")
    district.sync("supervisor", "office")
    after = _table(district["office"], "heard_by_group", "--from", today(), "--to", today())
    assert after["g-4"]["heard"] == heard["g-4"]["heard"] + 1


def test_follow_ups_stages_training_and_work_are_told_by_group_category_and_committee(district: District) -> None:
    supervisor, ways = district["supervisor"], {"group": "g-4", "category": "farm", "committee": "yc"}
    before = {way: _table(supervisor, f"follow_ups_by_{way}")[line] for way, line in ways.items()}
    told = {way: _table(supervisor, f"work_by_{way}")[line] for way, line in ways.items()}
    fields: dict[str, Any] = {"nature": "difficulty", "title": "缺学习材料", "due_on": _day(9), "status": "open"}
    supervisor.keep("follow_up", "yc-1", **fields)
    supervisor.keep("gate", "yc-2", stage="study", decision="pass", why="已达到", decided_on=today())
    supervisor.visit("yc-1", effect_on_work="放苗没有耽误")
    for way, line in ways.items():
        outcomes = _table(supervisor, f"follow_ups_by_{way}")[line]
        assert (outcomes["found"], outcomes["left"]) == (before[way]["found"] + 1, before[way]["left"] + 1)
        assert _table(supervisor, f"passed_by_{way}")[line]["study"] == 1
        assert _table(supervisor, f"work_by_{way}")[line]["effects"] == told[way]["effects"] + 1
        assert _table(supervisor, f"training_by_{way}")[line]["trained"] > 0
