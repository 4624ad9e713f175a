"""Rows read into edits before anything is kept: counts, groups, units, past inspections; each rule by one small table.

The store is read only, so that one serves all tests of this file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.imports.counts import imported_record, read_counts
from sync.central.imports.days import doubt_days
from sync.central.imports.files.read import Table
from sync.central.imports.groups import read_groups
from sync.central.imports.headings import Column, Headings
from sync.central.imports.inspections import read_inspections
from sync.central.imports.lookup import Known
from sync.central.imports.repairs import FLAGS
from sync.central.imports.rows import Answers, Row
from sync.central.imports.units import read_units
from sync.central.locale import set_language, t
from sync.central.service.store import Edit, Store, init_store
from sync.model.days import OLD_DAYS, plus
from sync.model.workflow import MOST_WATCHED

TODAY = "2026-09-18"
BEGAN = "2026-01-01"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Units with a parent, a former name, names that differ by blanks; a campaign with two stages; groups, people."""
    opened = init_store(tmp_path_factory.mktemp("reading") / "central.db", "demo", "示例区")
    names = {"u-1": "甲支部", "u-2": "乙 支部", "u-3": "乙支部", "u-4": "丙支部", "u-5": "丁支部", "u-6": "戊 支部"}
    more: dict[str, dict[str, Any]] = {
        "u-1": {"batch": "第一批", "weak.head": True},
        "u-4": {"parent": "u-1"},
        "u-5": {"parent": "u-4"},
    }
    staff.put(
        opened, [_unit(unit, {"name": name, "category": "farm"} | more.get(unit, {})) for unit, name in names.items()]
    )
    staff.put(opened, [_unit("u-5", {"name": "己支部"})])
    campaign = {"title": {"zh": "教育活动", "en": "c"}, "starts_on": BEGAN, "ends_on": "2026-12-31", "batch": "第一批"}
    settings = {
        "setting.weak_repair_days": 30,
        "setting.weak_watch_days": 7,
        "category.island": {"zh": "海岛", "en": "x"},
    }
    edits = [_district("campaign", "c-1", campaign | settings)]
    for stage, since, until in (("study", BEGAN, "2026-06-30"), ("review", "2026-07-01", "2026-12-31")):
        plan = {
            "campaign": "c-1",
            "stage": stage,
            "starts_on": since,
            "ends_on": until,
            "title": {"zh": f"甲{stage}", "en": stage},
        }
        edits.append(_district("stage_plan", f"c-1-{stage}", plan))
    staff.put(opened, edits)
    for group, called in (("g-1", "第一督导组"), ("g-2", "第二督导组")):
        staff.add_group(opened, called, group)
    for person, called, role, group in (
        ("wang", "王甲", "group", "g-1"),
        ("zhao", "赵丙", "group", "g-2"),
        ("chen", "陈乙", "liaison", ""),
        ("li-1", "李同", "office", ""),
        ("li-2", "李同", "office", ""),
    ):
        staff.add_person(opened, called, role, group, person)
    yield opened
    opened.close()


def _unit(unit: str, fields: dict[str, Any]) -> Edit:
    return Edit(ledger=unit, kind="unit", record=unit, fields=fields)


def _district(kind: str, record: str, fields: dict[str, Any]) -> Edit:
    return Edit(ledger="district", kind=kind, record=record, fields=fields)


@pytest.fixture
def known(store: Store) -> Known:
    """What the store knows, on a day in its campaign."""
    set_language("en")
    return Known(store, "table.xlsx", today=date.fromisoformat(TODAY))


Reader = Callable[[list[Row], Known, str], None]


def rows(fields: Sequence[str], *cells: Sequence[Any], given: Mapping[str, str] | None = None) -> list[Row]:
    """The rows of a table whose headings are the fields' own names."""
    columns = [Column(index, field, field) for index, field in enumerate(fields)]
    headings = Headings(rows=1, row=1, columns=columns)
    table = Table(name="", rows=[(number, list(each)) for number, each in enumerate(cells, 2)], word="row")
    return [Row(table, number, each, headings, Answers(given=given or {})) for number, each in table.rows]


def read(reader: Reader, known: Known, fields: str, *cells: Sequence[Any], on: str = "", **given: str) -> list[Row]:
    """The same rows read."""
    made = rows(fields.split(), *cells, given=given)
    reader(made, known, on)
    return made


def said(row: Row) -> str:
    """Everything that is said of a row, a line for each doubt or refusal."""
    return "\n".join(f"{each.weight} {each.heading}: {each.read}" for each in row.doubts)


def written(row: Row) -> list[tuple[str, str, dict[str, Any]]]:
    """What would be kept of a row."""
    return [(edit.ledger, edit.kind, dict(edit.fields)) for edit in row.edits]


# --- counts ----------------------------------------------------------------------------------------------------------


