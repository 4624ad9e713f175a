"""Reports as offices open them: docx by python-docx, xlsx by openpyxl; the sheet that is signed; the entries."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT

from supervisor_tui.locale import set_language, t
from supervisor_tui.reports.document import safe_text
from sync.ledger.ids import check_code
from tests.e2e.busy import HOSTILE, PERIOD, behind_numbers, busy, export, line, record_id
from tests.supervisor_tui.cli.test_commands import Line

__all__ = ["busy", "line"]

REF = re.compile(r"\d+\.\d+[a-z]?")


def _docx_texts(path: Path) -> list[str]:
    opened = docx.Document(str(path))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in opened.paragraphs), *cells]


def _annex(path: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Every number of the annex: its reference, what it says, the codes under it."""
    for paragraph in docx.Document(str(path)).paragraphs:
        title, _, codes = paragraph.text.partition("\n")
        if REF.match(title) and ": " in title:
            listed = [] if codes == "none" else codes.split()
            yield title.split()[0], int(title.rpartition(": ")[2]), listed


def test_in_the_docx_every_number_equals_the_codes_listed_for_it_and_leads_there(busy: Line) -> None:
    path = export(busy, "brief.docx", "brief", *PERIOD)
    annex = {ref: (number, codes) for ref, number, codes in _annex(path)}
    assert len(annex) > 30
    behind = behind_numbers(busy)
    assert {ref: len({*codes}) for ref, (_, codes) in annex.items() if codes} == behind
    assert all(number == len(codes) for ref, (number, codes) in annex.items() if int(ref.partition(".")[0]) < 11)
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    linked = re.findall(r'<w:hyperlink w:anchor="(\w+)">.*?<w:t[^>]*>(\d+)</w:t>', xml)
    marked = set(re.findall(r'<w:bookmarkStart w:id="\d+" w:name="(\w+)"/>', xml))
    assert {anchor: int(number) for anchor, number in linked} == {
        "n" + ref.replace(".", "_"): number for ref, (number, _) in annex.items()
    }
    assert {anchor for anchor, _ in linked} == marked


def test_a_code_of_the_annex_finds_its_record(busy: Line) -> None:
    codes = {ref: codes for ref, _, codes in _annex(export(busy, "brief.docx", "brief", *PERIOD))}
    helped = codes["5.2b"]
    assert helped == [check_code(record_id(200))]
    assert busy("show", helped[0], "--json").value["record"] == record_id(200)


def test_in_the_workbook_every_number_equals_the_rows_that_say_they_are_counted_in_it(busy: Line) -> None:
    book = openpyxl.load_workbook(export(busy, "brief.xlsx", "brief", *PERIOD))
    report, *lists = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    behind: Counter[str] = Counter()
    for sheet in lists:
        heads = [cell.value for cell in sheet[1]]
        if "counted in" in heads:
            column = heads.index("counted in")
            behind.update(
                ref for row in sheet.iter_rows(min_row=2, values_only=True) for ref in str(row[column]).split()
            )
    numbers: dict[str, int] = {}
    for ref, _, *cells in report.iter_rows():
        if REF.fullmatch(str(ref.value)) and int(ref.value.partition(".")[0]) < 11:  # the tables that count records
            counts = [cell.value for cell in cells if isinstance(cell.value, int) and cell.number_format != "0%"]
            letters = [""] if len(counts) == 1 else "abcdefgh"
            numbers |= {f"{ref.value}{letter}": value for letter, value in zip(letters, counts, strict=False)}
    assert dict(behind) == behind_numbers(busy)
    assert {ref: value for ref, value in numbers.items() if value} == {
        ref: count for ref, count in behind.items() if int(ref.partition(".")[0]) < 11
    }
    assert len(report._charts) == 5


