"""HTTP requests of an exchange to the central store, tried again with back-off, no answer trusted blindly.

Only this package calls it. `httpx` takes its time to import, so it is imported when a connection is made.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from sync.client.connection import open_transport
from sync.client.errors import Cancelled, ExchangeError, NoConnection, PayloadTooLarge, Rejected, StoppedOnTheWay
from sync.client.proxies import BadProxy, Proxy, proxy_to
from sync.client.responses import BUSY, FOR_GOOD, MOVED, Passing, explained, judged, moved_to, not_a_store, proxy_fault
from sync.client.trust import BadCertificates
from sync.ledger.chains import UNREADABLE
from sync.protocol import codec
from sync.protocol.blobs import ATTACHED, LENGTH, OFFSET, PATH
from sync.system.fault_points import fault_point

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Cancelled",
    "ExchangeError",
    "NoConnection",
    "PayloadTooLarge",
    "Progress",
    "Rejected",
    "StoppedOnTheWay",
    "StoreClient",
]

CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
_PATIENCE = {"timeout": dict.fromkeys(("read", "write", "pool"), READ_SECONDS) | {"connect": CONNECT_SECONDS}}
TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 8.0  # seconds; each wait is drawn from 0 to its bound (full jitter)
_LONGEST_RETRY_AFTER = 60.0
_SOON = 0.5  # seconds
_GRACE_SECONDS, _LEAST_RATE = (
    30.0,
    500.0,
)  # an answer comes at this pace (bytes a second), as the store asks of requests
_MOST_MOVES = 3


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exchange is: `push` or `attach` with a total, or `pull`, whose total nobody knows beforehand (0).

    By stick `write` counts the unsent entries that are written and `read` the entries that were fetched.
    """

    phase: str
    done: int
    total: int


class _Answer(NamedTuple):
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    body: bytes


