"""What is typed while a field opens is the field's, and what comes all at once is text: on a real terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.forms.kinds import MOST_CHOICES
from sync.ledger.ids import LEDGER_STAFF
from sync.replica import Replica
from sync.replica.editing import drafts
from sync.replica.storage import encryption, rekey
from tests.supervisor_tui.workbench import STORE, Pen, new_workbench_file
from tests.terminal import Terminal

GAPS = {0.0: "东", 0.02: "南", 0.05: "西", 0.15: "北"}  # seconds between keys, and a sign of the text typed so
SIGNS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒"  # one for each way
WAYS: dict[str, Sequence[str]] = {  # keys from the units to a field on each screen that has one
    "filter of the units": ["/"],
    "palette": ["^P"],
    "search": ["F7"],
    "filter of the register": ["F8", "F2"],
    "note beside a verdict": ["F2", "Enter"],
    "text of a note": ["F3"],
    "line of a note": ["F3", "Tab", "Down", "Down", "Enter"],
    "line of a follow-up": ["F4", "Down", "Enter"],
    "number of the counts": ["^B", "Down", "Enter"],
    "line of a unit's card": ["^U", "Enter"],
    "file to attach": ["F2", "^A"],
    "reason of a withdrawal": ["Enter", "Enter", "F9"],
    "where the stick is": ["F5", "F2"],
    "ruling": ["^O", "F4"],
    "passphrase": ["F12"],
    "one of many to answer for a unit": ["^D", "F3"],
}
PASSPHRASE = "geheimes Wort"
FIRST, SECOND, THIRD = (f"answer.i{place}" for place in range(3))


def give_officers(replica: Replica) -> None:
    """More liaison officers than there are digits to choose one by."""
    pen = Pen(replica)
    for number in range(MOST_CHOICES + 1):
        officer = {"name": f"联络员{number}", "role": "liaison"}
        pen.write(LEDGER_STAFF, "person", f"p-officer-{number}", officer, device=STORE, by="store")


def opened_anew(home: Path) -> Terminal:
    """The program over a folder of its own, on a terminal of its own."""
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"]
    return Terminal(command, dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8"), (100, 40))


class Bench:
    """The office's workbench on a terminal, over a file of its own; the cursor stands on a unit with history."""

    def __init__(self, home: Path) -> None:
        self.file = profile_file(home, "default")
        self.file.parent.mkdir(parents=True)
        with new_workbench_file(self.file, "office") as replica:
            give_officers(replica)
        self.terminal = opened_anew(home)
        self.terminal.wait_for("F2 检查")
        self.go_home()

    def go_home(self) -> None:
        """Leave whatever is open; the units are there again."""
        for _ in range(40):
            covered = self.terminal.shows("Esc 取消") or self.terminal.shows("边")
            there = self.terminal.shows("F2 检查", "F3 联络", "单位 10") and not covered
            if there and self.terminal.shows("> 瑶湖水产场党委"):
                return
            self.terminal.press("End" if there else "Esc")  # in a form, End would be the place it opens at again
        raise AssertionError(self.terminal.text)

    def drafts(self) -> dict[str, dict[str, Any]]:
        """The fields of every draft, by kind, with nothing open."""
        self.go_home()
        with Replica.open(self.file) as replica:
            return {draft.kind: dict(draft.fields) for draft in drafts.listed(replica)}

    def drop_drafts(self) -> None:
        """Forget what was begun."""
        self.go_home()
        with Replica.open(self.file) as replica:
            for draft in drafts.listed(replica):
                drafts.drop(replica, draft.id)

    def answers(self) -> dict[str, Any]:
        """What the draft of an inspection answers to its items."""
        return {name: value for name, value in self.drafts().get("inspection", {}).items() if name.startswith("answer")}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("home"))
    yield bench
    bench.terminal.stop()


@pytest.fixture
def bench(opened: Bench) -> Bench:
    opened.drop_drafts()
    return opened


@pytest.mark.parametrize("gap", GAPS)
def test_a_field_has_what_is_typed_while_it_opens_on_every_screen(bench: Bench, gap: float) -> None:
    for sign, (name, keys) in zip(SIGNS, WAYS.items(), strict=False):
        typed = f"{sign}{GAPS[gap]}边"
        bench.terminal.send([*keys, *typed], gap)
        bench.terminal.wait_for(typed if name != "passphrase" else "***")
        bench.go_home()
    noted = SIGNS[list(WAYS).index("note beside a verdict")] + GAPS[gap] + "边"
    assert bench.answers() == {FIRST: {"verdict": "", "note": noted}}


@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_what_begins_with_a_digit_is_the_note_and_no_verdict(bench: Bench, gap: float) -> None:
    bench.terminal.send(["F2", "Enter", *"3人未到会"], gap)
    bench.terminal.wait_for("3人未到会")
    assert bench.answers() == {FIRST: {"verdict": "", "note": "3人未到会"}}