@pytest.mark.parametrize("what", [("brief", *PERIOD), ("unit", "--unit", "u-01"), ("register", "--all")])
def test_no_cell_of_a_workbook_is_a_formula_and_every_text_is_there(busy: Line, what: tuple[str, ...]) -> None:
    book = openpyxl.load_workbook(export(busy, "any.xlsx", *what))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = {str(cell.value).strip() for cell in cells}
    wanted = {safe_text(text).strip() for text in HOSTILE} if what[0] != "unit" else {"=HYPERLINK(0)"}
    assert wanted <= {text.replace("_x005F_", "_") for text in texts}  # how a workbook says a literal underscore
    quoted = [cell for cell in cells if str(cell.value).strip()[:1] in tuple("=+-@＝")]
    assert quoted
    assert all(cell.quotePrefix for cell in quoted)


@pytest.mark.parametrize("what", [("brief", *PERIOD), ("unit", "--unit", "u-02"), ("register", "--all")])
@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv", "json"])
def test_nothing_in_a_record_can_act_on_whoever_opens_the_file(busy: Line, what: tuple[str, ...], form: str) -> None:
    path = export(busy, f"any.{form}", *what)
    parts = [path.read_bytes()]
    if form in ("docx", "xlsx"):
        package = zipfile.ZipFile(path)
        parts = [package.read(name) for name in package.namelist() if name.endswith(".xml")]
    for part in parts:
        text = part.decode("utf-8-sig")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text)


def test_the_units_file_holds_its_card_its_course_and_every_record(busy: Line) -> None:
    texts = _docx_texts(export(busy, "unit.docx", "unit", "--unit", "yhscc", lang="zh"))
    assert "单位档案: 瑶湖水产场党委" in texts
    assert "党委书记" in texts
    everything = "\n".join(texts)
    history = busy("history", "u-01", "--json").value
    assert [row["record"] for row in history if check_code(row["record"]) not in everything] == []
    assert "[有冲突, 未上报]" in everything
    narrow = _docx_texts(export(busy, "narrow.docx", "unit", "--unit", "u-01", "--to", "2026-09-04", lang="zh"))
    assert "白天生产忙, 改为晚间小组学习" not in "\n".join(narrow)


def test_the_register_lists_what_is_outstanding_overdue_first_and_with_all_what_is_settled(busy: Line) -> None:
    def titles(*arguments: str) -> list[str]:
        path = export(busy, "register.json", "register", *arguments, "--force")
        table = json.loads(path.read_text(encoding="utf-8"))["blocks"][-1]
        return [row[0] for row in table["rows"]]

    outstanding = [check_code(row["record"]) for row in busy("followups", "--json").value]
    assert sorted(titles()) == sorted(outstanding)
    assert {*titles("--all")} - {*titles()} == {check_code(record_id(200))}
    assert titles("--unit", "u-06", "--to", "2026-09-30") != []


def test_the_register_says_of_what_class_and_source_an_item_is_whose_it_is_and_what_came_of_it(busy: Line) -> None:
    item = {"nature": "problem", "title": "笔记补齐", "due_on": "2999-10-10", "status": "open", "class": "own"}
    item |= {"lead_unit": "区委组织部", "responsible_unit": "水产场", "cause": "无人记", "source": record_id(3)}
    written = busy("record", "follow_up", "--unit", "u-04", given=item)
    assert written.code == 0
    record = written.value["record"]
    assert busy("correct", record, "--why", "等会议", given={"due_on": "2999-11-10"}).code == 0
    assert busy("step", record, "reported", "--progress", "补齐了").code == 0
    path = export(busy, "columns.json", "register", lang="zh")
    table = json.loads(path.read_text(encoding="utf-8"))["blocks"][-1]
    row = dict(zip(table["columns"], next(row for row in table["rows"] if check_code(record) in row), strict=True))
    said = {
        name: row[name] for name in ("问题类别", "牵头单位", "责任单位", "原因", "原定期限", "改期次数", "改期理由")
    }
    assert [*said.values()] == ["单位自身的问题", "区委组织部", "水产场", "无人记", "2999-10-10", 1, "等会议"]
    assert row["报告人"]
    assert (row["核实人"], row["办理情况"], row["结果"]) == ("", "补齐了", "")
    assert "督导检查" in row["来源记录"]
    sheet = openpyxl.load_workbook(export(busy, "columns.xlsx", "register", lang="zh")).worksheets[-1]
    assert {*said, "报告人", "核实人", "结果"} <= {cell.value for row in sheet.iter_rows(max_row=6) for cell in row}
    paper = docx.Document(str(export(busy, "columns.docx", "register", lang="zh")))
    heads = [cell.text for cell in paper.tables[-1].rows[0].cells]
    assert {"问题类别", "责任单位", "原定期限", "期限"} <= {*heads}
    assert (len(heads) <= 12, {"牵头单位", "报告人"} & {*heads}) == (True, set()), "no more than a page has room for"
    set_language("zh")
    assert t("report.columns_left_out") in [paragraph.text for paragraph in paper.paragraphs]


