"""Entries out: what a person may read after a cursor, by the page, as the exact bytes that were stored.

The cursor is an arrival number. A page never passes an entry in scope that it does not carry; entries out of scope, and
the asking device's own, are passed over. Ledgers that a laptop is fetching from their start have a position each and
are left out of the main run until they have caught up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import merge
from operator import itemgetter

import msgspec

from sync.central.access.permissions import Access
from sync.central.log.tails import FAR, numbers_after, rows_of
from sync.central.storage import statements
from sync.central.storage.engine import Row, Session
from sync.ledger.chains import (
    AGAIN,
    Certificate,
    MalformedEntry,
    Receipt,
    Seal,
    read_body,
    read_certificate,
    read_receipt,
    sign_receipt,
)
from sync.ledger.ids import LEDGER_STAFF
from sync.model.quarantine import GATED
from sync.protocol import codec
from sync.system.sql_lists import listed

_AUTHOR_HOLDS = ("invalid_fields", "not_allowed", "out_of_scope", "wrong_ledger", *GATED)  # judged after whose it is
_MOST_NAMED = 2_000  # ledgers one statement names; beyond, the log is read whole and filtered here


class Page(msgspec.Struct, kw_only=True):
    """Lines for an answer, and where the laptop stands once it has them."""

    cursor: int
    running: str
    lines: list[bytes] = []
    positions: dict[str, int] = {}
    more: bool = False
    restart: bool = False
    from_start: bool = False  # of the log
    chains: dict[tuple[str, str], int] = {}  # and the last place of each in this page
    apart: list[tuple[str, str, int]] = []  # ledger, device, seq of what is shown as kept apart
    released: list[Receipt] = []
    rulings: list[codec.Ruling] = []


class Reader:
    """One laptop reading the log, inside one consistent state of it."""

    def __init__(self, session: Session, district: str, access: Access, device: str, person: str) -> None:
        self.session = session
        self.district = district
        self.access = access
        self.device = device
        self.person = person
        self.ledgers = access.ledgers_of(person)
        self.staff = access.sees_staff(person)
        counter = session.row(statements.COUNTER, (district,))
        assert counter is not None  # noqa: S101 - the store was opened on this district
        self.newest, self.running, _, self.log = counter
        self.left = 0

    @cached_property
    def own(self) -> set[str]:
        """The devices of the asking device's person."""
        known = self.access.devices.get(self.device)
        return {each.id for each in self.access.devices.values() if known is not None and each.person == known.person}

    def page(self, request: codec.SyncRequest) -> Page:
        """What comes after the request's cursor and positions, within the bytes it wants."""
        cursor = self._cursor(request)
        self.left = min(request.want, codec.BATCH_BYTES * 2)
        page = Page(cursor=cursor, running="", from_start=cursor == 0)
        is_other_log = not self._is_known(request)
        page.restart = is_other_log and request.log != ""
        if request.want > 0:
            # Positions in another log mean nothing: those ledgers are read from their start, as everything is.
            positions = dict.fromkeys(request.positions, 0) if is_other_log else request.positions
            self._fill_positions(page, positions)
            self._fill_main(page, cursor, set(positions))
            self._tell_own(page, cursor)
        else:
            page.positions = dict(request.positions)
            page.more = True
        page.running = self._running(page.cursor)
        return page

    def _cursor(self, request: codec.SyncRequest) -> int:
        """Where to go on; from the start if the laptop has read another log than this one."""
        return request.cursor if self._is_known(request) else 0

    def _is_known(self, request: codec.SyncRequest) -> bool:
        """Whether this is the log that the laptop has read up to its cursor, and heard of up to where it has `seen`."""
        if request.log != self.log or max(request.cursor, request.seen) > self.newest:
            return False
        is_seen_known = not request.seen or self._running(request.seen) == request.seen_hash
        return is_seen_known and self._running(request.cursor) == request.cursor_hash

    def _running(self, number: int) -> str:
        if number == self.newest:
            return str(self.running)
        row = self.session.row(statements.RUNNING_AT, (self.district, number) * 3)
        return str(row[0]) if row else ""

    def _may_read(self, ledger: str) -> bool:
        if ledger == LEDGER_STAFF:
            return self.staff
        return self.ledgers is None or ledger in self.ledgers

    def _fill_positions(self, page: Page, positions: dict[str, int]) -> None:
        for ledger in filter(self._may_read, sorted(positions)):
            after = min(positions[ledger], self.newest)
            if self.left > 0:
                values = (self.district, ledger, after, self.newest)
                rows = self.session.each(statements.PAGE_OF_LEDGER, values)
                after, all_fit = self._add(page, self._with_rulings(rows, after, {ledger}), after)
                if all_fit:
                    continue
            page.positions[ledger] = after
            page.more = True

    def _fill_main(self, page: Page, cursor: int, elsewhere: set[str]) -> None:
        if self.left <= 0:
            page.more = True
            return
        rows = self._with_rulings(self._rows_after(cursor), cursor, None)
        if elsewhere:
            rows = (row for row in rows if row[1] not in elsewhere)
        last, all_fit = self._add(page, rows, cursor)
        page.cursor = self.newest if all_fit else last
        page.more = page.more or not all_fit

    def _rows_after(self, cursor: int) -> Iterator[Row]:
        values = (self.district, cursor, self.newest, self.device)
        if self.ledgers is None:
            hidden = "" if self.staff else LEDGER_STAFF
            return self.session.each(statements.PAGE, (*values, hidden))
        if len(self.ledgers) > _MOST_NAMED:
            everything = self.session.each(statements.PAGE, (*values, LEDGER_STAFF))
            return (row for row in everything if self._may_read(row[1]))
        ledgers = sorted(self.ledgers)
        if self.newest - cursor > FAR:
            numbers = numbers_after(self.session, self.district, ledgers, cursor)
            if numbers is not None:
                return rows_of(self.session, self.district, numbers, self.device)
        statement = statements.PAGE_OF_LEDGERS.format(listed=listed(ledgers))
        return self.session.each(statement, (*values, *ledgers))

    def _with_rulings(self, rows: Iterator[Row], after: int, ledgers: set[str] | None) -> Iterator[Row]:
        """The rows, and in their order of numbers the entries that were released or recalled after `after`."""
        between = (self.district, after, self.newest)
        for statement, read in ((statements.RELEASES, self._released), (statements.RECALLED, self._recalled)):
            found = self.session.rows(statement, between)
            mine = [row for row in found if self._may_read(row[2]) and (ledgers is None or row[2] in ledgers)]
            rows = merge(rows, map(read, mine), key=itemgetter(0)) if mine else rows
        return rows

    def _released(self, release: Row) -> Row:
        number, entry_number, *_, receipt = release
        return number, *self._entry(entry_number, ""), receipt

    def _recalled(self, recall: Row) -> Row:
        number, entry_number, *_ = recall
        return number, *self._entry(entry_number, self._code(entry_number))

    def _code(self, number: int) -> str:
        """Why an entry is apart by now; empty if it was released."""
        (code,) = self.session.row(statements.CODE_AT, (self.district, number)) or ("",)
        return str(code)

    def _entry(self, number: int, code: str) -> Row:
        found = self.session.row(statements.ENTRY_AT, (self.district, number))
        assert found is not None  # noqa: S101 - entries are never deleted
        ledger, device, seq, head, body = found
        return ledger, device, seq, code, head, body

    def _tell_own(self, page: Page, cursor: int) -> None:
        """What became of this person's entries kept apart, in scope or not: by receipt, and in the office's words."""
        between = (self.district, cursor, page.cursor)
        told = {receipt.number for receipt in page.released}
        for number, _, _, device, receipt in self.session.rows(statements.RELEASES, between):
            if device == self.device and number not in told:
                page.released.append(read_receipt(receipt))
        for _, entry_number, ledger, device, seq in self.session.rows(statements.RECALLED, between):
            if device == self.device and self._code(entry_number):
                page.apart.append((ledger, device, seq))
        for target, verdict, comment, by, at, device in self.session.rows(statements.RULINGS, between):
            if device in self.own:
                page.rulings.append(codec.Ruling(target=target, verdict=verdict, comment=comment, by=by, at=at))
        for target, verdict, comment, by, at, number, code, body in self.session.rows(
            statements.RULINGS_AGAIN, between
        ):
            if self._is_author_of_again(code, body):  # her laptop may know it by the names it had before only
                was = [hash_ for (hash_,) in self.session.rows(statements.AGAIN_UNDER, (self.district, number))]
                said = codec.Ruling(target=target, verdict=verdict, comment=comment, by=by, at=at)
                page.rulings += (msgspec.structs.replace(said, target=each) for each in (target, *was))

    def _add(self, page: Page, rows: Iterable[Row], after: int) -> tuple[int, bool]:
        """Put rows into the page while they fit (one always does); the last number, and whether all did."""
        for number, ledger, device, seq, code, head, body, *receipt in rows:
            shown = body if not code or self.staff or self._is_hers(device, code, body) else None
            size = len(head) + len(shown or b"") + 24
            if page.lines and size > self.left:
                self.left = 0
                return after, False
            self.left -= size
            page.lines.append(codec.arrived_line(head, shown, number, code))
            if seq > page.chains.get((ledger, device), 0):
                page.chains[ledger, device] = seq
            if code:
                page.apart.append((ledger, device, seq))
            if receipt:
                page.released += map(read_receipt, receipt)
            after = number
        return after, True

    def own_entries(self) -> int:
        """How many entries of the asking device stand in the log with their content."""
        (count,) = self.session.row(statements.WHOLE_OF_DEVICE, (self.district, self.device) * 2) or (0,)
        return int(count)

    def _is_hers(self, device: str, code: str, body: bytes | None) -> bool:
        """Whether what a device wrote may be read even if it was kept apart: it is the author's, and was not lost.

        What the store wrote again is the author's whom it names, if its own device's person was found to be that one.
        """
        if device.startswith(AGAIN):
            return self._is_author_of_again(code, body)
        return device == self.device or (device in self.own and self.access.may_connect(device))

    def _is_author_of_again(self, code: str, body: bytes | None) -> bool:
        """Whether what the store wrote again, and kept apart by this code, is this person's."""
        return body is not None and code in _AUTHOR_HOLDS and _author(body) == self.person

    def vouchers(self, page: Page) -> tuple[list[Seal], list[Receipt]]:
        """The seals and receipts of the chains in a page, as far as the entry each names has been given."""
        seals, receipts = [], []
        for (ledger, device), last in sorted(page.chains.items()):
            row = self.session.row(statements.CHAIN, (self.district, ledger, device))
            if row is None:
                continue
            seq, _, seal_seq, seal_hash, seal_sig, receipt = row
            if 0 < seal_seq <= last:
                seals.append(Seal(ledger=ledger, device=device, seq=seal_seq, hash=seal_hash, sig=seal_sig))
            if receipt and seq <= last:
                receipts.append(read_receipt(receipt))
        return seals, receipts

    def verdicts(self, page: Page, private_key: str) -> list[Receipt]:
        """Receipts for what is shown as kept apart: should the store lose it, they tell what it had decided."""
        receipts = []
        for ledger, device, seq in page.apart:
            rows = self.session.rows(statements.APART_BETWEEN, (self.district, ledger, device, seq, seq))
            for _, hash_, number, at, code, *_ in rows:
                place = {"ledger": ledger, "device": device, "seq": seq, "hash": hash_, "number": number, "at": at}
                receipt = Receipt(log=self.log, verdict="apart", code=code, sig="", **place)
                receipts.append(sign_receipt(private_key, self.district, receipt))
        return receipts

    def skews(self, page: Page) -> list[codec.Skew]:
        """Whose clock was wrong when entries of the page's chains came in, and at its start the asking device's own."""
        if not (page.chains or page.from_start) or self.session.row(statements.ANY_SKEW, (self.district,)) is None:
            return []
        found = [
            (ledger, device, *row)
            for (ledger, device), newest in sorted(page.chains.items())
            for row in self.session.rows(statements.SKEWS, (self.district, ledger, device, newest))
        ]
        if page.from_start:
            own = self.session.rows(statements.SKEWS_OF_DEVICE, (self.district, self.device))
            found += [(ledger, self.device, *row) for ledger, *row in own]
        names = ("ledger", "device", "first", "last", "seconds")
        return [codec.Skew(**dict(zip(names, row, strict=True))) for row in found]

    def late(self, page: Page) -> list[codec.Late]:
        """What was accepted late of the page's chains, and at its start of the asking device's own."""
        if not (page.chains or page.from_start) or self.session.row(statements.ANY_LATE, (self.district,)) is None:
            return []
        found = [
            (ledger, device, seq)
            for (ledger, device), newest in sorted(page.chains.items())
            for (seq,) in self.session.rows(statements.LATE, (self.district, ledger, device, newest))
        ]
        if page.from_start:
            own = self.session.rows(statements.LATE_OF_DEVICE, (self.district, self.device))
            found += [(ledger, self.device, seq) for ledger, seq in own]
        return [codec.Late(ledger=ledger, device=device, seq=seq) for ledger, device, seq in found]

    def certificates(self, page: Page) -> list[Certificate]:
        """The certificates of the devices in a page."""
        rows = [
            self.session.row(statements.CERTIFICATE, (self.district, device))
            for device in sorted({device for _, device in page.chains})
        ]
        return [read_certificate(row[0]) for row in rows if row is not None]


def _author(body: bytes) -> str:
    try:
        return read_body(body).by
    except MalformedEntry:
        return ""
