"""Which form a kind of record is written and corrected in."""

from __future__ import annotations

from supervisor_tui.screens.entry.form import FormScreen


def form_for(kind: str, unit: str, draft: str) -> FormScreen | None:
    """The form over a draft; None for kinds that have none."""
    from supervisor_tui.forms.kinds import PLAIN_KINDS
    from supervisor_tui.screens.entry.follow_up import FollowUpScreen
    from supervisor_tui.screens.entry.inspection import InspectionScreen
    from supervisor_tui.screens.entry.liaison_note import NoteScreen
    from supervisor_tui.screens.entry.simple import PlainFormScreen
    from supervisor_tui.screens.entry.unit_card import UnitCardScreen

    if kind == "inspection":
        return InspectionScreen(unit, draft)
    if kind == "liaison_note":
        return NoteScreen(unit, draft)
    if kind == "follow_up":
        return FollowUpScreen(unit, draft_id=draft)
    if kind == "unit":
        return UnitCardScreen(unit, draft)
    return PlainFormScreen(kind, unit, draft) if kind in PLAIN_KINDS else None
