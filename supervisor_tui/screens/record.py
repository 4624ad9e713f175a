"""One record: its fields in words, every version with who, when and why; correcting, withdrawing, the next step."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import CORRECT, REVIEW, STEP, TO_UNIT, WITHDRAW, bindings
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.record_words import record_page
from supervisor_tui.screens.stepping import Stepping
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import TextPage
from sync.records import OFFICE
from sync.replica import append, query, reviews
from sync.replica.views import Record

_IN_A_FORM = ("inspection", "liaison_note", "follow_up", "count", "survey", "gate")


class RecordScreen(Stepping):
    """A record as it stands, and how it came to stand so."""

    AUTO_FOCUS = "TextPage"
    BINDINGS: ClassVar[list[BindingType]] = bindings([CORRECT, STEP, REVIEW, TO_UNIT, WITHDRAW])

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
        if action not in ("step", "correct", "withdraw", "review", "to_unit"):
            return True
        found = self.found
        if found is None or action == "to_unit":
            return found is not None
        if action == "review" and self.replica.joined().role != OFFICE:
            return False
        kinds = {
            "review": reviews.REVIEWED,
            "step": ("follow_up",),
            "correct": (*_IN_A_FORM, "unit"),
            "withdraw": _IN_A_FORM,
        }
        return found.kind in kinds[action] and not found.withdrawn and not found.apart

    # --- what can be done --------------------------------------------------------------------------------------------

    def action_to_unit(self) -> None:
        """The file of the record's unit."""
        from supervisor_tui.screens.unit_file import UnitScreen

        if self.found is not None:
            self.app.push_screen(UnitScreen(self.found.ledger))

    def action_correct(self) -> None:
        """A new version, in the form the record was written in; the reason is asked on keeping."""
        from supervisor_tui.forms.keeping import begin_correction
        from supervisor_tui.screens.forms_by_kind import form_for

        begun = begin_correction(self.replica, self.record_id)
        if begun is None or self.found is None:
            return
        begun.changed()
        begun.flush()
        form = form_for(self.found.kind, self.found.ledger, begun.draft.id)
        if form is None:
            self.say(t("record.no_form"), severity="warning")
            return
        self.app.push_screen(form)

    def action_withdraw(self) -> None:
        """Withdraw, with a reason."""
        if self.found is not None:
            withdraw = partial(append.withdraw, self.replica, self.record_id)
            self.ask(t("record.ask_withdraw"), self.found.kind, withdraw)

    def action_review(self) -> None:
        """Accept the record, or return it with a comment."""
        from supervisor_tui.screens.choose import ChooseScreen

        def chosen(verdict: str | None) -> None:
            if verdict is not None:
                review = partial(reviews.review, self.replica, self.record_id, verdict)
                question = t(f"reviews.ask_{verdict}")
                self.ask(question, reviews.KIND, review, may_be_empty=verdict == reviews.ACCEPTED)

        choices = [(each, t(f"reviews.choose_{each}")) for each in (reviews.ACCEPTED, reviews.RETURNED)]
        self.app.push_screen(ChooseScreen(t("reviews.ask"), choices), chosen)

    def action_step(self) -> None:
        """The next step of a follow-up."""
        self.step_on(self.record_id)
