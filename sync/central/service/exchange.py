"""Sync messages answered: what a device brings is kept, then it is given what its cursor lacks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from sync.central.access.permissions import Access
from sync.central.access.scopes import without_gone
from sync.central.access.unit_gates import seen_by
from sync.central.log import blobs
from sync.central.log.covering import apart_again
from sync.central.log.incoming import PushBatch, Submitter, read_lines
from sync.central.log.pull import Reader
from sync.central.log.push_result import PushResult
from sync.central.log.rulings import quarantine_for
from sync.central.recovery.missing import kept_apart, missing_entries, written_again
from sync.central.recovery.restore import (
    RestoreBatch,
    apply_quarantine_receipts,
    read_given,
    restore_entries,
    saying_apart,
)
from sync.central.service.district import Denied, OpenDistrict, revoked, unknown
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains
from sync.model import quarantine_ranges
from sync.protocol import codec

_MOST_AT_ONCE = 5_000  # units whose terms go beside a new scope


class Exchanges:
    """The store's side of an exchange, whichever transport the message came by."""

    def __init__(self, opened: OpenDistrict) -> None:
        self.opened = opened

    def exchange(
        self, submitter: Submitter, request: codec.SyncRequest, lines: Sequence[bytes]
    ) -> tuple[codec.SyncAnswer, list[bytes]]:
        """Answer one sync message: keep what it brings, then give what its cursor lacks."""
        if request.protocol < codec.OLDEST_PROTOCOL:
            raise Denied("protocol_too_old", "This laptop's program is too old; please update it.")
        if request.holds or request.given:
            return self._taken_back(submitter, request, lines), []
        access = self.opened.access()
        if submitter.device not in access.devices:
            raise unknown()
        if not lines and not access.may_connect(submitter.device):
            raise revoked()
        result = self.push(submitter, request, lines) if lines else PushResult()
        return self.opened.engine.read(lambda session: self._answer(session, submitter, request, result))

    def _taken_back(self, submitter: Submitter, request: codec.SyncRequest, lines: Sequence[bytes]) -> codec.SyncAnswer:
        """What a laptop gives back after the store was restored; it is told what is still lacking, and nothing else."""
        result, given = PushResult(), RestoreBatch()
        if lines:
            given = read_given(request, lines, self.opened.id, self.opened.district.public_key)
            result = self.opened.engine.transact(lambda session: self._take_back(session, given))
        elif told := saying_apart(request.receipts, self.opened.id, self.opened.district.public_key):
            self.opened.engine.transact(lambda session: apply_quarantine_receipts(self.opened.log(session), told))
        lacks = self.opened.engine.read(
            lambda session: missing_entries(session, self.opened.id, request.holds, given.chains)
        )
        answer = _closed_answer(request, result)
        answer.kept = [kept for kept in result.kept if kept.device == submitter.device]
        answer.lacks = lacks
        answer.receipts += self.opened.engine.read(lambda session: self._vouched(session, submitter, request))
        return answer

    def _vouched(self, session: Session, submitter: Submitter, request: codec.SyncRequest) -> list[chains.Receipt]:
        """What is kept apart; and that others gave back the submitter's own chains: nobody need send what is here."""
        own = [end for end in request.holds if end.device == submitter.device]
        (_, _, _, log) = session.row(statements.COUNTER, (self.opened.id,)) or ("", "", "", "")
        receipts = kept_apart(session, self.opened.id, str(log), request.holds)
        receipts += [
            chains.Receipt(
                ledger=end.ledger,
                device=end.device,
                seq=end.seq,
                hash=end.hash,
                log=quarantine_ranges.write(
                    str(log), apart_again(session, self.opened.id, (end.ledger, end.device), end.seq, number)
                ),
                number=number,
                at=chains.now(),
                verdict="accepted",
                sig="",
            )
            for end, number in written_again(session, self.opened.id, own)
        ]
        key = self.opened.district.private_key
        return [chains.sign_receipt(key, self.opened.id, receipt) for receipt in receipts]

    def _take_back(self, session: Session, given: RestoreBatch) -> PushResult:
        access = partial(self.opened.access_in, session, keep=False)
        return restore_entries(self.opened.log(session), given, access, self.opened.district.public_key)

    def push(self, submitter: Submitter, request: codec.SyncRequest, lines: Sequence[bytes]) -> PushResult:
        """Keep the entries of a device; safe to repeat."""
        access = self.opened.access()
        batch = read_lines(lines, request.seals, submitter, access, self.opened.id)
        return self.opened.engine.transact(
            lambda session: self._take(session, batch, submitter, access, request, lines)
        )

    def _take(
        self,
        session: Session,
        batch: PushBatch,
        submitter: Submitter,
        access: Access,
        request: codec.SyncRequest,
        lines: Sequence[bytes],
    ) -> PushResult:
        log = self.opened.log(session)
        if log.head.staff_number != access.number:  # rights changed meanwhile: judge again, as of now
            access = self.opened.access_in(session, keep=False)
            batch = read_lines(lines, request.seals, submitter, access, self.opened.id)
        return log.take(batch, submitter, _skew(request.clock), seen_by(request, log.head.name))

    def _answer(
        self, session: Session, submitter: Submitter, request: codec.SyncRequest, result: PushResult
    ) -> tuple[codec.SyncAnswer, list[bytes]]:
        access = self.opened.access_in(session)
        if not access.may_connect(submitter.device):
            return _closed_answer(request, result), []
        reader = Reader(session, self.opened.id, access, submitter.device, submitter.person)
        page = reader.page(request)
        scope = access.scope(submitter.person)
        if not request.gone:
            scope = without_gone(scope)
        seals, receipts = reader.vouchers(page)
        receipts += reader.verdicts(page, self.opened.district.private_key)
        answer = codec.SyncAnswer(
            log=reader.log,
            cursor=page.cursor,
            cursor_hash=page.running,
            newest=reader.newest if reader.newest > page.cursor else 0,
            newest_hash=reader.running if reader.newest > page.cursor else "",
            positions=page.positions,
            more=page.more,
            restart=page.restart,
            time=chains.now(),
            own=reader.own_entries() if request.want > 0 else None,
            attached=blobs.attached_by(session, self.opened.id, access, submitter.device) if request.want > 0 else None,
            have=result.have,
            kept=result.kept,
            receipts=[*result.receipts, *(each for each in page.released if each.device == submitter.device)],
            rulings=page.rulings,
            seals=seals,
            certificates=reader.certificates(page),
            witnessed=[*receipts, *(each for each in page.released if each.device != submitter.device)],
            skews=[*result.skews, *reader.skews(page)],
            late=[*result.late, *reader.late(page)],
            numbered=result.numbered,
        )
        if page.lines or (reader.log, page.cursor, page.positions) != (request.log, request.cursor, request.positions):
            answer.answers = codec.question(submitter.device, request)
        if reader.staff and request.want > 0:
            answer.quarantine = quarantine_for(session, self.opened.id, access, request.quarantine)
        end = {"log": reader.log, "number": reader.newest} if request.dated else {}
        if request.scope != scope.version and request.want > 0:
            dated = msgspec.structs.replace(scope, **end)
            answer.scope = codec.sign_scope(self.opened.district.private_key, self.opened.id, dated)
        if request.terms is not None and not reader.staff and request.want > 0:
            told = access.terms(submitter.person)
            # Both of a whole district may be more than a message holds: then its terms follow with the next page.
            if request.terms != told.version and (answer.scope is None or len(told.units) <= _MOST_AT_ONCE):
                dated_terms = msgspec.structs.replace(told, **end)
                answer.terms = codec.sign_terms(self.opened.district.private_key, self.opened.id, dated_terms)
        return answer, page.lines


def _closed_answer(request: codec.SyncRequest, result: PushResult) -> codec.SyncAnswer:
    """What a revoked device is told: what became of what it sent, and nothing else; its next question is refused."""
    return codec.SyncAnswer(
        log=request.log,
        cursor=request.cursor,
        cursor_hash=request.cursor_hash,
        positions=request.positions,
        more=True,
        time=chains.now(),
        have=result.have,
        kept=result.kept,
        receipts=result.receipts,
        skews=result.skews,
        late=result.late,
        numbered=result.numbered,
    )


def _skew(clock: str) -> int:
    """By how many seconds a clock is wrong; 0 within what is tolerated."""
    seconds = chains.seconds_apart(clock, chains.now()) if clock else 0
    return seconds if abs(seconds) > chains.TOLERATED_SKEW else 0
