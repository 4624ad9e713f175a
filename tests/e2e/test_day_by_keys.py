"""A supervisor's day on a real terminal, by keys alone: the sample district, two laptops, a real store process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fixtures.people import demo_people
from fixtures.play import play
from tests import warm
from tests.days import this_day
from tests.store import office, serving
from tests.terminal import Terminal, running

PEOPLE = demo_people()
SIZES = [(80, 24), (120, 40)]


class Laptop:
    """One profile, used by command and by key."""

    def __init__(self, home: Path, profile: str) -> None:
        self.command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--profile", profile]

    def run(self, *arguments: str) -> str:
        """Run a command; what it printed."""
        done = warm.run("supervisor_tui", [*self.command[3:], *arguments])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def history(self) -> list[dict[str, Any]]:
        """The whole history of the demo's unit."""
        records: list[dict[str, Any]] = json.loads(self.run("history", PEOPLE["unit"], "--json"))
        return records

    def workbench(self, size: tuple[int, int], lang: str = "zh") -> Terminal:
        """Open the workbench on a terminal of that size."""
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8")
        return Terminal([*self.command, "--lang", lang], environment, size)


@pytest.fixture(scope="module")
def played_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store's database with the sample district."""
    folder = tmp_path_factory.mktemp("played-once")
    play(folder / "central.db", today=this_day())
    return folder


