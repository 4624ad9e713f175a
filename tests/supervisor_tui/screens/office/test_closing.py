"""The screen on which the office closes a unit, and what stands of it afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import t
from sync.replica import query
from sync.replica.editing.closing import Closing, Outcome, close, open_follow_ups
from tests.supervisor_tui.workbench import assert_aligned, press, shown, until, workbench, write

pytestmark = pytest.mark.usefixtures("that_day")


def _titles(app: WorkbenchApp, unit: str) -> list[str]:
    return sorted(row.title for row in open_follow_ups(app.replica, unit))


def _close(app: WorkbenchApp) -> None:
    merger = Closing(unit="u-01", on="2026-09-17", closed_why="merged", reason="合并", successors=("u-02",))
    close(app.replica, merger, [Outcome(row.record, "u-02") for row in open_follow_ups(app.replica, "u-01")])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
async def test_the_office_closes_a_unit_and_says_where_each_follow_up_goes(
    size: tuple[int, int], tmp_path: Path
) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    first, *rest = (row.title for row in open_follow_ups(app.replica, "u-01"))
    theirs = _titles(app, "u-02")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "slash")
        await write(pilot, "瑶湖")
        await press(pilot, "enter", "ctrl+z")
        await until(pilot, lambda: t("close.title") in shown(app))
        await press(pilot, "f2", "1", "f4")
        await write(pilot, "南昌")
        await press(pilot, "enter")
        await until(pilot, lambda: t("close.goes_to", unit="南昌水产场党委")[:8] in shown(app))
        assert_aligned(app)
        await press(pilot, "home", "enter", "2")
        await write(pilot, "已不存在")
        await press(pilot, "enter")
        await until(pilot, lambda: t("close.settled", why="已不存在") in shown(app))
        await press(pilot, "f10")
        await write(pilot, "合并建制")
        await press(pilot, "enter")
        await until(pilot, lambda: "u-01" not in [row.id for row in query.units(app.replica).rows(0, 99)])
        assert _titles(app, "u-02") == sorted([*theirs, *rest])
        assert first not in _titles(app, "u-02")


async def test_closed_units_are_listed_on_demand_and_their_file_says_what_follows(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    _close(app)
    async with app.run_test(size=(120, 40)) as pilot:
        assert "瑶湖水产场党委" not in shown(app).split(t("card.chain"))[0].split("│")[0]
        for _ in range(20):
            if t("units.closed") in shown(app):
                break
            await press(pilot, "ctrl+y")
        await until(pilot, lambda: "2026-09-17 合并, 承接: 南昌水产场党委" in shown(app))
        assert t("history.carried_to") in shown(app)
        assert_aligned(app)


async def test_the_successor_s_file_says_what_it_came_from(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    _close(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "slash")
        await write(pilot, "南昌")
        await press(pilot, "enter", "enter")
        await until(pilot, lambda: "由 瑶湖水产场党委 而来" in shown(app))
        assert t("history.carried_from") in shown(app)


async def test_a_record_of_a_closed_unit_is_asked_about_first(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    _close(app)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(20):
            if t("units.closed") in shown(app):
                break
            await press(pilot, "ctrl+y")
        await press(pilot, "f3")
        await until(pilot, lambda: t("close.do_not_write") in shown(app))
        await press(pilot, "1")
        assert len(app.screen_stack) == 1
        await press(pilot, "f3", "2")
        await until(pilot, lambda: len(app.screen_stack) == 2)


async def test_a_closing_is_taken_back_on_the_same_screen(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    before = _titles(app, "u-01")
    _close(app)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(20):
            if t("units.closed") in shown(app):
                break
            await press(pilot, "ctrl+y")
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: t("close.title") in shown(app))
        await press(pilot, "f10")
        await write(pilot, "录错")
        await press(pilot, "enter")
        await until(pilot, lambda: "u-01" in [row.id for row in query.units(app.replica).rows(0, 99)])
        assert _titles(app, "u-01") == before
