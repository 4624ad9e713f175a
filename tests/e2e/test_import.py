"""The office brings in what it has: every doubt is said first, nothing half-imported (domain rows 2, 12, 17)."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.locale import set_language
from supervisor_tui.screens.records.columns import what_words
from supervisor_tui.screens.records.record_page import record_page
from sync.central.cli import commands
from sync.client.session import exchange
from sync.replica import query
from tests.e2e.office_files import baseline, rewritten, workbook
from tests.store import District, new_district, office, serving
from tests.terminal import Terminal

HEAD = ["单位名称", "类别", "上级党组织"]
UNIT_ROWS = [HEAD, ["甲支部", "农场", ""], ["乙支部", "高校", "甲支部"]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with nothing in it."""
    database = tmp_path / "central.db"
    assert commands.run(["--db", str(database), "init", "--district", "demo", "--name", "示例区"]) == 0
    return database


class Office:
    """The office's command line in this process."""

    def __init__(self, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.database, self.capsys = database, capsys

    def __call__(self, *command: str | Path, wanted: int = 0) -> tuple[str, str]:
        self.capsys.readouterr()
        assert commands.run(["--db", str(self.database), *map(str, command)]) == wanted
        said = self.capsys.readouterr()
        return said.out.strip(), said.err.strip()

    def report(self, *command: str | Path, wanted: int = 0) -> dict[str, Any]:
        """The report of an import as JSON."""
        found: dict[str, Any] = json.loads(self("import", *command, "--json", wanted=wanted)[0])
        return found

    def kinds(self) -> dict[str, int]:
        """How many entries of each kind the store holds, but for what it says of itself from the beginning."""
        found: dict[str, int] = json.loads(self("stats", "--json")[0])["kinds"]
        return {kind: count for kind, count in found.items() if kind not in ("device", "district")}


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(database, capsys)


def test_a_baseline_survey_as_offices_have_it_is_read_whole(run: Office, tmp_path: Path) -> None:
    file = baseline(tmp_path / "摸底.xlsx")
    said, _ = run("import", "units", file, "--dry-run", "--year", "2005")
    assert run.kinds() == {}
    for doubt in (
        "K4: '联系电话': personal data, never read",
        "row 10: '合计': a row of totals",
        "row 11: '注：数据截至九月': a remark",
        "H6 党员情况（人） 下岗: '无': read as not given, not as 0",
        "E8 统计时间: '38613': a workbook's number of a day, read as 2005-09-18",
        "B8 单位名称: '昌东镇机关支部': differs only by blanks or width from 昌东镇 机关支部 (摸底表 row 9)",
    ):
        assert doubt in said
    assert said.splitlines()[-1] == "dry run: 4 of 4 would be kept, 0 rejected"
    out, _ = run("import", "units", file, "--year", "2005")
    assert out == "4 of 4 kept, 0 rejected"
    assert run.kinds() == {"unit": 4, "count": 4}


def test_the_same_file_imported_again_changes_nothing(run: Office, tmp_path: Path) -> None:
    file = baseline(tmp_path / "摸底.xlsx")
    run("import", "units", file, "--year", "2005")
    before = run.kinds()
    run("import", "units", file, "--year", "2005")
    assert run.kinds() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_comes_in_utf_8_and_in_gb18030(run: Office, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "units.csv"
    file.write_text('单位名称,单位类别,党员数,统计日期\n㙍湖支部,农场,"1,063",2005.9.18\n', encoding=encoding)
    assert run("import", "units", file)[0] == "1 of 1 kept, 0 rejected"
    assert run.kinds() == {"unit": 1, "count": 1}


def test_an_old_campaign_gives_days_without_a_year_theirs(run: Office, tmp_path: Path) -> None:
    campaign = tmp_path / "campaign.toml"
    campaign.write_text(
        '[campaign]\nid = "c-2"\nbatch = "2"\nstarts_on = 2005-07-01\nends_on = 2005-12-31\n'
        'title = {zh = "第二批", en = "Second batch"}\n'
        '[[stage]]\nstage = "study"\nstarts_on = 2005-07-01\nends_on = 2005-09-30\n'
        'title = {zh = "学习动员", en = "Study"}\n',
        encoding="utf-8",
    )
    run("import", "campaign", campaign)
    file = workbook(tmp_path / "u.xlsx", [["单位名称", "类别", "党员数", "日期"], ["甲支部", "农场", 9, "9月18日"]])
    report = run.report("units", file, "--map", "日期=counted_on")
    doubt, long_past = [each for each in report["doubts"] if each["heading"] == "日期"]
    assert (doubt["row"], doubt["column"]) == (2, "D")
    assert "2005-09-18, within the campaign" in doubt["read"]
    assert "the oldest 2005-09-18" in long_past["read"]


def test_everything_wrong_is_listed_at_once_with_its_cell_and_nothing_is_kept(run: Office, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["单位名称", "类别", "上级党组织", "党员数", "统计时间", "组织不健全"],
        ["甲支部", "宫殿", "", "约20", "2005-02-30", ""],
        ["乙支部", "农场", "无此单位", 3, "昨天前后", "也许"],
        ["丙支部", "农场", "丁支部", "", "", ""],
        ["丁支部", "", "", "", "", ""],
        ["戊支部", "农场", "己支部", "", "", ""],
        ["己支部", "农场", "戊支部", "", "", ""],
        ["庚支部", "农场", "", "", "", ""],
    ]
    file = workbook(tmp_path / "u.xlsx", rows, title="名册")
    report = run.report("units", file, wanted=1)
    cells = {f"{each['column']}{each['row']}" for each in report["doubts"] if each["weight"] == "refused"}
    assert cells >= {"B2", "D2", "E2", "C3", "E3", "F3", "B5", "C4", "C6"}
    assert (report["found"], report["kept"]) == (7, 0)
    assert {each["place"] for each in report["rejected"]} == {f"名册 row {number}" for number in range(2, 8)}
    assert run.kinds() == {}
    assert run.report("units", file, "--partial")["kept"] == 1
    assert run.kinds() == {"unit": 1}


def test_names_that_stand_twice_are_refused_or_doubted(run: Office, tmp_path: Path) -> None:
    rows = [HEAD, ["总支一", "农场", ""], ["一支部", "农场", "总支一"], ["一支部", "高校", ""], ["一支部", "高校", ""]]
    report = run.report("units", workbook(tmp_path / "u.xlsx", rows), wanted=1)
    assert [each["place"] for each in report["rejected"]] == ["摸底表 row 5"]
    assert any("the same name as 一支部" in each["read"] for each in report["doubts"])


# --- headings --------------------------------------------------------------------------------------------------------


def test_headings_nobody_knows_are_asked_by_name_and_remembered(run: Office, tmp_path: Path) -> None:
    file = workbook(tmp_path / "u.xlsx", [["牌子", "单位类别", "颜色"], ["甲支部", "农场", "红"]])
    report = run.report("units", file, wanted=1)
    assert report["asked"] == ["牌子", "颜色"]
    assert "--map '牌子=FIELD'" in report["rejected"][0]["reason"]
    assert run.kinds() == {}
    assert run.report("units", file, "--map", "牌子=name", "--map", "颜色=-")["kept"] == 1
    workbook(file, [["颜色", "牌子", "单位类别"], ["蓝", "乙支部", "高校"]])
    assert run.report("units", file)["kept"] == 1


def test_a_mapping_may_come_from_a_file(run: Office, tmp_path: Path) -> None:
    file = workbook(tmp_path / "u.xlsx", [["牌子", "单位类别"], ["甲支部", "农场"]])
    mapping = tmp_path / "map.toml"
    mapping.write_text('"牌子" = "name"\n', encoding="utf-8")
    assert run("import", "units", file, "--map-file", mapping)[0] == "1 of 1 kept, 0 rejected"
    mapping.write_text('"牌子" = "soul"\n', encoding="utf-8")
    assert "牌子=soul" in run("import", "units", file, "--map-file", mapping, wanted=1)[1]


def test_headings_are_asked_once_on_a_terminal(database: Path, tmp_path: Path) -> None:
    file = workbook(tmp_path / "u.xlsx", [["牌子", "单位类别"], ["甲支部", "农场"]])
    command = [sys.executable, "-m", "sync.central", "--db", str(database), "import", "units", str(file)]
    terminal = Terminal(command, dict(os.environ))
    terminal.wait_for("牌子")
    terminal.type("soul\r")
    terminal.wait_for("no field soul")
    terminal.type("name\r")
    terminal.wait_for("1 of 1 kept")
    assert terminal.ended() == 0
    workbook(file, [["牌子", "单位类别"], ["乙支部", "农场"]])
    assert office(database, "import", "units", str(file)) == "1 of 1 kept, 0 rejected"


# --- what is no workbook ---------------------------------------------------------------------------------------------


def _damaged(path: Path) -> None:
    data = bytearray(workbook(path, UNIT_ROWS).read_bytes())
    data[200:260] = b"\xff" * 60
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(workbook(path, UNIT_ROWS).read_bytes()[:-900])


def _bomb(path: Path) -> None:
    rewritten(workbook(path, UNIT_ROWS), lambda _, data: data, {"xl/media/image1.bin": b"\0" * (70 * 1024 * 1024)})


def _blank_rows(path: Path) -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(10, 1_000_000))
    rewritten(
        workbook(path, UNIT_ROWS),
        lambda name, data: data.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else data,
    )


def _macros_and_formulas(path: Path) -> None:
    workbook(path, [*UNIT_ROWS, ["=A2&A3", "农场", ""]])
    rewritten(path, lambda _, data: data, {"xl/vbaProject.bin": b"x"})


def _entities(path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    rewritten(
        workbook(path, UNIT_ROWS),
        lambda name, data: bomb + data[data.index(b"<worksheet") :] if "sheet1" in name else data,
    )


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "encrypted": (
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
        "password",
    ),
    "of the old kind": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 900), ".xls"),
    "no archive": (lambda path: path.write_bytes(b"hello"), "damaged"),
    "damaged": (_damaged, "damaged"),
    "cut off": (_cut, "damaged"),
    "a zip bomb": (_bomb, "unpacked"),
    "full of blank rows": (_blank_rows, "999,999"),
    "with macros": (_macros_and_formulas, "macros"),
    "with entities": (_entities, "document type"),
    "with a formula never calculated": (lambda path: workbook(path, [*UNIT_ROWS, ["=A2&A3", "农场", ""]]), "A4"),
    "without a table": (lambda path: workbook(path, [["只有标题"]]), "no table"),
    "with an empty sheet": (lambda path: workbook(path, []), "no table"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_workbook_is_refused_with_place_and_reason(run: Office, tmp_path: Path, wrong: str) -> None:
    make, word = WRONG[wrong]
    file = tmp_path / "u.xlsx"
    make(file)
    _, refusal = run("import", "units", file, wanted=1)
    assert word in refusal
    assert "u.xlsx" in refusal
    assert str(tmp_path) not in refusal
    assert "Traceback" not in refusal
    assert run.kinds() == {}


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03", b"name\n\xff\xff\xff", "单位名称,类别\n甲\x07,农场\n".encode()])
def test_a_csv_that_is_no_text_is_refused(run: Office, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "u.csv"
    file.write_bytes(data)
    assert "u.csv" in run("import", "units", file, wanted=1)[1]


# --- counts, groups, past inspections --------------------------------------------------------------------------------


@pytest.fixture
def district(tmp_path: Path) -> District:
    """The small district of `tests/store.py`, with its office files beside."""
    return new_district(tmp_path)


def test_counts_of_units_by_name_and_code_become_dated_counts(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    rows: list[list[Any]] = [
        ["单位", "党员数", "失联", "找回"],
        ["瑶湖水产场党委", 63, 5, 0],
        ["u-3", "２０", 1, 1],
        ["无名", 1, 0, 0],
    ]
    file = workbook(tmp_path / "c.xlsx", rows)
    report = run.report("counts", file, "--on", "2026-09-01", wanted=1)
    assert [each["place"] for each in report["rejected"]] == ["摸底表 row 4"]
    rows[3] = ["u-2", 30, 31, 0]
    report = run.report("counts", workbook(file, rows), "--on", "2026-09-01", wanted=1)
    assert "more than members 30" in report["rejected"][0]["reason"]
    rows[3] = ["u-2", 30, 1, 0]
    assert run.report("counts", workbook(file, rows), "--on", "2026-09-01")["kept"] == 3
    assert run("import", "counts", workbook(file, rows), wanted=1)[1].count("--on") == 3


def test_groups_with_cells_merged_downwards_get_members_and_units(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    rows = [
        ["督导组分工表"],
        ["组别", "组长", "成员", "督导单位", "联络员"],
        ["第九督导组", "郑一", "冯二、陈三", "瑶湖水产场党委", ""],
        ["", "", "", "非公企业联合支部", ""],
        ["second", "", "", "昌东镇机关支部、困难企业支部", "chen"],
    ]
    file = workbook(tmp_path / "g.xlsx", rows, ["A1:E1", "A3:A4", "B3:B4", "C3:C4"])
    assert run.report("groups", file)["kept"] == 3
    people = json.loads(run("stats", "--json")[0])
    assert (people["groups"], people["persons"]) == (3, 8)
    before = run.kinds()
    run.report("groups", file)
    assert run.kinds() == before
    rows[4][3] = "昌东镇机关支部、瑶湖水产场党委"
    report = run.report("groups", workbook(file, rows, ["A1:E1", "A3:A4"]), wanted=1)
    assert "another group in 摸底表 row 3" in report["rejected"][0]["reason"]


def test_of_a_group_whose_first_row_is_refused_no_row_is_kept_alone(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    before = run.kinds()
    rows = [["督导组", "成员", "单位"], ["新组", "冯二", "无名"], ["新组", "", "昌东镇机关支部"], ["second", "", "u-1"]]
    report = run.report("groups", workbook(tmp_path / "g.xlsx", rows), "--partial")
    assert [each["place"] for each in report["rejected"]] == ["摸底表 row 2", "摸底表 row 3"]
    assert run.kinds() == before | {"assignment": before["assignment"] + 1}


@pytest.mark.parametrize("number", [-1, 2.5, 1e300, True])
def test_a_number_that_counts_nobody_is_refused(run: Office, tmp_path: Path, number: float) -> None:
    file = workbook(tmp_path / "u.xlsx", [["单位名称", "类别", "党员数"], ["甲支部", "农场", "x"]])
    cell = b'<c r="C2"><v>%s</v></c>' % str(number).encode() if number is not True else b'<c r="C2" t="b"><v>1</v></c>'
    pattern = re.compile(rb'<c r="C2".*?</c>')
    rewritten(file, lambda name, data: pattern.sub(cell, data) if "sheet1" in name else data)
    report = run.report("units", file, "--on", "2026-09-01", wanted=1)
    assert "members" in report["rejected"][0]["reason"]


INSPECTIONS: list[list[Any]] = [
    ["日期", "单位", "阶段", "督导组", "检查人员", "检查情况"],
    ["2005年9月18日", "瑶湖水产场党委", "学习动员", "first", "wang、某某", "集中学习按计划进行。"],
    ["2005/10/9", "瑶湖水产场党委", "分析评议", "first", "", "五个关口走了三个。"],
]


def test_past_inspections_are_read_as_imported_on_every_laptop_in_scope(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    file = workbook(tmp_path / "往期.xlsx", INSPECTIONS)
    said, _ = run("import", "inspections", file, "--dry-run")
    assert "某某 is no person known here; the name is left out" in said
    assert run("import", "inspections", file)[0] == "2 of 2 kept, 0 rejected"
    run("import", "inspections", file)
    assert run.kinds()["inspection"] == 2
    with serving(district.database) as address:
        district.address = address
        with district.laptop(tmp_path / "a.db", "wang") as wang:
            exchange(wang)
            rows = query.history(wang, "u-1", "inspection").rows(0, 9)
            assert [row.day for row in rows] == ["2005-10-09", "2005-09-18"]
            found = query.record(wang, rows[1].record)
            assert found is not None
            assert found.fields["source"] == "往期.xlsx, 摸底表 row 2"
            assert found.fields[f"inspector.{district.people['wang']}"] is True
            assert found.versions[0].why == "imported from 往期.xlsx, 摸底表 row 2"
            assert found.versions[0].verdict == "accepted"
            set_language("zh")
            shown = "\n".join("".join(text for text, _ in line) for line in record_page(wang, found, 100))
            assert "补录的往期检查" in shown
            assert "提示" not in shown
            assert "导入自 往期.xlsx, 摸底表 row 2" in shown
            assert what_words(rows[1], "2026-09-18")[0][0].strip() == "补录"


def test_a_problem_of_a_past_inspection_is_a_follow_up_on_every_laptop_in_scope(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    heads, row = INSPECTIONS[:2]
    rows = [[*heads, "存在问题", "整改时限", "整改情况"], [*row, "学习记录不全", "2005.10.1", "已整改"]]
    assert run("import", "inspections", workbook(tmp_path / "往期.xlsx", rows))[0] == "1 of 1 kept, 0 rejected"
    with serving(district.database) as address:
        district.address = address
        with district.laptop(tmp_path / "a.db", "wang") as wang:
            exchange(wang)
            (problem,) = query.history(wang, "u-1", "follow_up").rows(0, 9)
            (visit,) = query.history(wang, "u-1", "inspection").rows(0, 9)
            found = query.record(wang, problem.record)
            assert found is not None
            assert found.versions[0].verdict == "accepted"
            assert (found.fields["status"], found.fields["origin"]) == ("in_progress", visit.record)


def test_an_inspection_without_a_unit_group_or_known_stage_is_refused(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = Office(district.database, capsys)
    rows = [*INSPECTIONS, INSPECTIONS[1], ["9月31日", "无名", "春天", "nobody", "", ""]]
    report = run.report("inspections", workbook(tmp_path / "i.xlsx", rows), wanted=1)
    assert [each["place"] for each in report["rejected"]] == ["摸底表 row 4", "摸底表 row 5"]
    assert "stands with the same day and summary in 摸底表 row 2 already" in report["rejected"][0]["reason"]
    for field in ("visited_on", "unit", "stage", "group", "summary"):
        assert re.search(rf"(^|; ){field}:", report["rejected"][1]["reason"])
    assert "inspection" not in run.kinds()


def test_ten_thousand_units_are_read_in_seconds(run: Office, tmp_path: Path) -> None:
    rows = [["单位代码", *HEAD], *([f"u{number}", f"第{number}党支部", "农场", ""] for number in range(10_000))]
    file = workbook(tmp_path / "u.xlsx", rows)
    assert run("import", "units", file, "--dry-run")[0].endswith("10000 of 10000 would be kept, 0 rejected")
