"""Workbooks (.xlsx): refused with every reason at once, or read as tables with their merged cells filled in.

The archive is looked through before openpyxl sees it: it reads rows one by one, but trusts sizes and knows in that mode
neither merged cells nor which formulas were never calculated.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

import msgspec

from sync.central.locale import t
from sync.central.tables.read import MOST_COLUMNS, MOST_ROWS, Table
from sync.central.tables.report import CannotRead

MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts together; 10,000 units with 20 columns take 12 MB
MOST_FILLED = 1_000_000  # cells filled from merged ones
_OLD = b"\xd0\xcf\x11\xe0"
_NAMED_FORMULAS = 5
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, OSError, RuntimeError)


class _Shape(msgspec.Struct):
    """What stands in a sheet beside its values."""

    rows: int = 0
    last_row: int = 0
    merged: list[str] = []
    uncalculated: list[str] = []


def read_workbook(file: Path, data: bytes, sheet: str = "") -> list[Table]:
    """The visible sheets of a workbook, or the one named; raises `CannotRead` with everything that is wrong."""
    if data.startswith(_OLD):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CannotRead(t("files.password", file=file.name))
        raise CannotRead(t("files.old_workbook", file=file.name))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if reasons := _wrong_archive(archive):
                raise CannotRead("\n".join(f"{file.name}: {reason}" for reason in reasons))
            return _read(file.name, archive, data, sheet)
    except (*_DAMAGED, expat.ExpatError, SyntaxError, AttributeError, TypeError) as error:
        raise CannotRead(t("files.damaged", file=file.name, error=_plain(error))) from error


def _plain(error: Exception) -> str:
    return str(error).strip("'\".\n ").splitlines()[0][:120] if str(error).strip("'\".\n ") else type(error).__name__


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
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        reasons.append(t("files.no_sheets"))
    return reasons


def _read(name: str, archive: zipfile.ZipFile, data: bytes, wanted: str) -> list[Table]:
    from openpyxl import load_workbook

    shapes = {part: _shape(archive, part) for part in archive.namelist() if part.startswith("xl/worksheets/sheet")}
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        if part in archive.namelist():
            _scan(archive, part, _hear_nothing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions openpyxl does not know; they hold no values
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            sheets = [each for each in book.worksheets if (each.title == wanted if wanted else _visible(each))]
            if not sheets:
                there = ", ".join(each.title for each in book.worksheets)
                raise CannotRead(
                    t("files.no_sheet" if wanted else "files.none_seen", file=name, sheet=wanted, there=there)
                )
            pairs = [(each, shapes.get(each._worksheet_path.lstrip("/"), _Shape())) for each in sheets]
            reasons = [f"{name}: {reason}" for each, shape in pairs for reason in _wrong_sheet(each.title, shape)]
            if reasons:
                raise CannotRead("\n".join(reasons))
            is_1904 = book.epoch.year == 1904
            return [_table(each, shape, is_1904) for each, shape in pairs]
        finally:
            book.close()


def _visible(sheet: Any) -> bool:
    return bool(sheet.sheet_state == "visible")


def _wrong_sheet(title: str, shape: _Shape) -> list[str]:
    reasons = []
    if max(shape.rows, shape.last_row) > MOST_ROWS:
        reasons.append(t("files.rows", sheet=title, last=f"{shape.last_row:,}", most=f"{MOST_ROWS:,}"))
    if shape.uncalculated:
        named = ", ".join(shape.uncalculated[:_NAMED_FORMULAS])
        more = len(shape.uncalculated) - _NAMED_FORMULAS
        rest = t("files.and_more", count=more) if more > 0 else ""
        reasons.append(t("files.uncalculated", sheet=title, cells=named + rest))
    return reasons


def _scan(archive: zipfile.ZipFile, part: str, listen: Callable[[expat.XMLParserType], None]) -> None:
    """Run a part through expat; a document type (the door of entity bombs) is refused."""
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise ValueError(f"{part} declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    listen(parser)
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _hear_nothing(_: expat.XMLParserType) -> None:
    """For a part whose form alone is looked at."""


def _shape(archive: zipfile.ZipFile, part: str) -> _Shape:
    """Rows, merged cells and formulas without a result."""
    shape = _Shape()
    cell = {"at": "", "formula": False, "text": False, "result": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            cell.update(at=attributes.get("r", ""), formula=False, result=False, text=attributes.get("t") == "str")
        elif name == "f":
            cell["formula"] = True
        elif name == "v" and cell["formula"]:
            parser.CharacterDataHandler = heard
        elif name == "row":
            shape.rows += 1
            shape.last_row = max(shape.last_row, int(attributes.get("r", shape.rows)))
        elif name == "mergeCell":
            shape.merged.append(attributes.get("ref", ""))

    def heard(text: str) -> None:
        cell["result"] = cell["result"] or bool(text.strip())

    def end(tag: str) -> None:
        if cell["formula"] and tag.rpartition(":")[2] == "c":
            parser.CharacterDataHandler = None
            if not cell["result"] and not cell["text"]:
                shape.uncalculated.append(str(cell["at"]))
            cell["formula"] = False

    parser: Any = None

    def listen(made: expat.XMLParserType) -> None:
        nonlocal parser
        parser = made
        made.StartElementHandler, made.EndElementHandler = start, end

    _scan(archive, part, listen)
    return shape


def _table(sheet: Any, shape: _Shape, is_1904: bool) -> Table:
    sheet.reset_dimensions()  # what the file says of its own size pads every row to it
    rows: dict[int, list[Any]] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(cell is not None and str(cell).strip() for cell in cells):
            rows[number] = list(cells[:MOST_COLUMNS])
    spans = _fill_merged(rows, shape.merged)
    return Table(name=sheet.title, rows=sorted(rows.items()), word="row", epoch_1904=is_1904, spans=spans)


def _fill_merged(rows: dict[int, list[Any]], merged: list[str]) -> set[int]:
    """Give every cell of a merged range the value of its first; the rows that are one line from side to side."""
    from openpyxl.utils import range_boundaries

    spans: set[int] = set()
    filled = 0
    last = max(rows, default=0)
    for reference in merged:
        left, top, right, bottom = range_boundaries(reference)
        right = min(right, MOST_COLUMNS)
        first = rows.get(top)
        if first is None or left > len(first) or first[left - 1] is None:
            continue
        if left == 1 and right >= 3 and right >= len([cell for cell in first if cell is not None]) and top == bottom:
            spans.add(top)
        for number in range(top, min(bottom, last) + 1):
            cells = rows.get(number)
            if cells is None:
                continue
            filled += right - left + 1
            if filled > MOST_FILLED:
                raise ValueError("its merged cells cover more than can be read")
            cells += [None] * (right - len(cells))
            cells[left - 1 : right] = [first[left - 1]] * (right - left + 1)
    return spans
