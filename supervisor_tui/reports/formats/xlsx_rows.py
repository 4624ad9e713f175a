"""A workbook for XlsxWriter with sheets of records: a year of a county has a million cells, and one call a cell takes
too long.

Their rows are put together as text when the sheet is written out; all else (widths, filter, panes) is XlsxWriter's own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any
from xml.sax.saxutils import escape

from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from supervisor_tui.reports.document import Cell, Table, plain_value, safe_text
from supervisor_tui.reports.formats.as_csv import begins_like_formula

_LONGEST = 32_767  # characters of a cell
_PLACE = re.compile("(?<=<sheetData>)\ue000\\d+\ue000(?=</sheetData>)")  # no text holds that: `<` is escaped in it
_AT_ONCE = 2_000  # rows
_EFFORT = 2  # of compressing: a third of the time of the usual 6, for a file that is a twentieth larger
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # `_x0007_` in a cell means the character; a text must not


class Book(Workbook):  # type: ignore[misc]
    """A workbook made in memory: nothing of an encrypted profile's records lies about in a temporary folder."""

    def __init__(self, target: io.BytesIO, font: str) -> None:
        self._target, self._font = target, font
        never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        super().__init__(io.BytesIO(), {"in_memory": True, **never})

    def add_format(self, properties: dict[str, Any] | None = None) -> Any:
        """A format in the workbook's own font."""
        return super().add_format({"font_name": self._font, **(properties or {})})

    def _get_packager(self) -> Packager:
        return _Package(self._target)


class _Package(Packager):  # type: ignore[misc]
    """The parts of a workbook, put together by ourselves: quickly, and without the clock."""

    def __init__(self, target: io.BytesIO) -> None:
        super().__init__()
        self._target = target

    def _create_package(self) -> list[Any]:
        """XlsxWriter's own step; it is left nothing to do."""
        sheets = {each.place: each for each in self.workbook.worksheets() if isinstance(each, RecordSheet)}
        with zipfile.ZipFile(self._target, "w", zipfile.ZIP_DEFLATED, compresslevel=_EFFORT) as package:
            for content, name, is_binary in super()._create_package():
                with package.open(name, "w") as part:  # of 1980, as every part is that is opened by its name
                    if is_binary:
                        part.write(content.getvalue())
                    else:
                        _pour(content.getvalue(), sheets, part)
                content.close()
        return []


def _pour(text: str, sheets: dict[str, RecordSheet], part: IO[bytes]) -> None:
    """Write a part, and where a sheet's rows belong, those: made as they are packed, never all of them in memory."""
    found = _PLACE.search(text)
    if found is None:
        part.write(text.encode("utf-8"))
        return
    part.write(text[: found.start()].encode("utf-8"))
    rows = sheets[found[0]].rows()
    while some := "".join(islice(rows, _AT_ONCE)):
        part.write(some.encode("utf-8"))
    part.write(text[found.end() :].encode("utf-8"))


class RecordSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet whose rows are one table's."""

    def hold(self, table: Table, *, head: Any, plain: Any, quoted: Any, heights: list[int]) -> None:
        """Show these rows under their headings; `quoted` is the format of texts that begin like a formula.

        `heights`: of every row, in points; none where each is one line high.
        """
        self._rows_held = table
        self._heights = heights
        self._head = head._get_xf_index()
        self._values = _Values(plain._get_xf_index(), quoted._get_xf_index())
        self.dim_rowmin = self.dim_colmin = 0
        self.dim_rowmax, self.dim_colmax = len(table.rows), len(table.columns) - 1

    def _write_sheet_data(self) -> None:
        """XlsxWriter's own step for the rows: they are put in when the sheet is packed."""
        self.fh.write(f"<sheetData>{self.place}</sheetData>")

    @property
    def place(self) -> str:
        """What stands for the rows until then."""
        return f"\ue000{self.index}\ue000"

    def rows(self) -> Iterator[str]:
        """The rows as the file says them."""
        columns = [f'<c r="{_letter(place)}' for place in range(len(self._rows_held.columns))]
        heads = [safe_text(column.title) for column in self._rows_held.columns]
        words = [f'{column}1"{_text(head, self._head)}' for column, head in zip(columns, heads, strict=True)]
        yield f'<row r="1">{"".join(words)}</row>'
        values = self._values
        for number, row in enumerate(self._rows_held.rows, start=2):
            cells = [f'{column}{number}"{values[cell]}' for column, cell in zip(columns, row, strict=True)]
            high = f' ht="{self._heights[number - 2]}" customHeight="1"' if self._heights else ""
            yield f'<row r="{number}"{high}>{"".join(cells)}</row>'


class _Values(dict[Cell, str]):
    """What follows a cell's place; days, units and states stand in thousands of cells, and are looked at once."""

    def __init__(self, plain: int, quoted: int) -> None:
        super().__init__()
        self._plain = plain
        self._quoted = quoted

    def __missing__(self, cell: Cell) -> str:
        value = plain_value(cell)
        if isinstance(value, str):
            made = _text(value, self._quoted if begins_like_formula(value) else self._plain)
        else:
            made = "/>" if value is None else f' s="{self._plain}"><v>{value}</v></c>'
        self[cell] = made
        return made


def _text(text: str, style: int) -> str:
    inside = escape(_LOOKS_ESCAPED.sub("_x005F_", text[:_LONGEST]))
    styled = f' s="{style}"' if style else ""
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f'{styled} t="inlineStr"><is><t{kept}>{inside}</t></is></c>'


def _letter(place: int) -> str:
    return chr(ord("A") + place)  # a list of records has a dozen columns at most
