"""What can be begun on a unit: an inspection, a note, a follow-up, counts, a survey, a gate decision."""

from __future__ import annotations

from typing import Any

from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.office.enrolling import Enrolling
from sync.model.validation import GROUP, LIAISON, OFFICE
from sync.replica import query


class OnAUnit(Enrolling):
    """A screen that has a unit under the cursor."""

    def current_unit(self) -> str:
        """The unit under the cursor; empty when there is none."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the office closes and enrols units."""
        return action not in ("close_unit", "enrol") or self.replica.joined().role == OFFICE

    def _may(self, *roles: str) -> bool:
        if self.replica.joined().role in roles:
            return True
        self.say(t("unit.not_your_role"), severity="warning")
        return False

    def _chosen(self) -> str:
        """The unit under the cursor; without one, says what to do first."""
        unit = self.current_unit()
        if not unit:
            self.say(t("unit.none_chosen"), severity="warning")
        return unit

    def _begin(self, make: Any, *roles: str) -> None:
        """Open a form over the unit; what is recorded of one that has closed is asked about first."""
        if not (unit := self._chosen()) or not self._may(*roles):
            return
        card = query.unit(self.replica, unit)
        closed_on = str(card.fields.get("closed_on") or "") if card is not None else ""
        if card is None or not closed_on:
            self.app.push_screen(make(unit))
            return
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        def chosen(answer: str | None) -> None:
            if answer == "write":
                self.app.push_screen(make(unit))

        question = t("close.record_anyway", unit=card.name, on=closed_on)
        choices = [(each, t(f"close.{each}")) for each in ("do_not_write", "write")]
        self.app.push_screen(ChooseScreen(question, choices), chosen)

    def units_to_enrol(self) -> list[str]:
        """The unit under the cursor."""
        return [unit] if (unit := self.current_unit()) else []

    def action_inspect(self) -> None:
        """An inspection of the unit."""
        from supervisor_tui.screens.entry.inspection import InspectionScreen

        self._begin(InspectionScreen, GROUP, OFFICE)

    def action_note(self) -> None:
        """A liaison note on the unit."""
        from supervisor_tui.screens.entry.liaison_note import NoteScreen

        self._begin(NoteScreen, LIAISON, GROUP, OFFICE)

    def action_follow_up(self) -> None:
        """A follow-up of the unit."""
        from supervisor_tui.screens.entry.follow_up import FollowUpScreen

        self._begin(FollowUpScreen, LIAISON, GROUP, OFFICE)

    def action_card(self) -> None:
        """The unit's card: who answers for it, where it is weak."""
        from supervisor_tui.screens.entry.unit_card import UnitCardScreen

        self._begin(UnitCardScreen, LIAISON, GROUP, OFFICE)

    def action_close_unit(self) -> None:
        """Close the unit with what becomes of its follow-ups, or take its closing back."""
        from supervisor_tui.screens.office.closing import ClosingScreen

        if unit := self._chosen():
            self.app.push_screen(ClosingScreen(unit))

    def action_trends(self) -> None:
        """The unit's figures over time."""
        from supervisor_tui.screens.records.trends import TrendsScreen

        if unit := self._chosen():
            screen = TrendsScreen(unit)
            if isinstance(self, AskedOf):
                self.asked_alike(screen)
            self.app.push_screen(screen)

    def action_plain(self, kind: str) -> None:
        """Counts, a survey or a gate decision of the unit."""
        from supervisor_tui.screens.entry.simple import PlainFormScreen

        roles = (LIAISON, GROUP, OFFICE) if kind == "count" else (GROUP, OFFICE)
        self._begin(lambda unit: PlainFormScreen(kind, unit), *roles)
