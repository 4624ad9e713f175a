"""A workbook by its parts, each written out as small as it can be: cells, texts, styles, hidden and merged places."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from sync.central.imports.files.package import Package
from sync.central.imports.files.sheets import FormattedNumber, LongText, Merge, NoBook, Sheet, bounded, column_letters
from sync.central.imports.files.spreadsheet import open_spreadsheet
from tests.sync.central.tables import packed, relations


def first(**parts: str) -> Sheet:
    """The first sheet of such a workbook."""
    return open_spreadsheet(packed(**parts)).sheet("甲")


def cells(written: str, **parts: str) -> Sheet:
    """A sheet of one row with these cells."""
    return first(sheet1=f'<worksheet><sheetData><row r="1">{written}</row></sheetData></worksheet>', **parts)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("<c><v>7</v></c>", 7),
        ("<c><v>7.5</v></c>", 7.5),
        ("<c><v>1E3</v></c>", 1000),
        ("<c><v>999999999999999</v></c>", 999_999_999_999_999),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="b"><v>0</v></c>', False),
        ('<c t="b"><v> false </v></c>', False),
        ('<c t="str"><v>甲_x000A_乙</v></c>', "甲\n乙"),
        ('<c t="str"><v>甲_x00G0_乙</v></c>', "甲_x00G0_乙"),
        ('<c t="str"><v> </v></c>', " "),
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="s"><v>1</v></c>', "乙"),
        ('<c t="d"><v>2026-09-18T10:30:00Z</v></c>', datetime.fromisoformat("2026-09-18T10:30:00")),
        ('<c t="inlineStr"><is><t>甲</t></is></c>', "甲"),
        ('<c t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c>', "甲乙"),
        ("<c><f>1+1</f><v>2</v></c>", 2),
    ],
)
def test_a_cell_is_read_by_its_type(cell: str, wanted: Any) -> None:
    found = cells(cell, texts="<sst><si><t>甲</t></si><si><t>乙</t></si></sst>").rows[1][0]
    assert (found, type(found)) == (wanted, type(wanted))


NONE = ["<c/>", *(f'<c t="{kind}"><v>{blank}</v></c>' for kind in "nsbde" for blank in ("", " ", "\n"))]


@pytest.mark.parametrize("cell", [*NONE, '<c t="str"><v/></c>', '<c t="inlineStr"><is><t/></is></c>'])
def test_a_cell_without_a_value_is_none(cell: str) -> None:
    assert cells(cell).rows == {}


def test_a_whole_number_of_sixteen_digits_stays_a_number_with_a_point() -> None:
    assert type(cells("<c><v>1000000000000000</v></c>").rows[1][0]) is not int


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("<c><v>1</v></c><c><v>2</v></c>", {0: 1, 1: 2}),
        ('<c r="C1"><v>1</v></c><c><v>2</v></c>', {2: 1, 3: 2}),
        ('<c r="Z1"><v>1</v></c><c r="AA1"><v>2</v></c><c r="BA1"><v>3</v></c>', {25: 1, 26: 2, 52: 3}),
        ('<c r="XFD1"><v>1</v></c>', {16_383: 1}),
        ('<c r="?"><v>1</v></c>', {0: 1}),
    ],
)
def test_a_cell_stands_where_it_says_else_beside_the_one_before(row: str, wanted: dict[int, int]) -> None:
    assert cells(row).rows == {1: wanted}


def test_a_row_stands_where_it_says_else_below_the_one_before() -> None:
    rows = '<row r="3"><c><v>1</v></c></row><row><c><v>2</v></c></row><row r="2"><c><v>3</v></c></row>'
    sheet = first(sheet1=f"<worksheet>{rows}</worksheet>")
    assert sheet.rows == {3: {0: 1}, 4: {0: 2}, 2: {0: 3}}
    assert (sheet.row_count, sheet.last_row) == (3, 4)


def test_characters_of_texts_are_counted_and_numbers_are_not() -> None:
    assert cells('<c><v>12345</v></c><c t="str"><v>甲乙</v></c><c t="str"><v>丙</v></c>').characters == 3


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("<c><f>A2</f></c>", ["A1"]),
        ("<c><f>A2</f><v> </v></c>", ["A1"]),
        ("<c><f>A2</f><v>0</v></c>", []),
        ('<c t="str"><f>A2</f><v/></c>', []),  # its result is an empty text
        ("<c><f>A2</f><v>1</v></c><c/>", []),
        ('<c r="AB1"><f>A2</f></c>', ["AB1"]),
    ],
)
def test_a_formula_without_its_result_is_named(cell: str, wanted: list[str]) -> None:
    assert cells(cell).uncalculated == wanted


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("", False),
        ('hidden="1"', True),
        ('hidden="true"', True),
        ('hidden="0"', False),
        ('hidden="false"', False),
        ('hidden="off"', False),
        ('ht="0"', True),
        ('ht="0.5"', False),
    ],
)
def test_a_row_is_hidden_by_its_mark_or_without_height(said: str, hidden: bool) -> None:
    assert first(sheet1=f'<worksheet><row r="2" {said}/></worksheet>').hidden_rows == ({2} if hidden else set())


@pytest.mark.parametrize(("said", "hidden"), [("", True), ('ht="15"', False), ('hidden="0"', False)])
def test_where_rows_have_no_height_unless_said_a_row_says_it(said: str, hidden: bool) -> None:
    rows = f'<sheetFormatPr zeroHeight="1"/><row r="1" {said}/>'
    assert first(sheet1=f"<worksheet>{rows}</worksheet>").hidden_rows == ({1} if hidden else set())


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        ('min="2" max="3" hidden="1"', {1, 2}),
        ('min="2" max="2" width="0"', {1}),
        ('min="2" max="2" width="8.5"', set()),
        ('min="2" max="2"', set()),
        ('hidden="1"', {0}),
        ('min="16384" max="99999" hidden="1"', {16_383}),
    ],
)
def test_columns_are_hidden_by_their_mark_or_without_width(column: str, wanted: set[int]) -> None:
    assert first(sheet1=f"<worksheet><cols><col {column}/></cols></worksheet>").hidden_columns == wanted


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("B2:C3", [Merge(1, 2, 2, 3)]),
        ("$B$2:$AA$3", [Merge(1, 2, 26, 3)]),
        ("B2", [Merge(1, 2, 1, 2)]),
        ("B2:?", []),
        ("?:B2", []),
        ("", []),
    ],
)
def test_a_merged_range_is_read_from_its_reference(reference: str, wanted: list[Merge]) -> None:
    assert first(sheet1=f'<worksheet><mergeCell ref="{reference}"/></worksheet>').merges == wanted


STYLES = """<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000"/></numFmts>
<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts><dxfs><font><strike/></font></dxfs>
<cellStyleXfs><xf numFmtId="14" fontId="1"/></cellStyleXfs>
<cellXfs><xf/><xf numFmtId="164" fontId="1"/><xf numFmtId="14" fontId="2"/><xf fontId="3"/></cellXfs></styleSheet>"""


def styled(style: int, value: int = 7) -> Any:
    """A cell in a style, and whether it is struck out."""
    sheet = cells(f'<c s="{style}"><v>{value}</v></c>', styles=STYLES)
    return sheet.rows[1][0], sheet.struck


@pytest.mark.parametrize(
    ("style", "value", "struck"),
    [(0, 7, False), (1, 7, True), (2, date(1900, 1, 7), False), (3, 7, False), (4, 7, False)],
)
def test_a_style_says_how_a_number_is_shown_and_whether_it_is_struck_out(style: int, value: Any, struck: bool) -> None:
    found, lines = styled(style)
    assert (found, lines) == (value, {(1, 0): ""} if struck else {})


def test_the_first_font_may_be_struck_out_too() -> None:
    styles = "<styleSheet><fonts><font><strike/></font></fonts><cellXfs><xf/></cellXfs></styleSheet>"
    assert cells("<c><v>7</v></c>", styles=styles).struck == {(1, 0): ""}


def test_a_run_after_the_longest_text_is_still_looked_at() -> None:
    runs = f"<r><rPr><strike/></rPr><t>{'旧' * 60_000}</t></r><r><t>新</t></r>"
    found = cells(f'<c t="inlineStr"><is>{runs}</is></c>')
    assert (getattr(found.rows[1][0], "length", 0), found.struck) == (60_001, {(1, 0): "新"})


def test_a_pattern_of_the_workbook_is_that_of_its_style() -> None:
    found, _ = styled(1)
    assert isinstance(found, FormattedNumber)
    assert found.shown == "007"


@pytest.mark.parametrize(
    ("runs", "whole", "left"),
    [
        ("<r><rPr><strike/></rPr><t>旧</t></r><r><t>新</t></r>", "旧新", "新"),
        ("<r><t>新</t></r><r><rPr><strike/></rPr><t>旧</t></r>", "新旧", "新"),
        ('<r><rPr><strike val="0"/></rPr><t>旧</t></r><r><t>新</t></r>', "旧新", None),
        ("<r><rPr><strike/></rPr><t> </t></r><r><t>新</t></r>", " 新", None),  # nothing is seen of it
        ("<r><rPr><strike/></rPr><t>旧</t></r>", "旧", ""),
        ("<t>甲</t><rPh><t>jia</t></rPh>", "甲", None),
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_of_a_text_with_struck_runs_the_rest_is_kept_beside_it(
    runs: str, whole: str, left: str | None, shared: bool
) -> None:
    found = (
        cells('<c t="s"><v>0</v></c>', texts=f"<sst><si>{runs}</si></sst>")
        if shared
        else cells(f'<c t="inlineStr"><is>{runs}</is></c>')
    )
    assert (found.rows[1][0], found.struck) == (whole, {} if left is None else {(1, 0): left})


@pytest.mark.parametrize(
    ("said", "is_1904"),
    [
        ("", False),
        ('date1904="1"', True),
        ('date1904="true"', True),
        ('date1904="0"', False),
        ('date1904="off"', False),
    ],
)
def test_a_workbook_says_from_which_year_its_days_are_counted(said: str, is_1904: bool) -> None:
    workbook = f'<workbook><workbookPr {said}/><sheet name="甲" r:id="s1"/></workbook>'
    book = open_spreadsheet(packed(workbook=workbook, styles=STYLES, sheet1='<row><c s="2"><v>45000</v></c></row>'))
    assert book.epoch_1904 is is_1904
    assert book.sheet("甲").rows[1][0] == (date(2027, 3, 16) if is_1904 else date(2023, 3, 15))


def test_sheets_come_in_their_order_with_whether_they_are_seen_and_charts_are_none() -> None:
    sheets = '<sheet name="乙" r:id="s2" state="hidden"/><sheet name="图" r:id="c1"/><sheet name="甲" r:id="s1"/>'
    third = '<sheet name="丙" state="visible" r:id="s1"/><sheet name="丁" state="veryHidden" r:id="s1"/>'
    titles = open_spreadsheet(packed(workbook=f"<workbook>{sheets}{third}</workbook>")).titles
    assert list(titles.items()) == [("乙", False), ("甲", True), ("丙", True), ("丁", False)]


@pytest.mark.parametrize("main", ["<workbook/>", '<document><sheet name="甲" r:id="s1"/></document>'])
def test_what_has_no_sheets_or_is_another_document_is_no_workbook(main: str) -> None:
    with pytest.raises(NoBook):
        open_spreadsheet(packed(workbook=main))


def test_a_part_with_a_document_type_is_refused() -> None:
    with pytest.raises(ValueError, match=r"xl/sheet1\.xml declares a document type"):
        first(sheet1="<!DOCTYPE worksheet><worksheet/>")


def package(**parts: str) -> Package:
    """An archive with these parts; __ stands for a slash."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return Package(ZipFile(made))


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("b.xml", "a/b.xml"),
        ("/b.xml", "b.xml"),
        ("../b.xml", "b.xml"),
        ("c\\b.xml", "a/c/b.xml"),
        ("%E8%A1%A8.xml", "a/表.xml"),
    ],
)
def test_a_target_is_found_from_the_part_that_names_it(target: str, part: str) -> None:
    found = package(**{"a___rels__m.rels": relations(("i", "styles", target))}).related("a/m", "styles")
    assert found == {"i": part}


