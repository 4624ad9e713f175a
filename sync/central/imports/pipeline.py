"""From a file to edits: its tables read, its headings given their meaning, its rows read and judged as one.

All or nothing, unless the caller asks for the good rows alone; a dry run says everything and keeps nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from sync.central.admin import staff
from sync.central.imports import mappings
from sync.central.imports import synonyms as words
from sync.central.imports.counts import read_counts
from sync.central.imports.days import doubt_days
from sync.central.imports.files.read import Table, read_tables
from sync.central.imports.groups import read_groups
from sync.central.imports.headings import LEFT_OUT, Column, Headings, Meaning, find_headings, likely_headings
from sync.central.imports.inspections import read_inspections
from sync.central.imports.lookup import Known
from sync.central.imports.report import CannotRead, Doubt, Question, Rejected, Report
from sync.central.imports.rows import Answers, Row, column_doubts, looks_personal, rows_of
from sync.central.imports.units import read_units
from sync.central.imports.values import choice_words
from sync.central.locale import field_words, t
from sync.central.service.store import Edit, Store

CHOICES = {
    "units": "category",
    "inspections": "stage",
}  # what the words of a list are, that the office may give meanings
_EVERY = 200  # rows between two words of progress
_READERS: dict[str, Callable[[list[Row], Known, str], None]] = {
    "units": read_units,
    "counts": read_counts,
    "groups": read_groups,
    "inspections": read_inspections,
}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be imported. `said`: heading -> field (`-` leaves it out); `on`: the day of undated counts.

    `words`: a word in a cell -> the category or stage it means; `given`: field -> what every row without a value has;
    `hidden`, `struck`: whether such rows are read (`read`, `skip`, or not said). `asking`: somebody is there to answer,
    so nothing is kept while a question is open.
    """

    partial: bool = False
    dry_run: bool = False
    asking: bool = False
    said: Mapping[str, str] = {}
    words: Mapping[str, str] = {}
    given: Mapping[str, str] = {}
    hidden: str = ""
    struck: str = ""
    sheet: str = ""
    year: int | None = None
    on: str = ""
    campaign: str = ""  # of templates
    since: str = ""  # the day from which units take part in the campaign of their batch; its first day without
    progress: Callable[[int, int], None] = lambda _done, _total: None  # takes rows checked, and rows in all


def import_table(store: Store, what: str, file: Path, wish: Wish) -> Report:
    """Import units, counts, groups or inspections; raises `CannotRead` for a file that is none of these."""
    said = {heading: words.field_called(what, field) for heading, field in wish.said.items()}
    given = {words.field_called(what, field): value for field, value in wish.given.items()}
    _refuse_unknown_fields(what, said, given)
    known = Known(store, file.name, wish.year, since=wish.since)
    meant = _meant(store, what, known, wish)
    tables = read_tables(file, wish.sheet)
    meaning = Meaning(what, {**mappings.said_before(store, what), **said})
    report = Report()
    headed = _headed(file.name, tables, meaning, wish.hidden, report)
    if _ask(report, headed, wish.hidden):
        return report
    rows: list[Row] = []
    answers = Answers(hidden=wish.hidden, struck=wish.struck, given=given)
    for table, headings in headed:
        report.doubts += column_doubts(table, headings)
        rows += rows_of(table, headings, answers, report)
        known.years = msgspec.structs.replace(known.years, epoch_1904=table.epoch_1904)
    report.found = len(rows)
    _READERS[what](_Counted(rows, wish.progress), known, wish.on)
    _refuse_orphans(rows, known)
    doubt_days(rows, known.today)
    for row in rows:
        report.doubts += row.doubts
        for question in row.asked:
            report.ask(msgspec.structs.replace(question, among=_among(known, question.field)))
        if row.faults:
            report.rejected.append(Rejected(place=row.place, reason="; ".join(row.faults)))
    _keep(store, report, rows, wish)
    _tell_of_batches(report, rows, known)
    if report.kept and not wish.dry_run:
        mappings.remember(store, what, said)
        mappings.remember(store, CHOICES.get(what, ""), meant)
    return report


def _among(known: Known, field: str) -> dict[str, str]:
    """What a word of a field may mean."""
    ids = {"category": known.categories, "stage": known.stages}.get(field, {})
    return {choice_words(field, each): each for each in dict.fromkeys(ids.values())}


def _meant(store: Store, what: str, known: Known, wish: Wish) -> dict[str, str]:
    """What the office says now that words in cells mean; taken up by `known`, with what it said before."""
    choice = CHOICES.get(what)
    if choice is None:
        if wish.words:
            raise CannotRead(t("import.no_words", words=", ".join(wish.words)))
        return {}
    ids = known.categories if choice == "category" else known.stages
    meant = {word: ids.get(words.plain(value), value) for word, value in wish.words.items()}
    if strange := [f"{word}={value}" for word, value in meant.items() if value not in ids.values()]:
        there = ", ".join(dict.fromkeys(choice_words(choice, each) for each in ids.values()))
        raise CannotRead(t("import.no_such_word", said="; ".join(strange), what=t(f"field.{choice}"), there=there))
    ids |= {words.plain(word): value for word, value in {**mappings.said_before(store, choice), **meant}.items()}
    return meant


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


