"""What is kept apart or lies in quarantine, as the office's commands list, show, release and answer it."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.central.access.permissions import Access
from sync.central.access.verdict import may_be_released
from sync.central.admin.staff import put
from sync.central.log.rulings import MOST_TEXT
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains as ledger
from sync.ledger import ids
from sync.ledger.chains import AGAIN, MalformedEntry
from sync.ledger.ids import LEDGER_STAFF
from sync.model import quarantine
from sync.model.quarantine import RELEASABLE, RELEASED


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
    edits = _Edits(session, district)
    items: dict[str, Item] = {}
    for ledger_id, device, seq, hash_, at, code, head, body in session.rows(statements.APART, (district,)):
        item = _item(access, hash_, (ledger_id, device, seq), at, code, head, body)
        if (name := edits.waiting(head, hash_)) and (name not in items or device.startswith(AGAIN)):
            items[name] = item  # of twins the one that the store wrote again: a ruling on it is heard by everybody
    for digest, device, at, code, raw in session.rows(statements.QUARANTINE_ALL, (district,)):
        head, _, body = raw.partition(b"\t")
        if edits.waiting(head, digest):
            items[digest] = _item(access, digest, (LEDGER_STAFF, device, 0), at, code, head, body)
    return [
        msgspec.structs.replace(item, ruling=ruled[item.id][1], comment=ruled[item.id][2]) if item.id in ruled else item
        for item in items.values()
    ]


class _Edits:
    """The edits of whose entries some are apart: one that was written again and stands waits for nobody."""

    def __init__(self, session: Session, district: str) -> None:
        self.session = session
        self.district = district
        self._standing: dict[str, set[str]] = {}  # by ledger: the bodies of what stands there

    def waiting(self, raw_head: bytes, name: str) -> str:
        """What the edit in an entry, or in a line by that name, is known by; empty if it stands elsewhere."""
        try:
            head = ledger.read_entry(raw_head, None).head
        except MalformedEntry:
            return name
        return "" if head.body in self._bodies(head.ledger) else f"{head.ledger} {head.record} {head.body}"

    def _bodies(self, ledger_id: str) -> set[str]:
        known = self._standing.get(ledger_id)
        if known is None:
            rows = self.session.each(statements.LEDGER_ENTRIES, (self.district, ledger_id))
            known = {ledger.read_entry(head, None).head.body for _, _, code, head, _ in rows if not code}
            self._standing[ledger_id] = known
        return known


def _item(
    access: Access, id_: str, place: tuple[str, str, int], at: str, code: str, raw_head: bytes, raw_body: bytes | None
) -> Item:
    ledger_id, device, seq = place
    known = access.devices.get(device)
    person = access.persons.get(known.person) if known else None
    kind = record = why = ""
    fields: dict[str, Any] = {}
    raw = ""
    releasable = False
    try:
        entry = ledger.read_entry(raw_head, raw_body or None)
        kind, record = entry.head.kind, entry.head.record
        body = ledger.read_body(raw_body or b"")
        fields, why = body.set, body.why
        releasable = bool(seq) and code in RELEASABLE and may_be_released(entry)
    except MalformedEntry:
        raw = (raw_head + b"\t" + (raw_body or b"")).decode("utf-8", "replace")[:MOST_TEXT]
    return Item(
        id=id_,
        place=quarantine.place_of(device, seq),
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
        releasable=releasable,
    )


def every_item(store: Store) -> list[Item]:
    """The same over an open store."""
    access = store.access()
    return store.engine.read(lambda session: listed(session, store.district.id, access))


def item_named(store: Store, text: str) -> Item:
    """The item an admin means, by its id or the beginning of it (with or without `sha256:`)."""
    wanted = text.removeprefix(ledger.HASH_PREFIX)
    fitting = [item for item in every_item(store) if wanted and item.id[7:].startswith(wanted)]
    if len(fitting) != 1:
        raise Refusal("not_found", "refused.nothing_apart", name=text)
    return fitting[0]


def rule(store: Store, text: str, verdict: str, comment: str) -> str:
    """Rule on an item as the store's own device; the item's id.

    Raises `Denied` for a release that makes no sense, `InvalidFields` for a comment that cannot be.
    """
    item = item_named(store, text)
    if verdict == RELEASED and not item.releasable:
        raise Refusal("bad_request", "refused.not_releasable")
    fields = {"target": item.id, "place": item.place, "verdict": verdict, "comment": comment}
    put(store, [Edit(ledger=item.ledger, kind=quarantine.KIND, record=ids.new_id(), fields=fields)])
    return item.id
