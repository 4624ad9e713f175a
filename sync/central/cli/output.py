"""How the office's commands print: JSON for programs; for people columns in place, names and the district's time."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

from sync.central.locale import t
from sync.console.control_characters import json_readable, sanitize

if TYPE_CHECKING:
    from sync.model.days import Zones

_MOST = 60  # characters of a cell in a list


def print_json(value: Any) -> None:
    """One JSON value, readable as it stands."""
    import msgspec

    print(json_readable(msgspec.json.format(msgspec.json.encode(value), indent=2).decode()))


def print_line(sentence: object) -> None:
    """A sentence on stdout; what it repeats of records, names and what was typed cannot act on the terminal."""
    print(sanitize(str(sentence)))


def print_wrong(sentence: object) -> None:
    """The same on stderr."""
    print(sanitize(str(sentence)), file=sys.stderr)


def print_made(id_: str, sentence: str) -> None:
    """What was made: its id or code alone for a program that reads it, a sentence for a person at a terminal."""
    print_line(sentence if sys.stdout.isatty() else id_)


def agreed(question: str) -> bool:
    """Whether the person at the terminal says yes; anything else, the end of what is typed included, is a no."""
    print(sanitize(question), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def print_columns(rows: Iterable[Sequence[object]]) -> None:
    """Rows, every column as wide as its widest cell."""
    table = [[short(str(cell)) for cell in row] for row in rows]
    widths = [max(map(_cells, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(_filled(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line, values under each other and whole."""
    kept = [(short(name), printable(value)) for name, value in pairs]
    width = max((_cells(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{_filled(name, width)}  {value}".rstrip())


def printable(value: object) -> str:
    """A value on one line that cannot act on a terminal."""
    return "".join(each if each.isprintable() else " " for each in str(value))


def short(text: str) -> str:
    """The same, no longer than a cell of a list may be."""
    line = printable(text)
    return line if len(line) <= _MOST else line[: _MOST - 2] + ".."


def local(zones: Zones, moment: str) -> str:
    """A moment (UTC RFC 3339) as the clocks of the district show it, to the minute; unreadable text as it is."""
    there = zones.local(moment)
    return moment if there is None else there.strftime("%Y-%m-%d %H:%M")


def value_words(value: object) -> str:
    """A field's value: yes or no for a flag, everything else as it stands."""
    return t(f"value.{str(value).lower()}") if isinstance(value, bool) else str(value)


def _cells(text: str) -> int:
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))


@contextlib.contextmanager
def counted_line() -> Iterator[Callable[[int, int], None]]:
    """How many rows are checked, on a line of the terminal that goes at the end; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return

    def show(words: str) -> None:
        print(f"\r{words}\x1b[K", end="", file=sys.stderr, flush=True)

    try:
        yield lambda done, total: show(t("import.counted", done=done, total=total))
    finally:
        show("")
