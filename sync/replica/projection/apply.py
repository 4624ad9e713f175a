"""Entries in, records out: the one place where entries are stored, folded and indexed, always in one transaction.

A person's own edit (`append`) and everything that arrives (`exchange`) pass through `apply`. The caller holds the
transaction open.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import msgspec

from sync.ledger.chains import Entry, Head, Receipt, Seal
from sync.model.quarantine import RELEASED
from sync.protocol.codec import Numbered
from sync.replica.projection.tables import Loaded, count_units, derive
from sync.replica.storage.connect import Connection
from sync.system.fault_points import fault_point

_AT_ONCE = 1_000  # entries folded together: memory stays flat however many come


class Incoming(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An entry to store; `number`: its place of arrival at the store (None: not there yet), `code`: why it is apart."""

    entry: Entry
    number: int | None = None
    code: str = ""


class Chain(msgspec.Struct, kw_only=True):
    """One (ledger, device) as the file holds it: its row and its end."""

    id: int
    seq: int = 0
    hash: str = ""
    moved: bool = False


class Applied(msgspec.Struct, kw_only=True):
    """What came of a set of entries: how many were new, the ledgers with a missing predecessor, and forked chains.

    `broken`: of two entries among them, one does not name the other as the one before it.
    """

    new: int = 0
    broken: bool = False
    gaps: set[str] = set()
    forks: set[tuple[str, str]] = set()


def apply(connection: Connection, incoming: Iterable[Incoming]) -> Applied:
    """Store, fold and index entries; those already held change nothing but their verdict."""
    applied = Applied()
    chains: dict[tuple[str, str], Chain] = {}
    touched: set[str] = set()
    arriving = iter(incoming)
    while part := list(islice(arriving, _AT_ONCE)):
        touched |= _apply_part(connection, part, chains, applied)
    count_units(connection, touched)
    connection.executemany(
        "UPDATE chain SET seq = ?, hash = ? WHERE id = ?",
        [(chain.seq, chain.hash, chain.id) for chain in chains.values() if chain.moved],
    )
    connection.executemany(
        "DELETE FROM chain WHERE id = ?", [(chain.id,) for chain in chains.values() if not chain.seq]
    )  # nothing of these had its predecessor here
    return applied


