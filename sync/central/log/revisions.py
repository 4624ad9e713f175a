"""Verdicts changed after they were given: releases, as the office rules, and recalls, as receipts of old prove.

Each change gets an arrival number of its own, so that every laptop hears of it that has read past the entry.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sync.central.access.verdict import Verdict, may_be_released
from sync.central.log.blobs import refer
from sync.central.log.covering import apart_up_to
from sync.central.log.head import LogHead
from sync.central.log.push_result import PushResult
from sync.central.log.rulings import Ruling, read_ruling
from sync.central.storage import statements
from sync.ledger import chains
from sync.ledger.chains import ChainName, read_receipt
from sync.ledger.ids import LEDGER_STAFF
from sync.model import quarantine_ranges
from sync.model.quarantine import HELD, RELEASABLE, RELEASED

WAS_APART = "It was kept apart before the central store was restored."
# district, ledger, device, seq, hash, number, time, code, message: a row of what is kept apart
ApartRow = tuple[str, str, str, int, str, int, str, str, str]
_Place = tuple[str, str, int, str]  # ledger, device, seq, hash


class Revisions:
    """The verdicts that one transaction is to change: noted first, carried out once its entries are written."""

    def __init__(self, log_head: LogHead, result: PushResult) -> None:
        self.head = log_head
        self.result = result
        self._rulings: list[Ruling] = []
        self._to_release: list[_Place] = []
        self._to_recall: list[tuple[ChainName, int, str, Verdict]] = []

    def __bool__(self) -> bool:
        return bool(self._rulings or self._to_release or self._to_recall)

    def follow(self, ruling: Ruling) -> None:
        """Do what the office ruled."""
        self._rulings.append(ruling)

    def release_again(self, name: ChainName, seq: int, hash_: str) -> None:
        """Let an entry stand that the store had accepted before it was restored, or released, as its receipt proves."""
        self._to_release.append((*name, seq, hash_))

    def recall(self, name: ChainName, seq: int, hash_: str, code: str) -> None:
        """Keep apart, in its place and written again, what this store had kept apart before it was restored.

        Its receipt proves that, but whoever shows it may not have heard of the office's release.
        """
        log_head = self.head
        if log_head.session.row(statements.RELEASE_OF, (log_head.district, hash_)) is not None:
            return
        verdict = (code, WAS_APART)
        self._to_recall.append((name, seq, hash_, verdict))
        if (again := self._written_again(hash_)) is not None:
            ledger_id, device, at, again_hash = again
            self._to_recall.append(((ledger_id, device), at, again_hash, verdict))

    def carry_out_recalls(self) -> list[ApartRow]:
        """Take back the acceptances noted; the rows of what is apart now."""
        rows = [row for each in self._to_recall for row in self._recall(*each)]
        self._to_recall = []
        return rows

    def carry_out_releases(self, apart: Sequence[ApartRow]) -> None:
        """Release what the office let stand, whichever arrived first: the ruling, or the entry, if it is in `apart`."""
        session, district = self.head.session, self.head.district
        proved, self._to_release = self._to_release, []
        for place in proved:
            self._release(*place, proved=True)
        released: list[_Place] = []
        for ruling in self._rulings:
            session.run(statements.ADD_RULING, (district, *ruling.row()))
            if ruling.verdict == RELEASED:
                released.append((ruling.ledger, ruling.device, ruling.seq, ruling.target))
        for _, ledger_id, device, seq, hash_, *_ in apart:
            if session.row(statements.RELEASE_OF, (district, hash_)) is not None:
                released.append((ledger_id, device, seq, hash_))
        self._rulings = []
        for place in released:
            self._release(*place)

    def _recall(self, name: ChainName, seq: int, hash_: str, verdict: Verdict) -> list[ApartRow]:
        """Take back one acceptance, if it stands."""
        log_head, code = self.head, verdict[0]
        row = log_head.session.row(statements.ACCEPTED_ENTRY, (log_head.district, *name, seq, hash_))
        if row is None:
            return []
        (number,) = row
        log_head.advance(hash_, code)
        values = (log_head.district, log_head.number, number, *name, seq, code, log_head.running)
        log_head.session.run(statements.ADD_RECALLED, values)
        log_head.session.run(statements.SET_CODE, (code, log_head.district, number))
        if name[0] == LEDGER_STAFF:
            self._change_staff()
        held = log_head.held(name)
        apart = apart_up_to(log_head.session, log_head.district, name, held) | quarantine_ranges.ranges_of([seq])
        log_head.put_chain_head(name, held, read_receipt(held.receipt).number, apart)
        return [(log_head.district, *name, seq, hash_, number, log_head.time, *verdict)]

    def _release(self, ledger_id: str, device: str, seq: int, hash_: str, *, proved: bool = False) -> None:
        """Accept an entry kept apart, and its copy that stands written again where two sides claimed its place.

        What is proved to have been accepted is not judged again; rights and rulings have effect from now on.
        """
        log_head = self.head
        row = log_head.session.row(statements.APART_ENTRY, (log_head.district, ledger_id, device, seq, hash_))
        if row is None or row[1] not in (*RELEASABLE, *(HELD if proved else ())):
            return
        number, _, head, body = row
        entry = chains.read_entry(head, body)
        if entry.raw_body is None or not (proved or may_be_released(entry)):
            return
        log_head.advance(hash_, "")
        refer(log_head.session, log_head.district, entry)
        receipt = log_head.receipt((ledger_id, device), seq, hash_, log_head.number, RELEASED)
        text = msgspec.json.encode(receipt).decode()
        values = (log_head.district, log_head.number, number, ledger_id, device, log_head.running, text)
        log_head.session.run(statements.ADD_RELEASE, values)
        self.result.released.append(receipt)
        if ledger_id == LEDGER_STAFF:
            self._change_staff()
        if (ruling := read_ruling(entry, log_head.number)) is not None:
            self.follow(ruling)
        if (again := self._written_again(hash_)) is not None:
            self._release(*again, proved=proved)

    def _change_staff(self) -> None:
        self.head.staff_number = self.head.number
        self.result.staff_changed = True

    def _written_again(self, hash_: str) -> _Place | None:
        """Where the store has written an entry again; None if it has not."""
        log_head = self.head
        row = log_head.session.row(statements.AGAIN, (log_head.district, hash_))
        found = None if row is None else log_head.session.row(statements.ENTRY_AT, (log_head.district, row[0]))
        if found is None:
            return None
        ledger_id, device, seq, head, _ = found
        return str(ledger_id), str(device), int(seq), chains.digest(head)
