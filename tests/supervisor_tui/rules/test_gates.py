"""Where a unit stands at a stage's gate: what is met, what is missing, and what comes next."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.gates import Standing, asks_make_up, gate_items, standing
from sync.replica.planning import AtGate
from sync.surveys import satisfaction
from sync.templates import Template, read_template

_WORDS = {"zh": "题", "en": "item"}


def _template() -> Template:
    items: list[dict[str, Any]] = [{"id": f"i{number}", "title": _WORDS, "gate": number < 3} for number in range(5)]
    items[2]["only"] = ["farm"]
    section = {"id": "s", "title": _WORDS, "items": items}
    return read_template({"name": "t", "version": 1, "stage": "study", "title": _WORDS, "sections": [section]})


ALL_MET = {"i0": "met", "i1": "na", "i2": "met"}
LOW, HIGH = 40.0, 90.0


def _unit(verdicts: dict[str, str] | None = None, category: str = "farm", **known: Any) -> AtGate:
    seen = verdicts is not None
    answers = {f"answer.{item}": verdict for item, verdict in (verdicts or {}).items()}
    return AtGate("u", "u", category, visited=seen, verdicts=answers, **known)


def _standing(unit: AtGate) -> Standing:
    return standing(gate_items(_template(), unit.category), unit)


@pytest.mark.parametrize(
    ("verdicts", "decision", "satisfied", "place"),
    [
        (None, "", None, "not_visited"),
        ({"i0": "met"}, "", None, "missing"),
        (ALL_MET, "", None, "ready"),
        (ALL_MET, "", HIGH, "ready"),
        (ALL_MET, "", LOW, "survey_failed"),
        (ALL_MET, "make_up", HIGH, "make_up"),
        (ALL_MET, "make_up", LOW, "make_up"),
        ({"i0": "unmet"}, "pass", LOW, "passed"),
        (None, "", LOW, "survey_failed"),
    ],
)
def test_the_place_says_what_comes_next(
    verdicts: dict[str, str] | None, decision: str, satisfied: float | None, place: str
) -> None:
    assert _standing(_unit(verdicts, decision=decision, satisfied=satisfied)).place == place


@pytest.mark.parametrize(("held_on", "place"), [("2026-09-20", "survey_failed"), ("2026-09-10", "passed")])
def test_a_survey_that_fails_after_the_unit_passed_asks_for_make_up(held_on: str, place: str) -> None:
    unit = _unit(ALL_MET, decision="pass", decided_on="2026-09-18", satisfied=LOW, surveyed_on=held_on)
    found = _standing(unit)
    assert (found.place, found.failed, found.satisfied) == (place, True, 40)
    assert asks_make_up(unit, 60) == (place == "survey_failed")


def test_what_is_missing_is_named() -> None:
    found = _standing(_unit({"i0": "met", "i1": "partly", "i2": "met"}))
    assert ([item.id for item in found.missing], found.met) == (["i1"], 2)


def test_a_unit_is_held_only_to_the_items_of_its_category() -> None:
    found = _standing(_unit({"i0": "met", "i1": "met"}, "university"))
    assert (found.place, found.met) == ("ready", 2)


def test_without_a_template_a_visit_is_enough_to_decide() -> None:
    assert standing(gate_items(None, "farm"), _unit({})).place == "ready"


def test_satisfaction_is_of_the_ballots_returned() -> None:
    assert satisfaction({"returned": 20, "satisfied": 15, "fairly": 3, "unsatisfied": 2}) == 90
    assert satisfaction({"returned": 0, "satisfied": 0, "fairly": 0}) is None
    assert satisfaction({"returned": 1, "satisfied": 10**400, "fairly": 0}) is None
    assert satisfaction({}) is None
