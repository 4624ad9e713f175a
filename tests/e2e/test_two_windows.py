"""Two workbenches on one profile, each in a terminal of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica
from sync.replica.editing import drafts
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import Terminal


@contextmanager
def _window(home: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"]
    terminal = Terminal(command, dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8"))
    try:
        terminal.wait_for("瑶湖水产场党委", seconds=60)
        yield terminal
    finally:
        terminal.stop()


def test_two_windows_in_one_note_lose_no_word_and_say_so(tmp_path: Path) -> None:
    path = profile_file(tmp_path, "default")
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    with _window(tmp_path) as first, _window(tmp_path) as second:
        first.press("F3")
        first.wait_for("必填还差")
        first.type("甲窗口先写")
        first.wait_for("草稿已存")
        second.press("F3")
        second.wait_for("甲窗口先写")
        first.type("甲又写")
        second.wait_for("另一个窗口已经改动")
        second.type("乙接着写")
        second.wait_for("两份都保留")
    with Replica.open(path) as replica:
        texts = sorted(str(draft.fields["content"]) for draft in drafts.listed(replica))
    assert texts == ["甲窗口先写乙接着写", "甲窗口先写甲又写"]
