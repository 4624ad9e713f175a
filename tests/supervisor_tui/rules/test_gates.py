"""Where a unit stands at a stage's gate: what is met, what is missing, and what comes next."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.gates import Standing, asks_make_up, gate_items, is_undecided, standing
from sync.model.surveys import satisfaction
from sync.model.templates import Template, read_template
from sync.replica.as_of.planning import AtGate

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


@pytest.mark.parametrize(("share", "failed"), [(59.9, True), (60.0, False), (60.1, False), (None, False)])
def test_sixty_of_a_hundred_have_to_be_satisfied(share: float | None, failed: bool) -> None:
    found = _standing(_unit(ALL_MET, satisfied=share))
    assert (found.place, found.failed, found.least) == ("survey_failed" if failed else "ready", failed, 60)


def test_a_campaign_says_how_many_have_to_be_satisfied() -> None:
    asked = gate_items(_template(), "farm")
    found = [standing(asked, _unit(ALL_MET, satisfied=share), 75.0) for share in (74.9, 75.0)]
    assert [(each.place, each.failed, each.least) for each in found] == [
        ("survey_failed", True, 75.0),
        ("ready", False, 75.0),
    ]


@pytest.mark.parametrize("verdict", ["met", "na"])
def test_what_is_met_or_does_not_apply_is_not_missing(verdict: str) -> None:
    assert _standing(_unit(dict.fromkeys(ALL_MET, verdict))).missing == []


@pytest.mark.parametrize("verdict", ["unmet", "partly", "", None])
def test_any_other_verdict_leaves_an_item_missing(verdict: Any) -> None:
    found = _standing(_unit(ALL_MET | {"i1": verdict}))
    assert (found.place, [item.id for item in found.missing], found.met) == ("missing", ["i1"], 2)


@pytest.mark.parametrize(
    ("decision", "make_up", "undecided"),
    [
        ("", "", True),
        ("pass", "", False),
        ("make_up", "", False),
        ("make_up", "under_way", False),
        ("make_up", "done", True),
        ("pass", "done", False),
    ],
)
def test_a_unit_is_undecided_until_somebody_decides_and_again_when_it_has_made_up(
    decision: str, make_up: str, undecided: bool
) -> None:
    assert is_undecided(_unit(ALL_MET, decision=decision, make_up=make_up)) == undecided


def test_a_unit_that_has_made_up_is_to_be_decided_on_anew() -> None:
    made_up = {"decision": "make_up", "decided_on": "2026-09-10", "make_up": "done"}
    assert _standing(_unit(ALL_MET, **made_up)).place == "ready"
    assert _standing(_unit({"i0": "met"}, **made_up)).place == "missing"
    assert _standing(_unit(None, **made_up)).place == "not_visited"
    assert _standing(_unit(ALL_MET, **made_up | {"make_up": "under_way"})).place == "make_up"


@pytest.mark.parametrize(
    ("decision", "make_up", "held_on", "asks"),
    [
        ("", "", "2026-09-09", True),
        ("pass", "", "2026-09-09", False),
        ("pass", "", "2026-09-10", False),  # decided on the day it was held
        ("pass", "", "2026-09-11", True),
        ("make_up", "", "2026-09-11", False),
        ("make_up", "under_way", "2026-09-11", False),
        ("make_up", "done", "2026-09-10", False),  # made up for it
        ("make_up", "done", "2026-09-11", True),
    ],
)
def test_a_poor_survey_asks_for_make_up_unless_somebody_has_decided_since(
    decision: str, make_up: str, held_on: str, asks: bool
) -> None:
    held: dict[str, Any] = {"satisfied": LOW, "surveyed_on": held_on}
    unit = _unit(ALL_MET, decision=decision, decided_on="2026-09-10", make_up=make_up, **held)
    assert asks_make_up(unit, 60) == asks
    mended = _unit(ALL_MET, decision=decision, decided_on="2026-09-10", make_up=make_up, survey_mended=True, **held)
    assert not asks_make_up(mended, 60)


def test_a_unit_that_passed_stays_passed_where_its_survey_was_mended() -> None:
    unit = _unit({}, decision="pass", decided_on="2026-09-10", satisfied=LOW, surveyed_on="2026-09-11")
    assert _standing(unit).place == "survey_failed"
    mended = _unit(
        {}, decision="pass", decided_on="2026-09-10", satisfied=LOW, surveyed_on="2026-09-11", survey_mended=True
    )
    assert (_standing(mended).place, _standing(mended).failed) == ("passed", True)
