"""From which day to which a value holds: one example a rule, of one edit and of several."""

from __future__ import annotations

from typing import Any

import pytest

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Fold
from sync.model.days import DEFAULT, Zones
from sync.timeline.course import Course, courses, courses_in, first_days, last_day, on_day

MADE = "2026-09-18"
_TWICE = pytest.mark.parametrize("alone", [True, False], ids=["quicker", "weighed"])


def _edit(hash_: str, kind: str = "assignment", day: str = MADE, **fields: Any) -> Edit:
    over = fields.pop("over", {})
    return Edit(
        ledger="u-1",
        device="d-1",
        seq=1,
        hash=hash_,
        kind=kind,
        record="r",
        at=f"{day}T02:00:00.000Z",
        by="p-1",
        over=over,
        set={name.rstrip("_"): value for name, value in fields.items()},
    )


def _of(edits: list[Edit], name: str = "group", *, alone: bool = False, begun: bool = False) -> Course | None:
    """The course of a field, by the quicker way for one edit alone or by weighing all of them."""
    found = (
        courses(edits, [name], DEFAULT, begun=begun) if alone else courses_in(Fold(edits), [name], DEFAULT, begun=begun)
    )
    return found.get(name)


_OCTOBER = {"group": "g", "from_": "2026-10-01"}


# --- one edit ---------------------------------------------------------------------------------------------------------


@_TWICE
@pytest.mark.parametrize(
    ("fields", "course"),
    [
        ({"group": "g"}, [("", None), (MADE, "g")]),
        ({"group": "g", "from_": "2026-10-01"}, [("", None), ("2026-10-01", "g")]),
        ({"group": "g", "from_": 7}, [("", None), (MADE, "g")]),
        (_OCTOBER | {"until": "2026-10-31"}, [("", None), ("2026-10-01", "g"), ("2026-11-01", None)]),
        (_OCTOBER | {"until": "2026-10-01"}, [("", None), ("2026-10-01", "g"), ("2026-10-02", None)]),
        (_OCTOBER | {"until": "2026-09-30"}, [("", None)]),
        ({"group": "g", "from_": "2026-10-01", "until": "soon"}, [("", None), ("2026-10-01", "g")]),
        ({"group": None, "from_": "2026-10-01"}, [("", None)]),
        ({"liaison": "p"}, None),
    ],
    ids=str,
)
def test_a_duty_that_begins_holds_from_its_day_to_its_last(fields: dict[str, Any], course: Course, alone: bool) -> None:
    assert _of([_edit("h-1", **fields)], alone=alone, begun=True) == course


@_TWICE
def test_what_opened_a_record_holds_from_the_beginning_whatever_day_it_states(alone: bool) -> None:
    assert _of([_edit("h-1", group="g", from_="2026-10-01")], alone=alone) == [("", "g")]
    assert _of([_edit("h-1", group="g", until="2026-10-31")], alone=alone) == [("", "g"), ("2026-11-01", None)]


@_TWICE
@pytest.mark.parametrize("change", [{"set": None}, {"counts": False}])
def test_an_edit_without_effect_or_content_holds_nothing(change: dict[str, Any], alone: bool) -> None:
    fields = {name: getattr(_edit("h-1", group="g"), name) for name in Edit.__struct_fields__}
    assert _of([Edit(**fields | change)], alone=alone) is None


def test_one_edit_that_replaced_others_which_are_not_here_holds_from_its_day() -> None:
    edit = _edit("h-2", group="g", over={"group": ["h-1"]})
    assert courses([edit], ["group"], DEFAULT)["group"] == [("", None), (MADE, "g")]


def test_a_unit_states_its_day_in_another_field_than_a_duty() -> None:
    assert _of([_edit("h", "unit", category="x", on="2026-10-01")], "category", alone=True, begun=True) == [
        ("", None),
        ("2026-10-01", "x"),
    ]
    assert _of([_edit("h", "unit", category="x", from_="2026-10-01")], "category", alone=True, begun=True) == [
        ("", None),
        (MADE, "x"),
    ]


@pytest.mark.parametrize(
    ("kind", "until", "last"),
    [
        ("assignment", "2026-10-31", "2026-10-31"),
        ("assignment", "2026-02-30", ""),
        ("assignment", 7, ""),
        ("assignment", None, ""),
        ("unit", "2026-10-31", ""),
        ("unknown", "2026-10-31", ""),
    ],
)
def test_the_last_day_is_one_that_a_duty_states(kind: str, until: Any, last: str) -> None:
    assert last_day(_edit("h", kind, until=until)) == last


# --- several edits ----------------------------------------------------------------------------------------------------


def _then(hash_: str, seen: str, day: str, **fields: Any) -> Edit:
    """An edit of the group that saw another one."""
    return _edit(hash_, day=day, over={"group": [seen]}, **fields)


