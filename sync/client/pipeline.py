"""Messages under way: packed, sent in a thread beside other work, their answers read and held against the question."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from sync.client.batch_size import Limits
from sync.client.http import NoConnection, RefusedByStore, Stopped, Transport
from sync.protocol import codec
from sync.replica.sync_state.cursor import Positions
from sync.replica.sync_state.oversized import Place

Read = tuple[codec.SyncAnswer, list[bytes]]  # an answer and the lines it carries


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message ready to go, and the positions it names; `only`: the place of the entry it carries, if it is one."""

    data: bytes
    asked: Positions
    header: codec.SyncRequest
    entry_bytes: int
    only: Place | None = None


class UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent, and the answer that will come, read already."""

    message: Message
    answer: Future[Read]


class Line:
    """One device's messages to the store, one at a time; a thread sends, so that others can be prepared meanwhile."""

    def __init__(
        self,
        transport: Transport,
        thread: ThreadPoolExecutor,
        limits: Limits,
        device: str,
        stop: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._thread = thread
        self._limits = limits
        self._device = device
        self._stop = stop
        self.last: Message | None = None

    def packed(self, header: codec.SyncRequest, lines: list[bytes], only: Place | None = None) -> Message:
        """A message with this header and these lines."""
        return Message(
            data=codec.pack(header, lines),
            asked=header.positions,
            header=header,
            entry_bytes=sum(map(len, lines)),
            only=only,
        )

    def send(self, message: Message, *, beside: bool = True) -> UnderWay:
        """Send a message: in the thread, so that something is done beside it, or at once if there is nothing to do."""
        if self._stop():
            raise Stopped("stopped", "Stopped; everything is kept for later.")
        self.last = message
        if beside:
            return UnderWay(message=message, answer=self._thread.submit(self._asked, message))
        answer: Future[Read] = Future()
        answer.set_result(self._asked(message))
        return UnderWay(message=message, answer=answer)

    def answer(self, under_way: UnderWay) -> Read:
        """Wait for the answer; raises `NoConnection` if it belongs to another question, `RefusedByStore` if too old."""
        answer, lines = under_way.answer.result()
        if not _is_of(under_way.message.header, self._device, answer, lines):
            if lines and not answer.answers:  # written before stores named the question they answer
                raise _too_old()
            raise NoConnection("damaged_answer", "The answer is one to another question; everything is kept for later.")
        if answer.protocol < codec.OLDEST_PROTOCOL:
            raise _too_old()
        return answer, lines

    def ask(self, message: Message) -> Read:
        """Send a message and wait for its answer."""
        return self.answer(self.send(message, beside=False))

    def _asked(self, message: Message) -> Read:
        """Send a message and read its answer, whose digest takes a while: beside the work on the one before."""
        try:
            return codec.unpack(self._timed(message), codec.SyncAnswer)
        except codec.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error

    def _timed(self, message: Message) -> bytes:
        """Send a message; the size of later ones follows from how long its answer took."""
        begun = time.monotonic()
        answer = self._transport.sync(message.data)
        self._limits.answered_in(time.monotonic() - begun)
        return answer


def _is_of(asked: codec.SyncRequest, device: str, answer: codec.SyncAnswer, lines: list[bytes]) -> bool:
    """Whether an answer belongs to its question; one that moves nothing does no harm, and need not say so."""
    asked_from = (asked.log, asked.cursor, asked.positions)
    moves = lines or (answer.log, answer.cursor, answer.positions) != asked_from
    return not moves or answer.answers == codec.question(device, asked)


def _too_old() -> RefusedByStore:
    return RefusedByStore("store_too_old", "The central store's program is too old for this one; all is kept.")
