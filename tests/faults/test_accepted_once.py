"""Limits bind the first judgement: what a store once accepted is accepted again when it is given back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from supervisor_tui.reports.entries import as_json
from sync.central.access.verdict import ACCEPTED
from sync.central.log.incoming import PushBatch, Submitter
from sync.central.service.store import open_store
from sync.client.session import exchange
from sync.ledger.chains import Entry, make_seal
from sync.ledger.keys import public_key
from sync.ledger.proof_file import check_file
from sync.replica import Replica, query
from sync.replica.maintenance.verify import verify
from tests.faults.strange_values import nested, write
from tests.rows import dump
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _beyond_todays_limits(replica: Replica) -> list[Entry]:
    """Entries that an earlier version may have written, and its store accepted."""
    strange: list[dict[str, Any]] = [
        {"echo": nested(0, 100)},
        {"echo": nested(0, 700)},  # so deep that nobody reads it
        {"echo": 2**70},
        {"content": "很长" * 40_000},
        {"noted_on": "no day"},
    ]
    written = [write(replica, NOTE | each) for each in strange]
    return [*written, write(replica, NOTE, at="0001-01-01T00:00:00.000Z"), write(replica, NOTE)]


def _accept(database: Path, replica: Replica, entries: list[Entry]) -> None:
    """Let a store accept them as an earlier version did, without today's limits."""
    me, last = replica.joined(), entries[-1]
    seal = make_seal(me.private_key, me.district, "u-1", me.device, last.head.seq, last.hash)
    name = ("u-1", me.device)
    batch = PushBatch(chains={name: [(entry, ACCEPTED) for entry in entries]}, seals={name: seal})
    store = open_store(database)
    submitter = Submitter(device=me.device, person=me.person, key=public_key(me.private_key))
    store.engine.transact(lambda session: store.opened.log(session).take(batch, submitter))
    store.engine.close()


def _stands(replica: Replica, entries: list[Entry], folder: Path) -> None:
    """Check that the store accepted all of them and that every laptop's `verify` holds."""
    found = replica.connection.execute(
        "SELECT count(*) FROM entry e JOIN chain c ON c.id = e.chain WHERE c.ledger = 'u-1' AND c.device = ?"
        " AND e.number IS NOT NULL AND e.code = ''",
        (entries[0].head.device,),
    ).fetchone()
    assert found == (len(entries),)
    assert verify(replica).breaks == []
    path = folder / "exported.json"
    path.write_bytes(b"".join(as_json(replica, "u-1")))
    assert check_file(path, replica.joined().store_key).breaks == []


def test_what_was_accepted_before_a_limit_is_accepted_again_by_a_restored_store(
    district: District, tmp_path: Path
) -> None:
    with serving(district.database) as district.address:
        wang = district.laptop(tmp_path / "a.db", "wang")
        li = district.laptop(tmp_path / "b.db", "li")
        for laptop in (wang, li):
            exchange(laptop)
    backup = tmp_path / "backup"
    shutil.copytree(district.database.parent, backup)
    entries = _beyond_todays_limits(wang)
    _accept(district.database, wang, entries)
    port = int(district.address.rpartition(":")[2])
    with serving(district.database, port):
        for laptop in (wang, li):
            exchange(laptop)
            _stands(laptop, entries, tmp_path)
    assert dump(wang) == dump(li)
    with serving(backup / "central.db") as address:
        for laptop in (wang, li):
            laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=address))
        exchange(li)  # others' entries are given back by whoever comes first
        for laptop in (wang, li):
            exchange(laptop)
            _stands(laptop, entries, tmp_path)
            assert query.status(laptop).quarantined == 0
    assert "0 broken" in office(backup / "central.db", "verify")
    assert dump(wang) == dump(li)
    for laptop in (wang, li):
        laptop.close()
