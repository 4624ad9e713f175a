"""A document as a workbook, by XlsxWriter: the report first, then a sheet for each list of records.

Texts are written as texts and never looked at, so none becomes a formula or a link; one that begins like a formula is
marked as quoted besides, so that it stays a text when somebody edits the cell. Every sheet prints on A4 with its heads
and page numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from supervisor_tui.locale import t
from supervisor_tui.reports.document import (
    COLOURS,
    MOST_LABELS,
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
from supervisor_tui.reports.formats.as_csv import begins_like_formula
from supervisor_tui.reports.formats.column_widths import fitted, natural
from supervisor_tui.reports.formats.xlsx_rows import Book, RecordSheet
from supervisor_tui.terminal.text import cells

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31
_LINE_HEIGHT, _PIXELS_A_LETTER, _PIXELS_A_ROW = 15, 7.4, 20
_WIDTH, _LEAST_WIDTH = 96, 84  # Latin letters across the report's sheet
_GRID = 4  # letters of a column where tables of different cuts stand over one another
_BROAD, _NARROW, _MANY = 52, 22, 8  # letters of a list's column at most; fewer where there are many columns
_UPRIGHT = 126  # letters of the report that an upright page can hold
_WIDE = 100  # letters of a list that wants the paper on its side


def as_xlsx(document: Document) -> bytes:
    """The document's bytes."""
    target = io.BytesIO()
    with Book(target, "Calibri" if document.language == "en" else "宋体") as book:
        book.set_properties({"title": safe_text(document.title), "created": datetime.fromisoformat(document.day)})
        _Sheets(book, document).write()
    return target.getvalue()


_QUOTED = ", quoted"  # behind the name of a format


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "border": 1, "border_color": "#BFC8D2"}
    middle = top | {"valign": "vcenter"}
    ink = {"bold": True, "font_color": "#1F3A5F"}
    shaded = {"bold": True, "bg_color": "#EEF2F6", "text_wrap": True}
    words: dict[str, dict[str, Any]] = {
        "title": {**ink, "font_size": 16, "align": "center", "valign": "vcenter"},
        "heading": {**ink, "font_size": 12, "valign": "bottom"},
        "head": {**middle, **shaded},
        "number_head": {**middle, **shaded, "align": "right"},
        "label": {**top, **shaded},
        "text": {**top, "text_wrap": True},
        "code": {**top, "font_name": "Consolas"},
        "record": {"valign": "top"},
        "wrapped_record": {"valign": "top", "text_wrap": True},
        "paragraph": {"valign": "top", "text_wrap": True},
        "quiet": {"valign": "top", "text_wrap": True, "font_color": "#606870", "font_size": 9},
        "filled": {"valign": "bottom"},
        "link": {"hyperlink": True},
    }
    return {
        **{name: book.add_format(given) for name, given in words.items()},
        **{name + _QUOTED: book.add_format({**given, "quote_prefix": True}) for name, given in words.items()},
        "number": book.add_format(top),
        "percent": book.add_format({**top, "num_format": "0%"}),
        "rule": book.add_format({"bottom": 1, "bottom_color": "#606870"}),
    }


