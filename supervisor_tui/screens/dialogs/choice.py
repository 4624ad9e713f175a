"""A choice of a few: a digit or Enter takes one, Esc none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from supervisor_tui.locale import t
from supervisor_tui.terminal.text import harmless, one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.parted import PartedScreen
from sync.model.validation import half_width
from sync.replica.queries.rows import Listing

Choice = tuple[str, str]  # what is returned, and its words


class ChooseScreen(PartedScreen, ModalScreen[str | None]):
    """Dismissed with the first part of the choice taken, or None."""

    DEFAULT_CSS = """
    ChooseScreen { align: center middle; background: $background 60%; }
    ChooseScreen > Vertical {
        width: 70; max-width: 95%; height: auto; max-height: 80%; padding: 1 2; background: $panel;
    }
    ChooseScreen PagedList { height: auto; max-height: 12; margin: 1 0; background: $panel; }
    ChooseScreen .dim { color: $secondary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, question: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._question = question
        self._choices = list(choices)

    def compose(self) -> ComposeResult:
        """The question, the choices, the keys."""
        numbered = [
            (key, words, str(place) if place < 10 else "") for place, (key, words) in enumerate(self._choices, start=1)
        ]
        with Vertical():
            yield Static(Content(harmless(self._question)))
            choices = PagedList[tuple[str, str, str]](
                [Column("", lambda row: (row[2], "key"), 1), Column("", lambda row: one_line(row[1]))], header=False
            )
            choices.styles.height = max(1, len(numbered))
            choices.show(Listing(len(numbered), lambda offset, limit: numbered[offset : offset + limit]))
            yield choices
            yield Static(Content(t("choose.keys")), classes="dim")

    def on_key(self, event: events.Key) -> None:
        """A digit takes the choice of that number."""
        digit = half_width(event.character or "")
        if digit.isdecimal() and 1 <= int(digit) <= len(self._choices):
            event.stop()
            self.dismiss(self._choices[int(digit) - 1][0])

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Enter takes the one under the cursor."""
        self.dismiss(event.row[0])

    def action_leave(self) -> None:
        """None."""
        self.dismiss(None)
