"""A file as tables of cells: csv in UTF-8 or GB18030, json, and workbooks (through `workbook`)."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path
from typing import Any

import msgspec

from sync.central.locale import t
from sync.central.tables.report import CannotRead
from sync.ledger import UNREADABLE

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
_DELIMITERS = ",\t;"


_records = msgspec.json.Decoder(list[dict[str, Any]])
_meanings = msgspec.json.Decoder(dict[str, str])


class Table(msgspec.Struct, kw_only=True):
    """The filled rows of a sheet, each with its number in the file. `spans` are the rows that are one merged line."""

    name: str
    rows: list[tuple[int, list[Any]]]
    word: str = "line"
    epoch_1904: bool = False
    spans: set[int] = set()

    def place(self, row: int) -> str:
        """A row's place in words."""
        return f"{self.name} {t('tables.' + self.word, row=row)}".strip()

    def origin(self, row: int) -> str:
        """A row's place as records keep it: the same in every language, so that a file read again is known."""
        return f"{self.name} {self.word} {row}".strip()


def read_tables(file: Path, sheet: str = "") -> list[Table]:
    """The tables of a file; of a workbook every visible sheet, or the one named. Raises `CannotRead`."""
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise CannotRead(t("files.too_large", file=file.name, size=f"{size:,}", most=f"{MOST_BYTES:,}"))
        data = file.read_bytes()
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
        from sync.central.tables.workbook import read_workbook

        return read_workbook(file, data, sheet)
    raise CannotRead(t("files.no_table_file", file=file.name))


def _csv_table(name: str, data: bytes) -> Table:
    text = decoded(name, data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[tuple[int, list[Any]]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((lines.line_num, list(cells)))
            if lines.line_num > MOST_ROWS or len(cells) > MOST_COLUMNS:
                rows_and_columns = {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS}
                raise CannotRead(t("files.too_many", file=name, line=lines.line_num, **rows_and_columns))
    except csv.Error as error:
        raise CannotRead(t("files.no_csv", file=name, line=lines.line_num, error=error)) from error
    return Table(name="", rows=rows)


def decoded(name: str, data: bytes) -> str:
    """The text of some bytes: UTF-8 (with its mark or without), else GB18030, each strictly; `CannotRead` names a byte.

    GB18030 gives nearly every pair of bytes a character, so a text with control characters, private or unassigned ones
    is taken for what it is: not a text in either.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        try:
            text = data.decode("gb18030")
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
    rows = [(number, [record.get(key) for key in headings]) for number, record in enumerate(records, start=1)]
    return Table(name="", rows=[(0, list(headings)), *rows], word="row")


def read_meanings(data: bytes, *, is_json: bool) -> dict[str, str]:
    """What a JSON or TOML table says of headings, by heading; raises `ValueError` or `RecursionError`."""
    import tomllib

    return _meanings.decode(data if is_json else msgspec.json.encode(tomllib.loads(data.decode("utf-8-sig"))))
