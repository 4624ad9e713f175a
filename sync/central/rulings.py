"""What the office rules on: what is kept apart or lies in quarantine, listed, shown, released or answered."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from sync import ledger, rulings, wire
from sync.central import statements
from sync.central.access import Access
from sync.central.engine import Session
from sync.ids import COMMON_LEDGERS, LEDGER_STAFF
from sync.ledger import Entry, MalformedEntry
from sync.rulings import RELEASABLE, VERDICTS

MOST_LISTED = 200  # raw lines an office laptop is shown at a time, newest first; answered ones make room
_MOST_TEXT = 20_000  # characters of each


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted ruling, and the arrival number it was accepted under."""

    number: int
    target: str
    verdict: str
    ledger: str
    device: str
    seq: int
    comment: str
    by: str
    at: str

    def row(self) -> tuple[object, ...]:
        """The values of its row, in the table's order but for the district."""
        return msgspec.structs.astuple(self)


def read_ruling(entry: Entry, number: int) -> Ruling | None:
    """The ruling an accepted entry gives; None if it gives none (another kind, or a later change to one)."""
    head = entry.head
    if head.kind != rulings.KIND or entry.raw_body is None:
        return None
    body = ledger.read_body(entry.raw_body)
    target, verdict = body.set.get("target"), body.set.get("verdict")
    if not isinstance(target, str) or verdict not in VERDICTS:
        return None
    device, seq = rulings.read_place(body.set.get("place"))
    comment = str(body.set.get("comment") or "")
    return Ruling(
        number=number,
        target=target,
        verdict=verdict,
        ledger=head.ledger,
        device=device,
        seq=seq,
        comment=comment,
        by=body.by,
        at=body.at,
    )


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for the office or was answered: an entry kept apart, or a raw line in quarantine.

    `seq` is 0 for a raw line; `set` is what it says, as far as it can be read; `raw` the line where it cannot.
    """

    id: str
    place: str
    ledger: str
    device: str
    seq: int
    person: str
    person_name: str
    received_at: str
    code: str
    kind: str
    record: str
    set: dict[str, Any]
    why: str
    raw: str
    releasable: bool
    ruling: str = ""
    comment: str = ""


def listed(session: Session, district: str, access: Access) -> list[Item]:
    """Everything kept apart or in quarantine that was not released, oldest first."""
    ruled = {row[0]: row for row in session.rows(statements.RULINGS, (district, 0, 2**62))}
    items = []
    for ledger_id, device, seq, hash_, at, code, head, body in session.each(statements.APART, (district,)):
        items.append(_item(access, hash_, (ledger_id, device, seq), at, code, head, body))
    for digest, device, at, code, raw in session.rows(statements.QUARANTINE_ALL, (district,)):
        head, _, body = raw.partition(b"\t")
        items.append(_item(access, digest, (LEDGER_STAFF, device, 0), at, code, head, body))
    return [
        msgspec.structs.replace(item, ruling=ruled[item.id][1], comment=ruled[item.id][2]) if item.id in ruled else item
        for item in items
    ]


def _item(
    access: Access, id_: str, place: tuple[str, str, int], at: str, code: str, raw_head: bytes, raw_body: bytes | None
) -> Item:
    ledger_id, device, seq = place
    known = access.devices.get(device)
    person = access.persons.get(known.person) if known else None
    kind = record = why = ""
    fields: dict[str, Any] = {}
    raw = ""
    try:
        entry = ledger.read_entry(raw_head, raw_body or None)
        kind, record = entry.head.kind, entry.head.record
        body = ledger.read_body(raw_body or b"")
        fields, why = body.set, body.why
    except MalformedEntry:
        raw = (raw_head + b"\t" + (raw_body or b"")).decode("utf-8", "replace")[:_MOST_TEXT]
    return Item(
        id=id_,
        place=rulings.place_of(device, seq),
        ledger=ledger_id,
        device=device,
        seq=seq,
        person=known.person if known else "",
        person_name=person.name if person else "",
        received_at=at,
        code=code,
        kind=kind,
        record=record,
        set=fields,
        why=why,
        raw=raw,
        releasable=bool(seq) and code in RELEASABLE and ledger_id not in COMMON_LEDGERS and kind != rulings.KIND,
    )


def ruling_fields(item: Item, verdict: str, comment: str) -> dict[str, str]:
    """The fields of a ruling on an item."""
    return {"target": item.id, "place": item.place, "verdict": verdict, "comment": comment}


def quarantine_for(session: Session, district: str, access: Access, has: str) -> wire.Quarantine | None:
    """What an office laptop is shown of the quarantine; None if it has this very version."""
    asked = (district, MOST_LISTED)
    digests = [digest for (digest,) in session.rows(statements.QUARANTINE_DIGESTS, asked)]
    version = hashlib.sha256("".join(digests).encode()).hexdigest()[:16] if digests else ""
    if version == has:
        return None
    return wire.Quarantine(
        version=version,
        items=[
            wire.SetAside(
                digest=digest,
                device=device,
                person=known.person if (known := access.devices.get(device)) else "",
                received_at=at,
                code=code,
                raw=raw.decode("utf-8", "replace")[:_MOST_TEXT],
            )
            for digest, device, at, code, raw in session.rows(statements.QUARANTINE, asked)
        ],
    )
