"""Where this laptop stands with the office: what is unsent, receipts, rulings. Read through `query`."""

from __future__ import annotations

from typing import Any

from sync.ledger.chains import Receipt
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.queries.quarantined import edits_apart
from sync.replica.queries.rows import Status
from sync.replica.replica import Replica
from sync.replica.storage import fast_reads


def status(replica: Replica) -> Status:
    """Where this laptop stands with the office, by receipts."""
    identity = replica.joined()
    standing = fast_reads.standing(replica.connection, identity.device)
    if standing["quarantined"]:  # entries, of which some may be one edit that stands
        standing["quarantined"] = sum(1 for _ in edits_apart(replica, identity.device))
    return Status(
        person=identity.person,
        person_name=identity.person_name,
        role=identity.role,
        district=identity.district,
        district_name=identity.district_name,
        server=identity.server,
        **standing,
    )


def rulings(replica: Replica) -> list[tuple[str, str, dict[str, Any]]]:
    """Every ruling of the office held here, oldest first: who, when, its fields."""
    found = replica.connection.execute(
        f"SELECT r.by, r.at, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.kind = 'ruling' AND r.withdrawn = 0 ORDER BY r.at, r.record, r.ledger"
    ).fetchall()
    return [(by, at, record_fields(stored, body)) for by, at, stored, body in found]


def receipts(replica: Replica, limit: int = 200) -> list[Receipt]:
    """The store's receipts for this device's entries, newest first."""
    found = replica.connection.execute(
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM receipt r"
        " JOIN chain c ON c.id = r.chain WHERE c.device = ? ORDER BY r.number DESC, c.ledger, r.seq LIMIT ?",
        (replica.joined().device, limit),
    ).fetchall()
    return [Receipt(**dict(zip(Receipt.__struct_fields__, row, strict=True))) for row in found]
