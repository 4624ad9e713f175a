"""A line to type in, and below it what fits: the ground of the palette and of every finder."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from supervisor_tui.widgets.paged_list import PagedList
from supervisor_tui.widgets.parted import PartedScreen
from sync.console.full_width import folded
from sync.replica.queries.rows import Listing

Result = TypeVar("Result")


class FindingScreen(PartedScreen, ModalScreen[Result]):
    """Searches as it is typed; the arrows move in the list while the line keeps the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def fitting(self, text: str) -> list[Any]:
        """The rows that fit what was typed."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """What fits what the line begins with."""
        line = self.query_one(Input)
        self._show(line.value)
        line.focus()

    def _show(self, text: str) -> None:
        rows = self.fitting(folded(text))
        listed: PagedList[Any] = self.query_one(PagedList)
        listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]), keep=False)

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

    def action_leave(self) -> None:
        """Nothing was found, or wanted."""
        self.dismiss(None)
