"""The store over HTTP: three operations, bounded bodies, errors from one list, nothing of the inside in any answer."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.central.http.openapi import describe
from sync.central.http.rate_limit import CodeRateLimit
from sync.central.http.timeouts import seconds_left
from sync.central.log.blobs import Held, WrongOffset
from sync.central.log.incoming import Submitter
from sync.central.service.store import Denied, Store
from sync.central.storage.engine import StorageFault
from sync.client.responses import MISSING
from sync.ledger import keys
from sync.ledger.chains import UNREADABLE
from sync.protocol import blobs, codec
from sync.system.fault_points import fault_point

STATUS = {
    "bad_request": 400,
    "token_unknown": 401,
    "device_revoked": 401,
    "device_unknown": 401,
    "out_of_scope": 403,
    "code_unknown": 403,
    "not_found": 404,
    "wrong_offset": 409,
    "too_slow": 408,
    "code_used": 410,
    "too_large": 413,
    "unsupported_media": 415,
    "malformed": 422,
    "protocol_too_old": 426,
    "rate_limited": 429,
    "unavailable": 503,
}
MAX_JOIN_BYTES = 4096
MAX_HEAD_BYTES = 16 * 1024
RETRY_SECONDS = 5
_LONGEST_NONCE = 100  # characters
# They take turns at one interpreter: for the same crowd sixteen need a quarter more processor time, twice the memory.
# Fewer would leave less to commit together, and let two large pushes hold up a small one.
_THREADS = 4

_log = logging.getLogger("central-store")
Handler = Callable[[Request], Awaitable[Response]]
Given = TypeVarTuple("Given")
Got = TypeVar("Got")


class Api:
    """The operations, over one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rate_limit = CodeRateLimit()
        self.under_way = 0  # exchanges whose message has come and whose answer is not ready
        self._threads = ThreadPoolExecutor(_THREADS, "store-answer")

    def application(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route(codec.JOIN_PATH, _guarded(self.join), methods=["POST"]),
            Route(codec.SYNC_PATH, _guarded(self.sync), methods=["POST"]),
            Route(blobs.PATH, _guarded(self.blob), methods=["HEAD", "GET", "PUT", "POST"]),
            Route(codec.HEALTH_PATH, _guarded(self.health), methods=["GET"]),
            Route(codec.DESCRIPTION_PATH, _guarded(self.description), methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: _http_error})

    async def health(self, request: Request) -> Response:
        """Whether the store can read its database; to a `nonce` also the proof that it holds its key."""
        await self._beside(self.store.access)
        district = self.store.district
        said = {"status": "ok", "protocol": codec.PROTOCOL, "district": district.id}
        nonce = request.query_params.get("nonce", "")[:_LONGEST_NONCE]
        if nonce:
            proof = keys.sign(district.private_key, codec.hello(district.id, nonce))
            said |= {"store_key": district.public_key, "proof": proof}
        return _json(said)

    async def description(self, _: Request) -> Response:
        """What these operations take and answer."""
        return _json(describe(STATUS))

    async def join(self, request: Request) -> Response:
        """Enrol a laptop with a one-time code."""
        body = await _body(request, MAX_JOIN_BYTES)
        try:
            asked = codec.read_join_request(body)
        except UNREADABLE as error:
            raise Denied("malformed", "The request cannot be read.") from error
        if asked.protocol < codec.OLDEST_PROTOCOL:
            raise Denied("protocol_too_old", "This laptop's program is too old; please update it.")
        begun = self.rate_limit.begin(request.client.host if request.client else "", asked.code or asked.succeeds)
        if begun is None:
            raise Denied("rate_limited", "Too many wrong codes; wait a minute.")
        answer = await self._beside(self.store.enrolment.join, asked)
        self.rate_limit.succeeded(begun)
        return _json(answer)

    async def sync(self, request: Request) -> Response:
        """Exchange entries, both directions in one round trip."""
        if request.headers.get("content-type", "").partition(";")[0] != codec.CONTENT_TYPE:
            raise Denied("unsupported_media", f"A sync message is sent as {codec.CONTENT_TYPE}.")
        token = _token(request)
        encoding = request.headers.get("content-encoding", "")
        body = await _body(request, codec.MAX_COMPRESSED_BYTES)
        self.under_way += 1
        try:
            message = await self._beside(self._exchange, token, body, encoding)
        finally:
            self.under_way -= 1
        fault_point("store.answering")
        return Response(message, media_type=codec.CONTENT_TYPE, headers={"Content-Encoding": "zstd"})

    async def blob(self, request: Request) -> Response:
        """One attachment: how much of it is held, the next part of it in, a part of it out.

        By POST as well, because there are gateways that let only GET and POST pass: with an offset it is a PUT,
        without one a HEAD.
        """
        name = request.path_params["sha256"]
        if not blobs.is_name(name):
            raise Denied("not_found", "An attachment is named by 64 hexadecimal digits.")
        submitter = await self._beside(self.store.enrolment.device_of, _token(request))
        is_post = request.method == "POST"
        if request.method == "PUT" or (is_post and blobs.OFFSET in request.headers):
            return await self._put_blob(request, submitter, name)
        if request.method == "HEAD" or is_post:
            held = await self._beside(self.store.attachments.held, submitter, name)
            return Response(headers=_progress(held))
        offset = _count(request.query_params.get("offset", "0"))
        part, size = await self._beside(self.store.attachments.part, submitter, name, offset)
        headers = {blobs.OFFSET: str(offset), blobs.LENGTH: str(size)}
        return Response(part, media_type="application/octet-stream", headers=headers)

    async def _put_blob(self, request: Request, submitter: Submitter, name: str) -> Response:
        offset = _count(request.headers.get(blobs.OFFSET, ""))
        size = _count(request.headers.get(blobs.LENGTH, ""))
        part = await _body(request, blobs.PART_BYTES)
        try:
            held = await self._beside(self.store.attachments.put, submitter, name, part, offset, size)
        except WrongOffset as wrong:
            refused = _error("wrong_offset", "The part does not follow what is held.")
            refused.headers.update(_progress(wrong.held))
            return refused
        fault_point("store.answering")
        return Response(status_code=200, headers=_progress(held))

    async def _beside(self, work: Callable[[*Given], Got], *given: *Given) -> Got:
        """What `work` gives, which may wait for the disk, while others are listened to."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    def _exchange(self, token: str, body: bytes, encoding: str) -> bytes:
        """Return the answer to a message, compressed."""
        submitter = self.store.enrolment.sender_of(token)
        try:
            header, lines = codec.unpack(codec.decompress(body, encoding), codec.SyncRequest)
        except codec.TooLarge as error:
            raise Denied("too_large", "The message is too large; send less at a time.") from error
        except codec.MalformedMessage as error:
            raise Denied("malformed", f"The message cannot be read: {error}.") from error
        answer = codec.written(*self.store.exchange(submitter, header, lines))
        return codec.compressed(answer, hurried=self.under_way > 1)


def _progress(held: Held) -> dict[str, str]:
    whole = {blobs.LENGTH: str(held.size), blobs.ATTACHED: str(held.attached)}
    return {blobs.OFFSET: str(held.offset)} | (whole if held.complete else {})


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Denied("bad_request", "An offset and a length are whole numbers.")
    return int(text)


def _check_head(request: Request) -> None:
    """Refuse a head that is longer than any laptop's, or says the length in two ways (a proxy may go by the other)."""
    if sum(len(name) + len(value) for name, value in request.headers.raw) > MAX_HEAD_BYTES:
        raise Denied("bad_request", "The request's head is too long.")
    if "content-length" in request.headers and "transfer-encoding" in request.headers:
        raise Denied("bad_request", "The request says its length in two ways.")


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Denied("token_unknown", "The request names no laptop.", MISSING)
    return token.strip()


