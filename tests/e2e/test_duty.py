"""Who answers for which unit, over a real store: the office assigns on its screen, the laptops follow at their sync."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language, t
from sync.client.session import exchange
from sync.model.days import DEFAULT
from sync.replica import Replica, query
from sync.replica.as_of.assignments import assign, responsibilities
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused
from tests.store import District, office
from tests.supervisor_tui.workbench import assert_aligned, press, shown, until, write


@pytest.fixture
def laptops(live: District, tmp_path: Path) -> Iterator[dict[str, Replica]]:
    """The office's laptop, one of each group and the liaison officer's, in step with the store."""
    found = {who: live.laptop(tmp_path / f"{who}.db", who) for who in ("director", "wang", "zhao", "chen")}
    for replica in found.values():
        exchange(replica)
    yield found
    for replica in found.values():
        replica.close()


def _units(replica: Replica) -> list[str]:
    return sorted(row.id for row in query.units(replica).rows(0, 99))


async def test_the_office_assigns_a_whole_selection_and_every_laptop_follows(
    live: District, laptops: dict[str, Replica]
) -> None:
    set_language("zh")
    assert _units(laptops["zhao"]) == ["u-3", "u-4"]
    app = WorkbenchApp(laptops["director"].path, Replica.open(laptops["director"].path))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: t("duty.title") in shown(app))
        await press(pilot, "space", "space")  # by pinyin: 昌东镇机关支部 u-3, 非公企业联合支部 u-2
        assert t("duty.marked", count=2) in shown(app)
        assert_aligned(app)
        await press(pilot, "f2")
        await until(pilot, lambda: t("duty.ask_group", count=2) in shown(app))
        place = 1 + sorted(live.groups.values()).index(live.groups["second"])
        await press(pilot, str(place), "enter")  # from today on
        await write(pilot, "分工调整")
        await press(pilot, "enter")
        await until(
            pilot,
            lambda: (
                len(
                    {
                        row.group
                        for row in responsibilities(app.replica, day=DEFAULT.today())
                        if row.unit in ("u-2", "u-3")
                    }
                )
                == 1
            ),
        )
        await press(pilot, "escape", "end", "f3", "1", "enter")
        await write(pilot, "新增联络")
        await press(pilot, "enter")
        await until(
            pilot, lambda: responsibilities(app.replica, "u-1", day=DEFAULT.today())[0].liaison == live.people["chen"]
        )
    by_unit = {row.unit: (row.group, row.liaison) for row in responsibilities(laptops["director"], day=DEFAULT.today())}
    assert by_unit["u-2"][0] == by_unit["u-3"][0] == live.groups["second"]
    assert by_unit["u-1"] == (live.groups["first"], live.people["chen"])

    assert exchange(laptops["director"]).quarantined == []
    for who in ("wang", "zhao", "chen"):
        exchange(laptops[who])
    assert _units(laptops["wang"]) == ["u-1"]
    assert _units(laptops["zhao"]) == ["u-2", "u-3", "u-4"]
    assert _units(laptops["chen"]) == ["u-1", "u-4"]
    card = query.unit(laptops["wang"], "u-1")
    assert card is not None
    assert card.liaison_name == "chen"


async def test_units_are_not_assigned_over_what_another_window_did_since_they_were_shown(
    live: District, laptops: dict[str, Replica]
) -> None:
    set_language("zh")
    app = WorkbenchApp(laptops["director"].path, Replica.open(laptops["director"].path))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: t("duty.title") in shown(app))
        await press(pilot, "space")  # 昌东镇机关支部 u-3
        assign(laptops["director"], ["u-3"], liaison=live.people["chen"], why="另一个窗口")
        await press(pilot, "f3")
        await until(pilot, lambda: t("duty.changed")[:10] in shown(app))
        assert t("duty.ask_liaison", count=1) not in shown(app)


async def test_one_of_many_groups_is_found_by_its_name(live: District, laptops: dict[str, Replica]) -> None:
    for number in range(8):
        office(live.database, "group", "add", f"第{number}督导组")
    exchange(laptops["director"])
    set_language("zh")
    app = WorkbenchApp(laptops["director"].path, Replica.open(laptops["director"].path))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+d")
        await until(pilot, lambda: t("duty.title") in shown(app))
        await press(pilot, "space", "f2")
        await until(pilot, lambda: t("find.keys") in shown(app))
        await write(pilot, "第7督")
        await press(pilot, "enter")
        await until(pilot, lambda: t("duty.ask_term", count=1)[:8] in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: t("duty.ask_why", count=1) in shown(app))
        await write(pilot, "分工调整")
        await press(pilot, "enter")
        await until(
            pilot,
            lambda: (
                "第7督导组"
                in [
                    query.group_name(app.replica, row.group)
                    for row in responsibilities(app.replica, day=DEFAULT.today())
                ]
            ),
        )
        assert t("duty.marked", count=1) in shown(app)  # and what stands in the list is as it was assigned
        assert "第7督" in shown(app)


def test_a_selection_is_assigned_as_a_whole_or_not_at_all(laptops: dict[str, Replica]) -> None:
    office = laptops["director"]
    before = responsibilities(office, day=DEFAULT.today())
    with pytest.raises(Refused) as refused:  # u-9 is new, u-1 has a group already and the change says no reason
        assign(office, ["u-9", "u-1"], group="g-none")
    assert refused.value.code == "why_needed"
    assert responsibilities(office, day=DEFAULT.today()) == before
    assert query.status(office).pending == 0


def test_nobody_but_the_office_assigns(laptops: dict[str, Replica]) -> None:
    with pytest.raises(Exception, match="not_yours"):
        assign(laptops["wang"], ["u-1"], liaison="p", why="自己来")
    assert query.status(laptops["wang"]).pending == 0


def test_a_flag_of_weakness_is_taken_off_when_somebody_else_has_verified_its_repair(
    laptops: dict[str, Replica],
) -> None:
    from supervisor_tui.forms.repairs import open_repairs

    mine, office = laptops["wang"], laptops["director"]
    edits.correct(mine, "u-1", {"weak.head": True}, "负责人半年没开会")
    (repair,) = open_repairs(mine, "u-1", DEFAULT.today())
    assert open_repairs(mine, "u-1", DEFAULT.today()) == []
    with pytest.raises(Refused) as refused:
        edits.correct(mine, "u-1", {"weak.head": None}, "已好转")
    assert refused.value.code == "not_mended"
    edits.step(mine, repair.record, "reported", "已换人")
    with pytest.raises(Refused):
        edits.correct(mine, "u-1", {"weak.head": False}, "已好转")
    exchange(mine)
    exchange(office)
    edits.step(office, repair.record, "verified", "到会看过")
    exchange(office)
    exchange(mine)
    edits.correct(mine, "u-1", {"weak.head": None}, "整顿已核实")
    (unit,) = responsibilities(mine, "u-1", day=DEFAULT.today())
    assert unit.weak == {}
