"""Every entry held here as it was written, in an order of its own making: by ledger, device and number."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sync.ledger.chains import HASH_PREFIX, Body, Certificate, MalformedEntry, Receipt, Seal, make_seal, read_body
from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.proof_file import FORMAT, Heading, Line, written
from sync.replica.projection.tables import heads, load_record
from sync.replica.replica import Replica

_WAS = '"was":"'  # in the head of an entry written again
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
            hash=HASH_PREFIX + hash_.hex(),
            number=number,
            code=code,
            head=bytes(raw_head).decode(),
            body=None if raw_body is None else bytes(raw_body).decode(),
            kind=head.kind,
            record=head.record,
        )


def kept_edits(replica: Replica, unit: str = "") -> Iterator[Kept]:
    """The same, every edit once: of one that was written again the entry that is shown, under its first one's hash.

    What only the heads are here of, and is not kept apart, is left out: nobody else need ever have heard of it.
    """
    written_again = _written_again(replica)
    for each in kept_entries(replica, unit):
        found = written_again.get((each.ledger, each.device, each.seq))
        shown = each if found is None else found.as_one(each) if found.is_shown_at(each.device, each.seq) else None
        if shown is not None and (shown.body is not None or shown.code):
            yield shown


class _WrittenAgain(msgspec.Struct, frozen=True, kw_only=True):
    """An edit with its twins, and its content if any of them has it here."""

    edit: Edit
    body: str | None

    def is_shown_at(self, device: str, seq: int) -> bool:
        """Whether that is the place in which the edit is shown."""
        return (self.edit.device, self.edit.seq) == (device, seq)

    def as_one(self, shown: Kept) -> Kept:
        """The entry shown, with the best that became of any and under the name of the first."""
        counts = [twin for twin in self.edit.twins if twin.counts]
        code, number = ("", max(twin.number for twin in counts) or None) if counts else (shown.code, shown.number)
        return msgspec.structs.replace(shown, hash=self.edit.hash, body=self.body, code=code, number=number)


def _written_again(replica: Replica) -> dict[tuple[str, str, int], _WrittenAgain]:
    """The edits that were written again, by the place of each of their entries."""
    records = replica.connection.execute(
        "SELECT DISTINCT record FROM entry WHERE instr(head, CAST(? AS BLOB)) > 0", (_WAS,)
    )
    places: dict[tuple[str, str, int], _WrittenAgain] = {}
    for (record,) in records.fetchall():
        by_ledger: dict[str, list[Edit]] = {}
        bodies: dict[str, str] = {}
        for loaded in load_record(replica.connection, record):
            by_ledger.setdefault(loaded.head.ledger, []).append(loaded.edit)
            if loaded.raw_body is not None:
                bodies[loaded.head.body] = bytes(loaded.raw_body).decode()
        for edit in (edit for edits in by_ledger.values() for edit in edits_of(edits)):
            found = _WrittenAgain(edit=edit, body=bodies.get(edit.body))
            places |= {(edit.ledger, twin.device, twin.seq): found for twin in edit.twins}
    return places


def evidence(replica: Replica, unit: str = "") -> Iterator[bytes]:
    """Yield one unit's ledger, or all held here, as the lines of a proof file (`sync.ledger.proof_file`)."""
    identity = replica.joined()
    heading = Heading(
        format=FORMAT,
        district=identity.district,
        store_key=identity.store_key,
        device=identity.device,
        certificates=_certificates(replica, unit),
        seals=_seals(replica, unit),
        receipts=_receipts(replica, unit),
    )
    return written(heading, map(_line, kept_entries(replica, unit)), identity.private_key)


def _line(kept: Kept) -> Line:
    return Line(head=kept.head, body=kept.body, number=kept.number, apart=kept.code)


def _seals(replica: Replica, unit: str) -> list[Seal]:
    """The newest seal of every chain; of this device's own, one of their ends as of now."""
    identity = replica.joined()
    seals = []
    for ledger, device, seq, hash_, sealed, sealed_hash, sig in replica.connection.execute(
        "SELECT c.ledger, c.device, c.seq, c.hash, s.seq, s.hash, s.sig FROM chain c LEFT JOIN seal s ON s.chain = c.id"
        f" {_of(unit)} ORDER BY c.ledger, c.device",
        _given(unit),
    ):
        if device == identity.device and seq and sealed != seq:
            seals.append(make_seal(identity.private_key, identity.district, ledger, device, seq, hash_))
        elif sealed is not None:
            seals.append(Seal(ledger=ledger, device=device, seq=sealed, hash=sealed_hash, sig=sig))
    return seals


def _receipts(replica: Replica, unit: str) -> list[Receipt]:
    """The store's receipts, one a chain and verdict."""
    names = ("ledger", "device", "seq", "hash", "log", "number", "at", "verdict", "code", "sig")
    rows = replica.connection.execute(
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM chain c"
        f" JOIN receipt r ON r.chain = c.id {_of(unit)} ORDER BY c.ledger, c.device, r.apart",
        _given(unit),
    )
    return [Receipt(**dict(zip(names, row, strict=True))) for row in rows]


def _certificates(replica: Replica, unit: str) -> list[Certificate]:
    """What the store says of the keys of those who wrote here, and of this device's."""
    own = replica.joined().certificate
    names = ("device", "person", "key", "at", "sig")
    rows = replica.connection.execute(
        "SELECT device, person, key, at, sig FROM certificate WHERE device <> ?"
        f" AND device IN (SELECT device FROM chain c {_of(unit)}) ORDER BY device",
        (own.device, *_given(unit)),
    )
    return [own, *(Certificate(**dict(zip(names, row, strict=True))) for row in rows)]


def _of(unit: str) -> str:
    return "WHERE c.ledger = ?" if unit else ""


def _given(unit: str) -> tuple[str, ...]:
    return (unit,) if unit else ()