def test_a_count_is_of_a_unit_on_a_day_and_says_where_it_stood(known: Known) -> None:
    (row,) = read(read_counts, known, "unit counted_on members retired", ["甲支部", "9月1日", "１2", 3])
    fields = {"counted_on": "2026-09-01", "members": 12, "retired": 3, "source": "table.xlsx, row 2"}
    ((ledger, kind, kept),) = written(row)
    assert (ledger, kind) == ("u-1", "count")
    assert {name: value for name, value in kept.items() if value is not None} == fields
    assert row.edits[0].record == imported_record("count", "u-1", "2026-09-01")
    assert row.edits[0].why == "imported from table.xlsx, row 2"
    assert row.faults == []


def test_a_row_again_is_the_same_record_and_another_day_another() -> None:
    assert imported_record("count", "u-1", "d") == imported_record("count", "u-1", "d")
    assert imported_record("count", "u-1", "d") != imported_record("count", "u-1", "e")
    assert imported_record("a", "b") != imported_record("ab")
    assert len(imported_record("a")) == len("import-") + 40


@pytest.mark.parametrize(
    ("cells", "on", "wanted"),
    [
        (["甲支部", "2026-09-01", 5], "2026-09-02", ""),
        (["甲支部", None, 5], "2026-09-02", ""),
        (["甲支部", None, 5], "", "refused counted_on: is missing; give the day"),
        ([None, "2026-09-01", 5], "", "refused unit: is missing"),
        (["无名支部", "2026-09-01", 5], "", "refused unit: is no unit known here"),
        (["甲支部", "2026-09-01", None], "", "refused members: "),
        (["甲支部", "2026-09-01", 0], "", ""),
        (["甲支部", "2026-09-01", "无"], "", "doubt members: "),
    ],
)
def test_a_count_is_refused_or_doubted_for_one_reason(known: Known, cells: list[Any], on: str, wanted: str) -> None:
    (row,) = read(read_counts, known, "unit counted_on members", cells, on=on)
    assert said(row).startswith(wanted)
    assert bool(said(row)) is bool(wanted)
    assert bool(row.faults) is ("refused" in said(row))


def test_a_count_on_the_day_said_for_all_has_that_day(known: Known) -> None:
    (row,) = read(read_counts, known, "unit members", ["甲支部", 5], on="2026-09-02")
    assert written(row)[0][2]["counted_on"] == "2026-09-02"


def test_a_second_count_of_a_unit_on_a_day_is_refused_and_one_on_another_day_is_not(known: Known) -> None:
    cells = (
        ["甲支部", "2026-09-01", 5],
        ["甲支部", "2026-09-02", 5],
        ["甲支部", "2026-09-01", 6],
        ["u-4", "2026-09-01", 6],
    )
    first, other_day, again, other = read(read_counts, known, "unit counted_on members", *cells)
    assert [bool(row.faults) for row in (first, other_day, again, other)] == [False, False, True, False]
    assert "row 2" in said(again)


def test_parts_of_a_count_that_are_more_than_the_whole_are_refused(known: Known) -> None:
    (row,) = read(read_counts, known, "unit counted_on members retired", ["甲支部", "2026-09-01", 5, 6])
    assert "refused" in said(row)


# --- groups ----------------------------------------------------------------------------------------------------------


def test_a_new_group_and_person_have_the_same_ids_at_every_reading(known: Known, store: Store) -> None:
    heads = "group leader member unit"
    cells = ["第三督导组", "组长：孙丁", "王甲、钱戊", "甲支部、丙支部"]
    (row,) = read(read_groups, known, heads, cells)
    kinds = [kind for _, kind, _ in written(row)]
    assert kinds == ["group", "person", "person", "person", "assignment", "assignment"]
    group, leader, moved, new, first, second = row.edits
    assert group.fields == {"name": "第三督导组"}
    assert leader.fields == {"name": "孙丁", "role": "group", "group": group.record}
    assert (moved.record, moved.fields) == ("wang", {"group": group.record})
    assert (first.fields["unit"], second.fields["unit"]) == ("u-1", "u-4")
    assert first.fields["group"] == second.fields["group"] == group.record
    assert said(row) == "doubt member: 王甲 belongs to 第一督导组 so far; read as changing group"
    again = Known(store, "other.xlsx", today=date.fromisoformat(TODAY))
    (other,) = read(read_groups, again, heads, cells)
    assert [edit.record for edit in other.edits] == [edit.record for edit in row.edits]
    assert new.record.startswith("p-")
    assert len(new.record) == len("p-") + 20


def test_a_group_is_known_by_its_name_or_id_and_a_plain_id_is_the_new_group_s(known: Known) -> None:
    for called in ("第一督导组", "g-1", "第 一 督导组"):
        (row,) = read(read_groups, known, "group unit", [called, "u-1"])
        assert [(edit.kind, edit.fields["group"]) for edit in row.edits] == [("assignment", "g-1")]
    (row,) = read(read_groups, known, "group unit", ["g-9", "u-1"])
    assert [(edit.kind, edit.record) for edit in row.edits] == [("group", "g-9"), ("assignment", "a.u-1")]


