"""What the office keeps apart: this person's own entries with the reason and the answer, and the office's list to rule.

The author reads her own here; a laptop of the office reads everybody's, and the lines in quarantine that have no place
in any chain. A ruling is an entry like any other: it can be written offline and takes effect when the store accepts it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync import records, rulings
from sync.ids import COMMON_LEDGERS, LEDGER_STAFF
from sync.kinds import KINDS
from sync.ledger import HASH_PREFIX, MalformedEntry, read_body
from sync.replica import append, query
from sync.replica.append import Written
from sync.replica.derive import heads
from sync.replica.replica import Replica
from sync.replica.views import Said, SetAsideRow

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


def mine(replica: Replica) -> list[SetAsideRow]:
    """This device's entries that are kept apart, newest first."""
    return _apart(replica, "AND c.device = ?", (replica.joined().device,))


def to_rule(replica: Replica) -> list[SetAsideRow]:
    """Everything kept apart or in quarantine, as the office sees it: what waits for a ruling first, newest first."""
    if not sees_all(replica):
        return []
    rows = [*_quarantine(replica), *_apart(replica, "", ())]
    return sorted(rows, key=lambda row: row.ruling is not None)


def sees_all(replica: Replica) -> bool:
    """Whether this laptop is the office's."""
    return replica.reach is not None and replica.reach.staff


def rule(replica: Replica, row: SetAsideRow, verdict: str, comment: str) -> Written:
    """Release what is kept apart, or answer it; raises `InvalidFields` or `Refused` as any new record does."""
    fields = {"target": row.target, "place": row.place, "verdict": verdict, "comment": comment}
    return append.create(replica, rulings.KIND, row.ledger, fields)


def _apart(replica: Replica, where: str, values: tuple[object, ...]) -> list[SetAsideRow]:
    known = said(replica)
    found = replica.connection.execute(
        "SELECT c.ledger, c.device, e.seq, e.hash, e.code, e.head, e.body FROM entry e JOIN chain c ON c.id = e.chain"
        f" WHERE e.code <> '' {where} ORDER BY e.number DESC, c.ledger, c.device, e.seq LIMIT ?",
        (*values, MOST_LISTED),
    ).fetchall()
    return [
        _row(known, HASH_PREFIX + hash_.hex(), (ledger, device, seq), code, head, body)
        for ledger, device, seq, hash_, code, head, body in found
    ]


def _quarantine(replica: Replica) -> list[SetAsideRow]:
    known = said(replica)
    rows = []
    for digest, device, person, at, code, raw in replica.connection.execute(
        "SELECT digest, device, person, received_at, code, raw FROM quarantine ORDER BY received_at DESC, digest"
    ).fetchall():
        head, _, body = raw.encode("utf-8", "replace").partition(b"\t")
        row = _row(known, digest, (LEDGER_STAFF, device, 0), code, head, body, raw)
        rows.append(msgspec.structs.replace(row, by=row.by or person, at=row.at or at))
    return rows


def _row(
    known: dict[str, Said],
    target: str,
    place: tuple[str, str, int],
    code: str,
    raw_head: bytes,
    raw_body: bytes | None,
    raw: str = "",
) -> SetAsideRow:
    ledger, device, seq = place
    kind = record = unit = by = at = why = ""
    fields: dict[str, Any] = {}
    try:
        head = heads.decode(raw_head)
        kind, record, unit = head.kind, head.record, head.ledger
        body = read_body(raw_body or b"")
        fields, by, at, why, raw = body.set, body.by, body.at, body.why, ""
    except (MalformedEntry, msgspec.DecodeError, UnicodeDecodeError):
        pass
    return SetAsideRow(
        target=target,
        place=rulings.place_of(device, seq),
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
        and code in rulings.RELEASABLE
        and ledger not in COMMON_LEDGERS
        and kind != rulings.KIND
        and not records.check(kind, fields, new=False),
        ruling=known.get(target),
    )


def _title(kind_name: str, fields: dict[str, Any]) -> str:
    """What a record of its kind is called by; failing that, the first text of some length."""
    kind = KINDS.get(kind_name)
    titled = fields.get(kind.title) if kind is not None and kind.title else None
    texts = [titled, *(value for value in fields.values() if isinstance(value, str) and len(value) > 10)]
    return next((text.strip().partition("\n")[0][:_TITLE] for text in texts if isinstance(text, str)), "")
