"""An older copy of a database over a newer one, whose log still lies beside it: noticed at start, with the remedy."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.storage import encryption
from sync.replica.storage.rekey import relock
from tests.faults.test_disk import LONG
from tests.store import District, office, serving_process

_WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.storage import connect
from tests.faults.test_disk import LONG

file, count, passphrase = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if passphrase:
    connect.unlock(file, passphrase)
replica = Replica.open(file)
for number in range(count):
    edits.create(replica, "liaison_note", "u-1", LONG)
    if number % 7 == 3:
        replica.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
os._exit(0)
"""
PASSPHRASE = "一二三四五六七八"


def _write_and_die(file: Path, count: int, passphrase: str = "") -> None:
    """Write in a process that ends as by `kill -9`, so that the log stays beside the file."""
    command = [sys.executable, "-c", _WRITE_AND_DIE, str(file), str(count), passphrase]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, timeout=120)
    assert file.with_name(file.name + "-wal").stat().st_size > 32


def _status(home: Path, *more: str) -> int:
    return commands.run(["--home", str(home), "--lang", "en", *more, "status"])


@pytest.mark.parametrize("encrypted", [False, True])
def test_an_older_copy_under_the_log_of_a_newer_file_is_not_opened_and_restore_is_named(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str], encrypted: bool
) -> None:
    home, words = tmp_path / "home", tmp_path / "words"
    file, copy = profile_file(home, "default"), tmp_path / "copy.db"
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    more, passphrase = (["--passphrase-file", str(words)], PASSPHRASE) if encrypted else ([], "")
    if encrypted:
        words.write_text(PASSPHRASE, encoding="utf-8")
        relock(file, None, encryption.new_key(PASSPHRASE))
        encryption.remember(file, None)
    _write_and_die(file, 3, passphrase)
    shutil.copy(file, copy)
    _write_and_die(file, 40, passphrase)
    assert _status(home, *more) == 0, "its own log, half of it in the file, is no reason to stop"
    encryption.remember(file, None)
    _write_and_die(file, 3, passphrase)
    shutil.copy(copy, file)
    before = file.read_bytes()
    capsys.readouterr()
    code = subprocess.run(
        [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "en", *more, "status"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert code.returncode == 4
    assert "restore" in code.stderr
    assert "damaged or not" not in code.stderr
    assert file.read_bytes() == before, "nothing was mixed into it"
    restored = ["--home", str(home), "--lang", "en", *more, "restore", str(copy), "--force"]
    assert commands.run(restored) == 0, capsys.readouterr().err
    with Replica.open(file) as wang:
        assert query.status(wang).pending <= 3


def test_a_file_that_was_killed_at_any_moment_opens_with_its_own_log(live: District, tmp_path: Path) -> None:
    file = tmp_path / "home" / "replica.db"
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    for count in (1, 2, 5, 9):
        _write_and_die(file, count)
        folder = tmp_path / f"after-{count}"
        shutil.copytree(file.parent, folder)
        with Replica.open(folder / file.name) as wang:
            edits.create(wang, "liaison_note", "u-1", LONG)


def _kill_after_a_code(database: Path, person: str, codes: int) -> None:
    """Let a served store be killed, so that its log stays beside the file."""
    with serving_process(database, ends_in_order=False) as (_, process):
        for _ in range(codes):
            office(database, "code", person)
        os.kill(process, signal.SIGKILL)


def test_a_store_is_not_served_on_an_older_copy_under_the_log_of_a_newer_one(
    district: District, tmp_path: Path
) -> None:
    person, copy = district.people["wang"], tmp_path / "copy.db"
    _kill_after_a_code(district.database, person, 1)
    office(district.database, "stats")  # its own log: folded in
    shutil.copy(district.database, copy)
    office(district.database, "code", person)
    _kill_after_a_code(district.database, person, 1)
    shutil.copy(copy, district.database)
    for command in (("serve", "--port", "0"), ("stats",)):
        assert "restore" in office(district.database, *command, wanted=4)
    assert "--force" in office(district.database, "restore", str(copy), wanted=1)
    office(district.database, "restore", str(copy), "--force")
    office(district.database, "verify")