def test_a_group_s_cell_left_empty_is_the_group_above(known: Known) -> None:
    first, second, third = read(
        read_groups, known, "group unit", ["第一督导组", "u-1"], [None, "u-4"], ["第二督导组", "u-5"]
    )
    assert [row.edits[0].fields["group"] for row in (first, second, third)] == ["g-1", "g-1", "g-2"]
    assert said(second) == "doubt group: empty; read as 第一督导组, the group above"
    assert said(first) == said(third) == ""
    (row,) = read(read_groups, known, "group unit", [None, "u-1"])
    assert said(row).startswith("refused group: is missing")
    assert row.edits == []


def test_a_group_s_cell_that_may_not_be_read_leaves_the_rows_below_it_without_one(known: Known) -> None:
    rows = read(read_groups, known, "group unit", ["第一督导组", "u-1"], ["13800000000", "u-4"], [None, "u-5"])
    assert [bool(row.faults) for row in rows] == [False, True, True]
    assert [len(row.edits) for row in rows] == [1, 0, 0]


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("孙丁", ""),
        ("陈乙", ""),
        ("李同", "2 persons"),
        ("孙丁、李同", "李同"),
        ("孙丁 钱戊庚", "one person or several"),
        ("13800000000x", "one person or several"),
        ("孙丁、赵甲/钱乙", "赵甲/钱乙"),
    ],
)
def test_a_person_is_one_or_is_asked_about(known: Known, cell: str, refused: str) -> None:
    (row,) = read(read_groups, known, "group member", ["第一督导组", cell])
    assert bool(row.faults) is bool(refused)
    assert refused in said(row)


def test_a_person_of_no_group_or_of_this_one_changes_nothing_and_one_named_twice_is_one(known: Known) -> None:
    first, second = read(read_groups, known, "group member", ["第一督导组", "王甲、陈乙、孙丁"], ["第二督导组", "孙丁"])
    assert said(first) == ""
    assert said(second) == "doubt member: 孙丁 belongs to 第一督导组 so far; read as changing group"
    assert second.edits[0].record == first.edits[-1].record
    assert second.edits[0].fields == {"group": "g-2"}


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("甲支部、丙支部", ["u-1", "u-4"]),
        ("甲支部;丙支部；己支部", ["u-1", "u-4", "u-5"]),
        ("甲支部，丙支部,己支部\nu-6", ["u-1", "u-4", "u-5", "u-6"]),
        ("甲支部、无、/", ["u-1"]),
        ("无", []),
        (None, []),
    ],
)
def test_units_are_parted_at_signs(known: Known, cell: Any, units: list[str]) -> None:
    (row,) = read(read_groups, known, "group unit", ["第一督导组", cell])
    assert [edit.fields["unit"] for edit in row.edits] == units
    assert row.faults == []


def test_a_unit_of_several_that_is_not_known_refuses_the_row_by_its_name(known: Known) -> None:
    (row,) = read(read_groups, known, "group unit", ["第一督导组", "甲支部、无名"])
    assert said(row).startswith("refused unit: 无名")
    (row,) = read(read_groups, known, "group unit", ["第一督导组", "无名"])
    assert said(row).startswith("refused unit: is no unit")


def test_a_new_name_longer_than_a_line_may_be_is_refused_by_its_own_checks(known: Known) -> None:
    (row,) = read(read_groups, known, "group unit", ["组" * 201, "u-1"])
    assert said(row).startswith("refused group: ")


def test_a_unit_whose_name_holds_such_a_sign_is_one(known: Known) -> None:
    known.add_unit("u-9", "甲、乙联合支部")
    (row,) = read(read_groups, known, "group unit", ["第一督导组", "甲、乙联合支部"])
    assert [edit.fields["unit"] for edit in row.edits] == ["u-9"]


def test_a_unit_is_given_to_one_group_and_for_the_same_days(known: Known) -> None:
    heads = "group unit from"
    cells = (
        ["第一督导组", "u-1", "9.1"],
        ["第二督导组", "u-1", "9.1"],
        ["第一督导组", "u-1", "9.1"],
        ["第一督导组", "u-1", "9.2"],
    )
    first, other_group, same, other_days = read(read_groups, known, heads, *cells)
    assert [bool(row.faults) for row in (first, other_group, same, other_days)] == [False, True, False, True]
    assert "甲支部" in said(other_group)
    assert "row 2" in said(other_group)
    assert "甲支部" in said(other_days)