def test_the_written_register_is_filtered_as_the_screen_is_and_says_by_what(busy: Line) -> None:
    item = {"nature": "problem", "title": "笔记补齐", "due_on": "2999-10-10", "status": "open", "class": "own"}
    item |= {"lead_unit": "区委组织部", "responsible_unit": "水产场", "source": record_id(3)}
    record = busy("record", "follow_up", "--unit", "u-04", given=item).value["record"]
    assert busy("step", record, "reported", "--progress", "补齐了").code == 0
    for filters in (
        ("--class", "own"),
        ("--lead", "区委组织部"),
        ("--responsible", "水产场"),
        ("--source", record_id(3)),
        ("--reported-by", "王敏", "--lead", "区委组织部"),
        ("--shown", "reported", "--class", "own"),
        ("--status", "reported", "--lead", "区委组织部"),
    ):
        path = export(busy, "filtered.json", "register", *filters, "--force", lang="zh")
        blocks = json.loads(path.read_text(encoding="utf-8"))["blocks"]
        assert [row[0] for row in blocks[-1]["rows"]] == [check_code(record)], filters
        assert any("只列: " in str(block.get("text", "")) for block in blocks), filters


def test_the_sheet_for_signing_finds_its_record_again_even_after_a_correction(busy: Line) -> None:
    code = check_code(record_id(3))
    first = _docx_texts(export(busy, "sheet.docx", "sheet", "--record", code))
    assert f"Check code  {code}" in first
    assert "@SUM(A1) 情况" in first
    assert {"Inspectors", "For the unit", "post", "date"} <= {*first}
    newest = busy("show", code, "--json").value["versions"][-1]["hash"].removeprefix("sha256:")[:16]
    assert any(f"Version 1, content hash {newest}" in text for text in first)
    assert busy("correct", code, "--why", "补记单位意见", given={"unit_reply": "同意"}).code == 0
    again = _docx_texts(export(busy, "again.docx", "sheet", "--record", record_id(3)))
    assert f"Check code  {code}" in again
    assert any("Version 2, content hash" in text and newest not in text for text in again)
    assert [hit["record"] for hit in busy("search", code, "--json").value][:1] == [record_id(3)]


def test_the_sheet_names_the_follow_ups_opened_on_the_visit(busy: Line) -> None:
    problem = {"nature": "problem", "title": "笔记不全", "due_on": "2026-10-10", "status": "open"} | {
        "opened_on": "2026-09-10"
    }
    given = problem | {"origin": f"{record_id(3)}#i2"}
    assert busy("record", "follow_up", "--unit", "u-04", given=given).code == 0
    assert "笔记不全" in _docx_texts(export(busy, "sheet.docx", "sheet", "--record", record_id(3)))
    assert "笔记不全" not in _docx_texts(export(busy, "other.docx", "sheet", "--record", record_id(4)))


