"""A disk that is really full, a place that is read-only, a log cut by a power cut: said plainly, nothing lost."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import set_language
from sync.central.service.store import open_store
from sync.central.storage.engine import StorageFault
from sync.client.session import exchange
from sync.replica import CannotWrite, Replica, query
from sync.replica.editing import edits
from sync.replica.storage import connect
from sync.system.sqlite_faults import FAILING, FULL, READ_ONLY, trouble_of
from tests.faults.disks import LONG, cut_logs, fill_disks
from tests.faults.small_disk import MOUNTED, kinds, may_mount, read_only, small_disk
from tests.store import District


@pytest.mark.parametrize("kind", kinds())
def test_a_disk_that_is_full_loses_and_doubles_nothing(live: District, tmp_path: Path, kind: str) -> None:
    outcomes = fill_disks(live, tmp_path, 2, kind)
    assert [each.injected for each in outcomes] == [2] * 5
    assert [(each.fault, each.lost, each.doubled) for each in outcomes if each.lost or each.doubled] == []


def test_a_log_cut_by_a_power_cut_loses_and_doubles_nothing(live: District, tmp_path: Path) -> None:
    outcomes = cut_logs(live, tmp_path, 4)
    assert [each.injected for each in outcomes] == [4] * 4
    assert [(each.fault, each.lost, each.doubled) for each in outcomes if each.lost or each.doubled] == []


@pytest.mark.parametrize("kind", kinds())
def test_a_full_disk_is_said_to_be_one(tmp_path: Path, kind: str) -> None:
    with small_disk(tmp_path / "disk", kind) as disk, Replica.open(disk.folder / "a.db", create=True) as replica:
        with disk.full(), pytest.raises(CannotWrite, match="disk is full"):
            replica.set_setting("language", "zh" * 100_000)
        replica.set_setting("language", "zh")


@pytest.mark.usefixtures("in_china")
@pytest.mark.parametrize("kind", kinds())
def test_doctor_tells_a_full_disk_from_a_damaged_file(
    live: District, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def doctor() -> tuple[int, str]:
        code = commands.run(["--home", str(home), "--lang", "en", "doctor"])
        said = capsys.readouterr()
        return code, said.out + said.err

    with small_disk(tmp_path / "disk", kind) as disk:
        home = disk.folder / "home"
        with live.laptop(profile_file(home, "default"), "wang") as laptop:
            exchange(laptop)
            with disk.full(), pytest.raises(CannotWrite):
                edits.create(laptop, "liaison_note", "u-1", LONG)
        with disk.full():
            code, said = doctor()
        assert (code, "disk is full" in said, "damaged" in said) == (1, True, False), said
        code, said = doctor()
        assert (code, "wrong" in said) == (1 if kind == MOUNTED else 0, False), said  # there is not much room on it
        assert "whole" in said


def test_a_laptops_file_in_a_place_that_is_read_only_is_said_to_be_and_is_whole_afterwards(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    file = home / "profiles" / "default" / "replica.db"
    with live.laptop(file, "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", LONG)
    with read_only(home):
        with pytest.raises(CannotWrite):
            Replica.open(file)
        assert commands.run(["--home", str(home), "--lang", "en", "status"]) == 1
        assert "read-only" in capsys.readouterr().err
        assert commands.run(["--home", str(home), "--lang", "en", "doctor"]) == 1
        assert "read-only" in capsys.readouterr().err
    assert commands.run(["--home", str(home), "--lang", "en", "doctor"]) == 1, "one is not sent yet"
    assert "wrong" not in capsys.readouterr().out
    with Replica.open(file) as wang:
        assert query.status(wang).pending == 1
        assert exchange(wang).pushed == 1


def test_a_store_in_a_place_that_is_read_only_says_so_and_is_whole_afterwards(
    district: District, tmp_path: Path
) -> None:
    open_store(district.database).close()
    with read_only(district.database.parent), pytest.raises(StorageFault, match="cannot be written"):
        open_store(district.database)
    store = open_store(district.database)
    assert store.district.id == "demo"
    store.close()


def test_a_disk_that_refuses_a_write_for_a_reason_of_its_own_is_not_said_to_be_damage() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    explained = connect.explain(error)
    assert (type(explained), explained.reason) == (CannotWrite, "failing")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    assert isinstance(connect.explain(error), connect.Unreadable), "the disk fails; what is on it may be whole"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "may be failing"),
        (errno.ENOLCK, "no file locks"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EACCES, "no permission"),
    ],
)
def test_what_the_system_refuses_is_told_as_what_it_is(number: int, said: str) -> None:
    set_language("en")
    sentences = fault_words(connect.explain(OSError(number, os.strerror(number))))
    assert said in sentences
    assert number in (errno.ENOSPC, errno.EDQUOT) or "disk is full" not in sentences
    assert number == errno.EROFS or "read-only" not in sentences


@pytest.mark.parametrize("kind", kinds())
def test_a_write_that_sqlite_takes_for_a_failing_disk_is_looked_into(tmp_path: Path, kind: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    with small_disk(tmp_path / "disk", kind) as disk:
        assert trouble_of(error, disk.folder / "a.db") == FAILING
        with disk.full():
            assert trouble_of(error, disk.folder / "a.db") == FULL
    (tmp_path / "place").mkdir()
    if may_mount():
        with read_only(tmp_path / "place"):
            assert trouble_of(error, tmp_path / "place" / "a.db") == READ_ONLY
