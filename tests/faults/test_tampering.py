"""Whatever is changed in a laptop's file, `verify` finds it: every column of every table, rows taken out or put in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ledger import chains
from sync.ledger.chains import read_body, read_entry
from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import Verified, verify
from sync.replica.replica import UNFINISHED

# No history: what a person has not finished, what the next exchange brings again, what shows itself at once.
_NO_HISTORY = {"draft", "duty", "late", "position", "quarantine", "ruling", "setting", "skew"}
# `entry.number` counts only as "delivered"; where exactly an entry arrived, its receipt says.
_SAYS_NOTHING = {
    ("entry", "number"),
    *(("blob", column) for column in ("size", "complete", "sent")),  # what is still to do with an attachment
    ("blob_part", "first"),  # of one part
}


def _verified(path: Path) -> Verified:
    with Replica.open(path) as replica:
        return verify(replica)


def _tables(path: Path) -> dict[str, list[str]]:
    """Every ordinary table and its columns."""
    with sqlite3.connect(path) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(("search", "sqlite_", "_sqlite"))
        ]
        tables = {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for name in names}
    connection.close()
    return tables


def _changed(value: object) -> object:
    """Another value of the same type."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    return f"{value}x" if value is not None else "x"


class _Copies:
    """Copies of a file, each with one change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.copy = path.with_name("copy.db")

    def with_change(self, statement: str, *values: object) -> bool:
        """Change a fresh copy; False if the table itself refused."""
        for old in self.copy.parent.glob(self.copy.name + "*"):
            old.unlink()
        shutil.copy(self.path, self.copy)
        connection = sqlite3.connect(self.copy)
        try:
            with connection:
                done = connection.execute(statement, values).rowcount
        except sqlite3.IntegrityError:
            return False
        finally:
            connection.close()
        return done != 0


def _changes(path: Path) -> Iterator[tuple[str, str, str, tuple[object, ...]]]:
    """(table, what, statement, values): every column of up to three rows of every table, and those rows taken out."""
    tables = _tables(path)
    with sqlite3.connect(path) as connection:
        for table, columns in tables.items():
            if table in _NO_HISTORY:
                continue
            keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
            where = " AND ".join(f"{key} = ?" for key in keys)
            every = connection.execute(f"SELECT * FROM {table}").fetchall()
            for row in {*every[:2], *every[-2:]}:
                key = tuple(row[columns.index(name)] for name in keys)
                yield table, "row taken out", f"DELETE FROM {table} WHERE {where}", key
                for column, value in zip(columns, row, strict=True):
                    if (table, column) not in _SAYS_NOTHING:
                        statement = f"UPDATE {table} SET {column} = ? WHERE {where}"
                        yield table, column, statement, (_changed(value), *key)
    connection.close()


def test_every_column_of_every_table_is_watched(file: Path) -> None:
    copies = _Copies(file)
    with Replica.open(file) as replica:
        own = replica.joined().device  # its certificate stands in the identity, too
    missed, tried, touched = [], 0, set()
    for table, what, statement, values in list(_changes(file)):
        if copies.with_change(statement, *values):
            tried += 1
            touched.add(table)
            if _verified(copies.copy).holds and (table, what, values) != ("certificate", "row taken out", (own,)):
                missed.append((table, what, values))
    assert missed == []
    assert tried > 150
    assert touched == set(_tables(file)) - _NO_HISTORY - {"flaw"}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO entry SELECT 9999, chain, seq + 100, hash, record, number, code, head, body FROM entry LIMIT 1",
        "INSERT INTO entry SELECT 9999, 9999, seq, hash, record, number, code, head, body FROM entry LIMIT 1",
        "INSERT INTO record SELECT 9999, 'made-up', ledger, kind, day, campaign, placed, stage, title, by, at, fields,"
        " 0, 0, 0 FROM record WHERE kind = 'liaison_note' LIMIT 1",
        "INSERT INTO unit SELECT 'u-9', '不存在的单位', category, parent, pinyin, initials, last_visit, 0, '', '', '',"
        " 0, '', '' FROM unit LIMIT 1",
        "INSERT INTO chain VALUES (9999, 'u-1', 'd-made-up', 1, 'sha256:00')",
        "INSERT INTO search (rowid, grams) VALUES (9999, 'made up')",
        "INSERT INTO search (search) VALUES ('delete-all')",
    ],
    ids=lambda statement: " ".join(statement.split()[2:5]),
)
def test_what_was_put_in_is_found(file: Path, statement: str) -> None:
    copies = _Copies(file)
    assert copies.with_change(statement)
    assert not _verified(copies.copy).holds


def test_the_first_wrong_entry_is_named_by_ledger_device_and_number(file: Path) -> None:
    with Replica.open(file) as replica:
        device = replica.joined().device
    copies = _Copies(file)
    assert copies.with_change(
        "UPDATE entry SET body = replace(body, '一种说法', '另外说法') WHERE chain ="
        " (SELECT id FROM chain WHERE ledger = 'u-1' AND device = ?)",
        device,
    )
    broken = _verified(copies.copy).breaks[0]
    assert (broken.ledger, broken.device, broken.seq, broken.reason) == ("u-1", device, 1, "malformed")


def test_history_rewritten_after_delivery_with_the_devices_own_key_is_found(file: Path) -> None:
    """The holder of the key back-dates her second entry and makes chain, seal and derived rows fit; receipts do not."""
    with Replica.open(file) as replica:
        me = replica.joined()
        rows = replica.connection.execute(
            "SELECT e.id, e.head, e.body FROM entry e JOIN chain c ON c.id = e.chain"
            " WHERE c.ledger = 'u-1' AND c.device = ? ORDER BY e.seq",
            (me.device,),
        ).fetchall()
        previous, seq = "", 0
        for seq, (id_, head, body) in enumerate(rows, start=1):
            old, content = read_entry(head, body), read_body(body)
            again = chains.compose(
                ledger="u-1",
                device=me.device,
                seq=seq,
                prev=previous,
                kind=old.head.kind,
                record=old.head.record,
                fields=content.set,
                by=content.by,
                at="2026-01-01T00:00:00.000Z",
                over=old.head.over,
                why=content.why,
            )
            previous = again.hash
            replica.connection.execute(
                "UPDATE entry SET hash = ?, head = ?, body = ? WHERE id = ?",
                (bytes.fromhex(again.hash[7:]), again.raw_head, again.raw_body, id_),
            )
        seal = chains.make_seal(me.private_key, me.district, "u-1", me.device, seq, previous)
        chain = "(SELECT id FROM chain WHERE ledger = 'u-1' AND device = ?)"
        replica.connection.execute(
            f"UPDATE seal SET seq = ?, hash = ?, sig = ? WHERE chain = {chain}",
            (seal.seq, seal.hash, seal.sig, me.device),
        )
        replica.connection.execute(f"UPDATE chain SET hash = ? WHERE id = {chain}", (previous, me.device))
        found = verify(replica)
    assert [(broken.ledger, broken.device, broken.reason) for broken in found.breaks] == [("u-1", me.device, "receipt")]


def test_a_verdict_taken_out_with_its_receipt_is_found_by_the_receipt_of_the_chain(file: Path) -> None:
    with Replica.open(file) as replica:
        me = replica.joined()
        assert replica.connection.execute("DELETE FROM receipt WHERE verdict = 'apart'").rowcount == 1
        replica.connection.execute("UPDATE entry SET code = ''")
        rebuild(replica)
        found = verify(replica)
    assert [(each.ledger, each.device, each.seq, each.reason) for each in found.breaks] == [
        ("u-2", me.device, 3, "verdict")
    ]


def test_a_tail_cut_off_together_with_its_seal_is_shown_by_the_receipt(file: Path) -> None:
    with Replica.open(file) as replica:
        me = replica.joined()
        chain = "(SELECT id FROM chain WHERE ledger = 'u-2' AND device = ?)"
        (kept,) = replica.connection.execute(
            f"SELECT hash FROM entry WHERE chain = {chain} AND seq = 1", (me.device,)
        ).fetchone()
        end = chains.HASH_PREFIX + kept.hex()
        seal = chains.make_seal(me.private_key, me.district, "u-2", me.device, 1, end)
        replica.connection.execute(f"DELETE FROM entry WHERE chain = {chain} AND seq > 1", (me.device,))
        replica.connection.execute(f"UPDATE chain SET seq = 1, hash = ? WHERE id = {chain}", (end, me.device))
        replica.connection.execute(
            f"UPDATE seal SET seq = 1, hash = ?, sig = ? WHERE chain = {chain}", (end, seal.sig, me.device)
        )
        found = verify(replica)
    assert [(broken.ledger, broken.reason) for broken in found.breaks] == [("u-2", "receipt")]


def test_seals_taken_out_under_the_pretence_of_a_pull_broken_off_are_told_and_found_after_a_whole_one(
    file: Path,
) -> None:
    with Replica.open(file) as laptop:
        (others,) = laptop.connection.execute("SELECT min(id) FROM chain WHERE device LIKE 'store-%'").fetchone()
        laptop.connection.execute("DELETE FROM seal WHERE chain = ?", (others,))
        laptop.connection.execute("DELETE FROM receipt WHERE chain = ?", (others,))
        laptop.set_setting(UNFINISHED, "1")
        pretended = verify(laptop)
        laptop.set_setting(UNFINISHED, "")  # as the next whole exchange does
        assert (pretended.unfinished, pretended.breaks) == (True, [])
        found = verify(laptop)
    assert not found.unfinished
    assert {each.reason for each in found.breaks} == {"no_seal"}