@pytest.mark.parametrize(
    ("term", "dated"),
    [
        ([None, None, None], {}),
        (["9.1", None, None], {"from": "2026-09-01"}),
        ([None, "2026.12.31", None], {"until": "2026-12-31"}),
        (["9.1", "2026.12.31", None], {"from": "2026-09-01", "until": "2026-12-31"}),
        (["9.1", "9.1", None], {"from": "2026-09-01", "until": "2026-09-01"}),
        (["9.2", "9.1", None], None),
        ([None, None, "2026.9.1至2026.12.31"], {"from": "2026-09-01", "until": "2026-12-31"}),
        ([None, None, "2026-09-01 - 2026-12-31"], {"from": "2026-09-01", "until": "2026-12-31"}),
        ([None, None, "2026.9.1——"], {"from": "2026-09-01"}),
        (["8.1", "8.2", "到2026.9.1"], {"from": "2026-08-01", "until": "2026-09-01"}),
        (["8.1", "8.2", "2026.9.1到"], None),  # one of the two columns stands where the one is silent
        ([None, None, "2026.9.1起到不知"], None),
    ],
)
def test_the_days_of_a_duty_stand_in_two_columns_or_in_one(
    known: Known, term: list[Any], dated: dict[str, str] | None
) -> None:
    (row,) = read(read_groups, known, "group unit from until term", ["第一督导组", "u-1", *term])
    assert bool(row.faults) is (dated is None)
    if dated is not None:
        assert row.edits[0].fields == {"unit": "u-1", "group": "g-1", **dated}


def test_a_liaison_officer_is_assigned_with_the_group(known: Known) -> None:
    (row,) = read(read_groups, known, "group unit liaison", ["第一督导组", "u-1", "陈  乙"])
    assert row.edits[0].fields == {"unit": "u-1", "group": "g-1", "liaison": "chen"}
    (row,) = read(read_groups, known, "group unit liaison", ["第一督导组", "u-1", "外人"])
    assert "refused liaison" in said(row)
    (row,) = read(read_groups, known, "group unit liaison", ["第一督导组", "u-1", None])
    assert "liaison" not in row.edits[0].fields


def test_a_row_that_builds_on_a_refused_one_is_refused_and_the_others_stand(known: Known) -> None:
    cells = (["第三督导组", "孙丁 钱戊庚", "u-1"], [None, "周己", "u-4"], ["第一督导组", "吴庚", "u-5"])
    first, second, other = read(read_groups, known, "group member unit", *cells)
    assert "row 2" in said(second)
    assert [bool(row.faults) for row in (first, second, other)] == [True, True, False]


@pytest.mark.parametrize("called", ["乙支 部", "乙支　部"])
def test_a_name_that_may_be_two_units_is_neither(known: Known, called: str) -> None:
    assert known.unit(called).several
    (row,) = read(read_counts, known, "unit counted_on members", [called, "2026-09-01", 5])
    assert said(row) == "refused unit: is the name of 2 units; give its code"
    assert known.unit("乙支部").read == "u-3"


def test_what_is_known_is_of_today_and_of_the_newest_campaign(store: Store, known: Known, tmp_path: Path) -> None:
    assert Known(store, "f").today == store.zones().today()
    assert (known.years.first, known.years.last, known.years.said) == (BEGAN, "2026-12-31", None)
    with contextlib.closing(init_store(tmp_path / "bare.db", "bare", "空区")) as bare:
        assert (Known(bare, "f").years.first, Known(bare, "f").years.last) == ("", "")


# --- units -----------------------------------------------------------------------------------------------------------


def test_a_unit_s_row_is_read_field_by_field(known: Known) -> None:
    heads = "id name category parent batch address chain.direct weak.incomplete weak.subordination note"
    cells = ["n-1", "新支部", "海岛", "甲支部", "第二批", "湖滨路\n9号", "书记", "是", "否", "两行\n字"]
    (row,) = read(read_units, known, heads, cells)
    unit, repair = row.edits
    assert (unit.ledger, unit.kind, unit.record, unit.why) == ("n-1", "unit", "n-1", "imported from table.xlsx")
    assert unit.fields == {
        "name": "新支部",
        "category": "island",
        "parent": "u-1",
        "batch": "第二批",
        "address": "湖滨路 9号",
        "chain.direct": "书记",
        "weak.incomplete": True,
        "weak.subordination": False,
        "note": "两行\n字",
    }
    assert (repair.kind, repair.fields["origin"]) == ("follow_up", "n-1#weak.incomplete")
    assert said(row) == ""


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["n-1", "新支部", "farm"], ""),
        (["n-1", None, "farm"], "refused name: "),
        (["n-1", "新支部", None], "refused category: "),
        (["staff", "新支部", "farm"], "refused id: "),
        (["a/b", "新支部", "farm"], "refused id: "),
        (["u-1", "甲支部", None], ""),  # one that is known keeps what it has
        ([None, "甲支部", "farm"], ""),
        ([None, "丁支部", None], "doubt name: "),  # as u-5 was called before
        ([None, "戊支部", None], "doubt name: "),  # the blank is all that differs
        (["n-1", "甲支部", "farm"], "doubt name: "),  # another is called the same
        (["n-1", "甲 支部", "farm"], "doubt name: "),
        ([None, None, "farm"], "refused name: must be given"),
    ],
)
def test_a_unit_s_row_is_refused_or_doubted_for_one_reason(known: Known, cells: list[Any], wanted: str) -> None:
    (row,) = read(read_units, known, "id name category", cells)
    assert said(row).startswith(wanted)
    assert bool(said(row)) is bool(wanted)