class _Sheets:
    """A workbook being written."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book = book
        self.document = document
        self.names: set[str] = set()
        self.formats = _formats(book)
        self.row = 0

    def write(self) -> None:
        """The report's sheet, then a sheet for every list of records."""
        self.sheet = self.book.add_worksheet(self._name(t("report.sheet")))
        self.sheet.hide_gridlines(2)
        self._set_widths()
        self._paper(self.sheet, is_wide=self.letters > _UPRIGHT)
        title = _safe(self.document.title)
        self.sheet.set_row(0, 30)
        self._across(0, title, "title")
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

    def _paper(self, sheet: Any, *, is_wide: bool) -> None:
        sheet.set_paper(9)
        if is_wide:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
        mark = _cut(_safe(self.document.mark or self.document.title).replace("&", "&&").replace("\n", " "), 120)
        sheet.set_footer(f"&C&9{mark}    {t('report.page', page='&P', pages='&N')}")

    def _set_widths(self) -> None:
        """One column for a column, as wide as its texts; or a fine grid where forms and tables are cut differently."""
        tables = [block for block in self.document.blocks if isinstance(block, Table) and not block.sheet]
        self.is_grid = any(column.kind == "label" for table in tables for column in table.columns)
        if self.is_grid:
            widest = max(len(table.columns) for table in tables)
            widths = [_GRID] * max(_WIDTH // _GRID, 3 * widest)
        else:
            widths = [8]
            for table in tables:
                wanted = [min(40, width + 2) for width in natural(table)]
                length = max(len(widths), len(wanted))
                widths = [max(_at(widths, place), _at(wanted, place)) for place in range(length)]
            widths[min(1, len(widths) - 1)] += max(0, _LEAST_WIDTH - sum(widths))
        self.last, self.letters = len(widths) - 1, sum(widths)
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)

    def _spans(self, table: Table) -> list[tuple[int, int]]:
        """The sheet's columns that each column of a table stands in, first and last."""
        if not self.is_grid:
            return [(place, place) for place in range(len(table.columns))]
        spans, letters, first = [], 0.0, 0
        for place, width in enumerate(fitted(table, self.letters)):
            letters += width
            left = len(table.columns) - place - 1
            last = self.last if not left else min(max(first, round(letters / _GRID) - 1), self.last - left)
            spans.append((first, last))
            first = last + 1
        return spans

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _block(self, block: Block, names: dict[int, str]) -> None:
        if isinstance(block, Heading):
            self.sheet.set_row(self.row, 26 if block.level == 1 else 20)
            self.sheet.write_string(self.row, 0, _safe(block.text), self._format("heading", block.text))
            self.row += 1
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Table) and block.sheet:
            place = f"internal:'{names[id(block)].replace(chr(39), chr(39) * 2)}'!A1"
            style = self._format("link", block.title)
            self.sheet.write_url(self.row, 0, place, style, f"{_safe(block.title)}: {len(block.rows)}")
            self.row += 1
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart) and block.labels and block.series and len(block.labels) <= MOST_LABELS:
            self._chart(block)
        elif isinstance(block, Fill):
            for _ in range(block.lines):
                self._fill(block)

    def _across(self, row: int, text: str, style: str) -> None:
        given = self._format(style, text)
        if self.last > 0:
            self.sheet.merge_range(row, 0, row, self.last, "", given)
        self.sheet.write_string(row, 0, text, given)

    def _format(self, style: str, text: object) -> Any:
        """The format of a text: one that a program might take for a formula is marked as quoted."""
        name = style + _QUOTED
        return self.formats[name if name in self.formats and begins_like_formula(_safe(str(text))) else style]

    def _paragraph(self, block: Paragraph) -> None:
        text = _safe(block.text)
        self.sheet.set_row(self.row, _height(text, self.letters))
        self._across(self.row, text, "quiet" if block.quiet else "paragraph")
        self.row += 1

    def _fill(self, block: Fill) -> None:
        """Words, each before a rule to write on."""
        share = max(2, (self.last + 1) // max(1, len(block.words)))
        self.sheet.set_row(self.row, 28)
        for number, words in enumerate(block.words):
            first = number * share
            self.sheet.write_string(self.row, first, _safe(words), self._format("filled", words))
            named = min(share - 1, 1 + cells(words) // _GRID) if self.is_grid else 1
            for place in range(first + (named if words else 0), first + share - (number + 1 < len(block.words))):
                self.sheet.write_blank(self.row, place, None, self.formats["rule"])
        self.row += 1

    def _table(self, table: Table) -> None:
        spans = self._spans(table)
        if table.has_head:
            for column, span in zip(table.columns, spans, strict=True):
                style = "number_head" if column.kind in ("number", "percent") else "head"
                self._write(self.row, span, _safe(column.title), style)
            self._fit_height([column.title for column in table.columns], spans)
            self.row += 1
        for row in table.rows:
            for cell, column, span in zip(row, table.columns, spans, strict=True):
                self._cell(self.row, span, cell, column)
            self._fit_height([cell if isinstance(cell, str) else "" for cell in row], spans)
            self.row += 1
        self.row += 1

    def _fit_height(self, texts: list[str], spans: list[tuple[int, int]]) -> None:
        """Programs fit rows to texts themselves, but not where cells are merged."""
        if self.is_grid:
            pairs = zip(texts, spans, strict=True)
            height = max((_height(text, _GRID * (last - first + 1)) for text, (first, last) in pairs), default=0)
            self.sheet.set_row(self.row, height + 3)

    def _cell(self, row: int, span: tuple[int, int], cell: Cell, column: Column) -> None:
        value = plain_value(cell)
        if isinstance(value, str):
            value = _not_rich(value)
            self._write(row, span, value, column.kind if column.kind in ("code", "label") else "text")
        else:
            self._write(row, span, value, "text" if value is None else column.kind)

    def _write(self, row: int, span: tuple[int, int], value: str | float | None, style: str) -> None:
        given = self._format(style, value)
        if span[1] > span[0]:
            self.sheet.merge_range(row, span[0], row, span[1], "", given)
        if isinstance(value, str):
            self.sheet.write_string(row, span[0], value, given)
        elif value is None:
            self.sheet.write_blank(row, span[0], None, given)
        else:
            self.sheet.write_number(row, span[0], value, given)

    def _list(self, table: Table, name: str) -> None:
        """A sheet of records: heading kept in sight and on every page, every column to be filtered."""
        sheet = self.book.add_worksheet(name, worksheet_class=RecordSheet)
        widths = [min(_NARROW if len(table.columns) > _MANY else _BROAD, width + 3) for width in natural(table)]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        self._paper(sheet, is_wide=sum(widths) > _WIDE)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
        wrapped = "wrapped_" if table.whole else ""  # thousands of records stay one line each
        plain, quoted = self.formats[f"{wrapped}record"], self.formats[f"{wrapped}record{_QUOTED}"]
        heights = [_row_height(row, widths) for row in table.rows] if table.whole else []
        sheet.hold(table, head=self.formats["head"], plain=plain, quoted=quoted, heights=heights)

    # --- charts ------------------------------------------------------------------------------------------------------

    def _chart(self, block: Chart) -> None:
        """A native chart, its values on a sheet of figures that stays out of sight."""
        if not hasattr(self, "values"):
            self.values = self.book.add_worksheet(self._name(t("report.chart_values")))
            self.values.hide()
            self.values_row = 0
        is_line = block.kind == "line"
        chart = self.book.add_chart({"type": "line" if is_line else "bar"})
        for series in self._held(block):
            chart.add_series(series | _drawn(len(chart.series), is_line=is_line))
        title = _safe(block.title)
        name = f" {title}" if begins_like_formula(title) else title  # one that begins so would name a cell
        chart.set_title({"name": name, "name_font": {"size": 11, "bold": True}})
        chart.set_legend({"position": "bottom"})
        chart.set_chartarea({"border": {"none": True}})
        quiet = {"color": "#BFC8D2"}
        labels = {"line": quiet, "major_tick_mark": "none", "minor_tick_mark": "none", "reverse": not is_line}
        values = {"visible": is_line, "min": 0, "major_gridlines": {"visible": is_line, "line": quiet}}
        named, valued = (chart.set_x_axis, chart.set_y_axis) if is_line else (chart.set_y_axis, chart.set_x_axis)
        named(labels | {"num_font": {"size": 9}})
        valued(values | {"num_font": {"size": 9}, "line": {"none": True}})
        height = 260 if is_line else 80 + len(block.labels) * (14 + 18 * len(block.series))
        chart.set_size({"width": round(self.letters * _PIXELS_A_LETTER), "height": height})
        self.sheet.insert_chart(self.row, 0, chart, {"object_position": 1})
        self.row += height // _PIXELS_A_ROW + 2

    def _held(self, block: Chart) -> list[dict[str, Any]]:
        """The values put on their sheet, and where they stand."""
        sheet, top = self.values, self.values_row
        bottom = top + len(block.labels)
        for place, label in enumerate(block.labels, start=top + 1):
            sheet.write_string(place, 0, _safe(label), self._format("record", label))
        made = []
        for column, series in enumerate(block.series, start=1):
            sheet.write_string(top, column, _safe(series.name), self._format("record", series.name))
            for place, value in enumerate(series.values, start=top + 1):
                sheet.write_number(place, column, value)
            made.append(
                {
                    "name": [sheet.name, top, column],
                    "categories": [sheet.name, top + 1, 0, bottom, 0],
                    "values": [sheet.name, top + 1, column, bottom, column],
                }
            )
        self.values_row = bottom + 2
        return made


def _drawn(place: int, *, is_line: bool) -> dict[str, Any]:
    """How a series looks, its values beside it."""
    colour = f"#{COLOURS[place % len(COLOURS)]}"
    placed = {"position": "above"} if is_line else {}
    labels = {"data_labels": {"value": True, "font": {"size": 9}, **placed}}
    if is_line:
        marker = {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}
        return {**labels, "line": {"color": colour, "width": 1.75}, "marker": marker}
    return {**labels, "fill": {"color": colour}, "gap": 60}


def _height(text: str, letters: int) -> int:
    """Points that a text wants in so many letters."""
    return min(400, _LINE_HEIGHT * sum(1 + max(0, cells(line) - 1) // max(1, letters) for line in text.split("\n")))


def _row_height(row: Sequence[Cell], widths: list[int]) -> int:
    return max(
        (_height(cell, width - 1) for cell, width in zip(row, widths, strict=True) if isinstance(cell, str)),
        default=_LINE_HEIGHT,
    )


def _at(widths: list[int], place: int) -> int:
    return widths[place] if place < len(widths) else 0


def _cut(text: str, length: int) -> str:
    """The beginning of a text, measured as spreadsheets measure it: rare characters count twice."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


def _safe(text: str) -> str:
    return _not_rich(safe_text(text))


def _not_rich(text: str) -> str:
    """The text so that XlsxWriter does not take it for marked-up text of its own making, which it writes unescaped."""
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text
