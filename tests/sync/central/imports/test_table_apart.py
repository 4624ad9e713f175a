"""Rows below the headings that are none, rows set apart, cells refused for their look: a small table for each rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sync.central.imports import values
from sync.central.imports.files.read import Table
from sync.central.imports.files.sheets import Compound, LongText, Merge
from sync.central.imports.headings import Column, Headings
from sync.central.imports.report import Doubt, Question, Report
from sync.central.imports.rows import Answers, Row, column_doubts, looks_personal, rows_of
from sync.central.imports.skipped_rows import Apart
from sync.central.imports.values import Value
from sync.central.locale import set_language, t
from sync.model.fields import NOTE

NAMES = {"-": "序号", "name": "单位名称", "category": "类别", "members": "党员数", "retired": "离退休", "": "天气"}


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def made(fields: Sequence[str], *cells: Sequence[Any], **beside: Any) -> tuple[Table, Headings]:
    """A table whose first row has the usual headings of these fields, and rows from the second on."""
    columns = [Column(index, NAMES.get(field, field), field) for index, field in enumerate(fields)]
    rows = [
        (1, [column.heading for column in columns]),
        *((number, list(each)) for number, each in enumerate(cells, 2)),
    ]
    return Table(name="表", rows=rows, word="row", **beside), Headings(rows=1, row=1, columns=columns)


USUAL = ("-", "name", "category", "members")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([1, "甲支部", "农场", 30], ""),
        ([None, None, None, None], ""),
        ([None, "合 计", None, 30], "totals"),
        ([None, "非公企业小计", None, 30], "totals"),
        (["总计：", None, None, 30], "totals"),
        ([1, "甲支部", "农场", "合计"], ""),  # only among its first three
        ([None, "合计支部工作委员会", None, 30], ""),
        (["填表人：王某", None, None, None], "remark"),
        (["注：数字截至九月", None, None, None], "remark"),
        (["第1页 共3页", None, None, None], "remark"),
        (["2026年9月18日", None, None, None], "remark"),
        (["填表人：", "王某", "填表日期：", "2026年9月18日"], "remark"),
        (["填表人：王某", None, "审核人：李某", None], "remark"),
        (["填表人：王某", "甲支部", None, None], ""),  # what no label asks for
        (["填表人：", "王某", "李某", None], ""),
        (["甲支部", "填表人：王某", None, None], ""),
        (["2026年9月18日", "填表人：王某", None, None], ""),
        (["填表人：王某", "2026年9月18日", None, None], "remark"),
        (["填表人：王某", "李某", None, None], ""),
        (["三", None, "高校", None], ""),
        ([None, "一、非公企业", "农场", 30], ""),
        ([None, "一、非公企业", None, None], "section"),
        ([None, "（二）农场", None, None], "section"),
        ([None, "第一部分", None, None], "section"),
        (["三", "其他单位", None, None], "section"),
        (["3", "其他单位", None, None], ""),
        ([None, "高校", None, None], "section"),  # a category alone
        ([None, None, "高校", None], ""),  # but in its own column
        ([None, "三江支部", None, None], ""),
        (["序号", "单位名称", "类别", "党员数"], "headings_again"),
        ([None, "单位名称", "类别", None], "headings_again"),
        ([None, "单位名称", None, None], ""),
        (["x", None, None, None], "nothing_read"),
    ],
)
def test_a_row_that_is_none_is_told_by_what_it_says(cells: list[Any], why: str) -> None:
    table, headings = made(USUAL, [1, "首支部", "农场", 1], cells)
    assert Apart(table, headings).why(3, cells) == (t(f"tables.{why}") if why else "")


@pytest.mark.parametrize(
    ("cells", "counts"),
    [
        (["1", "2", "3", "4"], True),
        ([1, 2, 3, 4], True),
        (["(1)", "(2)", "(3)", "(4)"], True),
        (["A", "B", "C", "D"], True),
        (["甲", "乙", "1", "2"], True),
        (["栏次", "1", "2", "3"], True),
        (["1", "2", None, None], True),
        (["栏次", "1", None, None], False),
        (["1", None, None, None], False),
        (["1", "2", "4", "3"], False),
        (["2", "3", "4", "5"], False),
        (["1", "甲", "2", "乙"], False),
        (["甲", "丙", "1", "2"], False),
        (["1", "甲支部", "农场", "30"], False),
    ],
)
def test_the_first_row_may_count_the_columns(cells: list[Any], counts: bool) -> None:
    table, headings = made(USUAL, cells, cells)
    apart = Apart(table, headings)
    assert (apart.why(2, cells) == t("tables.column_numbers")) is counts
    assert apart.why(3, cells) != t("tables.column_numbers")


@pytest.mark.parametrize(("fields", "is_section"), [(["name"], False), (["name", "category"], True)])
def test_a_table_of_one_column_has_no_sections(fields: list[str], is_section: bool) -> None:
    cells = ["一、非公企业", None][: len(fields)]
    table, headings = made(fields, ["甲", "农场"][: len(fields)], cells)
    assert Apart(table, headings).why(3, cells) == (t("tables.section") if is_section else "")


def test_a_line_merged_from_side_to_side_is_a_remark() -> None:
    cells = ["甲支部", "甲支部", "甲支部", "甲支部"]
    table, headings = made(USUAL, [1, "首", "农场", 1], cells, spans={3})
    assert Apart(table, headings).why(3, cells) == t("tables.remark")
    assert Apart(table, headings).why(2, cells) == ""


@pytest.mark.parametrize(
    ("struck", "whole", "some"),
    [
        ({(2, 1): "", (2, 2): "", (2, 3): ""}, True, True),
        ({(2, 1): "", (2, 2): ""}, False, True),
        ({(2, 1): "甲", (2, 2): "", (2, 3): ""}, False, True),
        ({(2, 0): ""}, False, False),  # a column that is not read
        ({(3, 1): ""}, False, False),
        ({}, False, False),
    ],
)
def test_a_row_is_struck_out_where_every_cell_that_is_read_is(
    struck: dict[tuple[int, int], str], whole: bool, some: bool
) -> None:
    cells = [1, "甲支部", "农场", 30]
    table, headings = made(USUAL, cells, cells, struck=struck)
    apart = Apart(table, headings)
    assert (apart.is_struck(2, cells), apart.has_struck(2, cells)) == (whole, some)
    assert not apart.is_struck(2, [None] * 4)
    assert apart.is_struck(2, [1, "甲支部", "农场"]) is ({(2, 1): "", (2, 2): ""}.items() <= struck.items())


def _rows(table: Table, headings: Headings, **answers: Any) -> tuple[list[int], Report]:
    report = Report()
    return [row.number for row in rows_of(table, headings, Answers(**answers), report)], report


GOOD = [[n, f"甲{n}", "农场", n] for n in range(2, 8)]


@pytest.mark.parametrize("about", ["hidden", "struck"])
@pytest.mark.parametrize(("answer", "read"), [("", [2, 5, 7]), ("skip", [2, 5, 7]), ("read", [2, 3, 4, 5, 6, 7])])
def test_rows_set_apart_are_asked_about_in_runs_or_skipped_or_read(about: str, answer: str, read: list[int]) -> None:
    apart = {3, 4, 6}
    struck = {(number, index): "" for number in apart for index in (1, 2, 3)}
    table, headings = made(USUAL, *GOOD, **({"hidden_rows": apart} if about == "hidden" else {"struck": struck}))
    numbers, report = _rows(table, headings, **{about: answer})
    assert numbers == read
    places = [table.places(3, 4), table.place(6)]
    if answer == "":
        assert [each.place for each in report.rejected] == places
        asked = Question(about=about, says="3", place=places[0])  # type: ignore[arg-type]
        assert report.questions == [asked]  # one answer is for all of them
    else:
        assert (report.rejected, report.questions) == ([], [])
    if answer == "skip":
        reads = [t(f"tables.{about}_skipped", place=place) for place in places]
        assert [(each.weight, each.row, each.read) for each in report.doubts] == [
            ("note", 3, reads[0]),
            ("note", 6, reads[1]),
        ]


def test_a_row_that_is_read_though_hidden_or_struck_out_is_doubted() -> None:
    table, headings = made(USUAL, *GOOD[:3], hidden_rows={2}, struck={(3, 1): ""})
    report = Report()
    rows = list(rows_of(table, headings, Answers(hidden="read", struck="read"), report))
    assert [[doubt.read for doubt in row.doubts] for row in rows] == [
        [t("tables.hidden_read")],
        [t("tables.struck_read")],
        [],
    ]


def test_rows_that_are_none_are_noted_and_blank_ones_are_not() -> None:
    table, headings = made(USUAL, GOOD[0], [None, "无", None, "—"], [None, "合计", None, 3])
    numbers, report = _rows(table, headings)
    assert numbers == [2]
    assert [(each.weight, each.row, each.says, each.sheet) for each in report.doubts] == [("note", 4, "合计", "表")]


def row(fields: Sequence[str], cells: Sequence[Any], answers: Mapping[str, Any] | None = None, **beside: Any) -> Row:
    """The one row of such a table."""
    table, headings = made(fields, cells, **beside)
    return Row(table, 2, list(cells), headings, Answers(**(answers or {})))


@pytest.mark.parametrize(
    ("answer", "cell", "doubts", "asked"),
    [("", None, ["refused"], 1), ("read", "甲支部旧", [], 0), ("skip", "甲支部", ["doubt"], 0)],
)
def test_a_cell_struck_out_in_part_is_asked_about_read_or_left_without_it(
    answer: str, cell: Any, doubts: list[str], asked: int
) -> None:
    made_row = row(["name"], ["甲支部旧"], {"struck": answer}, struck={(2, 0): "甲支部"})
    assert made_row.cell("name") == cell
    assert [each.weight for each in made_row.doubts] == doubts
    assert [each.about for each in made_row.asked] == ["struck"] * asked
    if answer == "skip":
        assert made_row.doubts[0].says == "甲支部旧"


def test_a_cell_struck_out_whole_is_empty_when_it_is_skipped() -> None:
    assert row(["name"], ["甲支部"], {"struck": "skip"}, struck={(2, 0): ""}).cells == [None]
    assert row(["name"], ["甲支部"], {"struck": "skip"}).doubts == []


LONG = LongText("甲" * 200)
LONG.length = 70_000


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("name", "甲" * NOTE, ""),
        ("name", "甲" * (NOTE + 1), "long_cell"),
        ("note", "甲" * (NOTE + 1), ""),
        ("note", LONG, "long_cell"),
        ("name", Compound("[]"), "compound"),
        ("name", "13800000000", "personal_number"),
        ("id", "360102800101123", ""),  # of a code only what can be nothing else
        ("name", "360102800101123", "personal_number"),
        ("members", "13800000000", ""),  # a count is read as one
        ("name", "9.1E+17", "lost_digits"),
        ("members", "9.1E+17", ""),
        ("name", "甲", ""),
        ("name", None, ""),
    ],
)
def test_a_cell_is_refused_for_what_it_looks_like(field: str, cell: Any, why: str) -> None:
    made_row = row([field], [cell])
    assert made_row.is_refused(field) is bool(why)
    assert (made_row.cell(field) is None) is (bool(why) or cell is None)
    length, most = ("70,000", "60,000") if cell is LONG else (f"{NOTE + 1:,}", f"{NOTE:,}")
    wanted = t(f"tables.{why}", **({"length": length, "most": most} if why == "long_cell" else {})) if why else ""
    assert [each.read for each in made_row.doubts] == [wanted] * bool(why)


@pytest.mark.parametrize(
    ("merge", "refused"),
    [
        (Merge(0, 2, 0, 3), True),  # one number for two rows
        (Merge(0, 2, 1, 2), True),  # or for two counts
        (Merge(1, 2, 1, 2), False),
        (Merge(1, 2, 2, 2), False),  # for a count and the column beside it
    ],
)
def test_a_number_merged_over_counts_is_nobody_s(merge: Merge, refused: bool) -> None:
    merged = {(2, index): merge for index in range(merge.left, merge.right + 1)}
    made_row = row(["members", "retired", "note"], [3, 3, "3"], merged=merged)
    assert bool(made_row.faults) is refused
    assert not refused or merge.range in made_row.faults[0]


def test_what_a_cell_says_else_what_was_given_for_all() -> None:
    made_row = row(["name", "category"], ["无", "农场"], {"given": {"name": "给定", "category": "x", "note": "注"}})
    assert [made_row.cell(field) for field in ("name", "category", "note", "batch")] == ["给定", "农场", "注", None]
    assert not made_row.is_said_to_be_nothing("name")
    assert row(["name"], ["无"]).is_said_to_be_nothing("name")
    assert not row(["name"], [None]).is_said_to_be_nothing("name")


def test_a_reading_is_kept_doubted_refused_or_asked_about() -> None:
    made_row = row(["name", "category"], ["甲", "宫殿"])
    assert made_row.read("batch", values.read_count) is None
    assert made_row.read("name", lambda cell: Value(cell, doubt="so")) == "甲"
    assert made_row.read("category", lambda cell: Value(fault="no", word="宫殿")) is None
    assert [(each.weight, each.read) for each in made_row.doubts] == [
        ("doubt", "so"),
        ("refused", t("tables.word_asked", why="no", word="宫殿")),
    ]
    assert made_row.asked == [Question(about="word", says="宫殿", place="表 row 2", field="category")]


def test_a_field_is_refused_once_and_by_its_name_where_no_column_has_it() -> None:
    made_row = row(["name"], [None])
    made_row.refuse("name", "first")
    made_row.refuse("name", "second")
    made_row.refuse("batch", "third")
    assert [each.heading for each in made_row.doubts] == ["单位名称", "batch"]
    assert len(made_row.faults) == 2
    assert made_row.faults[0] == t("tables.fault_empty", heading="name", says="", why="first")
    said = row(["name"], ["甲" * 61])
    said.refuse("name", "x")
    assert said.faults == [t("tables.fault", heading="name", says="甲" * 60, why="x")]
    covered = row(["members"], ["13800000000"])
    covered.refuse("members", "x")
    assert covered.doubts[0].says == "***********"


def test_of_each_column_what_is_to_be_said_is_said() -> None:
    fields = ["-", "name", "members", "members", ""]
    table, headings = made(fields, [1, "甲", 2, 3, "晴", "里"], [1, "乙", 2, 3, "晴", "外"])
    said = column_doubts(table, headings)
    assert [(each.weight, each.column, each.row) for each in said] == [
        ("note", "A", 1),
        ("doubt", "D", 1),
        ("doubt", "F", 2),
    ]
    assert said[0].read == t("tables.left_out")
    assert said[1].read == t("tables.twice", field="members", column="C", heading="党员数")
    assert said[2] == Doubt(weight="doubt", sheet="表", row=2, column="F", says="里", read=t("tables.no_heading"))


@pytest.mark.parametrize(
    ("cells", "personal"),
    [
        (["13800000000", "13900000000"], True),
        (["13800000000", "甲"], True),
        (["13800000000", "甲", "乙"], False),
        (["13800000000", None, "无"], True),
        (["甲"], False),
        ([None], False),
    ],
)
def test_a_column_of_which_half_the_cells_are_personal_numbers_is_personal(cells: list[Any], personal: bool) -> None:
    table, headings = made(["-"], *([cell] for cell in cells))
    assert looks_personal(table, headings, headings.columns[0]) is personal
    (doubt,) = column_doubts(table, headings)
    assert (doubt.read == t("tables.personal")) is personal


def test_cells_without_a_heading_are_not_doubted_in_rows_that_are_none_or_under_a_merged_heading() -> None:
    table, headings = made(["name", "members"], ["合计", 3, "x"], ["甲", 1, "无"])
    assert column_doubts(table, headings) == []
    table, headings = made(["name", "members"], ["甲", 1, "x"], merges=[Merge(1, 1, 2, 1)])
    assert column_doubts(table, headings) == []