def test_only_parts_of_the_archive_and_of_the_kind_are_related() -> None:
    rows = relations(("i", "styles", "b"), ("k", "theme", "c"))
    assert package(**{"_rels__m.rels": rows}).related("m", "theme") == {"k": "c"}
    outside = relations(("i", "styles", "b"), extra='TargetMode="External"')
    assert package(**{"_rels__m.rels": outside}).related("m", "styles") == {}
    assert package(**{"_rels__m.rels": rows.replace("Relationship ", "Other ")}).related("m", "styles") == {}
    assert package(m="").related("m", "styles") == {}


def test_parts_are_found_whatever_their_case_and_slashes() -> None:
    found = package(**{"A\\b.XML": "<x/>"})
    assert [found.has(part) for part in ("a/B.xml", "/a/b.xml", "a/c.xml")] == [True, True, False]


@pytest.mark.parametrize(("length", "kept"), [(60_000, True), (60_001, False)])
def test_a_text_is_kept_whole_up_to_the_longest(length: int, kept: bool) -> None:
    for found in (
        bounded("字" * length),
        cells(f'<c t="str"><v>{"字" * length}</v></c>').rows[1][0],
        cells(f'<c t="inlineStr"><is><t>{"字" * length}</t></is></c>').rows[1][0],
    ):
        assert isinstance(found, LongText) is not kept
        assert (len(found), getattr(found, "length", length)) == (length if kept else 200, length)


def test_a_text_of_which_more_was_left_out_is_long() -> None:
    found = bounded("字", 60_001)
    assert (found, getattr(found, "length", 0)) == ("字", 60_001)


@pytest.mark.parametrize(
    ("index", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")],
)
def test_a_column_has_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_a_merged_range_is_written_as_a_workbook_does() -> None:
    assert Merge(2, 2, 26, 3).range == "C2:AA3"


def test_a_sheet_begins_empty() -> None:
    found = Sheet()
    assert (found.row_count, found.last_row, found.characters) == (0, 0, 0)
