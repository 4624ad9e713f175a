"""One of many, found by typing a part of its name. Enter takes the one under the cursor, Esc none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from supervisor_tui.locale import t
from supervisor_tui.text import harmless, one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.typed_line import TypedLine
from sync.replica.views import Listing

Offered = tuple[str, str]  # what is returned, and its words


class FindScreen(ModalScreen[str | None]):
    """Dismissed with the first part of what was found, or None."""

    DEFAULT_CSS = """
    FindScreen { align: center middle; background: $background 60%; }
    FindScreen > Vertical { width: 70; max-width: 95%; height: 18; max-height: 90%; padding: 1 2; background: $panel; }
    FindScreen Input { border: none; height: 1; padding: 0; background: $surface; margin: 1 0; }
    FindScreen PagedList { background: $panel; margin-bottom: 1; }
    FindScreen .dim { color: $secondary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, question: str, offered: Sequence[Offered], typed: str = "") -> None:
        """`typed`: what was typed so far."""
        super().__init__()
        self._question = question
        self._offered = offered
        self._typed = typed

    def compose(self) -> ComposeResult:
        """The question, the line, what fits, the keys."""
        with Vertical():
            yield Static(Content(harmless(self._question)))
            yield TypedLine(self._typed, placeholder=t("find.hint"), select_on_focus=False)
            yield PagedList[Offered]([Column("", lambda row: one_line(row[1]))], empty="find.none", header=False)
            yield Static(Content(t("find.keys")), classes="dim")

    def on_mount(self) -> None:
        """What fits what was typed so far."""
        self._show(self._typed)
        self.query_one(Input).focus()

    def add(self, typed: str) -> None:
        """Put more at the end: what was typed faster than this opened."""
        if self.is_mounted:
            line = self.query_one(Input)
            line.value += typed
            line.cursor_position = len(line.value)
        else:
            self._typed += typed

    def _show(self, text: str) -> None:
        needle = text.strip().lower()
        rows = [row for row in self._offered if needle in row[1].lower()]
        found: PagedList[Offered] = self.query_one(PagedList)
        found.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]), keep=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as it is typed."""
        self._show(event.value)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Enter takes the first, or the one under the cursor."""
        self.query_one(PagedList).action_select()

    def on_key(self, event: events.Key) -> None:
        """Up and down move in the list while the line keeps the focus."""
        if event.key in ("up", "down") and isinstance(self.focused, Input):
            event.stop()
            self.query_one(PagedList).action_move(1 if event.key == "down" else -1)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Take it."""
        self.dismiss(event.row[0])

    def action_leave(self) -> None:
        """None."""
        self.dismiss(None)
