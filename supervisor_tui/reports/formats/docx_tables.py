"""Tables for a word processor as text that is parsed once: cell by cell, python-docx takes minutes for a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from supervisor_tui.reports.document import Cell, Column, Count, Fill, Table, safe_text, shown
from supervisor_tui.reports.formats.column_widths import fitted
from supervisor_tui.terminal.text import cells

NAMESPACE = nsdecls("w")
LETTER = 92  # twips across one Latin letter of a cell's size
_PADDING = 2  # letters beside the text of a cell
_KEPT = 12  # rows of a table that stays on one page
_WIDE = 8  # columns
_TOGETHER = 8  # lines of a row that is never broken over two pages
_RULE = "BFC8D2"
_SHADE = "EEF2F6"
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"/>' for edge in _EDGES)
_DENSE = 18  # rows from which they stand closer together


def letters(twips: int, columns: int) -> int:
    """The letters that find room across a table of so many columns."""
    return twips // LETTER - _PADDING * columns


def table_xml(table: Table, twips: int) -> str:
    """The table over the whole width; its head stands again on every page."""
    table = without_empty(table)
    widths = _twips(fitted(table, letters(twips, len(table.columns))), twips)
    together = len(table.rows) <= _KEPT
    heads = "".join(
        _tc(run(column.title, bold=True), width, shade=_SHADE, right=_is_number(column), keep=True)
        for column, width in zip(table.columns, widths, strict=True)
    )
    last = len(table.rows) - 1
    rows = "".join(_row(row, table, widths, keep=together and place < last) for place, row in enumerate(table.rows))
    head = f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>" if table.has_head else ""
    begun = _begun(widths, borders=_BORDERS, above=12 if len(table.rows) >= _DENSE else 30)
    return f"{begun}{head}{rows}</w:tbl>"


def leaves_columns_out(table: Table) -> bool:
    """Whether something stands in columns of a table that do not go on paper."""
    off = [place for place, column in enumerate(table.columns) if not column.on_paper]
    return any(row[place] not in (None, "") for row in table.rows for place in off)


def without_empty(table: Table) -> Table:
    """A wide table without the columns that nothing stands in, or that do not go on paper."""
    if len(table.columns) < _WIDE or not table.rows:
        return table
    kept = [
        place
        for place, column in enumerate(table.columns)
        if column.on_paper and any(row[place] not in (None, "") for row in table.rows)
    ]
    rows = [[row[place] for place in kept] for row in table.rows]
    return replace(table, columns=[table.columns[place] for place in kept], rows=rows)


def _twips(widths: Sequence[float], across: int) -> list[int]:
    padded = [width + _PADDING for width in widths]
    return [int(across * width / sum(padded)) for width in padded]


def _begun(widths: Sequence[int], *, borders: str, above: int = 30) -> str:
    """A table's properties; `above` are the twips over and under the text of a cell."""
    sides = (("top", above), ("left", 80), ("bottom", above), ("right", 80))
    margins = "".join(f'<w:{side} w:w="{twips}" w:type="dxa"/>' for side, twips in sides)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _row(row: Sequence[Cell], table: Table, widths: list[int], *, keep: bool) -> str:
    made = [
        _tc(
            _cell(cell, column),
            width,
            right=_is_number(column),
            keep=keep,
            shade=_SHADE if column.kind == "label" else "",
            middle=not table.sheet,
        )
        for cell, column, width in zip(row, table.columns, widths, strict=True)
    ]
    lines = max((str(cell).count("\n") for cell in row if isinstance(cell, str)), default=0)
    whole = "<w:trPr><w:cantSplit/></w:trPr>" if lines < _TOGETHER else ""
    return f"<w:tr>{whole}{''.join(made)}</w:tr>"


def _is_number(column: Column) -> bool:
    return column.kind in ("number", "percent")


def _cell(cell: Cell, column: Column) -> str:
    made = run(shown(cell, column.kind), bold=column.kind == "label")
    return f'<w:hyperlink w:anchor="{anchor(cell.ref)}">{made}</w:hyperlink>' if isinstance(cell, Count) else made


def anchor(ref: str) -> str:
    """The bookmark of a number's records."""
    return "n" + ref.replace(".", "_")


def _tc(
    content: str,
    width: int,
    *,
    shade: str = "",
    right: bool = False,
    keep: bool = False,
    under: str = "",
    middle: bool = True,
) -> str:
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    aligned = '<w:jc w:val="right"/>' if right else ""
    kept = "<w:keepNext/>" if keep else ""
    placed = '<w:vAlign w:val="center"/>' if middle else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{under}{shaded}{placed}</w:tcPr>'
        f'<w:p><w:pPr>{kept}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>{aligned}</w:pPr>'
        f"{content}</w:p></w:tc>"
    )


def run(text: str, *, bold: bool = False, points: int = 9) -> str:
    """A run of text, its line ends kept."""
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in safe_text(text).split("\n")]
    style = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{2 * points}"/></w:rPr>'
    return f"<w:r>{style}{'<w:br/>'.join(lines)}</w:r>"


def fill_xml(fill: Fill, twips: int) -> str:
    """What is filled in by hand: words, each before a rule to write on."""
    space = twips // max(1, len(fill.words))
    named = [min(space // 2, LETTER * (cells(words) + 6)) if words else 0 for words in fill.words]
    widths = [part for width in named for part in ((width, space - width) if width else (space,))]
    ruled = '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="606870"/></w:tcBorders>'
    made: list[str] = []
    for words, width in zip(fill.words, named, strict=True):
        made += [_tc(run(words, points=10), width, keep=True)] if width else []
        made.append(_tc("", space - width, under=ruled, keep=True))
    row = f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="500" w:hRule="atLeast"/></w:trPr>{"".join(made)}</w:tr>'
    return f"{_begun(widths, borders='')}{row * fill.lines}</w:tbl>"


def parsed(xml: str) -> Any:
    """The element that the text says."""
    from docx.oxml import parse_xml

    return parse_xml(xml)
