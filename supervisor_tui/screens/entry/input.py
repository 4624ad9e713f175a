"""Answering questions: by one key, or in the one editor there is. What becomes of an answer is the form's matter.

Beside the list stands a hint for the question under the cursor, or the editor in its place.
"""

from __future__ import annotations

from typing import Any, ClassVar

from textual.css.query import NoMatches

from supervisor_tui.forms.answers import give_text, typed_text
from supervisor_tui.forms.checks import question_fault
from supervisor_tui.forms.layout import value_text
from supervisor_tui.forms.questions import Part, Question
from supervisor_tui.forms.wording import fault_words
from supervisor_tui.labels.dates import this_day
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.checklist import Checklist
from supervisor_tui.widgets.editor import Editor, plain_text
from supervisor_tui.widgets.said import StatusText, Words

_READ_BACK = ("number", "percentage", "date", "clock")  # kinds whose typed text says what it is taken for


def _names_files(typed: str) -> bool:
    """Whether what opened a question is not text, but files dropped on it."""
    if len(typed) < 2:
        return False
    from supervisor_tui.files.attachments import dropped

    return bool(dropped(typed))


class InputScreen(WorkbenchScreen[str]):
    """A list of questions with an editor for text."""

    kind: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are answered into."""
        raise NotImplementedError

    @property
    def is_begun(self) -> bool:
        """Whether there is something to answer into yet."""
        raise NotImplementedError

    def changed(self, question: Question) -> None:
        """An answer changed."""
        raise NotImplementedError

    def ask_for_file(self, question: Question, typed: str) -> None:
        """A file is to be attached; `typed` is its path, or the beginning of one."""

    def offered(self, question: Question) -> list[tuple[str, str]]:
        """All that may be found for a question, as (what is kept, words)."""
        return [(choice.id, choice.title) for choice in question.choices]

    def found(self, question: Question, what: str) -> None:
        """One of them was taken."""
        self.fields[question.field] = what
        self.changed(question)

    def stood_on(self, question: Question) -> None:
        """The cursor stands on a question."""

    @property
    def lines(self) -> Checklist:
        """The questions, line by line."""
        return self.query_one(Checklist)

    def on_checklist_answered(self, event: Checklist.Answered) -> None:
        """An answer by one key or click."""
        self.changed(event.question)

    async def on_checklist_moved(self, event: Checklist.Moved) -> None:
        """The hint follows the cursor; an editor left standing for another question goes."""
        if not self.is_begun:
            return
        if self.lines.has_focus and any(editor.question != event.question for editor in self.query(Editor)):
            await self.close_editor()
        if event.question is not None:
            self.stood_on(event.question)
        self.query_one("#form-hint", StatusText).show(*self.hint(event.question))

    async def on_checklist_asked(self, event: Checklist.Asked) -> None:
        """Open the editor for a question, with what was typed to open it; files have a question of their own."""
        if event.question.kind == "found":
            self.find(event.question, plain_text(event.typed))
            return
        if event.question.kind == "attachment" or _names_files(event.typed):
            self.ask_for_file(event.question, event.typed)
            return
        await self.query(Editor).remove()
        anew = event.typed and event.question.kind in _READ_BACK
        editor = Editor(event.question, "" if anew else typed_text(event.question, self.fields))
        self.query_one("#form-hint").add_class("away")
        self.lines.edits = True
        await self.mount(editor, before=self.query_one("#form-hint"))
        if event.typed:
            editor.take_in(event.typed)
        self.call_after_refresh(self._show_what_is_edited)

    def _show_what_is_edited(self) -> None:
        """The list has less room beside the editor; the question stays in sight."""
        for editor in self.query(Editor):
            self.lines.go_to(editor.question.field)

    def find(self, question: Question, typed: str) -> None:
        """Look for one of many, by what was typed so far."""
        from supervisor_tui.screens.dialogs.picker import FindScreen

        def done(what: str | None) -> None:
            if what is not None:
                self.found(question, what)

        words = t("find.ask", title=one_line(question.title))
        self.app.push_screen(FindScreen(words, self.offered(question), typed), done)

    def on_editor_typed(self, event: Editor.Typed) -> None:
        """Every change of the text is the draft's at once; how it reads stands under it."""
        give_text(event.question, self.fields, event.text, this_day(self.replica))
        self.changed(event.question)
        self._say_how_it_reads(event.question)

    def _say_how_it_reads(self, question: Question) -> None:
        try:
            editor = self.query_one(Editor)
        except NoMatches:
            return
        fault = question_fault(question, self.fields.get(question.field))
        if fault is not None:
            _, said = fault_words(self.kind, fault, self.parts)
            editor.say(said, fault=True)
        elif question.kind in _READ_BACK:
            value = value_text(question, self.fields)
            editor.say(t("form.reads", value=value) if value else "")

    async def on_editor_closed(self, event: Editor.Closed) -> None:
        """Back to the list, and on to the next open question if the editor was finished, not just left."""
        await self.close_editor()
        self.lines.go_to(event.question.field)
        if event.onward and not (event.question.kind == "verdict" and self.lines.is_open(event.question)):
            self.lines.go_on()

    async def close_editor(self) -> None:
        """Put the editor away, if one is open; its text is in the draft already, and the list has the keys."""
        if not self.query(Editor):
            return
        await self.query(Editor).remove()
        self.query_one("#form-hint").remove_class("away")
        self.lines.edits = False
        self.lines.focus()

    def hint(self, question: Question | None) -> list[Words]:
        """What helps with the question under the cursor: the template's hint, and the keys."""
        if question is None:
            return [(t("form.keys_fold"), False)]
        if question.computed:
            keys = t("form.keys_computed")
        elif question.kind == "choice":
            chosen = enumerate(question.choices[:9], start=1)
            keys = "  ".join(f"{place} {one_line(choice.title)}" for place, choice in chosen)
        else:
            sort = {"percentage": "number", "line": "text", "long": "text"}.get(question.kind, question.kind)
            keys = t(f"form.keys_{sort}")
        hint = one_line(question.hint)
        return [*([(hint, False)] if hint else []), (keys, True)]
