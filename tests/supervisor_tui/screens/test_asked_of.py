"""The register, the gates and a unit's file in the workbench, as of a day and of a campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.screens.register import RegisterScreen
from supervisor_tui.screens.stages import StagesScreen
from supervisor_tui.screens.unit_file import UnitScreen
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
