"""A line whose text is not shown, and does not leave it for the clipboard."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widgets import Input

from supervisor_tui.widgets.typed_line import take_in

_DRAWN, _SHOWN = "\u2022", "*"  # the bullet is two cells wide on some terminals


class SecretInput(Input):
    """A star for each character of what is typed: Textual's own sign has another width on some terminals."""

    def __init__(self, *, id: str) -> None:
        super().__init__(compact=True, password=True, id=id)
        self.cursor_blink = False

    def render_line(self, y: int) -> Strip:
        """Draw the line as Textual does, with stars."""
        strip = super().render_line(y)
        return Strip(
            [Segment(text.replace(_DRAWN, _SHOWN), style, control) for text, style, control in strip], strip.cell_length
        )

    def on_paste(self, event: events.Paste) -> None:
        """Take all lines in."""
        take_in(self, event)

    def action_copy(self) -> None:
        """Nothing of it goes to the clipboard."""

    def action_cut(self) -> None:
        """Nothing of it goes to the clipboard."""
