"""The liaison note: the text first, the way of contact by one key, the rest folded below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import TextArea

from supervisor_tui.commands import FOLLOW_UP, Command, bindings
from supervisor_tui.forms.answers import step_on
from supervisor_tui.forms.campaigns import fitting_campaign
from supervisor_tui.forms.kinds import note_parts, note_text
from supervisor_tui.forms.questions import Part
from supervisor_tui.forms.sentences import sentence_at
from supervisor_tui.locale import t
from supervisor_tui.rules.reading import hint_words, new_hints
from supervisor_tui.screens.entry.form import HINT_LINES, FormScreen
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.checklist import Checklist
from supervisor_tui.widgets.editor import TextPad
from supervisor_tui.widgets.said import StatusText
from sync.replica.as_of.calendar import day_to_offer

MODE = Command("mode", "f9", "mode")


class NoteScreen(FormScreen):
    """A liaison note on one unit."""

    kind = "liaison_note"
    DEFAULT_CSS = """
    NoteScreen {
        & > #content { height: 1fr; min-height: 4; padding: 0 1; border: none; }
        & > Checklist { height: 40%; border-top: solid $primary 40%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings([FOLLOW_UP, MODE])

    def first_fields(self) -> dict[str, Any]:
        """Today and the campaign at hand; the way of contact is for the person to say."""
        day = day_to_offer(self.replica)
        fields = {"noted_on": day, "campaign": fitting_campaign(self.replica, self.unit_id, day)}
        return {name: value for name, value in fields.items() if value}

    def ask(self) -> list[Part]:
        """The text, then the lines below it."""
        return [note_text(), *note_parts()]

    def listed(self) -> list[Part]:
        """Everything but the text."""
        return self.parts[1:]

    def body(self) -> ComposeResult:
        """The text above the list."""
        yield StatusText(id="form-tally")
        yield TextPad(takes_files=True, placeholder=t("form.privacy"), id="content")
        yield Checklist(id="questions")
        yield StatusText(ruled=True, lines=HINT_LINES, id="form-hint")

    def opened(self) -> None:
        """The text has the focus, as it was left."""
        if text := str(self.fields.get("content", "")):
            self.pad.load_text(text)
            self.pad.move_cursor(self.pad.document.end)
        self.pad.focus()

    @property
    def pad(self) -> TextPad:
        """The note's text."""
        return self.query_one("#content", TextPad)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Every change of the text is the draft's at once."""
        text = event.text_area.text
        if self._draft_session is None or text == self.fields.get("content", ""):
            return
        if text.strip():
            self.fields["content"] = text
        else:
            self.fields.pop("content", None)
        self.changed(self.parts[0].questions[0])

    def on_text_pad_done(self, event: TextPad.Done) -> None:
        """Tab goes to the lines below; Esc leaves, the draft stays."""
        event.stop()
        if event.onward:
            self.lines.focus()
        else:
            self.action_back()

    def go_to_field(self, field: str) -> None:
        """The text has its own place."""
        if field == "content":
            self.pad.focus()
        else:
            super().go_to_field(field)

    def hints(self, fields: Mapping[str, Any]) -> list[str]:
        """What burdens the unit; of a new visit only."""
        asked = super().hints(fields)
        if self.draft_session.correcting:
            return asked
        found = new_hints(self.replica, self.kind, self.unit_id, fields, record=self.draft_session.draft.record)
        return [*asked, *(hint_words(hint) for hint in found)]

    def action_mode(self) -> None:
        """The next way of contact, from the text too."""
        question = next(each for part in self.parts for each in part.questions if each.field == "mode")
        if not step_on(question, self.fields):
            return
        if "mode" not in self.fields:
            step_on(question, self.fields)  # past the last comes the first: a note always has one
        self.changed(question)

    async def action_follow_up(self) -> None:
        """Turn the selected text, or the sentence under the caret, into a follow-up."""
        from supervisor_tui.screens.entry.follow_up import FollowUpScreen

        pad = self.pad
        chosen = pad.selected_text.strip() or sentence_at(pad.text, pad.caret)
        if not chosen:
            self.say(t("form.no_text"))
            return
        self.save()
        title = one_line(chosen)
        prefill = {"title": title[:200]} | ({"detail": chosen} if len(title) > 200 or "\n" in chosen else {})
        prefill |= self.its_campaign()
        self.app.push_screen(FollowUpScreen(self.unit_id, origin=self.draft_session.draft.record, prefill=prefill))