@pytest.mark.parametrize(
    ("cells", "unit", "name"),
    [
        ([None, "甲支部", "farm"], "u-1", "甲支部"),
        ([None, "丁支部", "farm"], "u-5", None),  # its new name stays
        (["u-5", "丁支部", "farm"], "u-5", "丁支部"),  # with its code it is renamed
        ([None, "戊支部", "farm"], "u-6", "戊支部"),
        ([None, "乙支部", "farm"], "u-3", "乙支部"),  # of two names that are nearly so the very one
        (["n-1", "甲支部", "farm"], "n-1", "甲支部"),
    ],
)
def test_a_row_means_the_unit_of_its_code_or_else_of_its_name(
    known: Known, cells: list[Any], unit: str, name: str | None
) -> None:
    (row,) = read(read_units, known, "id name category", cells)
    assert (row.edits[0].record, row.edits[0].fields.get("name")) == (unit, name)


def test_a_doubt_says_whether_a_name_is_the_same_or_nearly_so(known: Known) -> None:
    same, near = read(read_units, known, "id name category", ["n-1", "甲支部", "farm"], ["n-2", "丙 支部", "farm"])
    assert said(same).startswith("doubt name: the same name as 甲支部")
    assert said(near).startswith("doubt name: differs only by blanks or width from 丙支部")


def test_a_row_without_a_name_is_like_no_other(known: Known) -> None:
    rows = read(read_units, known, "id name category", ["n-1", None, "farm"], ["n-2", None, "farm"])
    assert [said(row) for row in rows] == ["refused name: must be given"] * 2


def test_what_a_cell_leaves_empty_is_not_written(known: Known) -> None:
    (row,) = read(read_units, known, "id name category batch note", ["n-1", "新支部", "farm", None, " "])
    assert row.edits[0].fields == {"name": "新支部", "category": "farm"}


def test_of_several_units_of_a_name_the_one_below_the_parent_is_meant(known: Known) -> None:
    known.units["u-7"] = {"name": "丙支部", "category": "farm", "parent": "u-6"}
    known.add_unit("u-7", "丙支部")
    for parent, unit in (("甲支部", "u-4"), ("u-6", "")):
        (row,) = read(read_units, known, "name category parent", ["丙支部", "farm", parent])
        assert (row.edits[0].record == unit) is bool(unit)
    (row,) = read(read_units, known, "name category parent", ["丙支部", "farm", "戊 支部"])
    assert row.edits[0].record == "u-7"
    (row,) = read(read_units, known, "name category", ["丙支部", "farm"])
    assert "refused name: " in said(row)


def test_a_name_or_code_that_stands_above_is_refused(known: Known) -> None:
    first, again = read(read_units, known, "id name category", ["n-1", "新支部", "farm"], ["n-1", "新二支部", "farm"])
    assert (said(first), "row 2" in said(again)) == ("", True)
    first, again = read(read_units, known, "name category parent", ["新三", "farm", None], ["新三", "farm", None])
    assert (first.faults, "refused name: stands in row 2 already" in said(again)) == ([], True)
    first, other = read(read_units, known, "name category parent", ["新四", "farm", "u-1"], ["新四", "farm", "u-6"])
    assert (first.faults, other.faults) == ([], [])
    assert "row 2" in said(other)  # as a doubt
    first, coded = read(read_units, known, "id name category", [None, "新五", "farm"], ["n-5", "新五", "farm"])
    assert (first.faults, coded.faults) == ([], [])


def test_a_row_may_be_below_one_that_comes_after_it(known: Known) -> None:
    below, above = read(
        read_units, known, "id name category parent", ["n-1", "下", "farm", "上"], ["n-2", "上", "farm", None]
    )
    assert below.edits[0].fields["parent"] == "n-2"
    assert (below.faults, above.faults) == ([], [])


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ([["n-1", "n-1"]], [True]),  # itself
        ([["u-4", "u-1"]], [False]),
        ([["u-1", "u-5"]], [True]),  # u-5 is below u-4, and that below u-1
        ([["u-1", "u-6"], ["u-6", "u-1"]], [True, True]),
        ([["u-1", "u-6"], ["u-6", "u-4"], ["u-2", None]], [True, True, False]),
        ([["u-4", "u-6"], ["u-1", "u-5"]], [False, False]),  # u-5 is below u-1 no longer
        ([["u-6", "没有的党委"]], [True]),
    ],
)
def test_no_unit_is_above_itself(known: Known, cells: list[list[Any]], refused: list[bool]) -> None:
    made = [[unit, f"名{unit}", "farm", parent] for unit, parent in cells]
    rows = read(read_units, known, "id name category parent", *made)
    assert [any("parent" in line for line in said(row).splitlines() if "refused" in line) for row in rows] == refused


