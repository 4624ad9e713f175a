"""Who answered for which unit on a day: the terms of groups and liaison officers, cut where a person left duty.

The office reads them from `staff`; other laptops are told by their scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from sync.ids import LEDGER_STAFF, assignment_record
from sync.kinds import LIAISON
from sync.replica.derive import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.past import as_of, held_by, last_change, last_changes, states_on
from sync.replica.replica import Reach, Replica


class Duty(msgspec.Struct, frozen=True):
    """The group and the liaison officer of a unit, empty without; `vacant_since`: the day an officer went off duty."""

    group: str = ""
    liaison: str = ""
    vacant_since: str = ""


NOBODY = Duty()
_known: WeakKeyDictionary[Replica, tuple[object, Mapping[str, Duty]]] = WeakKeyDictionary()


def duties_on(replica: Replica, day: str) -> Mapping[str, Duty]:
    """Return by unit who answered for it at the end of a day; read again when the file has changed."""
    known, state = _known.get(replica), (day, *replica.state)
    if known is None or known[0] != state:
        known = _known[replica] = (state, _duties_on(replica, day))
    return known[1]


def duty_of(replica: Replica, unit: str, day: str) -> Duty:
    """Return who answered for one unit at the end of a day."""
    reach = replica.reach
    if reach is None:
        return NOBODY
    if not reach.staff:
        return _told(reach, unit)
    fields = _one_on(replica, assignment_record(unit), day)
    people = {person: _one_on(replica, person, day) for person in (str(fields.get("liaison") or ""),) if person}
    groups = {group: _one_on(replica, group, day) for group in (str(fields.get("group") or ""),) if group}
    return _duty(fields, people, groups, day)


def _duties_on(replica: Replica, day: str) -> Mapping[str, Duty]:
    reach = replica.reach
    if reach is not None and not reach.staff:
        units = [row[0] for row in replica.connection.execute("SELECT ledger FROM unit")]
        return {unit: _told(reach, unit) for unit in units}
    people, groups = staff_on(replica, "person", day), staff_on(replica, "group", day)
    assignments = staff_on(replica, "assignment", day).values()
    return {str(fields.get("unit", "")): _duty(fields, people, groups, day) for fields in assignments}


def _told(reach: Reach, unit: str) -> Duty:
    return Duty(reach.unit_groups.get(unit, reach.group), reach.liaisons.get(unit, ""))


def _duty(
    fields: Mapping[str, Any],
    people: Mapping[str, Mapping[str, Any]],
    groups: Mapping[str, Mapping[str, Any]],
    day: str,
) -> Duty:
    group, liaison = str(fields.get("group") or ""), str(fields.get("liaison") or "")
    closed = str(groups.get(group, {}).get("closed_on") or "9999") <= day
    gone = _off_duty_since(people[liaison], day) if liaison in people else ""
    return Duty("" if closed else group, "" if gone else liaison, gone)


def staff_on(replica: Replica, kind: str, day: str) -> dict[str, dict[str, Any]]:
    """Return the records of a kind in `staff` as they were at the end of a day; withdrawn ones are left out.

    `off_since` is added to a person: the day since which she has not been what she was.
    """
    held = states_on(replica, kind, day)
    rows = replica.connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = ?"
        " AND r.withdrawn <> 2 ORDER BY r.record",
        (LEDGER_STAFF, kind),
    )
    found = {record: as_of(record_fields(*row), held.get(record)) for record, *row in rows}
    if kind == "person":
        for record, day_of_change in last_changes(replica, kind, ("left", "left_on", "role"), day).items():
            if record in found:
                found[record]["off_since"] = day_of_change
    return {record: fields for record, fields in found.items() if fields.get("withdrawn") is not True}


def _one_on(replica: Replica, record: str, day: str) -> dict[str, Any]:
    """Return one record of `staff` as it was at the end of a day; empty where there is none."""
    row = replica.connection.execute(
        f"SELECT r.id, r.fields, e.body FROM {BY_NAME} {FIELDS_JOIN} WHERE r.ledger = ? AND n.record = ?"
        " AND r.withdrawn <> 2",
        (LEDGER_STAFF, record),
    ).fetchone()
    if row is None:
        return {}
    fields = as_of(record_fields(*row[1:]), held_by(replica, row[0], day))
    fields["off_since"] = last_change(replica, row[0], ("left", "left_on", "role"), day)
    return {} if fields.get("withdrawn") is True else fields


def _off_duty_since(person: Mapping[str, Any], day: str) -> str:
    """Return the day since which a person is no liaison officer on duty; empty for one who is."""
    left = str(person.get("left_on") or "")
    if left and left <= day:
        return left
    if person.get("left") is True or person.get("role") != LIAISON:
        return str(person.get("off_since") or day)
    return ""
