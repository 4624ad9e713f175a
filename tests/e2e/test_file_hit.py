"""The profile's file is hit under an open workbench: it says what it is, never calls lost words saved, and goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import set_language, t
from sync.replica import Replica
from sync.replica.editing import drafts
from tests.faults.small_disk import failing_disk, kinds, may_loop, small_disk
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import Terminal

BEFORE, SINCE = "节前走访三人未到会", "节后再去一次"


def new_profile(home: Path) -> Path:
    """A profile in the middle of its work."""
    set_language("zh")
    made = profile_file(home, "default")
    made.parent.mkdir(parents=True)
    new_workbench_file(made).close()
    return made


@contextmanager
def in_a_note(home: Path, before: tuple[str, ...] = ()) -> Iterator[Terminal]:
    """The workbench with a note that is half written and saved as a draft."""
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", HOME=str(home.parent))
    command = [*before, sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"]
    terminal = Terminal(command, environment)
    try:
        terminal.wait_for("瑶湖水产场党委")
        terminal.press("F3")
        terminal.wait_for("必填还差")
        terminal.type(BEFORE)
        terminal.wait_for("草稿已存")
        yield terminal
    finally:
        with suppress(ProcessLookupError, ChildProcessError, FileNotFoundError):  # it has ended in order
            terminal.stop()


def drafted(file: Path) -> str:
    """Return what stands in the drafts on disk."""
    with Replica.open(file) as replica:
        return str([draft.fields for draft in drafts.listed(replica)])


def _another_content(home: Path) -> bytes:
    """Another state of such a profile: the file alone, without a log beside it."""
    file = new_profile(home)
    with Replica.open(file) as replica:
        replica.set_setting("last_sync", "2026-09-15T01:12:00.000Z")  # else it would be the same file byte by byte
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def _written_over(file: Path, older: bytes) -> None:
    """As `rsync --inplace` and `tar --overwrite` do."""
    with file.open("r+b") as opened:
        opened.write(older)
        opened.truncate(len(older))


def _put_in_its_place(file: Path, older: bytes) -> None:
    """As `rsync` does."""
    new = file.with_name("arriving")
    new.write_bytes(older)
    new.replace(file)


def _unlinked_and_written(file: Path, older: bytes) -> None:
    """As `tar x` does."""
    file.unlink()
    file.write_bytes(older)


@pytest.mark.parametrize("put", [_written_over, _put_in_its_place, _unlinked_and_written])
def test_a_copy_put_over_the_open_file_is_told_and_nothing_is_called_saved(
    tmp_path: Path, put: Callable[[Path, bytes], None]
) -> None:
    file, older = new_profile(tmp_path / "home"), _another_content(tmp_path / "another")
    with in_a_note(tmp_path / "home") as terminal:
        put(file, older)
        terminal.type(SINCE)
        terminal.wait_for("档案文件已不在原处", t("form.unsaved"))
        assert not terminal.shows("草稿已存")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="permissions bind the system's own user only by setpriv")
def test_a_folder_that_may_not_be_entered_is_told_and_saved_once_it_may_be_again(tmp_path: Path) -> None:
    file = new_profile(tmp_path / "home")
    bound = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all") if os.geteuid() == 0 else ()
    with in_a_note(tmp_path / "home", bound) as terminal:
        file.parent.chmod(0)
        try:
            terminal.type(SINCE)
            terminal.wait_for("没有权限进入档案所在的文件夹", t("form.unsaved"))
            assert not terminal.shows("草稿已存")
        finally:
            file.parent.chmod(0o700)
        terminal.type("。")
        terminal.wait_for("草稿已存")
        assert not terminal.shows(t("form.changed_elsewhere")[:10])
    assert BEFORE + SINCE + "。" in drafted(file)


def test_a_file_without_permissions_is_written_by_those_who_have_it_open(tmp_path: Path) -> None:
    file = new_profile(tmp_path / "home")
    with in_a_note(tmp_path / "home") as terminal:
        file.chmod(0)
        terminal.type(SINCE)
        terminal.press("Esc")
        terminal.wait_for("F3")
        file.chmod(0o600)
    assert BEFORE + SINCE in drafted(file)


@pytest.mark.parametrize("kind", kinds())
def test_a_full_disk_is_told_and_quitting_asks_before_what_is_typed_is_lost(tmp_path: Path, kind: str) -> None:
    with small_disk(tmp_path / "disk", kind) as disk:
        file = new_profile(disk.folder / "home")
        with in_a_note(disk.folder / "home") as terminal:
            with disk.full(0, [terminal.process]):
                terminal.type(SINCE * 300)
                terminal.wait_for("磁盘已满", t("form.unsaved"))
                assert not terminal.shows("草稿已存")
                terminal.press("^Q")
                terminal.wait_for(t("rescue.leave_ask")[:8], t("rescue.stay"))
                assert not terminal.shows(t("cmd.rescue"))  # the open file has not what was typed last
                terminal.press("Enter")
            terminal.press("^Q")  # now there is room
            assert terminal.ended() == 0
        assert SINCE * 300 in drafted(file)


@pytest.mark.skipif(not may_loop(), reason="no file can be mounted as a disk here")
def test_a_disk_that_turns_read_only_is_told_and_nothing_is_called_saved(tmp_path: Path) -> None:
    with failing_disk(tmp_path / "disk") as disk:
        new_profile(disk.folder / "home")
        with in_a_note(disk.folder / "home") as terminal:
            disk.turn_read_only()
            terminal.type(SINCE)
            terminal.wait_for("只读", t("form.unsaved"))
            assert not terminal.shows("草稿已存")
            terminal.press("^Q")
            terminal.wait_for(t("rescue.leave_ask")[:8], t("rescue.stay"))
