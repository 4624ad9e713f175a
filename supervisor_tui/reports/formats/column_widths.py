"""How wide columns want to be, by what stands in them: so that no day is broken and long texts get the room."""

from __future__ import annotations

from itertools import islice

from supervisor_tui.reports.document import Table, shown
from supervisor_tui.terminal.text import cells

_LONGEST = 400  # characters of a cell that are looked at
_LOOKED_AT = 300  # rows; longer lists look alike
_UNBROKEN = 12  # letters of a text that stay together: days, posts, short names
_WIDER = {"code": 3, "label": 2}  # letters more that capitals and bold ones take
_MOST = 60  # letters that one column asks for at most


def natural(table: Table) -> list[int]:
    """The letters each column would like: its longest line, of heading or cells."""
    heads = (max(map(cells, column.title.split("\n"))) for column in table.columns)
    return [max(4, min(_MOST, max(pair))) for pair in zip(heads, _widest(table), strict=True)]


def needed(table: Table) -> list[int]:
    """The letters each column cannot do without: numbers, codes and labels whole, of texts what stays together."""
    return [
        max(5, _longest_word(column.title), width if column.kind != "text" else min(width, _UNBROKEN))
        for column, width in zip(table.columns, _widest(table), strict=True)
    ]


def _longest_word(heading: str) -> int:
    """Of a Latin heading, which is broken between words alone."""
    return max((len(word) + 1 for word in heading.split() if word.isascii()), default=0)


def _widest(table: Table) -> list[int]:
    widths = [0] * len(table.columns)
    for row in islice(table.rows, _LOOKED_AT):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            if cell is not None:
                lines = shown(cell, column.kind)[:_LONGEST].split("\n")
                widths[place] = max(widths[place], *(cells(line) + _WIDER.get(column.kind, 0) for line in lines))
    return [min(_MOST, width) for width in widths]


def fitted(table: Table, across: int) -> list[float]:
    """Widths that fill `across` letters: first what is needed, then to each column as it would like."""
    least = needed(table)
    wanted = [max(pair) for pair in zip(natural(table), least, strict=True)]
    room = across - sum(least)
    if room <= 0:
        return [width * across / sum(least) for width in least]
    longing = [want - need for want, need in zip(wanted, least, strict=True)]
    if sum(longing) > room:
        return [need + room * more / sum(longing) for need, more in zip(least, longing, strict=True)]
    spare = room - sum(longing)
    texts = [column.kind == "text" for column in table.columns]
    weights = [want if is_text or not any(texts) else want / 4 for want, is_text in zip(wanted, texts, strict=True)]
    return [want + spare * weight / sum(weights) for want, weight in zip(wanted, weights, strict=True)]