def test_each_value_holds_until_the_day_of_the_next() -> None:
    edits = [
        _edit("h-1", group="a"),
        _then("h-2", "h-1", "2026-10-01", group="b"),
        _then("h-3", "h-2", "2026-11-01", group=None),
    ]
    course: Course = [("", "a"), ("2026-10-01", "b"), ("2026-11-01", None)]
    assert _of(edits) == course
    days = ("", MADE, "2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01", "9999-12-31")
    assert [on_day(course, day) for day in days] == ["a", "a", "a", "b", "b", None, None]
    assert on_day([], MADE) is None


def test_of_two_edits_on_one_day_the_later_holds_and_the_same_value_again_is_no_change() -> None:
    first = _edit("h-1", group="a")
    assert _of([first, _then("h-2", "h-1", "2026-10-01", group="b"), _then("h-3", "h-2", "2026-10-01", group="c")]) == [
        ("", "a"),
        ("2026-10-01", "c"),
    ]
    assert _of([first, _then("h-2", "h-1", "2026-10-01", group="b"), _then("h-3", "h-2", "2026-10-01", group="a")]) == [
        ("", "a")
    ]
    assert _of([first, _then("h-2", "h-1", "2026-10-01", group="a")]) == [("", "a")]


def test_an_edit_that_states_an_earlier_day_replaces_what_stood_there() -> None:
    edits = [
        _edit("h-1", group="a"),
        _then("h-2", "h-1", "2026-10-05", group="b"),
        _then("h-3", "h-2", "2026-10-06", group="c", from_="2026-10-01"),
    ]
    assert _of(edits) == [("", "a"), ("2026-10-01", "c")]


def test_after_the_last_day_of_a_later_duty_nobody_has_it() -> None:
    edits = [_edit("h-1", group="a"), _then("h-2", "h-1", "2026-10-01", group="b", until="2026-10-31")]
    course = _of(edits)
    assert course == [("", "a"), ("2026-10-01", "b"), ("2026-11-01", None)]


def test_a_correction_holds_from_the_earliest_day_of_what_it_replaces() -> None:
    edits = [
        _edit("h-1", group="a"),
        _then("h-2", "h-1", "2026-10-01", group="b"),
        _then("h-3", "h-2", "2026-12-01", group="c", correction=True, from_="2026-12-05"),
        _then("h-4", "h-3", "2026-12-09", group="d", correction=True),
    ]
    assert _of(edits) == [("", "a"), ("2026-10-01", "d")]
    assert first_days(Fold(edits), "group", DEFAULT) == {
        "h-1": "",
        "h-2": "2026-10-01",
        "h-3": "2026-10-01",
        "h-4": "2026-10-01",
    }
    assert first_days(Fold(edits), "group", DEFAULT, begun=True)["h-1"] == MADE
    assert first_days(Fold(edits), "liaison", DEFAULT) == {}


@pytest.mark.parametrize("correction", [False, "yes", None])
def test_an_edit_that_is_no_correction_holds_from_its_own_day(correction: Any) -> None:
    edits = [_edit("h-1", group="a"), _then("h-2", "h-1", "2026-10-01", group="b", correction=correction)]
    assert _of(edits) == [("", "a"), ("2026-10-01", "b")]


def test_of_two_edits_that_did_not_see_each_other_the_first_holds_until_both_are_replaced() -> None:
    edits = [
        _edit("h-1", group="a"),
        _then("h-2", "h-1", "2026-10-01", group="b"),
        _then("h-3", "h-1", "2026-10-02", group="c"),
        _edit("h-4", day="2026-10-09", group="d", over={"group": ["h-2", "h-3"]}),
    ]
    assert _of(edits) == [("", "a"), ("2026-10-01", "b"), ("2026-10-09", "d")]


def test_a_correction_of_two_values_holds_from_the_earlier_one() -> None:
    edits = [
        _edit("h-1", group="a"),
        _then("h-2", "h-1", "2026-10-01", group="b"),
        _then("h-3", "h-1", "2026-10-02", group="c"),
        _edit("h-4", day="2026-10-09", group="d", correction=True, over={"group": ["h-2", "h-3"]}),
    ]
    assert _of(edits) == [("", "a"), ("2026-10-01", "d")]


def test_a_record_that_began_on_a_day_held_nothing_before_it() -> None:
    edits = [_edit("h-1", group="a"), _then("h-2", "h-1", "2026-10-01", group="b")]
    assert _of(edits, begun=True) == [("", None), (MADE, "a"), ("2026-10-01", "b")]
    same_day = [_edit("h-1", group="a"), _then("h-2", "h-1", MADE, group="b")]
    assert _of(same_day, begun=True) == [("", None), (MADE, "b")]


def test_an_edit_holds_from_its_day_in_the_zone_of_the_district() -> None:
    edits = [_edit("h-1", group="a"), _then("h-2", "h-1", "2026-10-01", group="b")]
    there = courses(edits, ["group"], Zones((("", "America/Los_Angeles"),)))["group"]
    assert there == [("", "a"), ("2026-09-30", "b")]
