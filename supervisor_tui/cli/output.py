"""How commands print: one JSON value, or plain columns that keep their place with Chinese text in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from supervisor_tui.text import cells, fit, one_line

_WIDEST_COLUMN = 60  # cells


def print_json(value: Any) -> None:
    """One JSON value, readable as it stands: indented, Chinese unescaped."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(text.decode() + "\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under headings, every column as wide as its widest cell; text from records cannot act on the terminal."""
    table = [[one_line(str(cell)) for cell in row] for row in rows]
    widths = [
        min(max([cells(heading), *(cells(row[column]) for row in table)]), _WIDEST_COLUMN)
        for column, heading in enumerate(headings)
    ]
    for row in ([*headings], *table):
        print("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and values, one pair a line, values under each other."""
    kept = [(name, one_line(str(value))) for name, value in pairs]
    width = max((cells(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{fit(name, width)}  {value}".rstrip())
