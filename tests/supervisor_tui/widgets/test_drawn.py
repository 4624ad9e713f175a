"""Widgets that keep their lines: what is the same is drawn once, what is not is never left standing."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import Static

from supervisor_tui.widgets.drawn import Vertical, _covers
from supervisor_tui.widgets.line import Lines
from supervisor_tui.widgets.paged_list import Column, PagedList
from sync.replica.views import Listing
from tests.supervisor_tui.workbench import screen_lines


class Counted(PagedList[int]):
    """A list that notes the lines it draws."""

    drawn: list[int]

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


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


@pytest.mark.parametrize(
    ("regions", "covered"),
    [
        ([Region(0, 0, 10, 1), Region(0, 1, 4, 5), Region(4, 1, 6, 5)], True),
        ([Region(4, 0, 6, 6), Region(0, 0, 4, 6)], True),
        ([Region(0, 0, 10, 4), Region(2, 2, 8, 4), Region(0, 3, 5, 3)], True),
        ([Region(0, 0, 10, 5)], False),
        ([Region(0, 0, 4, 6), Region(5, 0, 5, 6)], False),
        ([Region(0, 0, 10, 1), Region(0, 2, 10, 4)], False),
        ([Region()], False),
    ],
)
def test_what_is_covered_leaves_no_cell(regions: list[Region], covered: bool) -> None:
    assert _covers(regions, Region(0, 0, 10, 6)) is covered


class HolderApp(App[None]):
    """A holder of two texts, which fill it until one goes."""

    CSS = "Vertical { background: red; } Static { height: 1fr; background: blue; }"

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("above")
            yield Static("below", id="below")


async def test_a_holder_draws_only_what_is_seen_of_it() -> None:
    app = HolderApp()
    async with app.run_test(size=(20, 6)) as pilot:
        holder, below = app.query_one(Vertical), app.query_one("#below")
        assert holder.render_lines(holder.size.region) == []
        below.styles.height = 1
        app.query_one(Static).styles.height = 1
        await pilot.pause()
        assert len(holder.render_lines(holder.size.region)) == 6
        assert [line.strip() for line in screen_lines(app)] == ["above", "below", "", "", "", ""]
        below.display = False
        await pilot.pause()
        assert [line.strip() for line in screen_lines(app)] == ["above", "", "", "", "", ""]


async def test_a_scroll_bar_is_drawn_again_when_it_moves_and_in_another_theme() -> None:
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        bar = app.query_one(Counted).vertical_scrollbar
        first = bar.render_lines(bar.size.region)
        assert bar.render_lines(bar.size.region) is first
        await pilot.press("end")
        moved = bar.render_lines(bar.size.region)
        assert moved != first
        app.theme = "textual-light"
        await pilot.pause()
        assert bar.render_lines(bar.size.region) != moved


@pytest.mark.parametrize("no_color", ["", "1"])
async def test_a_scroll_bar_has_the_cells_that_textual_would_draw(
    no_color: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    app = ListApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        bar = app.query_one(Counted).vertical_scrollbar
        for theme in ("textual-dark", "textual-light", "ansi-dark"):
            app.theme = theme
            for keys in (["home"], ["end"], ["up"] * 20):
                await pilot.press(*keys)
                ours = [list(strip) for strip in bar.render_lines(bar.size.region)]
                bar._styles_cache.clear()
                assert ours == [list(strip) for strip in ScrollBar.render_lines(bar, bar.size.region)]
                assert len({strip[0].style for strip in ours}) > 1


async def test_lines_that_say_something_else_are_on_the_screen_after_one_frame() -> None:
    class LinesApp(App[None]):
        def compose(self) -> ComposeResult:
            yield Lines(3)

    app = LinesApp()
    async with app.run_test(size=(20, 4)) as pilot:
        shown = app.query_one(Lines)
        shown.show([[("one", "plain")], [("two", "plain")]])
        await pilot.pause()
        shown.show([[("one", "plain")], [("other", "plain")], [("three", "plain")]])
        await pilot.pause()
        assert [line.strip() for line in screen_lines(app)[:3]] == ["one", "other", "three"]
