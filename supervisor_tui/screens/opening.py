"""Which form screen writes a record of a kind: for a new record, a draft, a correction. Screens are imported late."""

from __future__ import annotations

from supervisor_tui.forms.kinds import PLAIN_KINDS
from supervisor_tui.screens.form import FormScreen

FORM_KINDS = ("inspection", "liaison_note", "follow_up", *PLAIN_KINDS)


def form_for(kind: str, unit_id: str, *, draft_id: str | None = None, record: str = "") -> FormScreen:
    """The form of a kind in `FORM_KINDS`: of the draft of that id, correcting the record of that id, or a new one."""
    if kind == "inspection":
        from supervisor_tui.screens.inspection import InspectionScreen

        return InspectionScreen(unit_id, draft_id, record=record)
    if kind == "liaison_note":
        from supervisor_tui.screens.note import NoteScreen

        return NoteScreen(unit_id, draft_id, record=record)
    if kind == "follow_up":
        from supervisor_tui.screens.follow_up import FollowUpScreen

        return FollowUpScreen(unit_id, draft_id=draft_id, record=record)
    from supervisor_tui.screens.plain_form import PlainFormScreen

    return PlainFormScreen(kind, unit_id, draft_id, record=record)
