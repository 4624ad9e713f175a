"""A command of the store that is given a unit means it by a former name as well, where nothing is called that now."""

from __future__ import annotations

import pytest

from sync.central.admin import participants, staff
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.ledger.ids import assignment_record


@pytest.fixture(autouse=True)
def _renamed(store: Store) -> None:
    for name in ("瑶湖渔业公司", "瑶湖渔业集团"):
        staff.put(store, [Edit(ledger="u-3", kind="unit", record="u-3", fields={"name": name}, why="更名")])


@pytest.mark.parametrize("name", ["u-3", "单位 u-3", "瑶湖渔业公司", "瑶湖渔业集团"])
def test_a_unit_is_meant_by_every_name_it_had(store: Store, name: str) -> None:
    assert staff.unit_named(store, name) == "u-3"
    assert participants.units_wanted(store, participants.Wanted(units=(name,))) == ["u-3"]


def test_a_present_name_comes_before_a_former_one(store: Store) -> None:
    staff.put(store, [Edit(ledger="u-1", kind="unit", record="u-1", fields={"name": "瑶湖渔业公司"}, why="更名")])
    assert staff.unit_named(store, "瑶湖渔业公司") == "u-1"


def test_a_former_name_of_two_units_means_neither(store: Store) -> None:
    for name in ("瑶湖渔业公司", "单位 u-1"):
        staff.put(store, [Edit(ledger="u-1", kind="unit", record="u-1", fields={"name": name}, why="更名")])
    with pytest.raises(Refusal):
        staff.unit_named(store, "瑶湖渔业公司")


def test_a_unit_is_assigned_by_a_former_name(store: Store) -> None:
    staff.assign(store, [staff.unit_named(store, "瑶湖渔业公司")], "g-1", None)
    assert store.access().assignments[assignment_record("u-3")].group == "g-1"
