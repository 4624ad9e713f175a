"""The brief on screen: every number opens the records it counts, in any period, after any change."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.app import App

from supervisor_tui.screens.office.numbers import number_columns
from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.paged_list import PagedList
from tests.supervisor_tui.workbench import INSPECTION, SIZES, Pen, assert_aligned, press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")


def _numbers(app: App[Any]) -> list[Any]:
    listed: PagedList[Any] = app.screen.query_one("#numbers", PagedList)
    return [listed.row_at(place) for place in range(listed.count)]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_number_opens_as_many_records_as_it_says(size: tuple[int, int], tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.query_one("#numbers", PagedList).count)
        numbers = app.screen.query_one("#numbers", PagedList)
        rows = _numbers(app)
        assert all(len(row.records) == len({*row.records}) for row in rows)
        for place in range(0, len(rows), 12):
            numbers.go_to(place)
            await press(pilot, "enter")
            assert app.screen.query_one("#records", PagedList).count == len(rows[place].records)
            assert_aligned(app)
            await press(pilot, "escape")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_table_is_chosen_by_name_and_begins_at_the_top(size: tuple[int, int], tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: app.screen.query_one("#numbers", PagedList).count)
        await press(pilot, "ctrl+t")
        await until(pilot, lambda: "到哪张表" in shown(app))
        assert_aligned(app)
        await press(pilot, "7")
        await until(pilot, lambda: "到哪张表" not in shown(app))
        row: Any = app.screen.query_one("#numbers", PagedList).row
        assert (row.ref, row.table) == ("7.1", "薄弱环节")
        assert "薄弱环节" in shown(app).splitlines()[3]


class _Number(NamedTuple):
    table: str
    name: str
    column: str
    ref: str
    value: int


@pytest.mark.parametrize("column", ["写到对工作影响", "联络次数"])
def test_a_name_that_is_too_long_leaves_room_for_what_is_counted(column: str) -> None:
    number = _Number("各党委活动与工作", "昌东高校建设党工委机关党总支离退休党员第一党支部", column, "38.2b", 3)
    words = number_columns(80)[2]
    said = words.cell(number)
    assert isinstance(said, str)
    assert said.startswith("昌东高校建设")
    assert said.endswith(f"..  {column}")
    assert cells(said) <= words.width


async def test_a_number_leads_to_a_record_and_its_unit(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "督导检查" in shown(app))
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda: "进展正常" in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: "检查日期" in shown(app))


async def test_the_period_is_changed_by_key_and_new_records_are_counted(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: "2026-09-01 - 2026-09-18" in shown(app))
        await press(pilot, "f9", "4")
        await until(pilot, lambda: "2026-09-07 - 2026-09-13" in shown(app))

        def inspections() -> int:
            rows = _numbers(app)
            return next((len(row.records) for row in rows if row.ref == "1.3"), 0)

        await until(pilot, lambda: inspections() == 2)
        earlier = INSPECTION | {"visited_on": "2026-09-09", "summary": "上周走访"}
        Pen(app.replica).write("u-09", "inspection", "r-early", earlier, device="d-9")
        await press(pilot, "escape", "ctrl+s", "f9", "4")
        await until(pilot, lambda: inspections() == 3)
