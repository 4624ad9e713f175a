"""What tables of figures are made of. Pure; no words and no formatting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from sync.replica.as_of.report_period import PeriodFollowUp, PeriodRecord


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number: the records (or units, by their own record) it counts; or, with an `amount`, the sum of a number that
    each of them says.
    """

    ref: str
    records: tuple[str, ...]
    amount: int | None = None

    @property
    def value(self) -> int:
        """The number."""
        return len(self.records) if self.amount is None else self.amount


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of figures. `of` says what `name` is: `word`, `group`, `category`, `stage`, `nature`, `class` or `unit`.

    A `stage_of` is a campaign and one of its stages, with a blank between them.
    """

    ref: str
    of: str
    name: str
    figures: list[Figure]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """A table of figures; with one column alone, the column has no name."""

    name: str
    columns: tuple[str, ...]
    lines: list[Line]


class Sum(msgspec.Struct, frozen=True):
    """The sum of a number that each of these records says."""

    amount: int
    records: tuple[str, ...]


Cell = tuple[str, ...] | Sum


def singles(name: str, ref: str, of: str, lines: Iterable[tuple[str, Cell]]) -> Figures:
    """A table with one column alone."""
    return table_of(name, ref, of, (), [(each, (records,)) for each, records in lines])


def table_of(
    name: str, ref: str, of: str, columns: tuple[str, ...], lines: Sequence[tuple[str, tuple[Cell, ...]]]
) -> Figures:
    """A table; each cell of its lines is the records that are counted, or a `Sum`."""
    made = []
    for number, (line, records) in enumerate(lines, start=1):
        place = f"{ref}.{number}"
        figures = [
            _figure(f"{place}{chr(ord('a') + column)}" if columns else place, each)
            for column, each in enumerate(records)
        ]
        made.append(Line(ref=place, of=of, name=line, figures=figures))
    return Figures(name=name, columns=columns, lines=made)


def _figure(ref: str, cell: Cell) -> Figure:
    if isinstance(cell, Sum):
        return Figure(ref=ref, records=cell.records, amount=cell.amount)
    return Figure(ref=ref, records=cell)


def ids(rows: Iterable[PeriodRecord | PeriodFollowUp]) -> tuple[str, ...]:
    """The records."""
    return tuple(row.record for row in rows)


def by_name(rows: Iterable[PeriodRecord], name: Callable[[PeriodRecord], str]) -> dict[str, tuple[str, ...]]:
    """The records by a name of each."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(name(row), []).append(row.record)
    return {each: tuple(records) for each, records in found.items()}


def ordered(found: Iterable[str], order: Sequence[str]) -> list[str]:
    """What was found, in the order given, then the rest by name; what has no name comes last."""
    names = set(found)
    return [name for name in order if name in names] + sorted(names - {*order}, key=lambda name: (not name, name))
