"""Two acts that do not go together, each right alone: what they leave is the same on every laptop, and is said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from supervisor_tui.reports.figure_words import figures_of
from supervisor_tui.whose_turn import waiting
from sync.replica import Replica, query
from sync.replica.as_of.parents import circled, is_circled
from sync.replica.editing import edits
from sync.replica.queries.succession import sub_units
from sync.replica.queries.unit_faults import unit_faults
from sync.timeline.parents import tops, without_force
from tests.sync.laptops import give_unit, hand_over, new_laptop

UNITS = ("u-1", "u-2", "u-3")


def test_of_each_circle_the_edit_made_last_has_no_force() -> None:
    parents = {"a": "b", "b": "c", "c": "a", "d": "a", "e": "e", "f": "gone"}
    assert without_force(parents, {"a": 1, "b": 3, "c": 2, "e": 1}.__getitem__) == {"b", "e"}
    assert tops(parents, {"b", "e"}) == dict.fromkeys("abcd", "b") | {"e": "", "f": ""}


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two laptops of the office that hold the same units."""
    with (
        new_laptop(tmp_path / "one.db", "p-9", "office", "d-1") as one,
        new_laptop(tmp_path / "two.db", "p-8", "office", "d-2") as two,
    ):
        for unit in UNITS:
            give_unit(one, unit, f"单位 {unit}")
        hand_over(one, two)
        yield one, two


def told(office: Replica) -> list[tuple[str, str, int]]:
    return [(fault.unit, fault.code, fault.count) for fault in unit_faults(office)]


def test_two_units_put_below_each_other_leave_the_same_tree_on_every_laptop(
    offices: tuple[Replica, Replica], tmp_path: Path
) -> None:
    one, two = offices
    edits.correct(one, "u-1", {"parent": "u-2"}, "依文")
    edits.correct(two, "u-2", {"parent": "u-1"}, "依文")
    for number, (first, second) in enumerate(permutations(offices)):
        with new_laptop(tmp_path / f"{number}.db", "p-7", "office", "d-3") as third:
            hand_over(first, third)
            hand_over(second, third)
            assert told(third) == [("u-2", "parent_circle", 0)]
            assert (
                circled(third.connection) == {unit for unit in UNITS if is_circled(third.connection, unit)} == {"u-2"}
            )
            assert [row.unit for row in sub_units(third, "u-2", "2026-01-01")] == ["u-1"]
            assert sub_units(third, "u-1", "2026-01-01") == []
            tables = figures_of(third, query.campaign_named(third, ""), "2020-01-01", "2999-12-31").tables
            table = next(each for each in tables if each.name == "by_committee")
            assert [(line.name, line.figures[0].records) for line in table.lines] == [
                ("u-2", ("u-1", "u-2")),
                ("", ("u-3",)),
            ]
            edits.correct(third, "u-2", {"parent": None}, "理顺")
            assert told(third) == []


def test_a_unit_that_closed_while_a_follow_up_was_opened_elsewhere_waits_for_the_office(
    offices: tuple[Replica, Replica],
) -> None:
    one, two = offices
    edits.correct(one, "u-1", {"closed_on": "2026-01-02", "closed_why": "dissolved"}, "撤并")
    due = {"nature": "problem", "title": "补齐记录", "due_on": "2999-01-01", "status": "open"}
    edits.create(two, "follow_up", "u-1", due)
    hand_over(one, two)
    assert told(two) == [("u-1", "open_after_closing", 1)]
    assert [row.unit for row in waiting(two, "2026-01-03") if row.sort == "unit"] == ["u-1"]


def test_a_unit_withdrawn_while_something_was_recorded_elsewhere_waits_for_the_office(
    offices: tuple[Replica, Replica],
) -> None:
    one, two = offices
    edits.withdraw(one, "u-1", "重复")
    note = edits.create(two, "liaison_note", "u-1", {"noted_on": "2026-01-02", "mode": "visit", "content": "到点上"})
    hand_over(one, two)
    assert told(two) == [("u-1", "records_after_withdrawal", 1)]
    edits.withdraw(two, note.record, "写错单位")
    assert told(two) == []


def test_a_parent_that_another_office_withdrew_is_said(offices: tuple[Replica, Replica]) -> None:
    one, two = offices
    edits.withdraw(one, "u-1", "重复")
    edits.correct(two, "u-2", {"parent": "u-1"}, "依文")
    hand_over(one, two)
    assert told(two) == [("u-2", "no_parent", 0)]
    assert query.unit(two, "u-3") is not None


def test_a_group_is_told_nothing_that_only_the_office_can_put_right(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "group.db") as group:
        give_unit(group)
        edits.create(
            group,
            "follow_up",
            "u-1",
            {"nature": "problem", "title": "补齐记录", "due_on": "2999-01-01", "status": "open"},
        )
        with new_laptop(tmp_path / "office.db", "p-9", "office", "d-2") as office:
            give_unit(office)
            edits.correct(office, "u-1", {"closed_on": "2026-01-02", "closed_why": "dissolved"}, "撤并")
            hand_over(office, group)
        assert told(group) == [("u-1", "open_after_closing", 1)]
        assert [row.sort for row in waiting(group, "2026-01-03")] == ["mine"]  # her follow-up, nothing of the unit
