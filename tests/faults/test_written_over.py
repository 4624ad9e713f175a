"""A copy is written over an open database in place, as `cp` does: said, and the two are not mixed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from sync.client.session import ExchangeError, exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.backup import backup, restore
from sync.replica.storage import connect, encryption
from sync.replica.storage.rekey import relock
from tests.faults.kills import without_waiting
from tests.faults.test_copied_back import PASSPHRASE, _write_and_die
from tests.faults.test_disk import LONG
from tests.store import District, office, serving

ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])


def _write_over(copy: Path, file: Path) -> None:
    inode = file.stat().st_ino
    file.write_bytes(copy.read_bytes())
    assert file.stat().st_ino == inode


def _laptop(live: District, file: Path, encrypted: bool) -> Replica:
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    if encrypted:
        relock(file, None, encryption.new_key(PASSPHRASE))
    return Replica.open(file)


@ENCRYPTED
def test_a_laptop_whose_file_is_written_over_says_so_and_leaves_the_copy_as_it_is(
    live: District, tmp_path: Path, encrypted: bool
) -> None:
    home, copy, words = tmp_path / "home", tmp_path / "copy.db", tmp_path / "words"
    file = profile_file(home, "default")
    words.write_text(PASSPHRASE, encoding="utf-8")
    with _laptop(live, file, encrypted) as wang:
        edits.create(wang, "liaison_note", "u-1", LONG)
        backup(file, copy)
        for _ in range(20):
            edits.create(wang, "liaison_note", "u-1", LONG)
        _write_over(copy, file)
        for _ in range(2):
            with pytest.raises(connect.Moved):
                edits.create(wang, "liaison_note", "u-1", LONG)
        with pytest.raises(connect.Moved):
            Replica.open(file)
    assert file.read_bytes() == copy.read_bytes()
    passphrase = ["--passphrase-file", str(words)] if encrypted else []
    told = subprocess.run(
        [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "en", *passphrase, "status"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert told.returncode == 4
    assert "restore" in told.stderr
    restore(copy, file, PASSPHRASE if encrypted else "", force=True)
    with Replica.open(file) as wang:
        assert query.status(wang).pending == 1


@ENCRYPTED
def test_what_other_programs_write_and_copy_from_the_log_is_no_other_file(
    live: District, tmp_path: Path, encrypted: bool
) -> None:
    file = tmp_path / "home" / "replica.db"
    with _laptop(live, file, encrypted) as wang:
        for number in range(3):
            _write_and_die(file, 12, PASSPHRASE if encrypted else "")
            edits.create(wang, "liaison_note", "u-1", LONG)
            wang.connection.execute("PRAGMA wal_checkpoint(RESTART)" if number else "PRAGMA wal_checkpoint(TRUNCATE)")
            edits.create(wang, "liaison_note", "u-1", LONG)
        assert query.status(wang).pending == 42


def test_a_store_whose_file_is_written_over_signs_nothing_more_and_leaves_the_copy_as_it_is(
    district: District, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with (
        without_waiting(),
        serving(district.database) as district.address,
        district.laptop(tmp_path / "wang" / "replica.db", "wang") as wang,
    ):
        exchange(wang)
        office(district.database, "backup", str(copy))
        for _ in range(20):
            edits.create(wang, "liaison_note", "u-1", LONG)
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", LONG)
        _write_over(copy, district.database)
        with pytest.raises(ExchangeError) as refused:
            exchange(wang)
        assert refused.value.code == "unavailable"
        assert query.status(wang).pending == 1, "no receipt for what is nowhere"
    assert district.database.read_bytes() == copy.read_bytes()
    assert "restore" in office(district.database, "serve", "--port", "0", wanted=4)
    office(district.database, "restore", str(copy), "--force")
    office(district.database, "verify")
