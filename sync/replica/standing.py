"""Where this laptop stands with the office: what is unsent, receipts, rulings. Read through `query`."""

from __future__ import annotations

from typing import Any

from sync.ledger import MalformedEntry, Receipt, read_body
from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.replica.views import Status


def status(replica: Replica) -> Status:
    """Where this laptop stands with the office, by receipts."""
    identity = replica.joined()
    device = identity.device
    first = replica.connection.execute("SELECT body FROM entry WHERE number IS NULL ORDER BY id LIMIT 1").fetchone()
    return Status(
        person=identity.person,
        person_name=identity.person_name,
        role=identity.role,
        district=identity.district,
        district_name=identity.district_name,
        server=identity.server,
        pending=_count(replica, "SELECT count(*) FROM entry WHERE number IS NULL"),
        conflicts=_count(replica, "SELECT count(DISTINCT record) FROM conflict"),
        quarantined=_count(
            replica,
            "SELECT count(*) FROM entry e JOIN chain c ON c.id = e.chain WHERE e.code <> '' AND c.device = ?",
            device,
        ),
        last_sync=replica.setting("last_sync") or "",
        last_error=replica.setting("last_error") or "",
        oldest_unsynced=_written_at(first[0] if first else None),
        mine=_count(replica, "SELECT coalesce(sum(seq), 0) FROM chain WHERE device = ?", device),
        acknowledged=_count(
            replica,
            "SELECT coalesce(sum(r.seq), 0) FROM receipt r JOIN chain c ON c.id = r.chain"
            " WHERE r.apart = 0 AND c.device = ?",
            device,
        ),
    )


def _written_at(body: bytes | None) -> str:
    try:
        return read_body(body).at if body is not None else ""
    except MalformedEntry:
        return ""


def rulings(replica: Replica) -> list[tuple[str, str, dict[str, Any]]]:
    """Every ruling of the office held here, oldest first: who, when, its fields."""
    found = replica.connection.execute(
        f"SELECT r.by, r.at, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.kind = 'ruling' AND r.withdrawn = 0 ORDER BY r.at, r.record"
    ).fetchall()
    return [(by, at, record_fields(stored, body)) for by, at, stored, body in found]


def receipts(replica: Replica, limit: int = 200) -> list[Receipt]:
    """The store's receipts for this device's entries, newest first."""
    found = replica.connection.execute(
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM receipt r"
        " JOIN chain c ON c.id = r.chain WHERE c.device = ? ORDER BY r.number DESC, c.ledger LIMIT ?",
        (replica.joined().device, limit),
    ).fetchall()
    return [Receipt(**dict(zip(Receipt.__struct_fields__, row, strict=True))) for row in found]


def _count(replica: Replica, statement: str, *values: object) -> int:
    return int(replica.connection.execute(statement, values).fetchone()[0])
