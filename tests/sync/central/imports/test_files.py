"""Files of tables: what a workbook hides or strikes out, where its parts are, sizes, encodings, what is remembered."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sync.central.cli.commands import run
from sync.central.imports.files.sheets import Sheet
from sync.central.imports.files.spreadsheet import open_spreadsheet
from sync.central.imports.files.workbook import read_workbook
from sync.central.imports.report import CannotRead
from sync.central.locale import set_language
from sync.central.service.store import Store
from tests.store import office
from tests.sync.central.tables import STRUCK, Rows, imports, notes, people, reasons, rewritten, units, written, xlsx
from tests.terminal import Terminal

ROWS: Rows = [
    ["单位名称", "类别", "地址"],
    *([f"{name}支部", "农场", "某路"] for name in "甲乙丙丁"),
]


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def _hide_rows(sheet: Any) -> None:
    for row in (3, 4):
        sheet.row_dimensions[row].hidden = True


def _filter_rows(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C5"
    sheet.auto_filter.add_filter_column(0, ["甲支部", "丁支部"])
    _hide_rows(sheet)  # as a filter leaves them


@pytest.mark.parametrize("hide", [_hide_rows, _filter_rows])
def test_hidden_and_filtered_rows_are_named_and_asked_about(
    store: Store, tmp_path: Path, hide: Callable[[Any], None]
) -> None:
    file = xlsx(tmp_path / "u.xlsx", ROWS, change=hide)
    report = imports(store, "units", file)
    assert (report.kept, [each.about for each in report.questions]) == (0, ["hidden"])
    assert reasons(report).startswith("Sheet rows 3-4: 乙支部: hidden, or filtered out; give --hidden read")
    assert imports(store, "units", file, partial=True).kept == 2
    report = imports(store, "units", file, hidden="skip")
    assert (report.kept, "rows 3-4: hidden, or filtered out; left out" in notes(report)) == (2, True)
    report = imports(store, "units", file, hidden="read")
    assert (report.kept, notes(report).count("a hidden row, read as any other")) == (4, 2)


def test_rows_without_height_are_hidden_rows(store: Store, tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(b'<row r="3"', b'<row r="3" ht="0" customHeight="1"')

    report = imports(store, "units", rewritten(xlsx(tmp_path / "u.xlsx", ROWS), change))
    assert reasons(report).startswith("Sheet row 3: 乙支部: hidden")


def test_a_hidden_column_is_asked_about_unless_it_is_never_read(store: Store, tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.column_dimensions["C"].hidden = True
        sheet.column_dimensions["D"].hidden = True

    rows = [[*row, "联系电话" if at == 0 else ""] for at, row in enumerate(ROWS)]
    file = xlsx(tmp_path / "u.xlsx", rows, change=hide)
    report = imports(store, "units", file, partial=True)
    assert (report.kept, report.asked) == (0, ["地址"])
    assert imports(store, "units", file, hidden="skip").kept == 4
    assert "address" not in units(store)["甲支部"]
    assert imports(store, "units", file, hidden="read").changed == 4
    assert units(store)["甲支部"]["address"] == "某路"


def test_a_hidden_sheet_with_a_table_is_asked_about_and_one_without_is_noted(store: Store, tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        for title, rows in (("去年", [["单位名称", "类别"], ["旧支部", "农场"]]), ("选项", [["农场"], ["高校"]])):
            hidden = sheet.parent.create_sheet(title)
            hidden.sheet_state = "hidden"
            for row in rows:
                hidden.append(row)

    file = xlsx(tmp_path / "u.xlsx", ROWS, change=add)
    report = imports(store, "units", file)
    assert (report.kept, reasons(report).startswith("sheet 去年: the sheet is hidden")) == (0, True)
    assert "选项!row 1: '': a hidden sheet, left out" in notes(report)
    assert imports(store, "units", file, hidden="skip").kept == 4
    assert imports(store, "units", file, sheet="去年").kept == 1
    assert imports(store, "units", file, hidden="read").kept == 5


def _strike_row(sheet: Any) -> None:
    for column in (1, 2, 3):
        sheet.cell(3, column).font = STRUCK


def test_a_row_that_is_struck_out_is_named_and_asked_about(store: Store, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "u.xlsx", ROWS, change=_strike_row)
    report = imports(store, "units", file)
    assert (report.kept, [each.about for each in report.questions]) == (0, ["struck"])
    assert reasons(report).startswith("Sheet row 3: 乙支部: struck out; give --struck read")
    report = imports(store, "units", file, struck="skip")
    assert (report.kept, "row 3: struck out; left out" in notes(report)) == (3, True)
    assert imports(store, "units", file, struck="read").kept == 4


def test_a_struck_part_of_a_cell_is_asked_about_or_left_out(store: Store, tmp_path: Path) -> None:
    runs = b"<is><r><rPr><strike/></rPr><t>\xe6\x9f\x90</t></r><r><t>\xe6\x96\xb0\xe8\xb7\xaf</t></r></is>"

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        if "sheet1" in name:
            start = data.index(b'<c r="C3"')
            end = data.index(b"</c>", start)
            data = data[:start] + b'<c r="C3" t="inlineStr">' + runs + data[end:]
        return name, data

    file = rewritten(xlsx(tmp_path / "u.xlsx", ROWS), change)
    report = imports(store, "units", file)
    assert [(each.column, each.row) for each in report.doubts if each.weight == "refused"] == [("C", 3)]
    assert imports(store, "units", file, struck="skip").kept == 4
    assert units(store)["乙支部"]["address"] == "新路"
    assert imports(store, "units", file, struck="read").kept == 4
    assert units(store)["乙支部"]["address"] == "某新路"


PARTS = {
    "xl/workbook.xml": "book/main.xml",
    "xl/worksheets/sheet1.xml": "book/表/一.xml",
    "xl/styles.xml": "book/looks.xml",
}


def _moved(name: str, data: bytes) -> tuple[str, bytes]:
    """The same workbook with its parts by other names, each found by its relationships alone."""
    name = {**PARTS, "xl/_rels/workbook.xml.rels": "book/_rels/main.xml.rels"}.get(name, name)
    for old, new in PARTS.items():
        data = data.replace(f"/{old}".encode(), f"/{new}".encode()).replace(
            f'Target="{old}"'.encode(), f'Target="{new}"'.encode()
        )
    return name, data.replace(b'Target="styles.xml"', b'Target="looks.xml"')


def _strict(name: str, data: bytes) -> tuple[str, bytes]:
    """The same workbook with other addresses of its forms, as the strict form of the standard has them."""
    return name, re.sub(rb'(?<=")http:[^"]*/([A-Za-z]+)(?=")', rb"urn:strict/\1", data)


@pytest.mark.parametrize("change", [_moved, _strict])
def test_the_parts_of_a_workbook_are_found_by_their_relationships(
    store: Store, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    def look(sheet: Any) -> None:
        _hide_rows(sheet)
        sheet.cell(2, 4).number_format = "000000"

    rows = [[*row, "编号" if at == 0 else at] for at, row in enumerate(ROWS)]
    file = rewritten(xlsx(tmp_path / "u.xlsx", rows, ["B2:B3"], look), change)
    assert imports(store, "units", file).questions, "hidden rows are seen"
    assert imports(store, "units", file, hidden="read").kept == 4
    assert units(store)["甲支部"]["id"] == "000001"


def test_days_of_a_workbook_that_counts_from_1904_are_the_days_it_shows(store: Store, tmp_path: Path) -> None:
    def from_1904(sheet: Any) -> None:
        sheet.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
        sheet["D2"] = date(2026, 3, 15)

    rows = [["单位名称", "类别", "党员数", "统计日期"], ["甲支部", "农场", 5, None], ["乙支部", "农场", 6, 44634]]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows, change=from_1904))
    assert (report.kept, report.rejected) == (2, [])
    assert "dates more than 60 days back: 2, the oldest 2026-03-15" in notes(report)
    assert "'44634': a workbook's number of a day, read as 2026-03-15" in notes(report)


class _Openpyxl:
    """Another library behind the same interface."""

    def __init__(self, data: bytes) -> None:
        self._book = load_workbook(BytesIO(data), data_only=True)
        self.epoch_1904 = False
        self.titles = {sheet.title: sheet.sheet_state == "visible" for sheet in self._book.worksheets}

    def sheet(self, title: str) -> Sheet:
        """The cells of a sheet and its hidden rows."""
        sheet = self._book[title]
        cells = {row[0].row: {at: cell.value for at, cell in enumerate(row)} for row in sheet.iter_rows()}
        hidden = {number for number, row in sheet.row_dimensions.items() if row.hidden}
        return Sheet(rows=cells, hidden_rows=hidden, last_row=len(cells), row_count=len(cells))


def test_another_reader_of_workbooks_may_take_the_place_of_ours(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "u.xlsx", ROWS, change=_hide_rows)
    ours, theirs = (read_workbook(file, file.read_bytes(), reader=each) for each in (open_spreadsheet, _Openpyxl))
    assert (ours[0].rows, ours[0].hidden_rows) == (theirs[0].rows, theirs[0].hidden_rows)


def test_an_archive_without_a_workbook_is_told_so(store: Store, tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, b"<Relationships/>" if name == "_rels/.rels" else data

    with pytest.raises(CannotRead, match="holds no sheets"):
        imports(store, "units", rewritten(xlsx(tmp_path / "u.xlsx", ROWS), change))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "gb18030", "utf-32"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_a_csv_comes_in_every_encoding_a_spreadsheet_writes(
    store: Store, tmp_path: Path, encoding: str, sign: str
) -> None:
    file = tmp_path / "u.csv"
    text = f"某区名册\r\n单位名称{sign}类别\r\n甲六厂{sign}其他\r\n"
    file.write_bytes((b"\xfe\xff" if encoding.endswith("be") else b"") + text.encode(encoding))
    assert imports(store, "units", file).kept == 1
    assert "甲六厂" in units(store)


HARD = [" ", "(", "1", "、", "9.1 ", "[(", "=", "一、", "电话", "1 "]  # each of which some pattern could be slow about
EVERY = {
    "units": ["单位名称", "类别", "上级党组织", "编号", "党员数", "统计日期", "组织不健全", "地址"],
    "inspections": ["单位", "日期", "阶段", "督导组", "督导人员", "检查情况", "存在问题", "整改时限", "到达时间"],
    "groups": ["督导组", "成员", "负责单位", "联络员"],
}


def _with_long_cells(folder: Path, form: str, heads: list[str], texts: list[str]) -> Path:
    """A row for every text, which stands in all of its cells."""
    if form != "xlsx":
        return written(folder, form, [heads, *([text] * len(heads) for text in texts)])
    places = [f"x{at}x" for at in range(len(texts))]

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        for place, text in zip(places, texts, strict=True):
            data = data.replace(f"<t>{place}</t>".encode(), f'<t xml:space="preserve">{text}</t>'.encode())
        return name, data

    return rewritten(xlsx(folder / "u.xlsx", [heads, *([place] * len(heads) for place in places)]), change)


def _seconds(store: Store, what: str, file: Path) -> float:
    before = time.process_time()
    assert imports(store, what, file).kept == 0
    return time.process_time() - before


@pytest.mark.parametrize("what", EVERY)
@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_no_long_cell_costs_more_than_another(store: Store, tmp_path: Path, what: str, form: str) -> None:
    plain = _seconds(store, what, _with_long_cells(tmp_path, form, EVERY[what], ["字" * 59_000] * len(HARD)))
    hard = [(text * 59_000)[:59_000] for text in HARD]
    assert _seconds(store, what, _with_long_cells(tmp_path, form, EVERY[what], hard)) < 10 * plain + 5


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_a_cell_of_a_megabyte_is_refused_with_its_place(store: Store, tmp_path: Path, form: str) -> None:
    file = _with_long_cells(tmp_path, form, ["单位名称", "类别"], [" " * 999_999 + "x", "甲支部"])
    report = imports(store, "units", file)
    assert "has 1,000,000 characters; more than 60,000 are not read" in reasons(report)
    assert {each.column for each in report.doubts if each.weight == "refused" and "1,000,000" in each.read} == {
        "A",
        "B",
    }


def test_a_csv_with_a_cell_of_a_megabyte_names_the_line(store: Store, tmp_path: Path) -> None:
    file = _with_long_cells(tmp_path, "csv", ["单位名称", "类别"], ["x" * 1_000_000])
    with pytest.raises(CannotRead, match="line 2: a cell has more than"):
        imports(store, "units", file)


def test_a_text_that_stands_in_every_cell_is_not_read_a_hundred_thousand_times(store: Store, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "u.xlsx", [["单位名称", "类别"], ["x" * 30_000, "农场"]])
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{"x" * 10_000}</t></is></c></row>'
        for row in range(3, 4_000)
    )

    def change(name: str, data: bytes) -> tuple[str, bytes]:
        return name, data.replace(b"</sheetData>", cells.encode() + b"</sheetData>") if "sheet1" in name else data

    with pytest.raises(CannotRead, match="characters together"):
        imports(store, "units", rewritten(file, change))


UNKNOWN: Rows = [["牌子", "类别"], ["甲支部", "农场"], ["乙支部", "宫殿"]]


def test_what_was_said_in_an_import_that_was_refused_is_not_remembered(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "xlsx", UNKNOWN)
    assert imports(store, "units", file, said={"牌子": "name"}).kept == 0
    assert imports(store, "units", file).asked == ["牌子"]
    assert imports(store, "units", file, said={"牌子": "name"}, dry_run=True, partial=True).kept == 1
    assert imports(store, "units", file).asked == ["牌子"]
    assert imports(store, "units", file, said={"牌子": "name"}, partial=True).kept == 1
    assert imports(store, "units", file).asked == []


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with nothing in it."""
    office(tmp_path / "central.db", "init", "--district", "demo", "--name", "示例区")
    return tmp_path / "central.db"


