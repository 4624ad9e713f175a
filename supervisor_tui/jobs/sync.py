"""An exchange running beside the screens: one at a time, in a worker thread with a file handle of its own.

The thread only posts messages; the App owns the state and the screens read it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

from supervisor_tui.labels.file_faults import fault_cause, fault_key, system_words

if TYPE_CHECKING:
    from sync.client.bundle_exchange import Written
    from sync.client.session import Progress, Result
    from sync.replica import Replica, ReplicaError


@dataclass
class Progressed(Message):
    """The exchange has come further."""

    progress: Progress


@dataclass
class Exchanged(Message):
    """The exchange is done."""

    result: Result


@dataclass
class StickWritten(Message):
    """A bundle is written, for somebody to carry."""

    written: Written


@dataclass
class ExchangeFailed(Message):
    """The exchange was broken off, for the reason `code` (words: `error.CODE`, with what they name).

    A fault of the profile's file is named by the key of its words.
    """

    code: str
    named: Mapping[str, str] = field(default_factory=dict)


class DataChanged(Message):
    """Records, receipts or the exchange's state have changed: read again what is shown."""


class LanguageChanged(Message):
    """The language was switched: draw the words anew."""


class SyncJob:
    """The state of the exchange as the screens show it."""

    def __init__(self) -> None:
        self.running = False
        self.progress: Progress | None = None
        self.result: Result | None = None
        self.failure = ""
        self.failure_named: Mapping[str, str] = {}
        self.written: Written | None = None
        self._stop = threading.Event()

    def begin(self) -> bool:
        """Note that an exchange begins; False if one is under way."""
        if self.running:
            return False
        self.running, self.progress, self.result, self.failure, self.written = True, None, None, "", None
        self._stop.clear()
        return True

    def end(self, result: Result | None = None, written: Written | None = None) -> None:
        """Note how it ended."""
        self.running, self.result, self.failure, self.written = False, result, "", written

    def fail(self, code: str, named: Mapping[str, str]) -> None:
        """Note why it was broken off."""
        self.end()
        self.failure, self.failure_named = code, named

    def stop(self) -> None:
        """Ask the exchange to stop at the next message; what was done is kept."""
        self._stop.set()

    def work(self, path: Path, post: Callable[[Message], Any]) -> None:
        """Exchange; runs in the worker thread and posts what comes of it."""
        from sync.client.session import exchange

        _guarded(
            path,
            post,
            lambda replica: Exchanged(exchange(replica, self._told(post), self._stop.is_set)),
        )

    def write_stick(self, path: Path, target: Path, post: Callable[[Message], Any]) -> None:
        """Write what is unsent into a bundle; runs in the worker thread."""
        from sync.client.bundle_exchange import write_request

        def write(replica: Replica) -> Message:
            return StickWritten(write_request(replica, target, progress=self._told(post), stop=self._stop.is_set))

        _guarded(path, post, write)

    def read_stick(self, path: Path, source: Path, post: Callable[[Message], Any]) -> None:
        """Read the office's answer from a bundle, or every one in a folder that is waited for; in the worker thread."""
        from sync.client.bundle_exchange import answers_in, read_answer
        from sync.protocol.bundle import BadBundle

        def read(replica: Replica) -> Message:
            answers = answers_in(replica, source) if source.is_dir() else [source]
            if not answers:
                raise BadBundle("no_answer", "There is no answer here that this laptop waits for.")
            *earlier, last = answers
            for answer in earlier:
                read_answer(replica, answer, self._told(post), self._stop.is_set)
            return Exchanged(read_answer(replica, last, self._told(post), self._stop.is_set))

        _guarded(path, post, read)

    @staticmethod
    def _told(post: Callable[[Message], Any]) -> Callable[[Progress], None]:
        return lambda progress: post(Progressed(progress))


def _guarded(path: Path, post: Callable[[Message], Any], job: Callable[[Replica], Message]) -> None:
    """Do a job with a handle of its own on the file, and post what comes of it."""
    from sync.client.http import ExchangeError
    from sync.protocol.bundle import BadBundle, StickFault
    from sync.replica import Replica, ReplicaError
    from sync.replica.storage.connect import explain

    try:
        with Replica.open(path) as replica:
            message = job(replica)
    except ExchangeError as error:
        post(ExchangeFailed(error.code, error.named))
    except BadBundle as error:
        post(ExchangeFailed(error.code))
    except ReplicaError as error:
        post(_failed(error))
    except StickFault as error:
        post(ExchangeFailed("stick", {"why": system_words(error)}))
    except OSError as error:  # of the disk the profile lies on
        post(_failed(explain(error, path)))
    else:
        post(message)


def _failed(error: ReplicaError) -> ExchangeFailed:
    """What an error of the profile's file makes of an exchange."""
    return ExchangeFailed(fault_key(error), {"why": fault_cause(error)})