def test_a_word_for_nothing_is_no_flag_and_no_count(known: Known) -> None:
    heads, cells = "name category weak.head members retired", ["新支部", "farm", "无", "无", 3]
    (row,) = read(read_units, known, heads, cells, on=TODAY)
    assert [line.partition(":")[0] for line in said(row).splitlines()] == ["doubt weak.head", "doubt members"]
    assert "weak.head" not in row.edits[0].fields


def test_members_counted_beside_a_unit_are_its_count(known: Known) -> None:
    (row,) = read(read_units, known, "id name category members", ["n-1", "新支部", "farm", 12], on=TODAY)
    assert [(edit.kind, edit.ledger) for edit in row.edits] == [("unit", "n-1"), ("count", "n-1")]
    (row,) = read(read_units, known, "id name category members", ["n-2", "新二", "farm", None], on=TODAY)
    assert [edit.kind for edit in row.edits] == ["unit"]


def test_a_unit_takes_part_in_the_campaign_of_its_batch(known: Known) -> None:
    (row,) = read(read_units, known, "id name category batch", ["n-1", "新支部", "farm", "第一批"])
    assert [edit.kind for edit in row.edits] == ["unit", "participation"]
    assert (row.edits[1].fields["campaign"], row.edits[1].fields["from"]) == ("c-1", BEGAN)


# --- what is weak ----------------------------------------------------------------------------------------------------


def _repairs(row: Row) -> list[dict[str, Any]]:
    return [dict(edit.fields) for edit in row.edits if edit.kind == "follow_up"]


def test_a_flag_opens_what_mends_it_as_the_unit_s_campaign_says(known: Known) -> None:
    (row,) = read(read_units, known, "id name category batch weak.head", ["n-1", "新支部", "farm", "第一批", "是"])
    (repair,) = _repairs(row)
    assert (repair["campaign"], repair["due_on"], repair["watch_days"]) == ("c-1", plus(TODAY, 30), 7)
    assert (repair["opened_on"], repair["status"], repair["origin"]) == (TODAY, "open", "n-1#weak.head")
    known.campaigns["c-1"] = {}
    (row,) = read(read_units, known, "id name category batch weak.head", ["n-2", "新二", "farm", "第一批", "是"])
    (repair,) = _repairs(row)
    assert (repair["due_on"], "watch_days" in repair) == (plus(TODAY, 90), False)


@pytest.mark.parametrize(
    ("held", "statuses", "flag", "opens"),
    [
        (False, [], "是", True),
        (False, [], "否", False),
        (True, [], "是", True),  # a flag that has none
        (False, ["open"], "是", False),
        (False, ["reported"], "是", False),
        (False, ["closed"], "是", True),  # mended, and weak again
        (True, ["closed"], "是", False),  # the flag has stood all the time
        (False, ["closed", "open"], "是", False),
    ],
)
def test_what_mends_a_flag_is_opened_once_and_again_after_it_was_taken_away(
    known: Known, held: bool, statuses: list[str], flag: str, opens: bool
) -> None:
    known.units["u-6"] = {"name": "戊 支部", "category": "farm", "weak.head": held}
    known.repairs["u-6#weak.head"] = statuses
    (row,) = read(read_units, known, "id name weak.head", ["u-6", "戊 支部", flag])
    assert len(_repairs(row)) == opens


def test_every_flag_of_a_unit_opens_its_own(known: Known) -> None:
    known.campaigns["c-1"]["setting.weak_watch_days"] = "x"
    heads = "id name category batch weak.incomplete weak.head weak.subordination"
    (row,) = read(read_units, known, heads, ["n-1", "新支部", "farm", "第一批", "是", "是", "是"])
    assert [repair["origin"].partition("#")[2] for repair in _repairs(row)] == list(FLAGS)
    assert not any("watch_days" in repair for repair in _repairs(row))


@pytest.mark.parametrize(("days", "due"), [(0, 0), (-1, 0), (3_650, 3_650), (99_999, None), ("x", 90), (7.9, 7)])
def test_the_days_a_repair_takes_are_a_number_in_bounds(known: Known, days: Any, due: int | None) -> None:
    known.campaigns["c-1"]["setting.weak_repair_days"] = days
    (row,) = read(read_units, known, "id name category batch weak.head", ["n-1", "新支部", "farm", "第一批", "是"])
    ((repair),) = _repairs(row)
    if due is not None:
        assert repair["due_on"] == plus(TODAY, min(due, MOST_WATCHED))
    else:
        assert repair["due_on"] == plus(TODAY, MOST_WATCHED)


# --- past inspections ------------------------------------------------------------------------------------------------

HEADS = "unit visited_on group stage inspector summary problem due_on"
VISIT: list[Any] = ["甲支部", "2026-09-01", "第一督导组", "甲review", None, "总体较好", None, None]


def _visit(**changed: Any) -> list[Any]:
    return [changed.get(name.replace(".", "_"), value) for name, value in zip(HEADS.split(), VISIT, strict=True)]