def _said(database: Path, capsys: pytest.CaptureFixture[str], *command: str, wanted: int = 0) -> str:
    capsys.readouterr()
    assert run(["--db", str(database), "--lang", "zh", "import", *command]) == wanted
    out, err = capsys.readouterr()
    return f"{out}{err}".strip()


def test_what_headings_and_words_mean_is_listed_and_forgotten(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path, "xlsx", UNKNOWN))
    assert _said(database, capsys, "mappings") == "还没有记住任何表头或词。"
    _said(database, capsys, "units", file, "--map", "牌子=名称", "--word", "宫殿=其他")
    assert _said(database, capsys, "mappings").splitlines() == ["类别      宫殿  其他", "单位名册  牌子  名称"]
    listed = json.loads(_said(database, capsys, "mappings", "--json"))
    assert listed[0] == {"import": "category", "heading": "宫殿", "field": "other"}
    assert _said(database, capsys, "mappings", "counts", "--forget", "牌子", wanted=1) == "没有记住 牌子。"
    assert _said(database, capsys, "mappings", "--forget", "牌 子") == "已忘记: 牌子"
    assert _said(database, capsys, "mappings") == "类别  宫殿  其他"
    assert "表头“牌子”还不知道" in _said(database, capsys, "units", file, wanted=1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--word", "宫殿=皇宫"], "没有这样的类别: 宫殿=皇宫。可用的: "),
        (["--word", "宫殿"], "应写成 词=意思"),
        (["--set", "人头=3"], "没有这样的项目: 人头=3"),
        (["--set", "人头"], "应写成 项目=内容"),
    ],
)
def test_an_answer_that_is_none_is_told_so(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    file = str(written(tmp_path, "xlsx", UNKNOWN))
    assert said in _said(database, capsys, "units", file, "--map", "牌子=名称", *options, wanted=1)


def test_what_is_asked_about_can_be_answered_on_a_terminal(database: Path, tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    file = xlsx(tmp_path / "u.xlsx", [["单位名称", "类别"], ["甲支部", "农场"], ["乙支部", "宫殿"]], change=hide)
    command = [
        sys.executable,
        "-m",
        "sync.central",
        "--db",
        str(database),
        "--lang",
        "en",
        "import",
        "units",
        str(file),
    ]
    terminal = Terminal(command, dict(os.environ))
    terminal.wait_for("may be hidden")
    terminal.type("y\r")
    terminal.wait_for("宫殿 mean?")
    terminal.type("other\r")
    terminal.wait_for("2 of 2 kept")
    assert terminal.ended() == 0


def test_a_group_of_a_refused_cell_takes_no_rows_below_with_it(store: Store, tmp_path: Path) -> None:
    before = people(store)
    rows = [["督导组", "成员"], ["一组", "王甲"], ["13800000000", "李乙"], ["", "赵丙"]]
    report = imports(store, "groups", written(tmp_path, "csv", rows), partial=True)
    assert (report.kept, len(report.rejected)) == (1, 2)
    assert people(store) - before == {"王甲"}
