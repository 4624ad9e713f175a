"""Which row of a table holds its headings, and which field each column is.

A heading's meaning comes from what the office says now (`--map`), what it said before for the same heading, or the
table of known words, in that order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sync.central.imports import synonyms
from sync.central.imports.files.read import Table
from sync.central.imports.files.sheets import column_letters

_DEEPEST = 30  # rows above the headings: titles, dates, units of measure
_LONGEST = 200  # characters of a heading
_LABEL = re.compile("[:：]")  # 填报单位：组织部 stands above a table and heads no column
LEFT_OUT = "-"


class Column(msgspec.Struct, frozen=True):
    """A column: its place (from 0), its heading as it stands there, its field (`-` is left out, empty is unknown)."""

    index: int
    heading: str
    field: str

    @property
    def letter(self) -> str:
        """The column as a workbook names it."""
        return column_letters(self.index)


class Headings(msgspec.Struct, kw_only=True):
    """The headings found: how many of the table's rows stand at and above them, and the columns in order.

    `shown`: that they go over two rows can be seen, whether or not more of their words are known that way.
    """

    rows: int
    row: int
    columns: list[Column]
    shown: bool = False

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
        self._said = {synonyms.plain(heading): field for heading, field in said.items()}
        self._known = synonyms.MEANINGS[what]

    def of(self, *headings: str) -> str:
        """The field of the first of these readings of a heading that is known; empty if none is."""
        for known in (self._said, self._known):
            for heading in headings:
                field = known.get(synonyms.plain(heading)) or known.get(synonyms.without_brackets(heading))
                if field:
                    return field
        return LEFT_OUT if any(map(synonyms.is_personal, headings)) else ""


def find_headings(table: Table, meaning: Meaning) -> Headings | None:
    """The headings of a table, over one row or two; None if no row holds any that are known."""
    best: tuple[int, Headings] | None = None
    for start in range(min(_DEEPEST, len(table.rows))):
        for depth in (1, 2):
            found = _headings_at(table, start, depth, meaning)
            if found is None:
                continue
            known = 2 * len(found.fields) + found.shown
            if _is_sought(found, meaning) and (best is None or known > best[0]):
                best = known, found
    return best[1] if best else None


def _is_sought(found: Headings, meaning: Meaning) -> bool:
    """Whether a row holds the one heading a table cannot be without, and another: a title has one cell at most."""
    named = [column for column in found.columns if column.field]
    return any(column.field in synonyms.SOUGHT[meaning.what] for column in named) and len(found.columns) >= 2


def _headings_at(table: Table, start: int, depth: int, meaning: Meaning) -> Headings | None:
    rows = table.rows[start : start + depth]
    if len(rows) < depth or not all(_is_wording(cells) for _, cells in rows):
        return None
    width = max(len(cells) for _, cells in rows)
    upper = [_text(rows[0][1], index) for index in range(width)]
    lower = [_text(rows[-1][1], index) for index in range(width)]
    if len({*upper} - {""}) < 2:  # a title heads no column
        return None
    groups = _groups_of(table, rows[0][0], upper, lower)
    grouped = {index for group in groups for index in group}
    if depth == 1:
        headings: dict[int, tuple[str, ...]] = {index: (text,) for index, text in enumerate(upper) if text}
        if any(meaning.of(text) in synonyms.SOUGHT[meaning.what] for text in {*upper} - {""}):
            headings |= _apart(table, start + 1, groups, upper)
    elif _are_two_rows(table, (rows[0][0], rows[1][0]), groups, upper, lower):
        headings = _over_two_rows(groups, upper, lower)
    else:
        return None
    columns = [Column(index, names[0], meaning.of(*names)) for index, names in sorted(headings.items()) if names[0]]
    shown = depth == 2 and len(grouped) < len([text for text in upper if text])
    return Headings(rows=start + depth, row=rows[-1][0], columns=columns, shown=shown)


def _groups_of(table: Table, row: int, upper: list[str], lower: list[str]) -> list[list[int]]:
    """Columns that share a heading in a row: by a merge across them, or by empty cells beside it with words below."""
    groups = [
        list(range(merge.left, min(merge.right + 1, len(upper))))
        for merge in table.merges
        if merge.top == merge.bottom == row
        and merge.right > merge.left
        and merge.left < len(upper)
        and upper[merge.left]
    ]
    taken = {index for group in groups for index in group}
    for index, text in enumerate(upper):
        if not text or index in taken:
            continue
        group = [index]
        while group[-1] + 1 < len(upper) and not upper[group[-1] + 1] and lower[group[-1] + 1]:
            group.append(group[-1] + 1)
        if len(group) > 1:
            groups.append(group)
    return groups


def _are_two_rows(
    table: Table, numbers: tuple[int, int], groups: list[list[int]], upper: list[str], lower: list[str]
) -> bool:
    """Whether merges or empty cells show that two rows are one row of headings, and the lower one is no row of data."""
    top, bottom = numbers
    if bottom != top + 1 or any(_LABEL.search(text) for text in upper):
        return False
    if any(len({lower[index] for index in group} - {""}) < 2 for group in groups):
        return False
    joined = any(merge.top == top and merge.bottom == bottom for merge in table.merges)
    in_groups = {index for group in groups for index in group}
    alone = [index for index in range(len(upper)) if index not in in_groups]
    return joined or (bool(groups) and all(not lower[index] or lower[index] == upper[index] for index in alone))


def _over_two_rows(groups: list[list[int]], upper: list[str], lower: list[str]) -> dict[int, tuple[str, ...]]:
    """The headings of every column, and the words by which each may be known."""
    over = {index: upper[group[0]] for group in groups for index in group}
    headings: dict[int, tuple[str, ...]] = {}
    for index, below in enumerate(lower):
        above = over.get(index, upper[index])
        if not below or above == below:
            headings[index] = (above,)
        else:
            headings[index] = (f"{above} {below}", below, above) if above else (below,)
    return headings


def _apart(table: Table, first: int, groups: list[list[int]], upper: list[str]) -> dict[int, tuple[str, ...]]:
    """The columns under one heading: one where they say the same, else each further one by a name of its own."""
    headings: dict[int, tuple[str, ...]] = {}
    for group in groups:
        said: list[int] = []
        for index in group:
            texts = [(_text(cells, index), [_text(cells, other) for other in said]) for _, cells in table.rows[first:]]
            if any(text and text not in others for text, others in texts):
                said.append(index)
        for place, index in enumerate(said or group[:1], start=1):
            headings[index] = (upper[index] if place == 1 else f"{upper[index]} {place}",)
        for index in group:
            headings.setdefault(index, ("",))
    return headings


def _text(cells: list[Any], index: int) -> str:
    value = cells[index] if index < len(cells) else None
    return "" if value is None else " ".join(str(value)[:_LONGEST].split())


def _is_wording(cells: list[Any]) -> bool:
    """Headings are words: no numbers, no days."""
    return all(isinstance(cell, str) and not cell.strip().isdecimal() for cell in cells if cell is not None)


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