def _apply_part(
    connection: Connection, part: list[Incoming], chains: dict[tuple[str, str], Chain], applied: Applied
) -> set[str]:
    """Store and fold some of the entries; the ledgers whose units are to be counted anew."""
    fresh: list[Loaded] = []
    changed: set[tuple[str, str]] = set()
    rows = []
    (last_id,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
    for arriving in part:
        head = arriving.entry.head
        chain = _chain(connection, chains, head.ledger, head.device)
        if head.seq <= chain.seq:
            _already_held(connection, chain, arriving, applied, changed)
            continue
        if head.seq != chain.seq + 1 or head.prev != chain.hash:
            _out_of_place(connection, chain, head, applied)
            continue
        chain.seq, chain.hash, chain.moved = head.seq, arriving.entry.hash, True
        last_id += 1
        hash_, body = bytes.fromhex(arriving.entry.hash[7:]), arriving.entry.raw_body
        fresh.append(Loaded(id=last_id, head=head, hash=hash_, code=arriving.code, raw_body=body))
        place = (last_id, chain.id, head.seq, hash_, head.record, arriving.number, arriving.code)
        rows.append((*place, arriving.entry.raw_head, body))
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    applied.new += len(rows)
    fault_point("entry.stored")
    return derive(connection, fresh, changed)


def _chain(connection: Connection, chains: dict[tuple[str, str], Chain], ledger: str, device: str) -> Chain:
    known = chains.get((ledger, device))
    if known is None:
        connection.execute("INSERT OR IGNORE INTO chain VALUES (NULL, ?, ?, 0, '')", (ledger, device))
        id_, seq, hash_ = connection.execute(
            "SELECT id, seq, hash FROM chain WHERE ledger = ? AND device = ?", (ledger, device)
        ).fetchone()
        known = chains[ledger, device] = Chain(id=id_, seq=seq, hash=hash_)
    return known


def _already_held(
    connection: Connection, chain: Chain, arriving: Incoming, applied: Applied, changed: set[tuple[str, str]]
) -> None:
    """An entry held already: note its verdict, or its body if only the head was here; another hash is a fork."""
    head = arriving.entry.head
    row = connection.execute(
        "SELECT id, hash, number, code, body IS NULL FROM entry WHERE chain = ? AND seq = ?", (chain.id, head.seq)
    ).fetchone()
    if row is None:  # among the entries of this very call; the same bytes twice
        return
    id_, hash_, number, code, is_stub = row
    if hash_.hex() != arriving.entry.hash[7:]:
        _fork(connection, head, applied)
        return
    if is_stub and arriving.entry.raw_body is not None:
        connection.execute("UPDATE entry SET body = ? WHERE id = ?", (arriving.entry.raw_body, id_))
        changed.add((head.ledger, head.record))
    if arriving.number is not None and (number != arriving.number or code != arriving.code):
        connection.execute("UPDATE entry SET number = ?, code = ? WHERE id = ?", (arriving.number, arriving.code, id_))
        if code != arriving.code:
            changed.add((head.ledger, head.record))
            if not arriving.code:  # accepted after all, by a restored store: the receipt for keeping it apart is void
                connection.execute(
                    "DELETE FROM receipt WHERE chain = ? AND apart = ? AND verdict = 'apart'", (chain.id, head.seq)
                )


def _out_of_place(connection: Connection, chain: Chain, head: Head, applied: Applied) -> None:
    """What does not follow the chain's end: another side's entry, or one whose predecessor is missing."""
    name = f"fork:{head.ledger}:{head.device}"
    if connection.execute("SELECT 1 FROM setting WHERE name = ?", (name,)).fetchone() is not None:
        return
    if head.seq == chain.seq + 1:
        applied.broken = applied.broken or chain.moved
        _fork(connection, head, applied)
    else:
        applied.gaps.add(head.ledger)


def _fork(connection: Connection, head: Head, applied: Applied) -> None:
    """The chain has two ends: what the other side holds comes written again in a chain of the store's."""
    applied.forks.add((head.ledger, head.device))
    connection.execute("INSERT OR IGNORE INTO setting VALUES (?, '1')", (f"fork:{head.ledger}:{head.device}",))


def accept_up_to(connection: Connection, receipt: Receipt) -> int:
    """Keep a receipt for a chain, or for one entry kept apart, and the verdicts it proves; how many it settled."""
    row = connection.execute(
        "SELECT id FROM chain WHERE ledger = ? AND device = ?", (receipt.ledger, receipt.device)
    ).fetchone()
    if row is None:
        return 0
    (chain,) = row
    apart = receipt.seq if receipt.verdict == "apart" or receipt.code == RELEASED else 0
    connection.execute(
        "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chain, apart) DO UPDATE SET"
        " seq = excluded.seq, hash = excluded.hash, log = excluded.log, number = excluded.number, at = excluded.at,"
        " verdict = excluded.verdict, code = excluded.code, sig = excluded.sig"
        " WHERE excluded.seq >= receipt.seq",  # a restored store's receipt is no reason to forget what it had given
        (
            chain,
            apart,
            receipt.seq,
            receipt.hash,
            receipt.log,
            receipt.number,
            receipt.at,
            receipt.verdict,
            receipt.code,
            receipt.sig,
        ),
    )
    if apart:
        return _settle_one(connection, chain, receipt)
    connection.execute(
        "DELETE FROM receipt WHERE chain = ? AND apart <= ? AND verdict = 'apart' AND EXISTS (SELECT 1 FROM entry e"
        " WHERE e.chain = receipt.chain AND e.seq = receipt.apart AND e.number IS NULL AND e.code = '')",
        (chain, receipt.seq),
    )  # sent again, and accepted after all by a restored store, which would have said so by a receipt of its own
    return connection.execute(
        "UPDATE entry INDEXED BY entry_pending SET number = ? WHERE chain = ? AND seq <= ? AND number IS NULL",
        (receipt.number, chain, receipt.seq),
    ).rowcount


def _settle_one(connection: Connection, chain: int, receipt: Receipt) -> int:
    """The verdict on one entry: kept apart for the receipt's code, or released and accepted."""
    record, number, old = connection.execute(
        "SELECT record, number, code FROM entry WHERE chain = ? AND seq = ?", (chain, receipt.seq)
    ).fetchone()
    code = "" if receipt.verdict == "accepted" else receipt.code
    connection.execute(
        "UPDATE entry SET number = ?, code = ? WHERE chain = ? AND seq = ?", (receipt.number, code, chain, receipt.seq)
    )
    if code != old:
        count_units(connection, derive(connection, [], {(receipt.ledger, record)}))
    return int(number is None)


def keep_numbers(connection: Connection, numbered: Iterable[Numbered]) -> None:
    """Give each entry the number it got, where a receipt for all of a chain gave them that of its end."""
    connection.executemany(
        "UPDATE entry SET number = ? + seq - ? WHERE chain = (SELECT id FROM chain WHERE ledger = ? AND device = ?)"
        " AND seq BETWEEN ? AND ? AND code = '' AND number > ? + seq - ?",
        [
            (each.number, each.first, each.ledger, each.device, each.first, each.last, each.number, each.first)
            for each in numbered
        ],
    )


def take_back_verdicts(connection: Connection, ledger_id: str, device: str, after: int, *, bare_heads: bool) -> None:
    """The store has this chain only up to there: what follows is to be sent, and judged, again."""
    where = " WHERE seq > ? AND chain = (SELECT id FROM chain WHERE ledger = ? AND device = ?)"
    where += "" if bare_heads else " AND body IS NOT NULL"
    place = (after, ledger_id, device)
    judged = connection.execute(f"SELECT record FROM entry{where} AND code <> ''", place).fetchall()
    connection.execute(f"UPDATE entry SET number = NULL, code = ''{where}", place)
    if judged:
        count_units(connection, derive(connection, [], {(ledger_id, record) for (record,) in judged}))


def keep_seal(connection: Connection, seal: Seal) -> None:
    """Keep the newest seal of a chain held here, if it is of an entry held here."""
    connection.execute(
        "INSERT INTO seal SELECT chain.id, ?, ?, ? FROM chain JOIN entry ON entry.chain = chain.id"
        " WHERE chain.ledger = ? AND chain.device = ? AND entry.seq = ? AND entry.hash = ?"
        " ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, sig = excluded.sig"
        " WHERE excluded.seq >= seal.seq",
        (seal.seq, seal.hash, seal.sig, seal.ledger, seal.device, seal.seq, bytes.fromhex(seal.hash[7:])),
    )
