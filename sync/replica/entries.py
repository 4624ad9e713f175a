"""Every entry held here as it was written, in an order of its own making: by ledger, device and number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from sync.ledger import Body, MalformedEntry, read_body
from sync.replica.derive import heads
from sync.replica.replica import Replica

_NOTHING_SAID = Body(at="", by="", salt="", set={})


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `head` and `body` are the texts that were hashed; `body` None: a stub. `number` None: not sent yet."""

    ledger: str
    device: str
    seq: int
    hash: str
    number: int | None
    code: str
    head: str
    body: str | None
    kind: str
    record: str

    def said(self) -> Body:
        """The body, read; an empty one where it is missing or cannot be read."""
        try:
            return _NOTHING_SAID if self.body is None else read_body(self.body.encode())
        except MalformedEntry:
            return _NOTHING_SAID


def kept_entries(replica: Replica, unit: str = "") -> Iterator[Kept]:
    """The entries of one unit's ledger, or of all."""
    found = replica.connection.execute(
        f"SELECT c.ledger, c.device, e.seq, e.hash, e.number, e.code, e.head, e.body FROM chain c"
        f" JOIN entry e ON e.chain = c.id {_of(unit)} ORDER BY c.ledger, c.device, e.seq",
        _given(unit),
    )
    for ledger, device, seq, hash_, number, code, raw_head, raw_body in found:
        head = heads.decode(raw_head)
        yield Kept(
            ledger=ledger,
            device=device,
            seq=seq,
            hash="sha256:" + hash_.hex(),
            number=number,
            code=code,
            head=bytes(raw_head).decode(),
            body=None if raw_body is None else bytes(raw_body).decode(),
            kind=head.kind,
            record=head.record,
        )


def seals(replica: Replica, unit: str = "") -> list[dict[str, Any]]:
    """The newest seal of every chain: the device's signature over its last entry."""
    names = ("ledger", "device", "seq", "hash", "sig")
    statement = "SELECT c.ledger, c.device, s.seq, s.hash, s.sig FROM chain c JOIN seal s ON s.chain = c.id"
    return _dicts(replica, names, f"{statement} {_of(unit)} ORDER BY c.ledger, c.device", unit)


def receipts(replica: Replica, unit: str = "") -> list[dict[str, Any]]:
    """The store's receipts, one a chain and verdict."""
    names = ("ledger", "device", "seq", "hash", "log", "number", "at", "verdict", "code", "sig")
    statement = (
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM chain c"
        " JOIN receipt r ON r.chain = c.id"
    )
    return _dicts(replica, names, f"{statement} {_of(unit)} ORDER BY c.ledger, c.device, r.apart", unit)


def certificates(replica: Replica) -> list[dict[str, Any]]:
    """What the store says of every device's key."""
    names = ("device", "person", "key", "at", "sig")
    return _dicts(replica, names, "SELECT device, person, key, at, sig FROM certificate ORDER BY device", "")


def _of(unit: str) -> str:
    return "WHERE c.ledger = ?" if unit else ""


def _given(unit: str) -> tuple[str, ...]:
    return (unit,) if unit else ()


def _dicts(replica: Replica, names: tuple[str, ...], statement: str, unit: str) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in replica.connection.execute(statement, _given(unit))]
