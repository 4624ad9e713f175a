"""What the office keeps apart: this person's own entries with the reason and the answer, and the office's list to rule.

The author reads her own here; a laptop of the office reads everybody's, and the lines in quarantine that have no place
in any chain. A ruling is an entry like any other: it can be written offline and takes effect when the store accepts it.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import msgspec

from sync.ledger.chains import HASH_PREFIX, UNREADABLE, Body, Head, MalformedEntry, read_body
from sync.ledger.ids import COMMON_LEDGERS, LEDGER_STAFF
from sync.model import quarantine, validation
from sync.model.kinds import KINDS
from sync.replica import query
from sync.replica.editing import edits
from sync.replica.editing.edits import Written
from sync.replica.projection.tables import heads
from sync.replica.queries.quarantined import edits_apart, stands
from sync.replica.queries.rows import Said, SetAsideRow, Version
from sync.replica.replica import Replica

MOST_LISTED = 500
_TITLE = 120


def said(replica: Replica) -> dict[str, Said]:
    """Every ruling known here, by the hash of what it is about; the last word counts."""
    known: dict[str, Said] = {}
    for by, at, fields in query.rulings(replica):
        verdict, comment = str(fields.get("verdict") or ""), str(fields.get("comment") or "")
        known[str(fields.get("target"))] = Said(verdict=verdict, comment=comment, by=by, at=at)
    for target, verdict, comment, by, at in replica.connection.execute("SELECT * FROM ruling"):
        known[target] = Said(verdict=verdict, comment=comment, by=by, at=at)
    return known


def said_of(known: dict[str, Said], version: Version) -> Said | None:
    """What the office said of an edit, by whichever of its entries it ruled on."""
    return next((known[name] for name in (version.hash, *version.names) if name in known), None)


def mine(replica: Replica) -> list[SetAsideRow]:
    """This device's edits that are kept apart, newest first."""
    return _apart(replica, replica.joined().device)


def to_rule(replica: Replica) -> list[SetAsideRow]:
    """Everything kept apart or in quarantine, as the office sees it: what waits for a ruling first, newest first."""
    if not sees_all(replica):
        return []
    rows = [*_quarantine(replica), *_apart(replica)]
    return sorted(rows, key=lambda row: row.ruling is not None)


def sees_all(replica: Replica) -> bool:
    """Whether this laptop is the office's."""
    return replica.reach is not None and replica.reach.staff


def rule(replica: Replica, row: SetAsideRow, verdict: str, comment: str) -> Written:
    """Release what is kept apart, or answer it; raises `InvalidFields` or `Refused` as any new record does."""
    fields = {"target": row.target, "place": row.place, "verdict": verdict, "comment": comment}
    return edits.create(replica, quarantine.KIND, row.ledger, fields)


def _apart(replica: Replica, device: str = "") -> list[SetAsideRow]:
    known = said(replica)
    rows = []
    for edit, shown in islice(edits_apart(replica, device), MOST_LISTED):
        target = HASH_PREFIX + shown.hash.hex()
        place = (shown.head.ledger, shown.head.device, shown.head.seq)
        ruling = next((known[name] for name in edit.names if name in known), None)
        row = _row(known, target, place, shown.code, shown.head, shown.raw_body)
        rows.append(msgspec.structs.replace(row, ruling=ruling))
    return rows


def _quarantine(replica: Replica) -> list[SetAsideRow]:
    known = said(replica)
    rows = []
    for digest, device, person, at, code, raw in replica.connection.execute(
        "SELECT digest, device, person, received_at, code, raw FROM quarantine ORDER BY received_at DESC, digest"
    ).fetchall():
        raw_head, _, body = raw.encode("utf-8", "replace").partition(b"\t")
        head = _readable(raw_head)
        if head is not None and stands(replica, head.record, head.body):
            continue  # what a fork had left without a place was written again
        row = _row(known, digest, (LEDGER_STAFF, device, 0), code, head, body, raw)
        rows.append(msgspec.structs.replace(row, by=row.by or person, at=row.at or at))
    return rows


def _row(
    known: dict[str, Said],
    target: str,
    place: tuple[str, str, int],
    code: str,
    head: Head | None,
    raw_body: bytes | None,
    raw: str = "",
) -> SetAsideRow:
    ledger, device, seq = place
    by = at = why = ""
    fields: dict[str, Any] = {}
    kind, record, unit = (head.kind, head.record, head.ledger) if head is not None else ("", "", "")
    body = _said_in(raw_body) if head is not None else None
    if body is not None:
        fields, by, at, why, raw = body.set, body.by, body.at, body.why, ""
    return SetAsideRow(
        target=target,
        place=quarantine.place_of(device, seq),
        ledger=ledger,
        unit=unit if seq == 0 else ledger,
        seq=seq,
        record=record,
        kind=kind,
        title=_title(kind, fields),
        by=by,
        at=at,
        code=code,
        why=why,
        fields=fields,
        raw=raw,
        releasable=bool(seq and fields)
        and code in quarantine.RELEASABLE
        and ledger not in COMMON_LEDGERS
        and kind != quarantine.KIND
        and not validation.check(kind, fields, new=False),
        ruling=known.get(target),
    )


def _readable(raw_head: bytes) -> Head | None:
    try:
        return heads.decode(raw_head)
    except UNREADABLE:
        return None


def _said_in(raw_body: bytes | None) -> Body | None:
    try:
        return read_body(raw_body or b"")
    except MalformedEntry:
        return None


def _title(kind_name: str, fields: dict[str, Any]) -> str:
    """What a record of its kind is called by; failing that, the first text of some length."""
    kind = KINDS.get(kind_name)
    titled = fields.get(kind.title) if kind is not None and kind.title else None
    texts = [titled, *(value for value in fields.values() if isinstance(value, str) and len(value) > 10)]
    return next((text.strip().partition("\n")[0][:_TITLE] for text in texts if isinstance(text, str)), "")
