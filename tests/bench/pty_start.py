"""From process start to the first usable screen, seen through a pseudo-terminal of 120 x 40 replayed by pyte."""

from __future__ import annotations

import fcntl
import os
import pty
import resource
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence

import pyte

from tests.bench.measure import Sample

ROWS, COLUMNS = 40, 120
_QUERIES = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[6n": b"\x1b[1;1R", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}


class Terminal:
    """A program under a pseudo-terminal; chunks of its output are kept with the time they came."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.begun = time.perf_counter()
        self.chunks: list[tuple[float, bytes]] = []
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.line = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), environment)

    def read(self, seconds: float) -> bool:
        """Take in what comes within the time; whether anything did."""
        ready, _, _ = select.select([self.line], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.line, 1 << 16)
        except OSError:
            return False
        self.chunks.append((time.perf_counter(), data))
        self.stream.feed(data)
        for query, answer in _QUERIES.items():
            if query in data:
                os.write(self.line, answer)
        return True

    def wait_for(self, expected: Sequence[str], seconds: float = 30.0) -> float:
        """Seconds from start until the screen holds every expected text."""
        while time.perf_counter() - self.begun < seconds:
            if self.read(0.2) and self.shows(expected):
                return self.chunks[-1][0] - self.begun
        raise TimeoutError(f"{expected} not seen within {seconds} s:\n" + "\n".join(self.screen.display))

    def shows(self, expected: Sequence[str]) -> bool:
        """Whether the screen holds every expected text (pyte pads wide characters with an empty cell)."""
        text = "\n".join(self.screen.display).replace(" ", "")
        return all(each.replace(" ", "") in text for each in expected)

    def end(self) -> tuple[float, float]:
        """Stop the program; its CPU seconds and peak memory in MiB."""
        peak = _peak(self.process)
        os.kill(self.process, signal.SIGKILL)
        _, _, usage = os.wait4(self.process, 0)
        os.close(self.line)
        return usage.ru_utime + usage.ru_stime, peak


def _peak(process: int) -> float:
    with open(f"/proc/{process}/status", encoding="ascii") as status:  # noqa: PTH123
        for row in status:
            if row.startswith("VmHWM"):
                return int(row.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def measured(command: Sequence[str], expected: Sequence[str], environment: dict[str, str]) -> Sample:
    """One start, to the moment everything expected stands on the screen."""
    terminal = Terminal(command, environment)
    seconds = terminal.wait_for(expected)
    while terminal.read(0.3):
        pass
    cpu, peak = terminal.end()
    return Sample(wall=seconds, cpu=cpu, memory=peak)
