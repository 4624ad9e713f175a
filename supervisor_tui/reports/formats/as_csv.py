"""A document as csv: its tables one after another, each under its title, for any spreadsheet.

UTF-8 with a byte-order mark, which spreadsheets want to read Chinese; a text that a spreadsheet would take for a
formula gets an apostrophe before it. Charts and references are left out: the tables say the same.
"""

from __future__ import annotations

import csv
import io

from supervisor_tui.reports.document import Cell, Document, Fill, Heading, Paragraph, Table, plain_value, safe_text

_BEGINS_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # full-width ones act in some programs


def as_csv(document: Document) -> bytes:
    """The document's bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    known = _Cells()
    writer.writerow([no_formula(safe_text(document.title))])
    for block in document.blocks:
        if isinstance(block, Table):
            if block.title:
                writer.writerows([[], [no_formula(safe_text(block.title))]])
            if block.has_head:
                writer.writerow([no_formula(safe_text(column.title)) for column in block.columns])
            writer.writerows(map(known.__getitem__, row) for row in block.rows)
        elif isinstance(block, Heading):
            writer.writerows([[], [no_formula(safe_text(block.text))]])
        elif isinstance(block, Paragraph):
            writer.writerow([no_formula(safe_text(block.text))])
        elif isinstance(block, Fill):
            writer.writerow([no_formula(safe_text(words)) for words in block.words])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


class _Cells(dict[Cell, str | int | float | None]):
    """Cells as they are written; most stand in thousands of rows, and are looked at once."""

    def __missing__(self, cell: Cell) -> str | int | float | None:
        written = self[cell] = _cell(cell)
        return written


def _cell(cell: Cell) -> str | int | float | None:
    value = plain_value(cell)
    if isinstance(value, float):
        return round(value, 4)
    return no_formula(value) if isinstance(value, str) else value


def no_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever it begins with."""
    return "'" + text if begins_like_formula(text) else text


def begins_like_formula(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula, blanks before it or not."""
    return text.lstrip().startswith(_BEGINS_FORMULA) or text.startswith(("\t", "\r"))
