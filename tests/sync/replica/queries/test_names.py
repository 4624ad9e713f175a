"""What a unit was called before finds it: in search, in the list, by a name that is typed."""

from __future__ import annotations

import pytest

from sync.replica import Replica, query
from sync.replica.queries.follow_ups import Wanted
from sync.replica.queries.search import find
from tests.sync.office import Office


@pytest.fixture(autouse=True)
def office(laptop: Replica) -> Office:
    """A unit that was renamed twice, the second time to put its name right."""
    office = Office(laptop)
    office.unit("u-1", name="瑶湖水产场党委", address="湖滨路")
    office.unit("u-2", name="昌东镇机关支部")
    office.says("u-1", "unit", "u-1", "2024-11-10T02:00:00.000Z", name="瑶湖渔业公思党委")
    office.says("u-1", "unit", "u-1", "2024-11-12T02:00:00.000Z", name="瑶湖渔业公司党委", correction=True)
    return office


@pytest.mark.parametrize("typed", ["水产", "瑶湖水产场党委", "渔业公司"])
def test_a_unit_is_found_by_its_present_and_its_former_name(laptop: Replica, typed: str) -> None:
    assert [(hit.record, hit.title) for hit in find(laptop, typed)] == [("u-1", "瑶湖渔业公司党委")]
    assert [row.name for row in query.units(laptop, typed).rows(0, 9)] == ["瑶湖渔业公司党委"]
    assert query.find_unit(laptop, typed) == "u-1"


def test_a_name_that_was_put_right_was_never_the_unit_s(laptop: Replica) -> None:
    assert find(laptop, "公思") == []


def test_a_hit_by_a_former_name_shows_it(laptop: Replica) -> None:
    (hit,) = find(laptop, "水产场")
    assert [hit.snippet[start:end] for start, end in hit.spans] == ["水产场"]


def test_a_former_name_is_found_after_later_changes(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-11-20T02:00:00.000Z", address="滨江路")
    assert [hit.record for hit in find(laptop, "水产")] == ["u-1"]


def test_a_closed_unit_is_found_and_listed_only_when_asked_for(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-11-20T02:00:00.000Z", closed_on="2024-11-20", closed_why="moved")
    assert [row.id for row in query.units(laptop).rows(0, 9)] == ["u-2"]
    assert [row.id for row in query.units(laptop, closed=True).rows(0, 9)] == ["u-1"]
    for typed in ("瑶湖", "yaohuyuye", "水产"):
        assert [hit.record for hit in find(laptop, typed)] == ["u-1"]
        assert query.find_unit(laptop, typed) == "u-1"


@pytest.mark.parametrize("typed", ["yaohushuichan", "shuichanchang", "yhsccdw", "SCC"])
def test_a_former_name_is_found_by_its_sound(office: Office, laptop: Replica, typed: str) -> None:
    assert [hit.record for hit in find(laptop, typed)] == ["u-1"]
    assert [row.id for row in query.units(laptop, typed).rows(0, 9)] == ["u-1"]
    assert query.find_unit(laptop, typed) == "u-1"
    office.item("u-1", "f-1", "2024-11-20T02:00:00.000Z")
    rows = query.follow_ups(laptop, Wanted(text=typed), today="2024-11-21").rows(0, 9)
    assert [row.record for row in rows] == ["f-1"]


def test_a_hit_by_the_sound_of_a_former_name_shows_it(laptop: Replica) -> None:
    (hit,) = find(laptop, "shuichanchang")
    assert hit.snippet == "瑶湖渔业公司党委 瑶湖水产场党委"
    assert [hit.snippet[start:end] for start, end in hit.spans] == ["水产场"]
