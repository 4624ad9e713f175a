"""Widgets that keep their lines: what is the same is drawn once, what is not is never left standing."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from supervisor_tui.widgets.line import Lines
from supervisor_tui.widgets.paged_list import Column, PagedList
from sync.replica.queries.rows import Listing
from tests.supervisor_tui.workbench import screen_lines


class Counted(PagedList[int]):
    """A list that notes the lines it draws."""

    drawn: list[int]

    def draw_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().draw_line(y)


class ListApp(App[None]):
    """One list of as many rows as are wanted, on a terminal of ten lines."""

    def __init__(self) -> None:
        super().__init__()
        self.word = "row"

    def compose(self) -> ComposeResult:
        columns = [Column[int]("unit.name", lambda row: f"{self.word} {row}")]
        listed = Counted(columns)
        listed.drawn = []
        yield listed

    def on_mount(self) -> None:
        self.show(100)

    def show(self, count: int) -> None:
        self.query_one(Counted).show(Listing(count, lambda offset, limit: list(range(offset, offset + limit))))


async def test_a_step_draws_the_two_rows_it_concerns() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        drawn = app.query_one(Counted).drawn
        drawn.clear()
        await pilot.press("down")
        assert sorted(drawn) == [1, 2]


async def test_rows_that_only_moved_are_not_drawn_again() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("end")
        drawn = app.query_one(Counted).drawn
        await pilot.press(*["up"] * 8)
        drawn.clear()
        await pilot.press("up")
        assert len(drawn) == 2
        assert screen_lines(app)[1].startswith("> row 90")
        assert screen_lines(app)[9].startswith("  row 98")


async def test_what_changed_is_drawn_whatever_was_kept() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.word = "other"
        app.query_one(Counted).refresh()
        await pilot.pause()
        assert all("other" in line for line in screen_lines(app)[1:10])
        app.word = "again"
        app.show(3)
        await pilot.pause()
        assert [line.strip() for line in screen_lines(app)[1:6]] == ["> again 0", "again 1", "again 2", "", ""]


async def test_another_theme_has_other_colours_at_once() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        before = {segment.style for segment in app.query_one(Counted).render_lines(app.screen.region)[2]}
        app.theme = "textual-light"
        await pilot.pause()
        after = {segment.style for segment in app.query_one(Counted).render_lines(app.screen.region)[2]}
        assert not before & after


async def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ListApp()
    async with app.run_test(size=(40, 10)):
        styles = [
            segment.style for strip in app.query_one(Counted).render_lines(app.screen.region) for segment in strip
        ]
    for style in styles:
        assert style is not None
        for color in (style.color, style.bgcolor):
            assert color is None or color.triplet is None or len(set(color.triplet)) == 1  # grey


class LinesApp(App[None]):
    """So many lines below each other."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.lines = Lines(count)

    def compose(self) -> ComposeResult:
        yield self.lines


async def test_lines_that_say_something_else_are_on_the_screen_after_one_frame() -> None:
    app = LinesApp(3)
    async with app.run_test(size=(20, 4)) as pilot:
        shown = app.lines
        shown.show([[("one", "plain")], [("two", "plain")]])
        await pilot.pause()
        shown.show([[("one", "plain")], [("other", "plain")], [("three", "plain")]])
        await pilot.pause()
        assert [line.strip() for line in screen_lines(app)[:3]] == ["one", "other", "three"]


@pytest.mark.parametrize("count", [1, 3])
async def test_lines_that_all_say_something_else_leave_nothing_standing(count: int) -> None:
    app = LinesApp(count)
    async with app.run_test(size=(20, 4)) as pilot:
        for word in ("one", "other"):
            app.lines.show([[(f"{word} {place}", "plain")] for place in range(count)])
            await pilot.pause()
            assert [line.strip() for line in screen_lines(app)[:count]] == [f"{word} {n}" for n in range(count)]
        app.lines.show([])
        await pilot.pause()
        assert not "".join(screen_lines(app)).strip()
