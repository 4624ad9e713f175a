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
    or liaison note; `promised_on` is what the newest note promised as the next day; `decision` the stage's newest gate.
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


def unit_facts(replica: Replica, *, stage: str, today: str, until: str) -> list[UnitFacts]:
    """Every unit in scope, by pinyin."""
    connection = replica.connection
    visits = dict(_rows(replica, _STAGE_VISITS, stage))
    contacts = dict(_rows(replica, _CONTACTS))
    notes = {unit: record_fields(stored, body) for unit, _, stored, body in _rows(replica, _NEWEST_NOTES)}
    gates = {unit: (day, record_fields(stored, body)) for unit, day, stored, body in _rows(replica, _GATES, stage)}
    due = {unit: rest for unit, *rest in _rows(replica, _DUE, today, today, today, until)}
    helped = _units_with_liaison(replica)
    found = []
    for unit, name, category, last_visit in connection.execute(_UNITS):
        overdue, oldest, soon = due.get(unit, (0, "", 0))
        decided_on, gate = gates.get(unit, ("", {}))
        found.append(
            UnitFacts(
                unit=unit,
                name=name,
                category=category,
                last_visit=last_visit,
                last_contact=contacts.get(unit, ""),
                stage_visits=visits.get(unit, 0),
                overdue=overdue,
                oldest_due=oldest if overdue else "",
                soon=soon,
                promised_on=str(notes.get(unit, {}).get("next_on", "")),
                decision=str(gate.get("decision", "")),
                decided_on=decided_on,
                has_liaison=unit in helped,
            )
        )
    return found


def setting(replica: Replica, name: str, otherwise: float) -> float:
    """A figure of the settings of the campaign worked in."""
    value = campaign(replica).settings.get(name)
    return value if isinstance(value, int | float) else otherwise


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
_CONTACTS = (
    "SELECT ledger, max(day) FROM record WHERE kind IN ('inspection', 'liaison_note') AND withdrawn = 0 GROUP BY ledger"
)
# SQLite takes the other columns of a `max` from the row that has it.
_NEWEST_NOTES = (
    "SELECT n.ledger, n.day, r.fields, e.body FROM (SELECT ledger, max(day) AS day, id FROM record"
    " WHERE kind = 'liaison_note' AND withdrawn = 0 GROUP BY ledger) n JOIN record r ON r.id = n.id " + FIELDS_JOIN
)
_GATES = (
    "SELECT n.ledger, n.day, r.fields, e.body FROM (SELECT ledger, max(day) AS day, id FROM record"
    " WHERE kind = 'gate' AND withdrawn = 0 AND stage = ? GROUP BY ledger) n JOIN record r ON r.id = n.id "
    + FIELDS_JOIN
)
_DUE = (
    "SELECT ledger, sum(due_on < ?), min(CASE WHEN due_on < ? THEN due_on END), sum(due_on BETWEEN ? AND ?)"
    " FROM follow_up WHERE open = 1 GROUP BY ledger"
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
