"""What holds on every screen, in both languages and sizes: alignment, the truth about sync, hostile text, mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.screens.office.stage_gates import StagesScreen
from tests.supervisor_tui.workbench import (
    SIZES,
    Pen,
    assert_aligned,
    new_workbench_file,
    press,
    screen_lines,
    shown,
    until,
    workbench,
    write,
)

pytestmark = pytest.mark.usefixtures("that_day")

WAYS = {  # keys from the units to each screen, and a key of the catalogue that stands on it
    "units": ((), "unit.last_visit"),
    "unit file": (("end", "enter"), "card.chain"),
    "record": (("end", "enter", "enter"), "record.items"),
    "sync": (("f5",), "sync.receipts_title"),
    "to-do": (("f6",), "todo.sort_conflict"),
    "search": (("f7",), "search.title"),
    "register": (("f8",), "register.nature"),
    "who answers": (("ctrl+d",), "duty.lacks"),
    "unit card": (("end", "ctrl+u"), "form.chain"),
    "conflicts": (("ctrl+k",), "conflicts.base"),
    "rulings": (("ctrl+o",), "aside.by"),
    "stages": (("ctrl+e",), "stages.place"),
    "reviews": (("ctrl+r",), "reviews.by"),
    "closing": (("end", "ctrl+z"), "close.successors_are"),
    "brief": (("ctrl+s",), "report.table_overview"),
    "issued briefs": (("ctrl+s", "f3"), "issued.list"),
    "help": (("f1",), "help.keys"),
    "palette": (("ctrl+p",), "cmd.sync_help"),
}
ASCII_WIDTH = {"│", "─"}  # frames may be drawn with these two


OF_THE_OFFICE = {"rulings", "reviews", "closing"}
ROLES = {"group": [name for name in WAYS if name not in OF_THE_OFFICE], "office": sorted(OF_THE_OFFICE)}
Walk = Callable[[Pilot[Any], str], Awaitable[None]]


async def _on_every_screen(role: str, size: tuple[int, int], folder: Path, look: Walk) -> None:
    """Open each screen of a role by its keys and look at it; Esc, three times at most, leads back to the units."""
    app = workbench(folder / "replica.db", role)
    async with app.run_test(size=size) as pilot:
        for name in ROLES[role]:
            keys, _ = WAYS[name]
            await press(pilot, *keys)
            await look(pilot, name)
            for _ in range(3):
                await press(pilot, "escape")
            assert len(app.screen_stack) == 1, name


HOSTILE = "[red]单位[/red] \x1b[31m\u202e倒\u0007[link=http://x]"


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
async def test_a_screen_opens_by_key_and_stands_aligned(
    role: str, spoken: str, size: tuple[int, int], tmp_path: Path
) -> None:
    set_language(spoken)

    async def look(pilot: Pilot[Any], name: str) -> None:
        await until(pilot, lambda: t(WAYS[name][1]) in shown(pilot.app))
        assert_aligned(pilot.app)
        assert t("cmd.help") in shown(pilot.app), name
        assert len(pilot.app.screen_stack) > 1 or name in ("units", "palette"), name

    await _on_every_screen(role, size, tmp_path, look)


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
async def test_the_truth_about_sync_stands_on_top(role: str, spoken: str, tmp_path: Path) -> None:
    set_language(spoken)

    async def look(pilot: Pilot[Any], name: str) -> None:
        top = screen_lines(pilot.app)[0]
        if name != "palette":
            assert t("sync.pending", count=1, since=t("sync.since_days", days=2)) in top, name
            assert t("sync.receipts", acknowledged=6, mine=8) in top, name

    await _on_every_screen(role, (120, 40), tmp_path, look)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_text_from_records_never_acts(size: tuple[int, int], tmp_path: Path) -> None:
    replica = new_workbench_file(tmp_path / "replica.db")
    pen = Pen(replica)
    pen.write("u-99", "unit", "u-99", {"name": HOSTILE, "category": "farm"}, device="store-1", by="store")
    pen.write(
        "u-99", "follow_up", "r-99", {"nature": "problem", "title": HOSTILE, "due_on": "2026-01-01", "status": "open"}
    )
    pen.write("u-99", "liaison_note", "r-98", {"noted_on": "2026-09-01", "mode": "visit", "content": HOSTILE})
    app = WorkbenchApp(tmp_path / "replica.db", replica)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "[red]" in shown(app))
        assert_aligned(app)
        for keys in (("f8",), ("enter",), ("f3",), ("enter",), ("f6",), ("f7", *"倒?", "enter")):
            await press(pilot, *keys)
            assert "[red]" in shown(app)
            assert_aligned(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_glyph_of_ambiguous_width_is_drawn_by_the_workbench(size: tuple[int, int], tmp_path: Path) -> None:
    from unicodedata import east_asian_width

    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=size) as pilot:
        for keys, _ in WAYS.values():
            await press(pilot, *keys)
            drawn = {each for line in screen_lines(app) for each in line if east_asian_width(each) == "A"}
            assert drawn <= ASCII_WIDTH | set("▁▂▃▄▅▆▇█"), drawn  # the last are Textual's own scrollbar
            await press(pilot, "escape", "escape", "escape")


async def test_resizing_keeps_the_place_on_the_way(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "down", "down")
        for size in ((80, 24), (120, 40), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert next(line for line in screen_lines(app) if line.startswith("> ")).startswith("> 纺织器材厂支部")
            assert_aligned(app)


async def test_the_footer_works_by_mouse(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        footer = screen_lines(app)[-1]
        from supervisor_tui.terminal.text import cells

        await pilot.click(offset=(cells(footer[: footer.index("待办")]), 23))
        await pilot.pause()
        assert t("todo.title") in screen_lines(app)[0]


async def test_the_language_is_switched_everywhere_and_kept(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8", "ctrl+l")
        assert "Register of follow-ups" in screen_lines(app)[0]
        assert "overdue" in shown(app)
        await press(pilot, "escape")
        assert "Supervision Workbench" in screen_lines(app)[0]
        assert "last" not in shown(app)
        assert "visit" in screen_lines(app)[2]
        assert app.replica.setting("language") == "en"


async def test_ctrl_c_says_how_to_quit_in_the_language_spoken(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "ctrl+c")
        await until(pilot, lambda: "Ctrl+Q" in shown(app))
        assert "草稿" in shown(app)


async def test_ctrl_q_ends_the_program(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        async with asyncio.timeout(30):
            while app.is_running:
                await asyncio.sleep(0.01)
    assert not app.crash_report


async def test_what_is_typed_in_a_form_is_there_again_in_the_to_do_list(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f3")
        await write(pilot, "电话已约好")
        await press(pilot, "escape", "escape", "escape", "f6")
        await until(pilot, lambda: t("todo.sort_draft") in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: "电话已约好" in shown(app))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_a_question_is_about_stays_in_sight_behind_it(size: tuple[int, int], tmp_path: Path) -> None:
    set_language("zh")
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f8", "f4")
        await until(pilot, lambda: "下一步: 必读篇目未发到流动党员" in shown(app))
        assert "党员活动室漏雨" in shown(app)
        assert_aligned(app)


class Counting(StagesScreen):
    """The stages, and how often they were read."""

    reads = 0

    def read(self) -> None:
        self.reads += 1
        super().read()


async def test_a_screen_is_read_once_when_it_opens_and_again_on_coming_back(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    screen = Counting()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(screen)
        await until(pilot, lambda: app.screen is screen and screen.reads)
        await press(pilot, "down")
        assert screen.reads == 1
        await press(pilot, "f1", "escape")
        await until(pilot, lambda: screen.reads == 2)
