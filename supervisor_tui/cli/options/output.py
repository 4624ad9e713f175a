"""How commands print: one JSON value, or plain columns that keep their place with Chinese text in them."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from supervisor_tui.locale import t
from supervisor_tui.terminal.text import cells, fit, harmless, one_line
from sync.console.control_characters import json_readable

_EVERY = 0.1  # seconds between two words of progress
WIDEST_COLUMN = 60  # cells


def print_json(value: Any) -> None:
    """One JSON value, readable as it stands: indented, Chinese unescaped."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(json_readable(text.decode()) + "\n")


def print_line(sentence: str) -> None:
    """A sentence on stdout; what it repeats of records, names and paths cannot act on the terminal."""
    print(harmless(sentence))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under headings, every column as wide as its widest cell; text from records cannot act on the terminal."""
    headings = [one_line(heading) for heading in headings]  # a screen's may stand to the right
    table = [[one_line(str(cell)) for cell in row] for row in rows]
    widths = [
        min(max([cells(heading), *(cells(row[column]) for row in table)]), WIDEST_COLUMN)
        for column, heading in enumerate(headings)
    ]
    for row in ([*headings], *table):
        print("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line, values under each other."""
    kept = [(one_line(name), one_line(str(value))) for name, value in pairs]
    width = max((cells(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{fit(name, width)}  {value}".rstrip())


@contextlib.contextmanager
def progress_line() -> Iterator[Callable[[int, int], None]]:
    """How far long work is, on a line of the terminal that goes when the work ends; nothing where there is no terminal.

    Gives what takes (steps done, steps in all).
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= _EVERY:
            last = now
            said = f"{done:,} / {total:,}" if total else f"{t('work.begun')} {done or ''}".rstrip()
            print(f"\r{said}\x1b[K", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