def test_a_past_visit_is_kept_with_its_source(known: Known) -> None:
    heads = f"{HEADS} arrived left unit_reply"
    (row,) = read(read_inspections, known, heads, [*_visit(inspector="王甲、外人"), "9:30", "11点", "同意\n照办"])
    ((ledger, kind, fields),) = written(row)
    assert (ledger, kind) == ("u-1", "inspection")
    assert fields == {
        "visited_on": "2026-09-01",
        "stage": "review",
        "template": "imported",
        "group": "g-1",
        "arrived": "09:30",
        "left": "11:00",
        "summary": "总体较好",
        "unit_reply": "同意\n照办",
        "inspector.wang": True,
        "source": "table.xlsx, row 2",
    }
    assert said(row).startswith("doubt inspector: 外人")
    assert row.edits[0].why == "imported from table.xlsx, row 2"


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"unit": None}, "refused unit: is missing"),
        ({"visited_on": None}, "refused visited_on: is missing"),
        ({"group": None}, "refused group: is missing"),
        ({"summary": None}, "refused summary: is missing"),
        ({"summary": None, "problem": "台账不规范", "due_on": "2026-09-20"}, "refused summary: is missing"),
        ({"unit": "乙 支部"}, ""),
        ({"unit": "无名"}, "refused unit: is no unit"),
        ({"group": "第九组"}, "refused group: is no"),
        ({"stage": None}, "doubt stage: "),
        ({"stage": "没有的"}, "refused stage: "),
        ({"inspector": "无"}, ""),
        ({"problem": "未发现问题"}, "doubt problem: "),
        ({"problem": "台账不规范", "due_on": None}, "refused due_on: is missing"),
        ({"problem": "台账不规范", "due_on": "2026-09-01"}, ""),
        ({"problem": "台账不规范", "due_on": "2026-08-31"}, "refused due_on: "),  # before the visit that found it
    ],
)
def test_a_visit_is_refused_or_doubted_for_one_reason(known: Known, changed: dict[str, Any], wanted: str) -> None:
    (row,) = read(read_inspections, known, HEADS, _visit(**changed))
    assert said(row).startswith(wanted)
    assert bool(said(row)) is bool(wanted)


@pytest.mark.parametrize(
    ("day", "stage"),
    [("2026-06-30", "study"), ("2026-07-01", "review"), ("2026-12-31", "review"), ("2025-12-31", None)],
)
def test_without_its_stage_a_visit_is_of_the_stage_of_its_day(known: Known, day: str, stage: str | None) -> None:
    (row,) = read(read_inspections, known, HEADS, _visit(stage=None, visited_on=day))
    assert row.edits[0].fields.get("stage") == stage
    assert (t("tables.no_stage") in said(row)) is (stage is None)
    assert ("refused stage" in said(row)) is (stage is None)


def test_where_no_column_says_what_was_found_the_problem_does(known: Known) -> None:
    heads = "unit visited_on group stage problem due_on"
    cells = ["甲支部", "2026-09-01", "第一督导组", "review", "台账不规范", "2026-09-20"]
    (row,) = read(read_inspections, known, heads, cells)
    visit, problem = row.edits
    assert (visit.fields["summary"], problem.fields["title"]) == ("台账不规范", "台账不规范")
    assert row.faults == []
    (row,) = read(read_inspections, known, heads, cells, summary="好")
    assert row.edits[0].fields["summary"] == "好"
    (row,) = read(read_inspections, known, heads, [*cells[:4], "未发现问题", None])
    assert "refused summary: is missing" in said(row)


def test_rows_of_one_visit_add_their_problems_to_it(known: Known) -> None:
    first = _visit(problem="学习记录不全", due_on="2026-09-20")
    second = _visit(problem="台账不规范", due_on="2026-09-20", inspector="王甲")
    one, two, three, four = read(read_inspections, known, HEADS, first, second, first, _visit())
    assert [edit.kind for edit in two.edits] == ["inspection", "follow_up"]
    assert two.edits[0].record == one.edits[0].record
    assert two.edits[0].fields == {**one.edits[0].fields, "inspector.wang": True}
    assert two.edits[1].fields["origin"] == one.edits[0].record
    assert said(two).startswith("doubt unit: ")
    assert ["refused unit" in said(each) for each in (one, two, three, four)] == [False, False, True, True]


def test_a_row_that_says_otherwise_of_the_visit_is_no_second_row_of_it(known: Known) -> None:
    first = _visit(problem="学习记录不全", due_on="2026-09-20")
    second = _visit(problem="台账不规范", due_on="2026-09-20", group="第二督导组")
    _, two = read(read_inspections, known, HEADS, first, second)
    assert "refused unit" in said(two)


def test_a_row_that_adds_to_a_refused_visit_is_refused(known: Known) -> None:
    first = _visit(problem="学习记录不全")
    second = _visit(problem="台账不规范", due_on="2026-09-20")
    _, two = read(read_inspections, known, HEADS, first, second)
    assert "refused unit" in said(two)
    assert "row 2" in said(two)