def test_the_entries_go_out_word_for_word_as_they_were_hashed(busy: Line) -> None:
    value = json.loads(export(busy, "entries.json", "entries").read_bytes())
    assert value["district"] == "demo"
    chains: dict[tuple[str, str], tuple[int, str]] = {}
    for entry in value["entries"]:
        head = json.loads(entry["head"])
        assert head["body"] == "sha256:" + hashlib.sha256(entry["body"].encode()).hexdigest()
        seq, previous = chains.get((head["ledger"], head["device"]), (0, ""))
        assert (head["seq"], head["prev"]) == (seq + 1, previous)
        name = "sha256:" + hashlib.sha256(entry["head"].encode()).hexdigest()
        chains[head["ledger"], head["device"]] = (head["seq"], name)
    one = json.loads(export(busy, "one.json", "entries", "--unit", "u-01").read_bytes())
    assert {json.loads(entry["head"])["ledger"] for entry in one["entries"]} == {"u-01"}
    rows = export(busy, "entries.csv", "entries").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == len(value["entries"]) + 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("unit", "--out", "unit.docx"),
        ("sheet", "--out", "sheet.docx"),
        ("entries", "--out", "entries.docx"),
        ("sheet", "--record", "r-note", "--out", "sheet.docx"),
        ("unit", "--unit", "no such unit", "--out", "unit.docx"),
    ],
)
def test_what_is_asked_for_wrongly_is_said_in_one_sentence_and_nothing_is_written(
    busy: Line, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(busy.home)
    done = busy("export", *arguments)
    assert (done.code in (1, 2), done.out, len(done.err.splitlines())) == (True, "", 1)
    assert not list(busy.home.glob("*.docx"))


@pytest.mark.parametrize(
    ("form", "loaded"), [("csv", set()), ("html", set()), ("docx", {"docx", "lxml"}), ("xlsx", {"xlsxwriter"})]
)
def test_a_format_loads_its_own_library_and_no_other(busy: Line, form: str, loaded: set[str]) -> None:
    heavy = {"docx", "lxml", "xlsxwriter", "openpyxl", "textual", "httpx"}
    code = f"import sys\nfrom supervisor_tui.cli.commands import run\ncode = run({_arguments(busy, form)!r})\n"
    code += "print('\\n'.join({name.partition('.')[0] for name in sys.modules}))\nsys.exit(code)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & {*done.stdout.split()} == loaded


def _arguments(line: Line, form: str) -> list[str]:
    return ["--home", str(line.home), "export", "brief", *PERIOD, "--out", str(line.home / f"lazy.{form}")]


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_no_clock_stands_in_a_package(busy: Line, form: str) -> None:
    path = export(busy, f"brief.{form}", "brief", *PERIOD)
    assert {part.date_time for part in zipfile.ZipFile(path).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = zipfile.ZipFile(path).read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4}-\d\d-\d\d)T", core)) == {"2026-09-30"}


def test_a_printed_docx_has_page_numbers_repeated_heads_charts_and_room_for_wide_lists(busy: Line) -> None:
    brief = zipfile.ZipFile(export(busy, "print.docx", "brief", *PERIOD))
    assert len([name for name in brief.namelist() if name.startswith("word/charts/")]) == 5
    foot = brief.read("word/footer1.xml").decode()
    assert " PAGE " in foot
    assert " NUMPAGES " in foot
    body = brief.read("word/document.xml").decode()
    assert body.count("<c:chart ") == 5
    assert body.count("<w:tblHeader/>") == body.count("<w:tbl>") + body.count("<w:tbl ")
    register = docx.Document(str(export(busy, "print-register.docx", "register", "--all")))
    assert [section.orientation for section in register.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_a_printed_workbook_fits_its_paper_and_repeats_its_heads(busy: Line) -> None:
    book = openpyxl.load_workbook(export(busy, "print.xlsx", "unit", "--unit", "yhscc", lang="zh"))
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert all(sheet.page_setup.fitToHeight == 0 and sheet.page_setup.paperSize == 9 for sheet in shown)
    assert all("&P" in sheet.oddFooter.center.text for sheet in shown)
    assert [sheet.print_title_rows for sheet in shown[1:]] == ["$1:$1"]
    (records,) = shown[1:]
    assert max(records.row_dimensions[row].height for row in range(2, records.max_row + 1)) > 100
