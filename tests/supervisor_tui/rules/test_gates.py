"""Where a unit stands at a stage's gate: what is met, what is missing, and what comes next."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.gates import satisfaction, standing
from sync.templates import Template, read_template

_WORDS = {"zh": "题", "en": "item"}


def _template() -> Template:
    items: list[dict[str, Any]] = [{"id": f"i{number}", "title": _WORDS, "gate": number < 3} for number in range(5)]
    items[2]["only"] = ["farm"]
    section = {"id": "s", "title": _WORDS, "items": items}
    return read_template({"name": "t", "version": 1, "stage": "study", "title": _WORDS, "sections": [section]})


def _visit(**verdicts: str) -> dict[str, Any]:
    return {f"answer.{item}": {"verdict": verdict} for item, verdict in verdicts.items()}


ALL_MET = _visit(i0="met", i1="na", i2="met")
LOW = {"returned": 20, "satisfied": 5, "fairly": 3, "unsatisfied": 12}
HIGH = {"returned": 20, "satisfied": 15, "fairly": 3, "unsatisfied": 2}


@pytest.mark.parametrize(
    ("visits", "decision", "survey", "place"),
    [
        ([], "", {}, "not_visited"),
        ([_visit(i0="met")], "", {}, "missing"),
        ([ALL_MET], "", {}, "ready"),
        ([ALL_MET], "", HIGH, "ready"),
        ([ALL_MET], "", LOW, "survey_failed"),
        ([ALL_MET], "make_up", HIGH, "make_up"),
        ([_visit(i0="unmet")], "pass", LOW, "passed"),
        ([], "", LOW, "survey_failed"),
    ],
)
def test_the_place_says_what_comes_next(
    visits: list[dict[str, Any]], decision: str, survey: dict[str, Any], place: str
) -> None:
    assert standing("farm", _template(), visits, decision, survey).place == place


@pytest.mark.parametrize(("held_on", "place"), [("2026-09-20", "survey_failed"), ("2026-09-10", "passed")])
def test_a_survey_that_fails_after_the_unit_passed_asks_for_make_up(held_on: str, place: str) -> None:
    survey = LOW | {"held_on": held_on}
    found = standing("farm", _template(), [ALL_MET], "pass", survey, decided_on="2026-09-18")
    assert (found.place, found.failed, found.satisfied) == (place, True, 40)


def test_what_is_missing_is_named_by_the_newest_verdicts() -> None:
    visits = [_visit(i0="unmet", i1="met", i2="met"), _visit(i0="met", i1="partly")]
    found = standing("farm", _template(), visits, "", {})
    assert ([item.id for item in found.missing], found.met) == (["i1"], 2)


def test_a_unit_is_held_only_to_the_items_of_its_category() -> None:
    found = standing("university", _template(), [_visit(i0="met", i1="met")], "", {})
    assert (found.place, found.met) == ("ready", 2)


def test_without_a_template_a_visit_is_enough_to_decide() -> None:
    assert standing("farm", None, [{}], "", {}).place == "ready"


def test_satisfaction_is_of_the_ballots_returned() -> None:
    assert satisfaction(HIGH) == 90
    assert satisfaction({"returned": 0, "satisfied": 0, "fairly": 0}) is None
    assert satisfaction({}) is None