@pytest.fixture
def district(played_once: Path, tmp_path: Path) -> Path:
    """A store's database with the sample district, and nothing running yet."""
    shutil.copytree(played_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "central.db"


def _joined(database: Path, address: str, home: Path, person: str) -> Laptop:
    laptop = Laptop(home, person)
    laptop.run("join", address, office(database, "code", PEOPLE[person]))
    laptop.run("sync")
    return laptop


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_day_by_keys(district: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    with serving(district) as address:
        mine = _joined(district, address, tmp_path, "supervisor")
        office_s = _joined(district, address, tmp_path, "office")
    before = {each["record"] for each in mine.history()}

    terminal = mine.workbench(size)
    terminal.wait_for("督导工作台", "瑶湖水产场党委")
    _open_the_unit(terminal)
    _inspect(terminal)
    _write_a_note(terminal)
    _open_a_follow_up(terminal)
    terminal.press("F5")
    terminal.wait_for("连接不上服务器")
    with serving(district, int(address.rpartition(":")[2])):
        terminal.press("F5")
        terminal.wait_for("完成: 上报 3 条")
        office_s.run("sync")
    terminal.press("Esc", "^Q")
    assert terminal.ended() == 0

    new = [each for each in office_s.history() if each["record"] not in before]
    assert {each["kind"] for each in new} == {"inspection", "liaison_note", "follow_up"}
    by_kind = {each["kind"]: each["fields"] for each in new}
    assert by_kind["inspection"]["summary"] == "方案已定, 养殖队晚上学习。"
    assert by_kind["liaison_note"]["content"] == "书记说流动党员已联系上。"
    assert by_kind["follow_up"]["title"] == "补发必读篇目"
    assert json.loads(mine.run("status", "--json"))["receipts"] == {"mine": 3, "acknowledged": 3}
    office_s.run("verify", "yc")


def _open_the_unit(terminal: Terminal) -> None:
    terminal.press("F9")
    terminal.type("yhscc")
    terminal.wait_for("单位 5")
    terminal.press("Enter", "Enter")
    terminal.wait_for("档案" if terminal.screen.columns < 110 else "全部记录")


def _inspect(terminal: Terminal) -> None:
    """Every item met; the one text that is missing is found from the finish view."""
    terminal.press("F2")
    terminal.wait_for("必填还差")
    for _ in range(40):
        if terminal.shows("直接输入数字"):
            break
        terminal.press("1")
    terminal.press("9", "2", "Enter", "F10")
    terminal.wait_for("总体情况: 必须填写")
    terminal.press("1", "Enter")
    terminal.type("方案已定, 养殖队晚上学习。")
    terminal.press("Esc")
    terminal.wait_for("必填已齐")
    terminal.press("F10")
    terminal.wait_for("将保存的内容")
    terminal.press("F10")
    terminal.wait_for("未上报 1")


def _write_a_note(terminal: Terminal) -> None:
    terminal.press("F3")
    terminal.wait_for("联络记录")
    terminal.type("书记说流动党员已联系上。")
    terminal.press("F9", "F10")
    terminal.wait_for("将保存的内容")
    terminal.press("F10")
    terminal.wait_for("未上报 2")


def _open_a_follow_up(terminal: Terminal) -> None:
    terminal.press("F4")
    terminal.wait_for("事项", "F10")
    terminal.press("1")
    terminal.type("补发必读篇目")
    terminal.press("Enter", "+", "7", "Enter", "F10")
    terminal.wait_for("未上报 3")


def test_joining_by_keys(district: Path, tmp_path: Path) -> None:
    with serving(district) as address:
        terminal = Laptop(tmp_path, "new").workbench((80, 24))
        terminal.wait_for("督导工作台", "F10")
        terminal.type(address)
        terminal.press("Enter")
        terminal.type(office(district, "code", PEOPLE["supervisor"]))
        terminal.press("F10")
        terminal.wait_for("全部已上报", "办公室回执")
        terminal.press("Esc")
        terminal.wait_for("瑶湖水产场党委")
        terminal.press("^Q")
        assert terminal.ended() == 0


def test_a_file_in_a_form_outlives_a_killed_laptop(district: Path, tmp_path: Path) -> None:
    paper = tmp_path / "晚班 安排.pdf"
    paper.write_bytes(b"%PDF-1.7 " + bytes(600_000))
    with serving(district) as address:
        mine = _joined(district, address, tmp_path, "supervisor")
        office_s = _joined(district, address, tmp_path, "office")
    terminal = mine.workbench((80, 24))
    terminal.wait_for("督导工作台", "瑶湖水产场党委")
    _open_the_unit(terminal)
    terminal.press("F3")
    terminal.type("职工建议把学习放在晚班前。")
    terminal.press("^A")
    terminal.wait_for("要附加的文件")
    terminal.type(str(paper))
    terminal.press("Enter")
    terminal.wait_for("晚班 安排.pdf  586 KB")
    terminal.stop()

    with serving(district, int(address.rpartition(":")[2])):
        mine.run("sync")  # takes nothing of a draft along
        terminal = mine.workbench((80, 24))
        terminal.wait_for("督导工作台")
        _open_the_unit(terminal)
        terminal.press("F3")
        terminal.wait_for("职工建议把学习放在晚班前", "晚班 安排.pdf  586 KB")
        terminal.press("F9", "F10")
        terminal.wait_for("可以保存", "1 个文件")
        terminal.press("F10")
        terminal.wait_for("未上报 1 条")
        terminal.press("F5")
        terminal.wait_for("完成: 上报 1 条")
        terminal.press("Esc", "^Q")
        assert terminal.ended() == 0
        office_s.run("sync")
        note = next(each for each in office_s.history() if "晚班前" in str(each["fields"].get("content")))
        office_s.run("attachments", note["record"], "--save", "1", "--out", str(tmp_path / "saved.pdf"))
    assert (tmp_path / "saved.pdf").read_bytes() == paper.read_bytes()


def test_the_demo_opens_the_workbench_and_leaves_nothing(tmp_path: Path) -> None:
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", TMPDIR=str(tmp_path))
    terminal = Terminal([sys.executable, "-m", "supervisor_tui", "--lang", "zh", "demo"], environment, (120, 40))
    terminal.wait_for("督导工作台", "单位 ", seconds=60)
    assert list(tmp_path.iterdir())
    terminal.press("^Q")
    assert terminal.ended(20) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_demo_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", TMPDIR=str(tmp_path))
    terminal = Terminal([sys.executable, "-m", "supervisor_tui", "--lang", "zh", "demo"], environment, (120, 40))
    terminal.wait_for("督导工作台", "单位 ", seconds=60)
    assert running(tmp_path) == 1  # the store
    terminal.stop()
    _wait_until_none_runs(tmp_path)


def test_a_demo_that_is_asked_to_end_while_it_is_laid_out_leaves_nothing(tmp_path: Path) -> None:
    environment = dict(os.environ, TMPDIR=str(tmp_path))
    command = [sys.executable, "-m", "supervisor_tui", "--lang", "zh", "demo", "--headless"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "http://" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert process.returncode == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    assert running(tmp_path) == 0


_ASKED_AT_A_START = """
import os, signal, subprocess, sys
class Popen(subprocess.Popen):
    def __init__(self, command, **options):
        super().__init__(command, **options)
        if "{word}" in command:
            os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen = Popen
from supervisor_tui.cli import commands
sys.exit(commands.run(["demo", "--headless"]))
"""


@pytest.mark.parametrize("word", ["serve", "code", "record"])
def test_a_demo_that_is_asked_to_end_while_a_process_starts_waits_for_its_end(tmp_path: Path, word: str) -> None:
    environment = dict(os.environ, TMPDIR=str(tmp_path))
    command = [sys.executable, "-c", _ASKED_AT_A_START.replace("{word}", word)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 128 + signal.SIGTERM, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert running(tmp_path) == 0


def _wait_until_none_runs(place: Path) -> None:
    until = time.monotonic() + 30
    while running(place):
        assert time.monotonic() < until, "a process went on"
        time.sleep(0.05)
