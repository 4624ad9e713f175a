"""One road of an exchange: HTTP requests to the central store, tried again with back-off, no answer trusted blindly.

Only `exchange` calls this. `httpx` takes its time to import, so it is imported when a connection is made.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from sync import wire
from sync.blob_names import LENGTH, OFFSET, PATH
from sync.crash_points import reached
from sync.ledger import UNREADABLE
from sync.road import open_road

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
_PATIENCE = {"timeout": dict.fromkeys(("read", "write", "pool"), READ_SECONDS) | {"connect": CONNECT_SECONDS}}
TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 8.0  # seconds; each wait is drawn from 0 to its bound (full jitter)
_LONGEST_RETRY_AFTER = 60.0
_SOON = 0.5  # seconds
_FAR, _NEAR_RATE = 0.5, 100_000  # seconds of a round trip, and bytes a second, beyond which a line is a thin one
_GRACE_SECONDS, _LEAST_RATE = (
    30.0,
    500.0,
)  # an answer comes at this pace (bytes a second), as the store asks of requests
_BUSY = (429, 502, 503, 504)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exchange is: `push` or `attach` with a total, or `pull`, whose total nobody knows beforehand (0).

    By stick `write` counts the unsent entries that are written and `read` the entries that were fetched.
    """

    phase: str
    done: int
    total: int


