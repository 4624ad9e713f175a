"""Rulings of the office as the log takes them, and the quarantine as an office laptop is shown it."""

from __future__ import annotations

import hashlib

import msgspec

from sync.central.access.permissions import Access
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains as ledger
from sync.ledger.chains import Entry
from sync.model import quarantine
from sync.model.quarantine import VERDICTS
from sync.protocol import codec

MOST_LISTED = 200  # raw lines an office laptop is shown at a time, newest first; answered ones make room
MOST_TEXT = 20_000  # characters of each


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
    if head.kind != quarantine.KIND or entry.raw_body is None:
        return None
    try:
        body = ledger.read_body(entry.raw_body)
    except ledger.MalformedEntry:
        return None
    target, verdict = body.set.get("target"), body.set.get("verdict")
    if not isinstance(target, str) or verdict not in VERDICTS:
        return None
    device, seq = quarantine.read_place(body.set.get("place"))
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


def quarantine_for(session: Session, district: str, access: Access, has: str) -> codec.Quarantine | None:
    """What an office laptop is shown of the quarantine; None if it has this very version."""
    asked = (district, MOST_LISTED)
    digests = [digest for (digest,) in session.rows(statements.QUARANTINE_DIGESTS, asked)]
    version = hashlib.sha256("".join(digests).encode()).hexdigest()[:16] if digests else ""
    if version == has:
        return None
    return codec.Quarantine(
        version=version,
        items=[
            codec.SetAside(
                digest=digest,
                device=device,
                person=known.person if (known := access.devices.get(device)) else "",
                received_at=at,
                code=code,
                raw=raw.decode("utf-8", "replace")[:MOST_TEXT],
            )
            for digest, device, at, code, raw in session.rows(statements.QUARANTINE, asked)
        ],
    )
