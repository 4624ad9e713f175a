"""Entries in: chains checked, verdicts given, numbers handed out, receipts signed, all in one transaction.

Sending the same entries again, in parallel or in pieces, changes nothing. A missing predecessor is no fault: nothing
of that chain beyond the gap is kept, and the answer says how far the store has it. What no order of arrival would make
good is kept too: in its place in the chain (`apart`), or, where it has no place, in quarantine outside of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from sync import apart_places, ledger, wire
from sync.apart_places import NOWHERE, Places
from sync.central import statements
from sync.central.arriving import Arriving, ChainName, Writer
from sync.central.blobs import refer
from sync.central.covering import apart_up_to
from sync.central.engine import Session
from sync.central.judge import Verdict, may_be_released
from sync.central.rulings import Ruling, read_ruling
from sync.ids import LEDGER_STAFF
from sync.ledger import Entry, Receipt, Seal
from sync.rulings import KIND as RULING
from sync.rulings import RELEASABLE, RELEASED

read_receipt = msgspec.json.Decoder(Receipt).decode
_FORK: Verdict = ("fork", "Another entry stands in this place: the laptop's file was restored or copied.")
_BARE = "bare"


class Taken(msgspec.Struct, kw_only=True):
    """What came of it, as the answer says it."""

    have: list[wire.Have] = []
    kept: list[wire.Kept] = []
    receipts: list[Receipt] = []
    released: list[Receipt] = []
    skews: list[wire.Skew] = []
    added: int = 0
    staff_changed: bool = False


class HeldChain(msgspec.Struct, kw_only=True):
    """One chain as the store holds it."""

    seq: int = 0
    hash: str = ""
    seal_seq: int = 0
    seal_hash: str = ""
    seal_sig: str = ""
    receipt: str = ""


def running_hash(before: str, hash_: str, code: str, *, is_bare: bool = False) -> str:
    """The log's hash at an entry, over all before it; `is_bare`: it came without its content, to a restored store.

    Such a log is another than the lost one with the content, so that whoever has read that notices and gives it back.
    """
    return hashlib.sha256((before + hash_ + code + (_BARE if is_bare else "")).encode()).hexdigest()


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
        self._apart: list[tuple[object, ...]] = []
        self._rulings: list[Ruling] = []
        self._apart_now: dict[ChainName, list[int]] = {}  # places, until the chain's receipt names them
        self._skew = 0
        self._released_before: list[tuple[str, str, int, str]] = []
        self._apart_before: list[tuple[ChainName, int, str, Verdict]] = []

    def take(self, arriving: Arriving, writer: Writer, skew: int = 0) -> Taken:
        """Keep what is new of a request; everything it brings gets its verdict and its receipt.

        `skew`: the seconds by which the device's clock is wrong; 0 where it is not, or nobody knows.
        """
        self._skew = skew
        for name, chain in arriving.chains.items():
            self._take_chain(name, chain, arriving.seals.get(name))
        for entry in arriving.foreign:
            self._take_foreign(entry, writer)
        for raw, code, message in arriving.aside:
            self._set_aside(raw, writer, code, message)
        for raw, code, message in arriving.damaged:
            self._quarantine(raw, writer.device, code, message)
        self.finish()
        return self.taken

    def finish(self) -> None:
        """Write down what was added so far; may be called again after more."""
        if not self._rows and not self._released_before and not self._apart_before:
            return
        self.session.many(statements.ADD_ENTRY, self._rows)
        for recall in self._apart_before:
            self._recall(*recall)
        self.session.many(statements.ADD_APART, self._apart)
        self._carry_out_rulings()
        values = (self.number, self.running, self.staff_number, self.district)
        self.session.run(statements.ADVANCE_COUNTER, values)
        self.taken.added += len(self._rows)
        self._rows, self._apart, self._rulings, self._released_before, self._apart_before = [], [], [], [], []

    def _take_chain(self, name: ChainName, chain: list[tuple[Entry, Verdict]], seal: Seal | None) -> None:
        held = self.held(name)
        known = self._known(name, chain[0][0].head.seq, held.seq)
        again = [entry for entry, _ in chain if known.get(entry.head.seq) == entry.hash] if known else []
        if again:
            self.fill(name, again)
            self._tell_again(name, again[0].head.seq, held.seq)
        fresh, is_whole = self._fresh(chain, held, known)
        if not is_whole:
            self.taken.have.append(wire.Have(ledger=name[0], device=name[1], seq=held.seq, hash=held.hash))
        elif fresh:
            self._extend(name, held, fresh, seal)
        if held.receipt:
            self.taken.receipts.append(read_receipt(held.receipt))
        if again and (held.seq, held.hash) not in {(entry.head.seq, entry.hash) for entry, _ in chain}:
            self.vouch_for(name, again[-1].head.seq, again[-1].hash)

    def fill(self, name: ChainName, entries: Sequence[Entry]) -> None:
        """Give the heads that stand here without content (others gave them back so) what belongs to them."""
        bodies = [(each.raw_body, self.district, *name, each.head.seq) for each in entries if each.raw_body]
        self.session.many(statements.FILL_BODY, bodies)

    def vouch_for(self, name: ChainName, seq: int, hash_: str) -> None:
        """A receipt for an entry that stands in its place and is sent again; the laptop may not hold what follows."""
        row = self.session.row(statements.ENTRY_NUMBER, (self.district, *name, seq))
        if row is not None:
            apart = apart_up_to(self.session, self.district, name, self.held(name)).up_to(seq)
            self.taken.receipts.append(self.receipt(name, seq, hash_, row[0], apart=apart))

    def _fresh(
        self, chain: list[tuple[Entry, Verdict]], held: HeldChain, known: dict[int, str]
    ) -> tuple[list[tuple[Entry, Verdict]], bool]:
        """What follows the chain's end without a hole, and whether the seal at the request's end vouches for it.

        It vouches only for what is chained to the entry it names: entries before a hole wait until one does.
        """
        fresh: list[tuple[Entry, Verdict]] = []
        seq, hash_ = held.seq, held.hash
        forked = seq > 0 and self.is_closed(chain[0][0].head.ledger, chain[0][0].head.device)
        for entry, verdict in chain:
            head = entry.head
            if known.get(head.seq) == entry.hash:
                continue
            if head.seq == seq + 1 and head.prev == hash_ and not forked:
                known[head.seq] = hash_ = entry.hash
                seq = head.seq
                fresh.append((entry, verdict))
            elif head.seq <= seq + 1 or forked:
                forked = True
                self._fork(entry)
            else:
                return [], False
        return fresh, not fresh or fresh[-1][0] is chain[-1][0] or fresh[-1][0].hash == chain[-1][0].hash

    def is_closed(self, ledger_id: str, device: str) -> bool:
        """Whether the chain was found to have two ends, so that nothing may follow either."""
        return self.session.row(statements.CLOSED, (self.district, ledger_id, device)) is not None

    def _extend(self, name: ChainName, held: HeldChain, fresh: list[tuple[Entry, Verdict]], seal: Seal | None) -> None:
        for entry, verdict in fresh:
            self.add(entry, verdict)
        last = fresh[-1][0]
        if self._skew:
            self._note_skew(name, fresh[0][0].head.seq, last.head.seq)
        held.seq, held.hash = last.head.seq, last.hash
        if seal is not None:
            held.seal_seq, held.seal_hash, held.seal_sig = seal.seq, seal.hash, seal.sig
        self.end(name, held)

    def _note_skew(self, name: ChainName, first: int, last: int) -> None:
        self.session.run(statements.ADD_SKEW, (self.district, *name, first, last, self._skew))
        skew = wire.Skew(ledger=name[0], device=name[1], first=first, last=last, seconds=self._skew)
        self.taken.skews.append(skew)

    def end(self, name: ChainName, held: HeldChain) -> None:
        """Keep a chain's new end, whose last entry has just been added, with its receipt."""
        apart = apart_places.places(self._apart_now.pop(name, ())) | apart_up_to(
            self.session, self.district, name, held
        )
        receipt = self.receipt(name, held.seq, held.hash, self.number, apart=apart)
        held.receipt = msgspec.json.encode(receipt).decode()
        self._put(name, held)

    def _known(self, name: ChainName, first: int, last: int) -> dict[int, str]:
        """The hashes held from `first` to `last`."""
        if first > last:
            return {}
        return dict(self.session.rows(statements.ENTRY_HASHES, (self.district, *name, first, last)))

    def _tell_again(self, name: ChainName, first: int, last: int) -> None:
        """Repeat what was kept apart of entries sent again: the receipt at the end covers those beside it as well."""
        rows = self.session.rows(statements.APART_BETWEEN, (self.district, *name, first, last))
        for seq, hash_, number, at, code, message, released in rows:
            if released:
                self.taken.receipts.append(read_receipt(released))
                continue
            place = {"ledger": name[0], "device": name[1], "seq": seq, "hash": hash_, "number": number, "code": code}
            self.taken.kept.append(wire.Kept(message=message, **place))
            self.taken.receipts.append(self.receipt(name, seq, hash_, number, code, at))

    def _fork(self, entry: Entry) -> None:
        self._quarantine(wire.line(entry), entry.head.device, *_FORK)
        self._keep(entry, *_FORK)

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

    def add(self, entry: Entry, verdict: Verdict) -> None:
        """Hand out the next number to an entry that goes on with its chain."""
        head, code = entry.head, verdict[0]
        self._advance(entry.hash, code, is_bare=entry.raw_body is None)
        place = (self.district, self.number, head.ledger, head.device, head.seq, entry.hash)
        self._rows.append((*place, head.kind, head.record, code, self.running, entry.raw_head, entry.raw_body))
        if code:
            self._keep(entry, code, verdict[1], self.number)
            receipt = self.receipt((head.ledger, head.device), head.seq, entry.hash, self.number, code)
            self.taken.receipts.append(receipt)
            where = (self.district, head.ledger, head.device, head.seq, entry.hash)
            self._apart.append((*where, self.number, self.time, *verdict))
            self._apart_now.setdefault((head.ledger, head.device), []).append(head.seq)
            return
        refer(self.session, self.district, entry)
        if head.ledger == LEDGER_STAFF:
            self.staff_number = self.number
            self.taken.staff_changed = True
        if head.kind == RULING and (ruling := read_ruling(entry, self.number)) is not None:
            self._rulings.append(ruling)

    def _carry_out_rulings(self) -> None:
        """Release what the office let stand, whichever arrived first, the ruling or the entry."""
        released = list(self._released_before)
        for ruling in self._rulings:
            self.session.run(statements.ADD_RULING, (self.district, *ruling.row()))
            if ruling.verdict == RELEASED:
                released.append((ruling.ledger, ruling.device, ruling.seq, ruling.target))
        for _, ledger_id, device, seq, hash_, *_ in self._apart:
            if self.session.row(statements.RELEASE_OF, (self.district, hash_)) is not None:
                released.append((str(ledger_id), str(device), int(str(seq)), str(hash_)))
        for place in released:
            self._release(*place)

    def release_again(self, name: ChainName, seq: int, hash_: str) -> None:
        """Let an entry stand that the office had released before the store was restored, as its receipt proves."""
        self._released_before.append((*name, seq, hash_))

    def recall(self, name: ChainName, seq: int, hash_: str, verdict: Verdict) -> None:
        """Keep apart what this store had kept apart before it was restored, as its receipt proves."""
        self._apart_before.append((name, seq, hash_, verdict))

    def _recall(self, name: ChainName, seq: int, hash_: str, verdict: Verdict) -> None:
        """Take back an acceptance, under a number of its own, so that every laptop gets it that has read past it."""
        row = self.session.row(statements.ACCEPTED_ENTRY, (self.district, *name, seq, hash_))
        if row is None:
            return
        place = (self.district, *name, seq)
        self._advance(hash_, verdict[0])
        values = (self.district, self.number, row[0], *name, seq, verdict[0], self.running)
        self.session.run(statements.ADD_RECALLED, values)
        self.session.run(statements.SET_CODE, (verdict[0], self.district, row[0]))
        self._apart.append((*place, hash_, row[0], self.time, *verdict))
        if name[0] == LEDGER_STAFF:
            self.staff_number = self.number
            self.taken.staff_changed = True
        held = self.held(name)
        apart = apart_up_to(self.session, self.district, name, held) | apart_places.places([seq])
        receipt = self.receipt(name, held.seq, held.hash, read_receipt(held.receipt).number, apart=apart)
        held.receipt = msgspec.json.encode(receipt).decode()
        self._put(name, held)

    def _release(self, ledger_id: str, device: str, seq: int, hash_: str) -> None:
        """Accept an entry kept apart, under a number of its own, so that every laptop gets it that has read past it."""
        row = self.session.row(statements.APART_ENTRY, (self.district, ledger_id, device, seq, hash_))
        if row is None or row[1] not in RELEASABLE or not may_be_released(ledger.read_entry(row[2], row[3])):
            return
        self._advance(hash_, "")
        refer(self.session, self.district, ledger.read_entry(row[2], row[3]))
        receipt = self.receipt((ledger_id, device), seq, hash_, self.number, RELEASED)
        text = msgspec.json.encode(receipt).decode()
        self.session.run(
            statements.ADD_RELEASE, (self.district, self.number, row[0], ledger_id, device, self.running, text)
        )
        self.taken.released.append(receipt)
        self._release_what_was_written_again(hash_)

    def _release_what_was_written_again(self, hash_: str) -> None:
        """What is released stands written again, too, where two sides claimed its place."""
        row = self.session.row(statements.AGAIN, (self.district, hash_))
        found = None if row is None else self.session.row(statements.ENTRY_AT, (self.district, row[0]))
        if found is not None:
            ledger_id, device, seq, head, _ = found
            self._release(ledger_id, device, seq, ledger.digest(head))

    def _advance(self, hash_: str, code: str, *, is_bare: bool = False) -> None:
        """Hand out the next arrival number; the running hash follows what it was handed out for."""
        self.number += 1
        self.running = running_hash(self.running, hash_, code, is_bare=is_bare)

    def receipt(
        self,
        name: ChainName,
        seq: int,
        hash_: str,
        number: int,
        code: str = "",
        at: str = "",
        apart: Places = NOWHERE,
    ) -> Receipt:
        """A receipt for one entry with its `code`, or without one for a chain up to there but for what is `apart`."""
        receipt = Receipt(
            ledger=name[0],
            device=name[1],
            seq=seq,
            hash=hash_,
            log=apart_places.write(self.name, apart),
            number=number,
            at=at or self.time,
            verdict="apart" if code not in ("", RELEASED) else "accepted",
            code=code,
            sig="",
        )
        return ledger.sign_receipt(self.private_key, self.district, receipt)

    def held(self, name: ChainName) -> HeldChain:
        """A chain as it stands."""
        row = self.session.row(statements.CHAIN, (self.district, *name))
        if row is None:
            return HeldChain()
        seq, hash_, seal_seq, seal_hash, seal_sig, receipt = row
        seal = {"seal_seq": seal_seq, "seal_hash": seal_hash, "seal_sig": seal_sig}
        return HeldChain(seq=seq, hash=hash_, receipt=receipt, **seal)

    def _put(self, name: ChainName, held: HeldChain) -> None:
        values = (held.seq, held.hash, held.seal_seq, held.seal_hash, held.seal_sig, held.receipt)
        self.session.run(statements.PUT_CHAIN, (self.district, *name, *values))
