"""A line to type in, in which nothing can act: what is pasted, or stood there before, is made harmless as it comes.

Every line of a pasted text stays: Textual's own would keep the first.
"""

from __future__ import annotations

import re

from textual import events
from textual.widgets import Input

from supervisor_tui.locale import t
from supervisor_tui.terminal.text import harmless

_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # in one line, whatever ends a line is a blank
LONGEST = 2_000  # characters: a path, a reason; what is searched for is shorter


def take_in(line: Input, event: events.Paste) -> None:
    """Put all lines of a pasted text into one, a blank between them, in the place of what is selected."""
    event.stop()
    event.prevent_default()
    text = _LINE_END.sub(" ", event.text.rstrip("\r\n"))
    if line.selection.is_empty:
        line.insert_text_at_cursor(text)
    else:
        line.replace(text, *line.selection)


class TypedLine(Input):
    """Textual's line writes whatever it holds to the terminal as it is, escape sequences among it."""

    def __init__(
        self, value: str = "", *, placeholder: str = "", select_on_focus: bool = True, id: str | None = None
    ) -> None:
        super().__init__(value, placeholder=placeholder, select_on_focus=select_on_focus, compact=True, id=id)
        self.cursor_blink = False

    _told = False  # that the line is full

    def validate_value(self, value: str) -> str:
        """What the line holds of a text; where that is not all, it is said."""
        if len(value) <= LONGEST:
            self._told = False
        elif self.is_attached and not self._told:
            self._told = True
            self.notify(t("app.line_full", count=LONGEST), severity="warning")
        return harmless(value[:LONGEST]).replace("\n", " ")

    def on_paste(self, event: events.Paste) -> None:
        """Take all lines in."""
        take_in(self, event)
