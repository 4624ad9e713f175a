"""An exchange running beside the screens: one at a time, in a worker thread with a file handle of its own.

The thread only posts messages; the App owns the state and the screens read it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from sync.exchange import Progress, Result


@dataclass
class Progressed(Message):
    """The exchange has come further."""

    progress: Progress


@dataclass
class Exchanged(Message):
    """The exchange is done."""

    result: Result


@dataclass
class ExchangeFailed(Message):
    """The exchange was broken off, for the reason `code` (words: `error.CODE`)."""

    code: str


class DataChanged(Message):
    """Records, receipts or the exchange's state have changed: read again what is shown."""


class LanguageChanged(Message):
    """The language was switched: draw the words anew."""


class Exchanging:
    """The state of the exchange as the screens show it."""

    def __init__(self) -> None:
        self.running = False
        self.progress: Progress | None = None
        self.result: Result | None = None
        self.failure = ""
        self._stop = threading.Event()

    def begin(self) -> bool:
        """Note that an exchange begins; False if one is under way."""
        if self.running:
            return False
        self.running, self.progress, self.result, self.failure = True, None, None, ""
        self._stop.clear()
        return True

    def end(self, result: Result | None = None, failure: str = "") -> None:
        """Note how it ended."""
        self.running, self.result, self.failure = False, result, failure

    def stop(self) -> None:
        """Ask the exchange to stop at the next message; what was done is kept."""
        self._stop.set()

    def work(self, path: Path, post: Callable[[Message], Any]) -> None:
        """Exchange; runs in the worker thread and posts what comes of it."""
        from sync.exchange import ExchangeError, exchange
        from sync.replica import Replica, ReplicaError

        try:
            with Replica.open(path) as replica:
                result = exchange(replica, lambda progress: post(Progressed(progress)), self._stop.is_set)
        except ExchangeError as error:
            post(ExchangeFailed(error.code))
        except ReplicaError:
            post(ExchangeFailed("local_file"))
        else:
            post(Exchanged(result))
