"""An author who gives an entry kept apart back to a restored store, and withholds the receipt that says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.central.store import open_store
from sync.exchange import exchange
from sync.replica import append
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


@pytest.mark.parametrize("withheld", ["apart > 0", "1"], ids=["the one that says apart", "all of them"])
def test_once_a_laptop_of_the_office_has_exchanged_nobody_raises_an_old_verdict(
    district: District, tmp_path: Path, withheld: str
) -> None:
    """The office's laptop holds every such receipt as well, and the entry's place is taken."""
    with serving(district.database) as district.address:
        wang, director = (district.laptop(tmp_path / f"{who}.db", who) for who in ("wang", "director"))
        for laptop in (wang, director):
            exchange(laptop)
        append.create(wang, "liaison_note", "u-2", NOTE)
        exchange(wang)
    backup = tmp_path / "backup" / "central.db"
    shutil.copytree(district.database.parent, backup.parent)
    port = int(district.address.rpartition(":")[2])
    with serving(district.database, port):
        office(district.database, "assign", "u-2", "--group", "second")
        append.create(wang, "liaison_note", "u-2", NOTE)
        content = wang.connection.execute("SELECT body, id FROM entry").fetchall()
        exchange(wang)
        exchange(director)
        assert _verdicts(district.database, wang.joined().device) == ["", "out_of_scope"]
    with serving(backup, port):
        exchange(director)
        wang.connection.executemany("UPDATE entry SET body = ? WHERE id = ?", content)  # it left with the unit
        wang.connection.execute(f"DELETE FROM receipt WHERE {withheld}")
        exchange(wang)
        assert _verdicts(backup, wang.joined().device) == ["", "out_of_scope"]
    wang.close()
    director.close()


def _verdicts(database: Path, device: str) -> list[str]:
    store = open_store(database)
    rows = store.engine.read(
        lambda session: session.rows("SELECT code FROM entry WHERE device = ? ORDER BY seq", (device,))
    )
    store.close()
    return [str(code) for (code,) in rows]
