"""A program on a real terminal: a pseudo-terminal replayed by pyte, typed at and read as a person does."""

from __future__ import annotations

import fcntl
import functools
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyte
from wcwidth import wcwidth

from tests.bench.measure import peak_of

KEYS = {
    **{f"F{number}": f"\x1bO{letter}" for number, letter in zip(range(1, 5), "PQRS", strict=True)},
    **{f"F{number}": f"\x1b[{code}~" for number, code in zip(range(5, 11), (15, 17, 18, 19, 20, 21), strict=True)},
    "Enter": "\r",
    "Esc": "\x1b",
    "Tab": "\t",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "PageDown": "\x1b[6~",
    "F11": "\x1b[23~",
    "F12": "\x1b[24~",
}
_QUIET = 0.08  # seconds without a byte: the program is at rest
_ESC_ALONE = 0.16  # the same behind an Esc, which begins a longer sequence if anything follows at once
_COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
_BEGUN = re.compile(rb"\x1b(\[[0-9;:]*)?\Z")  # at the end of what came: it may become one of them
_QUERIES = {b"\x1b[c": b"\x1b[?62;22c", b"\x1b[6n": b"\x1b[1;1R", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}


def _code(key: str) -> bytes:
    """What a key sends: one of `KEYS`, ^ with a letter, or characters as they are."""
    if len(key) == 2 and key[0] == "^":
        return bytes([ord(key[1]) & 0x1F])
    return KEYS.get(key, key).encode()


class _Screen(pyte.Screen):
    """A screen without colours; what fits into a line is drawn at once, not sign by sign."""

    def draw(self, data: str) -> None:
        """Draw signs from the cursor on."""
        cells = [cell for sign in data for cell in _cells(sign)]
        begin, end = self.cursor.x, self.cursor.x + len(cells)
        if None in cells or end > self.columns or pyte.modes.IRM in self.mode or self.charset:
            super().draw(data)
            return
        self.buffer[self.cursor.y].update(zip(range(begin, end), cells, strict=True))
        self.cursor.x = end
        self.dirty.add(self.cursor.y)


@functools.cache
def _cells(sign: str) -> tuple[Any, ...]:
    """What stands in the cells of a sign, the second half of a wide one being empty; None if it has no cell."""
    halves = {1: (sign,), 2: (sign, "")}.get(wcwidth(sign))
    return tuple(map(pyte.screens.Char, halves)) if halves else (None,)


class Terminal:
    """A program under a pseudo-terminal; chunks of its output are kept with the time they came."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], size: tuple[int, int] = (120, 40)) -> None:
        columns, rows = size
        self.begun = time.perf_counter()
        self.chunks: list[tuple[float, int]] = []
        self.screen = _Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self._held_back = b""
        self._rested = 0.0  # seconds for which nothing came, with nothing typed since
        self.process, self.line = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            of_its_own = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
            os.execvpe(command[0], list(command), of_its_own)

    def read(self, seconds: float) -> bool:
        """Take in what comes within the time; whether anything did."""
        ready, _, _ = select.select([self.line], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.line, 1 << 16)
        except OSError:  # the program has gone
            return False
        self._rested = 0.0
        self.chunks.append((time.perf_counter(), len(data)))
        self._draw(data)
        for query, answer in _QUERIES.items():
            if query in data:
                os.write(self.line, answer)
        return True

    def _write(self, data: bytes) -> None:
        self._rested = 0.0
        os.write(self.line, data)

    def _draw(self, data: bytes) -> None:
        """Draw what came, but for the colours: nobody reads them here, and they are most of what comes."""
        data = self._held_back + data
        end = len(data)
        if begun := _BEGUN.search(data):
            end = begun.start()
        self._held_back = data[end:]
        self.stream.feed(_COLOURS.sub(b"", data[:end]))

    def wait_for(self, *expected: str, seconds: float = 30.0) -> float:
        """Wait until the screen holds every expected text; seconds from the program's start."""
        until = time.perf_counter() + seconds
        while not self.shows(*expected):
            if time.perf_counter() > until:
                raise TimeoutError(f"{expected} not seen within {seconds} s:\n{self.text}")
            self.read(0.2)
        return self.chunks[-1][0] - self.begun

    @property
    def text(self) -> str:
        """The screen as a person reads it; half a wide character, in the middle of being drawn over, is nothing."""
        rows = (self.screen.buffer[row] for row in range(self.screen.lines))
        return "\n".join("".join(row[column].data for column in range(self.screen.columns)) for row in rows)

    def shows(self, *expected: str) -> bool:
        """Whether the screen holds every expected text, blanks apart."""
        text = self.text.replace(" ", "")
        return all(each.replace(" ", "") in text for each in expected)

    def press(self, *keys: str) -> None:
        """Press keys by the names of `KEYS`, a letter or digit by itself; each once the screen has come to rest."""
        for key in keys:
            self.rest()
            self._write(_code(key))
            self.rest(_ESC_ALONE if key == "Esc" else _QUIET)

    def send(self, keys: Sequence[str], gap: float) -> None:
        """Type ahead, whatever the program is doing: so many seconds between two keys, or all of them at once."""
        codes = [_code(key) for key in keys]
        for code in codes if gap else [b"".join(codes)]:
            self._write(code)
            until = time.perf_counter() + gap
            while (left := until - time.perf_counter()) > 0:
                self.read(left)

    def answer_to(self, keys: str, quiet: float = 0.12) -> float:
        """Type at a program at rest: seconds to the last byte it draws, silence of `quiet` seconds being its end."""
        begun = last = time.perf_counter()
        self._write(_code(keys))
        drawn = b""
        while select.select([self.line], [], [], quiet)[0]:
            drawn += os.read(self.line, 1 << 16)
            last = time.perf_counter()
        self._draw(drawn)
        return last - begun

    def type(self, text: str) -> None:
        """Commit a text as an input method does: all of it at once."""
        self.rest()
        self._write(text.encode())
        self.rest()

    def rest(self, seconds: float = _QUIET) -> None:
        """Read until nothing more comes for a while, which need not be waited for twice."""
        if self._rested < seconds or self.read(0):
            while self.read(seconds):
                pass
            self._rested = seconds

    def ended(self, seconds: float = 10.0) -> int:
        """Wait for the program to end by itself; its exit code."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.read(0.05)
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process:
                os.close(self.line)
                return os.waitstatus_to_exitcode(status)
        raise TimeoutError(f"the program did not end:\n{self.text}")

    def stop(self) -> tuple[float, float]:
        """Stop the program; its CPU seconds and peak memory in MiB."""
        peak = peak_of(self.process)
        os.kill(self.process, signal.SIGKILL)
        _, _, usage = os.wait4(self.process, 0)
        os.close(self.line)
        return usage.ru_utime + usage.ru_stime, peak


def running(place: Path) -> int:
    """How many processes name this place in their command line."""
    found = 0
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has gone meanwhile
            found += str(place).encode() in process.read_bytes()
    return found
