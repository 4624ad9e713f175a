"""Cells of tables as offices fill them in: names, words for nothing, codes, numbers that are nobody's business."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.locale import set_language
from sync.central.service.store import Store
from tests.sync.central.tables import imports, notes, people, reasons, units, written, xlsx

FORMS = ("xlsx", "csv", "json")
PHONE = "13800000000"
IDENTITY = "360102198001011234"


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张  伟、李小明", {"张伟", "李小明"}),
        ("王\u3000芳", {"王芳"}),
        ("王 小 明", {"王小明"}),
        ("赵甲，钱乙；孙丙;李丁,周戊", {"赵甲", "钱乙", "孙丙", "李丁", "周戊"}),
        ("赵甲\n钱 乙\n", {"赵甲", "钱乙"}),
        ("组长：赵甲、钱乙（副组长）", {"赵甲", "钱乙"}),
        ("赵甲、无", {"赵甲"}),
        ("阿不都·买买提、John Smith", {"阿不都·买买提", "John Smith"}),
        ("李乙(二组)", {"李乙(二组)"}),
    ],
)
def test_names_are_parted_at_signs_and_line_ends_and_never_at_blanks(
    store: Store, tmp_path: Path, form: str, cell: str, names: set[str]
) -> None:
    before = people(store)
    report = imports(store, "groups", written(tmp_path, form, [["督导组", "成员"], ["第一督导组", cell]]))
    assert (report.kept, reasons(report)) == (1, "")
    assert people(store) - before == names


@pytest.mark.parametrize("cell", ["王小甲 李小乙", "李乙 王丙", "赵甲/钱乙", "赵甲 等3人", "赵甲" * 30])
def test_what_may_be_several_names_or_none_is_asked_about(store: Store, tmp_path: Path, cell: str) -> None:
    before = people(store)
    report = imports(store, "groups", written(tmp_path, "xlsx", [["督导组", "成员"], ["第一督导组", cell]]))
    assert "one person or several" in reasons(report)
    assert people(store) == before


def test_a_list_of_names_in_json_is_several_names_and_an_object_none(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "g.json"
    before = people(store)
    file.write_text(json.dumps([{"督导组": "第一督导组", "成员": ["赵甲", "钱 乙"]}]), encoding="utf-8")
    assert imports(store, "groups", file).kept == 1
    assert people(store) - before == {"赵甲", "钱乙"}
    file.write_text(json.dumps([{"督导组": "第一督导组", "成员": {"name": "孙丙"}}]), encoding="utf-8")
    assert "no single value" in reasons(imports(store, "groups", file))


NOTHING = [
    "无",
    "待定",
    "暂缺",
    "空缺",
    "/",
    "／",
    "—",
    "——",
    "-",
    "无。",
    "（无）",
    "待 定",
    " 无 ",
    "N/A",
    "…",
    "暂无",
]
FIELDS = ["上级党组织", "批次", "地址", "第一责任人", "直接责任人", "党员数", "组织不健全", "备注"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", NOTHING)
def test_words_for_nothing_are_nothing_in_every_field(store: Store, tmp_path: Path, form: str, word: str) -> None:
    rows = [["单位名称", "类别", *FIELDS], ["甲一厂", "其他", *[word] * len(FIELDS)]]
    report = imports(store, "units", written(tmp_path, form, rows))
    assert (report.kept, reasons(report)) == (1, "")
    assert set(units(store)["甲一厂"]) - {"id"} == {"name", "category"}


@pytest.mark.parametrize("word", NOTHING)
def test_words_for_nothing_are_nobody_no_unit_and_no_problem(store: Store, tmp_path: Path, word: str) -> None:
    before = people(store)
    rows = [["督导组", "成员", "负责单位", "联络员"], ["g-1", word, word, word]]
    assert imports(store, "groups", written(tmp_path, "csv", rows)).kept == 1
    assert people(store) == before
    visit = ["u-1", "2005-09-18", "学习动员", "g-1", "集中学习。", word, word, word]
    heads = ["单位", "日期", "阶段", "督导组", "检查情况", "存在问题", "单位意见", "典型经验"]
    report = imports(store, "inspections", written(tmp_path, "csv", [heads, visit]))
    assert (report.kept, report.changed, reasons(report)) == (1, 1, "")


@pytest.mark.parametrize("word", ["国有企业", "集体企业", "事业单位", "企业", "社会", "非公有制经济组织党支部", "机"])
@pytest.mark.parametrize("form", FORMS)
def test_a_category_is_asked_about_and_never_guessed_from_a_part_of_a_word(
    store: Store, tmp_path: Path, word: str, form: str
) -> None:
    file = written(tmp_path, form, [["单位名称", "类别"], ["甲厂", word], ["乙厂", "农场"]])
    report = imports(store, "units", file)
    assert (report.kept, len(report.rejected)) == (0, 1)
    assert [(each.about, each.says) for each in report.questions] == [("word", word)]
    assert f"--word '{word}=…'" in reasons(report)
    assert imports(store, "units", file, words={word: "其他"}).kept == 2
    assert units(store)["甲厂"]["category"] == "other"
    assert imports(store, "units", file).kept == 2, "what the office said is remembered"


def test_a_stage_is_not_guessed_from_a_part_of_a_word_either(store: Store, tmp_path: Path) -> None:
    rows = [["单位", "日期", "阶段", "督导组", "检查情况"], ["u-1", "2005-09-18", "学习班", "g-1", "好"]]
    file = written(tmp_path, "csv", rows)
    assert [each.says for each in imports(store, "inspections", file).questions] == ["学习班"]
    assert imports(store, "inspections", file, words={"学习班": "study"}).kept == 1


def _formats(sheet: Any) -> None:
    for row, pattern in enumerate(("000000", "000-000", '"甲"0000', "0.00", "General", "[Red]00000;[Blue]0", "@"), 2):
        sheet.cell(row, 1).number_format = pattern


def test_codes_of_numeric_cells_are_as_shown(store: Store, tmp_path: Path) -> None:
    numbers = [123, 123456, 7, 1.1, 123456789012345, 42, 77]
    rows = [["编号", "单位名称", "类别"], *([number, f"厂{at}", "其他"] for at, number in enumerate(numbers))]
    report = imports(store, "units", xlsx(tmp_path / "u.xlsx", rows, change=_formats), partial=True)
    codes = {name: fields["id"] for name, fields in units(store).items() if name.startswith("厂")}
    assert codes == {
        "厂0": "000123",
        "厂1": "123-456",
        "厂3": "1.10",
        "厂4": "123456789012345",
        "厂5": "00042",
        "厂6": "77",
    }
    assert "甲0007 cannot be an id" in reasons(report)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ("xlsx", 9.13601007000000128e17),
        ("xlsx", 1234567890123456),
        ("csv", "9.13601E+17"),
        ("json", 9.13601007000000128e17),
    ],
)
@pytest.mark.parametrize("heading", ["编号", "地址", "上级党组织"])
def test_a_number_that_has_lost_digits_is_refused_with_its_cell(
    store: Store, tmp_path: Path, form: str, code: Any, heading: str
) -> None:
    report = imports(store, "units", written(tmp_path, form, [["单位名称", "类别", heading], ["甲", "其他", code]]))
    assert "last digits are lost" in reasons(report)
    assert [each.column for each in report.doubts if each.weight == "refused"] == ["C"]


def test_a_code_that_a_csv_keeps_as_a_formula_is_the_code(store: Store, tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text('编号,单位名称,类别\n"=""000123""",甲,其他\n', encoding="utf-8")
    assert imports(store, "units", tmp_path / "u.csv").kept == 1
    assert units(store)["甲"]["id"] == "000123"


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_code_written_as_text_is_kept_whole(store: Store, tmp_path: Path, form: str) -> None:
    rows = [["编号", "单位名称", "类别"], ["913601007000000128", "甲", "其他"], ["000123", "乙", "其他"]]
    assert imports(store, "units", written(tmp_path, form, rows)).kept == 2
    assert (units(store)["甲"]["id"], units(store)["乙"]["id"]) == ("913601007000000128", "000123")


