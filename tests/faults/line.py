"""The road between a world's laptops and its store, in one process: real messages to the store's real application.

Every request may meet one fault of a road: the list is `FAULTS`. A fault is used up by the request that meets it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta

import httpx
from anyio.from_thread import BlockingPortal
from starlette.applications import Starlette

from tests.faults.lot import acting

HTML = b"<html><body>Please log in to the guest network</body></html>"
MOST_REQUESTS = 1_000  # of one exchange, far more than any takes here
FAULTS = ("unsent", "lost", "down", "cut", "flipped", "html", "busy", "too_large", "twice", "late", "slow")


class Road(httpx.BaseTransport):
    """Carries a laptop's requests to whatever store is there at the time."""

    def __init__(self, portal: BlockingPortal) -> None:
        self.portal = portal
        self.application: Starlette | None = None
        self.faults: deque[str] = deque()
        self.before_next: deque[Callable[[], None]] = deque()
        self.underway: list[httpx.Request] = []  # what was given up by who sent it, and will arrive all the same
        self.injected: dict[str, int] = {}
        self.is_down = False
        self.requests = 0  # of this exchange
        self.store_is_wrong_by = timedelta()

    def clear(self) -> None:
        """Let every following request through; what is still under way arrives first."""
        self.faults.clear()
        self.before_next.clear()
        self.is_down = False
        while self.underway:
            self._deliver(self.underway.pop())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request, and the answer back, with the fault whose turn it is."""
        self.requests += 1
        assert self.requests < MOST_REQUESTS, "an exchange that never ends"
        if self.before_next:
            with acting(timedelta()):
                self.before_next.popleft()()
        fault = self.faults.popleft() if self.faults else ""
        if fault == "down":
            self.is_down = True
        if self.is_down:
            raise httpx.ConnectError("the line is down", request=request)
        if fault:
            self.injected[fault] = self.injected.get(fault, 0) + 1
        carry = getattr(self, f"_{fault}") if fault else self._deliver
        answer: httpx.Response = carry(request)
        if self.is_down:  # it broke meanwhile
            raise httpx.ReadError("the line is down", request=request)
        return answer

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        with acting(self.store_is_wrong_by):
            return self.portal.call(self._ask, request)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        assert self.application is not None
        road = httpx.ASGITransport(app=self.application)
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await road.handle_async_request(copy)
        raw = b"".join([part async for part in answer.aiter_raw()])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(raw))

    def _unsent(self, request: httpx.Request) -> httpx.Response:
        raise httpx.WriteError("cut off on the way there", request=request)

    def _lost(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        raise httpx.ReadError("the answer was lost", request=request)

    def _cut(self, request: httpx.Request) -> httpx.Response:
        return _changed(self._deliver(request), lambda raw: raw[: len(raw) // 2])

    def _flipped(self, request: httpx.Request) -> httpx.Response:
        return _changed(
            self._deliver(request), lambda raw: raw[:-9] + bytes([raw[-9] ^ 4]) + raw[-8:] if len(raw) > 9 else raw
        )

    def _html(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "text/html"}, stream=httpx.ByteStream(HTML))

    def _busy(self, request: httpx.Request) -> httpx.Response:
        body = b'{"error":{"code":"unavailable","message":"Not now."}}'
        return httpx.Response(503, headers={"Content-Type": "application/json"}, stream=httpx.ByteStream(body))

    def _too_large(self, request: httpx.Request) -> httpx.Response:
        body = b'{"error":{"code":"too_large","message":"Send less at a time."}}'
        return httpx.Response(413, headers={"Content-Type": "application/json"}, stream=httpx.ByteStream(body))

    def _twice(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        return self._deliver(request)

    def _late(self, request: httpx.Request) -> httpx.Response:
        self.underway.append(httpx.Request("POST", request.url, headers=request.headers, content=request.read()))
        raise httpx.ReadTimeout("no answer yet", request=request)

    def _slow(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        raise httpx.ReadTimeout("the answer did not come in time", request=request)


def _changed(answer: httpx.Response, change: Callable[[bytes], bytes]) -> httpx.Response:
    """The same answer with other bytes."""
    raw = change(b"".join(answer.iter_raw()))
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return httpx.Response(answer.status_code, headers=headers, stream=httpx.ByteStream(raw))
