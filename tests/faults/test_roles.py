"""Somebody who changes group or role, leaves, or comes back loses nothing, and is shown what the new place shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.session import Rejected, exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _units(replica: Replica) -> list[str]:
    listing = query.units(replica)
    return sorted(row.id for row in listing.rows(0, listing.count))


def _contents(replica: Replica, unit: str) -> list[str]:
    listing = query.history(replica, unit, "liaison_note")
    return sorted(str(row.fields["content"]) for row in listing.rows(0, listing.count))


def test_another_group_takes_nothing_with_it_and_loses_nothing(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "sent before"})
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "not sent when it changed"})
        assert office(live.database, "person", "change", "wang", "--group", "second") == "1 changed"
        result = exchange(wang)
        assert [kept.code for kept in result.quarantined] == ["out_of_scope"]
        assert sorted(result.left) == ["u-1", "u-2"]
        assert _units(wang) == ["u-3", "u-4"]
        assert verify(wang).breaks == []
        (item,) = (line for line in office(live.database, "quarantine", "list").splitlines() if "out of scope" in line)
        office(live.database, "quarantine", "release", item.split()[0], "--why", "written while it was hers")
        exchange(director)
        assert _contents(director, "u-1") == ["not sent when it changed", "sent before"]
        office(live.database, "person", "change", "wang", "--group", "first")
        exchange(wang)
        assert _units(wang) == ["u-1", "u-2"]
        assert _contents(wang, "u-1") == ["not sent when it changed", "sent before"]
        assert verify(wang).breaks == []


def test_a_member_who_joins_the_office_sees_all_and_one_who_goes_back_keeps_nothing_of_it(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        office(live.database, "person", "change", "wang", "--role", "office")
        exchange(wang)
        assert _units(wang) == ["u-1", "u-2", "u-3", "u-4"]
        assert wang.joined().role == "office"
        edits.create(wang, "liaison_note", "u-3", NOTE | {"content": "as the office"})
        office(live.database, "person", "change", "wang", "--role", "group")
        result = exchange(wang)
        assert [kept.code for kept in result.quarantined] == ["out_of_scope"]
        assert _units(wang) == ["u-1", "u-2"]
        (staff,) = wang.connection.execute(
            "SELECT count(*) FROM chain c JOIN entry e ON e.chain = c.id WHERE ledger = 'staff' AND e.body IS NOT NULL"
        ).fetchone()
        assert staff == 0
        assert verify(wang).breaks == []


@pytest.mark.parametrize("role", ["viewer", "liaison"])
def test_whoever_may_write_no_longer_still_hands_in_what_was_written_before(
    live: District, tmp_path: Path, role: str
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        office(live.database, "person", "change", "wang", "--role", role)
        result = exchange(wang)
        assert (result.pushed, len(result.quarantined)) == (1, 1)
        assert query.status(wang).pending == 0
        assert office(live.database, "quarantine", "list").count("out of scope") == 1
        assert verify(wang).breaks == []


def test_whoever_comes_back_goes_on_with_the_same_laptop(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        office(live.database, "person", "leave", "wang")
        with pytest.raises(Rejected):
            exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        office(live.database, "person", "return", "wang")
        assert exchange(wang).pushed == 1
        assert _contents(wang, "u-1") == [NOTE["content"]]
        assert "Give --role" in office(live.database, "person", "change", "wang", wanted=2)
        assert "called nobody" in office(live.database, "person", "change", "nobody", "--role", "office", wanted=1)
