"""What a world does not decide itself: chance, time, and what happens beside something else; all of it from one number.

With that number and the same actions a world ends in the same files, byte by byte, in any process. Nothing here is the
program's: its one source of randomness, its clocks and its second thread are exchanged for ones that can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import pytest
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from sync.client import session
from sync.ledger import ids
from sync.model import days

Told = ParamSpec("Told")
Answer = TypeVar("Answer")

MORNING = datetime(2026, 9, 18, 8, tzinfo=UTC)  # when every world begins
TICK = timedelta(milliseconds=7)  # from one look at a clock to the next


class Lot:
    """What is drawn and how late it is; one world at a time."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, number: int) -> None:
        """A new world, told by its number."""
        self._bytes, self._turns = random.Random(number), random.Random(number)
        self._time = MORNING
        self.wrong_by = timedelta()  # the clock of whoever is acting

    def bytes(self, count: int) -> bytes:
        """In place of what nobody can foretell."""
        return self._bytes.randbytes(count)

    def now(self) -> datetime:
        """The time as whoever is acting believes it to be."""
        self._time += TICK
        return self._time + self.wrong_by

    def comes_at_once(self) -> bool:
        """Whether what happens beside something else is over before that begins, or begins when that is over."""
        return self._turns.random() < 0.5


lot = Lot()


class Clock(datetime):
    """The clock of whoever is acting: a laptop's may be wrong, and the store's is right."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Clock:
        """The time of the world."""
        return cls.fromtimestamp(lot.now().timestamp(), tz)


@contextmanager
def acting(wrong_by: timedelta) -> Iterator[None]:
    """Somebody acts whose clock is wrong by so much; the others' clocks are right."""
    before, lot.wrong_by = lot.wrong_by, wrong_by
    try:
        yield
    finally:
        lot.wrong_by = before


class _Later(Future[Answer]):
    """Something that happens when it is waited for."""

    def __init__(self, work: Callable[[], Answer]) -> None:
        super().__init__()
        self._work = work

    def happen(self) -> None:
        """Let it happen now, if it has not yet."""
        if self.set_running_or_notify_cancel_once():
            try:
                self.set_result(self._work())
            except Exception as error:
                self.set_exception(error)

    def set_running_or_notify_cancel_once(self) -> bool:
        """Whether this is the first to let it happen."""
        return not (self.running() or self.done()) and self.set_running_or_notify_cancel()

    def result(self, timeout: float | None = None) -> Answer:
        """What came of it."""
        self.happen()
        return super().result(timeout)


class InTurn(Executor):
    """In place of a second thread: by lot, what is handed to it happens at once, or when it is waited for."""

    def __init__(self, _workers: int) -> None:
        self._given: list[_Later[Any]] = []

    def submit(self, work: Callable[Told, Answer], /, *args: Told.args, **more: Told.kwargs) -> Future[Answer]:
        """Take on some work."""
        given = _Later(lambda: work(*args, **more))
        self._given.append(given)
        if lot.comes_at_once():
            given.happen()
        return given

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Finish what is waiting."""
        for given in self._given:
            given.happen()


@contextmanager
def drawn() -> Iterator[None]:
    """From here on the program's chance and time are the world's, and one thing happens after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "random_bytes", lot.bytes)
        patch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: round(lot.now().timestamp() * 1e9)))
        patch.setattr(days, "datetime", Clock)
        patch.setattr(session, "time", SimpleNamespace(monotonic=lambda: 0.0))  # the size of messages goes by it
        patch.setattr(session, "ThreadPoolExecutor", InTurn)
        # hypothesis also draws numbers that stand in whatever modules happen to be loaded.
        patch.setattr(providers, "_get_local_constants", Constants)
        patch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))
        yield
