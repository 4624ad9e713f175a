"""A report as data: headings, paragraphs, tables, charts and references, in words, ready for any format.

Text in it is as it stands in records; each renderer passes every text through `safe_text` and whatever its format asks
for besides, so that nothing in a record can act on whoever opens the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from supervisor_tui.terminal.text import harmless

# What nearly every cell consists of: it needs no closer look.
_HARMLESS = re.compile("[\\n -~·“”‘’—…\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*")


COLOURS = ("3D6D99", "D0883D", "6F9C5A", "8B6BA8")  # of a chart's series, in turn
MOST_LABELS = 40  # a chart of more is a blur; its table says the same


@dataclass(frozen=True)
class Count:
    """A number that stands for records; `ref` names the list of them."""

    value: int
    ref: str


class Code(str):
    """A record's check code."""

    __slots__ = ()


Cell = str | int | float | Count | None  # a `Code` is a str


@dataclass(frozen=True)
class Column:
    """A column: its heading, `kind` text, label, number, percent or code, and its width in Latin letters.

    A label names what stands beside it. Where no column has a heading, the table has none. A wide table is given to a
    word processor with the columns alone that are `on_paper`.
    """

    title: str
    kind: str = "text"
    width: int = 14
    on_paper: bool = True


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; line ends in it are kept. `quiet`: an explanation in small print."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns.

    `sheet`: the rows are records and may be very many: in a workbook they have a sheet of that name. Unless they are
    wanted `whole`, a long list gives way on paper to the references.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sheet: str = ""
    whole: bool = False

    @property
    def has_head(self) -> bool:
        """Whether the columns have headings."""
        return any(column.title for column in self.columns)


@dataclass(frozen=True)
class Series:
    """One row of values of a chart."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Chart:
    """Values by label as bars or, over time, as a line."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = "bar"


@dataclass(frozen=True)
class Reference:
    """The records behind one number; their codes are made when a format wants them.

    `total`: the number, where it is not how many records there are but a sum of what they say.
    """

    ref: str
    words: str
    records: Sequence[str]
    code_of: Callable[[str], str]
    total: int | None = None

    @property
    def number(self) -> int:
        """The number."""
        return len(self.records) if self.total is None else self.total

    @property
    def codes(self) -> list[str]:
        """The codes of the records."""
        return [*map(self.code_of, self.records)]


@dataclass(frozen=True)
class References:
    """The annex: every number with its records."""

    title: str
    items: Sequence[Reference]


@dataclass(frozen=True)
class Fill:
    """A line to be filled in by hand: what it is for, and how many lines of space."""

    words: Sequence[str]
    lines: int = 1


Block = Heading | Paragraph | Table | Chart | References | Fill


@dataclass(frozen=True)
class Document:
    """A report. `day` (YYYY-MM-DD) stands for its making wherever a format wants a date, so that bytes repeat.

    `mark` stands at the foot of every page, instead of the title.
    """

    title: str
    day: str
    language: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    mark: str = ""


def safe_text(text: str) -> str:
    """The text without anything that could act or that a file format cannot hold."""
    if _HARMLESS.fullmatch(text):
        return text
    return harmless(text)


def plain_value(cell: Cell) -> str | int | float | None:
    """A cell as a bare value; texts are safe."""
    if isinstance(cell, Count):
        return cell.value
    return str(safe_text(cell)) if isinstance(cell, str) else cell  # a plain string, not a `Code`


def shown(cell: Cell, kind: str) -> str:
    """A cell as it is read on paper."""
    value = plain_value(cell)
    if value is None:
        return ""
    return f"{value:.0%}" if kind == "percent" and not isinstance(value, str) else str(value)
