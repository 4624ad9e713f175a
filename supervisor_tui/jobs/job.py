"""Long work beside the screens: it tells how far it is, and stops where it was told to. Knows nothing of what it does.

The work runs in a thread with its own file handle; between two steps it calls `Work.tell`, which raises `Cancelled`
once somebody has asked for that. Whatever is written in one step or one transaction is then not written at all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

Progress = Callable[[int, int], None]  # takes steps done, and steps in all; 0 in all where nobody knows yet
_EVERY = 0.1  # seconds between two messages


class Cancelled(Exception):
    """The person has asked the work to stop."""


@dataclass
class JobProgress(Message):
    """The work has come further."""

    done: int
    total: int


@dataclass
class Outcome(Message):
    """What came of the work, in words; `severity` as notices have it."""

    words: str
    severity: str = "information"


Job = Callable[[Progress], Outcome]  # raises `Cancelled` where its progress does


class Work:
    """One piece of work: it runs once, in a worker thread."""

    def __init__(self, job: Job, stopped: str) -> None:
        self._job = job
        self._stopped = stopped
        self._stop = threading.Event()
        self._last = 0.0

    def stop(self) -> None:
        """Ask it to stop at its next step."""
        self._stop.set()

    def run(self, post: Callable[[Message], Any]) -> None:
        """Do it, and post how far it is and what came of it."""

        def tell(done: int, total: int) -> None:
            if self._stop.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - self._last >= _EVERY or done == total:
                self._last = now
                post(JobProgress(done, total))

        try:
            outcome = self._job(tell)
        except Cancelled:
            outcome = Outcome(self._stopped, "warning")
        post(outcome)
