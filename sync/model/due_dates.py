"""What a date to meet can be: make-up has one; none lies before the day of decision or opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.model.fields import day as day_fault
from sync.model.validation import Fault

# By kind the field of the day on which it begins, and what an earlier date is.
_BEGINS = {"gate": ("decided_on", "before_decision"), "follow_up": ("opened_on", "before_opening")}


def due_faults(kind: str, given: Mapping[str, Any], fields: Mapping[str, Any], made_on: str = "") -> list[Fault]:
    """Return what is wrong with the dates that an edit gives; `fields`: the record as the edit leaves it.

    `made_on`: the day on which it was made, for a follow-up that states no day of opening. One that was handed on keeps
    the dates it came with.
    A date that stood before the edit and is not touched by it is no fault of this edit.
    """
    begins, code = _BEGINS.get(kind, ("", ""))
    due, begun = fields.get("due_on"), fields.get(begins) or made_on
    if fields.get("decision") == "make_up" and not due and given.keys() & {"decision", "due_on"}:
        return [Fault(field="due_on", code="required")]
    if not begins or fields.get("carried_from") or not _is_day(due) or not _is_day(begun) or str(due) >= str(begun):
        return []
    if "due_on" in given:
        return [Fault(field="due_on", code=code, wanted=str(begun))]
    return [Fault(field=begins, code="after_due", wanted=str(due))] if begins in given else []


def _is_day(value: object) -> bool:
    return isinstance(value, str) and not day_fault(value)
