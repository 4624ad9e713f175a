"""A form drawn line by line in one widget: headings, questions with their answers, notes, the last visit beside them.

A widget per question takes seconds to open; this one draws what is visible, so 400 questions open like four. It
answers into the fields it was given and says so with `Answered`; text is typed in an editor that the screen opens when
`Asked` arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supervisor_tui.forms import answers
from supervisor_tui.forms.layout import MARK, VALUE
from supervisor_tui.forms.questions import Part, Question
from supervisor_tui.forms.sheet import NARROWEST, Sheet
from supervisor_tui.terminal.line_cache import Drawn
from supervisor_tui.widgets.spans import fitted
from sync.model.validation import half_width

_BY_KEY = ("verdict", "choice", "flag")  # kinds that a digit answers
_WITHOUT_TEXT = ("choice", "flag")
_ALL_TEXT = ("line", "text", "long")  # kinds whose row has every sign for its text, and no key that moves


class Checklist(Drawn, ScrollView, can_focus=True):
    """The questions of a form, one a line; digits answer, Enter opens a question's editor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "checklist--heading",
        "checklist--rule",
        "checklist--open",
        "checklist--answered",
        "checklist--missing",
        "checklist--value",
        "checklist--met",
        "checklist--partly",
        "checklist--unmet",
        "checklist--na",
        "checklist--last",
        "checklist--note",
        "checklist--cursor",
        "checklist--cursor-blurred",
    }
    DEFAULT_CSS = """
    Checklist {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden;
        & > .checklist--heading { color: $text-accent; text-style: bold; }
        & > .checklist--rule { color: $foreground 25%; }
        & > .checklist--open { color: $foreground; }
        & > .checklist--answered { color: $foreground 75%; }
        & > .checklist--missing { color: $text-warning; text-style: bold; }
        & > .checklist--value { color: $foreground; }
        & > .checklist--met { color: $text-success; }
        & > .checklist--partly { color: $text-warning; }
        & > .checklist--unmet { color: $text-error; text-style: bold; }
        & > .checklist--na { color: $foreground 60%; }
        & > .checklist--last { color: $foreground 50%; }
        & > .checklist--note { color: $foreground 65%; }
        & > .checklist--cursor { background: $primary 35%; }
        & > .checklist--cursor-blurred { background: $foreground 10%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter", "ask", show=False),
        Binding("space", "step_on", show=False),
        Binding("delete,backspace", "clear", show=False),
    ]

    @dataclass
    class Answered(Message):
        """The answer of a question changed."""

        question: Question

    @dataclass
    class Asked(Message):
        """A question wants its editor; `typed` is what was typed to open it."""

        question: Question
        typed: str = ""

    @dataclass
    class Cleared(Message):
        """One of a question's files is to be taken away."""

        question: Question

    @dataclass
    class Moved(Message):
        """The cursor stands on another row; `question` is None on a heading."""

        question: Question | None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sheet = Sheet([], {}, {})
        self._cursor = 0
        self.row_by_row = False  # after an answer to the next row, not to the next open question
        self.edits = False  # whether the editor stands open for the row under the cursor

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show(
        self,
        parts: list[Part],
        fields: dict[str, Any],
        last: Mapping[str, Any] | None = None,
        followed: frozenset[str] = frozenset(),
    ) -> None:
        """Show these questions over these fields (changed in place); the cursor stays on its question if it can.

        `last`: the answers to stand beside; `followed`: fields of the questions that have a follow-up already.
        """
        held = self.question.field if self.question else ""
        self._sheet = Sheet(parts, fields, last or {}, followed, frozenset(self._sheet.opened))
        if not self.go_to(held):
            self._cursor = self._sheet.holding(0, 1) or 0
        self._lay_out()

    @property
    def question(self) -> Question | None:
        """The question under the cursor."""
        return self._sheet.question_at(self._cursor)

    @property
    def cursor_line(self) -> int:
        """The screen line, from this widget's top, on which the cursor's row begins."""
        return int(self._sheet.tops[self._cursor] - self.scroll_offset.y) if self._sheet.rows else 0

    def go_to(self, field: str) -> bool:
        """Put the cursor on the question kept in `field`, opening its part if it is folded."""
        part = self._sheet.part_of(field)
        if part is None:
            return False
        if part.folded and part.id not in self._sheet.opened:
            self._toggle(part)
        self._move_to(self._sheet.place_of(field))
        return True

    def go_to_open(self, *, anew: bool = False) -> None:
        """Put the cursor on the next question that wants an answer; with none left, on the next empty or next row.

        `anew`: on the first of them.
        """
        place = self._sheet.next_open(-1 if anew else self._cursor)
        if place is not None:
            self._move_to(place)
        elif self._cursor + 1 < len(self._sheet.rows):
            self.action_move(1)

    def go_on(self) -> None:
        """Put the cursor where the next answer is to be given."""
        if self.row_by_row:
            self.action_move(1)
        else:
            self.go_to_open()

    def redraw(self, field: str) -> None:
        """Draw the question kept in `field` again after its answer changed."""
        touched = self._sheet.touched(field)
        if not all(self._sheet.fits(place) for place in touched):
            self._lay_out()
            return
        for place in touched:
            self._refresh_row(place)

    def _refresh_row(self, place: int) -> None:
        for line in self._sheet.lines_at(place):
            self.refresh_line(line)

    def is_open(self, question: Question) -> bool:
        """Whether the question has no answer yet."""
        return self._sheet.is_open(question)

    # --- lines -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        self._sheet.lay(width)
        self.virtual_size = Size(max(NARROWEST, width), self._sheet.height)
        self._reveal()
        self.refresh()

    def on_resize(self) -> None:
        """Wrap to the new width; the cursor stays in sight."""
        self._lay_out()

    def place_of(self, y: int) -> int:
        """Return the line of the form."""
        return y + round(self.scroll_y)

    def draw_line(self, y: int) -> Strip:
        """Draw one line of the form."""
        line = y + round(self.scroll_y)
        sheet = self._sheet
        if not sheet.rows or line >= sheet.height:
            return self.joined([(" " * self.room, self._style("", held=False))])
        place = sheet.row_at(line)
        spans = sheet.lines(place)[line - sheet.tops[place]]
        held = place == self._cursor and bool(spans)
        first = held and (line == sheet.tops[place] or sheet.question_at(place) is None)
        base = self._style("", held=held)
        mark = ">" if first and (self.has_focus or self.edits) else " "  # where the keys go
        shown = fitted([(mark.ljust(MARK), ""), *spans], self.room)
        return self.joined([(text, self._style(role, held=held) if role else base) for text, role in shown])

    def _style(self, role: str, *, held: bool) -> Style:
        key = (role, held, self.has_focus)
        if (found := self._colours.get(key)) is None:
            style = self.visual_style
            if held:
                cursor = "checklist--cursor" if self.has_focus else "checklist--cursor-blurred"
                style += self.get_visual_style(cursor, partial=True)
            if role:
                style += self.get_visual_style(role, partial=True)
            found = self._colours[key] = style.rich_style
        return found

    # --- moving ------------------------------------------------------------------------------------------------------

    def _move_to(self, place: int) -> None:
        left, self._cursor = self._cursor, place
        top = self.scroll_offset.y
        if self._sheet.is_laid:
            self._reveal()
        if len(self._sheet.tops) <= max(left, place) + 1:
            self.refresh()
        elif self.scroll_offset.y == top:
            self._refresh_row(left)
            self._refresh_row(place)
        else:  # scrolling has asked for every line; only these two are other than they were
            for line in (*self._sheet.lines_at(left), *self._sheet.lines_at(place)):
                self.forget(line)
        self.post_message(self.Moved(self.question))

    def _reveal(self) -> None:
        if self._sheet.rows and self.size.height:
            top, bottom = self._sheet.tops[self._cursor], self._sheet.tops[self._cursor + 1]
            above = top - 1 if self._cursor and self._sheet.question_at(self._cursor - 1) is None else top
            region = Region(0, above, self.size.width, min(bottom - above + 1, self.size.height))
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        """To the next row that can hold the cursor."""
        place = self._sheet.holding(self._cursor + by, by)
        if place is not None:
            self._move_to(place)
        elif by < 0:
            self.scroll_home(animate=False)

    def action_page(self, by: int) -> None:
        """A screenful up or down."""
        line = self._sheet.tops[self._cursor] + by * max(1, self.size.height - 2)
        self._hold(self._sheet.row_at(max(0, min(line, self._sheet.height - 1))), by)

    def action_edge(self, end: int) -> None:
        """To the first or the last row."""
        self._hold(0 if end == 0 else len(self._sheet.rows) - 1, 1 if end == 0 else -1)

    def _hold(self, place: int, by: int) -> None:
        found = self._sheet.holding(place, by)
        self._move_to(self._cursor if found is None else found)

    def _toggle(self, part: Part) -> None:
        held = self._sheet.rows[self._cursor] if self._sheet.rows else None
        self._sheet.toggle(part)
        if held is not None:
            self._cursor = next((place for place, row in enumerate(self._sheet.rows) if row == held), 0)
        self._lay_out()

    # --- answering ---------------------------------------------------------------------------------------------------

    def action_ask(self) -> None:
        """Open a folded part, or ask for the question's editor; a question without text takes its next answer."""
        if self.question is None:
            if self._sheet.rows:
                self._toggle(self._sheet.rows[self._cursor].part)
        elif self.question.kind in _WITHOUT_TEXT:
            self.action_step_on()
        elif not self.question.computed:
            self.post_message(self.Asked(self.question))

    def action_step_on(self) -> None:
        """The next of the question's possible answers."""
        if self.question and answers.step_on(self.question, self._sheet.fields):
            self._answered(self.question)

    def action_clear(self) -> None:
        """Open a question again; text is taken away in its editor only."""
        question = self.question
        if question and question.kind == "attachment":
            self.post_message(self.Cleared(question))
        elif question and question.kind in _BY_KEY:
            if question.kind == "verdict":
                answers.give_verdict(question, self._sheet.fields, "")
            else:
                self._sheet.fields.pop(question.field, None)
            self._answered(question)

    def answer(self, digit: str) -> bool:
        """Answer the question under the cursor by one digit and go on; False if the digit is no answer to it."""
        if self.question is None or not answers.choose(self.question, self._sheet.fields, digit):
            return False
        self._answered(self.question)
        self.go_on()
        return True

    def _answered(self, question: Question) -> None:
        self.redraw(question.field)
        self.post_message(self.Answered(question))

    def on_key(self, event: events.Key) -> None:
        """Digits answer; what is no answer and does nothing else opens the editor, which has it."""
        question, typed = self.question, event.character
        if question is None or question.computed or not typed or not event.is_printable:
            return
        digit = half_width(typed)
        if not (digit.isdecimal() and question.kind in _BY_KEY and self.answer(digit)):
            if not self._begins_text(question, event):
                return
            self.post_message(self.Asked(question, typed))
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text opens the editor with it."""
        if self.question and self._takes_text(self.question) and event.text:
            event.stop()
            self.post_message(self.Asked(self.question, event.text))

    @staticmethod
    def _takes_text(question: Question) -> bool:
        return question.kind not in _WITHOUT_TEXT and not question.computed

    def _begins_text(self, question: Question, event: events.Key) -> bool:
        if question.kind in _ALL_TEXT:
            return True
        return self._takes_text(question) and event.key not in self.screen.active_bindings

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the answer it takes the next one, twice on the words it opens the editor."""
        line = event.y + round(self.scroll_y)
        if not self._sheet.rows or line >= self._sheet.height:
            return
        place = self._sheet.row_at(line)
        if not self._sheet.can_hold(place):
            return
        self._move_to(place)
        question = self.question
        if question is None:
            self.action_ask()
        elif event.x < MARK + VALUE and question.kind in _BY_KEY:
            self.action_step_on()
        elif event.chain > 1 or question.kind not in _BY_KEY:
            self.action_ask()
