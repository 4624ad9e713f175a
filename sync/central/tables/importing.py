"""From a file to edits: its tables read, its headings given their meaning, its rows read and judged as one.

All or nothing, unless the caller asks for the good rows alone; a dry run says everything and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from sync.central import admin, statements
from sync.central.locale import field_words, t
from sync.central.store import Edit, Store
from sync.central.tables import words
from sync.central.tables.counts import read_counts
from sync.central.tables.groups import read_groups
from sync.central.tables.headings import LEFT_OUT, Headings, Meaning, find_headings, likely_headings
from sync.central.tables.inspections import read_inspections
from sync.central.tables.known import Known
from sync.central.tables.read import Table, read_tables
from sync.central.tables.report import CannotRead, Doubt, Rejected, Report
from sync.central.tables.rows import Row, column_doubts, rows_of
from sync.central.tables.units import read_units

_EVERY = 200  # rows between two words of progress
_READERS: dict[str, Callable[[list[Row], Known, str], None]] = {
    "units": read_units,
    "counts": read_counts,
    "groups": read_groups,
    "inspections": read_inspections,
}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be imported. `said`: heading -> field (`-` leaves it out); `on`: the day of undated counts."""

    partial: bool = False
    dry_run: bool = False
    said: Mapping[str, str] = {}
    sheet: str = ""
    year: int | None = None
    on: str = ""
    progress: Callable[[int, int], None] = lambda _done, _total: None  # takes rows checked, and rows in all


def import_table(store: Store, what: str, file: Path, wish: Wish) -> Report:
    """Import units, counts, groups or inspections; raises `CannotRead` for a file that is none of these."""
    known_before = said_before(store, what)
    said = {heading: words.field_called(what, field) for heading, field in wish.said.items()}
    _refuse_unknown_fields(what, said)
    tables = read_tables(file, wish.sheet)
    meaning = Meaning(what, {**known_before, **said})
    headed, doubts = _headed(file.name, tables, meaning)
    report = Report(doubts=doubts)
    if _ask(report, headed):
        return report
    known = Known(store, file.name, wish.year)
    rows: list[Row] = []
    for table, headings in headed:
        report.doubts += column_doubts(table, headings)
        rows += rows_of(table, headings, report.doubts)
        known.years = msgspec.structs.replace(known.years, epoch_1904=table.epoch_1904)
    report.found = len(rows)
    _READERS[what](_Counted(rows, wish.progress), known, wish.on)
    _refuse_orphans(rows, known)
    for row in rows:
        report.doubts += row.doubts
        if row.faults:
            report.rejected.append(Rejected(place=row.place, reason="; ".join(row.faults)))
    _keep(store, report, rows, wish)
    if not wish.dry_run:
        _remember(store, what, said)
    return report


class _Counted(list[Row]):
    """Rows that tell how many of them have been gone through."""

    def __init__(self, rows: list[Row], tell: Callable[[int, int], None]) -> None:
        super().__init__(rows)
        self._tell = tell

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(super().__iter__()):
            if number % _EVERY == 0:
                self._tell(number, len(self))
            yield row


def _headed(name: str, tables: list[Table], meaning: Meaning) -> tuple[list[tuple[Table, Headings]], list[Doubt]]:
    """The tables with their headings; those without any are noted, and if all are, the likeliest one is asked about."""
    found = [(table, find_headings(table, meaning)) for table in tables]
    headed = [(table, headings) for table, headings in found if headings is not None]
    if headed:
        bare = [table for table, headings in found if headings is None and table.rows]
        notes = [
            Doubt(weight="note", sheet=table.name, row=table.rows[0][0], says="", read=t("tables.no_headings"))
            for table in bare
        ]
        return headed, notes
    likely = [(table, headings) for table in tables if (headings := likely_headings(table, meaning)) is not None]
    sought = t("tables.or").join(field_words(each) for each in words.SOUGHT[meaning.what])
    if not likely:
        raise CannotRead(t("files.no_table", file=name, sought=sought))
    if not any(not column.field for _, headings in likely for column in headings.columns):
        raise CannotRead(t("files.no_column", file=name, sought=sought, field=words.SOUGHT[meaning.what][0]))
    return likely[:1], []


def _ask(report: Report, headed: list[tuple[Table, Headings]]) -> bool:
    """Note the headings nobody has given a meaning; whether there are any."""
    for table, headings in headed:
        for column in headings.columns:
            if not column.field and column.heading not in report.asked:
                report.asked.append(column.heading)
                place = t("tables.column", place=table.place(headings.row), column=column.letter)
                report.rejected.append(Rejected(place=place, reason=t("tables.asked", heading=column.heading)))
    return bool(report.asked)


def _refuse_unknown_fields(what: str, said: Mapping[str, str]) -> None:
    strange = [f"{heading}={field}" for heading, field in said.items() if field not in (*words.FIELDS[what], LEFT_OUT)]
    if strange:
        raise CannotRead(t("files.no_field", said="; ".join(strange), fields=fields_said(what)))


def fields_said(what: str) -> str:
    """The fields of an import in the language spoken."""
    return ", ".join(field_words(each) for each in words.FIELDS[what])


def _refuse_orphans(rows: list[Row], known: Known) -> None:
    """A row whose unit's parent is a new unit of a row that is refused cannot be kept either."""
    units = [(row, row.edits[0].ledger) for row in rows if row.edits]
    kept = {unit for row, unit in units if not row.faults}
    refused = {unit for row, unit in units if row.faults and "category" not in known.units.get(unit, {})} - kept
    while refused:
        orphans = [row for row in rows if not row.faults and row.edits and row.edits[0].fields.get("parent") in refused]
        for row in orphans:
            row.refuse("parent", t("tables.refused_itself"))
        refused = {row.edits[0].ledger for row in orphans}


def _keep(store: Store, report: Report, rows: list[Row], wish: Wish) -> None:
    if report.rejected and not wish.partial:
        return
    good = [row for row in rows if not row.faults]
    report.kept = len(good)
    if not wish.dry_run:
        report.changed = admin.put_imported(store, _merged(edit for row in good for edit in row.edits))


def _merged(edits: Iterable[Edit]) -> list[Edit]:
    """Edits of one record as one."""
    merged: dict[tuple[str, str], Edit] = {}
    for edit in edits:
        earlier = merged.get((edit.ledger, edit.record))
        fields = {**earlier.fields, **edit.fields} if earlier else edit.fields
        merged[edit.ledger, edit.record] = msgspec.structs.replace(edit, fields=fields)
    return list(merged.values())


def said_before(store: Store, what: str) -> dict[str, str]:
    """What headings of such files meant before, as the office said."""
    rows = store.engine.read(lambda session: session.rows(statements.HEADINGS, (store.district.id, what)))
    return dict(rows)


def _remember(store: Store, what: str, said: Mapping[str, str]) -> None:
    rows = [(store.district.id, what, heading, field) for heading, field in said.items()]
    if rows:
        store.engine.transact(lambda session: session.many(statements.PUT_HEADING, rows))