NUMBERS = [
    PHONE,
    "138 0000 0000",
    "138-0000-0000",
    "＋86 １３８００００００００",
    "王某13800000000",
    IDENTITY,
    "36010219800101123X",
    "360102 19800101 1234",
    "0791-88000000",
    "(0791)88000000",
    "079100000",
    "联系电话88000000",
    "360102800101123",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", NUMBERS)
def test_telephone_and_identity_numbers_are_refused_in_every_text_whatever_the_mapping(
    store: Store, tmp_path: Path, form: str, number: str
) -> None:
    heads = ["法人手机号", "负责人联系电话", "地址", "批次"]
    said = {"法人手机号": "note", "负责人联系电话": "chain.direct"}
    for at, heading in enumerate(heads):
        cells = ["", "", "", ""]
        cells[at] = number
        file = written(tmp_path, form, [["单位名称", "类别", *heads], ["甲", "其他", *cells]])
        report = imports(store, "units", file, said=said)
        assert "telephone or identity number" in reasons(report), heading
        assert [each.column for each in report.doubts if each.weight == "refused"] == ["CDEF"[at]]
        assert number not in reasons(report) + notes(report), "the number itself is not repeated"
    assert "甲" not in units(store)


@pytest.mark.parametrize(
    "text", ["2005年9月18日", "第13800号", "330000", "赣发〔2026〕123号", "91360100MA35ABCD1X", "3601001234"]
)
def test_other_numbers_are_kept(store: Store, tmp_path: Path, text: str) -> None:
    file = written(tmp_path, "csv", [["单位名称", "类别", "地址"], ["甲", "其他", text]])
    assert imports(store, "units", file).kept == 1


@pytest.mark.parametrize("number", [PHONE, IDENTITY])
def test_a_telephone_or_identity_number_is_no_code_and_no_name(store: Store, tmp_path: Path, number: str) -> None:
    file = written(tmp_path, "csv", [["编号", "单位名称", "类别"], [number, "甲", "其他"], ["9", number, "其他"]])
    assert len(imports(store, "units", file).rejected) == 2
    file = written(tmp_path, "csv", [["督导组", "成员"], ["第一督导组", f"王甲 {number}"], [number, "李乙"]])
    assert len(imports(store, "groups", file).rejected) == 2


@pytest.mark.parametrize("heading", ["负责人联系电话", "法人手机号", "书记身份证号码", "联系方式（手机）"])
def test_a_heading_that_ends_like_a_personal_one_is_never_read(store: Store, tmp_path: Path, heading: str) -> None:
    file = written(tmp_path, "csv", [["单位名称", "类别", heading], ["甲", "其他", "x"]])
    report = imports(store, "units", file)
    assert (report.kept, report.asked) == (1, [])
    assert "personal data, never read" in notes(report)


HEADS = [
    "单位名称",
    "检查日期",
    "督导组",
    "阶段",
    "督导人员",
    "检查情况",
    "存在问题",
    "整改措施",
    "整改时限",
    "责任人",
    "整改情况",
]
VISIT = [
    "u-1",
    "2005.9.18",
    "g-1",
    "学习动员",
    "name  of wang",
    "总体较好",
    "学习记录不全",
    "补学",
    "2005.10.1",
    "支部书记",
    "已整改",
]


def _follow_ups(store: Store) -> list[dict[str, Any]]:
    def read(session: Any) -> list[dict[str, Any]]:
        from sync.central.access.permissions import edit_of_row
        from sync.central.storage import statements

        rows = session.rows(statements.LEDGER_ENTRIES, (store.district.id, "u-1"))
        edits = [edit_of_row(*row).set or {} for _, *row in rows]
        return [dict(fields) for fields in edits if "nature" in fields]

    return store.engine.read(read)


@pytest.mark.parametrize("form", FORMS)
def test_a_problem_of_a_past_inspection_becomes_a_follow_up(store: Store, tmp_path: Path, form: str) -> None:
    file = written(tmp_path, form, [HEADS, VISIT])
    report = imports(store, "inspections", file)
    assert (report.kept, report.changed, reasons(report)) == (1, 2, "")
    (problem,) = _follow_ups(store)
    assert {
        name: problem[name] for name in ("title", "measure", "due_on", "responsible_post", "status", "progress")
    } == {
        "title": "学习记录不全",
        "measure": "补学",
        "due_on": "2005-10-01",
        "responsible_post": "支部书记",
        "status": "in_progress",
        "progress": "已整改",
    }
    assert "for a person to verify" in notes(report)
    assert imports(store, "inspections", file).changed == 0


def test_a_padded_name_is_the_inspector_it_names(store: Store, tmp_path: Path) -> None:
    staff.add_person(store, "李乙", "group", "g-1", "li")
    report = imports(store, "inspections", written(tmp_path, "csv", [HEADS, [*VISIT[:4], "李  乙、外人", *VISIT[5:]]]))
    said = [each.read for each in report.doubts if each.heading == "督导人员"]
    assert said == ["外人 is no person known here; the name is left out"]


def test_a_problem_without_a_day_it_is_due_is_asked_about(store: Store, tmp_path: Path) -> None:
    rows = [[*HEADS[:7]], [*VISIT[:7]]]
    file = written(tmp_path, "csv", rows)
    assert "--set due_on=" in reasons(imports(store, "inspections", file))
    assert imports(store, "inspections", file, given={"期限": "2005-10-01"}).changed == 2


def test_rows_of_one_visit_add_their_problems_to_it(store: Store, tmp_path: Path) -> None:
    rows = [HEADS, VISIT, [*VISIT[:6], "台账不规范", *VISIT[7:]]]
    report = imports(store, "inspections", xlsx(tmp_path / "i.xlsx", rows))
    assert (report.kept, report.changed, reasons(report)) == (2, 3, "")
    report = imports(store, "inspections", xlsx(tmp_path / "i.xlsx", [HEADS, VISIT, VISIT]))
    assert "already" in reasons(report), "the same problem twice is the same row twice"


@pytest.mark.parametrize("said", ["未发现问题", "无明显问题", "无", "未发现任何隐患。"])
def test_to_have_found_no_problem_is_no_problem(store: Store, tmp_path: Path, said: str) -> None:
    report = imports(store, "inspections", written(tmp_path, "csv", [HEADS, [*VISIT[:6], said, "", "", "", ""]]))
    assert (report.kept, report.changed) == (1, 1)
