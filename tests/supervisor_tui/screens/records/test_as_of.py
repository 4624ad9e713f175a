"""The register, the gates and a unit's file in the workbench, as of a day and of a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervisor_tui.screens.office.assignments import DutyScreen
from supervisor_tui.screens.office.reviews import ReviewsScreen
from supervisor_tui.screens.office.stage_gates import StagesScreen
from supervisor_tui.screens.records.follow_ups import RegisterScreen
from supervisor_tui.screens.records.trends import TrendsScreen
from supervisor_tui.screens.records.unit import UnitScreen
from supervisor_tui.screens.records.units import UnitsScreen
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, screen_lines, shown, until, workbench, write

pytestmark = pytest.mark.usefixtures("that_day")
HEAD = "第二批学习教育活动"


@pytest.mark.parametrize("size", SIZES)
async def test_the_register_is_shown_as_of_a_day_that_is_typed_and_as_it_is_now_again(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f8")
        await until(pilot, lambda: "活动室漏雨" in shown(app))
        await press(pilot, "f3", "2")
        await write(pilot, "2026-08-01")
        await press(pilot, "enter")
        await until(pilot, lambda: "2026-08-01" in screen_lines(app)[0])
        assert "活动室漏雨" not in shown(app)
        assert_aligned(app)
        await press(pilot, "escape")
        await until(pilot, lambda: "活动室漏雨" in shown(app))
        assert "2026-08-01" not in shown(app)


async def test_a_day_that_is_none_is_asked_for_again(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8", "f3", "2")
        await write(pilot, "2026-02-30")
        await press(pilot, "enter")
        await until(pilot, lambda: "截至哪一天" in shown(app) and "2026-02-30" in shown(app))
        await press(pilot, "escape")
        await until(pilot, lambda: isinstance(app.screen, RegisterScreen))
        assert "截至" not in screen_lines(app)[0]


async def test_the_gates_are_shown_as_of_the_end_of_a_period(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, StagesScreen))
        screen = app.screen
        assert isinstance(screen, StagesScreen)
        now = screen.listed.count
        await press(pilot, "f3", "3")
        await until(pilot, lambda: "2026-08-31" in screen_lines(app)[0])
        assert (now, screen.listed.count) == (10, 0)  # before the campaign began nobody took part
        assert_aligned(app)


async def test_a_units_file_is_shown_for_a_campaign_and_as_of_a_day(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.is_running)
        app.push_screen(UnitScreen("u-01"))
        await until(pilot, lambda: isinstance(app.screen, UnitScreen))
        screen = app.screen
        assert isinstance(screen, UnitScreen)
        await until(pilot, lambda: "必读篇目未发" in shown(app))
        screen.ask_of(day="2026-08-01")
        await until(pilot, lambda: "2026-08-01" in screen_lines(app)[0])
        assert "必读篇目未发" not in shown(app)
        await press(pilot, "d", "1")
        await until(pilot, lambda: "必读篇目未发" in shown(app))
        screen.ask_of(campaign="c-1")
        await until(pilot, lambda: HEAD in screen_lines(app)[0])
        assert "必读篇目未发" in shown(app)


@pytest.mark.parametrize("key", ["d", "ctrl+right_square_bracket"])
async def test_the_units_are_listed_as_of_a_day_with_the_file_beside_them_and_as_they_are_now_again(
    tmp_path: Path, key: str
) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "瑶湖水产场党委" in shown(app))
        await press(pilot, "end")
        await until(pilot, lambda: "必读篇目未发" in shown(app))
        screen = app.screen
        assert isinstance(screen, UnitsScreen)
        now = screen.units.count
        await _type_day(pilot, key, "2026-09-05")
        await until(pilot, lambda: "2026-09-05" in screen_lines(app)[0])
        assert screen.units.count == now
        assert "必读篇目未发" not in shown(app)
        rows = [row for row in map(screen.units.row_at, range(now)) if row is not None]
        assert {(row.last_visit, row.open, row.overdue) for row in rows} == {("", 0, 0), ("2026-09-03", 0, 0)}
        assert_aligned(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, UnitScreen) and "2026-09-05" in screen_lines(app)[0])
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is screen)
        await press(pilot, "escape")
        await until(pilot, lambda: "必读篇目未发" in shown(app))
        assert "2026-09-05" not in shown(app)


async def test_a_units_figures_are_shown_up_to_a_day(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.is_running)
        app.push_screen(TrendsScreen("u-01"))
        await until(pilot, lambda: isinstance(app.screen, TrendsScreen))
        before = shown(app)
        await _type_day(pilot, "f3", "2020-01-01")
        await until(pilot, lambda: "2020-01-01" in screen_lines(app)[0])
        assert shown(app).count("没有") > before.count("没有")
        await press(pilot, "d", "1")
        await until(pilot, lambda: "2020-01-01" not in shown(app))
        assert shown(app) == before


async def test_who_answers_is_shown_as_of_a_day_and_nobody_is_assigned_to_how_things_stood(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: isinstance(app.screen, DutyScreen))
        screen = app.screen
        assert isinstance(screen, DutyScreen)
        assert screen.check_action("assign", ("group",)) is not False
        await _type_day(pilot, "d", "2020-01-01")
        await until(pilot, lambda: "2020-01-01" in screen_lines(app)[0])
        assert screen.check_action("assign", ("group",)) is False
        await press(pilot, "escape")
        await until(pilot, lambda: "2020-01-01" not in shown(app))
        assert screen.check_action("assign", ("group",)) is not False


async def test_the_visits_with_hints_are_listed_as_of_a_day(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, ReviewsScreen))
        screen = app.screen
        assert isinstance(screen, ReviewsScreen)
        assert screen.check_action("as_of", ()) is False  # what waits for a review waits now
        await press(pilot, "f9")
        await until(pilot, lambda: screen.check_action("as_of", ()) is True)
        now = screen.listed.count
        await _type_day(pilot, "f3", "2020-01-01")
        await until(pilot, lambda: "2020-01-01" in screen_lines(app)[0])
        assert screen.listed.count == 0
        await press(pilot, "d", "1")
        await until(pilot, lambda: "2020-01-01" not in shown(app))
        assert screen.listed.count == now


async def _type_day(pilot: Pilot[Any], key: str, day: str) -> None:
    """Ask the screen in sight of a day by its one key."""
    await press(pilot, key, "2")
    await write(pilot, day)
    await press(pilot, "enter")