async def _body(request: Request, limit: int) -> bytes:
    """The request's body, refused as soon as it is known to be larger than it may be."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise Denied("too_large", "The message is too large; send less at a time.")
    chunks: list[bytes] = []
    total, begun = 0, time.monotonic()
    parts = request.stream()
    while True:
        try:
            async with asyncio.timeout(seconds_left(begun, total)):
                chunk = await anext(parts)
        except StopAsyncIteration:
            return b"".join(chunks)
        except TimeoutError as error:
            raise Denied("too_slow", "The message came too slowly; send less at a time.") from error
        total += len(chunk)
        if total > limit:
            raise Denied("too_large", "The message is too large; send less at a time.")
        chunks.append(chunk)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def _error(code: str, message: str, detail: dict[str, str] | None = None) -> Response:
    status = STATUS[code]
    headers = {"Retry-After": str(RETRY_SECONDS)} if status in (429, 503) else {}
    if status in (400, 408, 413):  # the rest of such a body is not read as a next request
        headers["Connection"] = "close"
    return _json(
        codec.ErrorAnswer(error=codec.ErrorBody(code=code, message=message, detail=detail or {})), status, headers
    )


def _guarded(handler: Handler) -> Handler:
    """The handler, with refusals and faults of storage as answers."""

    async def answer(request: Request) -> Response:
        try:
            _check_head(request)
            return await handler(request)
        except Denied as denied:
            return _error(denied.code, str(denied), denied.detail)
        except StorageFault as fault:
            _log.error("storage: %s", fault)
            return _error("unavailable", "The central store cannot keep anything now; nothing was lost.")
        except ClientDisconnect:
            return _error("bad_request", "The message was cut off.")  # nobody reads it
        except Exception as error:  # caught here, because uvicorn would print its text, which may be a person's
            return _server_error(error)

    return answer


async def _http_error(_: Request, error: Exception) -> Response:
    """What the router itself refuses: an unknown path or method."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    body = codec.ErrorAnswer(error=codec.ErrorBody(code="not_found" if status == 404 else "bad_request", message="No."))
    return _json(body, status)


def _server_error(error: Exception) -> Response:
    """A fault of the program: its kind and place go to the log, nothing of it to the caller."""
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    _log.error("fault: %s at %s", type(error).__name__, " < ".join(reversed(places)))
    return _error("unavailable", "The central store met a fault; nothing was lost.")
