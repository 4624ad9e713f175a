"""A screen is closed, or the program ends, at any moment while it opens: nothing breaks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from supervisor_tui.locale import t
from supervisor_tui.widgets.parted import GONE
from tests.supervisor_tui.screens.test_every_screen import WAYS
from tests.supervisor_tui.workbench import press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")

FORMS = {
    "inspection": ("end", "f2"),
    "an item's note": ("end", "f2", "enter"),
    "note": ("end", "f3"),
    "a note before it is kept": ("end", "f3", "f10"),
    "follow-up": ("end", "f4"),
    "filter": ("slash",),
    "report": ("ctrl+x",),
    "finding a person": ("ctrl+d", "f3"),
}
OPENED = {name: WAYS[name][0] for name in ("record", "search", "brief", "conflicts", "palette", "sync")} | FORMS
TURNS = (0, 2, 8, 25)  # of the event loop, after the key that opens it


async def _turn(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


@pytest.mark.parametrize("name", OPENED)
async def test_the_program_ends_in_order_while_a_screen_opens(name: str, tmp_path: Path) -> None:
    *before, last = OPENED[name]
    for turns in TURNS:
        app = workbench(tmp_path / f"{turns}.db", "office")
        with suppress(*GONE):  # Textual's way of running tests raises even what has been handled
            async with app.run_test(size=(120, 40)) as pilot:
                await press(pilot, *before)
                app.simulate_key(last)
                await _turn(turns)
                app.exit()
        assert app.crash_report == ""


@pytest.mark.parametrize("name", OPENED)
async def test_a_screen_is_closed_at_once_while_it_opens(name: str, tmp_path: Path) -> None:
    *before, last = OPENED[name]
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        for turns in TURNS:
            await press(pilot, *before)
            app.simulate_key(last)
            await _turn(turns)
            app.simulate_key("escape")
            await press(pilot, *["escape"] * 4)
            await until(pilot, lambda: t("units.filter_key") in shown(app) and len(app.screen_stack) == 1)


async def test_a_screen_below_another_takes_neither_away(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test() as pilot:
        await press(pilot, "f8", "f1")
        below, above = app.screen_stack[-2:]
        below.dismiss()
        await pilot.pause()
        assert app.screen_stack[-2:] == [below, above]
        above.dismiss()
        above.dismiss()
        await pilot.pause()
        assert app.screen is below
