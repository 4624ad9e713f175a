"""Units from a table: by code, or by name where the office's list has none; their members' counts beside, if given."""

from __future__ import annotations

from typing import Any

from sync.central.admin import participants
from sync.central.imports import counts, values
from sync.central.imports.lookup import Known
from sync.central.imports.repairs import FLAGS, repairs_of
from sync.central.imports.rows import Row
from sync.central.imports.values import Value
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.ledger import ids
from sync.ledger.ids import COMMON_LEDGERS
from sync.model import validation

_LINES = ("batch", "address", "chain.first", "chain.deputy", "chain.contact_point", "chain.direct", "chain.business")


def read_units(rows: list[Row], known: Known, on: str) -> None:
    """Make the edits of every row: the unit's, and its count's where the table counts members."""
    taken: dict[str, Row] = {}
    _refuse_twice(rows)
    units = [(row, _named(row, known, taken)) for row in rows]
    for row, unit in units:
        fields = _fields(row, known)
        if row.line("id") == "" and known.is_former_name(unit, row.line("name")):
            del fields["name"]  # the row means the unit, and does not take its new name away
        if row.cell("parent") is not None:
            fields["parent"] = _parent(row, known, unit)
        _doubt_name(row, unit, known, taken)
        is_new = "category" not in known.units.get(unit, {})
        row.refuse_for(validation.check("unit", fields, new=is_new, role=validation.STORE, known_only=True))
        row.edits.append(Edit(ledger=unit, kind="unit", record=unit, fields=fields, why=f"imported from {known.file}"))
        row.edits += participants.edits(unit, known.roster.records(unit, str(fields.get("batch", ""))))
        row.edits += repairs_of(row, unit, fields, known)
        counts.doubt_words(row)
        if any(row.cell(name) is not None for name in counts.NAMES):
            counts.read_count_of(row, unit, known, on)
    _refuse_circles([(row, unit) for row, unit in units if not row.faults], known)


def _refuse_twice(rows: list[Row]) -> None:
    """Rows without a code that say the same name under the same parent as one above."""
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        said = row.line("name"), row.line("parent")
        if row.cell("name") is not None and row.cell("id") is None and said in seen:
            row.refuse("name", t("tables.stands_in", place=seen[said].place))
        seen.setdefault(said, row)


def _named(row: Row, known: Known, taken: dict[str, Row]) -> str:
    """The row's unit: the code given, the unit of that name, or a new one."""
    name, unit = row.line("name"), row.line("id")
    if not unit:
        unit = _by_name(row, name, known, taken)
    if unit in taken:
        row.refuse("id", t("tables.taken", place=taken[unit].place))
    elif unit in COMMON_LEDGERS or not ids.is_plain_id(unit):
        row.refuse("id", t("tables.no_id"))
    taken.setdefault(unit, row)
    known.add_unit(unit, name)
    return unit


def _by_name(row: Row, name: str, known: Known, taken: dict[str, Row]) -> str:
    """The unit of that name (of several, the one below the parent given), or a new one."""
    called = [each for each in known.units_called(name) if each not in taken]
    parents = known.units_called(row.line("parent")) if row.cell("parent") is not None else []
    fitting = [each for each in called if known.units[each].get("parent") in parents] if parents else called
    if len(fitting) > 1:
        row.refuse("name", t("values.several_units", count=len(fitting)))
    if len(fitting) != 1:
        return ids.new_id()
    its_name = str(known.units[fitting[0]].get("name", ""))
    if its_name != name:
        row.doubt("name", t("tables.near_name", name=its_name))
    return fitting[0]


def _fields(row: Row, known: Known) -> dict[str, Any]:
    read: dict[str, Any] = {"name": row.line("name")}
    read["category"] = row.read("category", lambda cell: values.read_choice(cell, known.categories, "category"))
    read |= {name: row.line(name) for name in _LINES}
    read |= {name: row.read(name, values.read_flag) for name in FLAGS}
    for name in FLAGS:
        if row.is_said_to_be_nothing(name):
            row.doubt(name, t("values.no_answer"))
    read["note"] = values.text(row.cell("note"))
    return {name: value for name, value in read.items() if value is not None and value != ""}


def _parent(row: Row, known: Known, unit: str) -> str | None:
    def named(cell: Any) -> Value:
        value = known.unit(cell)
        return Value(fault=t("tables.itself")) if value.read == unit else value

    parent: str | None = row.read("parent", named)
    return parent


def _doubt_name(row: Row, unit: str, known: Known, taken: dict[str, Row]) -> None:
    """Another unit, of the store or of the file, is called the same or nearly so."""
    name = row.line("name")
    others = [each for each in known.units_nearly_called(name) if each != unit]
    if not name or not others:
        return
    other = others[0]
    its_name = str(known.units[other].get("name", ""))
    where = taken[other].place if other in taken else t("tables.the_unit", unit=other)
    row.doubt("name", t("tables.same_name" if its_name == name else "tables.like_name", name=its_name, where=where))


def _refuse_circles(units: list[tuple[Row, str]], known: Known) -> None:
    """Units that are, by way of their parents, above themselves; a row without a parent leaves the store's."""
    parents = {unit: fields.get("parent") for unit, fields in known.units.items()}
    parents |= {unit: said for row, unit in units if (said := row.edits[0].fields.get("parent"))}
    safe: set[str] = set()
    for row, unit in units:
        path: list[str] = []
        above: Any = unit
        while above in parents and above not in path and above not in safe:
            path.append(above)
            above = parents[above]
        if above in path:
            row.refuse("parent", t("tables.circle"))
        else:
            safe |= set(path)
