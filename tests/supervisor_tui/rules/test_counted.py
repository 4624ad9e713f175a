"""Counts and surveys: a figure far from the last is named; a poor survey asks for nothing once it was put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.forms import raising
from supervisor_tui.rules.counted import counted_hints
from supervisor_tui.rules.gates import asks_make_up
from sync.replica import Replica
from sync.replica.as_of.planning import at_gate, unit_facts
from sync.replica.editing import edits
from tests.days import day, today
from tests.sync.laptops import give_unit, hand_over, new_laptop
from tests.sync.office import Office

COUNT = {"members": 20, "trained": 19, "retired": 4}
POOR = {"given_out": 30, "returned": 30, "satisfied": 9, "fairly": 3, "unsatisfied": 18}
GOOD = POOR | {"satisfied": 27, "fairly": 2, "unsatisfied": 1}


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "group.db") as replica:
        give_unit(replica)
        yield replica


def _far(replica: Replica, kind: str, fields: Mapping[str, object], on: str = "") -> list[tuple[object, object]]:
    named = {"count": "counted_on", "survey": "held_on"}[kind]
    found = counted_hints(replica, kind, "u-1", {**fields, named: on or today()}, "")
    return [(hint.values["before"], hint.values["now"]) for hint in found]


def test_a_count_far_from_the_last_is_named_as_a_number_or_as_a_share_of_the_members(group: Replica) -> None:
    edits.create(group, "count", "u-1", COUNT | {"counted_on": day(-30)})
    assert _far(group, "count", COUNT | {"trained": 18}) == []
    assert _far(group, "count", COUNT | {"trained": 1}) == [("95%", "5%")]
    assert _far(group, "count", COUNT | {"members": 200, "trained": 190, "retired": 40}) == [
        ("20", "200"),
        ("4", "40"),
        ("19", "190"),
    ]
    assert _far(group, "count", COUNT | {"trained": 1}, day(-60)) == [], "nothing came before it"


@pytest.mark.parametrize(
    ("before", "now", "far"),
    [
        ({"members": 20, "trained": 4}, {"members": 20, "trained": 14}, []),  # by fifty points
        ({"members": 200, "trained": 40}, {"members": 200, "trained": 141}, [("20%", "70.5%")]),
        ({"members": 20, "organisations": 1}, {"members": 20, "organisations": 20}, []),  # of which there is no share
        ({"members": 1}, {"members": 20}, []),
        ({"members": 0, "trained": 0}, {"members": 19, "trained": 19}, []),
        ({"trained": 0}, {"members": 20, "trained": 19}, []),
        ({"members": 20, "trained": 0}, {"members": 20}, []),
        ({"members": 20, "trained": 0}, {"members": "20", "trained": 19}, []),  # as it is typed
        ({"members": 20, "trained": 1}, {"members": 20, "trained": 21}, [("1", "21")]),
    ],
)
def test_a_share_is_of_the_members_where_there_are_any(
    tmp_path: Path, before: dict[str, int], now: dict[str, Any], far: list[tuple[str, str]]
) -> None:
    with new_laptop(tmp_path / "office.db") as laptop:
        office = Office(laptop)
        office.unit("u-1")
        office.says("u-1", "count", "c-1", "2026-01-05T02:00:00.000Z", counted_on="2026-01-05", **before)
        assert _far(laptop, "count", now) == far
        assert counted_hints(laptop, "count", "u-1", now | {"counted_on": today()}, "c-1") == [], "it is no other"


def test_a_survey_far_from_the_last_is_named(group: Replica) -> None:
    edits.create(group, "survey", "u-1", GOOD | {"held_on": day(-30)})
    assert _far(group, "survey", POOR) == [("96.7%", "40%")]


def test_a_poor_survey_asks_for_make_up_until_what_it_opened_was_verified(group: Replica, tmp_path: Path) -> None:
    survey = POOR | {"held_on": today(), "stage": "study"}
    _, (opened,) = raising.create(group, "survey", "u-1", survey)

    def asks(replica: Replica) -> list[bool]:
        (at,) = at_gate(replica, "", "study", lambda _: frozenset())
        (facts,) = unit_facts(replica, "", stage="study", today=today(), until=today(), units={"u-1"})
        return [asks_make_up(at, 60), asks_make_up(facts, 60)]

    assert asks(group) == [True, True]
    edits.step(group, opened.record, "reported", "已重新测评")
    assert asks(group) == [True, True]
    with new_laptop(tmp_path / "other.db", "p-2", "group", "d-2") as other:
        hand_over(group, other)
        edits.step(other, opened.record, "verified", "看过")
        assert asks(other) == [False, False]
        edits.step(other, opened.record, "returned", "又不行了")
        assert asks(other) == [True, True]
