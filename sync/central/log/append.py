"""Entries in: chains checked, verdicts given, numbers handed out, receipts signed, all in one transaction.

Sending the same entries again, in parallel or in pieces, changes nothing. A missing predecessor is no fault: nothing
of that chain beyond the gap is kept, and the answer says how far the store has it. What no order of arrival would make
good is kept too: in its place in the chain (`apart`), or, where it has no place, in quarantine outside of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.central.access.late import is_late
from sync.central.access.unit_gates import UnitGates
from sync.central.access.verdict import ACCEPTED, Verdict
from sync.central.log.blobs import refer
from sync.central.log.covering import apart_up_to
from sync.central.log.head import ChainHead, LogHead
from sync.central.log.incoming import PushBatch, Submitter
from sync.central.log.push_result import PushResult
from sync.central.log.revisions import ApartRow, Revisions
from sync.central.log.rulings import read_ruling
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains
from sync.ledger.chains import ChainName, Entry, Seal, read_receipt
from sync.ledger.ids import LEDGER_STAFF
from sync.model import quarantine_ranges
from sync.model.quarantine import KIND as RULING
from sync.protocol import codec

_FORK: Verdict = ("fork", "Another entry stands in this place: the laptop's file was restored or copied.")


class Log:
    """The log of one district inside one transaction that adds to it."""

    def __init__(self, session: Session, district: str, private_key: str, time: str) -> None:
        self.session = session
        self.district = district
        self.head = LogHead(session, district, private_key, time)
        self.result = PushResult()
        self.revisions = Revisions(self.head, self.result)
        self._rows: list[tuple[object, ...]] = []
        self._apart: list[ApartRow] = []
        self._apart_now: dict[ChainName, list[int]] = {}  # places, until the chain's receipt names them
        self._skew = 0
        self._gates: UnitGates | None = None

    def take(self, batch: PushBatch, submitter: Submitter, skew: int = 0, seen: int | None = None) -> PushResult:
        """Keep what is new of a request; everything it brings gets its verdict and its receipt.

        `skew`: the seconds by which the device's clock is wrong; 0 where it is not, or nobody knows. `seen`: up to
        which number the device has received the log; None for the store's own, checked before they are made.
        """
        self._skew = skew
        if seen is not None:
            self._gates = UnitGates(self.session, self.district, submitter.device, seen, batch.chains)
        for name, chain in batch.chains.items():
            self._take_chain(name, chain, batch.seals.get(name))
        for entry in batch.foreign:
            self._take_foreign(entry, submitter)
        for raw, code, message in batch.aside:
            self._set_aside(raw, submitter, code, message)
        for raw, code, message in batch.damaged:
            self._quarantine(raw, submitter.device, code, message)
        self.finish()
        return self.result

    def finish(self) -> None:
        """Write down what was added and revised so far; may be called again after more."""
        if not self._rows and not self.revisions:
            return
        self.session.many(statements.ADD_ENTRY, self._rows)
        apart = self._apart + self.revisions.carry_out_recalls()
        self.session.many(statements.ADD_APART, apart)
        self.revisions.carry_out_releases(apart)
        self.head.write()
        self.result.added += len(self._rows)
        self._rows, self._apart = [], []

    def _take_chain(self, name: ChainName, chain: list[tuple[Entry, Verdict]], seal: Seal | None) -> None:
        held = self.head.held(name)
        known = self._known(name, chain[0][0].head.seq, held.seq)
        again = [entry for entry, _ in chain if known.get(entry.head.seq) == entry.hash] if known else []
        if again:
            self.fill(name, again)
            self._tell_again(name, again[0].head.seq, held.seq)
            self._tell_numbers(name, self._numbers(name, again[0].head.seq, again[-1].head.seq))
        fresh, is_whole = self._fresh(chain, held, known)
        if not is_whole:
            self.result.have.append(codec.Have(ledger=name[0], device=name[1], seq=held.seq, hash=held.hash))
        elif fresh:
            self._extend(name, held, fresh, seal)
        if held.receipt:
            self.result.receipts.append(read_receipt(held.receipt))
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
            apart = apart_up_to(self.session, self.district, name, self.head.held(name)).up_to(seq)
            self.result.receipts.append(self.head.receipt(name, seq, hash_, row[0], apart=apart))

    def _fresh(
        self, chain: list[tuple[Entry, Verdict]], held: ChainHead, known: dict[int, str]
    ) -> tuple[list[tuple[Entry, Verdict]], bool]:
        """What follows the chain's end without a hole, and whether the seal at the request's end vouches for it.

        It vouches only for what is chained to the entry it names: entries before a hole wait until one does.
        """
        fresh: list[tuple[Entry, Verdict]] = []
        seq, hash_ = held.seq, held.hash
        forked = seq > 0 and self.head.is_closed((chain[0][0].head.ledger, chain[0][0].head.device))
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

    def _extend(self, name: ChainName, held: ChainHead, fresh: list[tuple[Entry, Verdict]], seal: Seal | None) -> None:
        accepted = []
        for entry, judged in fresh:
            verdict = self._gates.verdict(entry) if self._gates and judged == ACCEPTED else judged
            self.add(entry, verdict)
            if not verdict[0]:
                accepted.append((entry.head.seq, self.head.number))
        self._tell_numbers(name, accepted)
        last = fresh[-1][0]
        if self._skew:
            self._note_skew(name, fresh[0][0].head.seq, last.head.seq)
        held.seq, held.hash = last.head.seq, last.hash
        if seal is not None:
            held.seal_seq, held.seal_hash, held.seal_sig = seal.seq, seal.hash, seal.sig
        self.put_chain_head(name, held)

    def _note_skew(self, name: ChainName, first: int, last: int) -> None:
        self.session.run(statements.ADD_SKEW, (self.district, *name, first, last, self._skew))
        skew = codec.Skew(ledger=name[0], device=name[1], first=first, last=last, seconds=self._skew)
        self.result.skews.append(skew)

    def _tell_numbers(self, name: ChainName, places: Iterable[tuple[int, int]]) -> None:
        """Tell of entries which number each got: those that follow one another in the chain and in the log as one."""
        first = last = number = 0
        for seq, came in [*places, (0, 0)]:
            if last and (seq, came - number) == (last + 1, seq - first):
                last = seq
                continue
            if last:
                told = codec.Numbered(ledger=name[0], device=name[1], first=first, last=last, number=number)
                self.result.numbered.append(told)
            first, last, number = seq, seq, came

    def _numbers(self, name: ChainName, first: int, last: int) -> list[tuple[int, int]]:
        """The places from `first` to `last` of what was never kept apart, and the number of each in the log."""
        rows = self.session.rows(statements.NUMBERS_BETWEEN, (self.district, *name, first, last))
        return [(seq, number) for seq, number in rows]

    def note_late(self, ledger_id: str, device: str, seq: int) -> None:
        """Mark an entry that was accepted after the term in which its work was done."""
        self.session.run(statements.ADD_LATE, (self.district, ledger_id, device, seq))
        self.result.late.append(codec.Late(ledger=ledger_id, device=device, seq=seq))

    def put_chain_head(self, name: ChainName, held: ChainHead) -> None:
        """Keep a chain's new end, whose last entry has just been added, with its receipt."""
        now = quarantine_ranges.ranges_of(self._apart_now.pop(name, ()))
        self.head.put_chain_head(
            name, held, self.head.number, now | apart_up_to(self.session, self.district, name, held)
        )

    def _known(self, name: ChainName, first: int, last: int) -> dict[int, str]:
        """The hashes held from `first` to `last`."""
        if first > last:
            return {}
        return dict(self.session.rows(statements.ENTRY_HASHES, (self.district, *name, first, last)))

    def _tell_again(self, name: ChainName, first: int, last: int) -> None:
        """Repeat what was kept apart of entries sent again (the receipt at the end covers those beside it as well),
        which were late, and by how much the clock was wrong when they came in: the answer that said so may be lost.
        """
        for begun, end, seconds in self.session.rows(statements.SKEWS, (self.district, *name, last)):
            self.result.skews.append(codec.Skew(ledger=name[0], device=name[1], first=begun, last=end, seconds=seconds))
        late = self.session.rows(statements.LATE, (self.district, *name, last))
        self.result.late += [codec.Late(ledger=name[0], device=name[1], seq=seq) for (seq,) in late]
        rows = self.session.rows(statements.APART_BETWEEN, (self.district, *name, first, last))
        for seq, hash_, number, at, code, message, released in rows:
            if released:
                self.result.receipts.append(read_receipt(released))
                continue
            place = {"ledger": name[0], "device": name[1], "seq": seq, "hash": hash_, "number": number, "code": code}
            self.result.kept.append(codec.Kept(message=message, **place))
            self.result.receipts.append(self.head.receipt(name, seq, hash_, number, code, at))

    def _fork(self, entry: Entry) -> None:
        self._quarantine(codec.line(entry), entry.head.device, *_FORK)
        self._keep(entry, *_FORK)

    def _take_foreign(self, entry: Entry, submitter: Submitter) -> None:
        """An entry of another device: fine if the store holds it, else set aside, so that nobody can block a chain."""
        head = entry.head
        row = self.session.row(statements.ENTRY_HASH, (self.district, head.ledger, head.device, head.seq))
        if row is None or row[0] != entry.hash:
            message = "The entry is another device's."
            self._quarantine(codec.line(entry), submitter.device, "foreign_device", message)
            self._keep(entry, "foreign_device", message)

    def _set_aside(self, raw: bytes, submitter: Submitter, code: str, message: str) -> None:
        self._quarantine(raw, submitter.device, code, message)
        name = chains.digest(raw)
        self.result.kept.append(
            codec.Kept(ledger="", device=submitter.device, seq=0, hash=name, code=code, message=message)
        )

    def _quarantine(self, raw: bytes, device: str, code: str, message: str) -> None:
        values = (self.district, chains.digest(raw), device, self.head.time, code, message, raw)
        self.session.run(statements.ADD_QUARANTINE, values)

    def _keep(self, entry: Entry, code: str, message: str, number: int = 0) -> None:
        head = entry.head
        kept = codec.Kept(
            ledger=head.ledger,
            device=head.device,
            seq=head.seq,
            hash=entry.hash,
            code=code,
            message=message,
            number=number,
        )
        self.result.kept.append(kept)

    def add(self, entry: Entry, verdict: Verdict) -> None:
        """Hand out the next number to an entry that goes on with its chain."""
        head, code, log_head = entry.head, verdict[0], self.head
        log_head.advance(entry.hash, code)
        place = (self.district, log_head.number, head.ledger, head.device, head.seq, entry.hash)
        self._rows.append((*place, head.kind, head.record, code, log_head.running, entry.raw_head, entry.raw_body))
        if code:
            self._add_apart(entry, verdict)
            return
        if is_late(verdict):
            self.note_late(head.ledger, head.device, head.seq)
        refer(self.session, self.district, entry)
        if head.ledger == LEDGER_STAFF:
            log_head.staff_number = log_head.number
            self.result.staff_changed = True
        if head.kind == RULING and (ruling := read_ruling(entry, log_head.number)) is not None:
            self.revisions.follow(ruling)

    def _add_apart(self, entry: Entry, verdict: Verdict) -> None:
        head, log_head, (code, message) = entry.head, self.head, verdict
        self._keep(entry, code, message, log_head.number)
        name = (head.ledger, head.device)
        self.result.receipts.append(log_head.receipt(name, head.seq, entry.hash, log_head.number, code))
        self._apart.append((self.district, *name, head.seq, entry.hash, log_head.number, log_head.time, code, message))
        self._apart_now.setdefault(name, []).append(head.seq)
