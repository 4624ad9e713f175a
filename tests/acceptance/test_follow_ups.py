"""What changed in a follow-up, and why, at every step: asked for, kept, and read again by whoever opens it."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

from tests.acceptance.people import District, Laptop
from tests.acceptance.workbench import seen
from tests.days import this_day
from tests.terminal import Terminal

_STEPS = (
    ("supervisor", "in_progress", "已约党委书记谈话"),
    ("supervisor", "reported", "笔记已补齐"),
    ("colleague", "returned", "还差两本"),
    ("supervisor", "reported", "两本也补了"),
    ("colleague", "verified", "逐本当面看过"),
    ("colleague", "closed", "每月自查一次, 写进制度"),
    ("colleague", "open", "又有三人没有记"),
)


def _problem(laptop: Laptop, unit: str) -> str:
    due = (this_day() + timedelta(days=5)).isoformat()
    return laptop.keep("follow_up", unit, nature="problem", title="笔记不全", due_on=due, status="open")


async def test_every_step_is_read_with_what_changed_and_why(district: District) -> None:
    supervisor, colleague = district["supervisor"], district["colleague"]
    record = _problem(supervisor, "yc-3")
    for who, status, words in _STEPS:
        district.sync("supervisor", "colleague")
        district[who]("step", record, status, "--progress", words)
    assert "--why" in colleague("correct", record, wanted=2)
    assert "原因" in colleague.change(record, " ", {"cause": "汛期"}, wanted=1)
    colleague.change(record, "汛期停课两周, 顺延", {"cause": "汛期"})
    said, shown = colleague("show", record), await seen(colleague, "yc-3", "enter", "enter", words="笔记不全")
    for words in (*(words for _, _, words in _STEPS), "汛期停课两周, 顺延"):
        assert words in said
        assert words in shown
    for status in ("整改中", "已报整改", "退回", "已核实", "已销号"):
        assert status in said


def test_words_a_script_leaves_out_are_asked_for_at_the_terminal(district: District) -> None:
    """Reporting says how it was done, verifying what was seen, closing what came of it; old scripts go on working."""
    supervisor, colleague = district["supervisor"], district["colleague"]
    record, other = _problem(supervisor, "yc-3"), _problem(supervisor, "yc-3")
    _asked(supervisor, record, "reported", "写明怎样办成的", "")
    assert _status(supervisor, record) == "open"
    _asked(supervisor, record, "reported", "写明怎样办成的", "笔记已补齐")
    assert "这一步要写明原因" in supervisor("step", record, "withdrawn", wanted=1)
    assert json.loads(supervisor("step", other, "reported"))["record"] == other
    district.sync("supervisor", "colleague")
    _asked(colleague, record, "verified", "写明怎样核实的, 看到什么", "逐本看过")
    _asked(colleague, record, "closed", "写明最后结果", "没有再缺")
    versions = colleague.json("show", record)["versions"]
    assert [each["set"]["progress"] for each in versions[1:]] == ["笔记已补齐", "逐本看过", "没有再缺"]


def _status(laptop: Laptop, record: str) -> Any:
    return laptop.json("show", record)["fields"]["status"]


def _asked(laptop: Laptop, record: str, status: str, question: str, answer: str) -> None:
    """Take a step on a terminal, where it asks for words; silence is no answer and changes nothing."""
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(laptop.home), "--lang", "zh", "step"]
    terminal = Terminal([*command, record, status], dict(os.environ, LANG="C.UTF-8"))
    terminal.wait_for(question)
    terminal.type(answer)
    terminal.press("Enter")
    assert terminal.ended() == (0 if answer else 1)
