"""Files in a form: attached to the draft by typed, pasted or dropped path, for an item that asks for one or for none.

They are kept with the draft at once and become the record's when it is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from supervisor_tui.commands import ATTACH, bindings
from supervisor_tui.forms.keeping import DraftSession
from supervisor_tui.forms.kinds import FILES
from supervisor_tui.forms.questions import Question, files_of
from supervisor_tui.labels.file_faults import fault_words as file_fault_words
from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.prompt import AskScreen
from supervisor_tui.screens.entry.input import InputScreen
from supervisor_tui.terminal.text import file_words, one_line
from supervisor_tui.widgets.checklist import Checklist
from supervisor_tui.widgets.editor import TextPad, plain_text
from sync.replica import ReplicaError
from sync.replica.editing.edits import Refused


class WithFiles(InputScreen):
    """A form whose draft takes files, if its questions have a line for them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings([ATTACH])

    @property
    def draft_session(self) -> DraftSession:
        """The draft the files are kept with."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Counts, surveys and decisions take no files."""
        return self._general() is not None if action == "attach" else True

    def _general(self) -> Question | None:
        return next((each for part in self.parts for each in part.questions if each.field == FILES), None)

    # --- attaching ---------------------------------------------------------------------------------------------------

    def action_attach(self) -> None:
        """Ask for a file: for the item under the cursor if it wants one, else for none."""
        if (question := self._asked_for()) is not None:
            self.ask_for_file(question, "")

    def _asked_for(self) -> Question | None:
        held = self.lines.question
        return held if held is not None and held.kind == "attachment" else self._general()

    def on_paste(self, event: events.Paste) -> None:
        """Files dropped where nothing else took them."""
        from supervisor_tui.files.attachments import dropped

        if dropped(event.text) and (question := self._asked_for()) is not None:
            event.stop()
            self.ask_for_file(question, event.text)

    def on_text_pad_dropped(self, event: TextPad.Dropped) -> None:
        """Files dropped on a text: they are attached, or the text has their paths."""
        event.stop()
        question = self._asked_for()
        if question is None:
            event.pad.insert(event.text)
        else:
            self.ask_for_file(question, event.text, event.pad)

    def ask_for_file(self, question: Question, typed: str, pad: TextPad | None = None) -> None:
        """Ask for a file with the path as far as it is known; left, a dropped path is the text's."""
        asked = question if question.kind == "attachment" else self._general()
        if asked is None:
            return
        title = one_line(asked.title)
        words = t("attachment.ask_for", title=title) if asked.item else t("attachment.ask")
        ask = AskScreen(words, plain_text(typed).replace("\n", " "), goes_on=True)
        self.app.push_screen(ask, lambda path: self._named(asked, path, typed, pad))

    def _named(self, question: Question, path: str | None, typed: str, pad: TextPad | None) -> None:
        from supervisor_tui.files.attachments import dropped, file_of

        if path is None:
            if pad is not None:
                pad.insert(typed)
            return
        wrong = [words for file in dropped(path) or [file_of(path)] if (words := self._take(question, file))]
        if wrong:
            self.say("\n".join(wrong), severity="warning")
        self.changed(question)

    def _take(self, question: Question, file: Path) -> str:
        """Keep the file with the draft; what is wrong with it, if it is not taken."""
        try:
            self.draft_session.attach(file, question.item)
        except Refused as error:
            return f"{one_line(file.name)}: {t(f'refused.{error.code}')}"
        except OSError:
            return f"{one_line(file.name)}: {t('attachment.no_file')}"
        except ReplicaError as error:
            return t("form.not_saved", reason=file_fault_words(error))
        self.say(t("attachment.attached", name=one_line(file.name)))
        return ""

    # --- taking off --------------------------------------------------------------------------------------------------

    def on_checklist_cleared(self, event: Checklist.Cleared) -> None:
        """Ask which file to take off the draft."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        files = files_of(event.question.item, self.fields)
        if not files:
            return
        choices = [("", t("form.detach_none"))]
        choices += [(field, file_words(said)) for field, said in files]

        def chosen(field: str | None) -> None:
            if field:
                self._take_off(event.question, field)

        self.app.push_screen(ChooseScreen(t("form.detach"), choices), chosen)

    def _take_off(self, question: Question, field: str) -> None:
        try:
            self.draft_session.detach(field)
        except ReplicaError as error:
            self.say(t("form.not_saved", reason=file_fault_words(error)), severity="error")
            return
        self.changed(question)
