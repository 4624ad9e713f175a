"""Past inspections from a table: kept by the store's own device, marked with the file and row they come from."""

from __future__ import annotations

import re

from sync import records
from sync.central.locale import t
from sync.central.store import Edit
from sync.central.tables import values
from sync.central.tables.counts import imported_record
from sync.central.tables.known import Known
from sync.central.tables.rows import Row
from sync.kinds import IMPORTED

NAMES_APART = re.compile(r"[、,，;；/\s]+")
_TEXTS = ("summary", "good_practice", "effect_on_work", "unit_reply")


def read_inspections(rows: list[Row], known: Known, _on: str) -> None:
    """Make the edit of every row; the same visit twice is refused."""
    seen: dict[str, Row] = {}
    for row in rows:
        for needed in ("unit", "visited_on", "group", "summary"):
            if row.cell(needed) is None:
                row.refuse(needed, t("tables.missing"))
        unit = row.read("unit", known.unit)
        edit = _inspection(row, str(unit or ""), known)
        if edit.record in seen:
            row.refuse("unit", t("tables.same_visit", place=seen[edit.record].place))
        seen.setdefault(edit.record, row)
        row.edits.append(edit)


def _inspection(row: Row, unit: str, known: Known) -> Edit:
    day = row.read("visited_on", lambda cell: values.read_date(cell, known.years))
    read = {
        "visited_on": day,
        "stage": _stage(row, str(day or ""), known),
        "template": IMPORTED,
        "group": row.read("group", known.group),
        "arrived": row.read("arrived", values.read_clock),
        "left": row.read("left", values.read_clock),
        **{name: values.text(row.cell(name)) or None for name in _TEXTS},
        **{f"inspector.{person}": True for person in _inspectors(row, known)},
    }
    record = imported_record("inspection", unit, str(day), str(read["stage"]), str(read["summary"]))
    source = f"{known.file}, {row.origin}"
    fields = {name: value for name, value in read.items() if value is not None} | {"source": source}
    row.refuse_for(records.check("inspection", fields, new=True, role=records.STORE, known_only=True))
    return Edit(ledger=unit, kind="inspection", record=record, fields=fields, why=f"imported from {source}")


def _stage(row: Row, day: str, known: Known) -> str | None:
    if row.cell("stage") is not None:
        stage: str | None = row.read("stage", lambda cell: values.read_choice(cell, known.stages, "stage"))
        return stage
    if day and (by_day := known.stage_on(day)):
        row.doubt("stage", t("tables.stage_by_day", stage=values.choice_words("stage", by_day)))
        return by_day
    row.refuse("stage", t("tables.no_stage"))
    return None


def _inspectors(row: Row, known: Known) -> list[str]:
    """Those named who are users of the program; others have no name here."""
    found = []
    for name in filter(None, NAMES_APART.split(row.line("inspector"))):
        person = known.person(name)
        if person.read:
            found.append(person.read)
        else:
            row.doubt("inspector", t("tables.name_left_out", name=name, why=person.fault))
    return found
