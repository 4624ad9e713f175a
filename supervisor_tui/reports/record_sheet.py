"""A worksheet of records for XlsxWriter: a year of a county has a million cells, and one call a cell takes too long.

The rows are put together as text when the sheet is written out; all else (widths, filter, panes) is XlsxWriter's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.worksheet import Worksheet

from supervisor_tui.reports.as_csv import begins_like_formula
from supervisor_tui.reports.document import Cell, Table, plain_value, safe_text

_LONGEST = 32_767  # characters of a cell
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # `_x0007_` in a cell means the character; a text must not


class RecordSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet whose rows are one table's."""

    def hold(self, table: Table, *, head: Any, quoted: Any) -> None:
        """Show these rows under their headings; `quoted` is the format of texts that begin like a formula."""
        self._rows_held = table
        self._head = head._get_xf_index()
        self._values = _Values(quoted._get_xf_index())
        self.dim_rowmin = self.dim_colmin = 0
        self.dim_rowmax, self.dim_colmax = len(table.rows), len(table.columns) - 1

    def _write_sheet_data(self) -> None:
        """XlsxWriter's own step for the rows."""
        self.fh.write("<sheetData>")
        self.fh.writelines(self._rows())
        self.fh.write("</sheetData>")

    def _rows(self) -> Iterator[str]:
        columns = [f'<c r="{_letter(place)}' for place in range(len(self._rows_held.columns))]
        heads = [safe_text(column.title) for column in self._rows_held.columns]
        words = [f'{column}1"{_text(head, self._head)}' for column, head in zip(columns, heads, strict=True)]
        yield f'<row r="1">{"".join(words)}</row>'
        values = self._values
        for number, row in enumerate(self._rows_held.rows, start=2):
            cells = [f'{column}{number}"{values[cell]}' for column, cell in zip(columns, row, strict=True)]
            yield f'<row r="{number}">{"".join(cells)}</row>'


class _Values(dict[Cell, str]):
    """What follows a cell's place; days, units and states stand in thousands of cells, and are looked at once."""

    def __init__(self, quoted: int) -> None:
        super().__init__()
        self._quoted = quoted

    def __missing__(self, cell: Cell) -> str:
        value = plain_value(cell)
        if isinstance(value, str):
            made = _text(value, self._quoted if begins_like_formula(value) else 0)
        else:
            made = "/>" if value is None else f"><v>{value}</v></c>"
        self[cell] = made
        return made


def _text(text: str, style: int) -> str:
    inside = escape(_LOOKS_ESCAPED.sub("_x005F_", text[:_LONGEST]))
    styled = f' s="{style}"' if style else ""
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f'{styled} t="inlineStr"><is><t{kept}>{inside}</t></is></c>'


def _letter(place: int) -> str:
    return chr(ord("A") + place)  # a list of records has a dozen columns at most
