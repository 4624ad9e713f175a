"""What a laptop gives back to a store that was restored from a backup: all it holds, others' entries included.

First it names the ends of its chains, then it sends what the store says it lacks, with the seals, certificates and
receipts that prove it. `staff` and `district` go first, because the store judges by them. A chain longer than a
message goes in pieces: what does not fit follows as heads alone, up to the sealed one, so that the seal covers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sync.ledger import chains
from sync.ledger.chains import HASH_PREFIX, Certificate, Receipt, Seal
from sync.ledger.ids import LEDGER_DISTRICT, LEDGER_STAFF
from sync.model import quarantine_ranges
from sync.protocol.codec import Have, SyncAnswer, SyncRequest
from sync.replica import Replica

_ENDS_A_MESSAGE = 5_000
_RECEIPTS_A_MESSAGE = 1_000
_RECEIPT_COLUMNS = ("seq", "hash", "log", "number", "at", "verdict", "code", "sig")

ChainName = tuple[str, str]  # ledger, device
Ask = Callable[[SyncRequest, list[bytes]], SyncAnswer]


def upload_missing(replica: Replica, ask: Ask, byte_limit: int) -> bool:
    """Give the store what it lacks of everything held here; whether it has all of it now."""
    complete = True
    ends = _ends(replica)
    for receipts in _kept_apart(replica):  # perhaps somebody else gave the entries, and these not
        ask(SyncRequest(want=0, given=True, receipts=receipts), [])
    for common in (True, False):
        mine = [end for end in ends if (end.ledger in (LEDGER_STAFF, LEDGER_DISTRICT)) == common]
        for start in range(0, len(mine), _ENDS_A_MESSAGE):
            part = mine[start : start + _ENDS_A_MESSAGE]
            lacks = ask(SyncRequest(want=0, holds=part), []).lacks
            complete = _Upload(replica, ask, byte_limit, part).give(lacks) and complete
    perhaps = list(_perhaps_apart(replica))
    for start in range(0, len(perhaps), _ENDS_A_MESSAGE):
        ask(SyncRequest(want=0, holds=perhaps[start : start + _ENDS_A_MESSAGE]), [])
    return complete


def _perhaps_apart(replica: Replica) -> Iterator[Have]:
    """The entries that may be kept apart, as a receipt for their chain says: each is asked about by its own name.

    The store wrote such a chain again in several, and of one end it cannot tell what became of all before it.
    """
    rows = replica.connection.execute(
        "SELECT c.id, c.ledger, c.device, r.log, r.seq FROM receipt r JOIN chain c ON c.id = r.chain"
        " WHERE r.apart = 0 AND r.code = '' AND instr(r.log, ' ') > 0 ORDER BY c.ledger, c.device"
    ).fetchall()
    for chain, ledger_id, device, log, covered in rows:
        named = quarantine_ranges.read(log)
        if named.exact:
            continue
        entries = replica.connection.execute(
            "SELECT seq, hash FROM entry WHERE chain = ? AND seq <= ? ORDER BY seq", (chain, covered)
        )
        for seq, hash_ in entries:
            if seq in named:
                yield Have(ledger=ledger_id, device=device, seq=seq, hash=HASH_PREFIX + hash_.hex())


def _ends(replica: Replica) -> list[Have]:
    rows = replica.connection.execute("SELECT ledger, device, seq, hash FROM chain WHERE seq > 0 ORDER BY id")
    return [Have(ledger=ledger_id, device=device, seq=seq, hash=hash_) for ledger_id, device, seq, hash_ in rows]


def _kept_apart(replica: Replica) -> Iterator[list[Receipt]]:
    """The receipts that say what was kept apart, as many to a message as are quickly checked."""
    names = ("ledger", "device", *_RECEIPT_COLUMNS)
    rows = replica.connection.execute(
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM receipt r"
        " JOIN chain c ON c.id = r.chain WHERE r.verdict = 'apart'"
        " ORDER BY c.ledger NOT IN ('staff', 'district'), r.chain, r.seq"
    ).fetchall()
    for start in range(0, len(rows), _RECEIPTS_A_MESSAGE):
        part = rows[start : start + _RECEIPTS_A_MESSAGE]
        yield [Receipt(**dict(zip(names, row, strict=True))) for row in part]


def everything_held(replica: Replica, byte_limit: int) -> Iterator[tuple[SyncRequest, list[bytes]]]:
    """All that is held here as messages, for a transport on which the store cannot first say what it lacks."""
    ends = _ends(replica)
    for common in (True, False):
        mine = [end for end in ends if (end.ledger in (LEDGER_STAFF, LEDGER_DISTRICT)) == common]
        giving = _Upload(replica, _unasked, byte_limit, mine)
        lacks = [Have(ledger=end.ledger, device=end.device, seq=0) for end in mine]
        while lacks:
            following = []
            for pieces in giving.messages(lacks):
                yield _request(pieces), [line for piece in pieces for line in piece.lines]
                following += [piece.rest for piece in pieces if piece.rest is not None]
            lacks = following


def still_lacking(replica: Replica, before: set[ChainName], answer: SyncAnswer) -> set[ChainName]:
    """The chains of which the store, after one more message, lacks something that this laptop could give.

    What did not fit into a message follows in the next: a receipt for the end of a chain says that all of it is there.
    """
    giving = _Upload(replica, _unasked, 0, _ends(replica))
    whole = {(each.ledger, each.device) for each in answer.receipts if giving.is_end(each)}
    return (before - whole) | {(lack.ledger, lack.device) for lack in answer.lacks if giving.matters(lack)}


def _unasked(_header: SyncRequest, _lines: list[bytes]) -> SyncAnswer:
    raise AssertionError("nobody answers at once on this transport")


class _ChainSegment(msgspec.Struct, kw_only=True):
    """A part of one chain as it is sent: its lines, and what proves them; `rest`: from where on heads went alone."""

    end: Have
    lines: list[bytes]
    seals: list[Seal]
    certificate: Certificate | None
    receipts: list[Receipt]
    size: int
    rest: Have | None


class _Upload:
    """Gives back some chains."""

    def __init__(self, replica: Replica, ask: Ask, byte_limit: int, ends: list[Have]) -> None:
        self.replica = replica
        self.ask = ask
        self.byte_limit = byte_limit
        self.ends = {(end.ledger, end.device): end for end in ends}
        self.complete = True
        self.back: dict[tuple[str, str], int] = {}  # how far before the store's end of a chain the last piece began

    def give(self, lacks: list[Have]) -> bool:
        """Send what is lacking, message after message, as long as the store gets on; whether it has all of it now."""
        while lacks:
            following: list[Have] = []
            for pieces in self.messages(lacks):
                answer = self.ask(_request(pieces), [line for piece in pieces for line in piece.lines])
                following += self._still_lacking(lacks, answer.lacks)
            lacks = following
        return self.complete

    def _still_lacking(self, before: list[Have], after: list[Have]) -> list[Have]:
        """Of what is lacking after a message, what another may help with: the store has got further."""
        had = {(each.ledger, each.device): self._reached(each) for each in before}
        on = [
            each
            for each in after
            if self._reached(each) > had[each.ledger, each.device]
            or 0 < self.back.get((each.ledger, each.device), 0) < each.seq
        ]
        stuck = [each for each in after if each not in on]
        self.complete = self.complete and not any(self.matters(each) for each in stuck)
        return on

    def _reached(self, lack: Have) -> tuple[bool, int]:
        """How far the store is with a chain: first its heads, then the content that is missing of them."""
        return lack.hash == self.ends[lack.ledger, lack.device].hash, lack.seq

    def matters(self, lack: Have) -> bool:
        """Whether it is more than what only somebody else may have: the content of a head that has none here, too."""
        row = self.replica.connection.execute(
            "SELECT e.body IS NULL FROM entry e JOIN chain c ON c.id = e.chain"
            " WHERE c.ledger = ? AND c.device = ? AND e.seq = ?",
            (lack.ledger, lack.device, lack.seq + 1),
        ).fetchone()
        return row is None or not row[0]

    def is_end(self, receipt: Receipt) -> bool:
        """Whether a receipt is for all of a chain that could be given."""
        row = self.replica.connection.execute(
            "SELECT s.seq, s.hash FROM chain c JOIN seal s ON s.chain = c.id WHERE c.ledger = ? AND c.device = ?",
            (receipt.ledger, receipt.device),
        ).fetchone()
        return row is not None and tuple(row) == (receipt.seq, receipt.hash)

    def messages(self, lacks: list[Have]) -> Iterator[list[_ChainSegment]]:
        """The pieces that follow `lacks`, as many to a message as fit."""
        pieces: list[_ChainSegment] = []
        for lack in lacks:
            piece = self._piece(lack)
            if piece is None:
                self.complete = self.complete and not self.matters(lack)
                continue
            if pieces and sum(each.size for each in pieces) + piece.size > self.byte_limit:
                yield pieces
                pieces = []
            pieces.append(piece)
        if pieces:
            yield pieces

    def _piece(self, lack: Have) -> _ChainSegment | None:
        """What follows `lack` in its chain, up to its seal; None if no seal covers it."""
        connection = self.replica.connection
        row = connection.execute(
            "SELECT c.id, s.seq, s.hash, s.sig FROM chain c JOIN seal s ON s.chain = c.id"
            " WHERE ledger = ? AND device = ?",
            (lack.ledger, lack.device),
        ).fetchone()
        if row is None or row[1] <= lack.seq:
            return None
        chain, seq, hash_, sig = row
        start = self._start(chain, lack)
        lines: list[bytes] = []
        size = 0
        rest: Have | None = None
        for at, head, body in connection.execute(
            "SELECT seq, head, body FROM entry WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (chain, start, seq),
        ):
            shown = body if body is not None and (not lines or size + len(body) <= self.byte_limit) else b""
            if rest is None and body is not None and not shown:
                rest = Have(ledger=lack.ledger, device=lack.device, seq=at - 1)
            lines.append(b"%b\t%b" % (head, shown))
            size += len(lines[-1]) + 1
        end = Have(ledger=lack.ledger, device=lack.device, seq=seq, hash=hash_)
        return _ChainSegment(
            end=end,
            lines=lines,
            seals=[
                *self._seal_of_delivered(chain, lack, seq),
                Seal(ledger=lack.ledger, device=lack.device, seq=seq, hash=hash_, sig=sig),
            ],
            certificate=self._certificate(lack.device),
            receipts=self._receipts(chain, lack, start),
            size=size,
            rest=rest,
        )

    def _start(self, chain: int, lack: Have) -> int:
        """After which place to begin: the store's end, or where that is not ours, each time twice as far before it."""
        name = (lack.ledger, lack.device)
        ours = self.replica.connection.execute(
            "SELECT hash FROM entry WHERE chain = ? AND seq = ?", (chain, lack.seq)
        ).fetchone()
        if ours is None or lack.hash in ("", HASH_PREFIX + ours[0].hex(), self.ends[name].hash):
            self.back.pop(name, None)
            return lack.seq
        self.back[name] = self.back.get(name, 0) * 2 or 1
        return max(0, lack.seq - self.back[name])

    def _seal_of_delivered(self, chain: int, lack: Have, end: int) -> list[Seal]:
        """Of a chain of our own: a seal of what had a receipt, because what had none may have to wait."""
        identity = self.replica.joined()
        row = self.replica.connection.execute(
            "SELECT seq, hash FROM receipt WHERE chain = ? AND apart = 0 AND seq < ?", (chain, end)
        ).fetchone()
        if row is None or lack.device != identity.device:
            return []
        name = (identity.district, lack.ledger, lack.device)
        return [chains.make_seal(identity.private_key, *name, *row)]

    def _certificate(self, device: str) -> Certificate | None:
        identity = self.replica.joined()
        if device == identity.device:
            return identity.certificate
        row = self.replica.connection.execute(
            "SELECT person, key, at, sig FROM certificate WHERE device = ?", (device,)
        ).fetchone()
        return None if row is None else Certificate(device=device, person=row[0], key=row[1], at=row[2], sig=row[3])

    def _receipts(self, chain: int, lack: Have, start: int) -> list[Receipt]:
        rows = self.replica.connection.execute(
            "SELECT seq, hash, log, number, at, verdict, code, sig FROM receipt"
            " WHERE chain = ? AND seq > ? ORDER BY seq",
            (chain, start),
        )
        place: dict[str, Any] = {"ledger": lack.ledger, "device": lack.device}
        return [Receipt(**{**place, **dict(zip(_RECEIPT_COLUMNS, row, strict=True))}) for row in rows]


def _request(pieces: list[_ChainSegment]) -> SyncRequest:
    certificates = {piece.end.device: piece.certificate for piece in pieces if piece.certificate is not None}
    return SyncRequest(
        want=0,
        given=True,
        holds=[piece.end for piece in pieces],
        seals=[seal for piece in pieces for seal in piece.seals],
        certificates=list(certificates.values()),
        receipts=[receipt for piece in pieces for receipt in piece.receipts],
    )
