"""A lost laptop tells nothing: an encrypted profile on disk, its passphrase, and a kill at every step of a change."""

from __future__ import annotations

import base64
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

from supervisor_tui.files.attachments import save
from supervisor_tui.files.opened import clear, fresh_folder
from sync.client.bundle_exchange import write_request
from sync.client.enrolment import enrol_successor
from sync.client.session import exchange
from sync.ledger import keys
from sync.replica import Locked, Replica, query
from sync.replica.editing import attachments, drafts, edits
from sync.replica.maintenance.backup import backup
from sync.replica.storage import connect, encryption, rekey
from sync.replica.storage.connect import InUse, WrongPassphrase
from sync.replica.storage.schema import _copy_before_change
from sync.replica.sync_state.fork_recovery import SUCCESSOR_KEY, switch_device
from sync.system.crash_report import write_report
from tests import warm
from tests.faults.killing import forked
from tests.faults.sampling import drawn
from tests.rows import dump
from tests.store import District, office, serving
from tests.supervisor_tui.workbench import make_workbench_file, new_workbench_file

PASSPHRASE, OTHER = "瑶湖边上有三棵老树", "four trees by the lake"
SECRET = "流动党员的帮扶安排"
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": SECRET}


@pytest.fixture(autouse=True)
def _every_file_locked_again() -> Iterator[None]:
    yield
    encryption._remembered.clear()


def _profile(home: Path) -> Path:
    path = home / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    with new_workbench_file(path) as replica:
        edits.create(replica, "liaison_note", "u-01", NOTE)
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
    return warm.run("supervisor_tui", ["--lang", "en", "--home", str(home), *given, *command])


