"""Where a unit stands at the gate of a stage: what is met, what is missing, and what was decided.

An item is met when the newest verdict on it in the stage says so (`met`, or `na`: it does not apply). A survey with too
few satisfied asks for make-up, also of a unit that passed before it was held. Make-up is done when its follow-up has
been verified. The place says what comes next; whether a unit passes is decided by the group and written down with its
reason, never by this rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sync.model.templates import Item, Template
from sync.replica.as_of.planning import DONE, AtGate, UnitFacts

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


def standing(asked: Mapping[str, Item], unit: AtGate, least: float = SATISFIED) -> Standing:
    """The place of a unit, given the gate items it is asked, by their fields, and what is known of it."""
    missing = [item for field, item in asked.items() if unit.verdicts.get(field) not in _MET]
    failed = unit.satisfied is not None and unit.satisfied < least
    asks = asks_make_up(unit, least)
    return Standing(
        place=_place(_decided(unit, asks), visited=unit.visited, missing=bool(missing), failed=asks),
        met=len(asked) - len(missing),
        missing=missing,
        satisfied=unit.satisfied,
        failed=failed,
        least=least,
    )


def asks_make_up(unit: UnitFacts | AtGate, least: float) -> bool:
    """Whether a survey asks for make-up that is not decided yet: too few were satisfied, and nobody has decided since.

    A unit that passed before the survey was held passed on what has changed, and so has one that has made up. Once the
    follow-up of the survey was verified it asks for nothing more.
    """
    if unit.satisfied is None or unit.satisfied >= least or unit.survey_mended:
        return False
    return not unit.decision or (_is_settled(unit) and unit.surveyed_on > unit.decided_on)


def is_undecided(unit: UnitFacts | AtGate) -> bool:
    """Whether it is to be decided if the unit may pass: nobody has, or what was to be made up has been verified."""
    return not unit.decision or (unit.decision == "make_up" and unit.make_up == DONE)


def _is_settled(unit: UnitFacts | AtGate) -> bool:
    return unit.decision == "pass" or is_undecided(unit)


def _decided(unit: AtGate, asks: bool) -> str:
    """The decision that stands: none where make-up is done, or a survey asks for it anew."""
    return "" if is_undecided(unit) or (asks and unit.decision == "pass") else unit.decision


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


def gate_items(template: Template | None, category: str) -> dict[str, Item]:
    """The items of a template that a unit of this category has to meet at the gate, by field; none without one."""
    if template is None:
        return {}
    return {item.field: item for _, items in template.for_category(category) for item in items if item.gate}
