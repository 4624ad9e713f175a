"""Messages under way: packed, sent in a thread beside other work, their answers read and held against the question."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from sync.client.batch_size import BatchSizer
from sync.client.http import Cancelled, NoConnection, Rejected, StoreClient
from sync.protocol import codec
from sync.replica.sync_state.cursor import Positions
from sync.replica.sync_state.oversized import Place

Read = tuple[codec.SyncAnswer, list[bytes]]  # an answer and the lines it carries


class PackedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message ready to go, and the positions it names; `only`: the place of the entry it carries, if it is one."""

    data: bytes
    asked: Positions
    header: codec.SyncRequest
    entry_bytes: int
    only: Place | None = None


class InFlight(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent, and the answer that will come, read already."""

    message: PackedMessage
    answer: Future[Read]


class Pipeline:
    """One device's messages to the store, one at a time; a thread sends, so that others can be prepared meanwhile."""

    def __init__(
        self,
        client: StoreClient,
        thread: ThreadPoolExecutor,
        sizer: BatchSizer,
        device: str,
        stop: Callable[[], bool],
    ) -> None:
        self._client = client
        self._thread = thread
        self._sizer = sizer
        self._device = device
        self._stop = stop
        self.last: PackedMessage | None = None

    def packed(self, header: codec.SyncRequest, lines: list[bytes], only: Place | None = None) -> PackedMessage:
        """A message with this header and these lines."""
        return PackedMessage(
            data=codec.pack(header, lines),
            asked=header.positions,
            header=header,
            entry_bytes=sum(map(len, lines)),
            only=only,
        )

    def send(self, message: PackedMessage, *, beside: bool = True) -> InFlight:
        """Send a message: in the thread, so that something is done beside it, or at once if there is nothing to do."""
        if self._stop():
            raise Cancelled("stopped", "Stopped; everything is kept for later.")
        self.last = message
        if beside:
            return InFlight(message=message, answer=self._thread.submit(self._asked, message))
        answer: Future[Read] = Future()
        answer.set_result(self._asked(message))
        return InFlight(message=message, answer=answer)

    def answer(self, in_flight: InFlight) -> Read:
        """Wait for the answer; raises `NoConnection` if it belongs to another question, `Rejected` if too old."""
        answer, lines = in_flight.answer.result()
        if not _is_of(in_flight.message.header, self._device, answer, lines):
            if lines and not answer.answers:  # written before stores named the question they answer
                raise _too_old()
            raise NoConnection("damaged_answer", "The answer is one to another question; everything is kept for later.")
        if answer.protocol < codec.OLDEST_PROTOCOL:
            raise _too_old()
        return answer, lines

    def ask(self, message: PackedMessage) -> Read:
        """Send a message and wait for its answer."""
        return self.answer(self.send(message, beside=False))

    def _asked(self, message: PackedMessage) -> Read:
        """Send a message and read its answer, whose digest takes a while: beside the work on the one before."""
        try:
            return codec.unpack(self._timed(message), codec.SyncAnswer)
        except codec.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error

    def _timed(self, message: PackedMessage) -> bytes:
        """Send a message; the size of later ones follows from how long its answer took."""
        begun = time.monotonic()
        answer = self._client.sync(message.data)
        self._sizer.answered_in(time.monotonic() - begun)
        return answer


def _is_of(asked: codec.SyncRequest, device: str, answer: codec.SyncAnswer, lines: list[bytes]) -> bool:
    """Whether an answer belongs to its question; one that moves nothing does no harm, and need not say so."""
    asked_from = (asked.log, asked.cursor, asked.positions)
    moves = lines or (answer.log, answer.cursor, answer.positions) != asked_from
    return not moves or answer.answers == codec.question(device, asked)


def _too_old() -> Rejected:
    return Rejected("store_too_old", "The central store's program is too old for this one; all is kept.")