def test_no_byte_of_an_encrypted_profile_is_readable(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    texts = _plain_texts(path)
    assert _found(path.parent, texts)
    rekey.relock(path, None, encryption.new_key(PASSPHRASE))
    assert _found(path.parent, texts) == []
    with Replica.open(path) as replica:
        edits.create(replica, "liaison_note", "u-01", NOTE)
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
    rekey.relock(path, None, encryption.new_key(PASSPHRASE))
    encryption.remember(path, None)
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
        if not frame.f_code.co_filename.endswith("rekey.py"):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


@pytest.mark.parametrize("change", ["set", "change", "remove"])
def test_killed_at_every_line_of_a_change_the_profile_stays_readable(tmp_path: Path, change: str) -> None:
    source = _profile(tmp_path / "source")
    first, second = encryption.new_key(PASSPHRASE), encryption.new_key(OTHER)
    old, new = {"set": (None, first), "change": (first, second), "remove": (first, None)}[change]
    if old:
        rekey.relock(source, None, old)
    with Replica.open(source) as replica:
        wanted = dump(replica)

    def work(path: Path, at: int) -> Callable[[Callable[[str], None]], None]:
        def do(tell: Callable[[str], None]) -> None:
            lines = _Line(at)
            sys.settrace(lines)
            rekey.relock(path, old, new)
            sys.settrace(None)
            tell(str(lines.seen))

        return do

    lines, changed = 1, 0
    tried = drawn(range(60), 16)  # more by hand: `python -m tests.faults whole lost_laptop`
    for at in tried:
        path = tmp_path / f"at-{at}" / "replica.db"
        shutil.copytree(source.parent, path.parent)
        if at == 0:
            lines = int(forked(work(path, 0)).said[-1])
        else:
            assert forked(work(path, 1 + at * lines // 60)).was_killed
        by_new = encryption.salt_of(path) == (new.salt if new else None)
        encryption.remember(path, new if by_new else old)
        changed += by_new
        with Replica.open(path) as replica:
            assert dump(replica) == wanted
            assert replica.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not by_new:
            rekey.relock(path, old, new)  # what was left beside it is no obstacle
        assert not path.with_name("replica.db.new").exists()
        shutil.rmtree(path.parent)
    assert 1 < changed < len(tried)


def test_without_the_extra_one_sentence_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _profile(tmp_path)
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    with pytest.raises(connect.NoEncryption, match=r"supervisor-tui\[encrypted\]"):
        rekey.relock(path, None, encryption.new_key(PASSPHRASE))
    Replica.open(path).close()


def test_files_are_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    home, given = tmp_path / "home", tmp_path / "given"
    given.write_text(PASSPHRASE, encoding="utf-8")
    before = os.umask(0)
    try:
        path = home / "profiles" / "default" / "replica.db"
        with make_workbench_file(path):
            _assert_private(home)
        assert _run(home, "passphrase", "set", passphrase=given).returncode == 0
        _assert_private(home)
        connect.unlock(path, PASSPHRASE)
        with Replica.open(path) as replica:
            edits.create(replica, "liaison_note", "u-01", NOTE)
            _assert_private(home)
    finally:
        os.umask(before)


def _assert_private(home: Path, *but: Path) -> None:
    for path in {home, *home.rglob("*")} - set(but):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), (path.name, oct(mode))


def test_nobody_writes_to_a_file_that_is_about_to_be_replaced(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    write = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0.1).execute('DELETE FROM draft')"
    with rekey.alone(path, None):
        done = subprocess.run([sys.executable, "-c", write, str(path)], capture_output=True, text=True, check=False)
    assert "database is locked" in done.stderr


def test_what_a_killed_removal_left_goes_when_the_profile_is_next_opened(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text(PASSPHRASE, encoding="utf-8")
    path = _profile(tmp_path / "home")
    rekey.relock(path, None, encryption.new_key(PASSPHRASE))
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
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
    assert _run(home, "backup", str(file)).returncode == 0
    with Replica.open(path) as wang:
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "after the backup"})
        exchange(wang)
    assert _run(other, "restore", str(file)).returncode == 0
    restored = other / "profiles" / "default" / "replica.db"
    with Replica.open(restored) as replica:
        edits.create(replica, "liaison_note", "u-1", NOTE | {"content": "after the restoration"})
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
    rekey.relock(path, None, old := encryption.new_key(PASSPHRASE))
    with Replica.open(path), pytest.raises(InUse):
        rekey.relock(path, old, None)


def test_a_restoration_over_a_profile_sets_the_old_one_aside_and_destroys_nothing(tmp_path: Path) -> None:
    home, given, file = tmp_path / "home", tmp_path / "given", tmp_path / "file"
    given.write_text(PASSPHRASE, encoding="utf-8")
    path = _profile(home)
    assert _run(home, "backup", str(file)).returncode == 0
    with Replica.open(path) as replica:
        later = edits.create(replica, "liaison_note", "u-01", NOTE | {"content": "after the backup"}).record
    assert _run(home, "passphrase", "set", passphrase=given).returncode == 0
    refused = _run(home, "restore", str(file))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    bad = tmp_path / "bad"
    bad.write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    before = path.read_bytes()
    assert _run(home, "restore", str(bad), "--force").returncode == 1
    assert path.read_bytes() == before
    done = _run(home, "restore", str(file), "--force")  # over one whose passphrase is not even known
    assert done.returncode == 0
    (aside,) = [each.name for each in (home / "profiles").iterdir() if each.name != "default"]
    assert f"--profile {aside}" in done.stdout
    assert "No record" in _run(home, "show", later).stderr
    assert _run(home, "--profile", aside, "show", later, passphrase=given).returncode == 0
    again = _run(home, "restore", str(file), "--force")
    assert again.returncode == 0
    assert len(list((home / "profiles").iterdir())) == 3


def test_a_profile_that_is_open_is_not_set_aside(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "file"
    path = _profile(home)
    assert _run(home, "backup", str(file)).returncode == 0
    with Replica.open(path) as replica:
        replica.set_setting("language", "zh")
        refused = _run(home, "restore", str(file), "--force")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert [each.name for each in (home / "profiles").iterdir()] == ["default"]
    Replica.open(path).close()


def test_every_file_and_folder_the_program_makes_is_its_owners_alone(district: District, tmp_path: Path) -> None:
    """A laptop, a store, bundles, backups, exports, reports of crashes, copies before a change, opened attachments."""
    made, given, paper = tmp_path / "made", tmp_path / "given", tmp_path / "paper.txt"
    given.write_text(PASSPHRASE, encoding="utf-8")
    paper.write_text(SECRET, encoding="utf-8")
    before = os.umask(0)
    try:
        made.mkdir(mode=0o700)
        database = made / "store" / "central.db"
        units = tmp_path / "units.csv"
        units.write_text("id,name,category\nu-1,瑶湖水产场党委,farm\n", encoding="utf-8")
        office(database, "init", "--district", "demo", "--name", "示例区")
        office(database, "import", "units", str(units))
        group = office(database, "group", "add", "first")
        person = office(database, "person", "add", "wang", "--role", "group", "--group", group)
        office(database, "assign", "u-1", "--group", group)
        code = office(database, "code", person)
        home = made / "home"
        path = home / "profiles" / "default" / "replica.db"
        with serving(database) as address:
            assert _run(home, "join", address, code).returncode == 0
            assert _run(home, "sync").returncode == 0
            with Replica.open(path) as replica:
                record = edits.create(replica, "liaison_note", "u-1", NOTE).record
                _assert_private(made)
            assert _run(home, "attach", record, str(paper), "--why", "x").returncode == 0
            assert _run(home, "sync").returncode == 0
            _assert_private(made)
        exported = made / "exported"
        exported.mkdir(mode=0o700)
        for ending in ("docx", "xlsx", "html", "csv", "json"):
            kind = "entries" if ending == "json" else "brief"
            more = ["--unit", "u-1"] if ending == "json" else []
            assert _run(home, "export", kind, *more, "--out", str(exported / f"a.{ending}")).returncode == 0
        assert _run(home, "attachments", record, "--save", "1", "--out", str(exported)).returncode == 0
        assert _run(home, "bundle", "write", str(exported)).returncode == 0
        office(database, "bundle", "answer", str(exported), str(exported))
        assert _run(home, "bundle", "read", str(exported)).returncode == 0
        for number, words in enumerate((None, given)):
            assert _run(home, "backup", str(exported / f"{number}.backup"), passphrase=words).returncode == 0
        office(database, "backup", str(exported / "store.backup"))
        office(made / "other" / "central.db", "restore", str(exported / "store.backup"))
        office(database, "restore", str(exported / "store.backup"), "--force")
        with Replica.open(path) as replica:
            _copy_before_change(replica.connection, path.with_name("replica.db.before-1"))
            found = query.record(replica, record)
            assert found is not None
            save(replica, attachments.attachments(replica, found.fields)[0], fresh_folder(path))
        write_report(path.parent, ValueError("x"))
        assert _run(home, "restore", str(exported / "0.backup"), "--force").returncode == 0
        assert _run(home, "passphrase", "set", passphrase=given).returncode == 0
        assert _run(home, "status", passphrase=given).returncode == 0
    finally:
        os.umask(before)
    names = {file.name for file in made.rglob("*") if file.is_file()}
    assert {"crash.log", "paper.txt", "replica.db.before-1", "a.docx", "1.backup", "central.db"} <= names
    _assert_private(made)


def test_a_readable_copy_of_an_attachment_goes_when_the_workbench_ends_or_begins_again(tmp_path: Path) -> None:
    path = _profile(tmp_path)
    copy = fresh_folder(path) / "paper.txt"
    copy.write_text(SECRET, encoding="utf-8")
    held = copy.open("rb")
    clear(path)
    assert not copy.parent.parent.exists()
    assert SECRET.encode() not in held.read()  # overwritten, not only without a name
    held.close()
    clear(path)


def test_the_private_key_stands_in_clear_in_no_file_of_an_encrypted_profile(live: District, tmp_path: Path) -> None:
    """Not after joining, encrypting, going on as a new device, exchanging by line and by stick, and backing up."""
    path = tmp_path / "profile" / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
    first = encryption.new_key(PASSPHRASE)
    rekey.relock(path, None, first)
    secrets: list[str] = []
    with Replica.open(path) as wang:
        for _ in range(2):
            identity = wang.joined()
            secrets += [identity.private_key, identity.token, identity.token.rpartition(".")[2]]
            edits.create(wang, "liaison_note", "u-1", NOTE)
            exchange(wang)
            write_request(wang, path.parent)
            shutil.copy(path, tmp_path / "old")
            wang.set_setting(SUCCESSOR_KEY, keys.new_private_key())
            secrets.append(str(wang.setting(SUCCESSOR_KEY)))
            wang.set_setting(SUCCESSOR_KEY, "")
            switch_device(wang, enrol_successor(wang.joined()))
            assert _found(tmp_path, [secret.encode() for secret in secrets]) == []
        backup(path, path.parent / "backup")
    rekey.relock(path, first, encryption.new_key(OTHER))
    raw = [base64.urlsafe_b64decode(secret + "==") for secret in secrets if len(secret) == 43]
    assert len(raw) >= 4
    assert len({*secrets}) == len(secrets)
    assert _found(tmp_path, [secret.encode() for secret in secrets] + raw) == []


def test_of_staff_a_laptop_holds_only_the_names_it_shows(live: District, tmp_path: Path) -> None:
    """A supervisor's: her group, the liaison officers of her units, the office; nobody of other groups and units."""
    path = tmp_path / "wang" / "replica.db"
    people = {}
    for name, role, *group in (
        ("远处督导员甲", "group", "--group", live.groups["second"]),
        ("身边督导员乙", "group", "--group", live.groups["first"]),
        ("远处联络员丙", "liaison"),
        ("身边联络员丁", "liaison"),
    ):
        people[name] = office(live.database, "person", "add", name, "--role", role, *group)
    for unit, which, liaison in (("u-2", "first", "身边联络员丁"), ("u-3", "second", "远处联络员丙")):
        office(live.database, "assign", unit, "--group", live.groups[which], "--liaison", people[liaison])
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        assert wang.scope is not None
        assert "身边联络员丁" in wang.scope.people.values()
    held = {text.decode() for _, text in _found(path.parent, [name.encode() for name in people])}
    assert held <= {"身边督导员乙", "身边联络员丁"}
