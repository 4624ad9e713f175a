"""What is worth a second look is asked about at a terminal, y or n; a no keeps nothing, `--yes` asks nothing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica, query
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import Terminal

FUTURE = "2999-12-31"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    file = profile_file(tmp_path / "home", "default")
    file.parent.mkdir(parents=True)
    new_workbench_file(file).close()
    (tmp_path / "count.json").write_text(json.dumps({"counted_on": FUTURE, "members": 12}), encoding="utf-8")
    return tmp_path


def _typed(home: Path, *command: str, answer: str = "") -> tuple[int, str]:
    """Run a command at a terminal, answer its question if one is to come; its exit code and what stood there."""
    whole = [sys.executable, "-m", "supervisor_tui", "--home", str(home / "home"), "--lang", "en", *command]
    terminal = Terminal(whole, dict(os.environ))
    if answer:
        terminal.wait_for("Keep it? (y/n)", seconds=60)
        terminal.type(f"{answer}\r")
    return terminal.ended(seconds=60), terminal.text


def _counts(home: Path) -> int:
    with Replica.open(profile_file(home / "home", "default")) as replica:
        return query.history(replica, "u-03", "count").count


def _status(home: Path) -> str:
    with Replica.open(profile_file(home / "home", "default")) as replica:
        found = query.record(replica, "r-difficulty")
        assert found is not None
        return str(found.fields["status"])


@pytest.mark.parametrize(("answer", "code", "kept"), [("y", 0, 1), ("n", 1, 0)])
def test_a_record_of_a_day_to_come(home: Path, answer: str, code: int, kept: int) -> None:
    command = ("record", "count", "--unit", "u-03", "--file", str(home / "count.json"))
    ended, said = _typed(home, *command, answer=answer)
    assert (ended, f"{FUTURE} is yet to come" in said, _counts(home)) == (code, True, kept)


@pytest.mark.parametrize(("answer", "code", "status"), [("y", 0, "in_progress"), ("n", 1, "open")])
def test_a_step_of_a_day_to_come(home: Path, answer: str, code: int, status: str) -> None:
    command = ("step", "r-difficulty", "in_progress", "--progress", "x", "--on", FUTURE)
    ended, said = _typed(home, *command, answer=answer)
    assert (ended, f"{FUTURE} is yet to come" in said, _status(home)) == (code, True, status)


def test_a_step_that_is_sure_of_its_day_is_not_asked(home: Path) -> None:
    ended, said = _typed(home, "step", "r-difficulty", "in_progress", "--progress", "x", "--on", FUTURE, "--yes")
    assert (ended, "Keep it?" in said, _status(home)) == (0, False, "in_progress")
    assert _typed(home, "step", "r-difficulty", "reported", "--progress", "x", "--on", "2026-02-30")[0] == 1
