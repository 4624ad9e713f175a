"""Where units stand at the gates of a campaign's stages, from exported entries alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tests.oracle.district import District
from tests.oracle.entries import Record


class AtGate(NamedTuple):
    """A unit at the gate of one stage of one campaign: newest verdicts, newest decision, newest survey."""

    unit: str
    visited: bool
    verdicts: dict[str, str]
    decision: str
    decided_on: str
    satisfied: float | None
    surveyed_on: str


def at_gate(district: District, campaign: str, stage: str, items: Sequence[str]) -> list[AtGate]:
    """Return every unit that is there, at the gate of a stage of a campaign and of no other."""
    found = []
    for unit in _there(district):
        mine = {
            kind: [
                each
                for each in _of_unit(district, kind, unit.ledger)
                if each.now("stage") == stage and district.campaign_of(each) == campaign
            ]
            for kind in ("inspection", "gate", "survey")
        }
        gate, survey = (mine[kind][-1:] for kind in ("gate", "survey"))
        found.append(
            AtGate(
                unit.ledger,
                bool(mine["inspection"]),
                _verdicts(mine["inspection"], items),
                str(gate[0].now("decision")) if gate else "",
                district.day_of(gate[0]) if gate else "",
                _satisfied(survey[0]) if survey else None,
                district.day_of(survey[0]) if survey else "",
            )
        )
    return found


def place(unit: AtGate, asked: Sequence[str], least: float) -> str:
    """Return where a unit stands that is asked these items."""
    failed = unit.satisfied is not None and unit.satisfied < least
    if unit.decision == "make_up":
        return "make_up"
    if unit.decision == "pass" and not (failed and unit.surveyed_on > unit.decided_on):
        return "passed"
    if failed:
        return "survey_failed"
    if not unit.visited:
        return "not_visited"
    return "ready" if all(unit.verdicts.get(item) in ("met", "na") for item in asked) else "missing"


def make_ups(district: District) -> dict[str, tuple[str, str]]:
    """Return by unit the first day by which a make-up is to be done that is still to be decided on, and its stage."""
    found: dict[str, tuple[str, str]] = {}
    for unit in _there(district):
        newest: dict[tuple[str, str], Record] = {}
        for gate in _of_unit(district, "gate", unit.ledger):
            newest[district.campaign_of(gate), str(gate.now("stage"))] = gate
        due = [
            (str(gate.now("due_on")), stage)
            for (_, stage), gate in newest.items()
            if gate.now("decision") == "make_up" and gate.now("due_on")
        ]
        if due:
            found[unit.ledger] = min(due)
    return found


def _there(district: District) -> Iterable[Record]:
    return [unit for unit in district.units.values() if unit.now("withdrawn") is not True and not unit.now("closed_on")]


def _of_unit(district: District, kind: str, unit: str) -> list[Record]:
    """Return a unit's records of a kind by their days, those of one day by their ids."""
    mine = [each for each in district.of_kind(kind) if each.ledger == unit and each.now("withdrawn") is not True]
    return sorted(mine, key=lambda each: (district.day_of(each), each.name))


def _verdicts(visits: Sequence[Record], items: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for visit in visits:
        for item in items:
            answer: Any = visit.now(item)
            if answer:
                found[item] = answer["verdict"]
    return found


def _satisfied(survey: Record) -> float | None:
    returned, satisfied, fairly = (survey.now(name) for name in ("returned", "satisfied", "fairly"))
    return 100 * (satisfied + fairly) / returned if returned else None
