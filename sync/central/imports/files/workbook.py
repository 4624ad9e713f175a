"""Workbooks (.xlsx): refused with every reason at once, or read as tables with their merged cells filled in.

The archive is looked through before any reader sees it, because a reader trusts the sizes it states.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

from sync.central.imports.files.read import MOST_COLUMNS, MOST_ROWS, Table
from sync.central.imports.files.sheets import Book, BookReader, LongText, Merge, NoBook, Sheet
from sync.central.imports.files.spreadsheet import open_spreadsheet
from sync.central.imports.report import CannotRead
from sync.central.locale import t

MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts together; 10,000 units with 20 columns take 12 MB
MOST_TEXT = 32_000_000  # characters of all cells together: one shared text may stand in each of them
MOST_FILLED = 1_000_000  # cells filled from merged ones
_OLD = b"\xd0\xcf\x11\xe0"
_NAMED_FORMULAS = 5
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, NotImplementedError, OSError, RuntimeError),
    *(expat.ExpatError, OverflowError),
)


def read_workbook(file: Path, data: bytes, sheet: str = "", reader: BookReader = open_spreadsheet) -> list[Table]:
    """The sheets of a workbook, or the one named; raises `CannotRead` with everything that is wrong.

    A sheet that is hidden comes marked as such, with what is wrong with it instead of a refusal.
    """
    if data.startswith(_OLD):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CannotRead(t("files.password", file=file.name))
        raise CannotRead(t("files.old_workbook", file=file.name))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            reasons = _wrong_archive(archive)
            if not reasons and (broken := archive.testzip()):
                raise zipfile.BadZipFile(broken)
        if reasons:
            raise CannotRead("\n".join(f"{file.name}: {reason}" for reason in reasons))
        return _read(file.name, reader(data), sheet)
    except NoBook as error:
        raise CannotRead(": ".join((file.name, t("files.no_sheets")))) from error
    except _DAMAGED as error:
        raise CannotRead(t("files.damaged", file=file.name, error=_plain(error))) from error


def _plain(error: Exception) -> str:
    return str(error).strip("'\".\n ").partition("\n")[0][:120] if str(error).strip("'\".\n ") else type(error).__name__


def _wrong_archive(archive: zipfile.ZipFile) -> list[str]:
    """Everything about the archive that forbids reading it."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    reasons = []
    if any(part.flag_bits & 0x1 for part in parts):
        reasons.append(t("files.encrypted"))
    if unpacked > MOST_UNPACKED or len(parts) > 2_000:
        return [*reasons, t("files.unpacked", size=f"{unpacked:,}", most=f"{MOST_UNPACKED:,}")]
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        reasons.append(t("files.macros"))
    return reasons


def _read(name: str, book: Book, wanted: str) -> list[Table]:
    titles = [title for title in book.titles if title == wanted or not wanted]
    if not titles:
        raise CannotRead(t("files.no_sheet", file=name, sheet=wanted, there=", ".join(book.titles)))
    tables, reasons = [], []
    text = 0
    for title in titles:
        sheet = book.sheet(title)
        text += sheet.characters
        if text > MOST_TEXT:
            raise CannotRead(t("files.too_much_text", file=name, most=f"{MOST_TEXT:,}"))
        wrong = [f"{name}: {reason}" for reason in _wrong_sheet(title, sheet)]
        hidden = not wanted and not book.titles[title]
        if hidden or not wrong:
            tables.append(_table(title, Sheet() if wrong else sheet, book.epoch_1904, hidden, "\n".join(wrong)))
        else:
            reasons += wrong
    if reasons:
        raise CannotRead("\n".join(reasons))
    return tables


def _wrong_sheet(title: str, sheet: Sheet) -> list[str]:
    reasons = []
    if max(sheet.row_count, sheet.last_row) > MOST_ROWS:
        reasons.append(t("files.rows", sheet=title, last=f"{sheet.last_row:,}", most=f"{MOST_ROWS:,}"))
    if sheet.uncalculated:
        named = ", ".join(sheet.uncalculated[:_NAMED_FORMULAS])
        more = len(sheet.uncalculated) - _NAMED_FORMULAS
        rest = t("files.and_more", count=more) if more > 0 else ""
        reasons.append(t("files.uncalculated", sheet=title, cells=named + rest))
    return reasons


def _table(title: str, sheet: Sheet, epoch_1904: bool, hidden: bool, wrong: str) -> Table:
    rows: dict[int, list[Any]] = {}
    for number, cells in sheet.rows.items():
        if any(isinstance(cell, LongText) or str(cell).strip() for cell in cells.values()):
            width = min(max(cells) + 1, MOST_COLUMNS)
            rows[number] = [cells.get(index) for index in range(width)]
    merged = {(merge.left, merge.top): merge for merge in sheet.merges}.values()  # each cell once
    spans, within = _fill_merged(rows, merged)
    return Table(
        name=title,
        rows=sorted(rows.items()),
        word="row",
        epoch_1904=epoch_1904,
        spans=spans,
        merged=within,
        merges=[merge for merge in merged if (merge.left, merge.top) != (merge.right, merge.bottom)],
        hidden=hidden,
        wrong=wrong,
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        struck=sheet.struck,
    )


def _fill_merged(rows: dict[int, list[Any]], merged: Iterable[Merge]) -> tuple[set[int], dict[tuple[int, int], Merge]]:
    """Give every cell of a merged range the value of its first.

    Answers the rows that are one line from side to side, and the range of every cell that was given its value.
    """
    spans: set[int] = set()
    within: dict[tuple[int, int], Merge] = {}
    filled = 0
    last = max(rows, default=0)
    for merge in merged:
        right = min(merge.right + 1, MOST_COLUMNS)
        first = rows.get(merge.top)
        if first is None or merge.left >= len(first) or first[merge.left] is None:
            continue
        value = first[merge.left]
        one_line = merge.left == 0 and right >= 2 and merge.top == merge.bottom
        if one_line and all(cell is None or not str(cell).strip() for cell in first[right:]):
            spans.add(merge.top)
        for number in range(merge.top, min(merge.bottom, last) + 1):
            cells = rows.get(number)
            if cells is None:
                continue
            filled += right - merge.left
            if filled > MOST_FILLED:
                raise ValueError("its merged cells cover more than can be read")
            cells += [None] * (right - len(cells))
            cells[merge.left : right] = [value] * (right - merge.left)
            within |= {(number, index): merge for index in range(merge.left, right)}
    return spans, within
