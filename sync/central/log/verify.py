"""Recompute what the store's database claims: chains, seals, certificates, receipts, running hashes, the audit trail.

Only the store's own key is taken for granted. What the holder of that key rewrote as a whole cannot be shown here: the
receipts and the entries on the laptops show it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from sync.central.log.audit import row_hash
from sync.central.log.head import is_running_hash
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains as ledger
from sync.ledger.chains import Break, Certificate, Receipt, Seal, StoredEntry

Signed = TypeVar("Signed", Certificate, Receipt)


class Verified(msgspec.Struct, kw_only=True):
    """What was recomputed: how much, how many accepted entries wait for a seal, and every break found."""

    chains: int = 0
    entries: int = 0
    unsealed: int = 0
    breaks: list[Break] = []


class Verifier:
    """Verifies one district inside one consistent state of the database."""

    def __init__(self, session: Session, district: str, store_key: str) -> None:
        self.session = session
        self.district = district
        self.store_key = store_key
        self.found = Verified()
        self._certificates: dict[str, Certificate | None] = {}

    def verify(self) -> Verified:
        """Everything; the breaks of chains first, in order of ledger and device."""
        names = [
            (str(name), str(device)) for name, device in self.session.rows(statements.CHAIN_NAMES, (self.district,) * 2)
        ]
        for name in names:
            self.found.chains += 1
            self._add(*name, *self._chain(*name))
        self._add("", "", *self._numbers())
        self._add("audit", "", *self._trail())
        self._blobs()
        return self.found

    def _add(self, ledger_id: str, device: str, seq: int, reason: str) -> None:
        if reason:
            self.found.breaks.append(Break(ledger=ledger_id, device=device, seq=seq, reason=reason))

    def _blobs(self) -> None:
        """Attachments whose bytes are not those their names stand for."""
        for name, size, device in self.session.rows(statements.BLOBS, (self.district,)):
            sha, total = hashlib.sha256(), 0
            for (content,) in self.session.each(statements.BLOB_PARTS, (self.district, name, device, 0)):
                sha.update(content if isinstance(content, bytes) else b"")  # of another type it was tampered with
                total += len(content)
            if (sha.hexdigest(), total) != (name, size):
                self._add("attachment", name, 0, "blob")

    # --- chains ------------------------------------------------------------------------------------------------------

    def _chain(self, ledger_id: str, device: str) -> tuple[int, str]:
        """The first place of a chain that does not hold, and why; an empty reason if all of it does."""
        row = self.session.row(statements.CHAIN, (self.district, ledger_id, device))
        broken = ledger.verify_chain(self._stored(ledger_id, device))
        if broken is not None:
            return broken.seq, broken.reason
        hashes: dict[int, str] = dict(
            self.session.rows(statements.ENTRY_HASHES, (self.district, ledger_id, device, 1, 2**53))
        )
        end = max(hashes, default=0)
        self.found.entries += end
        if row is None or (row[0], row[1]) != (end, hashes.get(end, "")):
            return min(end, row[0] if row else 0) + 1, "gap"
        missing = self.session.row(statements.FIRST_BARE, (self.district, ledger_id, device))
        if missing is not None and missing[0] is not None:
            return missing[0], "body"
        return self._seal(ledger_id, device, row, hashes) or self._receipt(row[5], hashes) or (0, "")

    def _stored(self, ledger_id: str, device: str) -> Iterator[StoredEntry]:
        for seq, hash_, head, body in self.session.each(statements.CHAIN_ENTRIES, (self.district, ledger_id, device)):
            raw_body = None if body is None else _bytes(body)
            yield StoredEntry(
                ledger=ledger_id, device=device, seq=seq, hash=str(hash_), raw_head=_bytes(head), raw_body=raw_body
            )

    def _seal(
        self, ledger_id: str, device: str, row: tuple[object, ...], hashes: dict[int, str]
    ) -> tuple[int, str] | None:
        seq, hash_, sig = int(str(row[2])), str(row[3]), str(row[4])
        (waiting,) = self.session.row(statements.COUNT_BEYOND, (self.district, ledger_id, device, seq)) or (0,)
        self.found.unsealed += waiting
        if not seq:
            return None
        certificate = self._certificate(device)
        if certificate is None:
            return 1, "certificate"
        seal = Seal(ledger=ledger_id, device=device, seq=seq, hash=hash_, sig=sig)
        holds = hashes.get(seq) == hash_ and ledger.seal_holds(seal, self.district, certificate.key)
        return None if holds else (seq, "seal")

    def _certificate(self, device: str) -> Certificate | None:
        if device not in self._certificates:
            row = self.session.row(statements.CERTIFICATE, (self.district, device))
            found = _read(ledger.read_certificate, row[0]) if row else None
            fits = found is not None and found.device == device
            holds = fits and found is not None and ledger.certificate_holds(found, self.district, self.store_key)
            self._certificates[device] = found if holds else None
        return self._certificates[device]

    def _receipt(self, text: str, hashes: dict[int, str]) -> tuple[int, str] | None:
        receipt = _read(ledger.read_receipt, text)
        if receipt is None:
            return max(hashes, default=1), "receipt"
        holds = hashes.get(receipt.seq) == receipt.hash and ledger.receipt_holds(receipt, self.district, self.store_key)
        return None if holds else (receipt.seq, "receipt")

    # --- the log as a whole ------------------------------------------------------------------------------------------

    def _numbers(self) -> tuple[int, str]:
        """The first arrival number that is missing or whose running hash is not what the ones before it make."""
        running, expected = "", 1
        for number, hash_, code, claimed in self.session.each(statements.RUNNING_ALL, (self.district,) * 3):
            if number != expected or not is_running_hash(claimed, running, hash_, code):
                return expected, "number"
            running = claimed
            expected += 1
        counter = self.session.row(statements.COUNTER, (self.district,))
        if counter is None or (counter[0], counter[1]) != (expected - 1, running):
            return expected, "number"
        return self._verdicts()

    def _verdicts(self) -> tuple[int, str]:
        """The first verdict of an entry kept apart that is told in two ways, or a release that was not signed."""
        row = self.session.row(statements.APART_DIFFERS, (self.district,))
        if row is not None:
            return row[0], "verdict"
        for number, _, _, _, text in self.session.rows(statements.RELEASES, (self.district, 0, 2**62)):
            receipt = _read(ledger.read_receipt, text)
            if receipt is None or not ledger.receipt_holds(receipt, self.district, self.store_key):
                return number, "receipt"
        return 0, ""

    def _trail(self) -> tuple[int, str]:
        before = ""
        for expected, (number, *event, hash_) in enumerate(self.session.rows(statements.AUDIT, (self.district,)), 1):
            before = row_hash(before, number, *map(str, event))
            if (number, hash_) != (expected, before):
                return expected, "hash"
        return 0, ""


def _bytes(value: object) -> bytes:
    """A stored value that was written as bytes; of another type it was tampered with and counts as no bytes at all."""
    return value if isinstance(value, bytes) else b""


def _read(read: Callable[[str], Signed], text: object) -> Signed | None:
    try:
        return read(str(text))
    except ledger.UNREADABLE:
        return None
