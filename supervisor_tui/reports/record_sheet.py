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
        self._quoted = quoted._get_xf_index()
        self._known: dict[str, str] = {}
        self.dim_rowmin = self.dim_colmin = 0
        self.dim_rowmax, self.dim_colmax = len(table.rows), len(table.columns) - 1

    def _write_sheet_data(self) -> None:
        """XlsxWriter's own step for the rows."""
        self.fh.write("<sheetData>")
        self.fh.writelines(self._rows())
        self.fh.write("</sheetData>")

    def _rows(self) -> Iterator[str]:
        columns = [_letter(place) for place in range(len(self._rows_held.columns))]
        heads = [safe_text(column.title) for column in self._rows_held.columns]
        words = [f'<c r="{column}1"{_text(head, self._head)}' for column, head in zip(columns, heads, strict=True)]
        yield f'<row r="1">{"".join(words)}</row>'
        for number, row in enumerate(self._rows_held.rows, start=2):
            cells = [f'<c r="{column}{number}"{self._value(cell)}' for column, cell in zip(columns, row, strict=True)]
            yield f'<row r="{number}">{"".join(cells)}</row>'

    def _value(self, cell: Cell) -> str:
        """What follows a cell's place."""
        value = plain_value(cell)
        if isinstance(value, str):
            if value not in self._known:
                self._known[value] = _text(value, self._quoted if begins_like_formula(value) else 0)
            return self._known[value]
        return "/>" if value is None else f"><v>{value}</v></c>"


def _text(text: str, style: int) -> str:
    inside = escape(_LOOKS_ESCAPED.sub("_x005F_", text[:_LONGEST]))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{inside}</t></is></c>'


def _letter(place: int) -> str:
    return chr(ord("A") + place)  # a list of records has a dozen columns at most
