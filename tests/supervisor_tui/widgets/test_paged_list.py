"""The list: only what is in sight is read, the cursor keeps its place, columns are exact in cells."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.paged_list import PAGE, Column, PagedList
from supervisor_tui.widgets.typed_line import TypedLine
from sync.replica.queries.rows import Listing
from tests.supervisor_tui.workbench import assert_aligned, press, screen_lines, shown


class Rows:
    """A listing of numbered rows that notes which pages were read."""

    def __init__(self, count: int) -> None:
        self.read: list[int] = []
        self.listing = Listing(count, self._rows)
        self.count = count

    def _rows(self, offset: int, limit: int) -> list[int]:
        self.read.append(offset)
        return list(range(offset, min(offset + limit, self.count)))


class ListApp(App[None]):
    """One list."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows
        self.opened: list[int] = []

    def compose(self) -> ComposeResult:
        yield PagedList[int](
            [
                Column("unit.name", lambda row: f"示例单位有限责任公司党支部 {row}"),
                Column("unit.open", lambda row: str(row), 6, "right"),
                Column("unit.last_visit", lambda row: "甲组" if row < 5 else "乙组", 6, once=True),
            ]
        )

    def on_mount(self) -> None:
        self.list.show(self.rows.listing)

    @property
    def list(self) -> PagedList[int]:
        return self.query_one(PagedList)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        self.opened.append(event.row)


async def test_a_hundred_thousand_rows_open_by_reading_one_page() -> None:
    app = ListApp(Rows(100_000))
    async with app.run_test(size=(80, 24)):
        assert set(app.rows.read) == {0}


async def test_the_last_row_is_reached_by_reading_the_last_page_only() -> None:
    app = ListApp(Rows(100_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "end")
        assert app.list.row == 99_999
        assert set(app.rows.read) <= {0, 99_999 // PAGE * PAGE}
        assert "99999" in screen_lines(app)[-1]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        (["down", "down"], 2),
        (["j", "j", "k"], 1),
        (["pagedown"], 22),
        (["pagedown", "pageup"], 0),
        (["end", "home"], 0),
        (["up"], 0),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], row: int) -> None:
    app = ListApp(Rows(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        assert app.list.row == row


async def test_enter_and_a_double_click_open_a_row() -> None:
    app = ListApp(Rows(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "enter")
        await pilot.double_click(PagedList, offset=(5, 4))
        await pilot.pause()
        assert app.opened == [1, 3]


async def test_columns_stay_aligned_under_wide_characters_at_any_width() -> None:
    app = ListApp(Rows(30))
    async with app.run_test(size=(80, 24)) as pilot:
        for width in (80, 61, 40, 120):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert_aligned(app)
            ends = {cells(line[: line.index("组") + 1]) for line in screen_lines(app) if "组" in line}
            assert len(ends) <= 1


async def test_a_smaller_window_keeps_the_cursor_in_sight() -> None:
    app = ListApp(Rows(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["down"] * 20)
        await pilot.resize_terminal(60, 8)
        await pilot.pause()
        assert app.list.row == 20
        assert any(line.startswith("> ") for line in screen_lines(app))


async def test_a_run_of_the_same_word_is_shown_once() -> None:
    app = ListApp(Rows(10))
    async with app.run_test(size=(80, 24)):
        assert shown(app).count("甲组") == 1
        assert shown(app).count("乙组") == 1


async def test_showing_another_listing_keeps_the_place_as_far_as_there_are_rows() -> None:
    app = ListApp(Rows(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["down"] * 9)
        app.list.show(Rows(50).listing)
        assert app.list.row == 9
        app.list.show(Rows(4).listing)
        assert app.list.row == 3
        app.list.show(Rows(0).listing)
        assert app.list.row is None


async def test_an_empty_list_says_so() -> None:
    app = ListApp(Rows(0))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "enter", "end", "pagedown")
        assert app.opened == []
        assert "没有" in shown(app)


class Named(ListApp):
    """One list of long names."""

    def compose(self) -> ComposeResult:
        yield PagedList[int](
            [Column("unit.name", lambda row: f"A long name of a unit that ends in {row}", 20, names=True)]
        )


async def test_names_that_are_cut_keep_the_end_that_tells_them_apart() -> None:
    app = Named(Rows(3))
    async with app.run_test(size=(60, 10)):
        assert "> A long name of a ..0" in shown(app)
        assert "  A long name of a ..2" in shown(app)
        assert_aligned(app)


class Beside(App[None]):
    """A list beside a line to type in, which has the focus."""

    def __init__(self, *, led: bool) -> None:
        super().__init__()
        self.led = led

    def compose(self) -> ComposeResult:
        yield TypedLine()
        yield PagedList[int]([Column("", lambda row: f"row {row}")], header=False, led=self.led)

    def on_mount(self) -> None:
        self.query_one(PagedList).show(Rows(3).listing)


async def test_the_mark_stands_only_where_the_keys_go() -> None:
    app = Beside(led=False)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert "> row" not in shown(app)
        await press(pilot, "tab")
        assert "> row 0" in shown(app)
        await press(pilot, "shift+tab")
        assert "> row" not in shown(app)


async def test_the_mark_stands_in_a_list_that_a_line_leads() -> None:
    app = Beside(led=True)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert "> row 0" in shown(app)
