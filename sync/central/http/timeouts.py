"""How long the store waits for whoever is slow: one rule for heads, bodies and answers, and uvicorn's line under it.

A fixed total would cut off an honest laptop on a thin line (4 MB at 40 kbit/s take a quarter of an hour), so what is
asked for is a pace: after a grace, at least `LEAST_RATE` bytes for every second since the beginning.
"""

from __future__ import annotations

import asyncio
import time

from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE_SECONDS = 30.0  # for line noise, a handover between cells, a satellite's latency
LEAST_RATE = 500.0  # bytes a second: a tenth of 40 kbit/s, for ten laptops that share such a line
HEAD_SECONDS = 20.0  # a request's head is some 300 bytes


def seconds_left(begun: float, received: int) -> float:
    """How long to wait for the next bytes of what began then and has brought `received` bytes (never below 0)."""
    return max(0.0, begun + GRACE_SECONDS + received / LEAST_RATE - time.monotonic())


class TimeoutProtocol(H11Protocol):
    """uvicorn's own line, that also hangs up on whoever never finishes a request's head or never takes the answer."""

    _hang_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_at_most(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Stop waiting once a request's head is whole; a next one that dribbles in is waited for anew."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._hang_up is None:
            self._wait_at_most(HEAD_SECONDS)

    def on_response_complete(self) -> None:
        """Give the other side as long to take the answer as one that long may take."""
        super().on_response_complete()
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            self._wait_at_most(GRACE_SECONDS + unsent / LEAST_RATE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_at_most(self, seconds: float) -> None:
        self._stop_waiting()
        self._hang_up = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None
