"""The laptop's side of an exchange: send what the store lacks, store what it sends, in as few round trips as it takes.

Local work is never touched: entries and the cursor behind them are stored in one transaction, a verdict only ever adds
knowledge, and a broken-off exchange goes on from where it stood. The next message is prepared while one is under way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from sync import keys, ledger, wire
from sync.ledger import Receipt, Seal
from sync.replica import Identity, Replica
from sync.replica.apply import Incoming, accept_up_to, apply, keep_seal
from sync.replica.connect import Connection
from sync.replica.leave import leave_what_is_out_of_scope
from sync.replica.rewrite import go_on_as
from sync.transport import ExchangeError, NoConnection, RefusedByStore, Stopped, TooMuch, Transport

__all__ = ["ExchangeError", "NoConnection", "Progress", "RefusedByStore", "Result", "Stopped", "exchange", "join"]

ChainEnd = tuple[str, str, int, str]  # ledger, device, seq, hash
Positions = dict[str, int]  # ledger -> arrival number, of the ledgers that are fetched from their start

_FIRST_BATCH_BYTES = 512 * 1024
_SMALLEST_BATCH_BYTES = 1024
_SMALLEST_BATCH = 1
_QUICK, _SLOW = 2.0, 10.0  # seconds of a round trip under which messages may grow, over which they shrink
_RESTARTS = 4


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exchange is: `push` with a total, or `pull`, whose total nobody knows beforehand (0)."""

    phase: str
    done: int
    total: int


class Result(msgspec.Struct, kw_only=True):
    """What an exchange did.

    `pushed` counts the entries whose delivery the store has signed; `renewed`: the laptop's file had been restored or
    copied, and it goes on as a new device; `left`: units that went out of scope and off the laptop.
    """

    pushed: int = 0
    pulled: int = 0
    quarantined: list[wire.Kept] = []
    conflicts: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    round_trips: int = 0
    seconds: float = 0.0
    renewed: bool = False
    left: list[str] = []


def join(path: Path, server: str, code: str, device_name: str) -> Identity:
    """Enrol a new laptop file at `path` with a one-time code; raises `ExchangeError` and then leaves no file behind."""
    private = keys.new_private_key()
    identity = _enrolled(
        server, private, wire.JoinRequest(code=code, device=device_name, public_key=keys.public_key(private))
    )
    with Replica.open(path, create=True) as replica:
        replica.set_identity(identity)
    return identity


def _enrolled(server: str, private: str, request: wire.JoinRequest) -> Identity:
    with Transport(server) as transport:
        answer = transport.join(request)
    return Identity(
        district=answer.district,
        district_name=answer.district_name or answer.district,
        person=answer.person,
        person_name=answer.person_name or answer.person,
        role=answer.role,
        device=answer.device,
        device_name=request.device,
        server=server.rstrip("/"),
        token=answer.token,
        private_key=private,
        store_key=answer.store_key,
        certificate=answer.certificate,
    )


def _successor(old: Identity) -> Identity:
    """Enrol a new device for the same person, on the old one's word."""
    private = keys.new_private_key()
    public = keys.public_key(private)
    signature = keys.sign(old.private_key, wire.succession(old.token, public))
    request = wire.JoinRequest(device=old.device_name, public_key=public, succeeds=old.token, signature=signature)
    return msgspec.structs.replace(_enrolled(old.server, private, request), group=old.group)


