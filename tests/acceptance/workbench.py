"""A laptop's workbench on screen: opened on a unit, worked by keys, read as a person reads it."""

from __future__ import annotations

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from sync.replica import Replica, query
from tests.acceptance.people import Laptop
from tests.supervisor_tui.workbench import assert_aligned, press, shown, until


async def seen(laptop: Laptop, unit: str, *keys: str, words: str, size: tuple[int, int] = (120, 40)) -> str:
    """What stands on screen once `words` do: the list with the cursor on the unit, then the keys; in Chinese."""
    set_language("zh")
    (file,) = laptop.home.rglob("*.db")
    app = WorkbenchApp(file, Replica.open(file))
    async with app.run_test(size=size, notifications=True) as pilot:
        if unit:
            place = [row.id for row in query.units(app.replica).rows(0, 99)].index(unit)
            await press(pilot, *["down"] * place)
        await press(pilot, *keys)
        await until(pilot, lambda: words in shown(app))
        assert_aligned(app)
        return shown(app)
