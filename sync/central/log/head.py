"""The head of a district's log inside one transaction: its last number, the running hash, receipts, chain heads.

The counter's row is locked first, so nobody else hands out a number before the transaction ends.
"""

from __future__ import annotations

import hashlib

import msgspec

from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains
from sync.ledger.chains import ChainName, Receipt
from sync.model import quarantine_ranges
from sync.model.quarantine import RELEASED
from sync.model.quarantine_ranges import EMPTY, SeqRanges

_STAMP_DIGITS = 12  # at the end of a running hash: which moment the number was handed out at
_BARE = "bare"  # in hashes of before they had a stamp: an entry that came without its content, to a restored store


class ChainHead(msgspec.Struct, kw_only=True):
    """One chain as the store holds it: its end, the seal and the receipt for it."""

    seq: int = 0
    hash: str = ""
    seal_seq: int = 0
    seal_hash: str = ""
    seal_sig: str = ""
    receipt: str = ""


def running_hash(before: str, hash_: str, code: str, at: str) -> str:
    """Return the log's hash at an entry, over all before it and the time `at` of the transaction that adds it.

    A store restored from a backup may be given the same entries in the same order. That is another log than the lost
    one all the same, and whoever has read the lost one notices: what the store tells beside the entries (whose clock
    was wrong, where an entry arrived) and what it holds beside them (their content, attachments) may be other now.
    """
    stamp = hashlib.sha256(at.encode()).hexdigest()[:_STAMP_DIGITS]
    return _stamped(before, hash_, code, stamp)


def is_running_hash(claimed: str, before: str, hash_: str, code: str) -> bool:
    """Return whether `claimed` is the log's hash at an entry; also where it was made before hashes had a stamp."""
    if claimed == _stamped(before, hash_, code, claimed[-_STAMP_DIGITS:]):
        return True
    return any(claimed == _hashed(before, hash_, code, mark) for mark in ("", _BARE))


def _stamped(before: str, hash_: str, code: str, stamp: str) -> str:
    return _hashed(before, hash_, code, stamp)[:-_STAMP_DIGITS] + stamp


def _hashed(before: str, hash_: str, code: str, mark: str) -> str:
    return hashlib.sha256((before + hash_ + code + mark).encode()).hexdigest()


class LogHead:
    """Where the log ends. `number` is the last one handed out, `staff_number` the last that changed `staff`."""

    def __init__(self, session: Session, district: str, private_key: str, time: str) -> None:
        self.session = session
        self.district = district
        self.private_key = private_key
        self.time = time
        counter = session.row(statements.LOCK_COUNTER, (district,))
        assert counter is not None  # noqa: S101 - the store was opened on this district
        self.number, self.running, self.staff_number, self.name = counter

    def advance(self, hash_: str, code: str) -> None:
        """Hand out the next arrival number; the running hash follows what it was handed out for."""
        self.number += 1
        self.running = running_hash(self.running, hash_, code, self.time)

    def write(self) -> None:
        """Write down how far the log has got."""
        self.session.run(statements.ADVANCE_COUNTER, (self.number, self.running, self.staff_number, self.district))

    def receipt(
        self,
        name: ChainName,
        seq: int,
        hash_: str,
        number: int,
        code: str = "",
        at: str = "",
        apart: SeqRanges = EMPTY,
    ) -> Receipt:
        """A receipt for one entry with its `code`, or without one for a chain up to there but for what is `apart`."""
        receipt = Receipt(
            ledger=name[0],
            device=name[1],
            seq=seq,
            hash=hash_,
            log=quarantine_ranges.write(self.name, apart),
            number=number,
            at=at or self.time,
            verdict="apart" if code not in ("", RELEASED) else "accepted",
            code=code,
            sig="",
        )
        return chains.sign_receipt(self.private_key, self.district, receipt)

    def held(self, name: ChainName) -> ChainHead:
        """A chain as it stands."""
        row = self.session.row(statements.CHAIN, (self.district, *name))
        if row is None:
            return ChainHead()
        seq, hash_, seal_seq, seal_hash, seal_sig, receipt = row
        seal = {"seal_seq": seal_seq, "seal_hash": seal_hash, "seal_sig": seal_sig}
        return ChainHead(seq=seq, hash=hash_, receipt=receipt, **seal)

    def put_chain_head(self, name: ChainName, held: ChainHead, number: int, apart: SeqRanges) -> None:
        """Keep a chain's end with a receipt for it, under the number its last entry has; `apart` are places in it."""
        receipt = self.receipt(name, held.seq, held.hash, number, apart=apart)
        held.receipt = msgspec.json.encode(receipt).decode()
        values = (held.seq, held.hash, held.seal_seq, held.seal_hash, held.seal_sig, held.receipt)
        self.session.run(statements.PUT_CHAIN, (self.district, *name, *values))

    def is_closed(self, name: ChainName) -> bool:
        """Whether the chain was found to have two ends, so that nothing may follow either."""
        return self.session.row(statements.CLOSED, (self.district, *name)) is not None