class StoreClient:
    """An open connection to one store. Counts the bytes of the messages both ways."""

    def __init__(self, server: str, token: str = "", stop: Callable[[], bool] = lambda: False) -> None:
        self.server = server.rstrip("/")
        self.bytes_sent = 0
        self.bytes_received = 0
        self.round_trips = 0
        self.attached = 0  # of how many attached here the store said last that it holds all
        self._stop = stop
        self._headers = _headers(token)
        self._by_post = False  # whether a gateway lets neither HEAD nor PUT pass
        self._moved, self._for_good = False, True
        self._transport = _open_transport(self.server)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def sync(self, message: bytes) -> bytes:
        """Send one packed sync message and return the decompressed answer."""
        headers = {"Content-Type": codec.CONTENT_TYPE, "Content-Encoding": "zstd", "Accept-Encoding": "zstd"}
        return self._ask(codec.SYNC_PATH, message, headers, codec.CONTENT_TYPE)

    def join(self, request: codec.JoinRequest) -> codec.JoinAnswer:
        """Enrol with a one-time code."""
        body = msgspec.json.encode(request)
        answer = self._ask(codec.JOIN_PATH, body, {"Content-Type": "application/json"}, "application/json")
        try:
            return codec.read_join_answer(answer)
        except UNREADABLE as error:
            raise not_a_store() from error

    def health(self, nonce: str) -> codec.HealthAnswer:
        """What the store says of itself, and the proof that it holds its key."""
        answer = self._ask(f"{codec.HEALTH_PATH}?nonce={nonce}", b"", {}, "application/json", method="GET")
        try:
            return codec.read_health_answer(answer)
        except UNREADABLE as error:
            raise not_a_store() from error

    def blob_held(self, name: str) -> tuple[int, bool]:
        """How many bytes of an attachment the store holds, as far as this laptop may know; whether that is all."""
        headers, _ = self._of_blob("HEAD", name, b"", {})
        return _number(headers, OFFSET), LENGTH.lower() in headers

    def put_blob(self, name: str, offset: int, size: int, part: bytes) -> int:
        """Send a part; how many bytes the store holds now, which may be another number than it was told."""
        given = {OFFSET: str(offset), LENGTH: str(size), "Content-Type": "application/octet-stream"}
        try:
            headers, _ = self._of_blob("PUT", name, part, given)
        except Rejected as refused:
            if refused.code != "wrong_offset":
                raise
            return self.blob_held(name)[0]  # an answer was lost: go on where the store stands
        return _number(headers, OFFSET)

    def get_blob(self, name: str, offset: int) -> tuple[bytes, int]:
        """A part of an attachment from `offset` on, and the size of the whole."""
        headers, part = self._tried("GET", f"{_blob_path(name)}?offset={offset}", b"", {})
        return part, _number(headers, LENGTH)

    def _of_blob(self, method: str, name: str, body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
        """Ask by this method; by POST, which the store takes for the same, once a gateway has let it not pass."""
        if not self._by_post:
            try:
                return self._tried(method, _blob_path(name), body, headers)
            except StoppedOnTheWay:
                self._by_post = True
        return self._tried("POST", _blob_path(name), body, headers)

    def _tried(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
        """One request about an attachment, tried again while that may help."""
        answer = self._answered(method, path, body, headers)
        if answer.status == 200 and OFFSET.lower() in answer.headers:
            if ATTACHED.lower() in answer.headers:
                self.attached = _number(answer.headers, ATTACHED)
            return answer.headers, answer.body
        if method == "HEAD" and answer.status in (401, 403, 405, 501):  # a HEAD says no more than that: ask by POST
            raise StoppedOnTheWay("way_takes_no_such", "A HEAD does not pass.", status=str(answer.status))
        if method == "HEAD" and answer.status not in BUSY:
            raise Rejected("not_found", "The store says no.")
        self._judged(answer, "nothing else is expected")
        raise not_a_store()

    def _ask(self, path: str, body: bytes, headers: dict[str, str], expected: str, method: str = "POST") -> bytes:
        return self._judged(self._answered(method, path, body, headers), expected)

    def _judged(self, answer: _Answer, expected: str) -> bytes:
        named = "Authorization" in self._headers
        return judged(answer.status, answer.headers, answer.body, expected, proxy=self.proxy, named=named)

    def _answered(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> _Answer:
        """The answer to a request, tried again while that may help, and followed to where the same server went."""
        attempt = moves = 0
        while True:
            try:
                status, answer_headers, received = self._once(path, body, headers, method)
            except Passing as passing:
                if attempt >= passing.tries - 1:
                    raise passing.error from passing
                self._wait(_drawn(attempt))
                attempt += 1
                continue
            if status in MOVED and moves < _MOST_MOVES and self._follow(path, status, answer_headers):
                moves += 1
            elif status in BUSY and attempt < TRIES - 1:
                self._wait(_retry_after(answer_headers) or _drawn(attempt))
                attempt += 1
            else:
                return _Answer(status, answer_headers, received)

    def _follow(self, path: str, status: int, headers: dict[str, str]) -> bool:
        """Go where the answer leads, if that is the same server under TLS or at another port; whether it is."""
        server = moved_to(self.server, self.server + path, headers)
        if not server:
            return False
        self._transport.close()
        self._transport = _open_transport(server)
        self.server = server
        self._moved, self._for_good = True, self._for_good and status in FOR_GOOD
        return True

    @property
    def moved_for_good(self) -> str:
        """The address under TLS at which the store has said it answers from now on; empty if it has not."""
        return self.server if self._moved and self._for_good and self.server.startswith("https:") else ""

    @property
    def proxy(self) -> Proxy | None:
        """The proxy this line leads by."""
        return proxy_to(self.server)

    def _once(
        self, path: str, body: bytes, headers: dict[str, str], method: str = "POST"
    ) -> tuple[int, dict[str, str], bytes]:
        import httpx

        fault_point("line.asking")
        try:
            request = httpx.Request(
                method,
                _address(self.server + path),
                headers=self._headers | headers,
                content=body,
                extensions=_PATIENCE,
            )
            with closing(self._handled(request)) as response:
                received = _read_capped(response, self._stop)
                fault_point("line.answered")
                self.round_trips += 1
                self.bytes_sent += len(body)
                self.bytes_received += len(received)
                return response.status_code, dict(response.headers), received
        except httpx.InvalidURL as error:
            raise _bad_address(self.server) from error
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise _too_slow() from error
        except httpx.TransportError as error:
            raise explained(error, self.proxy, TRIES) from error

    def _handled(self, request: httpx.Request) -> httpx.Response:
        """Send a request; what talks no SOCKS where a SOCKS proxy is named shows as no fault that httpx knows."""
        import httpx

        try:
            return self._transport.handle_request(request)
        except httpx.TransportError:
            raise
        except Exception as error:
            proxy = self.proxy
            if proxy is None or not proxy.url.startswith("socks"):
                raise
            raise proxy_fault("proxy_refuses", proxy) from error

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop():
                raise _stopped()
            time.sleep(min(left, 0.1))


def _too_slow() -> PayloadTooLarge:
    return PayloadTooLarge("too_slow", "The line is too slow; everything is kept for later.")


def _stopped() -> Cancelled:
    return Cancelled("stopped", "Stopped; everything is kept for later.")


def _blob_path(name: str) -> str:
    return PATH.format(sha256=name)


def _number(headers: dict[str, str], name: str) -> int:
    text = headers.get(name.lower(), "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise not_a_store()
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


def _open_transport(server: str) -> httpx.BaseTransport:
    try:
        return open_transport(server)
    except BadProxy as error:
        raise NoConnection("proxy_unreadable", str(error), variable=error.variable) from error
    except BadCertificates as error:
        raise NoConnection("no_certificates", str(error), variable=error.variable) from error
    except ValueError as error:
        raise _bad_address(server) from error


def _read_capped(response: httpx.Response, stop: Callable[[], bool]) -> bytes:
    """The raw body, still compressed; what is larger than a message may be, or dribbles on without end, is cut off."""
    chunks, total, begun = [], 0, time.monotonic()
    for chunk in response.iter_raw():
        chunks.append(chunk)
        total += len(chunk)
        if total > codec.MAX_COMPRESSED_BYTES:
            raise not_a_store("too_large")
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
