"""The profile's file is lost under an open workbench: it says so loudly, writes a copy, and asks before it ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import set_language, t
from sync.replica import Replica
from sync.replica.editing import drafts
from sync.replica.maintenance.backup import restore
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import Terminal

GONE = "档案文件已不在原处"
BEFORE, SINCE = "节前走访三人未到会", "节后再去一次"


def _delete(file: Path) -> None:
    shutil.rmtree(file.parent)


def _rename(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def _replace(file: Path) -> None:
    other = file.parent.with_name("other")
    shutil.copytree(file.parent, other)
    file.parent.rename(file.parent.with_name("elsewhere"))
    other.rename(file.parent)


WAYS = pytest.mark.parametrize("lose", [_delete, _rename, _replace])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A profile in the middle of its work."""
    set_language("zh")
    made = profile_file(tmp_path / "home", "default")
    made.parent.mkdir(parents=True)
    new_workbench_file(made).close()
    return made


@contextmanager
def _in_a_note(file: Path) -> Iterator[Terminal]:
    """The workbench with a note that is half written and saved as a draft."""
    home = file.parents[2]
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", HOME=str(home.parent))
    terminal = Terminal([sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"], environment)
    try:
        terminal.wait_for("瑶湖水产场党委")
        terminal.press("F3")
        terminal.wait_for("必填还差")
        terminal.type(BEFORE)
        terminal.wait_for("草稿已存")
        yield terminal
    except BaseException:
        terminal.stop()
        raise


@WAYS
def test_what_is_written_after_the_file_has_gone_is_not_called_saved(file: Path, lose: Callable[[Path], None]) -> None:
    with _in_a_note(file) as terminal:
        lose(file)
        terminal.type(SINCE)
        terminal.wait_for(GONE, t("form.unsaved"))
        assert not terminal.shows("草稿已存")
        terminal.press("Esc")
        terminal.wait_for(t("rescue.leave_ask")[:8], t("rescue.stay"))
        terminal.stop()


@WAYS
def test_a_copy_has_what_was_written_since_and_the_end_is_asked_about(
    file: Path, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy.db"
    with _in_a_note(file) as terminal:
        lose(file)
        terminal.type(SINCE)
        terminal.wait_for(GONE)
        terminal.press("^Q")
        terminal.wait_for(t("rescue.ask")[:6])
        terminal.type(str(copy))
        terminal.press("Enter")
        terminal.wait_for(t("rescue.written").partition("{")[0])
        terminal.press("^Q")
        assert terminal.ended() == 0
    restored = tmp_path / "restored" / "replica.db"
    restore(copy, restored)
    with Replica.open(restored) as replica:
        assert BEFORE + SINCE in str([draft.fields for draft in drafts.listed(replica)])


def test_f11_writes_a_copy_without_any_trouble_too(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with _in_a_note(file) as terminal:
        terminal.press("F11")
        terminal.wait_for(t("rescue.ask")[:6])
        terminal.type(str(copy))
        terminal.press("Enter")
        terminal.wait_for(t("rescue.written").partition("{")[0])
        terminal.press("^Q")
        assert terminal.ended() == 0
    assert copy.exists()
