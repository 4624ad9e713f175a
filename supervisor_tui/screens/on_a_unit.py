"""What can be begun on a unit: an inspection, a note, a follow-up, counts, a survey, a gate decision."""

from __future__ import annotations

from typing import Any

from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen
from sync.records import GROUP, LIAISON, OFFICE


class OnAUnit(WorkbenchScreen[None]):
    """A screen that has a unit under the cursor."""

    def current_unit(self) -> str:
        """The unit under the cursor; empty when there is none."""
        raise NotImplementedError

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
        if (unit := self._chosen()) and self._may(*roles):
            self.app.push_screen(make(unit))

    def action_inspect(self) -> None:
        """An inspection of the unit."""
        from supervisor_tui.screens.inspection import InspectionScreen

        self._begin(InspectionScreen, GROUP, OFFICE)

    def action_note(self) -> None:
        """A liaison note on the unit."""
        from supervisor_tui.screens.note import NoteScreen

        self._begin(NoteScreen, LIAISON, GROUP, OFFICE)

    def action_follow_up(self) -> None:
        """A follow-up of the unit."""
        from supervisor_tui.screens.follow_up import FollowUpScreen

        self._begin(FollowUpScreen, LIAISON, GROUP, OFFICE)

    def action_card(self) -> None:
        """The unit's card: who answers for it, where it is weak."""
        from supervisor_tui.screens.unit_card import UnitCardScreen

        self._begin(UnitCardScreen, LIAISON, GROUP, OFFICE)

    def action_trends(self) -> None:
        """The unit's figures over time."""
        from supervisor_tui.screens.trends import TrendsScreen

        if unit := self._chosen():
            self.app.push_screen(TrendsScreen(unit))

    def action_plain(self, kind: str) -> None:
        """Counts, a survey or a gate decision of the unit."""
        from supervisor_tui.screens.plain_form import PlainFormScreen

        roles = (LIAISON, GROUP, OFFICE) if kind == "count" else (GROUP, OFFICE)
        self._begin(lambda unit: PlainFormScreen(kind, unit), *roles)
