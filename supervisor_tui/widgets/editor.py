"""The one editor of a form: opened for a question, under the list, gone when it is closed.

Whatever is typed is reported at once (`Typed`), so the form's draft has it; closing adds nothing. A short answer ends
with Enter; in a long text Enter is a new line, and Esc or Tab ends it. The keys stand above the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from supervisor_tui.commands import SEARCH, TODO
from supervisor_tui.forms.questions import Question
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line, without_what_acts
from supervisor_tui.widgets.parted import Parted


def plain_text(text: str) -> str:
    """Pasted text without what could act on a screen: control characters, direction overrides, invisible signs."""
    return without_what_acts(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _names_files(text: str) -> bool:
    from supervisor_tui.files.attachments import dropped

    return bool(dropped(text))


class TextPad(TextArea):
    """A text area for records' text: no code colouring, harmless pasting, Tab leaves it.

    Function keys do here what they do everywhere: Textual's own would select text, and the next key would replace it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(TODO.keys, TODO.action, TODO.id),
        Binding("f7", SEARCH.action, SEARCH.id),
    ]

    @dataclass
    class Done(Message):
        """The person is done with the text; `onward`: and wants the next question."""

        pad: TextPad
        onward: bool

    @dataclass
    class Dropped(Message):
        """Files were dropped on the text; it has nothing of them yet."""

        pad: TextPad
        text: str

    def __init__(
        self,
        text: str = "",
        *,
        lines: bool = True,
        joins: bool = False,
        takes_files: bool = False,
        placeholder: str = "",
        id: str | None = None,
    ) -> None:
        """`lines`: Enter begins one; `joins`: pasted lines are one, a blank between them."""
        super().__init__(
            plain_text(text),
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
            placeholder=placeholder,
            id=id,
        )
        self.lines = lines
        self.joins = joins
        self.takes_files = takes_files
        self.move_cursor(self.document.end)

    def load_text(self, text: str) -> None:
        """Put another text in, without what could act on a screen."""
        super().load_text(plain_text(text))

    def action_cut(self) -> None:
        """Cut what is selected; where nothing is, the line stays: Ctrl+X writes a report on other screens."""
        if self.selected_text:
            super().action_cut()

    @property
    def caret(self) -> int:
        """The caret's place in the text, in characters."""
        row, column = self.cursor_location
        return sum(len(self.document.get_line(line)) + 1 for line in range(row)) + column

    async def on_key(self, event: events.Key) -> None:
        """Leave the text or break the line; all other keys are the text area's own."""
        if event.key == "enter" and not self.lines:
            event.stop()
            event.prevent_default()
            self.post_message(self.Done(self, onward=True))
        elif event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self.insert("\n")
        elif event.key in ("escape", "tab"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Done(self, onward=event.key == "tab"))

    async def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted, without what could act on a screen; or files that were dropped."""
        event.stop()
        event.prevent_default()
        if self.takes_files and _names_files(event.text):
            self.post_message(self.Dropped(self, plain_text(event.text)))
        else:
            self.take_in(event.text)

    def take_in(self, text: str) -> None:
        """Put a text at the caret that came all at once."""
        text = plain_text(text) if self.lines else plain_text(text).rstrip("\n")
        self.insert(text.replace("\n", " ") if self.joins else text)


class Editor(Parted, Vertical):
    """A titled text area for one question; `said` is a dim line under it (how the text reads, what is wrong)."""

    DEFAULT_CSS = """
    Editor {
        height: auto; max-height: 60%; border-top: solid $primary;
        & > #editor-title { height: auto; max-height: 3; padding: 0 1; text-style: bold; }
        & > #editor-said { height: 1; padding: 0 1; color: $foreground 60%; }
        & > #editor-said.fault { color: $text-error; }
        & > TextPad { height: 1; padding: 0 1; border: none; }
        & > TextPad.long { height: 8; }
        & > TextPad.note { height: 3; }
    }
    """

    @dataclass
    class Typed(Message):
        """The text changed."""

        question: Question
        text: str

    @dataclass
    class Closed(Message):
        """The editor was left; `onward`: to the next open question."""

        question: Question
        onward: bool

    def __init__(self, question: Question, text: str) -> None:
        super().__init__()
        self.question = question
        self._text = text

    def compose(self) -> ComposeResult:
        """The question's words with the keys, the text, the line under it."""
        long = self.question.kind == "long"
        keys = t("form.keys_long" if long else "form.keys_short" if self._has_lines() else "form.keys_line")
        title = t("form.note_of", title=self.question.title) if self.question.kind == "verdict" else self.question.title
        yield Static(Content.assemble(one_line(title), ("   " + keys, "dim not bold")), id="editor-title")
        pad = TextPad(
            self._text,
            lines=long,
            joins=not long and not self._has_lines(),
            takes_files=True,
            placeholder=t("form.privacy") if self._is_prose() else "",
        )
        pad.add_class("long" if long else "note" if self._is_prose() else "short")
        yield pad
        yield Static("", id="editor-said", markup=False)

    def _has_lines(self) -> bool:
        return self.question.kind in ("verdict", "text")

    def _is_prose(self) -> bool:
        return self.question.kind in ("long", "verdict", "text", "line")

    def on_mount(self) -> None:
        """The text has the focus, its end the caret."""
        self.query_one(TextPad).focus()

    def take_in(self, text: str) -> None:
        """Put what was typed to open the editor behind the text."""
        self.query_one(TextPad).take_in(text)

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self.query_one(TextPad).text

    def say(self, words: str, *, fault: bool = False) -> None:
        """Show a line under the text."""
        said = self.query_one("#editor-said", Static)
        said.set_class(fault, "fault")
        said.update(Content(words), layout=False)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Report every change of the text at once."""
        event.stop()
        if event.text_area.text != self._text:
            self._text = event.text_area.text
            self.post_message(self.Typed(self.question, self._text))

    def on_text_pad_done(self, event: TextPad.Done) -> None:
        """Enter, Tab or Esc end the text."""
        event.stop()
        self.post_message(self.Closed(self.question, event.onward))
