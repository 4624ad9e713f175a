"""A line whose text is not shown, and does not leave it for the clipboard."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input

from supervisor_tui.text import cells


class SecretInput(Input):
    """A star for each cell of what is typed: Textual's own sign has another width on some terminals."""

    def __init__(self, *, id: str) -> None:
        super().__init__(compact=True, password=True, id=id)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        return Text("*" * cells(self.value), no_wrap=True, overflow="ignore", end="")

    def action_copy(self) -> None:
        """Nothing of it goes to the clipboard."""

    def action_cut(self) -> None:
        """Nothing of it goes to the clipboard."""
