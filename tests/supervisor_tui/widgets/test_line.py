"""A line with two sides: whatever stands on them, it fills its width and is cut nowhere but at its end."""

from __future__ import annotations

from textual.app import App, ComposeResult

from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.line import Line

WIDTH = 24


class Bare(App[None]):
    """A line alone."""

    def compose(self) -> ComposeResult:
        yield Line(id="line")


async def test_however_long_its_sides_are_it_fills_the_width() -> None:
    app = Bare()
    async with app.run_test(size=(WIDTH, 3)):
        line = app.query_one("#line", Line)
        for left in ("", "a", "字" * 6, "字" * 30):
            for length in range(WIDTH + 3):
                line.show([(left, "plain")], [("x" * length, "dim")])
                drawn = line.render_line(0)
                assert cells(drawn.text) == WIDTH
                assert ("x" * length in drawn.text) == (length <= WIDTH - 2)
