"""Past inspections from a table: kept by the store's own device, marked with the file and row they come from.

A row that names a problem also makes the follow-up that mends it. Rows of one visit, each with a problem of its own,
are one inspection.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync.central.imports import values
from sync.central.imports.counts import imported_record
from sync.central.imports.lookup import Known
from sync.central.imports.names import names_in
from sync.central.imports.problems import follow_up_of, problem_of
from sync.central.imports.rows import Row
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.model import validation
from sync.model.kinds import IMPORTED

_TEXTS = ("good_practice", "effect_on_work", "unit_reply")


def read_inspections(rows: list[Row], known: Known, _on: str) -> None:
    """Make the edits of every row; the same visit twice is refused, unless a row adds a problem to it."""
    visits: dict[str, tuple[Row, Edit]] = {}
    problems: dict[str, Row] = {}
    for row in rows:
        summary = _summary(row)
        for needed in ("unit", "visited_on", "group", "summary"):
            if row.cell(needed) is None and not (needed == "summary" and summary):
                row.refuse(needed, t("tables.missing"))
        unit = row.read("unit", known.unit)
        edit = _inspection(row, str(unit or ""), summary, known)
        problem = follow_up_of(row, edit, known)
        earlier, first = visits.setdefault(edit.record, (row, edit))
        if earlier is row:
            row.edits.append(edit)
        elif problem is None or problem.record in problems or not _is_same_visit(first, edit):
            row.refuse("unit", t("tables.same_visit", place=earlier.place))
        elif earlier.faults:
            row.refuse("unit", t("tables.builds_on", place=earlier.place))
        else:
            row.doubt("unit", t("tables.adds_problem", place=earlier.place))
            row.edits.append(msgspec.structs.replace(edit, fields={**edit.fields, **first.fields}))
        if problem is not None:
            problems.setdefault(problem.record, row)
            row.edits.append(problem)


def _summary(row: Row) -> str:
    """What was found; where a table has no column for it, the problem is all that is said."""
    written = values.text(row.cell("summary"))
    return written if written or "summary" in row.columns else problem_of(row)


def _is_same_visit(first: Edit, edit: Edit) -> bool:
    """Whether two rows say the same of the visit itself, as far as the second says anything."""
    return all(first.fields.get(name, value) == value for name, value in edit.fields.items() if name != "source")


def _inspection(row: Row, unit: str, summary: str, known: Known) -> Edit:
    day = row.read("visited_on", lambda cell: values.read_date(cell, known.years))
    read = {
        "visited_on": day,
        "stage": _stage(row, unit, str(day or ""), known),
        "template": IMPORTED,
        "group": row.read("group", known.group),
        "arrived": row.read("arrived", values.read_clock),
        "left": row.read("left", values.read_clock),
        "summary": summary or None,
        **{name: values.text(row.cell(name)) or None for name in _TEXTS},
        **{f"inspector.{person}": True for person in _inspectors(row, known)},
    }
    record = imported_record("inspection", unit, str(day), str(read["stage"]), str(read["summary"]))
    source = f"{known.file}, {row.origin}"
    fields = {name: value for name, value in read.items() if value is not None} | {"source": source}
    row.refuse_for(validation.check("inspection", fields, new=True, role=validation.STORE, known_only=True))
    return Edit(ledger=unit, kind="inspection", record=record, fields=fields, why=f"imported from {source}")


def _stage(row: Row, unit: str, day: str, known: Known) -> str | None:
    stages = known.stages_on(unit, day)
    if row.cell("stage") is not None:
        stage: str | None = row.read("stage", lambda cell: values.read_choice(cell, stages, "stage"))
        return stage
    if by_day := known.stage_on(unit, day):
        row.doubt("stage", t("tables.stage_by_day", stage=values.choice_words("stage", by_day)))
        return by_day
    row.refuse("stage", t("tables.no_stage"))
    return None


def _inspectors(row: Row, known: Known) -> list[str]:
    """Those named who are users of the program; others have no name here."""
    found: list[Any] = []
    for name in names_in(row.cell("inspector")):
        person = known.person(name)
        if person.read:
            found.append(person.read)
        else:
            row.doubt("inspector", t("tables.name_left_out", name=name, why=person.fault))
    return found
