"""The laptop's side of an exchange: send what the store lacks, store what it sends, in as few round trips as it takes.

Local work is never touched: entries and the cursor behind them are stored in one transaction, a verdict only ever adds
knowledge, and a broken-off exchange goes on from where it stood. The next message is prepared while one is under way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from sync.client.attachments import send as send_attachments
from sync.client.batch_size import BatchSizer
from sync.client.enrolment import enrol_successor, is_other_store, reattach
from sync.client.http import Cancelled, ExchangeError, NoConnection, PayloadTooLarge, Progress, Rejected, StoreClient
from sync.client.pipeline import InFlight, PackedMessage, Pipeline
from sync.client.pull import GIVE_BACK, Receiver, note_failure, note_success
from sync.client.push import START, Batch, Position, newest, next_batch, pending
from sync.client.restore_upload import upload_missing
from sync.ledger import chains
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.storage.wal_checkpoint import Checkpoints
from sync.replica.sync_state import oversized
from sync.replica.sync_state.fork_recovery import switch_device
from sync.replica.sync_state.oversized import Place, Waiting
from sync.replica.sync_state.scope_removal import remove_out_of_scope

__all__ = ["Cancelled", "ExchangeError", "NoConnection", "Progress", "Rejected", "Result", "exchange"]

_RESTARTS = 4


class Result(msgspec.Struct, kw_only=True):
    """What an exchange did.

    `pushed` counts the entries whose delivery the store has signed; `renewed`: the laptop's file had been restored or
    copied, and it goes on as a new device; `left`: units that went out of scope and off the laptop; `noted`: the status
    line knows of it already; `again`: by stick, there is more to say than one request could;
    `attached`: attachments the store holds now; `fetched`: attachments that came by stick; `waiting`: entries that are
    too large for the way to the store, with those behind them; `server`: its new address, where it has moved for good.
    """

    pushed: int = 0
    pulled: int = 0
    quarantined: list[codec.Kept] = []
    conflicts: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    round_trips: int = 0
    seconds: float = 0.0
    renewed: bool = False
    left: list[str] = []
    noted: bool = False
    attached: int = 0
    fetched: int = 0
    again: bool = False
    waiting: list[Waiting] = []
    server: str = ""


def exchange(
    replica: Replica,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Result:
    """Exchange until nothing is left to send or fetch; after a fork, as a new device.

    Raises `NoConnection`, `Rejected` or `Cancelled`; what was done until then is kept, and the reason is noted for
    the status line.
    """
    begun = time.monotonic()
    result = Result()
    try:
        if _exchange_or_return(replica, result, progress, stop):
            switch_device(replica, enrol_successor(replica.joined()))
            result.renewed = True
            _exchange_once(replica, result, progress, stop)
    except ExchangeError as error:
        if not isinstance(error, Cancelled):
            note_failure(replica, error.code, error.named)
        raise
    result.left = remove_out_of_scope(replica)
    if not result.noted:
        note_success(replica)
    result.seconds = round(time.monotonic() - begun, 3)
    result.waiting = oversized.waiting(replica)
    (result.conflicts,) = replica.connection.execute("SELECT count(DISTINCT record) FROM conflict").fetchone()
    return result


def _exchange_or_return(
    replica: Replica, result: Result, progress: Callable[[Progress], None], stop: Callable[[], bool]
) -> bool:
    """One exchange; where a restored store has forgotten this laptop, it first proves who it is and gives back.

    A store that knows the laptop by its certificate alone tells it nothing, not even that it was restored.
    """
    try:
        return _exchange_once(replica, result, progress, stop)
    except Rejected as refused:
        is_new = refused.code == "device_unknown" and replica.setting(GIVE_BACK) != "1"
        if not is_new and (refused.code != "token_unknown" or not reattach(replica.joined())):
            if refused.code in ("token_unknown", "device_unknown") and is_other_store(replica.joined()):
                raise Rejected("other_store", "Another store answers at this address; all is kept.") from refused
            raise
    with replica.transaction():
        Receiver(replica).count_as_unsent()
    return _exchange_once(replica, result, progress, stop)


def _exchange_once(
    replica: Replica, result: Result, progress: Callable[[Progress], None], stop: Callable[[], bool]
) -> bool:
    """One exchange as the device the file names; whether the store holds other entries in place of ours."""
    identity = replica.joined()
    with (
        StoreClient(identity.server, identity.token, stop) as client,
        ThreadPoolExecutor(1) as thread,
        Checkpoints(replica) as checkpoints,
    ):
        sizer = BatchSizer()
        pipeline = Pipeline(client, thread, sizer, identity.device, stop)
        talk = _Exchange(replica, pipeline, sizer, checkpoints, progress)
        received = talk.receiver.received
        try:
            talk.run()
            if client.moved_for_good:
                result.server = client.moved_for_good
                replica.set_identity(msgspec.structs.replace(replica.joined(), server=result.server))
            result.attached += send_attachments(replica, client, progress)
        finally:
            result.pushed += received.pushed
            result.pulled += received.pulled
            result.quarantined += received.quarantined
            result.noted = received.noted
            result.bytes_sent += client.bytes_sent
            result.bytes_received += client.bytes_received
            result.round_trips += client.round_trips
    return received.forked


class _Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A message with how many entries it carries, up to which position, and whether others follow."""

    message: PackedMessage
    entries: int
    last: Position
    more: bool


