"""Edits of the store's own device, made on an admin's command or as it enrols others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sync.central.access.verdict import ACCEPTED
from sync.central.log.incoming import PushBatch, Submitter
from sync.central.log.push_result import PushResult
from sync.central.service.district import OpenDistrict
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains as ledger
from sync.ledger.chains import Entry
from sync.model.validation import STORE


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An edit of the store's own device, made on an admin's command."""

    ledger: str
    kind: str
    record: str
    fields: dict[str, Any]
    over: dict[str, list[str]] = {}
    why: str = ""


def write(opened: OpenDistrict, edits: Iterable[Edit]) -> PushResult:
    """Keep edits of the store's own device, all in one transaction."""
    kept = list(edits)
    return opened.engine.transact(lambda session: write_in(opened, session, kept))


def write_in(opened: OpenDistrict, session: Session, edits: Sequence[Edit]) -> PushResult:
    """The same inside a transaction that is open."""
    (device,) = session.row(statements.OWN_DEVICE, (opened.id,)) or ("",)  # a restoration may rename it
    private = opened.district.private_key
    log = opened.log(session)
    batch = PushBatch()
    ends: dict[str, tuple[int, str]] = {}
    for edit in edits:
        if edit.ledger not in ends:
            row = session.row(statements.CHAIN, (opened.id, edit.ledger, device))
            ends[edit.ledger] = (row[0], row[1]) if row else (0, "")
        entry = _compose(edit, device, *ends[edit.ledger])
        ends[edit.ledger] = (entry.head.seq, entry.hash)
        batch.chains.setdefault((edit.ledger, device), []).append((entry, ACCEPTED))
    for name, chain in batch.chains.items():
        last = chain[-1][0]
        batch.seals[name] = ledger.make_seal(private, opened.id, *name, last.head.seq, last.hash)
    return log.take(batch, Submitter(device=device, person=STORE, key=opened.district.public_key))


def _compose(edit: Edit, device: str, seq: int, previous: str) -> Entry:
    return ledger.compose(
        ledger=edit.ledger,
        device=device,
        seq=seq + 1,
        prev=previous,
        kind=edit.kind,
        record=edit.record,
        fields=edit.fields,
        by=STORE,
        at=ledger.now(),
        over=edit.over,
        why=edit.why,
    )
