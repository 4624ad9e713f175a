"""What an import says to a clerk who reads Chinese: doubts by cell, rejected rows, files and templates by line."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import sync.central
from sync.central.cli.commands import run
from sync.central.imports.campaigns import imported
from sync.central.imports.pipeline import Wish
from sync.central.imports.repairs import FLAGS
from sync.central.imports.report import CannotRead
from sync.central.imports.synonyms import FIELDS, field_called
from sync.central.locale import field_words, has, set_language, words
from sync.central.service.store import Store, open_store
from sync.console.catalog import SHARED, read_texts
from tests.days import today
from tests.store import office

ROOM = Path(sync.central.__file__).parent
UNITS = """单位名称,类别,上级党组织,党员数,离退休,组织不健全,联系电话
甲支部,困难企业,,30,31,,139
甲支部,困难企业,,30,3,,139
乙支部,宫殿,没有的党委,十二个半,,也许,
丙支部,非公经济组织,甲支部,无,,是,
,高校,,1,,,
合计,,,91,,,
"""
TEMPLATE = """name = "x"
version = "1"
stage = "study"
colour = "red"
title = { zh = "一" }

[[sections]]
id = "first"
title = { zh = "一", en = "One" }
items = [
  { id = "a b", title = { zh = "有方案", en = "A plan" }, kind = "wish" },
]
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with nothing in it."""
    office(tmp_path / "central.db", "init", "--district", "demo", "--name", "示例区")
    return tmp_path / "central.db"


def _said(
    database: Path, capsys: pytest.CaptureFixture[str], *command: str, language: str = "zh"
) -> tuple[int, list[str]]:
    code = run(["--db", str(database), "--lang", language, *command])
    out, err = capsys.readouterr()
    return code, [*err.splitlines(), *out.splitlines()]


def test_a_clerk_reads_every_doubt_of_a_dry_run_in_chinese(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "名册.csv").write_text(UNITS, encoding="utf-8")
    dry = ("import", "units", str(tmp_path / "名册.csv"), "--dry-run", "--on", "2026-09-01")
    code, said = _said(database, capsys, *dry)
    assert code == 1
    for line in (
        "说明: G1: “联系电话”: 个人信息, 从不读取",
        "说明: 第 7 行: “合计”: 合计行, 不读",
        "疑问: A2 单位名称: “甲支部”: 与“甲支部” (第 3 行) 同名; 当作另一个单位",
        "拒收: E2 离退休: “31”: 不能大于 党员数 30",
        "拒收: A3 单位名称: “甲支部”: 与第 2 行重复",
        "拒收: B4 类别: “宫殿”: 不是已知的类别; 请写 --word '宫殿=…' 说明是哪一个",
        "拒收: C4 上级党组织: “没有的党委”: 不是已知的单位",
        "拒收: D4 党员数: “十二个半”: 不是人数或个数",
        "拒收: F4 组织不健全: “也许”: 看不出是 (是, √, 1) 还是否 (否, 0)",
        "疑问: D5 党员数: “无”: 当作没有填, 不当作 0; 是 0 就写 0",
        "拒收: A6 单位名称: (空): 必须填写",
        "拒收: 第 3 行: 单位名称: “甲支部” 与第 2 行重复",
        "试读: 共 5 条, 可保存 0 条, 拒收 5 条; 没有保存任何内容",
    ):
        assert line in said
    english = re.compile(r"(?<![-a-z])[a-z]{3,}")  # but for the names of options
    assert not [line for line in said if english.search(line)]


def test_the_same_file_says_as_much_in_english(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    dry = ("import", "units", str(tmp_path / "units.csv"), "--dry-run", "--on", "2026-09-01")
    _, chinese = _said(database, capsys, *dry)
    _, english = _said(database, capsys, *dry, language="en")
    assert len(chinese) == len(english)
    assert "refused: A3 单位名称: '甲支部': stands in line 2 already" in english
    own = re.sub(r"'[^']*'|[A-G]\d [^:]+", "", "\n".join(english))
    assert not re.search(r"第|拒收|疑问|说明", own)


def test_json_keeps_its_keys_and_codes_in_chinese(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    _, said = _said(database, capsys, "import", "units", str(tmp_path / "units.csv"), "--dry-run", "--json")
    report = json.loads("\n".join(said))
    assert set(report) == {
        *("found", "kept", "changed", "rejected", "doubts", "asked", "questions", "enrolled", "unfit")
    }
    assert {each["weight"] for each in report["doubts"]} == {"note", "doubt", "refused"}


def test_what_records_keep_of_their_origin_is_the_same_in_both_languages(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("单位,党员数\nu-1,30\n", encoding="utf-8")
    set_language("zh")
    assert imported(store, "counts", file, Wish(on="2026-09-01")).kept == 1
    entries = office(tmp_path / "central.db", "stats", "--json")
    set_language("en")
    assert imported(store, "counts", file, Wish(on="2026-09-01")).kept == 1
    assert office(tmp_path / "central.db", "stats", "--json") == entries


def test_a_template_s_faults_are_said_by_line_in_chinese(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "检查表"
    folder.mkdir()
    (folder / "a.toml").write_text(TEMPLATE, encoding="utf-8")
    (folder / "b.toml").write_bytes(b"name = = 1\n")
    (folder / "c.toml").write_bytes(b"\xff")
    code, said = _said(database, capsys, "import", "templates", str(folder))
    assert code == 1
    for line in (
        "a.toml 第 2 行: 应为 int, 写的是 str (version)",
        "a.toml 第 4 行: 没有 colour 这一项",
        "a.toml 第 5 行: 缺少 en (title)",
        "c.toml 第 1 行: 不是 UTF-8 编码",
        "共 3 条, 保存 0 条, 拒收 7 条",
    ):
        assert line in said
    assert any(line.startswith("a.toml 第 11 行: a b: 只能用字母、数字") for line in said)
    assert any(line.startswith("a.toml 第 11 行: a b: 没有 'wish' 这个选择") for line in said)
    assert any(line.startswith("b.toml 第 1 行: 不是正确的 TOML") for line in said)


@pytest.mark.parametrize(
    ("what", "name", "content", "said"),
    [
        ("units", "a.csv", b"\xff\xfe\x00", "编码"),
        ("units", "a.txt", b"x", "只读 .xlsx"),
        ("units", "a.csv", b"1\n2\n", "里没有表格"),
        ("units", "a.json", b"{}", "对象的列表"),
        ("units", "a.xlsx", b"PK\x03\x04", "已损坏"),
        ("units", "a.xls", b"\xd0\xcf\x11\xe0", "旧格式"),
        ("campaign", "a.toml", b"[campaign\n", "不是正确的 toml"),
        ("campaign", "a.toml", b"[campaign]\n", "要有一个 [campaign] 表"),
        ("templates", "none", b"", "没有 .toml 文件"),
    ],
)
def test_a_file_that_is_not_read_says_why_in_chinese(
    store: Store, tmp_path: Path, what: str, name: str, content: bytes, said: str
) -> None:
    if content:
        (tmp_path / name).write_bytes(content)
    set_language("zh")
    with pytest.raises(CannotRead, match=re.escape(said)):
        imported(store, what, tmp_path / name, Wish())


_MAKERS = {"CannotRead", "Refusal", "Rejected", "Doubt", "Value", "refuse", "doubt", "_of_column", "print"}


def _texts(file: Path) -> list[str]:
    """Sentences written where a message is made, not looked up."""
    found = []
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and str(getattr(call.func, "id", getattr(call.func, "attr", ""))) in _MAKERS:
            given = [*call.args, *(each.value for each in call.keywords)]
            plain = [ast.unparse(each) for each in given if isinstance(each, ast.Constant | ast.JoinedStr)]
            found += [each for each in plain if re.search(r"[a-z]{2,} [a-z]{2,}", each)]
    return found


def test_every_sentence_of_an_import_comes_from_the_catalogue_and_none_is_left_over() -> None:
    rooms = [*(ROOM / "imports").rglob("*.py"), *ROOM.glob("cli/*.py"), ROOM / "admin" / "staff.py"]
    assert not [(file.name, each) for file in rooms for each in _texts(file)]
    keys = {
        key
        for file in rooms
        for key in re.findall(r"\"((?:tables|values|files|import)\.[a-z_]+)\"", file.read_text(encoding="utf-8"))
    }
    assert len(keys) > 80
    assert not [key for key in keys if not has(key)]
    used = keys | {"tables.row", "tables.line", "tables.rows"}  # the word of a table's rows is part of the table
    used |= {f"tables.repair.{flag}" for flag in FLAGS}
    assert not [
        key for key in words() if key.startswith(("tables.", "values.", "files.", "import.")) and key not in used
    ]


def test_an_unknown_column_is_asked_about_in_chinese(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("单位名称,类别,某某\n甲,高校,1\n", encoding="utf-8")
    code, said = _said(database, capsys, "import", "units", str(tmp_path / "a.csv"))
    assert code == 1
    assert "表头“某某”还不知道是什么意思" in said[0]
    open_store(database).close()


@pytest.mark.parametrize("title", ["某区名册", "某区名册,某区名册,某区名册", "某区名册,,"])
def test_a_title_above_is_no_part_of_the_headings(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    (tmp_path / "a.csv").write_text(f"{title}\n单位名称,类别,联系电话\n甲,宫殿,1\n", encoding="utf-8")
    _, said = _said(database, capsys, "import", "units", str(tmp_path / "a.csv"), "--dry-run")
    assert "说明: C2: “联系电话”: 个人信息, 从不读取" in said
    assert any(line.startswith("拒收: B3 类别: “宫殿”: 不是已知的类别") for line in said)


def test_a_field_may_be_named_in_chinese(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("单位名称,类别,某某\n甲,高校,7\n", encoding="utf-8")
    wanted = ("import", "units", str(tmp_path / "a.csv"), "--on", today(), "--map")
    code, said = _said(database, capsys, *wanted, "某某=人头")
    assert code == 1
    assert said[0].startswith("没有这样的项目: 某某=人头。可用的项目: 编号, 名称, 类别, 上级, ")
    assert _said(database, capsys, *wanted, "某某=党员数") == (0, ["共 1 条, 保存 1 条, 拒收 0 条"])
    assert json.loads(office(database, "stats", "--json"))["kinds"]["count"] == 1


@pytest.mark.parametrize("what", FIELDS)
def test_every_field_is_known_by_the_word_it_is_listed_with(what: str) -> None:
    set_language("zh")
    assert [field_called(what, field_words(field)) for field in FIELDS[what]] == [*FIELDS[what]]


def test_every_fault_of_a_template_has_words_and_none_is_left_over() -> None:
    files = [ROOM.parent / "model" / name for name in ("templates.py", "template_parser.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    made = set(re.findall(r"roblem\((?:\(.*?\)|place), \"([a-z_0-9]+)\"", text))
    made |= set(re.findall(r"(?:\(key|\"[a-z]+\"), \"([a-z_]+)\", \{", text))
    made |= set(re.findall(r"^    \(\"([a-z_]+)\", re\.compile", text, re.MULTILINE))
    known = {key for key in read_texts(SHARED, "zh") if key.startswith("template.")}
    assert {f"template.{code}" for code in made} == known
