"""Exchanges by stick in a world: requests and answers lie about as files, and any of them may be used at any time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from sync.central.bundles.exchange import answer
from sync.central.service.store import Store
from sync.client.bundle_exchange import read_answer, write_request
from sync.client.http import Rejected
from sync.client.session import Result
from sync.protocol.bundle import BadBundle
from sync.replica import Replica
from tests.faults.lot import acting

# What a laptop may say of an answer that is not (any more) for the place it stands at.
_NOT_NOW = ("bundle_read", "bundle_old", "bundle_other")
_NOT_SERVED = ("device_revoked", "device_unknown")


class Sticks:
    """The files under way, in the order they were written."""

    def __init__(self, folder: Path, happened: Counter[str]) -> None:
        folder.mkdir()
        self._folder = folder
        self._happened = happened
        self._requests: list[Path] = []
        self._answers: list[Path] = []

    def write(self, replica: Replica) -> Path:
        """A laptop writes what it has and asks what is new."""
        self._requests.append(write_request(replica, self._name("request")).path)
        return self._requests[-1]

    def answer(self, store: Store, which: int) -> Path | None:
        """The office answers some request, perhaps one it has answered before."""
        if not self._requests:
            return None
        return self._answer(store, self._requests[which % len(self._requests)])

    def _answer(self, store: Store, request: Path) -> Path:
        with acting(timedelta()):
            self._answers.append(answer(store, request, self._name("answer")).path)
        return self._answers[-1]

    def read(self, replica: Replica, which: int) -> None:
        """A laptop is given some answer: old ones, ones it has read, and ones for others change nothing."""
        if self._answers:
            self._read(replica, self._answers[which % len(self._answers)], _NOT_NOW)

    def trip(self, store: Store, replica: Replica) -> Result | None:
        """There and back; None for a laptop that is not served."""
        return self._read(replica, self._answer(store, self.write(replica)), ())

    def _read(self, replica: Replica, path: Path, may_be: tuple[str, ...]) -> Result | None:
        try:
            result = read_answer(replica, path)
        except BadBundle as bad:
            if bad.code not in may_be:
                raise
            self._happened["an answer by stick was not for now"] += 1
        except Rejected as refused:
            if refused.code not in _NOT_SERVED:
                raise
        else:
            self._happened["an answer by stick was read"] += 1
            return result
        return None

    def _name(self, ending: str) -> Path:
        return self._folder / f"{len(self._requests) + len(self._answers)}.{ending}"
