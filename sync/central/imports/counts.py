"""Members' counts from a table: one count for each unit and day."""

from __future__ import annotations

import hashlib

from sync.central.imports import values
from sync.central.imports.lookup import Known
from sync.central.imports.rows import Row
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.model import validation

NAMES = validation.KINDS["count"].together


def read_counts(rows: list[Row], known: Known, on: str) -> None:
    """Make the edit of every row; two rows for one unit and day are refused."""
    seen: dict[str, Row] = {}
    for row in rows:
        unit = row.read("unit", known.unit)
        if row.cell("unit") is None:
            row.refuse("unit", t("tables.missing"))
        if unit is None:
            continue
        doubt_words(row)
        read_count_of(row, unit, known, on)
        for edit in row.edits:
            if edit.record in seen:
                row.refuse("unit", t("tables.counted_in", place=seen[edit.record].place))
            seen.setdefault(edit.record, row)


def doubt_words(row: Row) -> None:
    """Say of every count that holds a word for nothing that it is not read as 0."""
    for name in NAMES:
        if row.is_said_to_be_nothing(name):
            row.doubt(name, t("values.no_zero"))


def read_count_of(row: Row, unit: str, known: Known, on: str) -> None:
    """The count a row holds of a unit, on its own day or on `on`."""
    day = row.read("counted_on", lambda cell: values.read_date(cell, known.years)) or on
    fields = {name: row.read(name, values.read_count) for name in NAMES}
    if not day:
        row.refuse("counted_on", t("tables.no_day"))
        return
    if all(value is None for value in fields.values()):
        row.refuse("members", t("tables.nothing_counted"))
    whole = {"counted_on": day, **fields}
    checked = {**whole, "source": known.file}
    row.refuse_for(validation.check("count", checked, new=True, role=validation.STORE, known_only=True))
    record = imported_record("count", unit, day)
    source = f"{known.file}, {row.origin}"
    row.edits.append(
        Edit(
            ledger=unit, kind="count", record=record, fields={**whole, "source": source}, why=f"imported from {source}"
        )
    )


def imported_record(*parts: str) -> str:
    """The id of an imported record: the same row, imported again, is the same record."""
    return "import-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
