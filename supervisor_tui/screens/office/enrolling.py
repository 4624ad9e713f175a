"""The office lets units take part in a campaign: which one, from which day, until which; asked one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from supervisor_tui.forms.days import Lean, read_day
from supervisor_tui.labels.campaigns import campaign_title
from supervisor_tui.labels.dates import this_day
from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.next_step import Stepping
from sync.model.fields import day as day_fault
from sync.model.validation import OFFICE, InvalidFields
from sync.replica import ReplicaError, query
from sync.replica.editing.edits import Refused
from sync.replica.editing.enrolling import end, enrol
from sync.timeline.participation import Term

_KIND = "participation"


class Enrolling(Stepping):
    """A screen that has units to enrol: one under its cursor, or those that are marked."""

    def units_to_enrol(self) -> list[str]:
        """The units that are meant."""
        raise NotImplementedError

    def action_enrol(self) -> None:
        """Ask for the campaign and the days."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        if self.replica.joined().role != OFFICE:
            self.say(t("enrol.not_your_role"), severity="warning")
            return
        units, campaigns = self.units_to_enrol(), query.campaigns(self.replica)
        if not units or not campaigns:
            self.say(t("enrol.no_campaign" if units else "unit.none_chosen"), severity="warning")
            return

        def chosen(campaign: str | None) -> None:
            if campaign is not None:
                begins = next(each.starts_on for each in campaigns if each.id == campaign)
                self._ask_first(units, campaign, begins)

        choices = [(each.id, campaign_title(each)) for each in campaigns]
        self.app.push_screen(ChooseScreen(t("enrol.ask_campaign", count=len(units)), choices), chosen)

    def _ask_first(self, units: Sequence[str], campaign: str, begins: str) -> None:
        def answered(since: str) -> None:
            def ended(until: str) -> None:
                if since:
                    self._keep(lambda why: enrol(self.replica, units, Term(campaign, since, until), why))
                elif until:
                    self._keep(lambda why: end(self.replica, units, campaign, until, why))

            self._ask_day(t("enrol.ask_until" if since else "enrol.ask_end"), "", "future", ended)

        self._ask_day(t("enrol.ask_from"), begins, "past", answered)

    def _ask_day(self, question: str, value: str, lean: Lean, act: Callable[[str], None]) -> None:
        """Ask for a day, which may be left out, until what is typed is one."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        def answered(answer: str | None) -> None:
            if answer is None:
                return
            read = read_day(answer, this_day(self.replica), lean) if answer else ""
            if read and day_fault(read):
                self.say(t("enrol.no_day", day=answer), severity="warning")
                self._ask_day(question, answer, lean, act)
            else:
                act(read)

        self.app.push_screen(AskScreen(question, value, may_be_empty=True), answered)

    def _keep(self, act: Callable[[str], int]) -> None:
        """Write what is new; where something that stood changes, ask for the reason first."""
        try:
            changed = act("")
        except Refused as refused:
            if refused.code == "why_needed":
                self.ask(t("enrol.ask_why"), _KIND, act, kept="enrol.kept")
                return
            self.say(t(f"refused.{refused.code}"), severity="warning")
        except (InvalidFields, ReplicaError):
            self.write(_KIND, lambda: act(""), "enrol.kept")  # says what is wrong
        else:
            self.say(t("enrol.kept" if changed else "enrol.stood"))
            self.redraw()
