"""Every screen with hostile texts of every kind: shown in their place, exactly aligned, and they never act.

With every single text by hand: `python -m tests.faults whole hostile_screens`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.screens.records.record import RecordScreen
from sync.model.kinds import KINDS
from tests.faults.hostile import WAYS, every_screen, laptop_of
from tests.faults.texts import HARMS, HOSTILE, tried
from tests.supervisor_tui.workbench import assert_aligned, press

RECORDS = (*(f"k-{kind}" for kind in KINDS), "r-71", "r-72", "r-73", "r-75", "u-00")  # of every kind; odd ones; apart


def test_no_screen_is_left_out() -> None:
    assert set(every_screen()) == set(WAYS)


def test_every_text_is_of_one_kind_of_harm() -> None:
    assert sorted(name for kind in HARMS for name in kind) == sorted(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
async def test_text_is_shown_on_every_screen_and_never_acts(name: str, tmp_path: Path) -> None:
    text = HOSTILE[name]
    app = WorkbenchApp(tmp_path / "replica.db", laptop_of(tmp_path / "replica.db", text))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for screen, kind in tried(name, every_screen().items()):
            await app.push_screen(WAYS[screen](app, kind, text))
            await pilot.pause()
            assert_aligned(app)
            lines = list(app.screen.query(Input))
            for line in lines:
                line.value = text  # typed, or pasted
            if lines:
                await pilot.pause()
                assert_aligned(app)
            await app.pop_screen()
        for record in tried(name, RECORDS):
            await app.push_screen(RecordScreen(record))
            await pilot.pause()
            assert_aligned(app)
            await app.pop_screen()
        app.notify(text)
        await pilot.pause()
        assert_aligned(app)
        await press(pilot, "end", "enter", "down", "escape", "escape")
        assert_aligned(app)
        assert app.is_running
