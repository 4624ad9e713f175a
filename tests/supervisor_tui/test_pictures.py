"""Pictures of the main screens; after a wanted change, look at the report and run with `--snapshot-update`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervisor_tui.locale import set_language, t
from tests.supervisor_tui.workbench import SIZES, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")

SCREENS = {
    "units": (),
    "unit_file": ("end", "enter"),
    "record": ("end", "enter", "down", "enter"),
    "inspection": ("end", "f2"),
    "liaison_note": ("f3",),
    "follow_up": ("f4",),
    "to_do": ("f6",),
    "search": ("f7", *"学习"),
    "register": ("f8",),
    "conflicts": ("ctrl+k",),
    "help": ("f1",),
    "palette": ("ctrl+p",),
}


@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, snap_compare: Any, tmp_path: Path) -> None:
    """In Chinese, on a terminal of 120 x 40."""
    app = workbench(tmp_path / "replica.db")
    assert snap_compare(app, press=SCREENS[name], terminal_size=SIZES[1])


def test_picture_of_a_sync_without_network(snap_compare: Any, tmp_path: Path) -> None:
    """Nothing listens at the laptop's server address."""
    app = workbench(tmp_path / "replica.db")

    async def sync(pilot: Pilot[str]) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: t("error.no_connection") in shown(app))

    assert snap_compare(app, run_before=sync, terminal_size=SIZES[1])


@pytest.mark.parametrize("name", ["units", "inspection"])
def test_picture_in_english_on_a_small_terminal(name: str, snap_compare: Any, tmp_path: Path) -> None:
    """In English, on 80 x 24."""
    set_language("en")
    app = workbench(tmp_path / "replica.db")
    assert snap_compare(app, press=SCREENS[name], terminal_size=SIZES[0])
