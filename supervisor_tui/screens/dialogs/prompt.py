"""A question with one line for an answer: a reason, a value. Enter answers, Esc takes it back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from supervisor_tui.locale import t
from supervisor_tui.terminal.text import harmless
from supervisor_tui.widgets.parted import PartedScreen
from supervisor_tui.widgets.typed_line import TypedLine


class AskScreen(PartedScreen, ModalScreen[str | None]):
    """Dismissed with the answer, or None; an empty answer is none unless allowed."""

    DEFAULT_CSS = """
    AskScreen { align: center middle; background: $background 60%; }
    AskScreen > Vertical { width: 70; max-width: 95%; height: auto; padding: 1 2; background: $panel; }
    AskScreen Input { border: none; height: 1; padding: 0; background: $surface; margin: 1 0; }
    AskScreen .dim { color: $secondary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, question: str, value: str = "", *, may_be_empty: bool = False, goes_on: bool = False) -> None:
        """`goes_on`: the value is what was typed so far, and not replaced by what is typed next."""
        super().__init__()
        self._goes_on = goes_on
        self._question = question
        self._value = value
        self._may_be_empty = may_be_empty

    def compose(self) -> ComposeResult:
        """The question, the line, the keys."""
        with Vertical():
            yield Static(Content(harmless(self._question)))
            yield TypedLine(self._value, select_on_focus=not self._goes_on)
            yield Static(Content(t("ask.keys")), classes="dim")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        answer = event.value.strip()
        if answer or self._may_be_empty:
            self.dismiss(answer)

    def action_leave(self) -> None:
        """No answer."""
        self.dismiss(None)