class _Exchange:
    """One exchange under way: pushes first, each message prepared while the one before is in flight, then pulls."""

    def __init__(
        self,
        replica: Replica,
        pipeline: Pipeline,
        sizer: BatchSizer,
        checkpoints: Checkpoints,
        progress: Callable[[Progress], None],
    ) -> None:
        self.replica = replica
        self.receiver = Receiver(replica)
        self.pipeline = pipeline
        self.sizer = sizer
        self.checkpoints = checkpoints
        self.progress = progress
        self.waiting: list[Place] = oversized.places(replica)  # what no message takes, and its chain from there on
        self.untried = list(self.waiting)  # of these, what has not been tried in this exchange
        self.sent_up_to = 0  # the last row of `entry` that this exchange sends

    def run(self) -> None:
        """Push everything, then pull until the store has no more; what waited for a wider way is tried in the end."""
        self._run()
        oversized.note(self.replica, self.waiting)

    def _run(self) -> None:
        restarts = 0
        while restarts < _RESTARTS:
            try:
                if self._has_to_give_back():
                    self._give_back()
                in_flight = self._push()
                if in_flight is not None and not self._pull(in_flight) and not self._still_pending():
                    if self.receiver.has_given_back:
                        self.replica.set_setting(GIVE_BACK, "")
                    if not self._try_again():
                        return
                    continue
            except PayloadTooLarge as error:
                if self._let_wait(error):
                    continue
                self.sizer.shrink(error, self.pipeline.last.entry_bytes if self.pipeline.last is not None else 0)
                restarts += error.code != "too_large"  # which is known at once, and ends at one entry
                continue
            if self.receiver.received.forked and not self._has_to_give_back():
                return  # what follows in a forked chain finds no place: it is written again as a new device's
            restarts += 1
        raise NoConnection("no_progress", "The exchange makes no progress; everything is kept for later.")

    def _has_to_give_back(self) -> bool:
        """Whether the store was restored and has not got everything back in this exchange.

        That stands until everything has been read from its start as well: this laptop's place says too little before
        to notice that the store was restored again.
        """
        return self.replica.setting(GIVE_BACK) == "1" and not self.receiver.has_given_back

    def _give_back(self) -> None:
        """The store was restored from a backup: give it what it lacks of all that is held here."""

        def ask(header: codec.SyncRequest, lines: list[bytes]) -> codec.SyncAnswer:
            answer, _ = self.pipeline.ask(self.pipeline.packed(header, lines))
            self.receiver.apply_response(answer, [], asked=None)
            return answer

        self.receiver.has_given_back = upload_missing(self.replica, ask, self.sizer.sent_bytes)

    def _still_pending(self) -> bool:
        """Whether the store has said nothing of an entry it was sent."""
        unsent = self.replica.connection.execute(
            "SELECT c.ledger, c.device, e.seq FROM entry e INDEXED BY entry_pending JOIN chain c ON c.id = e.chain"
            " WHERE e.number IS NULL AND e.id <= ?",
            (self.sent_up_to,),
        )
        waits = {(ledger_id, device): seq for ledger_id, device, seq in self.waiting}
        return any(
            place not in self.receiver.received.told and place[2] < waits.get(place[:2], place[2] + 1)
            for place in unsent
        )

    def _let_wait(self, error: PayloadTooLarge) -> bool:
        """Where a message with one entry was too large, let its chain wait, and go on with the others."""
        place = self.pipeline.last.only if self.pipeline.last is not None else None
        if error.code != "too_large" or place is None:
            return False
        self.waiting = [*self.waiting, place]
        self.untried = [each for each in self.untried if each != place]
        self.sizer.as_many_entries_as_before()
        return True

    def _try_again(self) -> bool:
        """Send what did not get through at an earlier exchange, each alone; whether a chain can go on with the next."""
        while self.untried:
            place = self.untried.pop(0)
            others = [each for each in self.waiting if each != place]
            chain = oversized.chain_waiting(self.replica, place)
            if chain is not None:
                batch = next_batch(self.replica, (chain, place[2] - 1), 1, 1, others)
                try:
                    answer, _ = self.pipeline.ask(self._message(batch))
                except PayloadTooLarge:
                    continue
                self.receiver.apply_response(answer, [], asked=None)
            self.waiting = others
            return True
        return False

    def _push(self) -> InFlight | None:
        """Send what is pending; the last message, which also asks for entries, is left under way.

        None if the store lacks something it was to have: then pushing begins again.
        """
        self.sent_up_to = newest(self.replica)
        ready = self._ready(START, self.sizer.bytes)
        in_flight = self.pipeline.send(ready.message, beside=ready.more)
        sent = ready.entries
        total = sent + (pending(self.replica, ready.last, self.waiting) if ready.more else 0)
        while ready.more:
            after, most = ready.last, self.sizer.grown(0.0)  # so much once an answer comes at once
            ready = self._ready(after, most)
            answer, _ = self.pipeline.answer(in_flight)
            if answer.have:
                self.receiver.apply_response(answer, [], asked=None)
                return None
            if self.sizer.bytes < most:  # it did not: nobody waits long here for a smaller message
                ready = self._ready(after, self.sizer.bytes)
            in_flight = self.pipeline.send(ready.message)
            self.receiver.apply_response(answer, [], asked=None)
            self.progress(Progress(phase="push", done=sent, total=total))
            sent += ready.entries
        return in_flight

    def _ready(self, after: Position, byte_limit: int) -> _Ready:
        """The message with what is pending behind the position `after`, so many bytes of it."""
        most = self.sizer.at_most(byte_limit)
        batch = next_batch(self.replica, after, most, self.sizer.entries, self.waiting)
        message = self._message(batch, want=0 if batch.more else byte_limit)
        return _Ready(message=message, entries=len(batch.lines), last=batch.last, more=batch.more)

    def _pull(self, in_flight: InFlight) -> bool:
        """Store what answers bring, asking for the next part meanwhile, until there is no more.

        Whether the store lacks something it was to have: then pushing begins again.
        """
        lacks = False
        while True:
            asked = in_flight.message.asked
            answer, lines = self.pipeline.answer(in_flight)
            lacks = lacks or bool(answer.have)
            # A new scope may bring ledgers in, to be asked for from their start; not the first, which brings them all.
            is_scope_new = answer.scope is not None and self.replica.scope is not None
            ask_ahead = answer.more and not is_scope_new and not answer.restart
            following = self.pipeline.send(self._request_after(answer)) if ask_ahead else None
            self.receiver.apply_response(answer, lines, asked)
            self.progress(Progress(phase="pull", done=self.receiver.received.pulled, total=0))
            if answer.more:
                self.checkpoints.start()
            if answer.restart:
                return True
            if following is None:
                if not answer.more and not self.receiver.reading.positions():
                    return lacks
                header = self.receiver.reading.header(want=self.sizer.bytes)
                following = self.pipeline.send(self.pipeline.packed(header, []), beside=False)
            in_flight = following

    def _request_after(self, answer: codec.SyncAnswer) -> PackedMessage:
        """Asks for what follows an answer that is not stored yet."""
        header = self.receiver.reading.header(want=self.sizer.bytes)
        header.log, header.cursor, header.cursor_hash = answer.log, answer.cursor, answer.cursor_hash
        header.positions = answer.positions
        if answer.scope is not None:
            header.scope = answer.scope.version
        if answer.terms is not None:
            header.terms = answer.terms.version
        if answer.quarantine is not None:
            header.quarantine = answer.quarantine.version
        return self.pipeline.packed(header, [])

    def _message(self, batch: Batch, want: int = 0) -> PackedMessage:
        header = self.receiver.reading.header(want=want)
        header.seals = batch.seals
        header.clock = chains.now() if batch.lines else ""
        return self.pipeline.packed(header, batch.lines, batch.only)
