"""What became of a unit that closed, what it came from, and which follow-ups went from one to the other.

A unit that is not in scope is called what it was called when the one was closed into the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sync.replica.as_of.existing_units import units_there
from sync.replica.as_of.parents import circled
from sync.replica.as_of.past import STATUS_ON
from sync.replica.as_of.planning_then import NO_ITEMS, items_then
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, former_names, record_fields
from sync.replica.queries.rows import UnitCard
from sync.replica.replica import Replica


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A follow-up of this unit that was handed over or taken over; `other` is the unit it went to or came from.

    `other` and `other_name` are empty where only the other unit's laptops know.
    """

    record: str
    title: str
    day: str
    other: str = ""
    other_name: str = ""


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """`successors` and `predecessors` are (id, name); `gave` and `got` the follow-ups handed over and taken over."""

    closed_on: str = ""
    closed_why: str = ""
    successors: list[tuple[str, str]] = []
    predecessors: list[tuple[str, str]] = []
    gave: list[Carried] = []
    got: list[Carried] = []


def succession(replica: Replica, card: UnitCard, day: str = "") -> Succession:
    """Return what a unit became and came from, up to the end of a day where one is named; of most units nothing."""
    fields = card.fields
    closed_on = str(fields.get("closed_on") or "")
    successors = _named(replica, fields, "successor") if closed_on else {}
    predecessors = _named(replica, fields, "predecessor")
    if day:
        predecessors = {unit: name for unit, name in predecessors.items() if _had_closed(replica, unit, day)}
    return Succession(
        closed_on=closed_on,
        closed_why=str(fields.get("closed_why") or "") if closed_on else "",
        successors=list(successors.items()),
        predecessors=list(predecessors.items()),
        gave=_carried(replica, card.id, "carried_to", successors, day) if successors else [],
        got=_carried(replica, card.id, "carried_from", predecessors, day) if predecessors else [],
    )


def _named(replica: Replica, fields: Mapping[str, Any], family: str) -> dict[str, str]:
    """Return the units of a family of fields by id, with their names."""
    told = {name.partition(".")[2]: str(value) for name, value in fields.items() if name.startswith(f"{family}.")}
    if first := str(fields.get(family) or ""):
        told = {first: told.get(first, first), **told}
    return {unit: _name(replica, unit) or name for unit, name in told.items()}


def _name(replica: Replica, unit: str) -> str:
    row = replica.connection.execute("SELECT name FROM unit WHERE ledger = ?", (unit,)).fetchone()
    return str(row[0]) if row else ""


def _had_closed(replica: Replica, unit: str, day: str) -> bool:
    """Return whether a unit had closed by the end of a day; one that is not here had."""
    row = replica.connection.execute("SELECT closed_on FROM unit WHERE ledger = ?", (unit,)).fetchone()
    return row is None or "" < str(row[0]) <= day


def _carried(replica: Replica, unit: str, field: str, others: Mapping[str, str], day: str) -> list[Carried]:
    """Return the follow-ups of a unit that name another one in `field` and were here at the end of a day, if named."""
    rows = replica.connection.execute(
        "SELECT r.record, r.title, r.day, r.fields, e.body FROM follow_up f CROSS JOIN record r ON r.id = f.id"
        f" {FIELDS_JOIN} WHERE f.ledger = ? AND (? = '' OR {STATUS_ON} <> '') ORDER BY r.day, r.record",
        (unit, day, day),
    ).fetchall()
    found = []
    for record, title, opened, *stored in rows:
        named = record_fields(*stored).get(field)
        if isinstance(named, str):
            other = _ledger_of(replica, named) or (next(iter(others)) if len(others) == 1 else "")
            name = others.get(other, "") or _name(replica, other)
            found.append(Carried(record=record, title=title, day=opened, other=other, other_name=name))
    return found


def _ledger_of(replica: Replica, record: str) -> str:
    row = replica.connection.execute(f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ?", (record,)).fetchone()
    return str(row[0]) if row else ""


def once_called(replica: Replica, unit: str) -> list[str]:
    """Return what a unit was called before, the oldest first."""
    row = replica.connection.execute(
        f"SELECT r.id, r.fields, e.body FROM {BY_NAME} {FIELDS_JOIN} WHERE n.record = ? AND r.ledger = ?", (unit, unit)
    ).fetchone()
    return former_names(replica.connection, row[0], record_fields(*row[1:])) if row else []


class SubUnit(msgspec.Struct, frozen=True):
    """A unit below another one; `depth` is 1 directly below it. `open` and `overdue` count its follow-ups."""

    unit: str
    name: str
    depth: int
    open: int
    overdue: int


def sub_units_then(replica: Replica, unit: str, day: str) -> list[SubUnit]:
    """Return the units below a unit at the end of a day, with what was open and overdue there then."""
    below: dict[str, list[tuple[str, str]]] = {}
    parents: dict[str, str] = {}
    for ledger, name, fields in units_there(replica, day):
        if parent := str(fields.get("parent") or ""):
            parents[ledger] = parent
            below.setdefault(parent, []).append((ledger, name))
    items, seen = items_then(replica, day, day), {unit, *circled(replica.connection, parents)}

    def walked(above: str, depth: int) -> Iterator[SubUnit]:
        for ledger, name in below.get(above, ()):
            if ledger not in seen:
                seen.add(ledger)
                open_, overdue, *_ = items.get(ledger, NO_ITEMS)
                yield SubUnit(ledger, name, depth, open_, overdue)
                yield from walked(ledger, depth + 1)

    return list(walked(unit, 1))


def sub_units(replica: Replica, unit: str, today: str) -> list[SubUnit]:
    """Return the units below a unit that have not closed, each after the one above it."""
    found: list[SubUnit] = []
    waiting, seen = [(unit, 0)], {unit, *circled(replica.connection)}
    while waiting:
        above, depth = waiting.pop()
        below = []
        for ledger, name, open_, overdue in replica.connection.execute(_BELOW, (today, above)).fetchall():
            if ledger not in seen:
                seen.add(ledger)
                below.append((SubUnit(ledger, name, depth + 1, open_, overdue), ledger))
        found = _after(found, above, [row for row, _ in below])
        waiting += [(ledger, depth + 1) for _, ledger in below]
    return found


def _after(found: list[SubUnit], above: str, below: list[SubUnit]) -> list[SubUnit]:
    place = next((place for place, row in enumerate(found, start=1) if row.unit == above), len(found))
    return [*found[:place], *below, *found[place:]]


_BELOW = (
    "SELECT ledger, name, open, (SELECT count(*) FROM follow_up f WHERE f.ledger = unit.ledger AND f.open = 2"
    " AND f.due_on < ?) FROM unit WHERE parent = ? AND withdrawn = 0 ORDER BY pinyin, ledger"
)
