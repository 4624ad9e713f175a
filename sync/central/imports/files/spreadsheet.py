"""The reader of .xlsx workbooks in use (`BookReader`): the parts of the file, read through expat.

A library that reads values alone loses what an import must ask about: hidden rows, struck-out cells, how a number is
shown, merged ranges, formulas without a result. Both forms of the standard, transitional and strict, are read.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO
from math import isfinite
from typing import Any

from sync.central.imports.files.number_formats import NumberFormat
from sync.central.imports.files.package import Package, local
from sync.central.imports.files.sheets import MOST_CELL, Book, Merge, NoBook, Sheet, bounded, column_letters

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OFF = ("0", "false", "off")


def open_spreadsheet(data: bytes) -> Book:
    """The workbook in the bytes of a zip archive (a `BookReader`)."""
    package = Package(zipfile.ZipFile(BytesIO(data)))
    for part in package.related("", "officeDocument").values():
        if package.has(part):
            return _Spreadsheet(package, part)
    raise NoBook


class _Spreadsheet:
    """A workbook by its main part; shared texts and formats are read once, at the first sheet."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        self._sheets: dict[str, str] = {}
        self._titles: dict[str, bool] = {}
        self._epoch_1904 = False
        self._is_workbook = False
        worksheets = package.related(part, "worksheet")

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = local(tag)
            if name == "workbook":
                self._is_workbook = True
            elif name == "workbookPr":
                self._epoch_1904 = attributes.get("date1904", "0") not in _OFF
            elif name == "sheet":
                relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                if relation in worksheets:  # a chart's sheet is another kind of part
                    title = attributes.get("name", "")
                    self._sheets[title] = worksheets[relation]
                    self._titles[title] = attributes.get("state", "visible") == "visible"

        package.scan(part, start)
        if not self._is_workbook or not self._sheets:
            raise NoBook
        self._formats: tuple[list[NumberFormat], list[bool]] | None = None
        self._texts: list[tuple[str, str | None]] = []

    @property
    def epoch_1904(self) -> bool:
        """Whether its days are counted from 1904."""
        return self._epoch_1904

    @property
    def titles(self) -> dict[str, bool]:
        """Its sheets in order, and whether each can be seen."""
        return self._titles

    def sheet(self, title: str) -> Sheet:
        """One sheet, its cells and what stands beside them."""
        if self._formats is None:
            self._formats = self._styles()
            self._texts = self._shared()
        found = _SheetParts(*self._formats, self._texts, self._epoch_1904)
        self._package.scan(self._sheets[title], found.start, found.end, found.text)
        return found.sheet

    def _styles(self) -> tuple[list[NumberFormat], list[bool]]:
        """Per style of cells: its number format, and whether its font is struck out."""
        styles = _Styles()
        for part in self._package.related(self._part, "styles").values():
            self._package.scan(part, styles.start, styles.end)
        made = {number: NumberFormat(number, styles.patterns.get(number, "")) for number, _ in styles.cells}
        struck = [0 <= font < len(styles.struck) and styles.struck[font] for _, font in styles.cells]
        return [made[number] for number, _ in styles.cells], struck

    def _shared(self) -> list[tuple[str, str | None]]:
        """The shared texts, each with what is left of it where a part is struck out (else None)."""
        texts: list[tuple[str, str | None]] = []
        rich = _RichText()

        def start(tag: str, attributes: dict[str, str]) -> None:
            name = local(tag)
            if name == "si":
                rich.begin()
            else:
                rich.start(name, attributes)

        def end(tag: str) -> None:
            name = local(tag)
            if name == "si":
                texts.append(rich.finish())
            else:
                rich.end(name)

        for part in self._package.related(self._part, "sharedStrings").values():
            self._package.scan(part, start, end, rich.text)
        return texts


