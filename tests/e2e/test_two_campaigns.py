"""A unit that takes part in two campaigns of different kinds: on the screens each campaign has its own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from supervisor_tui.screens.records.unit import UnitScreen
from supervisor_tui.widgets.paged_list import PagedList
from sync.replica import Replica
from sync.replica.queries.campaigns import is_chosen
from tests.days import day
from tests.e2e.test_second_campaign import PEOPLE, Laptop, database
from tests.store import office, serving
from tests.supervisor_tui.workbench import press, shown, until

__all__ = ["database"]
DUTY = ("head-himself", "officer", "plan-approved", "no-burden", "trained-first", "asked-for")
SECOND, SAFETY = "c-second-batch", "c-safety-2026"
TITLES = {SECOND: "第二批教育活动", SAFETY: "2026年度安全检查"}
UNIT = PEOPLE["unit"]
SAFETY_UNITS = ("s-01", "s-02", "s-03")  # of the supervisor's group
STUDY, WAYS = "夜班党员没有补课", "泵房门口堆了饲料"


@pytest.fixture
def laptop(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Laptop:
    """A supervisor's laptop; one of her units takes part in both campaigns and is behind in both."""
    store = tmp_path / "store" / database.name
    shutil.copytree(database.parent, store.parent)
    for campaign in TITLES:
        office(store, "enrol", UNIT, "--campaign", campaign, "--from", day(-60))
    laptop = Laptop(tmp_path / "home", capsys)
    with serving(store) as address:
        laptop("join", address, office(store, "code", PEOPLE["supervisor"]))
        laptop("sync")
    late: dict[str, Any] = {"nature": "problem", "opened_on": day(-9), "due_on": day(-1), "status": "open"}
    _keep(laptop, tmp_path, late | {"title": STUDY, "class": "discipline", "campaign": SECOND})
    _keep(laptop, tmp_path, late | {"title": WAYS, "class": "ways_out", "campaign": SAFETY})
    visit: dict[str, Any] = {"visited_on": day(-5), "stage": "on_site", "template": "t.safety-duty.1", "group": "g-4"}
    visit |= {"inspector.p-zhou": True, "summary": "泵房有人管。", "figure.to-train": 4, "figure.trained": 3}
    visit |= {f"answer.{item}": {"verdict": "met"} for item in DUTY}
    laptop("campaign", SAFETY)
    _keep(laptop, tmp_path, visit, "inspection")
    laptop("campaign", SECOND)
    return laptop


def _keep(laptop: Laptop, folder: Path, fields: dict[str, Any], kind: str = "follow_up") -> None:
    file = folder / "fields.json"
    file.write_text(json.dumps(fields), encoding="utf-8")
    laptop("record", kind, "--unit", UNIT, "--file", str(file))


@pytest.fixture
def workbench(laptop: Laptop) -> WorkbenchApp:
    """Her workbench, in Chinese."""
    set_language("zh")
    return WorkbenchApp(laptop.file, Replica.open(laptop.file))


def _rows(app: WorkbenchApp, where: str) -> list[Any]:
    """The rows of a list of the screen in sight; empty while it is not there."""
    found = list(app.screen.query(where).results(PagedList))
    return [found[0].row_at(place) for place in range(found[0].count)] if found else []


async def _of_campaign(app: WorkbenchApp, pilot: Pilot[Any], key: str, campaign: str) -> None:
    """Ask the screen in sight of a campaign by its list of days and campaigns."""
    await press(pilot, key)
    await until(pilot, lambda: TITLES[campaign] in shown(app) and "哪次活动?" in shown(app))
    (digit,) = re.findall(rf"(\d)  {TITLES[campaign]}", shown(app))
    await press(pilot, digit)
    await until(pilot, lambda: "哪次活动?" not in shown(app))


