"""One record: its fields in words, every version with who, when and why; correcting, withdrawing, the next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import CORRECT, STEP, TO_UNIT, WITHDRAW, bindings
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.record_words import record_page
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import TextPage
from sync.records import InvalidFields
from sync.replica import ReplicaError, append, query
from sync.replica.append import Refused
from sync.replica.views import Record
from sync.steps import NEXT_STEPS


class RecordScreen(WorkbenchScreen[None]):
    """A record as it stands, and how it came to stand so."""

    AUTO_FOCUS = "TextPage"
    BINDINGS: ClassVar[list[BindingType]] = bindings([CORRECT, STEP, TO_UNIT, WITHDRAW])

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
        self.query_one(TextPage).show(lambda width: record_page(self.replica, found, width) if found else [])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Steps are for follow-ups; a withdrawn record is not withdrawn again."""
        if action == "step":
            return self.found is not None and self.found.kind == "follow_up"
        if action == "withdraw":
            return self.found is not None and not self.found.withdrawn
        return True

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
        self._ask(t("record.ask_withdraw"), lambda why: append.withdraw(self.replica, self.record_id, why))

    def action_step(self) -> None:
        """The next step of a follow-up: the one there is, or the one chosen."""
        if self.found is None or self.found.kind != "follow_up":
            return
        from supervisor_tui.screens.choose import ChooseScreen

        steps = NEXT_STEPS.get(str(self.found.fields.get("status", "")), ())
        choices = [(step, t(f"step.{step}")) for step in steps]
        self.app.push_screen(ChooseScreen(t("record.ask_step"), choices), self._step_chosen)

    def _step_chosen(self, step: str | None) -> None:
        if step is None:
            return
        asked = t("record.ask_progress", step=t(f"status.{step}"))
        self._ask(asked, lambda said: append.step(self.replica, self.record_id, step, said), may_be_empty=True)

    def _ask(self, question: str, act: Callable[[str], Any], *, may_be_empty: bool = False) -> None:
        from supervisor_tui.screens.ask import AskScreen

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._do(lambda: act(answer))

        self.app.push_screen(AskScreen(question, may_be_empty=may_be_empty), answered)

    def _do(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except Refused as refused:
            self.say(t(f"refused.{refused.code}"), severity="warning")
        except InvalidFields as invalid:
            self.say(
                "\n".join(f"{fault.field}: {t('fault.' + fault.code, wanted=fault.wanted)}" for fault in invalid.faults)
            )
        except ReplicaError:
            self.say(t("cli.cannot_write"), severity="error")
        else:
            self.say(t("finish.kept"))
        self.redraw()
        self.refresh_bindings()