def exchange(
    replica: Replica,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Result:
    """Exchange until nothing is left to send or fetch; after a fork, as a new device.

    Raises `NoConnection`, `RefusedByStore` or `Stopped`; what was done until then is kept, and the reason is noted for
    the status line.
    """
    begun = time.monotonic()
    result = Result()
    try:
        if _exchange_once(replica, result, progress, stop):
            go_on_as(replica, _successor(replica.joined()))
            result.renewed = True
            _exchange_once(replica, result, progress, stop)
    except ExchangeError as error:
        if not isinstance(error, Stopped):
            replica.set_setting("last_error", error.code)
        raise
    result.left = leave_what_is_out_of_scope(replica)
    with replica.transaction():
        replica.set_setting("last_sync", ledger.now())
        replica.set_setting("last_error", "")
    result.seconds = round(time.monotonic() - begun, 3)
    (result.conflicts,) = replica.connection.execute("SELECT count(DISTINCT record) FROM conflict").fetchone()
    return result


def _exchange_once(
    replica: Replica, result: Result, progress: Callable[[Progress], None], stop: Callable[[], bool]
) -> bool:
    """One exchange as the device the file names; whether the store holds other entries in place of ours."""
    identity = replica.joined()
    with Transport(identity.server, identity.token, stop) as transport, ThreadPoolExecutor(1) as line:
        talk = _Exchange(replica, identity, transport, line, progress, stop, result)
        try:
            talk.run()
        finally:
            result.bytes_sent += transport.bytes_sent
            result.bytes_received += transport.bytes_received
            result.round_trips += transport.round_trips
    return talk.forked


class Batch(msgspec.Struct, kw_only=True):
    """Entries to send in one message: their lines, the seals of their chains' ends, and the last row among them."""

    lines: list[bytes]
    seals: list[Seal]
    last: int


def next_batch(replica: Replica, after: int, byte_limit: int, entry_limit: int) -> Batch:
    """The entries the store has given no receipt for, oldest first from the row `after` on, within both limits."""
    identity = replica.joined()
    lines: list[bytes] = []
    ends: dict[int, ChainEnd] = {}
    size, last = 0, after
    for id_, chain, ledger_id, device, seq, hash_, head, body in replica.connection.execute(
        "SELECT e.id, c.id, c.ledger, c.device, e.seq, e.hash, e.head, e.body FROM entry e"
        " JOIN chain c ON c.id = e.chain WHERE e.number IS NULL AND e.id > ? ORDER BY e.id LIMIT ?",
        (after, entry_limit),
    ):
        size += len(head) + len(body or b"") + 2
        if lines and size > byte_limit:
            break
        lines.append(b"%b\t%b" % (head, body or b""))
        ends[chain] = (ledger_id, device, seq, ledger.HASH_PREFIX + hash_.hex())
        last = id_
    kept = dict(_kept_seals(replica.connection, list(ends)))
    seals = [_seal_of(identity, end, kept.get(chain)) for chain, end in ends.items()]
    return Batch(lines=lines, seals=[seal for seal in seals if seal is not None], last=last)


def _kept_seals(connection: Connection, chains: list[int]) -> list[tuple[int, tuple[int, str]]]:
    marks = ",".join("?" * len(chains))
    rows = connection.execute(f"SELECT chain, seq, sig FROM seal WHERE chain IN ({marks})", chains)
    return [(chain, (seq, sig)) for chain, seq, sig in rows]


def _seal_of(identity: Identity, end: ChainEnd, kept: tuple[int, str] | None) -> Seal | None:
    """The seal of a chain's end in this message: the kept one if it is of that end, else a new one where we may."""
    ledger_id, device, seq, hash_ = end
    if kept is not None and kept[0] == seq:
        return Seal(ledger=ledger_id, device=device, seq=seq, hash=hash_, sig=kept[1])
    if device != identity.device:
        return None
    return ledger.make_seal(identity.private_key, identity.district, ledger_id, device, seq, hash_)


class _Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message ready to go, and the positions it names."""

    data: bytes
    asked: Positions


class _UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent, and the answer that will come."""

    message: _Message
    answer: Future[bytes]


def _packed(header: wire.SyncRequest, lines: list[bytes]) -> _Message:
    return _Message(data=wire.pack(header, lines), asked=header.positions)


class _Exchange:
    """One exchange under way: pushes first, each message prepared while the one before is in flight, then pulls."""

    def __init__(
        self,
        replica: Replica,
        identity: Identity,
        transport: Transport,
        line: ThreadPoolExecutor,
        progress: Callable[[Progress], None],
        stop: Callable[[], bool],
        result: Result,
    ) -> None:
        self.replica = replica
        self.identity = identity
        self.transport = transport
        self.line = line
        self.progress = progress
        self.stop = stop
        self.result = result
        self.forked = False
        self.give_back = False  # the store has asked for what it had before
        self.byte_limit = min(_FIRST_BATCH_BYTES, wire.BATCH_BYTES)  # of entries in one message, either way
        self.entry_limit = 100_000
        self.told: set[tuple[str, str, int]] = set()  # places the store has said something of other than a receipt
        self.sent_up_to = 0  # the last row of `entry` that this exchange has sent

    def run(self) -> None:
        """Push everything, then pull until the store has no more."""
        for _ in range(_RESTARTS):
            try:
                under_way = self._push()
            except TooMuch:
                self._send_less()
                continue
            if under_way is not None and not self._pull(under_way) and not self._still_pending():
                return
        raise NoConnection("no_progress", "The exchange makes no progress; everything is kept for later.")

    def _still_pending(self) -> bool:
        """Whether the store has said nothing of an entry it was sent."""
        pending = self.replica.connection.execute(
            "SELECT c.ledger, c.device, e.seq FROM entry e JOIN chain c ON c.id = e.chain"
            " WHERE e.number IS NULL AND e.id <= ?",
            (self.sent_up_to,),
        )
        return any(place not in self.told for place in pending)

    def _push(self) -> _UnderWay | None:
        """Send what is pending; the last message, which also asks for entries, is left under way.

        None if the store lacks something it was to have: then pushing begins again.
        """
        total, last = self.replica.connection.execute(
            "SELECT count(*), coalesce(max(id), 0) FROM entry WHERE number IS NULL"
        ).fetchone()
        self.sent_up_to = last
        batch = next_batch(self.replica, 0, self.byte_limit, self.entry_limit)
        sent = len(batch.lines)
        message = self._message(batch, last=sent >= total)
        under_way = self._send(message)
        while sent < total:
            batch = next_batch(self.replica, batch.last, self.byte_limit, self.entry_limit)
            message = self._message(batch, last=sent + len(batch.lines) >= total)
            answer, _ = self._answer(under_way)
            if answer.have:
                self._take(answer, [], asked=None)
                return None
            under_way = self._send(message)
            self._take(answer, [], asked=None)
            self.progress(Progress(phase="push", done=sent, total=total))
            sent += len(batch.lines)
        return under_way

    def _pull(self, under_way: _UnderWay) -> bool:
        """Store what answers bring, asking for the next part meanwhile, until there is no more.

        Whether the store lacks something it was to have: then pushing begins again.
        """
        lacks = False
        while True:
            asked = under_way.message.asked
            answer, lines = self._answer(under_way)
            lacks = lacks or bool(answer.have)
            ask_ahead = answer.more and not answer.scope
            following = self._send(self._request_after(answer)) if ask_ahead else None
            self._take(answer, lines, asked)
            self.progress(Progress(phase="pull", done=self.result.pulled, total=0))
            if following is None:
                if not answer.more and not self._positions():
                    lacks, self.give_back = lacks or self.give_back, False
                    return lacks
                following = self._send(_packed(self._header(want=self.byte_limit), []))
            under_way = following

    def _send(self, message: _Message) -> _UnderWay:
        if self.stop():
            raise Stopped("stopped", "Stopped; everything is kept for later.")
        return _UnderWay(message=message, answer=self.line.submit(self._timed, message.data))

    def _timed(self, data: bytes) -> bytes:
        """Send a message; the size of later ones follows from how long its answer took."""
        begun = time.monotonic()
        answer = self.transport.sync(data)
        seconds = time.monotonic() - begun
        if seconds < _QUICK:
            self.byte_limit = min(self.byte_limit * 2, wire.BATCH_BYTES)
        elif seconds > _SLOW:
            self.byte_limit = max(self.byte_limit // 2, _SMALLEST_BATCH_BYTES)
        return answer

    def _answer(self, under_way: _UnderWay) -> tuple[wire.SyncAnswer, list[bytes]]:
        try:
            answer = wire.unpack(under_way.answer.result(), wire.SyncAnswer)
        except wire.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error
        return answer

    def _request_after(self, answer: wire.SyncAnswer) -> _Message:
        """Asks for what follows an answer that is not stored yet."""
        header = self._header(want=self.byte_limit)
        header.log, header.cursor, header.cursor_hash = answer.log, answer.cursor, answer.cursor_hash
        header.positions = answer.positions
        return _packed(header, [])

    def _message(self, batch: Batch, *, last: bool) -> _Message:
        header = self._header(want=self.byte_limit if last else 0)
        header.seals = batch.seals
        return _packed(header, batch.lines)

    def _header(self, want: int) -> wire.SyncRequest:
        log, cursor, cursor_hash = self._place()
        return wire.SyncRequest(
            log=log,
            cursor=cursor,
            cursor_hash=cursor_hash,
            scope=self.replica.setting("scope_version") or "",
            positions=self._positions(),
            want=want,
        )

    def _place(self) -> tuple[str, int, str]:
        log, _, rest = (self.replica.setting("cursor") or " 0 ").partition(" ")
        number, _, hash_ = rest.partition(" ")
        return log, int(number), hash_

    def _positions(self) -> dict[str, int]:
        return dict(self.replica.connection.execute("SELECT ledger, number FROM position ORDER BY ledger").fetchall())

    def _send_less(self) -> None:
        """After a message that was too large or too slow: half as much, down to one entry."""
        if self.entry_limit <= _SMALLEST_BATCH:
            raise NoConnection("too_slow", "The line is too slow even for one record; everything is kept for later.")
        self.byte_limit = max(self.byte_limit // 2, _SMALLEST_BATCH_BYTES)
        if self.byte_limit == _SMALLEST_BATCH_BYTES:
            self.entry_limit = max(min(self.entry_limit, 16) // 2, _SMALLEST_BATCH)

    # --- storing an answer -------------------------------------------------------------------------------------------

    def _take(self, answer: wire.SyncAnswer, lines: list[bytes], asked: Positions | None) -> None:
        """Store one answer, all of it in one transaction: verdicts, scope, entries, and then the new cursor.

        `asked`: the positions its request named; None if it asked for no entries, then the place stays what it was.
        """
        if answer.scope is not None and not wire.scope_holds(answer.scope, self.identity.district, self._store_key):
            raise NoConnection("bad_signature", "The answer is not signed by our store; everything is kept for later.")
        with self.replica.transaction() as connection:
            if answer.restart and asked is not None:
                self._count_as_unsent(connection)
            self._take_verdicts(connection, answer)
            entering = self._take_scope(answer)
            gaps = self._take_entries(connection, answer, lines)
            if asked is None:
                return
            if gaps & asked.keys():
                raise NoConnection("no_progress", "The store's answer has gaps; everything is kept for later.")
            # Ledgers that came up while this request was under way are still to be fetched.
            held = {ledger_id: at for ledger_id, at in self._positions().items() if ledger_id not in asked}
            positions = answer.positions | dict.fromkeys(entering | gaps, 0) | held
            self.replica.set_setting("cursor", f"{answer.log} {answer.cursor} {answer.cursor_hash}")
            connection.execute("DELETE FROM position")
            connection.executemany("INSERT INTO position VALUES (?, ?)", sorted(positions.items()))

    @property
    def _store_key(self) -> str:
        return self.identity.store_key

    def _take_verdicts(self, connection: Connection, answer: wire.SyncAnswer) -> None:
        self.result.pushed += self._take_receipts(connection, answer.receipts)
        for kept in answer.kept:
            self.told.add((kept.ledger, kept.device, kept.seq))
            if kept.code == "fork" and kept.device == self.identity.device:
                self.forked = True
                continue
            self.replica.set_setting(f"kept:{kept.ledger}:{kept.seq}", kept.message)
            self.result.quarantined.append(kept)
        for have in answer.have:
            connection.execute(
                "UPDATE entry SET number = NULL, code = '' WHERE seq > ? AND chain ="
                " (SELECT id FROM chain WHERE ledger = ? AND device = ?)",
                (have.seq, have.ledger, have.device),
            )

    def _count_as_unsent(self, connection: Connection) -> None:
        """The store was restored from a backup: what it gave receipts for may be gone, so it is sent again."""
        self.give_back = True
        connection.execute(
            "UPDATE entry SET number = NULL, code = '' WHERE chain IN (SELECT id FROM chain WHERE device = ?)",
            (self.identity.device,),
        )

    def _take_receipts(self, connection: Connection, receipts: list[Receipt]) -> int:
        """Keep receipts for entries held here; how many entries they settled that were pending."""
        settled = 0
        for receipt in sorted(receipts, key=lambda receipt: receipt.verdict != "apart"):
            if not ledger.receipt_holds(receipt, self.identity.district, self._store_key):
                raise NoConnection(
                    "bad_signature", "A receipt is not signed by our store; everything is kept for later."
                )
            if _is_held(connection, receipt):
                settled += accept_up_to(connection, receipt)
        return settled

    def _take_scope(self, answer: wire.SyncAnswer) -> set[str]:
        """Keep the new scope; the ledgers that enter it and must be fetched from their start."""
        scope, old = answer.scope, self.replica.scope
        if scope is None:
            return set()
        self.replica.set_scope(scope)
        if scope.group != self.identity.group or scope.role != self.identity.role:
            changed = msgspec.structs.replace(self.identity, group=scope.group, role=scope.role)
            self.replica.set_identity(changed)
            self.identity = changed
        if old is None:
            return set()
        if scope.everything and not old.everything:
            answer.cursor, answer.cursor_hash, answer.more = 0, "", True
            return set()
        entering = set(scope.units) - set(old.units)
        return entering | ({"staff"} if scope.staff and not old.staff else set())

    def _take_entries(self, connection: Connection, answer: wire.SyncAnswer, lines: list[bytes]) -> set[str]:
        """Store the entries, and what vouches for them; the ledgers with a missing predecessor."""
        try:
            incoming = [
                Incoming(entry=arrived.entry, number=arrived.number, code=arrived.code)
                for arrived in wire.arrived_entries(lines)
            ]
        except wire.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error
        applied = apply(connection, incoming)
        self.result.pulled += applied.new
        for seal in answer.seals:
            keep_seal(connection, seal)
        connection.executemany(
            "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)",
            [(each.device, each.person, each.key, each.at, each.sig) for each in answer.certificates],
        )
        self._take_receipts(connection, answer.witnessed)
        return applied.gaps


def _is_held(connection: Connection, receipt: Receipt) -> bool:
    """Whether the receipt is for an entry this laptop holds, with the same hash."""
    row = connection.execute(
        "SELECT e.hash FROM entry e JOIN chain c ON c.id = e.chain WHERE c.ledger = ? AND c.device = ? AND e.seq = ?",
        (receipt.ledger, receipt.device, receipt.seq),
    ).fetchone()
    return row is not None and ledger.HASH_PREFIX + row[0].hex() == receipt.hash