def _headed(
    name: str, tables: list[Table], meaning: Meaning, hidden: str, report: Report
) -> list[tuple[Table, Headings]]:
    """The tables with their headings; those without any are noted, and if all are, the likeliest one is asked about.

    A hidden sheet with a table is read, skipped or asked about as `hidden` says.
    """
    found = [(table, find_headings(table, meaning)) for table in tables]
    headed = []
    for table, headings in found:
        if table.hidden and table.wrong and hidden == "read":
            raise CannotRead(table.wrong)
        if table.hidden and (table.rows or table.wrong) and (headings is None or hidden != "read"):
            _set_sheet_apart(table, headings is not None or bool(table.wrong), hidden, report)
        elif headings is not None:
            headed.append((table, headings))
    if headed or report.rejected:
        report.doubts += [
            Doubt(weight="note", sheet=table.name, row=table.rows[0][0], says="", read=t("tables.no_headings"))
            for table, headings in found
            if headings is None and table.rows and not table.hidden
        ]
        return headed
    seen = [table for table in tables if not table.hidden or hidden == "read"]
    likely = [(table, headings) for table in seen if (headings := likely_headings(table, meaning)) is not None]
    sought = t("tables.or").join(field_words(each) for each in words.SOUGHT[meaning.what])
    if not likely:
        raise CannotRead(t("files.no_table", file=name, sought=sought))
    if not any(not column.field for _, headings in likely for column in headings.columns):
        raise CannotRead(t("files.no_column", file=name, sought=sought, field=words.SOUGHT[meaning.what][0]))
    return likely[:1]


def _set_sheet_apart(table: Table, is_table: bool, hidden: str, report: Report) -> None:
    """Note a hidden sheet that is not read, or ask about one that holds a table."""
    if is_table and hidden != "skip":
        place = t("tables.sheet", sheet=table.name)
        report.rejected.append(Rejected(place=place, reason=t("tables.hidden_sheet")))
        report.ask(Question(about="hidden", says=table.name, place=place))
    else:
        row = table.rows[0][0] if table.rows else 1
        report.doubts.append(Doubt(weight="note", sheet=table.name, row=row, says="", read=t("tables.sheet_skipped")))


def _ask(report: Report, headed: list[tuple[Table, Headings]], hidden: str) -> bool:
    """Ask for headings nobody has given a meaning, and hidden columns; whether there are any."""
    for table, headings in headed:
        for at, column in enumerate(headings.columns):
            place = t("tables.column", place=table.place(headings.row), column=column.letter)
            is_hidden = column.index in table.hidden_columns and column.field != LEFT_OUT and hidden != "read"
            if is_hidden and hidden == "skip":
                headings.columns[at] = msgspec.structs.replace(column, field=LEFT_OUT)
            elif is_hidden:
                reason = t("tables.hidden_column", heading=column.heading)
                _ask_of_column(report, column, Question(about="hidden", says=column.heading, place=place), reason)
            elif not column.field and looks_personal(table, headings, column):
                headings.columns[at] = msgspec.structs.replace(column, field=LEFT_OUT)
            elif not column.field:
                reason = t("tables.asked", heading=column.heading)
                _ask_of_column(report, column, Question(about="heading", says=column.heading, place=place), reason)
    return bool(report.asked)


def _ask_of_column(report: Report, column: Column, question: Question, reason: str) -> None:
    if column.heading not in report.asked:
        report.asked.append(column.heading)
        report.ask(question)
        report.rejected.append(Rejected(place=question.place, reason=reason))


def _refuse_unknown_fields(what: str, said: Mapping[str, str], given: Mapping[str, str]) -> None:
    strange = [f"{heading}={field}" for heading, field in said.items() if field not in (*words.FIELDS[what], LEFT_OUT)]
    strange += [f"{field}={value}" for field, value in given.items() if field not in words.FIELDS[what]]
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
    if (report.rejected and not wish.partial) or (report.questions and wish.asking):
        return
    good = [row for row in rows if not row.faults]
    report.kept = len(good)
    if not wish.dry_run:
        report.changed = staff.put_imported(store, _merged(edit for row in good for edit in row.edits))


def _tell_of_batches(report: Report, rows: list[Row], known: Known) -> None:
    """Note how many units that are kept take part by their batch from now on, and whose batch fits no campaign."""
    if not report.kept:
        return
    written = [edit for row in rows if not row.faults for edit in row.edits]
    report.enrolled = dict(Counter(edit.fields["campaign"] for edit in written if edit.kind == "participation"))
    batches = Counter(str(edit.fields.get("batch")) for edit in written if edit.kind == "unit")
    report.unfit = {batch: batches[batch] for batch in sorted(known.roster.unfit) if batches[batch]}


def _merged(edits: Iterable[Edit]) -> list[Edit]:
    """Edits of one record as one."""
    merged: dict[tuple[str, str], Edit] = {}
    for edit in edits:
        earlier = merged.get((edit.ledger, edit.record))
        fields = {**earlier.fields, **edit.fields} if earlier else edit.fields
        merged[edit.ledger, edit.record] = msgspec.structs.replace(edit, fields=fields)
    return list(merged.values())
