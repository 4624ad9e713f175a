"""An older copy of a laptop's file put in its place with no log beside it: told at every start, with the remedy."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from sync.client.enrolment import join
from sync.client.session import exchange
from sync.replica import Replica
from sync.replica.editing import drafts, edits
from sync.replica.maintenance.backup import backup, restore
from sync.replica.storage import encryption, high_water
from sync.replica.storage.rekey import relock
from tests.faults.killing import on_a_laptop
from tests.faults.test_disk import LONG
from tests.store import District, office
from tests.supervisor_tui.workbench import shown, until

TOLD = "an older copy"


def _begin(live: District, home: Path, copy: Path) -> Path:
    """A laptop that has exchanged, and a copy of its file as another program makes one."""
    file = profile_file(home, "default")
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    shutil.copy(file, copy)
    return file


def _put_back(copy: Path, file: Path) -> None:
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    shutil.copy(copy, file)


def _said(home: Path, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    commands.run(["--home", str(home), "--lang", "en", *command])
    return capsys.readouterr().err


def test_an_older_copy_without_a_log_is_told_at_every_start_until_a_copy_is_restored(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.db"
    file = _begin(live, home, copy)
    with Replica.open(file) as wang:
        edits.create(wang, "liaison_note", "u-1", LONG)
    assert _said(home, capsys, "status") == ""
    _put_back(copy, file)
    for command in (["status"], ["status", "--json"], ["units", "--json"], ["units"]):
        said = _said(home, capsys, *command)
        assert (TOLD in said, "supervisor-tui restore" in said) == (True, True), command
    assert commands.run(["--home", str(home), "--lang", "en", "doctor"]) == 1
    assert TOLD in capsys.readouterr().out
    restore(copy, file, force=True)
    assert _said(home, capsys, "status") == ""


def test_what_was_typed_into_a_draft_and_is_not_in_the_copy_is_told_too(live: District, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    file = _begin(live, tmp_path / "home", copy)
    with Replica.open(file) as wang:
        drafts.start(wang, "liaison_note", "u-1", fields={"content": "白天生产忙"})
    _put_back(copy, file)
    with Replica.open(file) as wang:
        assert wang.is_older


def test_the_workbench_tells_of_an_older_copy_when_it_opens(live: District, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    file = _begin(live, tmp_path / "home", copy)
    with Replica.open(file) as wang:
        edits.create(wang, "liaison_note", "u-1", LONG)
    _put_back(copy, file)

    async def told() -> None:
        app = WorkbenchApp(file, Replica.open(file))
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await until(pilot, lambda: re.search("older copy|旧的一份", shown(app)))

    asyncio.run(told())


def test_an_exchange_fetches_what_the_older_copy_lacks_and_is_the_end_of_it(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.db"
    file = _begin(live, home, copy)
    with Replica.open(file) as wang:
        before = wang.joined().device
        written = edits.create(wang, "liaison_note", "u-1", LONG)
        for number in range(20):
            edits.correct(wang, written.record, {"content": f"改为晚间学习, 第 {number} 次"}, "笔误")
        exchange(wang)
    _put_back(copy, file)
    with Replica.open(file) as wang:
        assert wang.is_older
        exchange(wang)
        assert wang.joined().device == before, "nothing was unsent, so it goes on under its name"
        found = wang.connection.execute("SELECT count(*) FROM entry WHERE record = ?", (written.record,)).fetchone()
        assert found == (21,)
    assert _said(home, capsys, "status") == ""


def test_a_laptop_killed_at_any_statement_is_no_older_than_it_was(live: District, tmp_path: Path) -> None:
    file = _begin(live, tmp_path / "home", tmp_path / "copy.db")
    with Replica.open(file) as wang:
        edits.create(wang, "liaison_note", "u-1", LONG)

    def write(replica: Replica, tell: object) -> None:
        edits.create(replica, "liaison_note", "u-1", LONG)

    whole = tmp_path / "whole"
    shutil.copytree(file.parent, whole)
    steps = int(on_a_laptop(whole / file.name, 0, write).said[-1])
    for at in range(1, steps + 1, 3):
        folder = tmp_path / f"at-{at}"
        shutil.copytree(file.parent, folder)
        assert on_a_laptop(folder / file.name, at, write).was_killed
        with Replica.open(folder / file.name) as wang:
            assert not wang.is_older


def test_another_key_makes_no_file_older(live: District, tmp_path: Path) -> None:
    file = _begin(live, tmp_path / "home", tmp_path / "copy.db")
    for old, new in (("", "一二三四五六七八"), ("一二三四五六七八", "")):
        relock(file, encryption.remembered(file) if old else None, encryption.new_key(new) if new else None)
        with Replica.open(file) as wang:
            assert not wang.is_older
            edits.create(wang, "liaison_note", "u-1", LONG)


@pytest.mark.parametrize("by", ["restore", "join"])
def test_a_file_that_is_put_where_another_was_deleted_is_no_older_one(live: District, tmp_path: Path, by: str) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.db"
    file = profile_file(home, "default")
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    backup(file, copy)
    with Replica.open(file) as wang:
        for _ in range(20):
            edits.create(wang, "liaison_note", "u-1", LONG)
    assert high_water.noted(file) > 20
    file.unlink()
    if by == "restore":
        restore(copy, file)
    else:
        join(file, live.address, office(live.database, "code", live.people["wang"]), "laptop")
    with Replica.open(file) as wang:
        assert not wang.is_older
