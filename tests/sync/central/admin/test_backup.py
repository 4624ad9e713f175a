"""`central-store backup`, `restore`, `verify` and `audit`, by the commands themselves."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from sync.central.cli.commands import run
from sync.client.enrolment import join
from sync.client.session import Rejected, exchange
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
    with serving(target) as district.address, pytest.raises(Rejected, match="expired"):
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
