"""A clerk of the office at the command line, in Chinese: people, devices, what is kept apart, the trail, refusals."""

from __future__ import annotations

import os
import pty
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync.central.admin import staff
from sync.central.cli.commands import run
from sync.central.service.store import Store
from tests.sync.central.pen import NOTE, Pen

Clerk = Callable[..., str]
MACHINE = re.compile(r"\d{4}-\d\d-\d\dT|None|True|False|\{|out_of_scope|invalid_fields|'")


@pytest.fixture
def clerk(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """Runs a command over a store where something is kept apart; what it said, stderr first."""
    wang = Pen(store, "wang")
    wang.send(wang.write("u-3", NOTE | {"content": "不归她的单位"}), lines=[b"\xff"])
    wang.send(wang.write("u-1", NOTE | {"mode": "telepathy"}))

    def say(*command: str, wanted: int = 0) -> str:
        assert run(["--db", str(tmp_path / "central.db"), "--lang", "zh", *command]) == wanted
        out, err = capsys.readouterr()
        return (err + out).strip()

    return say


def test_what_is_kept_apart_is_listed_and_shown_in_words_and_local_time(clerk: Clerk) -> None:
    listed = clerk("quarantine", "list")
    assert not MACHINE.search(listed)
    for words in ("不在作者的范围", "内容不符合规定", "读不出来", "单位 u-3", "name of wang", "待裁定"):
        assert words in listed
    (line,) = (line for line in listed.splitlines() if "不在作者的范围" in line)
    shown = clerk("quarantine", "show", line.split()[0])
    assert re.search(r"内容 +不归她的单位", shown)
    assert re.search(r"种类 +联络记录", shown)
    assert re.search(r"可以采纳 +是", shown)
    assert not MACHINE.search(shown)
    assert "已采纳" in clerk("quarantine", "release", line.split()[0], "--why", "核对过")


def test_what_cannot_be_released_is_refused_in_chinese(clerk: Clerk) -> None:
    (line,) = (line for line in clerk("quarantine", "list").splitlines() if "内容不符合规定" in line)
    assert "请改用 answer 答复作者" in clerk("quarantine", "release", line.split()[0], "--why", "x", wanted=1)
    assert "意见: 必须填写" in clerk("quarantine", "answer", line.split()[0], "--why", " ", wanted=1)


def test_the_trail_names_people_units_and_local_times(clerk: Clerk) -> None:
    clerk("assign", "单位 u-1", "--group", "group g-2")
    told = clerk("audit")
    assert not MACHINE.search(told)
    for words in (
        "本机命令",
        "发代码",
        "给name of wang, 有效期至 ",
        "指定单位",
        "单位 u-1: 督导组 group g-2",
        "登记设备",
    ):
        assert words in told


def test_devices_figures_and_checks_are_said_in_chinese(clerk: Clerk, tmp_path: Path) -> None:
    devices = clerk("devices")
    assert "name of wang" in devices
    assert "本机" in devices
    assert re.search(r"各种记载 +.*单位资料 3", clerk("stats"))
    assert "0 处不符" in clerk("verify")
    assert "已备份到 copy.db" in clerk("backup", str(tmp_path / "copy.db"))


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("assign", "无", "--group", "x"), 1, "没有单位“无”"),
        (("assign", "u-1"), 2, "请写 --group 或 --liaison"),
        (("person", "add", "甲", "--role", "group", "--group", "无"), 1, "没有督导组“无”"),
        (("person", "leave", "无"), 1, "没有人员“无”"),
        (("person", "change", "wang"), 2, "请写 --role 或 --group"),
        (("group", "add", "两\n行"), 1, "名称: 只能一行"),
        (("group", "add", " group  g-1 "), 1, "已经有督导组“group g-1” (编号 g-1)"),
        (("person", "add", "name of wang", "--role", "office"), 1, "已经有人员“name of wang” (编号 wang)"),
        (("assign", "u-1", "--liaison", "wang"), 1, "“name of wang”不是联络员"),
        (("code", "wang", "--days", "0"), 1, "请写 1 到 365 天"),
        (("code", "wang", "--days", "99999999"), 1, "请写 1 到 365 天"),
        (("person", "return", "wang"), 0, "wang没有离开过, 没有改动"),
        (("--db", "/none/x.db", "init", "--district", "x", "--name", " "), 1, "名称: 必须填写"),
        (("revoke", "d-X"), 1, "没有可以停用的设备 d-X"),
        (("init", "--district", "x", "--name", "x"), 1, "已经有一个区"),
        (("init", "--district", "区", "--name", "x"), 1, "区域编号只能是"),
        (("restore", "/none.db"), 1, "没有文件 none.db"),
        (("serve", "--port", "99999"), 1, "没有端口 99999"),
        (("admit", "d-X"), 1, "没有等候接纳的电脑 d-X"),
        (("bundle", "answer", "/none.request", "/"), 1, "没有这个文件或文件夹"),
        (("import", "units", "/none.csv"), 1, "none.csv 无法读取"),
        (("import", "counts", "/none.csv", "--on", "9.1"), 1, "--on 9.1 不是日期"),
        (("import", "counts", "/none.csv", "--map", "x"), 1, "应写成 表头=项目"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_refusal_is_one_chinese_sentence(clerk: Clerk, command: tuple[str, ...], code: int, said: str) -> None:
    assert said in clerk(*command, wanted=code)


def test_a_database_of_a_newer_version_is_left_alone(clerk: Clerk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    clerk("backup", str(copy))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA user_version = 99")
        before = list(connection.iterdump())
    for command in (("stats",), ("group", "add", "第三督导组"), ("backup", str(tmp_path / "again.db"))):
        assert "更新版本" in clerk("--db", str(copy), *command, wanted=4)
    assert "更新版本" in clerk("--db", str(tmp_path / "fresh.db"), "restore", str(copy), wanted=4)
    assert not (tmp_path / "fresh.db").exists()
    with closing(sqlite3.connect(copy)) as connection:
        assert list(connection.iterdump()) == before
    assert "0 处不符" in clerk("verify")


def test_groups_and_people_are_listed_with_what_commands_take(clerk: Clerk) -> None:
    assert re.search(r"group g-1 +\d+ 人 +2 个单位 +g-1", clerk("group", "list"))
    clerk("person", "leave", "zhao")
    said = clerk("person", "list")
    assert re.search(r"name of wang +督导组 +group g-1 +wang", said)
    assert re.search(r"name of zhao +督导组 +group g-\d +已离开 +zhao$", said)
    assert not MACHINE.search(said)
    assert "name of zhao" in clerk("person", "list", "--json")
    assert "早已离开" in clerk("person", "leave", "zhao")


def test_of_several_with_one_name_the_ids_are_said(clerk: Clerk, store: Store) -> None:
    for group in ("g-7", "g-8"):
        staff.add_group(store, "第九督导组", group)
    assert "有 2 个, 请写编号: g-7, g-8" in clerk("assign", "u-1", "--group", "第九督导组", wanted=1)
    assert "已指定 1 个单位" in clerk("assign", "u-1", "--group", "g-8")


def test_an_assignment_is_taken_away_and_what_stood_is_said(clerk: Clerk, store: Store) -> None:
    clerk("assign", "u-1", "--group", "group g-2")
    assert "另有 1 个原来就是这样" in clerk("assign", "u-1", "--group", "group g-2")
    assert "已指定 1 个单位" in clerk("assign", "u-1", "--group", "")
    assert store.access().assignments["a.u-1"].group == ""
    assert "另有 1 个原来就是这样" in clerk("assign", "u-1", "--group", "")


def test_who_is_to_visit_without_a_group_is_told_that_nothing_is_in_sight(clerk: Clerk) -> None:
    assert "看不到任何单位" in clerk("person", "add", "新督导", "--role", "group")
    assert "看不到" not in clerk("person", "add", "新督导二", "--role", "group", "--group", "g-1")


@pytest.mark.parametrize(("typed", "code"), [("\n", 1), ("n\n", 1), ("y\n", 0)])
def test_a_laptop_is_revoked_on_a_terminal_after_saying_whose_it_is(
    clerk: Clerk, tmp_path: Path, typed: str, code: int
) -> None:
    (laptop,) = (line.split()[0] for line in clerk("devices").splitlines() if "name of wang" in line)
    keyboard, terminal = pty.openpty()
    os.write(keyboard, typed.encode())
    command = ("sync.central", "--db", str(tmp_path / "central.db"), "--lang", "zh", "revoke", laptop)
    done = subprocess.run([sys.executable, "-m", *command], stdin=terminal, capture_output=True, text=True, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert done.returncode == code
    assert "停用name of wang的电脑“" in done.stderr
    assert laptop in done.stderr
    assert ("没有停用" in done.stderr) == bool(code)
    (line,) = (line for line in clerk("devices").splitlines() if laptop in line)
    assert line.endswith(" 停用") == (not code)
    if code:  # a program is not asked, and whose it was is said
        assert f"name of wang的设备 {laptop} 已停用" in clerk("revoke", laptop, "--yes")


def test_an_empty_list_of_what_is_kept_apart_says_so(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--db", str(tmp_path / "central.db"), "--lang", "zh", "quarantine", "list"]
    assert run(command) == 0
    assert capsys.readouterr() == ("", "没有未采纳的内容。\n")
    assert run([*command, "--json"]) == 0
    assert capsys.readouterr() == ("[]\n", "")


def test_a_column_that_is_not_there_is_said_to_be_missing(clerk: Clerk, tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_text("单位名称,地址\n戊支部,某路\n", encoding="gbk")
    assert "类别: 必须填写 (表里没有这一列)" in clerk("import", "units", str(file), wanted=1)
    file.write_text("单位名称,类别\n戊支部,\n", encoding="gbk")
    assert "没有这一列" not in clerk("import", "units", str(file), wanted=1)


def test_a_folder_given_for_a_file_is_named(clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ". 无法读取。" in clerk("import", "units", ".", wanted=1)
    assert ". 里没有 .toml 文件。" in clerk("import", "templates", ".", wanted=1)


def test_a_file_imported_again_is_told_to_have_changed_nothing(clerk: Clerk, tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_text("编号,单位名称,类别\nu-9,戊支部,农场\n", encoding="gbk")
    assert clerk("import", "units", str(file)) == "共 1 条, 保存 1 条, 拒收 0 条"
    assert "没有任何改动" in clerk("import", "units", str(file))
    assert '"changed": 0' in clerk("import", "units", str(file), "--json")
