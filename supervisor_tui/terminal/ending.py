"""End the workbench when a signal asks for it, or when its terminal has been closed.

Textual goes on when its terminal has gone, and reads the end of the line again and again. It waits for a terminal that
takes nothing more, and for work in threads, however long they take. So a thread of our own waits for the end, asks
for it, and if it has not come in time, saves what is typed and ends the process.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Protocol

GRACE_SECONDS = 2.0  # for an end in order
_AGAIN_SECONDS = 1.0  # on systems that cannot watch a terminal
_SIGNALS = [signal.SIGTERM]
if sys.platform != "win32":
    _SIGNALS.append(signal.SIGHUP)


class Ends(Protocol):
    """A program that can be asked to end."""

    def ask_to_end(self) -> None:
        """Ask the program, from any thread, to save drafts and end."""

    def save_beside(self) -> int:
        """Save what is typed while the program's own thread is stuck; return the exit code."""


class Ending:
    """Sees to it that one run of a program ends when it must."""

    def __init__(self, program: Ends) -> None:
        self._program = program
        self._asked: SimpleQueue[bool] = SimpleQueue()  # true: the program has yet to be told. Safe in signal handlers
        self._over = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, signals and a line that hangs up end the program."""
        before = {number: signal.getsignal(number) for number in _SIGNALS}
        self.listen()
        for name, work in (("ending", self._see_to_it), ("line", self._watch_line)):
            threading.Thread(target=work, name=name, daemon=True).start()
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._over.set()
            self._asked.put(False)

    def listen(self) -> None:
        """Take the signals that ask for an end; to be done again where a driver has taken them meanwhile."""
        for number in _SIGNALS:
            signal.signal(number, lambda *_: self._asked.put(True))

    def begin(self) -> None:
        """Note that the program ends by itself; it has its time for it as well."""
        self._asked.put(False)

    def _see_to_it(self) -> None:
        is_news = self._asked.get()
        if self._over.is_set():
            return
        if is_news:
            self._program.ask_to_end()
        if not self._over.wait(GRACE_SECONDS):
            os._exit(self._program.save_beside())

    def _watch_line(self) -> None:
        if wait_for_hang_up(sys.__stdin__.fileno() if sys.__stdin__ else 0):
            self._asked.put(True)


def wait_for_hang_up(line: int) -> bool:
    """Return true once nobody holds the other end of a terminal, pipe or socket; false where that cannot be seen."""
    if sys.platform == "win32":
        return False
    watched = select.poll()
    watched.register(line, 0)
    gone = select.POLLHUP | select.POLLERR
    while not any(events & gone for _, events in watched.poll()):
        time.sleep(_AGAIN_SECONDS)
    return True
