"""A file as tables of cells: csv in UTF-8, GB18030 or UTF-16, json, and workbooks (through `workbook`)."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from sync.central.imports.files.sheets import MOST_CELL, Compound, Merge, RoundedNumber, bounded
from sync.central.imports.report import CannotRead
from sync.central.locale import t
from sync.console.named_files import read_given
from sync.ledger.chains import UNREADABLE

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
_DELIMITERS = ",\t;"
_SNIFFED = 30  # lines that tell which sign parts the cells: titles above have none
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


_records = msgspec.json.Decoder(list[dict[str, Any]])
_meanings = msgspec.json.Decoder(dict[str, str])


class Table(msgspec.Struct, kw_only=True):
    """The filled rows of a sheet, each with its number in the file, and what a workbook shows of them beside values.

    `spans` are the rows that are one merged line. `hidden`: the whole sheet is, and `wrong` says why it could not be
    read anyway. `merged`: the range of each cell (row, column from 0) that has the value of a merged one. `struck`:
    cells with a line through them, and what of their text is left.
    """

    name: str
    rows: list[tuple[int, list[Any]]]
    word: str = "line"
    epoch_1904: bool = False
    spans: set[int] = set()
    merges: list[Merge] = []
    merged: dict[tuple[int, int], Merge] = {}
    hidden: bool = False
    wrong: str = ""
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    struck: dict[tuple[int, int], str] = {}

    def place(self, row: int) -> str:
        """A row's place in words."""
        return f"{self.name} {t('tables.' + self.word, row=row)}".strip()

    def places(self, first: int, last: int) -> str:
        """Several rows in words."""
        return f"{self.name} {t('tables.rows', first=first, last=last)}".strip()

    def origin(self, row: int) -> str:
        """A row's place as records keep it: the same in every language, so that a file read again is known."""
        return f"{self.name} {self.word} {row}".strip()


def read_tables(file: Path, sheet: str = "") -> list[Table]:
    """The tables of a file; of a workbook every sheet, hidden ones marked so, or the one named. Raises `CannotRead`."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise CannotRead(t("files.too_large", file=file.name, size=f"{size:,}", most=f"{MOST_BYTES:,}"))
        data = read_given(file)
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=file.name or file)) from error
    suffix = file.suffix.lower()
    if suffix in (".csv", ".txt", ".tsv") and not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        if suffix == ".txt":
            raise CannotRead(t("files.no_table_file", file=file.name))
        return [_csv_table(file.name, data)]
    if suffix == ".json":
        return [_json_table(file.name, data)]
    if suffix in (".xlsx", ".xlsm", ".xls") or data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from sync.central.imports.files.workbook import read_workbook

        return read_workbook(file, data, sheet)
    raise CannotRead(t("files.no_table_file", file=file.name))


def _csv_table(name: str, data: bytes) -> Table:
    text = decoded(name, data)
    delimiter = _delimiter(text)
    rows: list[tuple[int, list[Any]]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((lines.line_num, [bounded(_as_text(cell)) for cell in cells]))
            if lines.line_num > MOST_ROWS or len(cells) > MOST_COLUMNS:
                rows_and_columns = {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS}
                raise CannotRead(t("files.too_many", file=name, line=lines.line_num, **rows_and_columns))
    except csv.Error as error:
        if "field limit" in str(error):
            raise CannotRead(t("files.long_cell", file=name, line=lines.line_num, most=f"{MOST_CELL:,}")) from error
        raise CannotRead(t("files.no_csv", file=name, line=lines.line_num, error=error)) from error
    return Table(name="", rows=rows)


def _as_text(cell: str) -> str:
    """A cell without the formula that keeps a spreadsheet from taking it for a number: ="000123"."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and cell.count('"') == 2 else cell


def _delimiter(text: str) -> str:
    """The sign between cells: the one that stands in most of the first lines, then the one that stands there most."""
    start = list(islice(io.StringIO(text[: 100 * MOST_ROWS], newline=None), _SNIFFED))
    counts = {sign: [line.count(sign) for line in start if sign in line] for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: (len(counts[sign]), sum(counts[sign])))


def decoded(name: str, data: bytes) -> str:
    """The text of some bytes: what their mark says, else UTF-8, else GB18030, each strictly; `CannotRead` names a byte.

    GB18030 gives nearly every pair of bytes a character, so a text with control characters, private or unassigned ones
    is taken for what it is: not a text in either.
    """
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "")
    try:
        text = data.decode(marked or "utf-8-sig")
    except UnicodeDecodeError as broken:
        if marked:
            raise CannotRead(t("files.encoding", file=name)) from broken
        try:
            text = data.decode("gb18030").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise CannotRead(t("files.encoding_at", file=name, line=line)) from error
        if len(data) - broken.start > 3 and any(unicodedata.category(each) in ("Co", "Cn") for each in set(text)):
            raise CannotRead(t("files.encoding", file=name)) from None
    strange = next((each for each in set(text) if unicodedata.category(each) == "Cc" and each not in "\r\n\t"), "")
    if strange:
        line = text[: text.index(strange)].count("\n") + 1
        raise CannotRead(t("files.control", file=name, line=line, sign=f"U+{ord(strange):04X}"))
    return text


def _json_table(name: str, data: bytes) -> Table:
    try:
        records = _records.decode(data)
    except UNREADABLE as error:
        raise CannotRead(t("files.no_json", file=name)) from error
    headings = list(dict.fromkeys(key for record in records for key in record))
    rows = [(number, [_json_cell(record.get(key)) for key in headings]) for number, record in enumerate(records, 1)]
    return Table(name="", rows=[(0, list(headings)), *rows], word="row")


def read_meanings(data: bytes, *, is_json: bool) -> dict[str, str]:
    """What a JSON or TOML table says of headings, by heading; raises `ValueError` or `RecursionError`."""
    import tomllib

    return _meanings.decode(data if is_json else msgspec.json.encode(tomllib.loads(data.decode("utf-8-sig"))))


def _json_cell(value: Any) -> Any:
    """A value of a json file as a cell: a list of texts (names) as one text, what holds more as such."""
    if isinstance(value, str):
        return bounded(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return bounded("、".join(value))
    if isinstance(value, list | dict):
        return Compound(msgspec.json.encode(value).decode()[:MOST_CELL])
    if isinstance(value, float) and abs(value) >= 1e15:
        return RoundedNumber(value)
    return value