class _Styles:
    """Number formats, fonts and the styles of cells, as the styles' part lists them."""

    def __init__(self) -> None:
        self.patterns: dict[int, str] = {}
        self.struck: list[bool] = []
        self.cells: list[tuple[int, int]] = []
        self._within = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element of the part."""
        name = local(tag)
        if name in ("fonts", "cellXfs"):
            self._within = name
        elif name == "numFmt":
            self.patterns[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "font" and self._within == "fonts":
            self.struck.append(False)
        elif name == "strike" and self._within == "fonts" and self.struck:
            self.struck[-1] = attributes.get("val", "1") not in _OFF
        elif name == "xf" and self._within == "cellXfs":
            self.cells.append((int(attributes.get("numFmtId", "0")), int(attributes.get("fontId", "0"))))

    def end(self, tag: str) -> None:
        """The end of a list."""
        if local(tag) == self._within:
            self._within = ""


class _RichText:
    """A text of one or more runs; what is written over it to be pronounced (`rPh`) is no part of it."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget the text before."""
        self._runs: list[tuple[str, bool]] = []
        self._length = 0
        self._struck = self._taking = self._spoken = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element within the text."""
        if name == "r":
            self._struck = False
        elif name == "strike":
            self._struck = attributes.get("val", "1") not in _OFF
        elif name == "rPh":
            self._spoken = True
        elif name == "t":
            self._taking = not self._spoken

    def end(self, name: str) -> None:
        """Its end."""
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._spoken = False
        elif name == "r":
            self._struck = False

    def text(self, text: str) -> None:
        """Characters of it; no more are held than a cell may have."""
        if self._taking:
            if self._length <= MOST_CELL:
                self._runs.append((text[: MOST_CELL + 1], self._struck))
            self._length += len(text)

    def finish(self) -> tuple[str, str | None]:
        """The text, and what is left of it without its struck runs (None if no run is struck)."""
        whole = _unescaped("".join(text for text, _ in self._runs))
        struck = any(struck and text.strip() for text, struck in self._runs)
        left = _unescaped("".join(text for text, struck in self._runs if not struck)).strip() if struck else None
        return bounded(whole, self._length), left


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _SheetParts:
    """The elements of a sheet's part, as expat meets them."""

    def __init__(
        self, formats: list[NumberFormat], struck: list[bool], texts: list[tuple[str, str | None]], epoch_1904: bool
    ) -> None:
        self.sheet = Sheet()
        self._formats, self._struck, self._texts, self._epoch_1904 = formats, struck, texts, epoch_1904
        self._rich = _RichText()
        self._row, self._column, self._style, self._type = 0, -1, 0, ""
        self._value: list[str] = []
        self._in_value = self._in_cell = self._formula = self._rows_hidden = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._in_value = True
        elif name == "f":
            self._formula = True
        elif self._in_cell:
            self._rich.start(name, attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col":
            if _is_on(attributes, "hidden") or _is_nought(attributes.get("width")):
                last = min(int(attributes.get("max", "1")), 16_384)
                self.sheet.hidden_columns |= set(range(int(attributes.get("min", "1")) - 1, last))
        elif name == "sheetFormatPr":
            self._rows_hidden = _is_on(attributes, "zeroHeight")
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        """An element ends."""
        name = local(tag)
        if name == "c":
            self._end_cell()
        elif name == "v":
            self._in_value = False
        elif self._in_cell:
            self._rich.end(name)

    def text(self, text: str) -> None:
        """Characters between elements."""
        if self._in_value:
            self._value.append(text[: MOST_CELL + 1])
        elif self._in_cell:
            self._rich.text(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        sheet = self.sheet
        self._row = int(attributes.get("r", self._row + 1))
        self._column = -1
        sheet.row_count += 1
        sheet.last_row = max(sheet.last_row, self._row)
        shut = self._rows_hidden and "ht" not in attributes and attributes.get("hidden") is None
        if shut or _is_on(attributes, "hidden") or _is_nought(attributes.get("ht")):
            sheet.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _CELL.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._style = int(attributes.get("s", "0"))
        self._type = attributes.get("t", "n")
        self._in_cell, self._formula = True, False
        self._value.clear()
        if self._type == "inlineStr":
            self._rich.begin()

    def _end_cell(self) -> None:
        self._in_cell = False
        written = "".join(self._value)
        if self._formula and self._type != "str" and not written.strip():
            self.sheet.uncalculated.append(f"{column_letters(self._column)}{self._row}")
        value, left = self._read(written)
        if value is None or value == "":
            return
        self.sheet.rows.setdefault(self._row, {})[self._column] = value
        if isinstance(value, str):
            self.sheet.characters += len(value)
        if self._style < len(self._struck) and self._struck[self._style]:
            left = ""
        if left is not None:
            self.sheet.struck[self._row, self._column] = left

    def _read(self, written: str) -> tuple[Any, str | None]:
        """The value of a cell, and what is left of a text of which a part is struck out."""
        if self._type == "inlineStr":
            return self._rich.finish()
        if not (written if self._type == "str" else written.strip()):  # only a text can be blanks
            return None, None
        if self._type == "s":
            return self._texts[int(written)]
        if self._type == "b":
            return written.strip() not in _OFF, None
        if self._type == "d":
            moment = datetime.fromisoformat(written.strip().replace("Z", "+00:00")).replace(tzinfo=None)
            return moment, None
        if self._type in ("str", "e"):
            return bounded(_unescaped(written)), None
        number = float(written)
        if not isfinite(number):  # 1E+400: more than any workbook counts
            return bounded(written), None
        number = int(number) if number.is_integer() and abs(number) < 1e15 else number
        if self._style < len(self._formats):
            return self._formats[self._style].value(number, self._epoch_1904), None
        return NumberFormat(0).value(number, self._epoch_1904), None

    def _merge(self, reference: str) -> None:
        first, _, last = reference.replace("$", "").partition(":")
        top, bottom = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
        if top and bottom:
            self.sheet.merges.append(Merge(_column(top[1]), int(top[2]), _column(bottom[1]), int(bottom[2])))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_on(attributes: dict[str, str], name: str) -> bool:
    return attributes.get(name, "0") not in _OFF


def _is_nought(length: str | None) -> bool:
    return length is not None and float(length) == 0
