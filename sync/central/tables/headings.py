"""Which row of a table holds its headings, and which field each column is.

A heading's meaning comes from what the office says now (`--map`), what it said before for the same heading, or the
table of known words, in that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.central.tables import words
from sync.central.tables.read import Table

_DEEPEST = 30  # rows above the headings: titles, dates, units of measure
LEFT_OUT = "-"


class Column(msgspec.Struct, frozen=True):
    """A column: its place (from 0), its heading as it stands there, its field (`-` is left out, empty is unknown)."""

    index: int
    heading: str
    field: str

    @property
    def letter(self) -> str:
        """The column as a workbook names it."""
        number, letters = self.index + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


class Headings(msgspec.Struct, kw_only=True):
    """The headings found: how many of the table's rows stand at and above them, and the columns in order."""

    rows: int
    row: int
    columns: list[Column]

    @property
    def fields(self) -> dict[str, Column]:
        """The columns that are read, by field; of two for one field the first (the second is a doubt)."""
        read: dict[str, Column] = {}
        for column in self.columns:
            if column.field not in ("", LEFT_OUT):
                read.setdefault(column.field, column)
        return read


class Meaning:
    """What headings mean in one import: `said` now or before, else the known words."""

    def __init__(self, what: str, said: Mapping[str, str]) -> None:
        self.what = what
        self._said = {words.plain(heading): field for heading, field in said.items()}
        self._known = words.MEANINGS[what]

    def of(self, *headings: str) -> str:
        """The field of the first of these readings of a heading that is known; empty if none is."""
        for known in (self._said, self._known):
            for heading in headings:
                field = known.get(words.plain(heading)) or known.get(words.without_brackets(heading))
                if field:
                    return field
        return ""


def find_headings(table: Table, meaning: Meaning) -> Headings | None:
    """The headings of a table, over one row or two; None if no row holds any that are known."""
    best: tuple[int, Headings] | None = None
    for start in range(min(_DEEPEST, len(table.rows))):
        for depth in (1, 2):
            found = _headings_at(table, start, depth, meaning)
            if found is None:
                continue
            known = sum(1 for field in found.fields if field)
            if _is_sought(found, meaning) and (best is None or known > best[0]):
                best = known, found
    return best[1] if best else None


def _is_sought(found: Headings, meaning: Meaning) -> bool:
    """Whether a row holds the one heading a table cannot be without, and another: a title has one cell at most."""
    named = [column for column in found.columns if column.field]
    return any(column.field in words.SOUGHT[meaning.what] for column in named) and len(found.columns) >= 2


def _headings_at(table: Table, start: int, depth: int, meaning: Meaning) -> Headings | None:
    rows = table.rows[start : start + depth]
    if len(rows) < depth or not all(_is_wording(cells) for _, cells in rows):
        return None
    if depth == 2 and (rows[1][0] != rows[0][0] + 1 or _is_title(rows[0][1])):
        return None
    width = max(len(cells) for _, cells in rows)
    upper = _spread([_text(rows[0][1], index) for index in range(width)]) if depth == 2 else [""] * width
    lower = [_text(rows[-1][1], index) for index in range(width)]
    columns = []
    for index in range(width):
        above, below = upper[index], lower[index]
        if not below:
            above = _text(rows[0][1], index)  # what stands above alone is this column's own
        heading = below if not above or above == below else above if not below else f"{above} {below}"
        if heading:
            readings = (heading, below, above) if below else (above,)
            columns.append(Column(index, heading, meaning.of(*[each for each in readings if each])))
    return Headings(rows=start + depth, row=rows[-1][0], columns=columns)


def _is_title(cells: list[Any]) -> bool:
    """A row that says one thing, in one cell or merged over many, stands above the table and heads no column."""
    return len({_text(cells, index) for index in range(len(cells))} - {""}) < 2


def _spread(cells: list[str]) -> list[str]:
    """A heading over several columns stands in the first of them."""
    spread, last = [], ""
    for cell in cells:
        last = cell or last
        spread.append(last)
    return spread


def _text(cells: list[Any], index: int) -> str:
    value = cells[index] if index < len(cells) else None
    return "" if value is None else " ".join(str(value).split())


def _is_wording(cells: list[Any]) -> bool:
    """Headings are words: no numbers, no days."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    return all(isinstance(cell, str) and not cell.strip().isdecimal() for cell in filled)


def likely_headings(table: Table, meaning: Meaning) -> Headings | None:
    """The row that looks most like headings, known or not: the first of the widest rows of different words."""
    best: Headings | None = None
    for start in range(min(_DEEPEST, len(table.rows) - 1)):
        found = _headings_at(table, start, 1, meaning)
        if found is None or len({column.heading for column in found.columns}) < max(2, len(found.columns)):
            continue
        if best is None or len(found.columns) > len(best.columns):
            best = found
    return best
