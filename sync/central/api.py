"""The store over HTTP: three operations, bounded bodies, errors from one list, nothing of the inside in any answer."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync import wire
from sync.central.engine import StorageFault
from sync.central.store import Denied, Store
from sync.ledger import UNREADABLE

STATUS = {
    "bad_request": 400,
    "token_unknown": 401,
    "device_revoked": 401,
    "device_unknown": 401,
    "out_of_scope": 403,
    "code_unknown": 403,
    "not_found": 404,
    "code_used": 410,
    "too_large": 413,
    "unsupported_media": 415,
    "malformed": 422,
    "protocol_too_old": 426,
    "rate_limited": 429,
    "unavailable": 503,
}
MAX_JOIN_BYTES = 4096
RETRY_SECONDS = 5
JOIN_GUESSES, JOIN_WINDOW = 10, 60.0  # failed codes an address may try in that many seconds
_MAX_ADDRESSES = 10_000

_log = logging.getLogger("central-store")
Handler = Callable[[Request], Awaitable[Response]]


class Guesses:
    """Failed enrolment codes by address in a sliding window, so that nobody can try many."""

    def __init__(self, limit: int = JOIN_GUESSES, window: float = JOIN_WINDOW) -> None:
        self._limit, self._window = limit, window
        self._failed: dict[str, deque[float]] = {}

    def allowed(self, address: str) -> bool:
        """Whether this address may try another code now."""
        tries = self._failed.get(address, deque())
        while tries and tries[0] < time.monotonic() - self._window:
            tries.popleft()
        return len(tries) < self._limit

    def failed(self, address: str) -> None:
        """Note a code that was refused."""
        if len(self._failed) >= _MAX_ADDRESSES:
            self._failed.clear()
        self._failed.setdefault(address, deque()).append(time.monotonic())


class Api:
    """The operations, over one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.guesses = Guesses()

    def application(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route(wire.JOIN_PATH, _guarded(self.join), methods=["POST"]),
            Route(wire.SYNC_PATH, _guarded(self.sync), methods=["POST"]),
            Route(wire.HEALTH_PATH, _guarded(self.health), methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _http_error, Exception: _server_error})

    async def health(self, _: Request) -> Response:
        """Whether the store can read its database."""
        await run_in_threadpool(self.store.access)
        return _json({"status": "ok", "protocol": wire.PROTOCOL, "district": self.store.district.id})

    async def join(self, request: Request) -> Response:
        """Enrol a laptop with a one-time code."""
        address = request.client.host if request.client else ""
        if not self.guesses.allowed(address):
            raise Denied("rate_limited", "Too many wrong codes from here; wait a minute.")
        body = await _body(request, MAX_JOIN_BYTES)
        try:
            asked = msgspec.json.decode(body, type=wire.JoinRequest)
        except UNREADABLE as error:
            raise Denied("malformed", "The request cannot be read.") from error
        if asked.protocol < wire.OLDEST_PROTOCOL:
            raise Denied("protocol_too_old", "This laptop's program is too old; please update it.")
        try:
            answer = await run_in_threadpool(self.store.join, asked)
        except Denied:
            self.guesses.failed(address)
            raise
        return _json(answer)

    async def sync(self, request: Request) -> Response:
        """Exchange entries, both directions in one round trip."""
        if request.headers.get("content-type", "").partition(";")[0] != wire.CONTENT_TYPE:
            raise Denied("unsupported_media", f"A sync message is sent as {wire.CONTENT_TYPE}.")
        token = _token(request)
        encoding = request.headers.get("content-encoding", "")
        body = await _body(request, wire.MAX_COMPRESSED_BYTES)
        message = await run_in_threadpool(self._exchange, token, body, encoding)
        headers = {"Content-Encoding": "zstd"}
        return Response(message, media_type=wire.CONTENT_TYPE, headers=headers)

    def _exchange(self, token: str, body: bytes, encoding: str) -> bytes:
        writer = self.store.sender_of(token)
        try:
            header, lines = wire.unpack(wire.decompress(body, encoding), wire.SyncRequest)
        except wire.TooLarge as error:
            raise Denied("too_large", "The message is too large; send less at a time.") from error
        except wire.MalformedMessage as error:
            raise Denied("malformed", f"The message cannot be read: {error}.") from error
        return wire.pack(*self.store.exchange(writer, header, lines))


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Denied("token_unknown", "The request names no laptop.")
    return token.strip()


async def _body(request: Request, limit: int) -> bytes:
    """The request's body, refused as soon as it is known to be larger than it may be."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Denied("too_large", "The message is too large; send less at a time.")
    chunks, total = [], 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
            raise Denied("too_large", "The message is too large; send less at a time.")
        chunks.append(chunk)
    return b"".join(chunks)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def _error(code: str, message: str) -> Response:
    status = STATUS[code]
    headers = {"Retry-After": str(RETRY_SECONDS)} if status in (429, 503) else None
    return _json(wire.ErrorAnswer(error=wire.ErrorBody(code=code, message=message)), status, headers)


def _guarded(handler: Handler) -> Handler:
    """The handler, with refusals and faults of storage as answers."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Denied as denied:
            return _error(denied.code, str(denied))
        except StorageFault as fault:
            _log.error("storage: %s", fault)
            return _error("unavailable", "The central store cannot keep anything now; nothing was lost.")

    return answer


async def _http_error(_: Request, error: Exception) -> Response:
    """What the router itself refuses: an unknown path or method."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    body = wire.ErrorAnswer(error=wire.ErrorBody(code="not_found" if status == 404 else "bad_request", message="No."))
    return _json(body, status)


async def _server_error(_: Request, error: Exception) -> Response:
    """A fault of the program: its kind goes to the log, nothing of it to the caller."""
    _log.error("fault: %s", type(error).__name__)
    return _error("unavailable", "The central store met a fault; nothing was lost.")