PROBLEM = "unit visited_on group stage summary problem due_on cause measure responsible_post progress"


def _problem(problem: str = "台账不规范", progress: Any = None, **more: Any) -> list[Any]:
    texts = [more.get(name) for name in ("cause", "measure", "responsible_post")]
    return ["甲支部", "2026-09-01", "第一督导组", "review", "好", problem, "2026-09-20", *texts, progress]


def test_a_problem_is_opened_by_its_visit(known: Known) -> None:
    cells = _problem(cause="忙\n乱", measure="补", responsible_post="支部\n书记")
    (row,) = read(read_inspections, known, PROBLEM, cells)
    visit, problem = row.edits
    assert (problem.ledger, problem.kind, problem.why) == ("u-1", "follow_up", visit.why)
    assert problem.record == imported_record("follow_up", visit.record, "台账不规范")
    assert problem.fields == {
        "nature": "problem",
        "title": "台账不规范",
        "cause": "忙\n乱",
        "measure": "补",
        "responsible_post": "支部 书记",
        "due_on": "2026-09-20",
        "status": "open",
        "origin": visit.record,
        "opened_on": "2026-09-01",
    }


@pytest.mark.parametrize(
    ("progress", "status", "kept", "doubted"),
    [
        (None, "open", None, False),
        ("正在补学", "in_progress", "正在补学", False),
        ("未整改", "open", "未整改", False),
        ("否", "open", None, False),
        ("是", "in_progress", "已整改", True),
        ("已整改", "in_progress", "已整改", True),  # that it is, another person verifies
        ("No", "open", "No", False),
    ],
)
def test_what_is_said_of_its_mending_is_progress_and_no_end(
    known: Known, progress: Any, status: str, kept: str | None, doubted: bool
) -> None:
    (row,) = read(read_inspections, known, PROBLEM, _problem(progress=progress))
    fields = row.edits[1].fields
    assert (fields["status"], fields.get("progress")) == (status, kept)
    assert ("doubt progress" in said(row)) is doubted
    assert not {"cause", "measure", "responsible_post", "detail"} & fields.keys()


@pytest.mark.parametrize(("length", "cut"), [(200, False), (201, True)])
def test_a_problem_too_long_for_a_title_stands_below_it_whole(known: Known, length: int, cut: bool) -> None:
    (row,) = read(read_inspections, known, PROBLEM, _problem("缺" * length))
    fields = row.edits[1].fields
    assert fields["title"] == ("缺" * 199 + "…" if cut else "缺" * length)
    assert fields.get("detail") == ("缺" * length if cut else None)


@pytest.mark.parametrize(
    ("problem", "several"),
    [
        ("1.记录不全；2.台账不规范", True),
        ("①记录不全②台账不规范", False),  # not at the beginning of a sentence
        ("①记录不全。②台账不规范", True),
        ("（1）记录不全", False),
        ("记录不全", False),
    ],
)
def test_a_cell_that_numbers_its_problems_is_doubted(known: Known, problem: str, several: bool) -> None:
    (row,) = read(read_inspections, known, PROBLEM, _problem(problem))
    assert ("doubt problem" in said(row)) is several
    assert len(row.edits) == 2


# --- days to look at -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "weight"), [(-OLD_DAYS - 1, "back"), (-OLD_DAYS, ""), (0, ""), (1, "yet to come")])
def test_a_day_to_come_or_long_past_is_doubted_from_its_edge_on(known: Known, days: int, weight: str) -> None:
    made = read(read_counts, known, "unit counted_on members", ["甲支部", plus(TODAY, days), 5])
    doubt_days(made, TODAY)
    assert weight in said(made[0])
    assert bool(said(made[0])) is bool(weight)


def test_of_days_long_past_the_oldest_is_doubted_and_refused_rows_are_not_looked_at(known: Known) -> None:
    cells = (["甲支部", "2025-03-01", 5], ["u-4", "2025-02-01", 5], ["无名", "2024-01-01", 5], ["u-5", "2025-04-01", 5])
    made = read(read_counts, known, "unit counted_on members", *cells)
    doubt_days(made, TODAY)
    assert ["back" in said(row) for row in made] == [False, True, False, False]
    assert "3, the oldest 2025-02-01" in said(made[1])


def test_a_day_to_come_is_doubted_in_each_row_that_says_it_and_once_where_it_is_said_for_all(known: Known) -> None:
    day = plus(TODAY, 9)
    made = read(read_counts, known, "unit counted_on members", ["甲支部", day, 5], ["u-4", day, 5])
    doubt_days(made, TODAY)
    assert ["yet to come" in said(row) for row in made] == [True, True]
    made = read(read_counts, known, "unit members", ["甲支部", 5], ["u-4", 5], on=day)
    doubt_days(made, TODAY)
    assert ["yet to come" in said(row) for row in made] == [True, False]
