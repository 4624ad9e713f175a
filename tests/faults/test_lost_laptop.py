"""A lost laptop tells nothing: an encrypted profile on disk, its passphrase, and a kill at every step of a change."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from sync.exchange import exchange
from sync.replica import Locked, Replica, append, connect, drafts, lock, query, relock
from sync.replica.connect import InUse, WrongPassphrase
from sync.replica.rebuild import dump
from tests.faults.killing import forked
from tests.store import District
from tests.supervisor_tui.workbench import new_workbench_file

PASSPHRASE, OTHER = "瑶湖边上有三棵老树", "four trees by the lake"
SECRET = "流动党员的帮扶安排"
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": SECRET}


@pytest.fixture(autouse=True)
def _every_file_locked_again() -> Iterator[None]:
    yield
    lock._remembered.clear()


def _profile(home: Path) -> Path:
    path = home / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    with new_workbench_file(path) as replica:
        append.create(replica, "liaison_note", "u-01", NOTE)
        draft = drafts.start(replica, "liaison_note", "u-02")
        draft.fields["content"] = SECRET + "草稿"
        drafts.save(replica, draft)
    return path


def _plain_texts(path: Path) -> list[bytes]:
    with Replica.open(path) as replica:
        identity = replica.joined()
        dumped = [str(row) for row in dump(replica)]
    assert any(SECRET in row for row in dumped)
    words = (SECRET, "瑶湖水产场", "必读篇目", "王敏", "第一督导组", identity.token, identity.private_key, "setting")
    return [word.encode() for word in (*words, "CREATE TABLE", "SQLite format 3") if word]


def _found(folder: Path, texts: list[bytes]) -> list[tuple[str, bytes]]:
    return [
        (file.name, text) for file in folder.rglob("*") if file.is_file() for text in texts if text in file.read_bytes()
    ]


def _run(home: Path, *command: str, passphrase: Path | None = None) -> subprocess.CompletedProcess[str]:
    given = ["--passphrase-file", str(passphrase)] if passphrase else []
    return subprocess.run(
        [sys.executable, "-m", "supervisor_tui", "--lang", "en", "--home", str(home), *given, *command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_no_byte_of_an_encrypted_profile_is_readable(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    texts = _plain_texts(path)
    assert _found(path.parent, texts)
    relock.relock(path, None, lock.new_key(PASSPHRASE))
    assert _found(path.parent, texts) == []
    with Replica.open(path) as replica:
        append.create(replica, "liaison_note", "u-01", NOTE)
        replica.set_setting("theme", SECRET)
        assert path.with_name("replica.db-wal").stat().st_size > 0
        assert _found(path.parent, texts) == []
        replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert _found(path.parent, texts) == []
        assert any(SECRET in str(row) for row in dump(replica))
    assert _found(path.parent, texts) == []


def test_the_commands_set_change_and_remove_a_passphrase(tmp_path: Path) -> None:
    home, one, two = tmp_path / "home", tmp_path / "one", tmp_path / "two"
    path = _profile(home)
    one.write_text(PASSPHRASE + "\n", encoding="utf-8")
    two.write_text(OTHER, encoding="utf-8")
    before = _run(home, "status", "--json").stdout
    assert _run(home, "passphrase", "set", passphrase=one).returncode == 0
    assert _run(home, "status", "--json", passphrase=one).stdout == before
    bytes_then = path.read_bytes()
    for given, said in ((None, "new code"), (two, "does not fit")):
        refused = _run(home, "status", passphrase=given)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert path.read_bytes() == bytes_then
    assert _run(home, "passphrase", "change", "--new-file", str(two), passphrase=one).returncode == 0
    assert _run(home, "status", passphrase=one).returncode == 1
    assert _run(home, "status", "--json", passphrase=two).stdout == before
    assert _run(home, "passphrase", "remove", passphrase=two).returncode == 0
    assert _run(home, "status", "--json").stdout == before
    assert [file.name for file in path.parent.iterdir() if file.suffix == ".new"] == []


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    relock.relock(path, None, lock.new_key(PASSPHRASE))
    lock.remember(path, None)
    with pytest.raises(Locked):
        Replica.open(path)
    with pytest.raises(WrongPassphrase):
        connect.unlock(path, PASSPHRASE + "?")
    with pytest.raises(Locked):
        Replica.open(path)
    connect.unlock(path, PASSPHRASE)
    Replica.open(path).close()


def test_no_passphrase_is_set_under_an_open_workbench(tmp_path: Path) -> None:
    path = _profile(tmp_path / "home")
    given = tmp_path / "given"
    given.write_text(PASSPHRASE, encoding="utf-8")
    with Replica.open(path):
        refused = _run(tmp_path / "home", "passphrase", "set", passphrase=given)
        assert refused.returncode == 1
        assert "close the workbench" in refused.stderr
    Replica.open(path).close()


class _Line:
    """Kills this process at a line of the change; counts the lines when `at` is 0."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.endswith("relock.py"):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


