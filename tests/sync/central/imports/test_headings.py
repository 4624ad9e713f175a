"""Which row holds the headings, and what each column is: small tables of words, one for each rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sync.central.imports.files.read import Table
from sync.central.imports.files.sheets import Merge
from sync.central.imports.headings import Column, Headings, Meaning, find_headings, likely_headings

UNITS = Meaning("units", {})
PEOPLE = [["甲支部", "农场", 30], ["乙支部", "高校", 12]]


def table(*rows: Sequence[Any], merges: Sequence[Merge] = (), first: int = 1) -> Table:
    """A sheet whose rows are numbered on from `first`."""
    return Table(name="", rows=[(number, list(row)) for number, row in enumerate(rows, first)], merges=list(merges))


def fields(found: Headings | None) -> list[str] | None:
    """The fields of the columns in order; what has no meaning is empty."""
    return None if found is None else [column.field for column in found.columns]


def headings(found: Headings | None) -> list[str]:
    """What the columns are called."""
    assert found is not None
    return [column.heading for column in found.columns]


def test_the_row_with_the_sought_word_and_another_holds_the_headings() -> None:
    found = find_headings(table(["某区名册"], [None, "单位名称", "类别"], *PEOPLE, first=4), UNITS)
    assert found == Headings(rows=2, row=5, columns=[Column(1, "单位名称", "name"), Column(2, "类别", "category")])


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (["单位名称", "类别"], True),
        (["编号", "类别"], True),  # the other of the two words sought
        (["单位名称", "天气"], True),
        (["类别", "地址"], False),  # neither
        (["单位名称"], False),  # a title has one cell
        (["单位名称", "单位名称"], False),  # or the same in each
        (["单位名称", 7], False),  # headings are words
        (["单位名称", "7"], False),
        (["单位名称", " ", "类别"], True),
    ],
)
def test_a_row_is_taken_for_headings_or_not(row: list[Any], known: bool) -> None:
    assert (find_headings(table(row, ["甲支部", "农场", 1]), UNITS) is not None) is known


def test_of_two_rows_the_one_with_more_known_words_holds_the_headings_and_of_equals_the_first() -> None:
    more, fewer = ["单位名称", "类别", "地址"], ["单位名称", "类别", "天气"]
    for rows, wanted in (((fewer, more), 2), ((more, fewer), 1), ((more, more), 1)):
        found = find_headings(table(*rows, ["甲", "乙", "丙"]), UNITS)
        assert found is not None
        assert found.rows == wanted


@pytest.mark.parametrize(("above", "found"), [(29, True), (30, False)])
def test_headings_stand_among_the_first_thirty_rows(above: int, found: bool) -> None:
    titles = [["某区名册"]] * above
    sheet = table(*titles, ["单位名称", "类别"], *PEOPLE)
    assert (find_headings(sheet, UNITS) is not None) is found
    assert (likely_headings(sheet, UNITS) is not None) is found


def test_a_heading_is_read_up_to_its_greatest_length() -> None:
    found = find_headings(table(["单位名称", "类别", "地" * 201], *PEOPLE), UNITS)
    assert headings(found)[2] == "地" * 200


def test_blanks_and_line_ends_in_a_heading_are_single_blanks() -> None:
    assert headings(find_headings(table(["单位\n名称", "类 别 "], *PEOPLE), UNITS)) == ["单位 名称", "类 别"]


@pytest.mark.parametrize(
    ("heading", "said", "field"),
    [
        ("党员数", {}, "members"),
        ("党员数（人）", {}, "members"),
        ("党员数", {"党员数": "note"}, "note"),  # what the office says comes first
        ("党 员 数:", {"党员数": "note"}, "note"),
        ("党员数（人）", {"党员数": "note"}, "note"),
        ("天气", {"天气": "-"}, "-"),
        ("联系电话", {}, "-"),
        ("负责人联系电话", {}, "-"),
        ("天气", {}, ""),
    ],
)
def test_a_heading_means_what_the_office_says_else_the_known_word(
    heading: str, said: Mapping[str, str], field: str
) -> None:
    assert Meaning("units", said).of(heading) == field


def test_of_several_readings_of_a_heading_the_first_known_one_counts() -> None:
    assert UNITS.of("其中 党员数", "党员数", "类别") == "members"
    assert Meaning("units", {"类别": "note"}).of("党员数", "类别") == "note"
    assert UNITS.of("其中", "联系电话") == "-"


def test_of_two_columns_of_one_field_the_first_is_read() -> None:
    found = find_headings(table(["单位名称", "党员数", "党员人数", "序号", "天气"], ["甲", 1, 2, 3, "晴"]), UNITS)
    assert found is not None
    assert fields(found) == ["name", "members", "members", "-", ""]
    assert {name: column.index for name, column in found.fields.items()} == {"name": 0, "members": 1}
    assert found.columns[1].letter == "B"


TOP = ["序号", "单位名称", "类别", "党员情况", None, None]
BELOW = [None, None, None, "党员数", "流动", "失联"]
DATA = [1, "甲支部", "农场", 30, 2, 1]
ACROSS = Merge(left=3, top=1, right=5, bottom=1)
DOWN = Merge(left=0, top=1, right=0, bottom=2)
TWO = ["-", "name", "category", "members", "floating", "out_of_contact"]


@pytest.mark.parametrize("merges", [[], [ACROSS], [DOWN], [ACROSS, DOWN]])
def test_two_rows_are_one_row_of_headings_where_cells_are_merged_or_empty(merges: list[Merge]) -> None:
    upper = list(TOP)
    if ACROSS in merges:
        upper[4] = upper[5] = upper[3]  # a merged range has its value in each cell
    lower = ["序号", *BELOW[1:]] if DOWN in merges else BELOW
    found = find_headings(table(upper, lower, DATA, merges=merges), UNITS)
    assert found is not None
    assert (fields(found), found.rows, found.row, found.shown) == (TWO, 2, 2, True)
    assert headings(found)[3:] == ["党员情况 党员数", "党员情况 流动", "党员情况 失联"]


def test_where_every_column_has_a_heading_above_two_rows_are_headings_by_their_words_alone() -> None:
    upper = ["单位情况", "单位情况", "党员情况", "党员情况"]
    lower = ["单位名称", "类别", "党员数", "流动"]
    found = find_headings(table(upper, lower, DATA, merges=[Merge(0, 1, 1, 1), Merge(2, 1, 3, 1)]), UNITS)
    assert found is not None
    assert (fields(found), found.rows, found.shown) == (["name", "category", "members", "floating"], 2, False)


def test_a_merge_of_one_cell_joins_nothing() -> None:
    upper = [*TOP[:4], TOP[3], TOP[3]]
    assert fields(find_headings(table(upper, BELOW, DATA, merges=[Merge(0, 1, 0, 1), ACROSS]), UNITS)) == TWO


def test_a_heading_said_in_both_rows_stands_beside_groups() -> None:
    upper, lower = ["单位名称", "类别", "情况", None], ["单位名称", "类别", "党员数", "流动"]
    found = find_headings(table(upper, lower, ["甲", "农场", 1, 2]), UNITS)
    assert headings(found) == ["单位名称", "类别", "情况 党员数", "情况 流动"]


@pytest.mark.parametrize(
    ("upper", "lower", "merges", "first"),
    [
        (["单位名称", "类别", "情况：", None], [None, None, "党员数", "流动"], [], 1),  # a label
        (["单位名称", "类别", "情况", None], [None, None, "党员数", "党员数"], [], 1),  # nothing is told apart
        (["单位名称", "类别", "情况", None], [None, "非公", "党员数", "流动"], [], 1),  # a cell under another heading
        (["单位名称", "类别", "情况", "地址"], [None, None, None, None], [], 1),  # no two columns share one
        (["单位名称", "类别", "情况", None], ["甲支部", None, "良好", "一般"], [Merge(1, 2, 1, 3)], 1),  # of other rows
    ],
)
def test_two_rows_that_do_not_show_it_are_no_one_row_of_headings(
    upper: list[Any], lower: list[Any], merges: list[Merge], first: int
) -> None:
    found = find_headings(table(upper, lower, ["甲支部", "农场", "x", "y"], merges=merges, first=first), UNITS)
    assert found is not None
    assert found.rows == 1


def test_rows_with_others_left_out_between_them_are_no_one_row_of_headings() -> None:
    sheet = table(TOP, BELOW, DATA)
    sheet.rows[1] = (3, list(BELOW))
    sheet.rows[2] = (4, list(DATA))
    found = find_headings(sheet, UNITS)
    assert found is None or found.rows == 1


def test_the_words_below_may_say_the_same_as_those_above() -> None:
    merges = [Merge(0, 1, 0, 2), Merge(1, 1, 1, 2), ACROSS]
    upper = ["序号", "单位名称", "类别", "党员数", "党员数", "党员数"]
    lower = ["序号", "单位名称", None, "党员数", "流动", "失联"]
    found = find_headings(table(upper, lower, DATA, merges=merges), UNITS)
    assert headings(found) == ["序号", "单位名称", "类别", "党员数", "党员数 流动", "党员数 失联"]


def test_a_column_with_words_below_alone_is_called_by_them() -> None:
    merges = [Merge(0, 1, 0, 2)]
    found = find_headings(table(["单位名称", "情况", None], ["单位名称", "党员数", "流动"], DATA, merges=merges), UNITS)
    assert headings(found) == ["单位名称", "情况 党员数", "情况 流动"]
    merges = [Merge(1, 1, 1, 2)]
    found = find_headings(table([None, "单位名称", "类别"], ["党员数", "单位名称", None], DATA, merges=merges), UNITS)
    assert headings(found) == ["党员数", "单位名称", "类别"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([["甲", "农场", "路", "路"], ["乙", "高校", "街", "街"]], ["单位名称", "类别", "地址"]),
        ([["甲", "农场", "路", "号"], ["乙", "高校", "街", "街"]], ["单位名称", "类别", "地址", "地址 2"]),
        ([["甲", "农场", "路", None], ["乙", "高校", "街", None]], ["单位名称", "类别", "地址"]),
        ([["甲", "农场", None, "号"], ["乙", "高校", None, "街"]], ["单位名称", "类别", "地址"]),
        ([["甲", "农场", None, None], ["乙", "高校", None, None]], ["单位名称", "类别", "地址"]),
    ],
)
def test_columns_under_one_merged_heading_are_as_many_as_say_something_different(
    rows: list[list[Any]], wanted: list[str]
) -> None:
    upper = ["单位名称", "类别", "地址", "地址"]
    found = find_headings(table(upper, *rows, merges=[Merge(2, 1, 3, 1)]), UNITS)
    assert headings(found) == wanted


def test_the_column_that_says_something_has_the_heading() -> None:
    upper = ["单位名称", "类别", "地址", "地址"]
    found = find_headings(table(upper, ["甲", "农场", None, "号"], merges=[Merge(2, 1, 3, 1)]), UNITS)
    assert found is not None
    assert [column.index for column in found.columns] == [0, 1, 3]


def test_a_merge_that_reaches_beyond_the_filled_cells_ends_with_them() -> None:
    found = find_headings(table(["单位名称", "类别"], ["甲", "农场"], merges=[Merge(1, 1, 9, 1)]), UNITS)
    assert headings(found) == ["单位名称", "类别"]
    found = find_headings(table(["单位名称", "类别"], ["甲", "农场"], merges=[Merge(2, 1, 9, 1)]), UNITS)
    assert headings(found) == ["单位名称", "类别"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([["名册", None], ["天气", "心情"], ["晴", "好"]], 2),
        ([["天气", "心情"], ["晴", "好"]], 1),  # of rows as wide the first
        ([["天气", "心情"], ["天气", "心情", "时刻"], ["晴", "好", "早"]], 2),  # else the widest
        ([["天气", "天气", "心情"], ["甲", "乙"], ["丙", "丁"]], 2),  # of words that differ
        ([["名册"], ["晴"]], None),
        ([["天气", "心情"]], None),  # with nothing below
        ([[1, 2], [3, 4]], None),
    ],
)
def test_the_likeliest_headings_are_the_widest_row_of_different_words(
    rows: list[list[Any]], wanted: int | None
) -> None:
    found = likely_headings(table(*rows), UNITS)
    assert (None if found is None else found.rows) == wanted
