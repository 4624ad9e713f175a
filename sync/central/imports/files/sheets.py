"""What any reader of workbooks gives: sheets of cells, with what a person sees of them beside their values.

A reader answers `BookReader`; `spreadsheet` is the one in use. Another library may take its place: nothing else of the
imports knows how a workbook is stored.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

MOST_CELL = 60_000  # characters; a workbook's own limit is 32,767, the longest text of a record 60,000
_SHOWN_OF_LONG = 200


class FormattedNumber(float):
    """A number whose format shows more than its digits: 000123, 34%, 1.10."""

    shown: str

    def __new__(cls, value: float, shown: str) -> FormattedNumber:
        """Keep the text shown beside the value."""
        made = super().__new__(cls, value)
        made.shown = shown
        return made


class RoundedNumber(float):
    """A number of more than 15 digits: the last ones are no longer those that were typed."""


class LongText(str):
    """The beginning of a text that is longer than any that is kept; `length` is what the whole has."""

    __slots__ = ("length",)
    length: int


class Compound(msgspec.Struct, frozen=True):
    """A cell of a json file that is a list or an object of its own."""

    json: str


def bounded(text: str, length: int = 0) -> str:
    """A text as a cell: itself, or its beginning where it (or `length`) goes beyond `MOST_CELL`."""
    length = length or len(text)
    if length <= MOST_CELL:
        return text
    beginning = LongText(text[:_SHOWN_OF_LONG])
    beginning.length = length
    return beginning


class Merge(msgspec.Struct, frozen=True):
    """A merged range; rows from 1, columns from 0."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def range(self) -> str:
        """The range as a workbook writes it: C2:C3."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


class Sheet(msgspec.Struct, kw_only=True):
    """The cells of a sheet by row (from 1) and column (from 0), and what stands beside their values.

    `struck`: cells with a line through them, whole or in part, and what of their text is left. `uncalculated`: cells
    with a formula whose result is not in the file.
    """

    rows: dict[int, dict[int, Any]] = {}
    merges: list[Merge] = []
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    struck: dict[tuple[int, int], str] = {}
    uncalculated: list[str] = []
    row_count: int = 0
    last_row: int = 0
    characters: int = 0


class Book(Protocol):
    """An opened workbook."""

    @property
    def epoch_1904(self) -> bool:
        """Whether its days are counted from 1904."""
        ...

    @property
    def titles(self) -> dict[str, bool]:
        """Its sheets in order, and whether each can be seen."""
        ...

    def sheet(self, title: str) -> Sheet:
        """One sheet; raises `ValueError` or an error of its file's form where it is damaged."""
        ...


class BookReader(Protocol):
    """Opens the bytes of a workbook. Raises `NoBook` where they hold none; other errors are damage."""

    def __call__(self, data: bytes) -> Book:
        """The workbook these bytes are."""
        ...


class NoBook(Exception):
    """An archive without a workbook in it."""


def column_letters(index: int) -> str:
    """A column (from 0) as a workbook names it."""
    number, letters = index + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
