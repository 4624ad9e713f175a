"""A row of a table while it is read: its cells by field, the doubts and faults found on the way.

Also which rows are no rows of the table at all: totals, remarks below it, lines merged from side to side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from sync.central.locale import field_words, language, t, why_words
from sync.central.store import Edit
from sync.central.tables import values
from sync.central.tables.headings import LEFT_OUT, Column, Headings
from sync.central.tables.read import Table
from sync.central.tables.report import Doubt
from sync.central.tables.values import Value
from sync.central.tables.words import is_personal
from sync.records import Fault, half_width

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|总数|total|subtotal|sum)[:]?", re.IGNORECASE)
_REMARK = re.compile(r"(?:注|备注|说明|填表|制表|审核|填报|联系人|note)[^:]{0,8}[:]", re.IGNORECASE)
_SHOWN = 60  # characters of a cell in a doubt


class Row:
    """One row: asked for its fields, it reads them and collects what is doubtful and what is wrong."""

    def __init__(self, table: Table, number: int, cells: list[Any], headings: Headings) -> None:
        self.table = table
        self.number = number
        self.cells = cells
        self.columns = headings.fields
        self.doubts: list[Doubt] = []
        self.faults: list[str] = []
        self._refused: set[str] = set()
        self.edits: list[Edit] = []

    @property
    def place(self) -> str:
        """Where the row stands, in words."""
        return self.table.place(self.number)

    @property
    def origin(self) -> str:
        """Where the row stands, as records keep it."""
        return self.table.origin(self.number)

    def cell(self, field: str) -> Any:
        """The cell of a field; None where the table has no such column or the cell says nothing."""
        column = self.columns.get(field)
        value = self.cells[column.index] if column and column.index < len(self.cells) else None
        return None if values.is_nothing(value) else value

    def line(self, field: str) -> str:
        """The cell of a field as one line of text."""
        return values.line(self.cell(field))

    def read(self, field: str, reader: Callable[[Any], Value]) -> Any:
        """A field as `reader` reads it; None where there is nothing to read or it cannot be read."""
        cell = self.cell(field)
        if cell is None:
            return None
        value = reader(cell)
        if value.fault:
            self.refuse(field, value.fault)
        elif value.doubt:
            self.doubt(field, value.doubt)
        return value.read

    def doubt(self, field: str, read: str) -> None:
        """Note how a cell was read."""
        self.doubts.append(self._said("doubt", field, read))

    def refuse(self, field: str, why: str) -> None:
        """Note why the row may not be kept; once a field."""
        if field in self._refused:
            return
        self._refused.add(field)
        if field not in self.columns:
            why = t("tables.lacks_column", why=why)
        doubt = self._said("refused", field, why)
        key = "tables.fault" if doubt.says else "tables.fault_empty"
        name = doubt.heading if language() == "zh" else field  # English reasons begin with the field's own name
        self.faults.append(t(key, heading=name, says=doubt.says, why=why))
        self.doubts.append(doubt)

    def refuse_for(self, faults: Iterable[Fault], field: str = "") -> None:
        """Note what the record's own checks say against it, each at its field or all at one."""
        for fault in faults:
            self.refuse(field or fault.field, why_words(fault))

    def _said(self, weight: Any, field: str, read: str) -> Doubt:
        column = self.columns.get(field)
        return Doubt(
            weight=weight,
            sheet=self.table.name,
            row=self.number,
            column=column.letter if column else "",
            heading=column.heading if column else field_words(field),
            says=self.line(field)[:_SHOWN],
            read=read,
        )


def rows_of(table: Table, headings: Headings, doubts: list[Doubt]) -> Iterator[Row]:
    """The rows below the headings that are rows of the table; those that are not are noted."""
    for number, cells in table.rows[headings.rows :]:
        if why := _no_row(table, number, cells):
            says = next(values.line(cell) for cell in cells if not values.is_nothing(cell))
            doubts.append(Doubt(weight="note", sheet=table.name, row=number, says=says[:_SHOWN], read=why))
        elif any(not values.is_nothing(cell) for cell in cells):
            yield Row(table, number, cells, headings)


def _no_row(table: Table, number: int, cells: list[Any]) -> str:
    filled = [values.line(cell) for cell in cells if not values.is_nothing(cell)]
    if not filled:
        return ""
    if any(_TOTAL.fullmatch(half_width("".join(each.split()))) for each in filled[:3]):
        return t("tables.totals")
    if number in table.spans or (len(set(filled)) == 1 and _REMARK.match(half_width(filled[0]))):
        return t("tables.remark")
    return ""


def column_doubts(table: Table, headings: Headings) -> list[Doubt]:
    """What is to be said of the columns: those left out, and two of one meaning."""
    doubts = []
    read = headings.fields
    for column in headings.columns:
        if is_personal(column.heading):
            doubts.append(_of_column(table, headings, column, t("tables.personal")))
        elif column.field == LEFT_OUT:
            doubts.append(_of_column(table, headings, column, t("tables.left_out")))
        elif column.field and read[column.field] != column:
            first = read[column.field]
            why = t("tables.twice", field=field_words(column.field), column=first.letter, heading=first.heading)
            doubts.append(msgspec.structs.replace(_of_column(table, headings, column, why), weight="doubt"))
    return doubts


def _of_column(table: Table, headings: Headings, column: Column, why: str) -> Doubt:
    return Doubt(weight="note", sheet=table.name, row=headings.row, column=column.letter, says=column.heading, read=why)
