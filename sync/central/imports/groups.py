"""Supervision groups from a table: who belongs to each, and which units each supervises.

A group's cell merged downwards, or left empty below its first row, holds for the rows under it.
"""

from __future__ import annotations

import hashlib
import re

from sync.central.admin import staff
from sync.central.imports import values
from sync.central.imports.lookup import Known, near_name
from sync.central.imports.names import is_doubtful, names_in, unpadded
from sync.central.imports.rows import Row
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.ledger import ids
from sync.ledger.ids import LEDGER_STAFF
from sync.model import validation

_TO = re.compile(r"\s*(?:至|到|~|～|—+|\.\.|\s-\s)\s*")
_SEVERAL = ("、", ";", "；", "\n", "，", ",")


def read_groups(rows: list[Row], known: Known, _on: str) -> None:
    """Make the edits of every row: groups and persons that are new, and the assignments of units."""
    group, name = "", ""
    assigned: dict[str, tuple[str, Row]] = {}
    terms: dict[str, staff.Term] = {}
    for row in rows:
        written = row.line("group")
        if row.is_refused("group"):  # nor is it known what the rows below it are, that leave the cell empty
            group, name = "", ""
            continue
        if not written and not group:
            row.refuse("group", t("tables.missing"))
            continue
        if not written:
            row.doubt("group", t("tables.group_above", name=name))
        elif near_name(written) != near_name(name):
            name, group = written, _group(row, written, known)
        for role in ("leader", "member"):
            _persons(row, role, group, known)
        term = _term(row, known)
        for unit in _units(row, known):
            if assigned.setdefault(unit, (group, row))[0] != group:
                row.refuse(
                    "unit", t("tables.given_to_another", unit=known.name_of(unit), place=assigned[unit][1].place)
                )
            if terms.setdefault(unit, term) != term:
                row.refuse("unit", t("tables.other_days", unit=known.name_of(unit)))
            _assign(row, unit, group, known, term)
    _refuse_followers(rows)


def _refuse_followers(rows: list[Row]) -> None:
    """A row that builds on a group or person first named in a row that is refused cannot be kept without it."""
    made = {edit.record: row for row in rows for edit in row.edits if "name" in edit.fields}
    for row in rows:
        needed = {each for edit in row.edits for each in (edit.record, *edit.fields.values()) if each in made}
        if not row.faults and (refused := [made[each] for each in needed if made[each].faults]):
            row.refuse("group", t("tables.builds_on", place=refused[0].place))


def _staff(kind: str, record: str, fields: dict[str, object]) -> Edit:
    return Edit(ledger=LEDGER_STAFF, kind=kind, record=record, fields=fields)


def _new_record(kind: str, name: str) -> str:
    """The id of somebody or something first named in a table: the same at every reading of it."""
    return f"{kind}-" + hashlib.sha256(near_name(name).encode()).hexdigest()[:20]


def _group(row: Row, written: str, known: Known) -> str:
    found = known.group(written)
    if found.read:
        return str(found.read)
    group = written if ids.is_plain_id(written) else _new_record("g", written)
    known.groups[group] = written
    row.edits.append(_staff("group", group, {"name": written}))
    _check(row, "group")
    return group


def _persons(row: Row, column: str, group: str, known: Known) -> None:
    for name in names_in(row.cell(column)):
        found = known.person(name)
        if found.read:
            other = known.group_of.get(str(found.read), "")
            if other not in ("", group):
                row.doubt(column, t("tables.changes_group", name=name, group=known.groups.get(other, other)))
            person = str(found.read)
            row.edits.append(_staff("person", person, {"group": group}))
        elif found.several:
            _refuse(row, column, name, found.fault)
            continue
        elif is_doubtful(name):
            _refuse(row, column, name, t("tables.no_name"))
            continue
        else:
            person = _new_record("p", name)
            row.edits.append(_staff("person", person, {"name": name, "role": validation.GROUP, "group": group}))
            _check(row, column)
        known.persons.setdefault(person, name)
        known.group_of[person] = group


def _refuse(row: Row, column: str, name: str, why: str) -> None:
    """Refuse a row for one of the names in a cell; the name is said where the cell holds others, too."""
    alone = values.text(row.cell(column)) == name
    row.refuse(column, why if alone else t("tables.name_why", name=name, why=why))


def _units(row: Row, known: Known) -> list[str]:
    written = values.text(row.cell("unit"))
    if not written:
        return []
    whole = known.unit(written)
    if whole.read:
        return [str(whole.read)]
    for sign in _SEVERAL:
        written = written.replace(sign, "、")
    units = []
    for name in (each.strip() for each in written.split("、")):
        if values.is_nothing(name):
            continue
        found = known.unit(name)
        if found.fault:
            _refuse(row, "unit", name, found.fault)
        else:
            units.append(str(found.read))
    return units


def _assign(row: Row, unit: str, group: str, known: Known, term: staff.Term) -> None:
    fields: dict[str, object] = {"group": group}
    if liaison := row.read("liaison", lambda cell: known.person(unpadded(values.line(cell)))):
        fields["liaison"] = liaison
    edit = staff.assignment(unit, fields, term)
    if not staff.stands(known.access, edit):
        row.edits.append(edit)


def _term(row: Row, known: Known) -> staff.Term:
    """The days of the duties of a row, in two columns or in one (`2026.9.1至2026.12.31`)."""
    since, until = (row.read(name, lambda cell: values.read_date(cell, known.years)) for name in ("from", "until"))
    if row.cell("term") is not None:
        first, _, last = _TO.sub("至", values.text(row.cell("term"))).partition("至")
        since, until = _day(row, first.strip(), known) or since, _day(row, last.strip(), known) or until
    if since and until and until < since:
        row.refuse("until", t("office.ends_first"))
    return staff.Term(since=since or "", until=until or "")


def _day(row: Row, written: str, known: Known) -> str:
    found = values.read_date(written, known.years) if written else None
    if found is not None and found.fault:
        row.refuse("term", found.fault)
    return str(found.read or "") if found is not None else ""


def _check(row: Row, column: str) -> None:
    edit = row.edits[-1]
    row.refuse_for(validation.check(edit.kind, edit.fields, new=True, role=validation.STORE, known_only=True), column)
