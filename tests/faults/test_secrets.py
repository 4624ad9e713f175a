"""Logs, crash reports and the store's database hold no token, passphrase, code, private key or record text."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.cli import commands
from sync.central.admin import staff
from sync.central.http.api import Api
from sync.central.http.rate_limit import CodeRateLimit
from sync.central.log.incoming import Submitter
from sync.central.service.store import Store, open_store
from sync.central.storage.engine import StorageFault
from sync.client.enrolment import enrolled
from sync.client.push import START, next_batch
from sync.ledger import keys
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.queries.rows import UnitRow
from sync.system.crash_report import write_report
from tests.store import District
from tests.supervisor_tui.workbench import press
from tests.sync.laptops import give_unit

CONTENT = "流动党员的帮扶安排只在这一个单位"
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": CONTENT}


@pytest.fixture
def wang(district: District, tmp_path: Path) -> Replica:
    """A laptop with one note that was not sent yet."""
    store = open_store(district.database)
    private = keys.new_private_key()
    code = staff.new_code(store, district.people["wang"])
    joined = store.enrolment.join(codec.JoinRequest(code=code, device="desk", public_key=keys.public_key(private)))
    replica = Replica.open(tmp_path / "replica.db", create=True)
    replica.set_identity(enrolled(joined, "http://127.0.0.1:1", private, "desk"))
    give_unit(replica)
    edits.create(replica, "liaison_note", "u-1", NOTE)
    store.close()
    return replica


async def _sent(store: Store, wang: Replica) -> httpx.Response:
    batch = next_batch(wang, START, 10**6, 100)
    message = codec.pack(codec.SyncRequest(seals=batch.seals), batch.lines)
    headers = {
        "Authorization": f"Bearer {wang.joined().token}",
        "Content-Type": codec.CONTENT_TYPE,
        "Content-Encoding": "zstd",
    }
    road = httpx.ASGITransport(Api(store).application())
    async with httpx.AsyncClient(transport=road, base_url="http://store") as client:
        return await client.post(codec.SYNC_PATH, content=message, headers=headers)


@pytest.mark.parametrize("fault", [RuntimeError, KeyError, StorageFault])
async def test_a_fault_of_the_store_is_logged_by_its_place_and_nothing_else(
    district: District,
    wang: Replica,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: type[Exception],
) -> None:
    store = open_store(district.database)

    def failing(_store: Store, writer: Submitter, request: codec.SyncRequest, lines: Sequence[bytes]) -> Any:
        if fault is StorageFault:
            raise StorageFault("disk I/O error")
        raise fault(lines[0].decode(), wang.joined().token, writer, request)

    monkeypatch.setattr(Store, "exchange", failing)
    with caplog.at_level(logging.DEBUG):
        answer = await _sent(store, wang)
    store.close()
    assert answer.status_code == 503
    assert caplog.records
    for said in (caplog.text, answer.text):
        _tells_nothing(said, wang)


def _tells_nothing(said: str, wang: Replica) -> None:
    identity = wang.joined()
    for secret in (CONTENT, CONTENT[:6], identity.token, identity.token.rpartition(".")[2], identity.private_key):
        assert secret not in said


async def test_a_crash_of_the_workbench_leaves_its_place_and_no_word_of_a_record(
    wang: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen that fails with a record's text and the token in its message, in the middle of drawing."""
    path, token = wang.path, wang.joined().token

    def failing(*_: object, **__: object) -> UnitRow:
        text = CONTENT + token
        raise ValueError(text)

    app = WorkbenchApp(path, Replica.open(path))

    async def open_todo() -> None:
        async with app.run_test() as pilot:
            monkeypatch.setattr("sync.replica.query.status", failing)
            await press(pilot, "f6")

    with pytest.raises(ValueError, match="流动党员"):
        await open_todo()
    report = (path.parent / "crash.log").read_text()
    assert "ValueError" in report
    assert "test_secrets.py" in report
    _tells_nothing(report, wang)


