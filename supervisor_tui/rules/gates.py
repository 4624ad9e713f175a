"""Where a unit stands at the gate of a stage: what is met, what is missing, and what was decided.

An item is met when the newest verdict on it in the stage says so (`met`, or `na`: it does not apply). A survey with too
few satisfied asks for make-up, also of a unit that passed before it was held. The place says what comes next; whether a
unit passes is decided by the group and written down with its reason, never by this rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sync.templates import Item, Template

SATISFIED = 60.0  # percent of the ballots returned; the campaign's setting `satisfied` says otherwise
PLACES = ("make_up", "survey_failed", "missing", "not_visited", "ready", "passed")  # the most pressing first
_MET = ("met", "na")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's place at a stage's gate. `missing` are the gate items not met yet, in the template's order.

    `satisfied` is the newest survey's share in percent, `failed`: it is under `least`.
    """

    place: str
    met: int = 0
    missing: Sequence[Item] = ()
    satisfied: float | None = None
    failed: bool = False
    least: float = SATISFIED


def standing(
    category: str,
    template: Template | None,
    visits: Iterable[Mapping[str, Any]],
    decision: str,
    survey: Mapping[str, Any],
    least: float = SATISFIED,
    decided_on: str = "",
) -> Standing:
    """The place of a unit, given its visits in the stage (fields, oldest first), newest decision and newest survey."""
    verdicts: dict[str, str] = {}
    visited = False
    for fields in visits:
        visited = True
        for name, value in fields.items():
            if name.startswith("answer.") and isinstance(value, Mapping):
                verdicts[name] = str(value.get("verdict", ""))
    asked = _gate_items(template, category)
    missing = [item for item in asked if verdicts.get(item.field) not in _MET]
    share = satisfaction(survey)
    failed = share is not None and share < least
    if decision == "pass" and failed and str(survey.get("held_on", "")) > decided_on:
        decision = ""  # what it was decided on has changed
    return Standing(
        place=_place(decision, visited=visited, missing=bool(missing), failed=failed),
        met=len(asked) - len(missing),
        missing=missing,
        satisfied=share,
        failed=failed,
        least=least,
    )


def _place(decision: str, *, visited: bool, missing: bool, failed: bool) -> str:
    if decision == "pass":
        return "passed"
    if decision == "make_up":
        return "make_up"
    if failed:
        return "survey_failed"
    if not visited:
        return "not_visited"
    return "missing" if missing else "ready"


def _gate_items(template: Template | None, category: str) -> list[Item]:
    if template is None:
        return []
    return [item for _, items in template.for_category(category) for item in items if item.gate]


def satisfaction(survey: Mapping[str, Any]) -> float | None:
    """Satisfied and fairly satisfied ballots in percent of those returned; None without a survey or a ballot."""
    try:
        returned = int(survey["returned"])
        return 100 * (int(survey["satisfied"]) + int(survey["fairly"])) / returned if returned else None
    except (KeyError, TypeError, ValueError):
        return None