@pytest.mark.parametrize("campaign", TITLES)
async def test_the_summary_of_each_has_its_own_units_stages_and_problems(
    workbench: WorkbenchApp, campaign: str
) -> None:
    async with workbench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+n")
        await until(pilot, lambda: TITLES[SAFETY] in shown(workbench))
        (digit,) = re.findall(rf"(\d)  {TITLES[campaign]}", shown(workbench))
        await press(pilot, digit, "ctrl+s")
        await until(pilot, lambda: TITLES[campaign] in shown(workbench).splitlines()[0])
        await press(pilot, "f9")
        await until(pilot, lambda: "本次活动以来" in shown(workbench))
        (digit,) = re.findall(r"(\d)  本次活动以来", shown(workbench))
        await press(pilot, digit)
        await until(pilot, lambda: any(row.value for row in _rows(workbench, "#numbers") if row.ref == "1.3"))
        numbers = _rows(workbench, "#numbers")
        units = next(row for row in numbers if row.ref == "1.1")
        (stages, classes) = (
            {row.name for row in numbers if row.table == table} for table in ("各阶段督导情况", "各类问题")
        )
        assert UNIT in units.records
        if campaign == SAFETY:
            assert {*units.records} == {UNIT, *SAFETY_UNITS}
            assert "现场检查" in stages
            assert classes == {"出口和通道"}
        else:
            assert units.value == 11
            assert not {*units.records} & {*SAFETY_UNITS}
            assert "学习动员" in stages
            assert "组织纪律松散" in classes
            assert "出口和通道" not in classes


@pytest.mark.parametrize("campaign", TITLES)
async def test_the_register_of_each_has_its_own_follow_ups_and_without_one_has_both(
    workbench: WorkbenchApp, campaign: str
) -> None:
    async with workbench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8")
        await until(pilot, lambda: STUDY in shown(workbench) and WAYS in shown(workbench))
        await _of_campaign(workbench, pilot, "f3", campaign)
        mine, other = (STUDY, WAYS) if campaign == SECOND else (WAYS, STUDY)
        await until(pilot, lambda: other not in shown(workbench))
        assert mine in shown(workbench)
        assert TITLES[campaign] in shown(workbench).splitlines()[0]


@pytest.mark.parametrize("campaign", TITLES)
async def test_to_do_has_what_is_late_in_both_whichever_is_chosen(workbench: WorkbenchApp, campaign: str) -> None:
    async with workbench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+n")
        await until(pilot, lambda: TITLES[SAFETY] in shown(workbench))
        (digit,) = re.findall(rf"(\d)  {TITLES[campaign]}", shown(workbench))
        await press(pilot, digit, "f6")
        await until(pilot, lambda: STUDY in shown(workbench) and WAYS in shown(workbench))


async def test_a_unit_s_file_says_which_record_belongs_to_which_campaign(workbench: WorkbenchApp) -> None:
    async with workbench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash", *"yhscc", "enter", "enter")
        await until(pilot, lambda: isinstance(workbench.screen, UnitScreen) and WAYS in shown(workbench))
        card = next(line for line in shown(workbench).splitlines() if "参加" in line)
        assert all(title in card for title in TITLES.values())
        of = {row.fields.get("title"): row.campaign for row in _rows(workbench, "#history")}
        assert (of[STUDY], of[WAYS]) == (SECOND, SAFETY)
        await _of_campaign(workbench, pilot, "ctrl+y", SAFETY)
        await until(pilot, lambda: STUDY not in shown(workbench))
        assert WAYS in shown(workbench)
        assert "现场检查" in shown(workbench)
        assert "学习动员" not in shown(workbench)
        await _of_campaign(workbench, pilot, "ctrl+y", SECOND)
        await until(pilot, lambda: WAYS not in shown(workbench))
        assert STUDY in shown(workbench)
        assert "现场检查" not in shown(workbench)


async def test_the_campaign_that_was_chosen_can_be_left_for_that_of_each_unit(workbench: WorkbenchApp) -> None:
    async with workbench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+n")
        await until(pilot, lambda: TITLES[SAFETY] in shown(workbench))
        await press(pilot, "escape", "ctrl+n")
        assert is_chosen(workbench.replica)  # leaving the list chooses nothing
        (digit,) = re.findall(r"(\d)  不选定", shown(workbench))
        await press(pilot, digit, "ctrl+n")
        await until(pilot, lambda: TITLES[SAFETY] in shown(workbench) and "不选定" not in shown(workbench))
        assert not is_chosen(workbench.replica)
