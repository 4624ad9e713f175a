"""What is known of every unit in scope for planning visits: one row a unit, read in a handful of grouped queries."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.replica.campaigns import campaign
from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica


class UnitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One unit as of a day. Days are YYYY-MM-DD or empty; `soon` counts follow-ups due from today to `until`.

    `last_visit` is of any inspection, `stage_visits` counts those of the stage, `last_contact` is the newest inspection
    or liaison note; `promised_on` is what the newest note promised as the next day; `decision` the stage's newest gate;
    `watch_until` is the last day on which something that was closed here is still watched.
    """

    unit: str
    name: str
    category: str
    last_visit: str = ""
    last_contact: str = ""
    stage_visits: int = 0
    overdue: int = 0
    oldest_due: str = ""
    soon: int = 0
    promised_on: str = ""
    decision: str = ""
    decided_on: str = ""
    has_liaison: bool = False
    watch_until: str = ""


def unit_facts(replica: Replica, *, stage: str, today: str, until: str) -> list[UnitFacts]:
    """Every unit in scope, by pinyin."""
    connection = replica.connection
    visits = dict(_rows(replica, _STAGE_VISITS, stage))
    notes = {unit: (day, record_fields(stored, body)) for unit, day, stored, body in _rows(replica, _NEWEST_NOTES)}
    gates = {unit: (day, record_fields(stored, body)) for unit, day, stored, body in _rows(replica, _GATES, stage)}
    due = {unit: rest for unit, *rest in _rows(replica, _DUE, today, today, until)}
    helped = _units_with_liaison(replica)
    watched = dict(_rows(replica, _WATCHED, today))
    found = []
    for unit, name, category, last_visit in connection.execute(_UNITS):
        overdue, oldest, soon = due.get(unit, (0, "", 0))
        decided_on, gate = gates.get(unit, ("", {}))
        noted_on, note = notes.get(unit, ("", {}))
        found.append(
            UnitFacts(
                unit=unit,
                name=name,
                category=category,
                last_visit=last_visit,
                last_contact=max(last_visit, noted_on),
                stage_visits=visits.get(unit, 0),
                overdue=overdue,
                oldest_due=oldest if overdue else "",
                soon=soon,
                promised_on=str(note.get("next_on", "")),
                decision=str(gate.get("decision", "")),
                decided_on=decided_on,
                has_liaison=unit in helped,
                watch_until=watched.get(unit, ""),
            )
        )
    return found


def setting(replica: Replica, name: str, otherwise: float) -> float:
    """A figure of the settings of the campaign worked in."""
    value = campaign(replica).settings.get(name)
    return value if isinstance(value, int | float) else otherwise


class AtGate(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one unit at a stage's gate: its visits in the stage (fields, oldest first), newest decision
    and newest survey of the stage (fields, empty without)."""

    unit: str
    name: str
    category: str
    last_visit: str = ""
    visits: list[dict[str, Any]] = []
    gate: dict[str, Any] = {}
    survey: dict[str, Any] = {}


def at_gate(replica: Replica, stage: str, unit: str = "") -> list[AtGate]:
    """Every unit in scope, or one, at the gate of a stage; by pinyin."""
    visits: dict[str, list[dict[str, Any]]] = {}
    newest: dict[str, dict[str, dict[str, Any]]] = {"gate": {}, "survey": {}}
    for kind, ledger, stored, body in _rows(
        replica, _OF_STAGE.format("AND r.ledger = ?" if unit else ""), *_given(stage, unit)
    ):
        fields = record_fields(stored, body)
        if kind == "inspection":
            visits.setdefault(ledger, []).append(fields)
        else:
            newest[kind][ledger] = fields
    return [
        AtGate(
            unit=ledger,
            name=name,
            category=category,
            last_visit=last_visit,
            visits=visits.get(ledger, []),
            gate=newest["gate"].get(ledger, {}),
            survey=newest["survey"].get(ledger, {}),
        )
        for ledger, name, category, last_visit in _rows(replica, _UNITS)
        if unit in ("", ledger)
    ]


def _given(stage: str, unit: str) -> tuple[str, ...]:
    return tuple(value for _ in range(3) for value in (stage, *((unit,) if unit else ())))


def _rows(replica: Replica, statement: str, *values: object) -> list[tuple[Any, ...]]:
    return replica.connection.execute(statement, values).fetchall()


def _units_with_liaison(replica: Replica) -> set[str]:
    scope = replica.scope
    if scope is not None and not scope.staff:
        return {unit for unit, person in scope.liaisons.items() if person}
    return {
        str(fields["unit"])
        for fields in (record_fields(*row) for row in _rows(replica, _ASSIGNMENTS))
        if fields.get("unit") and fields.get("liaison")
    }


_UNITS = "SELECT ledger, name, category, last_visit FROM unit WHERE withdrawn = 0 ORDER BY pinyin, ledger"
_STAGE_VISITS = (
    "SELECT ledger, count(*) FROM record WHERE kind = 'inspection' AND withdrawn = 0 AND stage = ? GROUP BY ledger"
)
# Each is read from an index of its own; the newest of a unit by one step into it.
_NEWEST_NOTES = (
    "SELECT r.ledger, r.day, r.fields, e.body FROM unit u JOIN record r ON r.id = (SELECT id FROM record"
    " WHERE ledger = u.ledger AND kind = 'liaison_note' AND withdrawn = 0 ORDER BY day DESC, id DESC LIMIT 1) "
    + FIELDS_JOIN
)
# SQLite takes the other columns of a `max` from the row that has it.
_GATES = (
    "SELECT n.ledger, n.day, r.fields, e.body FROM (SELECT ledger, max(day) AS day, id FROM record"
    " WHERE kind = 'gate' AND withdrawn = 0 AND stage = ? GROUP BY ledger) n JOIN record r ON r.id = n.id "
    + FIELDS_JOIN
)
# The few that are watched have an index; left to itself, SQLite walks all follow-ups unit by unit.
_WATCHED = (
    "SELECT ledger, max(watch) FROM follow_up INDEXED BY follow_up_watch WHERE watch <> '' AND watch >= ?"
    " GROUP BY ledger"
)
_OPEN = "FROM follow_up f WHERE f.ledger = u.ledger AND f.open = 1"
_DUE = (
    f"SELECT ledger, (SELECT count(*) {_OPEN} AND f.due_on < ?), (SELECT min(f.due_on) {_OPEN}),"
    f" (SELECT count(*) {_OPEN} AND f.due_on BETWEEN ? AND ?) FROM unit u WHERE withdrawn = 0 AND open > 0"
)


_OF_STAGE = " UNION ALL ".join(
    "SELECT * FROM (SELECT r.kind, r.ledger, r.fields, e.body FROM record r "
    + FIELDS_JOIN
    + f" WHERE r.kind = '{kind}' AND r.withdrawn = 0 AND r.stage = ? {{0}} ORDER BY r.day, r.id)"
    for kind in ("inspection", "gate", "survey")
)
_ASSIGNMENTS = (
    f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN}"
    " WHERE r.ledger = 'staff' AND r.kind = 'assignment' AND r.withdrawn = 0"
)


def visits_around(replica: Replica, unit: str, year: str, record: str) -> list[tuple[str, str]]:
    """The unit's other inspections of a year as (day, group)."""
    found = replica.connection.execute(
        f"SELECT r.day, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'inspection'"
        " AND r.withdrawn = 0 AND r.day >= ? AND r.day < ? AND r.record <> ? ORDER BY r.day",
        (unit, year, year + "\U0010ffff", record),
    )
    return [(day, str(record_fields(stored, body).get("group", ""))) for day, stored, body in found]