def test_a_report_names_causes_by_kind_and_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    def failing() -> None:
        raise KeyError(CONTENT)

    def explained() -> None:
        try:
            failing()
        except KeyError as error:
            raise RuntimeError(f"token demo.d-1.unsayable and {CONTENT}") from error

    before = os.umask(0)
    try:
        explained()
    except RuntimeError as error:
        file = Path(write_report(tmp_path / "made" / "for it", error))
    finally:
        os.umask(before)
    report = file.read_text()
    assert CONTENT not in report
    assert "unsayable" not in report
    assert ("RuntimeError" in report, "KeyError" in report) == (True, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (file.parent, file.parent.parent)} == {0o700}


def test_the_stores_database_holds_no_token_and_no_code(district: District, wang: Replica) -> None:
    store = open_store(district.database)
    code = staff.new_code(store, district.people["li"])
    store.close()
    held = b"".join(file.read_bytes() for file in district.database.parent.iterdir())
    identity = wang.joined()
    for secret in (
        code,
        code.replace("-", ""),
        identity.token,
        identity.token.rpartition(".")[2],
        identity.private_key,
    ):
        assert secret.encode() not in held


def test_what_is_counted_as_a_guess_is_not_kept() -> None:
    rate_limit = CodeRateLimit()
    token = "demo.d-1.a-secret-of-43-characters"
    begun = rate_limit.begin("127.0.0.1", token)
    assert begun is not None
    assert token not in repr(vars(rate_limit))
    assert [rate_limit.begin("127.0.0.1", token) is None for _ in range(12)][-1]


def test_no_struct_prints_a_private_key_by_being_logged(wang: Replica) -> None:
    """Whoever formats an identity or a district into a message prints no key: checked by name, once for all."""
    identity = wang.joined()
    shown = repr(identity)
    assert identity.private_key not in shown
    assert identity.token not in shown
    assert msgspec.json.decode(msgspec.json.encode(identity))["private_key"] == identity.private_key


ROOMS = {  # a command -> a function of the room below that meets a fault in its middle
    ("status",): "sync.replica.query.status",
    ("history", "u-1"): "sync.replica.query.history",
    ("search", "帮扶"): "sync.replica.queries.search.find",
    ("verify",): "sync.replica.maintenance.verify.verify",
    ("rebuild",): "sync.replica.maintenance.rebuild.rebuild",
    ("sync",): "sync.client.session._exchange_once",
    ("bundle", "write", "{folder}"): "sync.client.bundle_exchange.write_request",
    ("backup", "{folder}/file"): "sync.replica.maintenance.backup.backup",
    ("export", "brief", "--out", "{folder}/a.html"): "supervisor_tui.reports.brief.brief",
    ("followups",): "sync.replica.query.follow_ups",
}


@pytest.mark.parametrize("command", ROOMS, ids=lambda command: command[0])
def test_a_command_that_meets_a_fault_tells_its_place_and_no_secret(
    command: tuple[str, ...],
    wang: Replica,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    profile = tmp_path / "home" / "profiles" / "default"
    profile.mkdir(parents=True)
    wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (profile / "replica.db").write_bytes(wang.path.read_bytes())
    met = []

    def failing(*_: object, **__: object) -> Any:
        secret = CONTENT + wang.joined().token + wang.joined().private_key
        met.append(len(secret))
        raise ValueError(secret)

    monkeypatch.setattr(ROOMS[command], failing)
    given = [word.format(folder=tmp_path) for word in command]
    code = commands.run(["--home", str(tmp_path / "home"), "--lang", "en", *given])
    said = capsys.readouterr()
    assert met  # the fault was met, not gone around
    assert code == 1
    report = (profile / "crash.log").read_text()
    assert "ValueError" in report
    for text in (said.out, said.err, report):
        assert "Traceback" not in text
        _tells_nothing(text, wang)
