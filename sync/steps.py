"""The steps of a follow-up's life: which status may follow which, and who may take the step.

Checked before a step is saved and again when entries are folded; a step that was not allowed is kept, marked not valid,
and has no effect. Source of the rule that only another person may verify: domain row 18.
"""

from __future__ import annotations

OPENING = ("open", "in_progress")

NEXT_STEPS: dict[str, tuple[str, ...]] = {
    "open": ("in_progress", "reported", "withdrawn"),
    "in_progress": ("reported", "open", "withdrawn"),
    "reported": ("verified", "returned", "in_progress", "withdrawn"),
    "returned": ("in_progress", "reported", "withdrawn"),
    "verified": ("closed", "returned"),
    "closed": ("open",),
    "withdrawn": ("open",),
}


def step_fault(old: str, old_by: str, new: str, by: str) -> str:
    """Why the step from `old` (set by the person `old_by`) to `new` by `by` may not be taken; empty when it may."""
    if new == old:
        return ""
    if new not in NEXT_STEPS.get(old, ()):
        return "step_not_allowed"
    if new == "verified" and by == old_by:
        return "verified_by_reporter"
    return ""


OUTSTANDING = ("open", "in_progress", "reported", "returned")  # not yet verified by another person, nor given up
