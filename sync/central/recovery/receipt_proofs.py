"""What the receipts that a laptop gives back prove of one chain: what was accepted, kept apart, released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.ledger.chains import Entry, Receipt
from sync.model import quarantine_ranges
from sync.model.quarantine import HELD, RELEASED
from sync.model.quarantine_ranges import EMPTY


class Proofs:
    """Receipts of this store for entries of one chain, by their places.

    `settled`: up to where a receipt accepts the chain, but for the places it names as apart: what became of these has
    to be shown. `held`: what an earlier store held for want of such a proof, or of the content, and as what; either may
    have been found since.
    """

    def __init__(self, receipts: Iterable[Receipt], hashes: Mapping[int, str]) -> None:
        self.settled = 0
        self.apart: dict[int, str] = {}
        self.released: dict[int, str] = {}
        self._listed = EMPTY
        self.held: dict[int, str] = {}
        for receipt in receipts:
            if hashes.get(receipt.seq) != receipt.hash:
                continue
            if receipt.verdict == "apart":
                known = self.held if receipt.code in HELD else self.apart
                known[receipt.seq] = receipt.code
            elif receipt.code == RELEASED:
                self.released[receipt.seq] = receipt.hash
            elif not receipt.code:
                self.settled = max(self.settled, receipt.seq)
                self._listed = self._listed | quarantine_ranges.read(receipt.log)

    def accepts(self, entry: Entry) -> bool:
        """Whether the store had accepted this entry, on its arrival or on the office's ruling."""
        seq = entry.head.seq
        return seq in self.released or (seq <= self.settled and seq not in self._listed and seq not in self.apart)

    def covers(self, entry: Entry) -> bool:
        """Whether a receipt is for the chain up to this entry or beyond it."""
        return entry.head.seq <= self.settled

    def is_open(self, entry: Entry) -> bool:
        """Whether a receipt says that this entry may be apart, and none says what became of it."""
        seq = entry.head.seq
        return seq in self._listed and seq not in self.released and seq not in self.apart
