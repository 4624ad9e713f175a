"""Two entries that claim one place: the store wrote on in its own old chain, or a laptop was restored as well.

Then the chain is closed, and what either side holds from there on is written again in chains of the store's own, each
named after the first entry of its side, so that every laptop gets both, whichever it held, and repeating adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from sync.central.access.verdict import ACCEPTED, Verdict
from sync.central.log.append import Log
from sync.central.log.revisions import WAS_APART
from sync.central.storage import statements
from sync.ledger import chains, ids
from sync.ledger.chains import AGAIN, Certificate, ChainName, Entry
from sync.model.validation import STORE

Side = Sequence[tuple[Entry, Verdict | None]]  # from the place on that both claim; None for what has to wait


def register_device(log: Log, certificate: Certificate) -> None:
    """Note a device that was enrolled after the backup, so that readers get its certificate; it has no token."""
    text = msgspec.json.encode(certificate).decode()
    values = (certificate.device, certificate.person, "", certificate.key, "", text, certificate.at)
    log.session.run(statements.MEET_DEVICE, (log.district, *values))


class ForkResolver:
    """Chains that part, inside one transaction; `store_key` is the store's public key."""

    def __init__(self, log: Log, store_key: str) -> None:
        self.log = log
        self.store_key = store_key

    def split(self, name: ChainName, theirs: Side) -> None:
        """Close a chain, and write both sides again: what stands here, and what was brought (`theirs`)."""
        session, district = self.log.session, self.log.district
        session.run(statements.CLOSE_CHAIN, (district, *name))
        (own,) = session.row(statements.OWN_DEVICE, (district,)) or ("",)
        if name[1] == own:
            self._rename_store()
        self.log.finish()  # what stands here was perhaps added a moment ago
        at = theirs[0][0].head.seq
        ours = [
            (entry, self._standing(name, entry, code))
            for code, head, body in session.rows(statements.ENTRIES_FROM, (district, *name, at))
            for entry in [chains.read_entry(head, body)]
        ]
        for side in (ours, theirs):
            self._write_again(name[0], side)

    def again(self, hash_: str) -> int | None:
        """The arrival number under which an entry was written again; None if it was not."""
        row = self.log.session.row(statements.AGAIN, (self.log.district, hash_))
        return None if row is None else row[0]

    def _standing(self, name: ChainName, entry: Entry, code: str) -> Verdict:
        """The verdict on an entry that is here: what was kept apart and then released is accepted."""
        place = (self.log.district, *name, entry.head.seq, entry.hash)
        is_apart = code and self.log.session.row(statements.APART_ENTRY, place) is not None
        return (code, WAS_APART) if is_apart else ACCEPTED

    def _write_again(self, ledger_id: str, side: Side) -> None:
        """Write what is not written again yet: where the chain of the one before it ends there, else in one of its own.

        A side longer than a message comes in parts, and two laptops may hold sides that share a beginning.
        """
        rest = self._not_again(side)
        if not rest:
            return
        first = rest[0][0]
        device = self._ends_with(first.head.prev) or (AGAIN + hashlib.sha256(first.hash.encode()).hexdigest()[:16])
        register_device(self.log, self._own_certificate(device))
        name = (ledger_id, device)
        if self._found_again(name, rest):
            self._write_again(ledger_id, rest)
            return
        self._append(name, rest)

    def _append(self, name: ChainName, rest: Side) -> None:
        """Go on with a chain of the store's own, up to the first entry that has to wait."""
        log, held = self.log, self.log.head.held(name)
        for entry, verdict in rest:
            if verdict is None:
                break
            again = chains.write_again(entry, device=name[1], seq=held.seq + 1, prev=held.hash)
            log.add(again, verdict)
            held.seq, held.hash = again.head.seq, again.hash
            log.session.run(statements.ADD_AGAIN, (log.district, entry.hash, log.head.number))
            if self._stands(entry):
                self._keep_skew(entry, again)
                self._keep_late(entry, again)
        if held.seq:
            seal = chains.make_seal(log.head.private_key, log.district, *name, held.seq, held.hash)
            held.seal_seq, held.seal_hash, held.seal_sig = seal.seq, seal.hash, seal.sig
            log.put_chain_head(name, held)

    def _stands(self, entry: Entry) -> bool:
        """Whether an entry stands in its place here: what is known of that place is of the side that does."""
        head = entry.head
        place = (self.log.district, head.ledger, head.device, head.seq)
        return self.log.session.row(statements.ENTRY_HASH, place) == (entry.hash,)

    def _keep_skew(self, entry: Entry, again: Entry) -> None:
        """By how much the clock was wrong when an entry came in stays known where it is written again."""
        head, at = entry.head, again.head
        for first, last, seconds in self.log.session.rows(
            statements.SKEWS, (self.log.district, head.ledger, head.device, head.seq)
        ):
            if first <= head.seq <= last:
                values = (self.log.district, at.ledger, at.device, at.seq, at.seq, seconds)
                self.log.session.run(statements.ADD_SKEW, values)

    def _keep_late(self, entry: Entry, again: Entry) -> None:
        """An entry that came in late is marked so where it is written again."""
        head, at = entry.head, again.head
        for (seq,) in self.log.session.rows(statements.LATE, (self.log.district, head.ledger, head.device, head.seq)):
            if seq == head.seq:
                self.log.note_late(at.ledger, at.device, at.seq)

    def _not_again(self, side: Side) -> Side:
        """What of a side is not written again yet; bare heads of what is get the content that has come now."""
        for at, (entry, _) in enumerate(side):
            number = self.again(entry.hash)
            if number is None:
                return side[at:]
            if entry.raw_body is not None:
                self.log.session.run(statements.FILL_BODY_AT, (entry.raw_body, self.log.district, number))
        return []

    def _found_again(self, name: ChainName, side: Side) -> bool:
        """Note what an earlier store had written again there, and a laptop has given back as it stands."""
        district, session = self.log.district, self.log.session
        found = False
        rows = session.rows(statements.NUMBERED_HEADS, (district, *name))
        for (number, raw_head), (entry, _) in zip(rows, side, strict=False):
            head = chains.read_entry(raw_head, None).head
            if not head.was or head.body != entry.head.body:
                break
            session.run(statements.ADD_AGAIN, (district, entry.hash, number))
            found = True
        return found

    def _ends_with(self, hash_: str) -> str:
        """The device in whose chain an entry was written again and is the last; empty if there is none."""
        number, log_head = self.again(hash_), self.log.head
        row = None if number is None else self.log.session.row(statements.ENTRY_AT, (self.log.district, number))
        if row is None or log_head.held((row[0], row[1])).seq != row[2] or log_head.is_closed((row[0], row[1])):
            return ""
        return str(row[1])

    def _own_certificate(self, device: str) -> Certificate:
        log_head = self.log.head
        return chains.make_certificate(
            log_head.private_key, log_head.district, device, STORE, self.store_key, log_head.time
        )

    def _rename_store(self) -> None:
        """The store's own next edits begin chains that nobody else holds."""
        certificate = self._own_certificate("store-" + ids.random_bytes(4).hex())
        register_device(self.log, certificate)
        self.log.session.run(statements.NEW_OWN_DEVICE, (certificate.device, self.log.district))
