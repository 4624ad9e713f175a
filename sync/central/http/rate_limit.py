"""Failed enrolment codes, counted so that nobody can try many: by address, by code, and over all addresses."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from ipaddress import IPv6Address, ip_address

EACH, ALL, WINDOW = 10, 200, 60.0  # tries an address or a code has, and all of them together, in that many seconds


class CodeRateLimit:
    """Tries in a sliding window. A try counts from its beginning, so that many at once count as many."""

    def __init__(self, each: int = EACH, total: int = ALL, window: float = WINDOW) -> None:
        self._each, self._total, self._window = each, total, window
        self._tries: deque[tuple[float, str, str]] = deque()

    def begin(self, address: str, code: str) -> tuple[float, str, str] | None:
        """Note a try; None if this address, this code or everybody together has had enough of them."""
        now = time.monotonic()
        while self._tries and self._tries[0][0] < now - self._window:
            self._tries.popleft()
        source, code = _network(address), hashlib.sha256(code.encode()).hexdigest()  # a code, or a token, is not kept
        alike = max(
            sum(known == source for _, known, _ in self._tries),
            sum(known == code for _, _, known in self._tries),
        )
        if alike >= self._each or len(self._tries) >= self._total:
            return None
        self._tries.append((now, source, code))
        return self._tries[-1]

    def succeeded(self, begun: tuple[float, str, str]) -> None:
        """A try was no guess."""
        if begun in self._tries:
            self._tries.remove(begun)


def _network(address: str) -> str:
    """Whom an address stands for: itself, or the /64 that one IPv6 customer has to choose from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return parsed.exploded[:19] if isinstance(parsed, IPv6Address) else address
