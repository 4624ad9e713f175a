"""A laptop that has just joined: the workbench says what to do first."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from tests.supervisor_tui.workbench import assert_aligned, press, shown, until
from tests.sync.laptops import new_laptop


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize(
    ("last_sync", "words"), [("", "units.not_fetched"), ("2026-09-16T01:12:00.000Z", "units.not_given")]
)
@pytest.mark.parametrize("width", [80, 120])
async def test_a_list_without_units_says_what_to_do(
    width: int, last_sync: str, words: str, spoken: str, tmp_path: Path
) -> None:
    set_language(spoken)
    replica = new_laptop(tmp_path / "replica.db")
    if last_sync:
        replica.set_setting("last_sync", last_sync)
    app = WorkbenchApp(tmp_path / "replica.db", replica)
    async with app.run_test(size=(width, 24)) as pilot:
        await press(pilot)
        assert t(words) in shown(app)
        assert_aligned(app)
        await press(pilot, "slash", "x")
        assert t("units.none") in shown(app)


@pytest.mark.parametrize("key", ["f2", "f3", "f4", "f10", "ctrl+b", "ctrl+u"])
async def test_a_key_that_wants_a_unit_says_so(key: str, tmp_path: Path) -> None:
    set_language("zh")
    app = WorkbenchApp(tmp_path / "replica.db", new_laptop(tmp_path / "replica.db"))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, key)
        await until(pilot, lambda: t("unit.none_chosen") in shown(app))
