"""Entries in: chains checked, verdicts given, numbers handed out, receipts signed, all in one transaction.

Sending the same entries again, in parallel or in pieces, changes nothing. A missing predecessor is no fault: nothing
of that chain beyond the gap is kept, and the answer says how far the store has it. What no order of arrival would make
good is kept too: in its place in the chain (`apart`), or, where it has no place, in quarantine outside of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from sync import ids, ledger, wire
from sync.central import statements
from sync.central.access import Access
from sync.central.engine import Session
from sync.central.judge import ACCEPTED, Verdict, judge
from sync.ids import LEDGER_STAFF
from sync.ledger import Entry, MalformedEntry, Receipt, Seal

_receipts = msgspec.json.Decoder(Receipt)

ChainName = tuple[str, str]  # ledger, device


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """The device a set of entries comes from."""

    device: str
    person: str
    key: str


class Arriving(msgspec.Struct, kw_only=True):
    """What a request brings, read and judged as far as that needs no database."""

    chains: dict[ChainName, list[tuple[Entry, Verdict]]] = {}
    seals: dict[ChainName, Seal] = {}
    aside: list[tuple[bytes, str, str]] = []  # raw line, code, message: what has no place in a chain of this device
    foreign: list[Entry] = []


class Taken(msgspec.Struct, kw_only=True):
    """What came of it, as the answer says it."""

    have: list[wire.Have] = []
    kept: list[wire.Kept] = []
    receipts: list[Receipt] = []
    added: int = 0
    staff_changed: bool = False


def read_lines(
    lines: Sequence[bytes], seals: Sequence[Seal], writer: Writer, access: Access, district: str
) -> Arriving:
    """Read and judge the lines of a request; needs no database, so it runs outside the transaction."""
    arriving = Arriving()
    entries: list[Entry] = []
    for line in lines:
        try:
            entry = wire.pushed_entry(line)
        except MalformedEntry as error:
            arriving.aside.append((line, "malformed", f"The entry cannot be read: {error}."))
            continue
        head = entry.head
        if head.device != writer.device:
            arriving.foreign.append(entry)
        elif head.seq < 1 or not ids.is_plain_id(head.ledger) or head.v != ledger.FORMAT_VERSION:
            arriving.aside.append((line, "malformed", "The entry has no place in a ledger."))
        else:
            entries.append(entry)
    entries.sort(key=lambda entry: entry.head.ledger != LEDGER_STAFF)  # stable: who may do what is judged first
    for entry in entries:
        name = (entry.head.ledger, entry.head.device)
        arriving.chains.setdefault(name, []).append((entry, judge(entry, access, writer.person)))
    for chain in arriving.chains.values():
        chain.sort(key=lambda each: each[0].head.seq)
    _match_seals(arriving, seals, writer, district)
    return arriving


def _match_seals(arriving: Arriving, seals: Sequence[Seal], writer: Writer, district: str) -> None:
    """A chain whose last entry here has no seal that holds is kept apart, entry by entry."""
    given = {(seal.ledger, seal.device): seal for seal in seals}
    for name, chain in arriving.chains.items():
        last = chain[-1][0]
        seal = given.get(name)
        fits = seal is not None and (seal.seq, seal.hash) == (last.head.seq, last.hash)
        if seal is not None and fits and ledger.seal_holds(seal, district, writer.key):
            arriving.seals[name] = seal
        else:
            bad = ("bad_seal", "The device's signature over its entries does not hold.")
            arriving.chains[name] = [(entry, bad) for entry, _ in chain]


class _Chain(msgspec.Struct, kw_only=True):
    """One chain as the store holds it."""

    seq: int = 0
    hash: str = ""
    seal_seq: int = 0
    seal_hash: str = ""
    seal_sig: str = ""
    receipt: str = ""


class Log:
    """The log of one district inside one transaction that adds to it."""

    def __init__(self, session: Session, district: str, private_key: str, time: str) -> None:
        self.session = session
        self.district = district
        self.private_key = private_key
        self.time = time
        counter = session.row(statements.LOCK_COUNTER, (district,))
        assert counter is not None  # noqa: S101 - the store was opened on this district
        self.number, self.running, self.staff_number, self.name = counter
        self.taken = Taken()
        self._rows: list[tuple[object, ...]] = []

    def take(self, arriving: Arriving, writer: Writer) -> Taken:
        """Keep what is new of a request; everything it brings gets its verdict and its receipt."""
        for name, chain in arriving.chains.items():
            self._take_chain(name, chain, arriving.seals.get(name))
        for entry in arriving.foreign:
            self._take_foreign(entry, writer)
        for raw, code, message in arriving.aside:
            self._set_aside(raw, writer, code, message)
        if self._rows:
            self.session.many(statements.ADD_ENTRY, self._rows)
            values = (self.number, self.running, self.staff_number, self.district)
            self.session.run(statements.ADVANCE_COUNTER, values)
        self.taken.added = len(self._rows)
        return self.taken

    def _take_chain(self, name: ChainName, chain: list[tuple[Entry, Verdict]], seal: Seal | None) -> None:
        held = self._held(name)
        moved = False
        for entry, verdict in chain:
            head = entry.head
            if head.seq <= held.seq:
                self._again(entry, held)
            elif head.seq == held.seq + 1 and head.prev == held.hash:
                held.seq, held.hash, moved = head.seq, entry.hash, True
                self._add(entry, verdict)
            else:
                self._missing(name, entry, held)
                break
        if moved:
            if seal is not None and seal.seq == held.seq:
                held.seal_seq, held.seal_hash, held.seal_sig = seal.seq, seal.hash, seal.sig
            receipt = self._receipt(name, held.seq, held.hash, self.number)
            held.receipt = msgspec.json.encode(receipt).decode()
            self._put(name, held)
        if held.receipt:
            self.taken.receipts.append(_receipts.decode(held.receipt))

    def _missing(self, name: ChainName, entry: Entry, held: _Chain) -> None:
        """An entry that does not follow: say how far the store has the chain, or that it branches off."""
        if entry.head.seq == held.seq + 1:
            self._fork(entry)
        self.taken.have.append(wire.Have(ledger=name[0], device=name[1], seq=held.seq, hash=held.hash))

    def _again(self, entry: Entry, held: _Chain) -> None:
        """An entry of a place already taken: the same one changes nothing, another one is a fork."""
        head = entry.head
        same = entry.hash == held.hash
        if head.seq != held.seq:
            row = self.session.row(statements.ENTRY_HASH, (self.district, head.ledger, head.device, head.seq))
            same = row is not None and row[0] == entry.hash
        if not same and not any(row[5] == entry.hash for row in self._rows[-1:]):
            self._fork(entry)

    def _fork(self, entry: Entry) -> None:
        message = "Another entry stands in this place: the laptop's file was restored or copied."
        self._quarantine(wire.line(entry), entry.head.device, "fork", message)
        self._keep(entry, "fork", message)

    def _take_foreign(self, entry: Entry, writer: Writer) -> None:
        """An entry of another device: fine if the store holds it, else set aside, so that nobody can block a chain."""
        head = entry.head
        row = self.session.row(statements.ENTRY_HASH, (self.district, head.ledger, head.device, head.seq))
        if row is None or row[0] != entry.hash:
            message = "The entry is another device's."
            self._quarantine(wire.line(entry), writer.device, "foreign_device", message)
            self._keep(entry, "foreign_device", message)

    def _set_aside(self, raw: bytes, writer: Writer, code: str, message: str) -> None:
        self._quarantine(raw, writer.device, code, message)
        name = ledger.digest(raw)
        self.taken.kept.append(wire.Kept(ledger="", device=writer.device, seq=0, hash=name, code=code, message=message))

    def _quarantine(self, raw: bytes, device: str, code: str, message: str) -> None:
        values = (self.district, ledger.digest(raw), device, self.time, code, message, raw)
        self.session.run(statements.ADD_QUARANTINE, values)

    def _keep(self, entry: Entry, code: str, message: str, number: int = 0) -> None:
        head = entry.head
        kept = wire.Kept(
            ledger=head.ledger,
            device=head.device,
            seq=head.seq,
            hash=entry.hash,
            code=code,
            message=message,
            number=number,
        )
        self.taken.kept.append(kept)

    def _add(self, entry: Entry, verdict: Verdict) -> None:
        head, code = entry.head, verdict[0]
        self.number += 1
        self.running = hashlib.sha256(f"{self.running}{entry.hash}{code}".encode()).hexdigest()
        self._rows.append(
            (
                self.district,
                self.number,
                head.ledger,
                head.device,
                head.seq,
                entry.hash,
                head.kind,
                head.record,
                code,
                self.running,
                entry.raw_head,
                entry.raw_body,
            )
        )
        if verdict != ACCEPTED:
            self._keep(entry, code, verdict[1], self.number)
            receipt = self._receipt((head.ledger, head.device), head.seq, entry.hash, self.number, code)
            self.taken.receipts.append(receipt)
        elif head.ledger == LEDGER_STAFF:
            self.staff_number = self.number
            self.taken.staff_changed = True

    def _receipt(self, name: ChainName, seq: int, hash_: str, number: int, code: str = "") -> Receipt:
        receipt = Receipt(
            ledger=name[0],
            device=name[1],
            seq=seq,
            hash=hash_,
            log=self.name,
            number=number,
            at=self.time,
            verdict="apart" if code else "accepted",
            code=code,
            sig="",
        )
        return ledger.sign_receipt(self.private_key, self.district, receipt)

    def _held(self, name: ChainName) -> _Chain:
        row = self.session.row(statements.CHAIN, (self.district, *name))
        if row is None:
            return _Chain()
        seq, hash_, seal_seq, seal_hash, seal_sig, receipt = row
        return _Chain(seq=seq, hash=hash_, seal_seq=seal_seq, seal_hash=seal_hash, seal_sig=seal_sig, receipt=receipt)

    def _put(self, name: ChainName, held: _Chain) -> None:
        values = (held.seq, held.hash, held.seal_seq, held.seal_hash, held.seal_sig, held.receipt)
        self.session.run(statements.PUT_CHAIN, (self.district, *name, *values))