@pytest.mark.parametrize("change", ["set", "change", "remove"])
def test_killed_at_every_line_of_a_change_the_profile_stays_readable(tmp_path: Path, change: str) -> None:
    source = _profile(tmp_path / "source")
    first, second = lock.new_key(PASSPHRASE), lock.new_key(OTHER)
    old, new = {"set": (None, first), "change": (first, second), "remove": (first, None)}[change]
    if old:
        relock.relock(source, None, old)
    with Replica.open(source) as replica:
        wanted = dump(replica)

    def work(path: Path, at: int) -> Callable[[Callable[[str], None]], None]:
        def do(tell: Callable[[str], None]) -> None:
            lines = _Line(at)
            sys.settrace(lines)
            relock.relock(path, old, new)
            sys.settrace(None)
            tell(str(lines.seen))

        return do

    lines, changed = 1, 0
    for at in range(60):
        path = tmp_path / f"at-{at}" / "replica.db"
        shutil.copytree(source.parent, path.parent)
        if at == 0:
            lines = int(forked(work(path, 0)).said[-1])
        else:
            assert forked(work(path, 1 + at * lines // 60)).was_killed
        by_new = lock.salt_of(path) == (new.salt if new else None)
        lock.remember(path, new if by_new else old)
        changed += by_new
        with Replica.open(path) as replica:
            assert dump(replica) == wanted
            assert replica.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not by_new:
            relock.relock(path, old, new)  # what was left beside it is no obstacle
        assert not path.with_name("replica.db.new").exists()
        shutil.rmtree(path.parent)
    assert 1 < changed < 60


def test_without_the_extra_one_sentence_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _profile(tmp_path)
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    with pytest.raises(connect.NoEncryption, match=r"supervisor-tui\[encrypted\]"):
        relock.relock(path, None, lock.new_key(PASSPHRASE))
    Replica.open(path).close()


def test_files_are_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    home, given = tmp_path / "home", tmp_path / "given"
    given.write_text(PASSPHRASE, encoding="utf-8")
    before = os.umask(0)
    try:
        path = home / "profiles" / "default" / "replica.db"
        with new_workbench_file(path):
            _assert_private(home)
        assert _run(home, "passphrase", "set", passphrase=given).returncode == 0
        _assert_private(home)
        connect.unlock(path, PASSPHRASE)
        with Replica.open(path) as replica:
            append.create(replica, "liaison_note", "u-01", NOTE)
            _assert_private(home)
    finally:
        os.umask(before)


def _assert_private(home: Path) -> None:
    for path in (home, *home.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), (path.name, oct(mode))


def test_nobody_writes_to_a_file_that_is_about_to_be_replaced(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    write = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0.1).execute('DELETE FROM draft')"
    with relock.alone(path, None):
        done = subprocess.run([sys.executable, "-c", write, str(path)], capture_output=True, text=True, check=False)
    assert "database is locked" in done.stderr


def test_what_a_killed_removal_left_goes_when_the_profile_is_next_opened(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text(PASSPHRASE, encoding="utf-8")
    path = _profile(tmp_path / "home")
    relock.relock(path, None, lock.new_key(PASSPHRASE))
    left = path.with_name("replica.db.new")
    left.write_text(SECRET, encoding="utf-8")
    assert _run(tmp_path / "home", "status", passphrase=given).returncode == 0
    assert not left.exists()


def test_a_backup_is_as_secret_as_it_is_asked_to_be_and_comes_back_whole(tmp_path: Path) -> None:
    home, given, wrong = tmp_path / "home", tmp_path / "given", tmp_path / "wrong"
    given.write_text(PASSPHRASE, encoding="utf-8")
    wrong.write_text(OTHER, encoding="utf-8")
    texts = _plain_texts(_profile(home))
    status = _run(home, "status", "--json").stdout
    plain, sealed, locked = (tmp_path / "backups" / name for name in ("plain", "sealed", "locked"))
    plain.parent.mkdir()
    assert _run(home, "backup", str(plain)).returncode == 0
    assert _run(home, "backup", str(sealed), passphrase=given).returncode == 0
    assert _run(home, "passphrase", "set", passphrase=given).returncode == 0
    assert _run(home, "backup", str(locked), passphrase=given).returncode == 0
    assert {name for name, _ in _found(plain.parent, texts)} == {"plain"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in plain.parent.iterdir()} == {0o600}
    for number, file in enumerate((plain, sealed, locked)):
        other = tmp_path / f"home-{number}"
        if file != plain:
            assert _run(other, "restore", str(file), passphrase=wrong).returncode == 1
        assert _run(other, "restore", str(file), passphrase=given).returncode == 0
        assert _run(other, "status", "--json", passphrase=given).stdout == status
        again = _run(other, "restore", str(file), passphrase=given)
        assert again.returncode == 1
        assert "not touched" in again.stderr
    assert _run(home, "backup", str(plain), passphrase=given).returncode == 1


def test_a_restored_older_copy_goes_on_as_a_new_device_and_gets_back_what_came_after(
    live: District, tmp_path: Path
) -> None:
    home, other, file = tmp_path / "home", tmp_path / "other", tmp_path / "backup"
    path = home / "profiles" / "default" / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        append.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
    assert _run(home, "backup", str(file)).returncode == 0
    with Replica.open(path) as wang:
        append.create(wang, "liaison_note", "u-1", NOTE | {"content": "after the backup"})
        exchange(wang)
    assert _run(other, "restore", str(file)).returncode == 0
    restored = other / "profiles" / "default" / "replica.db"
    with Replica.open(restored) as replica:
        append.create(replica, "liaison_note", "u-1", NOTE | {"content": "after the restoration"})
    done = _run(other, "sync", "--json")
    assert json.loads(done.stdout)["renewed"] is True
    with Replica.open(restored) as replica:
        listing = query.history(replica, "u-1", "liaison_note")
        contents = {str(row.fields["content"]) for row in listing.rows(0, 9)}
        assert query.status(replica).pending == 0
    assert contents == {SECRET, "after the backup", "after the restoration"}


@pytest.mark.parametrize("content", [b"", b"nothing of ours", b"SQLite format 3\0" + b"x" * 9000])
def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    refused = _run(tmp_path / "home", "restore", str(file))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "not a backup" in refused.stderr
    assert not [each for each in (tmp_path / "home").rglob("*") if each.is_file()]


def test_another_handle_in_the_file_refuses_the_change(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    relock.relock(path, None, old := lock.new_key(PASSPHRASE))
    with Replica.open(path), pytest.raises(InUse):
        relock.relock(path, old, None)