class ExchangeError(Exception):
    """An exchange that could not be finished; what was written stays on the laptop. The text is one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NoConnection(ExchangeError):
    """The store could not be reached, or something else answered in its place."""


class RefusedByStore(ExchangeError):
    """The store answered and said no; `code` is from `wire.ERRORS`, or `store_too_old`, said of its answer."""


class TooMuch(ExchangeError):
    """The message was too large or took too long: send less at a time."""


class Stopped(ExchangeError):
    """The person stopped the exchange."""


class Transport:
    """An open line to one store. Counts the bytes of the messages both ways.

    `lean`: messages are coded for a thin line, which this store has said it reads. `wants_lean` says afterwards whether
    the next exchange should code them so: the store reads it, and the line was thin this time.
    """

    def __init__(
        self, server: str, token: str = "", stop: Callable[[], bool] = lambda: False, *, lean: bool = False
    ) -> None:
        self.server = server.rstrip("/")
        self.lean = lean
        self._reads_lean = lean
        self._is_thin = lean
        self.bytes_sent = 0
        self.bytes_received = 0
        self.round_trips = 0
        self._stop = stop
        self._headers = _headers(token)
        self._road = _open_road(self.server)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._road.close()

    @property
    def wants_lean(self) -> bool:
        """Whether messages should be coded for a thin line the next time."""
        return self._reads_lean and self._is_thin

    def sync(self, message: bytes, written: bytes = b"") -> bytes:
        """Send one packed sync message; the decompressed answer. `written`: the message as it was before."""
        if self.lean and written:
            try:
                return self._sync(wire.leanest(written), wire.LEAN, written.split(b"\n")[1:])
            except RefusedByStore as refused:
                if refused.code not in ("malformed", "unsupported_media"):
                    raise
                self.lean = self._reads_lean = False  # it is an older store than it was
        return self._sync(message, "zstd", [])

    def _sync(self, data: bytes, coding: str, lines: Sequence[bytes]) -> bytes:
        accepted = "zstd" if coding == wire.LEAN else f"zstd, {wire.LEAN}"
        headers = {"Content-Type": wire.CONTENT_TYPE, "Content-Encoding": coding, "Accept-Encoding": accepted}
        return self._ask(wire.SYNC_PATH, data, headers, wire.CONTENT_TYPE, lines)

    def _learn(self, answer_headers: dict[str, str], seconds: float, size: int) -> None:
        """How far away the store is, without what it says it worked itself, and whether it reads lean messages."""
        on_the_way = seconds - _worked(answer_headers)
        self._is_thin = on_the_way > _FAR + size / _NEAR_RATE
        self._reads_lean = self._reads_lean or wire.LEAN in answer_headers.get("accept-encoding", "")

    def join(self, request: wire.JoinRequest) -> wire.JoinAnswer:
        """Enrol with a one-time code."""
        body = msgspec.json.encode(request)
        answer = self._ask(wire.JOIN_PATH, body, {"Content-Type": "application/json"}, "application/json")
        try:
            return wire.read_join_answer(answer)
        except UNREADABLE as error:
            raise NoConnection("not_a_store", _NOT_A_STORE) from error

    def blob_held(self, name: str) -> tuple[int, bool]:
        """How many bytes of an attachment the store holds, as far as this laptop may know; whether that is all."""
        headers, _ = self._tried("HEAD", _blob_path(name), b"", {})
        return _number(headers, OFFSET), LENGTH.lower() in headers

    def put_blob(self, name: str, offset: int, size: int, part: bytes) -> int:
        """Send a part; how many bytes the store holds now, which may be another number than it was told."""
        given = {OFFSET: str(offset), LENGTH: str(size), "Content-Type": "application/octet-stream"}
        try:
            headers, _ = self._tried("PUT", _blob_path(name), part, given)
        except RefusedByStore as refused:
            if refused.code != "wrong_offset":
                raise
            return self.blob_held(name)[0]  # an answer was lost: go on where the store stands
        return _number(headers, OFFSET)

    def get_blob(self, name: str, offset: int) -> tuple[bytes, int]:
        """A part of an attachment from `offset` on, and the size of the whole."""
        headers, part = self._tried("GET", f"{_blob_path(name)}?offset={offset}", b"", {})
        return part, _number(headers, LENGTH)

    def _tried(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
        """One request about an attachment, tried again while that may help."""
        for attempt in range(TRIES):
            try:
                status, answer_headers, answer = self._once(path, body, headers, method)
            except _Retry as retry:
                if attempt == retry.tries - 1:
                    raise retry.error from retry
                self._wait(_drawn(attempt))
                continue
            if status in _BUSY and attempt < TRIES - 1:
                self._wait(_retry_after(answer_headers) or _drawn(attempt))
                continue
            if status == 200 and OFFSET.lower() in answer_headers:
                return answer_headers, answer
            if method == "HEAD" and status != 200:  # a HEAD says no more than its status
                raise RefusedByStore("token_unknown" if status == 401 else "not_found", "The store says no.")
            _judged(status, answer_headers, answer, "nothing else is expected")
        raise NoConnection("no_connection", _NO_CONNECTION)

    def _ask(
        self, path: str, body: bytes, headers: dict[str, str], expected: str, lines: Sequence[bytes] = ()
    ) -> bytes:
        for attempt in range(TRIES):
            begun = time.monotonic()
            try:
                status, answer_headers, answer = self._once(path, body, headers)
            except _Retry as retry:
                if attempt == retry.tries - 1:
                    raise retry.error from retry
                self._wait(_drawn(attempt))
                continue
            if status in _BUSY and attempt < TRIES - 1:
                self._wait(_retry_after(answer_headers) or _drawn(attempt))
                continue
            self._learn(answer_headers, time.monotonic() - begun, len(body) + len(answer))
            return _judged(status, answer_headers, answer, expected, lines)
        raise NoConnection("no_connection", _NO_CONNECTION)

    def _once(
        self, path: str, body: bytes, headers: dict[str, str], method: str = "POST"
    ) -> tuple[int, dict[str, str], bytes]:
        import httpx

        reached("line.asking")
        try:
            request = httpx.Request(
                method,
                _address(self.server + path),
                headers=self._headers | headers,
                content=body,
                extensions=_PATIENCE,
            )
            with closing(self._road.handle_request(request)) as response:
                received = _read_capped(response, self._stop)
                reached("line.answered")
                self.round_trips += 1
                self.bytes_sent += len(body)
                self.bytes_received += len(received)
                return response.status_code, dict(response.headers), received
        except httpx.InvalidURL as error:
            raise _bad_address(self.server) from error
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise _too_slow() from error
        except httpx.TransportError as error:
            raise _explained(error) from error

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop():
                raise _stopped()
            time.sleep(min(left, 0.1))


class _Retry(Exception):
    """A fault that may pass: try again, and in the end raise `error`."""

    def __init__(self, error: ExchangeError, tries: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.tries = tries


_NO_CONNECTION = "The central store cannot be reached; everything is kept for later."
_NOT_A_STORE = "Something other than a central store answered at this address; everything is kept for later."


def _too_slow() -> TooMuch:
    return TooMuch("too_slow", "The line is too slow; everything is kept for later.")


def _stopped() -> Stopped:
    return Stopped("stopped", "Stopped; everything is kept for later.")


def _blob_path(name: str) -> str:
    return PATH.format(sha256=name)


def _number(headers: dict[str, str], name: str) -> int:
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise NoConnection("not_a_store", _NOT_A_STORE)
    return int(text)


def _bad_address(server: str) -> NoConnection:
    return NoConnection("bad_address", f"{server} is not the address of a server.")


def _headers(token: str) -> dict[str, str]:
    """What every request says of who asks."""
    who = {"Authorization": f"Bearer {token}"} if token else {}
    return {"User-Agent": "supervisor-tui", "Accept": "*/*"} | who


@lru_cache(maxsize=16)  # an address is read in a tenth of the time that a small message takes to be sent
def _address(text: str) -> httpx.URL:
    import httpx

    return httpx.URL(text)


def _open_road(server: str) -> httpx.BaseTransport:
    try:
        return open_road(server)
    except ValueError as error:
        raise _bad_address(server) from error


def _explained(error: httpx.TransportError) -> Exception:
    """What a fault of the line means: a certificate that does not hold is final, the rest may pass."""
    import httpx

    if "certificate" in str(error).lower():
        return NoConnection("certificate", "The server's certificate does not hold; everything is kept for later.")
    if isinstance(error, httpx.UnsupportedProtocol):
        return NoConnection("bad_address", "The server's address must begin with http:// or https://.")
    tries = 2 if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) else TRIES
    return _Retry(NoConnection("no_connection", _NO_CONNECTION), tries)


def _read_capped(response: httpx.Response, stop: Callable[[], bool]) -> bytes:
    """The raw body, still compressed; what is larger than a message may be, or dribbles on without end, is cut off."""
    chunks, total, begun = [], 0, time.monotonic()
    for chunk in response.iter_raw():
        chunks.append(chunk)
        total += len(chunk)
        if total > wire.MAX_COMPRESSED_BYTES:
            raise NoConnection("too_large", _NOT_A_STORE)
        if time.monotonic() > begun + _SOON and stop():  # what is here soon is taken first
            raise _stopped()
        if time.monotonic() > begun + _GRACE_SECONDS + total / _LEAST_RATE:
            raise _too_slow()
    return b"".join(chunks)


def _drawn(attempt: int) -> float:
    return random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt))  # noqa: S311 - spreads load, guards nothing


def _retry_after(headers: dict[str, str]) -> float:
    text = headers.get("retry-after", "")
    return min(float(text), _LONGEST_RETRY_AFTER) if text.isascii() and text.isdigit() else 0.0


def _worked(headers: dict[str, str]) -> float:
    """The seconds a store says it was at work (`Server-Timing`, in milliseconds)."""
    text = headers.get("server-timing", "").rpartition("dur=")[2]
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 8 else 0.0


def _judged(status: int, headers: dict[str, str], body: bytes, expected: str, lines: Sequence[bytes] = ()) -> bytes:
    """The decompressed body of a success; every other answer as the fault it is. `lines`: those of the request."""
    is_expected = headers.get("content-type", "").partition(";")[0] == expected
    if status == 200 and is_expected:
        try:
            return wire.decompress(body, headers.get("content-encoding", ""), known=lines)
        except wire.MalformedMessage as error:
            raise NoConnection("damaged_answer", "The answer arrived damaged; everything is kept for later.") from error
    try:
        said = wire.read_error_answer(body).error
    except UNREADABLE as error:
        if status == 413:  # something before the store takes no messages as large as the store does
            raise TooMuch("too_large", "The message is too large for the way to the store.") from error
        raise NoConnection("not_a_store", _NOT_A_STORE) from error
    if status in (408, 413):
        raise TooMuch(said.code, said.message)
    if status in _BUSY:
        raise NoConnection(said.code, said.message)
    raise RefusedByStore(said.code, said.message)
