"""One record: its fields in words, every version with who, when and why; correcting, withdrawing, the next step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from supervisor_tui.commands import ATTACH, ATTACHMENTS, CORRECT, REVIEW, STEP, TO_UNIT, UNDO_STEP, WITHDRAW, bindings
from supervisor_tui.files.attachments import file_of, opened, save, state_words
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.connection import error_words
from supervisor_tui.labels.fields import author_words
from supervisor_tui.labels.file_faults import system_words
from supervisor_tui.labels.requests import asks_words, waiting_requests
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.screens.records.record_page import record_page
from supervisor_tui.terminal.text import one_line, size_words
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import TextPage
from sync.model.validation import OFFICE
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.editing import attachments, requests, reviews
from sync.replica.editing.attachments import Attachment
from sync.replica.editing.requests import Request
from sync.replica.queries.rows import Record

_IN_A_FORM = ("inspection", "liaison_note", "follow_up", "count", "survey", "gate")


class RecordScreen(Stepping):
    """A record as it stands, and how it came to stand so."""

    AUTO_FOCUS = "TextPage"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [CORRECT, STEP, REVIEW, TO_UNIT, WITHDRAW, ATTACH, ATTACHMENTS, UNDO_STEP]
    )

    @dataclass
    class Brought(Message):
        """An attachment was opened or saved, or why not."""

        words: str
        severity: str

    def __init__(self, record: str) -> None:
        super().__init__()
        self.record_id = record
        self.found: Record | None = None

    def body(self) -> ComposeResult:
        """The text of the record."""
        yield TextPage()

    def heading(self) -> list[Span]:
        """The kind and the unit."""
        if self.found is None:
            return titled(t("record.gone"))
        card = query.unit(self.replica, self.found.ledger)
        return titled(t(f"kind.{self.found.kind}"), card.name if card else self.found.ledger)

    def read(self) -> None:
        """The record and its versions."""
        found = self.found = query.record(self.replica, self.record_id)
        self.query_one(TextPage).show(lambda width: record_page(self.replica, found, width))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Steps are for follow-ups, corrections for what is written in a form; what is withdrawn stays as it is."""
        if action not in ("step", "undo_step", "correct", "withdraw", "review", "to_unit", "attach", "attachments"):
            return True
        found = self.found
        if found is None or action == "to_unit":
            return found is not None
        if action == "review" and self.replica.joined().role != OFFICE:
            return False
        if action == "attachments":
            return bool(attachments.attachments(self.replica, found.fields))
        if action == "review" and waiting_requests(self.replica, found):
            return True
        if action == "withdraw" and found.kind == requests.KIND:
            return self._own_request() is not None
        kinds = {
            "attach": attachments.KINDS,
            "review": reviews.REVIEWED,
            "step": ("follow_up",),
            "undo_step": ("follow_up",),
            "correct": (*_IN_A_FORM, "unit"),
            "withdraw": _IN_A_FORM,
        }
        return found.kind in kinds[action] and not found.withdrawn and not found.apart

    # --- what can be done --------------------------------------------------------------------------------------------

    def action_to_unit(self) -> None:
        """The file of the record's unit."""
        from supervisor_tui.screens.records.unit import UnitScreen

        if self.found is not None:
            self.app.push_screen(UnitScreen(self.found.ledger))

    def action_correct(self) -> None:
        """A new version, in the form the record was written in; the reason is asked on keeping."""
        from supervisor_tui.forms.keeping import begin_correction
        from supervisor_tui.screens.entry.form_of_kind import form_for

        begun = begin_correction(self.replica, self.record_id)
        if begun is None or self.found is None:
            return
        if not begun.begun:
            begun.changed()
            begun.flush()
        form = form_for(self.found.kind, self.found.ledger, begun.draft.id)
        if form is None:
            self.say(t("record.no_form"), severity="warning")
            return
        self.app.push_screen(form)

    def _own_request(self) -> Request | None:
        """This record, where it is a request that this person may take back."""
        me = self.replica.joined().person
        waiting = waiting_requests(self.replica, self.found) if self.found is not None else []
        return next((each for each in waiting if each.by == me), None)

    def action_withdraw(self) -> None:
        """Withdraw, with a reason; take a request back."""
        if self.found is not None and self.found.kind == requests.KIND:
            self.write(requests.KIND, partial(requests.withdraw, self.replica, self.record_id, ""), "finish.kept")
        elif self.found is not None:
            withdraw = partial(requests.withdraw, self.replica, self.record_id)
            self.ask(t("record.ask_withdraw"), self.found.kind, withdraw)

    def action_attach(self) -> None:
        """Attach a file: its path, then the reason."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        def named(typed: str | None) -> None:
            if typed is None or self.found is None:
                return
            path = file_of(typed)
            if not path.is_file():
                self.say(t("attachment.no_file"), severity="warning")
                return
            attach = partial(attachments.attach, self.replica, self.record_id, path)
            self.ask(t("attachment.why"), self.found.kind, attach)

        self.app.push_screen(AskScreen(t("attachment.ask")), named)

    def action_attachments(self) -> None:
        """Choose an attachment, then open it or save it."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        listed = attachments.attachments(self.replica, self.found.fields) if self.found is not None else []

        def chosen(number: str | None) -> None:
            if number is not None:
                self._ask_where(listed[int(number)])

        choices = [
            (str(number), one_line(f"{each.file_name}  {size_words(each.size)}  {state_words(each)}"))
            for number, each in enumerate(listed)
        ]
        self.app.push_screen(ChooseScreen(t("attachment.choose"), choices), chosen)

    def _ask_where(self, attachment: Attachment) -> None:
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        def answered(folder: str | None) -> None:
            if folder is not None:
                self.say(t("attachment.fetching", name=one_line(attachment.file_name)))
                self._fetch(attachment, folder)

        self.app.push_screen(AskScreen(t("attachment.ask_out"), may_be_empty=True), answered)

    def _fetch(self, attachment: Attachment, folder: str) -> None:
        beside(self, lambda: self._bring(attachment, folder), group="attachment")

    def _bring(self, attachment: Attachment, folder: str) -> None:
        """Runs in a worker thread with a file handle of its own."""
        words, severity = self._brought(attachment, folder)
        self.post_message(self.Brought(words, severity))

    def on_record_screen_brought(self, message: Brought) -> None:
        """Say what came of it, and show that it is here."""
        self.say(message.words, severity=message.severity)
        self.redraw()

    def _brought(self, attachment: Attachment, folder: str) -> tuple[str, str]:
        from supervisor_tui.reports.output_file import Exists, NoFolder
        from sync.client.http import ExchangeError

        try:
            with Replica.open(self.bench.path) as replica:
                if folder:
                    saved = save(replica, attachment, file_of(folder))
                    return t("attachment.saved", file=one_line(str(saved))), "information"
                if opened(replica, attachment):
                    return t("attachment.opened", name=one_line(attachment.file_name)), "information"
                return t("attachment.no_opener"), "warning"
        except ExchangeError as error:
            return error_words(error.code, error.named), "warning"
        except Exists:
            return t("error.bundle_exists"), "warning"
        except NoFolder:
            return t("export.failed", why=t("errno.ENOENT")), "warning"
        except OSError as error:
            return t("export.failed", why=system_words(error)), "warning"

    def action_review(self) -> None:
        """Accept the record, or return it with a comment; rule on what the office was asked for."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        asked = waiting_requests(self.replica, self.found) if self.found is not None else []
        if not asked:
            self._ask_verdict(t("reviews.ask"), self.record_id, "reviews")
            return
        theirs = [each for each in asked if each.by != self.replica.joined().person]
        if not theirs:
            self.say(t(f"refused.{requests.own_refusal(self.replica)}"), severity="warning")
        elif len(theirs) == 1:
            self._ask_ruling(theirs[0])
        else:
            day = today(self.replica)
            choices = [(each.record, f"{asks_words(each, day)}  {one_line(each.why)}") for each in theirs]
            known = {each.record: each for each in theirs}

            def chosen(record: str | None) -> None:
                if record is not None:
                    self._ask_ruling(known[record])

            self.app.push_screen(ChooseScreen(t("request.ask_which"), choices), chosen)

    def _ask_ruling(self, request: Request) -> None:
        asks = asks_words(request, today(self.replica))
        question = t("request.ask", asks=asks, name=one_line(author_words(self.replica, request.by)))
        self._ask_verdict(question, request.record, "request")

    def _ask_verdict(self, question: str, record: str, family: str) -> None:
        """Ask what becomes of a record or a request, then for the comment."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        def chosen(verdict: str | None) -> None:
            if verdict is not None:
                review = partial(reviews.review, self.replica, record, verdict)
                asked = t(f"{family}.ask_{verdict}")
                kept = "finish.kept" if family == "reviews" else "request.ruled"
                self.ask(asked, reviews.KIND, review, kept=kept, may_be_empty=verdict == reviews.ACCEPTED)

        choices = [(each, t(f"{family}.choose_{each}")) for each in (reviews.ACCEPTED, reviews.RETURNED)]
        self.app.push_screen(ChooseScreen(question, choices), chosen)

    def action_undo_step(self) -> None:
        """Take the newest step of this follow-up back, until it is sent."""
        self.undo_step_of(self.record_id)

    def action_step(self) -> None:
        """The next step of a follow-up."""
        self.step_on(self.record_id)
