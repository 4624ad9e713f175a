"""What laptops give back to a store that was restored from a backup: every entry they hold, others' included.

Nothing is taken on the word of whoever brings it. A device's seal proves that the entries are its own and unchanged,
the store's certificate whose key that is, and the receipt the store once gave what it decided: an entry once accepted
stays accepted, one kept apart stays apart. Where there is no receipt the entry is judged as of now, and a device that
`staff` does not know (yet) waits.

A laptop may withhold receipts. The receipt of a chain names the places in it that are apart, so whoever shows it must
show what became of each, or that entry is held for the office's ruling (`unproved`). Whoever shows none has her entries
judged as new, by `staff` as this store has it; what was accepted so is recalled once any laptop brings a receipt that
says it was apart. So there remains what nobody but its author has such a receipt for, and what a program that named no
places has signed.

Where two entries claim one place, the chain parts (`fork`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import msgspec

from sync.central.access.late import verdict_on
from sync.central.access.permissions import Access
from sync.central.access.verdict import ACCEPTED, Verdict, unfit
from sync.central.log.append import Log
from sync.central.log.covering import apart_again
from sync.central.log.push_result import PushResult
from sync.central.log.revisions import WAS_APART
from sync.central.recovery.fork import ForkResolver, register_device
from sync.central.recovery.receipt_proofs import Proofs
from sync.central.storage import statements
from sync.ledger import chains as ledger
from sync.ledger import ids
from sync.ledger.chains import (
    Certificate,
    ChainName,
    Entry,
    MalformedEntry,
    Receipt,
    Seal,
    read_certificate,
    read_receipt,
)
from sync.ledger.ids import COMMON_LEDGERS
from sync.model.quarantine import HELD, UNPROVED
from sync.model.validation import STORE
from sync.protocol import codec

_UNPROVED: Verdict = (
    UNPROVED,
    "Perhaps it was kept apart before the central store was restored: no receipt shows what became of it.",
)


class RestoreBatch(msgspec.Struct, kw_only=True):
    """What a message gives back, sorted by chain; only proofs whose signatures hold."""

    chains: dict[ChainName, list[Entry]] = {}
    certificates: dict[str, Certificate] = {}
    seals: dict[ChainName, list[Seal]] = {}  # in their order in the chain
    receipts: dict[ChainName, list[Receipt]] = {}


def read_given(request: codec.SyncRequest, lines: Sequence[bytes], district: str, store_key: str) -> RestoreBatch:
    """The entries and proofs of a message; what cannot be read or proves nothing is passed over, the giver keeps it."""
    given = RestoreBatch()
    for line in lines:
        try:
            entry = codec.pushed_entry(line)
        except MalformedEntry:
            continue
        head = entry.head
        if ids.is_plain_id(head.ledger) and ids.is_plain_id(head.device) and head.v == ledger.FORMAT_VERSION:
            given.chains.setdefault((head.ledger, head.device), []).append(entry)
    for chain in given.chains.values():
        chain.sort(key=lambda entry: entry.head.seq)
    for certificate in request.certificates:
        if ledger.certificate_holds(certificate, district, store_key):
            given.certificates[certificate.device] = certificate
    for seal in sorted(request.seals, key=lambda seal: seal.seq):
        given.seals.setdefault((seal.ledger, seal.device), []).append(seal)
    for receipt in request.receipts:
        if ledger.receipt_holds(receipt, district, store_key):
            given.receipts.setdefault((receipt.ledger, receipt.device), []).append(receipt)
    return given


def restore_entries(log: Log, given: RestoreBatch, access: Callable[[], Access], store_key: str) -> PushResult:
    """Keep what the store has lost; `staff` and `district` are settled before anything is judged by them."""
    for common in (True, False):
        returned = _Return(log, given, access(), store_key)
        for name, chain in given.chains.items():
            if (name[0] in COMMON_LEDGERS) == common:
                returned.take(name, chain)
        log.finish()
    return log.result


def saying_apart(receipts: Sequence[Receipt], district: str, store_key: str) -> list[Receipt]:
    """Those of these that prove that something was kept apart for what it is, not for want of a proof or content."""
    apart = [each for each in receipts if each.verdict == "apart" and each.code not in HELD]
    return [each for each in apart if ledger.receipt_holds(each, district, store_key)]


def apply_quarantine_receipts(log: Log, receipts: Sequence[Receipt]) -> None:
    """Recall what these prove to have been kept apart, whoever gave the entries back before."""
    for each in receipts:
        log.revisions.recall((each.ledger, each.device), each.seq, each.hash, each.code)
    log.finish()


class _Return:
    """One message's chains, inside one transaction."""

    def __init__(self, log: Log, given: RestoreBatch, access: Access, store_key: str) -> None:
        self.log = log
        self.given = given
        self.access = access
        self.forks = ForkResolver(log, store_key)

    def take(self, name: ChainName, chain: list[Entry]) -> None:
        """Keep what is missing of one chain, as far as its device's seal covers it."""
        certificate = self._certificate(name[1])
        sealed = self._sealed(name, chain, certificate) if certificate is not None else []
        if certificate is None or not sealed:
            return
        known: dict[int, str] = dict(
            self.log.session.rows(statements.ENTRY_HASHES, (self.log.district, *name, 0, 2**53))
        )
        first = sealed[0].head
        if first.seq > 1 and first.prev != known.get(first.seq - 1, "") and self.forks.again(first.prev) is None:
            return  # what comes before it is not here, or is another's: the laptop begins further back
        missing = next((at for at, each in enumerate(sealed) if known.get(each.head.seq) != each.hash), len(sealed))
        self.log.fill(name, sealed[:missing])
        register_device(self.log, certificate)
        if missing < len(sealed):
            if sealed[missing].head.seq in known or self.log.head.is_closed(name):
                proofs = self._proofs(name, sealed)
                self.forks.split(name, [(each, self._verdict(each, certificate, proofs)) for each in sealed[missing:]])
            else:
                self._extend(name, sealed[missing:], certificate)
        self._stand_by(name, sealed)
        self._acknowledge(name, sealed, known)

    def _stand_by(self, name: ChainName, sealed: Sequence[Entry]) -> None:
        """What the office had released stays released, what was kept apart stays apart: receipts of this store say so.

        An entry may have been accepted or held since, because somebody else withheld such a receipt.
        """
        proofs = self._proofs(name, sealed)
        hashes = {entry.head.seq: entry.hash for entry in sealed}
        held: dict[int, str] = dict(self.log.session.rows(statements.HELD, (self.log.district, *name)))
        accepted = {each.head.seq: each.hash for each in sealed if held and proofs.accepts(each)}
        for seq, hash_ in {**accepted, **proofs.released}.items():
            if seq in proofs.released or held.get(seq) == hash_:
                self.log.revisions.release_again(name, seq, hash_)
        for seq, code in proofs.apart.items():
            if seq not in proofs.released:
                self.log.revisions.recall(name, seq, hashes[seq], code)

    def _certificate(self, device: str) -> Certificate | None:
        row = self.log.session.row(statements.CERTIFICATE, (self.log.district, device))
        return read_certificate(row[0]) if row is not None else self.given.certificates.get(device)

    def _sealed(self, name: ChainName, chain: list[Entry], certificate: Certificate) -> list[Entry]:
        """The entries up to the one that the device sealed, if each names the one before it."""
        if name not in self.given.seals:
            return []
        seal = self.given.seals[name][-1]
        covered = [entry for entry in chain if entry.head.seq <= seal.seq]
        if not covered or (covered[-1].head.seq, covered[-1].hash) != (seal.seq, seal.hash):
            return []
        for earlier, later in pairwise(covered):
            if (later.head.seq, later.head.prev) != (earlier.head.seq + 1, earlier.hash):
                return []
        begins_well = covered[0].head.seq > 1 or (covered[0].head.seq == 1 and covered[0].head.prev == "")
        return covered if begins_well and ledger.seal_holds(seal, self.log.district, certificate.key) else []

    # --- verdicts ----------------------------------------------------------------------------------------------------

    def _proofs(self, name: ChainName, entries: Sequence[Entry]) -> Proofs:
        """What receipts for some of these prove of all of them."""
        hashes = {entry.head.seq: entry.hash for entry in entries}
        return Proofs(self.given.receipts.get(name, ()), hashes)

    def _verdict(self, entry: Entry, certificate: Certificate, proofs: Proofs) -> Verdict | None:
        """What the store decided, or decides now; None for what has to wait."""
        if entry.head.seq in proofs.apart:
            return proofs.apart[entry.head.seq], WAS_APART
        if entry.raw_body is None:
            return _held(entry, proofs)
        if certificate.person == STORE:
            return ACCEPTED if proofs.accepts(entry) else _unreadable(entry) or _own(entry)
        if proofs.covers(entry) and _author(entry) in (certificate.person, None):
            # What was accepted is not judged again: what may be written today may be less than what once might.
            return ACCEPTED if proofs.accepts(entry) else unfit(entry) or _held(entry, proofs) or _UNPROVED
        if held := _held(entry, proofs):
            return held
        if certificate.device not in self.access.devices:
            return None
        access = self.access
        return verdict_on(entry, access.rights(certificate.person), access.barred(certificate.device), access)

    # --- places ------------------------------------------------------------------------------------------------------

    def _extend(self, name: ChainName, fresh: Sequence[Entry], certificate: Certificate) -> None:
        """Go on with a chain, up to the first entry that has to wait."""
        held = self.log.head.held(name)
        if fresh[0].head.seq != held.seq + 1:
            return
        proofs = self._proofs(name, fresh)
        for entry in fresh:
            verdict = self._verdict(entry, certificate, proofs)
            if verdict is None:
                break
            self.log.add(entry, verdict)
            held.seq, held.hash = entry.head.seq, entry.hash
        if held.seq < fresh[0].head.seq:
            return
        hashes = {entry.head.seq: entry.hash for entry in fresh if entry.head.seq <= held.seq}
        for seal in self.given.seals[name]:
            if hashes.get(seal.seq) == seal.hash and ledger.seal_holds(seal, self.log.district, certificate.key):
                held.seal_seq, held.seal_hash, held.seal_sig = seal.seq, seal.hash, seal.sig
        self.log.put_chain_head(name, held)

    def _acknowledge(self, name: ChainName, sealed: Sequence[Entry], known: dict[int, str]) -> None:
        """A receipt for the last of these that the store holds now, in its place or written again."""
        held, log = self.log.head.held(name), self.log
        for entry in reversed(sealed):
            row = log.session.row(statements.AGAIN, (log.district, entry.hash))
            if row is None and (held.seq, held.hash) == (entry.head.seq, entry.hash):
                log.result.receipts.append(read_receipt(held.receipt))
                return
            if row is None and known.get(entry.head.seq) == entry.hash:
                log.vouch_for(name, entry.head.seq, entry.hash)
                return
            if row is not None:
                apart = apart_again(log.session, log.district, name, entry.head.seq, row[0])
                log.result.receipts.append(log.head.receipt(name, entry.head.seq, entry.hash, row[0], apart=apart))
                return


def _held(entry: Entry, proofs: Proofs) -> Verdict | None:
    """For want of what an earlier store held an entry that is not proved to have been accepted; None if it did not."""
    code = proofs.held.get(entry.head.seq)
    return (code, WAS_APART) if code and code != UNPROVED else _UNPROVED if code else None


def _own(entry: Entry) -> Verdict:
    """The verdict on an entry in a chain of the store's own: its own edits stand, what it wrote again was judged."""
    return ACCEPTED if not entry.head.was or _author(entry) == STORE else _UNPROVED


def _author(entry: Entry) -> str | None:
    """Whose an entry is, as its content says; None where that cannot be read."""
    try:
        return ledger.read_body(entry.raw_body or b"").by
    except MalformedEntry:
        return None


def _unreadable(entry: Entry) -> Verdict | None:
    try:
        ledger.check_canonical_body(entry.raw_body or b"")
    except MalformedEntry as error:
        return "malformed", f"The entry cannot be read: {error}."
    return None
