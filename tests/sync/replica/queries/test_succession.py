"""What became of a unit and what it came from, as of a day; and the units below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.replica import Replica
from sync.replica.queries.succession import Succession, once_called, sub_units, sub_units_then, succession
from sync.replica.queries.unit_cards import unit
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

AT = "2024-03-0{}T02:00:00.000Z"
Told = tuple[str, str, str, str, str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Office]:
    """u-1 closed into u-2 on the fifth of March and handed f-1 over; f-2 it had settled itself."""
    with new_laptop(tmp_path / "laptop.db") as replica:
        store = Office(replica)
        store.unit("u-1", name="甲")
        store.unit("u-2", name="乙", **{"predecessor": "u-1", "predecessor.u-1": "甲当时"})
        for name in ("f-1", "f-2"):
            store.item("u-1", name, AT.format(1), opened_on="2024-03-01")
        handed: dict[str, Any] = {"carried_from": "f-1", "opened_on": "2024-03-01", "on_": "2024-03-05"}
        store.item("u-2", "f-9", AT.format(5), title="接办", **handed)
        store.item("u-2", "f-8", AT.format(5), opened_on="2024-03-02")
        store.says("u-1", "follow_up", "f-1", AT.format(5), carried_to="f-9")
        closed = {"closed_on": "2024-03-05", "closed_why": "merged", "successor": "u-2", "successor.u-2": "乙当时"}
        store.says("u-1", "unit", "u-1", AT.format(5), **closed)
        yield store


def _of(laptop: Replica, name: str, day: str = "") -> Succession:
    card = unit(laptop, name, "2024-03-09", day=day)
    assert card is not None
    return succession(laptop, card, day)


def _carried(found: Succession) -> tuple[list[Told], list[Told]]:
    gave, got = (
        [(each.record, each.title, each.day, each.other, each.other_name) for each in part]
        for part in (found.gave, found.got)
    )
    return gave, got


def test_a_unit_that_closed_names_its_successor_and_what_it_handed_over(store: Office) -> None:
    found = _of(store.laptop, "u-1")
    assert (found.closed_on, found.closed_why) == ("2024-03-05", "merged")
    assert (found.successors, found.predecessors) == ([("u-2", "乙")], [])
    assert _carried(found) == ([("f-1", "f-1", "2024-03-01", "u-2", "乙")], [])


def test_a_successor_names_what_it_came_from_and_took_over(store: Office) -> None:
    found = _of(store.laptop, "u-2")
    assert (found.closed_on, found.closed_why, found.successors) == ("", "", [])
    assert found.predecessors == [("u-1", "甲")]
    assert _carried(found) == ([], [("f-9", "接办", "2024-03-01", "u-1", "甲")])


@pytest.mark.parametrize(("day", "came_from"), [("2024-03-04", []), ("2024-03-05", [("u-1", "甲")])])
def test_a_unit_comes_from_another_once_that_had_closed(
    store: Office, day: str, came_from: list[tuple[str, str]]
) -> None:
    assert _of(store.laptop, "u-2", day).predecessors == came_from


def test_of_a_unit_that_is_not_here_its_name_of_then_is_told(store: Office) -> None:
    store.unit("u-3", name="丙", **{"predecessor": "u-far", "predecessor.u-far": "远"})
    store.item("u-3", "f-7", AT.format(5), carried_from="f-far", on_="2024-03-05", opened_on="2024-03-01")
    for day in ("", "2024-03-01"):
        assert _of(store.laptop, "u-3", day).predecessors == [("u-far", "远")]
    assert _carried(_of(store.laptop, "u-3")) == ([], [("f-7", "f-7", "2024-03-01", "u-far", "远")])


def test_of_several_that_are_not_here_none_is_named_for_a_follow_up(store: Office) -> None:
    store.unit("u-3", name="丙", **{"predecessor": "u-a", "predecessor.u-b": "二"})
    store.item("u-3", "f-7", AT.format(5), carried_from="f-far", on_="2024-03-05", opened_on="2024-03-01")
    found = _of(store.laptop, "u-3")
    assert found.predecessors == [("u-a", "u-a"), ("u-b", "二")]
    assert _carried(found) == ([], [("f-7", "f-7", "2024-03-01", "", "")])


@pytest.mark.parametrize(("day", "records"), [("2024-03-04", []), ("2024-03-05", ["f-9"]), ("", ["f-9"])])
def test_what_was_taken_over_is_told_from_its_day_on(store: Office, day: str, records: list[str]) -> None:
    assert [each.record for each in _of(store.laptop, "u-2", day).got] == records


def test_a_unit_was_called_otherwise_before(store: Office) -> None:
    assert once_called(store.laptop, "u-2") == []
    store.says("u-2", "unit", "u-2", AT.format(6), name="乙新")
    store.says("u-1", "unit", "u-2", AT.format(6), name="别处")
    assert once_called(store.laptop, "u-2") == ["乙"]
    assert once_called(store.laptop, "u-none") == []


# --- below -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Office]:
    """t with b and a below it, c below a; e below f, which was put below e later; d closed."""
    with new_laptop(tmp_path / "laptop.db") as replica:
        store = Office(replica)
        for name, parent in (("t", ""), ("b", "t"), ("a", "t"), ("c", "a"), ("e", "f"), ("f", ""), ("d", "t")):
            store.unit(name, **({"parent": parent} if parent else {}))
        store.says("f", "unit", "f", AT.format(2), parent="e")
        store.says("d", "unit", "d", AT.format(3), closed_on="2024-03-03", closed_why="dissolved")
        store.item("c", "f-1", AT.format(1), due_on="2024-03-05")
        store.item("c", "f-2", AT.format(1), due_on="2024-03-06")
        store.item("c", "f-3", AT.format(1), due_on="2024-03-04")
        store.says("c", "follow_up", "f-3", AT.format(2), status="reported", progress="已补")
        yield store


@pytest.mark.parametrize(("today", "overdue"), [("2024-03-05", 0), ("2024-03-06", 1), ("2024-03-07", 2)])
def test_the_units_below_stand_each_after_the_one_above_it(tree: Office, today: str, overdue: int) -> None:
    found = [(each.unit, each.name, each.depth, each.open, each.overdue) for each in sub_units(tree.laptop, "t", today)]
    assert found == [("a", "a", 1, 0, 0), ("c", "c", 2, 3, overdue), ("b", "b", 1, 0, 0)]
    assert [each.unit for each in sub_units(tree.laptop, "a", today)] == ["c"]
    assert sub_units(tree.laptop, "c", today) == []


@pytest.mark.parametrize(("day", "overdue"), [("2024-03-05", 0), ("2024-03-06", 1), ("2024-03-07", 2)])
def test_the_units_below_at_the_end_of_a_day_are_those_of_then(tree: Office, day: str, overdue: int) -> None:
    found = [(each.unit, each.depth, each.open, each.overdue) for each in sub_units_then(tree.laptop, "t", day)]
    assert found == [("a", 1, 0, 0), ("c", 2, 3, overdue), ("b", 1, 0, 0)]
    assert [each.unit for each in sub_units_then(tree.laptop, "t", "2024-03-02")] == ["a", "c", "b", "d"]


def test_of_units_in_a_circle_the_parent_that_was_named_last_has_no_force(tree: Office) -> None:
    for name, below in (("e", []), ("f", ["e"])):
        assert [each.unit for each in sub_units(tree.laptop, name, "2024-03-05")] == below
        assert [each.unit for each in sub_units_then(tree.laptop, name, "2024-03-05")] == below
