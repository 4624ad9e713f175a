"""A merger and a split over a real store, across a month's end: the past stays, and every laptop says the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.as_of.report_period import PeriodFollowUp, period
from sync.replica.editing import edits
from sync.replica.editing.closing import Closing, Outcome, close, open_follow_ups, take_back
from sync.replica.queries.succession import succession
from tests.days import day, today
from tests.store import District


def before_it() -> tuple[str, str]:
    return day(-60), day(-11)


def after_it() -> tuple[str, str]:
    return day(-9), today()


@pytest.fixture
def laptops(live: District, tmp_path: Path) -> Iterator[dict[str, Replica]]:
    """The office's laptop and one of each group; u-2, of the first group, has three follow-ups from long ago."""
    found = {who: live.laptop(tmp_path / f"{who}.db", who) for who in ("director", "wang", "zhao")}
    _sync(found)
    opened = day(-40)
    for number in range(3):
        fields = {"nature": "problem", "title": f"f-{number}", "due_on": day(-20), "status": "open"}
        edits.create(found["wang"], "follow_up", "u-2", {**fields, "opened_on": opened})
    _sync(found)
    yield found
    for replica in found.values():
        replica.close()


def _sync(laptops: dict[str, Replica]) -> None:
    for _ in range(2):
        for replica in laptops.values():
            assert exchange(replica).quarantined == []


def _told(replica: Replica, days: tuple[str, str], units: tuple[str, ...]) -> list[PeriodFollowUp]:
    return [row for row in period(replica, "", *days).follow_ups if row.unit in units]


def _units(replica: Replica, days: tuple[str, str]) -> list[str]:
    return sorted(unit.unit for unit in period(replica, "", *days).units)


def _open(replica: Replica, unit: str) -> list[str]:
    return sorted(row.title for row in open_follow_ups(replica, unit))


def test_a_merger_leaves_the_months_before_and_counts_with_the_successor_after_it(laptops: dict[str, Replica]) -> None:
    office, wang = laptops["director"], laptops["wang"]
    both = ("u-1", "u-2")
    before = _told(office, before_it(), both)
    units_before = _units(office, before_it())
    assert [row.title for row in before] == ["f-0", "f-1", "f-2"]
    merger = Closing(unit="u-2", on=day(-10), closed_why="merged", reason="合并", successors=("u-1",))
    close(office, merger, [Outcome(row.record, "u-1") for row in open_follow_ups(office, "u-2")])
    _sync(laptops)

    for laptop in (office, wang):
        assert _told(laptop, before_it(), both) == before
        assert _told(laptop, after_it(), both) == _told(office, after_it(), both)
        assert _open(laptop, "u-1") == ["f-0", "f-1", "f-2"]
        assert _open(laptop, "u-2") == []
        closed, successor = (query.unit(laptop, unit) for unit in ("u-2", "u-1"))
        assert closed is not None
        assert successor is not None
        assert succession(laptop, closed).successors == [("u-1", "瑶湖水产场党委")]
        assert [row.other_name for row in succession(laptop, successor).got] == ["非公企业联合支部"] * 3
    assert {row.unit for row in _told(office, after_it(), both)} == {"u-1"}
    assert _units(office, before_it()) == units_before
    assert _units(office, after_it()) == [unit for unit in units_before if unit != "u-2"]
    assert _units(wang, after_it()) == ["u-1"]


def test_a_split_gives_each_group_its_part_and_says_where_it_came_from(laptops: dict[str, Replica]) -> None:
    office, zhao = laptops["director"], laptops["zhao"]
    before = _told(office, before_it(), ("u-1", "u-2", "u-3"))
    first, second, third = open_follow_ups(office, "u-2")
    split = Closing(unit="u-2", on=day(-10), closed_why="dissolved", reason="分设", successors=("u-1", "u-3"))
    close(
        office, split, [Outcome(first.record, "u-1"), Outcome(second.record, "u-3"), Outcome(third.record, why="已无")]
    )
    _sync(laptops)

    assert _told(office, before_it(), ("u-1", "u-2", "u-3")) == before
    assert _told(laptops["wang"], after_it(), ("u-1", "u-2")) == _told(office, after_it(), ("u-1", "u-2"))
    assert _told(zhao, after_it(), ("u-3",)) == _told(office, after_it(), ("u-3",))
    assert _open(zhao, "u-3") == [second.title]
    assert _open(office, "u-1") == [first.title]
    successor = query.unit(zhao, "u-3")  # whose group never had the unit that closed
    assert successor is not None
    assert succession(zhao, successor).predecessors == [("u-2", "非公企业联合支部")]
    assert [(row.title, row.other_name) for row in succession(zhao, successor).got] == [
        (second.title, "非公企业联合支部")
    ]


def test_a_closing_taken_back_is_taken_back_on_every_laptop(laptops: dict[str, Replica]) -> None:
    office = laptops["director"]
    units = ("u-1", "u-2", "u-3")
    told = {days: _told(office, days, units) for days in (before_it(), after_it())}
    merger = Closing(unit="u-2", on=day(-10), closed_why="merged", reason="合并", successors=("u-3",))
    close(office, merger, [Outcome(row.record, "u-3") for row in open_follow_ups(office, "u-2")])
    _sync(laptops)
    assert _open(laptops["zhao"], "u-3") == ["f-0", "f-1", "f-2"]
    take_back(office, "u-2", "录错")
    _sync(laptops)
    assert _open(laptops["zhao"], "u-3") == []
    assert _open(laptops["wang"], "u-2") == ["f-0", "f-1", "f-2"]
    for days, before in told.items():
        assert _told(office, days, units) == before
        assert _told(laptops["wang"], days, ("u-1", "u-2")) == [row for row in before if row.unit != "u-3"]
