"""Rows and headings of tables as offices keep them: what is no row is named, and no row becomes a heading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync.central.locale import set_language
from sync.central.service.store import Store
from tests.sync.central.tables import Rows, imports, notes, people, reasons, units, written, xlsx

FORMS = ("xlsx", "csv", "json")
ON = {"on": "2026-09-18"}


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.mark.parametrize("form", FORMS)
def test_a_first_row_that_holds_a_known_word_stays_a_row(store: Store, tmp_path: Path, form: str) -> None:
    rows = [
        ["督导组", "姓名", "职务", "负责单位"],
        ["第一督导组", "王甲", "组长", "u-1"],
        ["第一督导组", "李乙", "组员", "u-2"],
        ["第二督导组", "赵丙", "组长", "u-3"],
    ]
    file = written(tmp_path, form, rows)
    assert imports(store, "groups", file).asked == ["职务"]
    before = people(store)
    assert imports(store, "groups", file, said={"职务": "-"}).kept == 3
    assert people(store) - before == {"王甲", "李乙", "赵丙"}


def test_a_row_beside_a_column_without_a_heading_stays_a_row(store: Store, tmp_path: Path) -> None:
    rows = [["督导组", "姓名", "职务", None], ["第一督导组", "王甲", "组长", "组员"], ["第一督导组", "李乙", "", ""]]
    report = imports(store, "groups", xlsx(tmp_path / "g.xlsx", rows), said={"职务": "-"})
    assert (report.found, report.kept) == (2, 2)
    assert "D2: '组员': this column has no heading" in notes(report)


def test_a_cell_that_is_one_unknown_unit_is_named_once_and_one_of_several_by_itself(
    store: Store, tmp_path: Path
) -> None:
    rows = [["督导组", "负责单位"], ["第一督导组", "无名支部"], ["第二督导组", "u-1、无名支部"]]
    said = reasons(imports(store, "groups", xlsx(tmp_path / "g.xlsx", rows)))
    assert "unit: 无名支部 is no unit known here" in said
    assert "unit: u-1、无名支部 无名支部 is no unit known here" in said


TWO_ROWS: list[list[Any]] = [
    ["序号", "单位名称", "类别", "党员情况", None, None],
    [None, None, None, "党员数", "流动", "失联"],
    [1, "甲支部", "农场", 30, 2, 1],
]
MERGED = ["D1:F1", "A1:A2", "B1:B2", "C1:C2"]


@pytest.mark.parametrize("merged", [MERGED, MERGED[:1], MERGED[1:], []])
def test_headings_over_two_rows_are_known_by_merges_or_by_empty_cells(
    store: Store, tmp_path: Path, merged: list[str]
) -> None:
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", TWO_ROWS, merged), **ON)
    assert (report.kept, reasons(report)) == (1, "")


def test_headings_over_two_rows_are_known_in_a_csv_where_merges_have_become_empty_cells(
    store: Store, tmp_path: Path
) -> None:
    assert imports(store, "units", written(tmp_path, "csv", TWO_ROWS), **ON).kept == 1


def test_two_rows_of_headings_of_which_nothing_below_is_known_are_asked_about(store: Store, tmp_path: Path) -> None:
    rows = [["单位名称", "类别", "其中", None], [None, None, "甲类", "乙类"], ["甲支部", "农场", 1, 2]]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows, ["C1:D1", "A1:A2", "B1:B2"]))
    assert report.asked == ["其中 甲类", "其中 乙类"]


@pytest.mark.parametrize("data_merged", [True, False])
def test_a_heading_merged_over_columns_that_say_the_same_is_one_column(
    store: Store, tmp_path: Path, data_merged: bool
) -> None:
    rows = [
        ["现场隐患排查统计表", None, None, None, None, None],
        ["序号", "隐患内容", None, "排查日期", "责任单位", "隐患状态"],
        [1, "临边无防护", None, "2019-05-26", "u-1", "关闭"],
    ]
    merged = ["A1:F1", "B2:C2", *(["B3:C3"] if data_merged else [])]
    given = {"group": "g-1", "stage": "rectify", "期限": "2019-06-30"}
    report = imports(store, "inspections", xlsx(tmp_path / "i.xlsx", rows, merged), given=given)
    assert (report.kept, reasons(report)) == (1, "")


def test_a_heading_merged_over_columns_that_differ_is_asked_about_with_its_place(store: Store, tmp_path: Path) -> None:
    rows = [["单位名称", "类别", "地址", None], ["甲支部", "农场", "某路", "某号"], ["乙支部", "农场", "某街", "九号"]]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows, ["C1:D1"]))
    assert report.asked == ["地址 2"]
    assert "column D" in reasons(report)
    assert imports(store, "units", tmp_path / "u.xlsx", said={"地址 2": "-"}).kept == 2


ROSTER: list[list[Any]] = [
    ["某区基层党组织名册", None, None, None],
    ["填报单位：某区委组织部", None, None, "2026年9月18日"],
    ["序号", "单位名称", "类别", "党员数"],
    ["甲", "乙", "丙", "1"],
    ["一、非公企业", None, None, None],
    [1, "甲二厂", "非公", 3],
    ["序号", "单位名称", "类别", "党员数"],
    [2, "乙二厂", "非公", 4],
    ["（二）农场", None, None, None],
    [None, "高校", None, None],
    ["三", "其他单位", None, None],
    ["非公企业小计", None, None, 7],
    ["合 计", None, None, 7],
    ["填表人：王某", None, "审核人：李某", "联系电话：0000"],
    ["填表人：", "王某", "填表日期：", "2026年9月18日"],
    ["第1页 共3页", None, None, None],
    ["2026年9月18日", None, None, None],
]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_lines_that_are_no_rows_are_left_out_and_each_is_named(store: Store, tmp_path: Path, form: str) -> None:
    report = imports(store, "units", written(tmp_path, form, ROSTER), **ON)
    assert (report.found, report.kept, reasons(report)) == (2, 2, "")
    said = notes(report)
    for row, why in (
        (4, "numbers of the columns"),
        (5, "the title of a section"),
        (7, "the headings once more"),
        (9, "the title of a section"),
        (10, "the title of a section"),
        (11, "the title of a section"),
        (12, "a row of totals"),
        (13, "a row of totals"),
        (14, "a remark"),
        (15, "a remark"),
        (16, "a remark"),
        (17, "a remark"),
    ):
        assert any(f"row {row}:" in line and why in line for line in said.splitlines()), (row, said)
    assert {"甲二厂", "乙二厂"} <= units(store).keys()


@pytest.mark.parametrize("line", [["1", "2", "3", "4"], ["(1)", "(2)", "(3)", "(4)"], ["A", "B", "C", "D"]])
def test_a_line_that_counts_the_columns_is_no_row(store: Store, tmp_path: Path, line: list[str]) -> None:
    rows = [["单位名称", "类别", "党员数", "流动"], line, ["甲支部", "农场", 3, 1]]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows), **ON)
    assert (report.kept, reasons(report)) == (1, "")


@pytest.mark.parametrize(
    "row", [["甲", "农场", 3, 1], ["一、二厂", "农场", 3, 1], ["审计局", "农场", 3, 1], ["A", "农场", "", ""]]
)
def test_a_row_that_only_begins_like_such_a_line_stays_a_row(store: Store, tmp_path: Path, row: list[Any]) -> None:
    rows = [["单位名称", "类别", "党员数", "流动"], row]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows), **ON)
    assert (report.found, report.kept) == (1, 1)


QUANTITIES: Rows = [
    ["单位名称", "类别", "党员数", "流动"],
    ["东岗支部", "其他", 30, 1],
    ["西岗支部", None, None, 1],
    ["南岗支部", None, 5, 1],
]


def test_a_number_merged_over_rows_is_refused_with_its_cells_and_words_are_filled_down(
    store: Store, tmp_path: Path
) -> None:
    file = xlsx(tmp_path / "u.xlsx", QUANTITIES, ["C2:C3", "B2:B4"])
    report = imports(store, "units", file, **ON)
    assert [each.place for each in report.rejected] == ["Sheet row 2", "Sheet row 3"]
    assert reasons(report).count("C2:C3") == 2
    assert imports(store, "units", file, partial=True, **ON).kept == 1
    assert units(store)["南岗支部"]["category"] == "other"


def test_a_number_merged_over_two_counts_is_refused(store: Store, tmp_path: Path) -> None:
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", QUANTITIES[:2], ["C2:D2"]), **ON)
    assert "C2:D2" in reasons(report)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("column", ["a 13800000000", "备 注 2"])
def test_a_column_of_telephone_numbers_nobody_knows_is_not_asked_about(
    store: Store, tmp_path: Path, form: str, column: str
) -> None:
    rows = [["单位名称", "类别", column], ["甲支部", "农场", "13800000000"]]
    report = imports(store, "units", written(tmp_path, form, rows))
    assert (report.kept, report.asked) == (1, [])
    assert "personal data, never read" in notes(report)
