"""A document as a workbook, by XlsxWriter: the report first, then a sheet for each list of records.

Texts are written as texts and never looked at, so none becomes a formula or a link; one that begins like a formula is
marked as quoted besides, so that it stays a text when somebody edits the cell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from supervisor_tui.locale import t
from supervisor_tui.reports.as_csv import begins_like_formula
from supervisor_tui.reports.document import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Fill,
    Heading,
    Paragraph,
    Table,
    plain_value,
    safe_text,
)
from supervisor_tui.reports.record_sheet import RecordSheet
from supervisor_tui.text import cells

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_CHART_ROWS, _LINE_HEIGHT = 16, 16
_WIDTH = 90  # Latin letters across the report's sheet, for paragraphs and charts


def as_xlsx(document: Document) -> bytes:
    """The document's bytes."""
    target = io.BytesIO()
    # in memory: no sheet of an encrypted profile's records lies about in a temporary folder
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": safe_text(document.title), "created": datetime.fromisoformat(document.day)})
        _Book(book, document).write()
    return target.getvalue()


class _Book:
    """A workbook being written."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book = book
        self.document = document
        self.names: set[str] = set()
        font = {"valign": "top"}
        self.formats = {
            "title": book.add_format({"bold": True, "font_size": 15}),
            "heading": book.add_format({"bold": True, "font_size": 12}),
            "head": book.add_format({**font, "bold": True, "bg_color": "#EEF2F6", "border": 1, "text_wrap": True}),
            "text": book.add_format({**font, "border": 1, "text_wrap": True}),
            "code": book.add_format({**font, "border": 1, "font_name": "Consolas"}),
            "number": book.add_format({**font, "border": 1}),
            "percent": book.add_format({**font, "border": 1, "num_format": "0%"}),
            "paragraph": book.add_format({**font, "text_wrap": True}),
            "quiet": book.add_format({**font, "text_wrap": True, "font_color": "#666666"}),
            "record": book.add_format({}),
            "quoted": book.add_format({**font, "border": 1, "text_wrap": True, "quote_prefix": True}),
            "quoted_record": book.add_format({"quote_prefix": True}),
            "link": book.get_default_url_format(),
        }
        self.row = 0

    def write(self) -> None:
        """The report's sheet, then a sheet for every list of records."""
        name = self._name(t("report.sheet"))
        self.sheet = self.book.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self._set_widths()
        self.sheet.write_string(0, 0, _safe(self.document.title), self.formats["title"])
        self.row = 2
        lists = [block for block in self.document.blocks if isinstance(block, Table) and block.sheet]
        names = {id(table): self._name(table.sheet) for table in lists}
        for block in self.document.blocks:
            self._block(block, names)
        for table in lists:
            self._list(table, names[id(table)])

    def _name(self, wanted: str) -> str:
        base = _cut(_NOT_IN_NAMES.sub(" ", _safe(wanted)), _LONGEST_NAME).strip(" '\n") or "Sheet"
        name, number = base, 2
        while name.lower() in self.names:
            name, number = f"{_cut(base, _LONGEST_NAME - 4)} {number}", number + 1
        self.names.add(name.lower())
        return name

    def _set_widths(self) -> None:
        widths: list[int] = []
        for table in self.document.blocks:
            if isinstance(table, Table) and not table.sheet:
                given = [column.width for column in table.columns]
                widths = [
                    max(pair) for pair in zip(_filled(widths, len(given)), _filled(given, len(widths)), strict=True)
                ]
        self.across = max(len(widths), 1)
        if sum(widths) < _WIDTH:
            widths = _filled(widths, 1)
            widths[-1] += _WIDTH - sum(widths)
        self.letters = sum(widths)
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)

    def _block(self, block: Block, names: dict[int, str]) -> None:
        if isinstance(block, Heading):
            self.row += 1
            self.sheet.write_string(self.row, 0, _safe(block.text), self.formats["heading"])
            self.row += 1
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Table) and block.sheet:
            words = f"{_safe(block.title)}: {len(block.rows)}"
            self.sheet.write_url(
                self.row,
                0,
                f"internal:'{names[id(block)].replace(chr(39), chr(39) * 2)}'!A1",
                self.formats["link"],
                words,
            )
            self.row += 1
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart) and block.labels and block.series:
            self._chart(block)
        elif isinstance(block, Fill):
            for _ in range(block.lines):
                words = "    ".join(f"{_safe(each)} ____________" for each in block.words)
                self.sheet.write_string(self.row, 0, words)
                self.row += 1

    def _paragraph(self, block: Paragraph) -> None:
        text = _safe(block.text)
        style = self.formats["quiet" if block.quiet else "paragraph"]
        lines = sum(1 + cells(line) // self.letters for line in text.split("\n"))
        self.sheet.set_row(self.row, min(400, _LINE_HEIGHT * lines))
        if self.across > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.across - 1, "", style)
        self.sheet.write_string(self.row, 0, text, style)
        self.row += 1

    def _table(self, table: Table) -> None:
        for place, column in enumerate(table.columns):
            self.sheet.write_string(self.row, place, _safe(column.title), self.formats["head"])
        for number, row in enumerate(table.rows, start=self.row + 1):
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(number, place, cell, column)
        self.row += len(table.rows) + 2

    def _cell(self, row: int, place: int, cell: Cell, column: Column) -> None:
        value = plain_value(cell)
        if isinstance(value, str):
            value = _not_rich(value)
            style = "quoted" if begins_like_formula(value) else column.kind if column.kind == "code" else "text"
            self.sheet.write_string(row, place, value, self.formats[style])
        elif value is None:
            self.sheet.write_blank(row, place, None, self.formats["text"])
        else:
            self.sheet.write_number(row, place, value, self.formats[column.kind])

    def _list(self, table: Table, name: str) -> None:
        """A sheet of records: heading kept in sight, every column to be filtered."""
        sheet = self.book.add_worksheet(name, worksheet_class=RecordSheet)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
        sheet.hold(table, head=self.formats["head"], quoted=self.formats["quoted_record"])

    def _chart(self, block: Chart) -> None:
        """A native chart, its values on a sheet of figures that stays out of sight."""
        if not hasattr(self, "values"):
            self.values = self.book.add_worksheet(self._name(t("report.chart_values")))
            self.values.hide()
            self.values_row = 0
        sheet, top = self.values, self.values_row
        for place, label in enumerate(block.labels, start=top + 1):
            sheet.write_string(place, 0, _safe(label))
        chart = self.book.add_chart({"type": "column" if block.kind == "bar" else "line"})
        bottom = top + len(block.labels)
        for column, series in enumerate(block.series, start=1):
            sheet.write_string(top, column, _safe(series.name))
            for place, value in enumerate(series.values, start=top + 1):
                sheet.write_number(place, column, value)
            chart.add_series(
                {
                    "name": [sheet.name, top, column],
                    "categories": [sheet.name, top + 1, 0, bottom, 0],
                    "values": [sheet.name, top + 1, column, bottom, column],
                }
            )
        self.values_row = bottom + 2
        title = _safe(block.title)
        name = f" {title}" if begins_like_formula(title) else title  # one that begins so would name a cell
        chart.set_title({"name": name, "name_font": {"size": 11}})
        chart.set_size({"width": 640, "height": 300})
        chart.set_legend({"position": "bottom"})
        self.sheet.insert_chart(self.row, 0, chart)
        self.row += _CHART_ROWS


def _cut(text: str, length: int) -> str:
    """The beginning of a text, measured as spreadsheets measure it: rare characters count twice."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


def _safe(text: str) -> str:
    return _not_rich(safe_text(text))


def _not_rich(text: str) -> str:
    """The text so that XlsxWriter does not take it for marked-up text of its own making, which it writes unescaped."""
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


def _filled(widths: Sequence[int], length: int) -> list[int]:
    return [*widths, *([0] * (length - len(widths)))]
