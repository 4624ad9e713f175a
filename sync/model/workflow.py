"""The steps of a follow-up's life: which status may follow which, and who may take the step.

Checked before a step is saved and again when entries are folded; a step that was not allowed is kept, marked not valid,
and has no effect. Source of the rule that only another person may verify: domain row 18.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sync.model.days import plus

OPENING = ("open", "in_progress")
UNDER_WAY = ("open", "in_progress", "returned")  # still to be done, so it can be overdue
DONE = ("reported", "verified")  # said to be done, and not closed yet
OUTSTANDING = UNDER_WAY + DONE  # neither closed nor given up
SOON_DAYS = 3  # what is due within so many days is due soon
MOST_WATCHED = 3660  # days

NEXT_STEPS: dict[str, tuple[str, ...]] = {
    "open": ("in_progress", "reported", "withdrawn"),
    "in_progress": ("reported", "open", "withdrawn"),
    "reported": ("verified", "returned", "in_progress", "withdrawn"),
    "returned": ("in_progress", "reported", "withdrawn"),
    "verified": ("closed", "returned"),
    "closed": ("open",),
    "withdrawn": ("open",),
}


def step_fault(old: str, old_by: str, new: str, by: str, reporters: Collection[str] = ()) -> str:
    """Why the step from `old` (set by the person `old_by`) to `new` by `by` may not be taken; empty when it may.

    `reporters` reported what was verified: none of them closes it.
    """
    if new == old:
        return ""
    if new not in NEXT_STEPS.get(old, ()):
        return "step_not_allowed"
    if new == "verified" and by == old_by:
        return "verified_by_reporter"
    if new == "closed" and by in reporters:
        return "closed_by_reporter"
    return ""


def needs_reason(old: str, new: str) -> bool:
    """Whether a step says why: sending back, giving up and opening again do."""
    return new in ("returned", "withdrawn") or (new == "open" and old in ("closed", "withdrawn"))


_ASKED = {"reported": "solved", "verified": "seen", "closed": "result"}
_BACK = (("in_progress", "open"), ("reported", "in_progress"))


def required_note(old: str, new: str) -> str:
    """What a person who takes a step is asked for: `reason`, how it was `solved`, what was `seen`, the `result`.

    Empty where nothing need be said. A script may leave out what `needs_reason` does not want, as records of old did.
    """
    return "reason" if needs_reason(old, new) or (old, new) in _BACK else _ASKED.get(new, "")


def watch_changes(new: str, on: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a step changes in the watch after closing, on the day of the step.

    A follow-up with `watch_days` that is closed is watched for so many days; one that is opened again no longer.
    """
    days = fields.get("watch_days")
    if new == "closed" and isinstance(days, int) and 0 < days <= MOST_WATCHED:
        return {"watch_until": plus(on, days)}
    return {"watch_until": None} if new != "closed" and fields.get("watch_until") else {}
