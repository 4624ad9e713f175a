"""A row of a table while it is read: its cells by field, the doubts and faults found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sync.central.imports import values
from sync.central.imports.files.read import Table
from sync.central.imports.files.sheets import MOST_CELL, Compound, LongText, column_letters
from sync.central.imports.headings import LEFT_OUT, Column, Headings
from sync.central.imports.looks import has_lost_digits, hidden_digits, is_personal_number
from sync.central.imports.report import Doubt, Question, Rejected, Report
from sync.central.imports.skipped_rows import Apart
from sync.central.imports.synonyms import is_personal
from sync.central.imports.values import Value
from sync.central.locale import field_words, language, t, why_words
from sync.central.service.store import Edit
from sync.model.fields import NOTE
from sync.model.kinds import KINDS
from sync.model.validation import Fault

_ROW_ASKED = {"hidden": "tables.hidden_row", "struck": "tables.struck_row"}
_SKIPPED = {"hidden": "tables.hidden_skipped", "struck": "tables.struck_skipped"}
_SHOWN = 60  # characters of a cell in a doubt
_LOOKED_AT = 200
_LONG = frozenset(
    ["note", "summary", "good_practice", "effect_on_work", "unit_reply", "problem", "cause", "measure", "progress"]
)  # texts of several sentences; the others are lines, names, days, numbers
QUANTITIES = frozenset(KINDS["count"].together)
_CODES = frozenset({"id", "unit", "parent", "group"})  # may be named by their codes
_OTHERWISE = frozenset({"counted_on", "visited_on", "due_on", "arrived", "left", *QUANTITIES})  # are no texts


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the office says of a whole table: what to do with hidden and struck-out cells, and values given for all.

    `hidden`, `struck`: `read`, `skip`, or nothing said yet. `given`: field -> what every row without a value has.
    """

    hidden: str = ""
    struck: str = ""
    given: Mapping[str, str] = {}


class Row:
    """One row: asked for its fields, it reads them and collects what is doubtful and what is wrong."""

    def __init__(self, table: Table, number: int, cells: list[Any], headings: Headings, answers: Answers) -> None:
        self.table = table
        self.number = number
        self.cells = cells
        self.columns = headings.fields
        self.doubts: list[Doubt] = []
        self.faults: list[str] = []
        self.asked: list[Question] = []
        self._given = answers.given
        self._refused: set[str] = set()
        self.edits: list[Edit] = []
        for field in self.columns:
            self._look_at(field, answers)
        self._unread = frozenset(self._refused)

    @property
    def place(self) -> str:
        """Where the row stands, in words."""
        return self.table.place(self.number)

    @property
    def origin(self) -> str:
        """Where the row stands, as records keep it."""
        return self.table.origin(self.number)

    def _look_at(self, field: str, answers: Answers) -> None:
        """Refuse a cell for what it looks like, before anybody reads it."""
        cell = self._stands(field)
        if values.is_blank(cell):
            return
        index = self.columns[field].index
        left = self.table.struck.get((self.number, index))
        if left is not None and answers.struck == "skip":
            self.doubt(field, t("tables.struck_out"), says=values.line(cell))
            self.cells[index] = left or None
        elif left is not None and answers.struck != "read":
            self.refuse(field, t("tables.struck_asked"))
            self.asked.append(Question(about="struck", says="", place=self.place))
        elif why := self._wrong_look(field, cell):
            self.refuse(field, why)

    def _wrong_look(self, field: str, cell: Any) -> str:
        if isinstance(cell, LongText):
            return t("tables.long_cell", length=f"{cell.length:,}", most=f"{MOST_CELL:,}")
        if isinstance(cell, str) and len(cell) > NOTE and field not in _LONG:
            return t("tables.long_cell", length=f"{len(cell):,}", most=f"{NOTE:,}")
        if isinstance(cell, Compound):
            return t("tables.compound")
        if field in QUANTITIES:
            merge = self.table.merged.get((self.number, self.columns[field].index))
            counted = [each.index for name, each in self.columns.items() if name in QUANTITIES]
            if merge and (merge.bottom > merge.top or sum(merge.left <= index <= merge.right for index in counted) > 1):
                return t("tables.merged_count", range=merge.range)
        if field in _OTHERWISE:
            return ""
        if is_personal_number(values.text(cell), code=field in _CODES):
            return t("tables.personal_number")
        return t("tables.lost_digits") if has_lost_digits(cell) else ""

    def _stands(self, field: str) -> Any:
        """What stands in the cell of a field."""
        column = self.columns.get(field)
        return self.cells[column.index] if column and column.index < len(self.cells) else None

    def cell(self, field: str) -> Any:
        """The cell of a field, or what was given for all; None where it says nothing or was refused for its look."""
        if field in self._unread:
            return None
        value = self._stands(field)
        return (self._given.get(field) or None) if values.is_nothing(value) else value

    def is_said_to_be_nothing(self, field: str) -> bool:
        """Whether the cell of a field holds a word for nothing (无), not just nothing."""
        return values.says_nothing(self._stands(field)) and field not in self._given

    def is_refused(self, field: str) -> bool:
        """Whether the cell of a field was refused for its look, so that it is not known what it says."""
        return field in self._unread

    def line(self, field: str) -> str:
        """The cell of a field as one line of text."""
        return values.line(self.cell(field))

    def read(self, field: str, reader: Callable[[Any], Value]) -> Any:
        """A field as `reader` reads it; None where there is nothing to read or it cannot be read."""
        cell = self.cell(field)
        if cell is None:
            return None
        value = reader(cell)
        if value.word:
            self.asked.append(Question(about="word", says=value.word, place=self.place, field=field))
            self.refuse(field, t("tables.word_asked", why=value.fault, word=value.word))
        elif value.fault:
            self.refuse(field, value.fault)
        elif value.doubt:
            self.doubt(field, value.doubt)
        return value.read

    def doubt(self, field: str, read: str, says: str = "") -> None:
        """Note how a cell was read; `says` is what stood there, if it no longer does."""
        doubt = self._said("doubt", field, read)
        self.doubts.append(msgspec.structs.replace(doubt, says=says[:_SHOWN]) if says else doubt)

    def refuse(self, field: str, why: str) -> None:
        """Note why the row may not be kept; once a field."""
        if field in self._refused:
            return
        if field not in self.columns:
            why = t("tables.lacks_column", why=why, field=field_words(field))
        doubt = self._said("refused", field, why)
        self._refused.add(field)
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
            says=_shown(self._stands(field)),
            read=read,
        )


