"""Plain words in a widget's own colour: wrapped, ruled, exact in cells at any width."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.said import StatusText
from tests.supervisor_tui.workbench import screen_lines


class SaidApp(App[None]):
    """A hint of two lines under its rule."""

    CSS = "StatusText { height: 3; }"

    def compose(self) -> ComposeResult:
        yield StatusText(ruled=True)


async def test_words_stand_under_their_rule_and_what_has_no_room_is_not_said() -> None:
    app = SaidApp()
    async with app.run_test(size=(20, 4)) as pilot:
        said = app.query_one(StatusText)
        said.show(("看方案原件, 问问谁在", False), ("1 达标  2 基本", True))
        await pilot.pause()
        assert screen_lines(app)[0] == "─" * 20
        assert [line.rstrip() for line in screen_lines(app)[1:3]] == [" 看方案原件, 问问谁", " 在"]
        said.show(("1 达标  2 基本", True))
        await pilot.pause()
        assert [line.rstrip() for line in screen_lines(app)[1:3]] == [" 1 达标  2 基本", ""]
        assert any(segment.style and segment.style.bold for segment in said.render_line(1))


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 40])
async def test_every_line_is_as_wide_as_the_widget(width: int) -> None:
    app = SaidApp()
    async with app.run_test(size=(width, 4)) as pilot:
        said = app.query_one(StatusText)
        said.show(("督导", False))
        await pilot.pause()
        assert [cells(said.render_line(y).text) for y in range(3)] == [width] * 3


class GrowingApp(App[None]):
    """A hint that grows, at the foot of the screen."""

    CSS = "#above { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Static("", id="above")
        yield StatusText(ruled=True, lines=(2, 4))


async def test_room_is_made_for_a_long_hint_and_the_keys_below_it() -> None:
    app = GrowingApp()
    async with app.run_test(size=(20, 10)) as pilot:
        said = app.query_one(StatusText)
        await pilot.pause()
        assert said.size.height == 3
        said.show(("看方案原件, 问问谁在什么时候写的, 谁签的字", False), ("1 达标  2 基本", True))
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(app)]
        assert lines[-1] == " 1 达标  2 基本"
        assert said.size.height == 5
        assert lines[-5] == "─" * 20
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert said.size.height == 3
        said.show(("看" * 100, False))
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert said.size.height == 5  # and no more than that
