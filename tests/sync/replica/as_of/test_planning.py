"""What planning knows of a unit, as things stand now and as they stood at the end of a day: one unit an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest

from sync.ledger.ids import assignment_record
from sync.replica import Replica
from sync.replica.as_of.planning import AtGate, UnitFacts, at_gate, count_overdue, setting, unit_facts, why_decided
from sync.replica.queries.rows import CampaignView
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

YESTERDAY, TODAY, TOMORROW, SOON = "2026-09-17", "2026-09-18", "2026-09-19", "2026-09-21"
LEAST = 60.0

Told = tuple[str, str, dict[str, Any]]  # kind, record, fields


def visit(day: str, record: str = "i-1", **more: Any) -> Told:
    fields = {"visited_on": day, "stage": "study", "template": "t", "group": "g", "summary": "x", "campaign": "c-1"}
    return "inspection", record, fields | more


def note(day: str, record: str = "n-1", **more: Any) -> Told:
    return "liaison_note", record, {"noted_on": day, "mode": "call", "content": "x", "campaign": "c-1"} | more


def gate(day: str, decision: str = "pass", record: str = "g-1", **more: Any) -> Told:
    fields = {"decided_on": day, "stage": "study", "decision": decision, "why": f"{record}?", "campaign": "c-1"}
    return "gate", record, fields | more


def survey(day: str, satisfied: int, record: str = "s-1", **more: Any) -> Told:
    fields = {"held_on": day, "stage": "study", "given_out": 10, "returned": 10, "campaign": "c-1", "fairly": 0}
    return "survey", record, fields | {"satisfied": satisfied, "unsatisfied": 10 - satisfied} | more


def item(origin: str, *steps: str, record: str = "f-1", due_on: str = "2026-12-31") -> list[Told]:
    fields = {"nature": "problem", "title": "x", "due_on": due_on, "status": "open", "origin": origin}
    taken = [("follow_up", record, {"status": each, "why": "x"}) for each in steps]
    return [("follow_up", record, fields), *taken]


def withdrawn(told: Told) -> list[Told]:
    return [told, (told[0], told[1], {"withdrawn": True, "why": "x"})]


_MAKE_UP = {"decision": "make_up", "decided_on": "2026-09-10"}
_DUE = {"make_up_due": "2026-09-25", "make_up_stage": "study"}
_VISITED = {"last_visit": "2026-09-10", "last_contact": "2026-09-10"}
_DONE = ("reported", "verified")

# By unit: what is told of it, in order, and what planning then knows beside its name.
UNITS: dict[str, tuple[list[Told], dict[str, Any]]] = {
    "nothing": ([], {}),
    "visited": ([visit("2026-09-10")], _VISITED | {"in_stage": True}),
    "in-another-stage": ([visit("2026-09-10", stage="review")], _VISITED),
    "in-another-campaign": ([visit("2026-09-10", campaign="c-0")], _VISITED),
    "visit-withdrawn": (withdrawn(visit("2026-09-10")), {}),
    "visited-twice": (
        [visit("2026-09-10"), visit("2026-09-05", "i-2")],
        _VISITED | {"in_stage": True},
    ),
    "noted-after": (
        [visit("2026-09-10"), note("2026-09-12", next_on="2026-09-20")],
        {"last_visit": "2026-09-10", "last_contact": "2026-09-12", "in_stage": True, "promised_on": "2026-09-20"},
    ),
    "noted-before": (
        [visit("2026-09-10"), note("2026-09-08")],
        _VISITED | {"in_stage": True},
    ),
    "promise-renewed": (
        [note("2026-09-08", next_on="2026-09-20"), note("2026-09-09", "n-2")],
        {"last_contact": "2026-09-09"},
    ),
    "passed": ([gate("2026-09-10")], {"decision": "pass", "decided_on": "2026-09-10"}),
    "passed-another-stage": ([gate("2026-09-10", stage="review")], {}),
    "passed-elsewhere": ([gate("2026-09-10", campaign="c-0")], {}),
    "make-up": ([gate("2026-09-10", "make_up", due_on="2026-09-25")], _MAKE_UP | _DUE),
    "corrected-to-a-pass": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), gate("2026-09-10")],
        {"decision": "pass", "decided_on": "2026-09-10"},
    ),
    "make-up-today": (
        [gate(TODAY, "make_up", due_on="2026-09-25")],
        {"decision": "make_up", "decided_on": TODAY} | _DUE,
    ),
    "make-up-again-on-the-day": (
        [
            gate("2026-09-10", "make_up", due_on="2026-09-20"),
            *item("g-1"),
            gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"),
        ],
        _MAKE_UP | {"make_up": "under_way"},
    ),
    "make-up-without-a-day": ([gate("2026-09-10", "make_up")], _MAKE_UP),
    "make-up-then-passed": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), gate("2026-09-12", record="g-2")],
        {"decision": "pass", "decided_on": "2026-09-12"},
    ),
    "passed-then-make-up": (
        [gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"), gate("2026-09-09", record="g-1")],
        _MAKE_UP | _DUE,
    ),
    "decided-twice-in-a-day": (  # the later id, on every laptop alike
        [gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"), gate("2026-09-10", record="g-1")],
        _MAKE_UP | _DUE,
    ),
    "passing-withdrawn": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), *withdrawn(gate("2026-09-12", record="g-2"))],
        _MAKE_UP | _DUE,
    ),
    "passed-in-another-stage": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), gate("2026-09-12", record="g-2", stage="review")],
        _MAKE_UP | _DUE,
    ),
    "passed-in-another-campaign": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), gate("2026-09-12", record="g-2", campaign="c-0")],
        _MAKE_UP | _DUE,
    ),
    "make-up-in-two-stages": (
        [
            gate("2026-09-10", "make_up", due_on="2026-09-25"),
            gate("2026-09-12", "make_up", "g-2", due_on="2026-09-22", stage="review"),
        ],
        _MAKE_UP | {"make_up_due": "2026-09-22", "make_up_stage": "review"},
    ),
    "make-up-under-way": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), *item("g-1")],
        _MAKE_UP | {"make_up": "under_way"},
    ),
    "make-up-reported": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), *item("g-1", "reported")],
        _MAKE_UP | {"make_up": "under_way"},
    ),
    "make-up-done": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), *item("g-1", *_DONE)],
        _MAKE_UP | {"make_up": "done"},
    ),
    "make-up-given-up": (
        [gate("2026-09-10", "make_up", due_on="2026-09-25"), *item("g-1", "withdrawn")],
        _MAKE_UP | _DUE,
    ),
    "make-up-again-under-way": (
        [
            gate("2026-09-08", "make_up", due_on="2026-09-20"),
            *item("g-1"),
            gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"),
        ],
        _MAKE_UP | {"make_up": "under_way"},
    ),
    "make-up-again-after-done": (
        [
            gate("2026-09-08", "make_up", due_on="2026-09-20"),
            *item("g-1", *_DONE),
            gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"),
        ],
        _MAKE_UP | _DUE,
    ),
    "make-up-of-another-stage-under-way": (
        [
            gate("2026-09-08", "make_up", stage="review"),
            *item("g-1"),
            gate("2026-09-10", "make_up", "g-2", due_on="2026-09-25"),
        ],
        _MAKE_UP | _DUE,
    ),
    "satisfied": ([survey("2026-09-10", 6)], {"satisfied": 60.0, "surveyed_on": "2026-09-10"}),
    "surveyed-twice": (
        [survey("2026-09-10", 6, "s-2"), survey("2026-09-09", 1, "s-1")],
        {"satisfied": 60.0, "surveyed_on": "2026-09-10"},
    ),
    "surveyed-in-another-stage": ([survey("2026-09-10", 6, stage="review")], {}),
    "no-ballot": ([survey("2026-09-10", 0, returned=0, unsatisfied=0)], {"surveyed_on": "2026-09-10"}),
    "unsatisfied": ([survey("2026-09-10", 5), *item("s-1")], {"satisfied": 50.0, "surveyed_on": "2026-09-10"}),
    "unsatisfied-and-mended": (
        [survey("2026-09-10", 5), *item("s-1", *_DONE)],
        {"satisfied": 50.0, "surveyed_on": "2026-09-10", "survey_mended": True},
    ),
    "satisfied-just-enough-and-mended": (
        [survey("2026-09-10", 6), *item("s-1", *_DONE)],
        {"satisfied": 60.0, "surveyed_on": "2026-09-10"},
    ),
    "due-yesterday": (item("", due_on=YESTERDAY), {"oldest_due": YESTERDAY}),
    "due-today": (item("", due_on=TODAY), {"soon": 1}),
    "due-soon": (item("", due_on=SOON), {"soon": 1}),
    "due-later": (item("", due_on="2026-09-22"), {}),
    "late-twice": (
        [*item("", due_on=YESTERDAY), *item("", record="f-2", due_on="2026-09-12")],
        {"oldest_due": "2026-09-12"},
    ),
}  # fmt: skip

# What is told on the day after: known now, and not as of today.
TOMORROWS: dict[str, tuple[list[Told], dict[str, Any]]] = {
    "visited-tomorrow": (
        [visit(TOMORROW)],
        {"last_visit": TOMORROW, "last_contact": TOMORROW, "in_stage": True},
    ),
    "noted-tomorrow": (
        [note(TOMORROW, next_on="2026-09-20")],
        {"last_contact": TOMORROW, "promised_on": "2026-09-20"},
    ),
    "decided-tomorrow": (
        [gate(TOMORROW, "make_up", due_on="2026-09-25")],
        {"decision": "make_up", "decided_on": TOMORROW} | _DUE,
    ),
    "surveyed-tomorrow": ([survey(TOMORROW, 5)], {"satisfied": 50.0, "surveyed_on": TOMORROW}),
}  # fmt: skip


def _tell(office: Office, unit: str, told: list[Told], day: str = "2026-09-14") -> None:
    for number, (kind, record, fields) in enumerate(told):
        by = {"verified": "p-2", "closed": "p-3"}.get(fields.get("status", ""), "p-1")
        record = f"{unit}.{record}"
        given = fields | ({"origin": f"{unit}.{fields['origin']}"} if fields.get("origin") else {})
        given = {name: value for name, value in given.items() if value != "" or name != "origin"}
        office.says(unit, kind, record, f"{day}T02:00:{number:02}.000Z", by=by, **given)


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with new_laptop(tmp_path_factory.mktemp("planning") / "office.db", "p-9", "office") as replica:
        office = Office(replica)
        for campaign in ("c-0", "c-1"):
            office.campaign(campaign, campaign[-1], "2026-01-01", "2026-12-31")
        for unit, (told, _) in UNITS.items():
            office.unit(unit, batch="1")
            _tell(office, unit, told)
        for unit, (told, _) in TOMORROWS.items():
            office.unit(unit, batch="1")
            _tell(office, unit, told, TOMORROW)
        _others(office)
        yield replica


def _others(office: Office) -> None:
    """A unit with a liaison officer, one that lost hers, one that has closed, and what is asked at the gate."""
    for unit in ("officered", "vacant"):
        office.unit(unit)
        duty = {"unit_": unit, "liaison": "p-5", "group": "g-1"}
        office.says("staff", "assignment", assignment_record(unit), "2026-09-01T02:00:00.000Z", **duty)
    left = {"liaison": None, "group": None, "from_": "2026-09-11"}
    office.says("staff", "assignment", assignment_record("vacant"), "2026-09-10T02:00:00.000Z", **left)
    office.unit("closed")
    office.says("closed", "unit", "closed", "2026-09-10T02:00:00.000Z", closed_on="2026-09-10", closed_why="merged")
    office.unit("answered", name="百校")
    met, unmet = {"verdict": "met"}, {"verdict": "unmet"}
    first = visit("2026-09-08", answer__a=met, answer__b=unmet, answer__c=met)
    second = visit("2026-09-10", "i-2", answer__b=met)
    third = visit("2026-09-10", "i-3", answer__a=unmet)
    other_stage = visit("2026-09-12", "i-4", answer__c=unmet, stage="review")
    later = visit(TOMORROW, "i-5", answer__c=unmet)
    _tell(
        office, "answered", [first, second, third, other_stage, *withdrawn(visit("2026-09-11", "i-6", answer__c=unmet))]
    )
    _tell(office, "answered", [later], TOMORROW)


def _known(laptop: Replica, *, past: bool, units: Any = None) -> dict[str, UnitFacts]:
    asked = {*UNITS, *TOMORROWS} if units is None else units
    found = unit_facts(laptop, "c-1", stage="study", today=TODAY, until=SOON, units=asked, past=past, least=LEAST)
    return {each.unit: each for each in found}


def _facts(unit: str, known: Mapping[str, Any]) -> UnitFacts:
    given: dict[str, Any] = {"unit": unit, "name": unit, "category": "farm"}
    return UnitFacts(**given | dict(known))


@pytest.fixture(scope="module")
def known(laptop: Replica) -> dict[bool, dict[str, UnitFacts]]:
    return {past: _known(laptop, past=past) for past in (False, True)}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("past", [False, True], ids=["now", "as of today"])
def test_what_was_told_of_a_unit_is_known(known: dict[bool, dict[str, UnitFacts]], unit: str, past: bool) -> None:
    facts = known[past][unit]
    assert facts.overdue == (sum(1 for _ in _late(unit)) if past else 0)
    assert msgspec.structs.replace(facts, overdue=0) == _facts(unit, UNITS[unit][1])


def _late(unit: str) -> list[Told]:
    return [told for told in UNITS[unit][0] if told[2].get("due_on", "9999") < TODAY and told[0] == "follow_up"]


@pytest.mark.parametrize("unit", TOMORROWS)
def test_what_is_told_tomorrow_is_not_known_as_of_today(known: dict[bool, dict[str, UnitFacts]], unit: str) -> None:
    assert known[False][unit] == _facts(unit, TOMORROWS[unit][1])
    assert known[True][unit] == _facts(unit, {})


@pytest.mark.parametrize("past", [False, True], ids=["now", "as of today"])
def test_only_the_units_asked_for_are_read_and_none_that_has_closed(laptop: Replica, past: bool) -> None:
    assert _known(laptop, past=past, units={"visited", "closed", "gone"}).keys() == {"visited"}


def test_who_is_there_for_a_unit_and_since_when_nobody_is(laptop: Replica) -> None:
    found = _known(laptop, past=False, units={"officered", "vacant"})
    assert (found["officered"].has_liaison, found["officered"].vacant_since) == (True, "")
    vacant = found["vacant"]
    assert (vacant.has_liaison, vacant.vacant_since, vacant.ungrouped_since) == (False, "2026-09-11", "2026-09-11")


def test_what_is_overdue_is_counted_where_something_is_and_it_is_not_counted_yet(laptop: Replica) -> None:
    given = [_known(laptop, past=False)[unit] for unit in ("late-twice", "due-today", "due-yesterday")]
    assert [each.overdue for each in count_overdue(laptop, TODAY, given)] == [2, 0, 1]
    assert [each.overdue for each in count_overdue(laptop, YESTERDAY, given)] == [1, 0, 0]
    counted = msgspec.structs.replace(given[0], overdue=7)
    assert count_overdue(laptop, TODAY, [counted]) == [counted]
    assert count_overdue(laptop, TODAY, []) == []


# --- at the gate ------------------------------------------------------------------------------------------------------


def _at_gate(laptop: Replica, asked: str, unit: str = "answered", day: str = "") -> AtGate:
    (found,) = at_gate(laptop, "c-1", "study", lambda _: {f"answer.{each}" for each in asked}, unit, day, LEAST)
    return found


@pytest.mark.parametrize(
    ("asked", "day", "verdicts"),
    [
        ("a", TODAY, {"a": "unmet"}),
        ("ab", TODAY, {"a": "unmet", "b": "met", "c": "met"}),
        ("c", TODAY, {"a": "unmet", "b": "met", "c": "met"}),
        ("c", "2026-09-09", {"a": "met", "b": "unmet", "c": "met"}),
        ("c", "", {"c": "unmet"}),
        ("abc", "", {"a": "unmet", "b": "met", "c": "unmet"}),
        ("abc", "2026-09-07", {}),
    ],
)
def test_the_newest_visit_answers_what_is_asked_and_earlier_ones_what_it_does_not(
    laptop: Replica, asked: str, day: str, verdicts: dict[str, str]
) -> None:
    found = _at_gate(laptop, asked, day=day)
    assert found.verdicts == {f"answer.{name}": verdict for name, verdict in verdicts.items()}
    assert found.visited is bool(verdicts)


@pytest.mark.parametrize("day", ["", TODAY])
@pytest.mark.parametrize(
    "unit", ["make-up-under-way", "make-up-then-passed", "unsatisfied-and-mended", "no-ballot", "visited", "nothing"]
)
def test_a_unit_at_the_gate_has_what_planning_knows(laptop: Replica, unit: str, day: str) -> None:
    known = UNITS[unit][1]
    names = ("last_visit", "decision", "decided_on", "satisfied", "surveyed_on", "make_up", "survey_mended")
    expected = {name: known[name] for name in names if name in known}
    found = _at_gate(laptop, "a", unit, day)
    visited = bool(known.get("in_stage"))
    assert msgspec.structs.replace(found, verdicts={}) == AtGate(unit, unit, "farm", visited=visited, **expected)


@pytest.mark.parametrize("day", ["", TODAY])
def test_units_at_a_gate_stand_by_name_and_those_that_closed_are_not_there(laptop: Replica, day: str) -> None:
    found = [each.unit for each in at_gate(laptop, "c-1", "study", lambda _: frozenset(), day=day)]
    assert "closed" not in found
    named = [unit for unit in found if unit != "answered"]
    assert named == sorted(named)
    assert named.index("due-today") > found.index("answered") > -1  # 百校 is read bai xiao


@pytest.mark.parametrize(
    ("unit", "day", "why"),
    [
        ("make-up", "", "make-up.g-1"),
        ("make-up-then-passed", "", "make-up-then-passed.g-2"),
        ("make-up-then-passed", "2026-09-11", "make-up-then-passed.g-1"),
        ("make-up", "2026-09-10", "make-up.g-1"),
        ("make-up", "2026-09-09", None),
        ("decided-tomorrow", "", "decided-tomorrow.g-1"),
        ("decided-tomorrow", TODAY, None),
        ("passed-another-stage", "", None),
        ("passed-elsewhere", "", None),
        ("satisfied", "", None),
    ],
)
def test_the_reason_of_a_stage_is_that_of_its_newest_decision(
    laptop: Replica, unit: str, day: str, why: str | None
) -> None:
    found = why_decided(laptop, "c-1", "study", day)
    assert found.get(unit) == (None if why is None else f"{why.rpartition('.')[2]}?")


@pytest.mark.parametrize(
    ("settings", "value"), [({}, 5.0), ({"x": 7}, 7), ({"x": 7.5}, 7.5), ({"x": "7"}, 5.0), ({"x": None}, 5.0)]
)
def test_a_setting_is_a_figure_of_the_campaign_or_the_usual_one(settings: dict[str, Any], value: float) -> None:
    assert setting(CampaignView(title={}, batch="", stages=[], settings=settings), "x", 5.0) == value