def _shown(cell: Any) -> str:
    """The beginning of a cell to say which one is meant; a personal number stays covered."""
    if values.is_blank(cell):
        return ""
    written = values.line(cell)[:_LOOKED_AT]
    return (hidden_digits(written) if is_personal_number(written) else written)[:_SHOWN]


def rows_of(table: Table, headings: Headings, answers: Answers, report: Report) -> Iterator[Row]:
    """The rows below the headings that are rows of the table; those that are not are noted, or asked about."""
    apart = Apart(table, headings)
    hidden, struck = [], []
    for number, cells in table.rows[headings.rows :]:
        if why := apart.why(number, cells):
            report.doubts.append(Doubt(weight="note", sheet=table.name, row=number, says=_first(cells), read=why))
        elif all(values.is_nothing(cell) for cell in cells):
            continue
        elif number in table.hidden_rows and answers.hidden != "read":
            hidden.append((number, _first(cells)))
        elif answers.struck != "read" and apart.is_struck(number, cells):
            struck.append((number, _first(cells)))
        else:
            row = Row(table, number, list(cells), headings, answers)
            if number in table.hidden_rows:
                row.doubts.append(_about_row(row, t("tables.hidden_read")))
            if answers.struck == "read" and apart.has_struck(number, cells):
                row.doubts.append(_about_row(row, t("tables.struck_read")))
            yield row
    _set_apart(table, hidden, "hidden", answers.hidden, report)
    _set_apart(table, struck, "struck", answers.struck, report)


def _first(cells: list[Any]) -> str:
    return _shown(next((cell for cell in cells if not values.is_nothing(cell)), None))


def _about_row(row: Row, read: str) -> Doubt:
    return Doubt(weight="doubt", sheet=row.table.name, row=row.number, says=_first(row.cells), read=read)


def _set_apart(table: Table, rows: list[tuple[int, str]], about: Any, answer: str, report: Report) -> None:
    """Note rows that are skipped as the office said, or ask about them; rows in succession at once."""
    for first, last, says in _in_succession(rows):
        place = table.place(first) if first == last else table.places(first, last)
        if answer == "skip":
            read = t(_SKIPPED[about], place=place)
            report.doubts.append(Doubt(weight="note", sheet=table.name, row=first, says=says, read=read))
        else:
            report.rejected.append(Rejected(place=place, reason=t(_ROW_ASKED[about], says=says)))
            report.ask(Question(about=about, says=says, place=place))


def _in_succession(rows: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Runs of rows: the first and the last number, and what the first says."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at][0] != rows[at - 1][0] + 1:
            yield rows[start][0], rows[at - 1][0], rows[start][1]
            start = at


def column_doubts(table: Table, headings: Headings) -> list[Doubt]:
    """What is to be said of the columns: those left out, two of one meaning, and cells below no heading."""
    doubts = []
    read = headings.fields
    for column in headings.columns:
        if column.field == LEFT_OUT:
            is_theirs = is_personal(column.heading) or looks_personal(table, headings, column)
            why = t("tables.personal" if is_theirs else "tables.left_out")
            doubts.append(_of_column(table, headings, column, why))
        elif column.field and read[column.field] != column:
            first = read[column.field]
            why = t("tables.twice", field=field_words(column.field), column=first.letter, heading=first.heading)
            doubts.append(msgspec.structs.replace(_of_column(table, headings, column, why), weight="doubt"))
    return doubts + list(_below_no_heading(table, headings))


def looks_personal(table: Table, headings: Headings, column: Column) -> bool:
    """Whether half or more of a column's cells are telephone or identity numbers, whatever its heading says."""
    cells = (cells[column.index] for _, cells in table.rows[headings.rows :] if column.index < len(cells))
    looks = [is_personal_number(values.text(cell)) for cell in cells if not values.is_nothing(cell)]
    return 2 * sum(looks) >= len(looks) > 0


def _below_no_heading(table: Table, headings: Headings) -> Iterator[Doubt]:
    """The first cell of every column that has cells, but neither a heading nor a part in a merged one."""
    apart = Apart(table, headings)
    seen = {column.index for column in headings.columns} | apart.under_merged
    for number, cells in table.rows[headings.rows :]:
        for index, cell in enumerate(cells):
            if index not in seen and not values.is_nothing(cell) and not apart.why(number, cells):
                seen.add(index)
                yield Doubt(
                    weight="doubt",
                    sheet=table.name,
                    row=number,
                    column=column_letters(index),
                    says=_shown(cell),
                    read=t("tables.no_heading"),
                )


def _of_column(table: Table, headings: Headings, column: Column, why: str) -> Doubt:
    return Doubt(weight="note", sheet=table.name, row=headings.row, column=column.letter, says=column.heading, read=why)
