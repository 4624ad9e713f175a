"""Entries that are too large for the way to the store: which records wait, and how much waits behind them.

Something before the store may take less in a message than a record needs. What follows in the same chain (one ledger,
one device) waits for it, because a chain has no gaps; every other chain goes on. Kept by the exchange, read by the
screens and the commands; what a stick has carried is no longer listed.
"""

from __future__ import annotations

import msgspec

from sync.ledger.chains import read_entry
from sync.replica.projection.tables import BY_NAME
from sync.replica.replica import Replica

SETTING = "too_large"  # which entries wait, as JSON
Place = tuple[str, str, int]  # ledger, device, seq


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that waits, and what it is about; `bytes`: its size, `behind`: how many entries wait for it."""

    ledger: str
    device: str
    seq: int
    kind: str
    record: str
    title: str
    bytes: int
    behind: int


def places(replica: Replica) -> list[Place]:
    """Where entries wait, as the last exchange found it, the oldest first."""
    return [(ledger, device, seq) for ledger, device, seq in msgspec.json.decode(replica.setting(SETTING) or "[]")]


def note(replica: Replica, waiting: list[Place]) -> None:
    """Keep where entries wait."""
    told = msgspec.json.encode(waiting).decode() if waiting else ""
    if told != (replica.setting(SETTING) or ""):
        replica.set_setting(SETTING, told)


def chain_waiting(replica: Replica, place: Place) -> int | None:
    """The row of the chain of an entry that has no receipt yet; None if that has gone, by stick or with its unit."""
    row = replica.connection.execute(
        "SELECT c.id FROM entry e JOIN chain c ON c.id = e.chain"
        " WHERE c.ledger = ? AND c.device = ? AND e.seq = ? AND e.number IS NULL",
        place,
    ).fetchone()
    return None if row is None else int(row[0])


def waiting(replica: Replica) -> list[Waiting]:
    """What waits still: neither sent since by a stick, nor gone."""
    found = []
    for place in places(replica):
        row = replica.connection.execute(
            "SELECT e.head, length(e.head) + coalesce(length(e.body), 0), (SELECT count(*) FROM entry b"
            " WHERE b.chain = e.chain AND b.seq > e.seq AND b.number IS NULL) FROM entry e"
            " JOIN chain c ON c.id = e.chain WHERE c.ledger = ? AND c.device = ? AND e.seq = ? AND e.number IS NULL",
            place,
        ).fetchone()
        if row is not None:
            found.append(_waiting(replica, place, *row))
    return found


def _waiting(replica: Replica, place: Place, raw_head: bytes, size: int, behind: int) -> Waiting:
    head = read_entry(raw_head, None).head
    title = replica.connection.execute(
        f"SELECT r.title FROM {BY_NAME} WHERE r.ledger = ? AND n.record = ?", (head.ledger, head.record)
    ).fetchone()
    ledger, device, seq = place
    return Waiting(
        ledger=ledger, device=device, seq=seq, kind=head.kind, record=head.record,
        title=str(title[0] or "")[:120] if title else "", bytes=size, behind=behind,
    )  # fmt: skip
