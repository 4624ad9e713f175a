"""`central-store backup`, `restore`, `verify` and `audit`, by the commands themselves."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sync.central import admin
from sync.central.cli import run
from sync.central.store import Store
from sync.central.verify import Verifier
from sync.exchange import RefusedByStore, exchange
from sync.joining import join
from tests.central.pen import Pen
from tests.store import District, office, serving


def test_a_backup_of_a_served_store_is_complete_and_for_its_owner_alone(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "director") as director:
        exchange(director)
    copy = tmp_path / "copy.db"
    assert "bytes" in office(live.database, "backup", str(copy))
    assert copy.stat().st_mode & 0o777 == 0o600
    figures = [json.loads(office(database, "stats", "--json")) for database in (live.database, copy)]
    assert figures[0] == figures[1]
    assert "0 broken" in office(copy, "verify")
    assert "There is a file" in office(live.database, "backup", str(copy), wanted=1)


def test_a_restored_store_has_a_new_log_and_a_new_name_and_ends_open_codes(district: District, tmp_path: Path) -> None:
    open_code = office(district.database, "code", district.people["wang"])
    copy, target = tmp_path / "copy.db", tmp_path / "new" / "central.db"
    office(district.database, "backup", str(copy))
    assert "office laptop" in office(target, "restore", str(copy))
    assert target.stat().st_mode & 0o777 == 0o600
    names = [_district(database) for database in (copy, target)]
    assert names[0][0] != names[1][0]
    assert names[0][1] != names[1][1]
    assert names[0][2] == names[1][2]  # the key, so that certificates and receipts hold
    assert "0 broken" in office(target, "verify")
    with serving(target) as district.address, pytest.raises(RefusedByStore, match="expired"):
        join(tmp_path / "late.db", district.address, open_code, "late")


def test_restoring_keeps_what_stood_there_and_only_on_demand(district: District, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    office(district.database, "backup", str(copy))
    office(district.database, "group", "add", "newer")
    before = _district(district.database)
    assert "--force" in office(district.database, "restore", str(copy), wanted=1)
    assert _district(district.database) == before
    said = office(district.database, "restore", str(copy), "--force")
    (aside,) = district.database.parent.glob("*.before-*")
    assert aside.name in said
    assert _district(aside) == before
    assert "newer" in office(aside, "audit")
    assert "newer" not in office(district.database, "audit")


def test_a_store_that_is_served_is_not_replaced(live: District, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    office(live.database, "backup", str(copy))
    assert "stop" in office(live.database, "restore", str(copy), "--force", wanted=1)
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)


@pytest.mark.parametrize("damage", ["missing", "text", "cut", "empty"])
def test_what_is_no_backup_is_refused_and_changes_nothing(district: District, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy.db"
    office(district.database, "backup", str(copy))
    if damage == "missing":
        copy.unlink()
    else:
        whole = copy.read_bytes()
        copy.write_bytes({"text": b"no database", "cut": whole[: len(whole) // 2], "empty": b""}[damage])
    before = _district(district.database)
    office(district.database, "restore", str(copy), "--force", wanted=1)
    assert _district(district.database) == before
    assert [each.name for each in district.database.parent.glob("*.before-*")] == []


def _district(database: Path) -> tuple[str, str, str]:
    connection = sqlite3.connect(database)
    log, device, key = connection.execute("SELECT log, device, public_key FROM district").fetchone()
    connection.close()
    return str(log), str(device), str(key)


@pytest.fixture
def busy(store: Store, wang: Pen, director: Pen) -> Store:
    """A store with entries of three devices, one of them kept apart."""
    wang.send(wang.write(), wang.write(), wang.write("u-2"))
    wang.send(wang.write("u-3"))
    director.send(director.write("u-3"), director.write("u-3"))
    admin.revoke(store, wang.device)
    return store


_TAMPERED = [
    (
        "UPDATE entry SET body = replace(body, '生产', '上产') WHERE ledger = 'u-1' AND seq = 2 AND {wang}",
        "{wang_id} 2",
    ),
    ("UPDATE entry SET hash = 'sha256:' || substr(hash, 9) || '0' WHERE ledger = 'u-2' AND {wang}", "{wang_id} 1"),
    ("DELETE FROM entry WHERE ledger = 'u-1' AND seq = 1 AND {wang}", "{wang_id} 1"),
    ("DELETE FROM entry WHERE ledger = 'u-1' AND seq = 2 AND {wang}", "{wang_id} 2"),
    ("DELETE FROM chain WHERE ledger = 'u-1' AND {wang}", "{wang_id} 1"),
    ("UPDATE entry SET body = NULL WHERE ledger = 'u-1' AND seq = 1 AND {wang}", "{wang_id} 1"),
    ("UPDATE chain SET seal_sig = seal_sig || 'x' WHERE ledger = 'u-2' AND {wang}", "{wang_id} 1"),
    ("UPDATE chain SET receipt = replace(receipt, 'accepted', 'apart') WHERE ledger = 'u-2' AND {wang}", "{wang_id} 1"),
    ("UPDATE device SET certificate = replace(certificate, 'wang', 'zhao') WHERE {wang}", "{wang_id} 1"),
    ("UPDATE entry SET code = 'invalid_fields' WHERE ledger = 'u-2' AND {wang}", "arrival"),
    ("UPDATE entry SET code = '' WHERE ledger = 'u-3' AND {wang}", "arrival"),
    ("UPDATE apart SET code = 'malformed'", "arrival"),
    ("UPDATE chain SET receipt = replace(receipt, ' apart 1', '') WHERE ledger = 'u-3' AND {wang}", "{wang_id} 1"),
    ("UPDATE district SET last_running = ''", "arrival"),
    ("UPDATE audit SET who = 'nobody' WHERE number = 1", "audit"),
    ("DELETE FROM audit WHERE number = 1", "audit"),
]


@pytest.mark.parametrize(("statement", "named"), _TAMPERED)
def test_what_was_tampered_with_is_found_and_named(busy: Store, wang: Pen, statement: str, named: str) -> None:
    assert _broken(busy) == []
    mine = f"device = '{wang.device}'"
    connection = sqlite3.connect(busy.engine.path)  # type: ignore[attr-defined]
    assert connection.execute(statement.format(wang=mine)).rowcount > 0
    connection.commit()
    connection.close()
    found = _broken(busy)
    assert found
    wanted = named.format(wang_id=wang.device)
    assert any(wanted in each for each in found), found


def test_a_log_begun_before_running_hashes_had_a_stamp_verifies_and_goes_on(busy: Store, director: Pen) -> None:
    _write_running_hashes_of_old(busy)
    assert _broken(busy) == []
    director.send(director.write())
    assert _broken(busy) == []


def _write_running_hashes_of_old(store: Store) -> None:
    """Hashes over entries and verdicts alone, as stores wrote them once."""
    with closing(sqlite3.connect(store.engine.path)) as connection, connection:  # type: ignore[attr-defined]
        rows = connection.execute("SELECT number, hash, code FROM entry ORDER BY number").fetchall()
        running = ""
        for number, hash_, code in rows:
            running = hashlib.sha256((running + hash_ + code).encode()).hexdigest()
            connection.execute("UPDATE entry SET running = ? WHERE number = ?", (running, number))
        connection.execute("UPDATE district SET last_running = ?", (running,))


def _broken(store: Store) -> list[str]:
    district = store.district
    found = store.engine.read(lambda session: Verifier(session, district.id, district.public_key).verify())
    return [f"{each.ledger or 'arrival'} {each.device} {each.seq} {each.reason}" for each in found.breaks]


def test_the_command_names_the_wrong_entry_and_exits_with_1(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = sqlite3.connect(district.database)
    (device,) = connection.execute("SELECT device FROM entry WHERE ledger = 'u-1'").fetchone()
    connection.execute("UPDATE entry SET body = CAST(replace(body, '瑶湖', '青山') AS BLOB) WHERE ledger = 'u-1'")
    connection.commit()
    connection.close()
    assert run(["--db", str(district.database), "verify"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == f"u-1 {device} 1: it cannot be read"


def test_the_audit_tells_who_did_what(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        device = wang.joined().device
    office(live.database, "revoke", device)
    office(live.database, "backup", str(tmp_path / "copy.db"))
    events = json.loads(office(live.database, "audit", "--json"))
    told = [(each["what"], each["about"]) for each in events]
    for what, about in (
        ("imported", "4 unit"),
        ("group", "first"),
        ("person", "wang"),
        ("assigned", "u-4"),
        ("code made", live.people["wang"]),
        ("code used", device),
        ("enrolled", device),
        ("revoked", device),
        ("backup", "copy.db"),
    ):
        assert any(what == each and about in text for each, text in told), what
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    assert device in office(live.database, "audit")