@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_a_text_is_opened_emptied_written_and_left_in_one_go(bench: Bench, gap: float) -> None:
    bench.terminal.send(["F2", "Enter", *"先前的话"], gap)
    bench.terminal.wait_for("先前的话")
    bench.go_home()
    bench.terminal.send(["F2", "Enter", "^U", *"重新写过", "Esc"], gap)
    bench.terminal.wait_for("重新写过", "回车 备注")
    assert bench.answers() == {FIRST: {"verdict": "", "note": "重新写过"}}


@pytest.mark.parametrize("gap", GAPS)
def test_the_key_of_the_filter_owns_the_letters_behind_it(bench: Bench, gap: float) -> None:
    bench.terminal.send("/cdz", gap)
    bench.terminal.wait_for("筛选: cdz")
    assert bench.terminal.shows("昌东镇机关支部", "昌东镇退休干部支部")  # of two categories


def test_a_line_end_in_a_text_that_comes_at_once_is_one(bench: Bench) -> None:
    bench.terminal.send(["F2", "Enter"], 0.0)
    bench.terminal.wait_for("Ctrl+J")
    bench.terminal.send("应到 3\r2 人", 0.0)
    bench.terminal.wait_for("应到 3", "2 人")
    assert bench.answers() == {FIRST: {"verdict": "", "note": "应到 3\n2 人"}}


@pytest.mark.parametrize("marks", [("", ""), ("\x1b[200~", "\x1b[201~")], ids=["bare", "marked"])
def test_all_lines_of_a_paste_stay_where_there_is_room_for_one(bench: Bench, marks: tuple[str, str]) -> None:
    bench.terminal.send(["F7"], 0.0)
    bench.terminal.wait_for("Esc 返回")
    bench.terminal.send([marks[0], *"应到 3\r2 人", marks[1]], 0.0)
    bench.terminal.wait_for("应到 3 2 人".replace(" ", ""))


def test_a_text_sets_no_verdict_where_it_begins_a_note(bench: Bench) -> None:
    bench.terminal.send(["F2"], 0.0)
    bench.terminal.wait_for("回车 备注")
    bench.terminal.send("1 2 3\r2", 0.0)
    bench.terminal.wait_for("1 2 3")
    assert bench.answers() == {FIRST: {"verdict": "", "note": "1 2 3\n2"}}


@pytest.mark.parametrize(
    ("keys", "stands"),
    [(["^K"], "采用其中之一"), (["F8", "F4"], "下一步"), (["^X"], "写出哪一种")],
    ids=["sides", "steps", "choices"],
)
def test_a_text_chooses_nothing_and_it_is_said(bench: Bench, keys: list[str], stands: str) -> None:
    bench.terminal.send(keys, 0.0)
    bench.terminal.wait_for(stands)
    bench.terminal.rest()
    bench.terminal.send("12 月3日\r", 0.0)  # nor does the line end behind it
    bench.terminal.wait_for("这里不收文字")
    bench.terminal.rest()
    assert bench.terminal.shows(stands)


def test_enter_behind_a_line_that_comes_at_once_is_pressed(bench: Bench) -> None:
    bench.terminal.send(["F2", "Enter"], 0.0)
    bench.terminal.wait_for("Ctrl+J")
    bench.terminal.send("三人未到会\r", 0.0)
    bench.terminal.wait_for("回车 备注")  # the hint of a line without an editor
    assert bench.answers() == {FIRST: {"verdict": "", "note": "三人未到会"}}


def test_a_held_key_is_a_key_pressed_again_and_again(bench: Bench) -> None:
    bench.terminal.send(["F2"], 0.0)
    bench.terminal.wait_for("回车 备注")
    bench.terminal.send("111", 0.0)
    bench.terminal.wait_for("达标 3")
    assert bench.answers() == {name: {"verdict": "met"} for name in (FIRST, SECOND, THIRD)}


def test_a_sign_that_does_nothing_is_not_dropped_without_a_word(bench: Bench) -> None:
    bench.terminal.send(["F8"], 0.0)
    bench.terminal.wait_for("台账")
    bench.terminal.send("z", 0.0)
    bench.terminal.wait_for("这个键在这里不起作用")


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Terminal]:
    """The program before a profile with a passphrase."""
    file = profile_file(tmp_path, "default")
    file.parent.mkdir(parents=True)
    new_workbench_file(file).close()
    rekey.relock(file, None, encryption.new_key(PASSPHRASE))
    encryption.remember(file, None)
    terminal = opened_anew(tmp_path)
    terminal.wait_for("F10 打开")
    yield terminal
    terminal.stop()


@pytest.mark.parametrize("gap", [0.02, 0.15])
def test_what_is_typed_behind_a_passphrase_is_for_the_units_it_opens(locked: Terminal, gap: float) -> None:
    locked.send([*PASSPHRASE, "F10", "/", *"cdz"], gap)
    locked.wait_for("筛选: cdz")


@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_the_first_line_to_join_has_what_is_typed_while_it_opens(locked: Terminal, gap: float) -> None:
    locked.send(["F9", "Down", "Enter", *"区里的主机"], gap)
    locked.wait_for("服务器地址", "区里的主机", "F10 加入")
    below = locked.text.replace(" ", "").rpartition("一次性代码")[2]
    assert "区里的主机" not in below
