"""Who answered for which unit on a day: the terms of groups and liaison officers, cut where a person left duty.

The office reads them from `staff`; other laptops are told by the store (`terms`), and by one that tells them no terms,
in their scope, how things stand now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from weakref import WeakKeyDictionary

from sync.ledger.ids import LEDGER_STAFF, assignment_record
from sync.replica.as_of.past import as_of, courses, courses_by_record, courses_of, states_on
from sync.replica.as_of.terms import told_of, told_on
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.replica import Reach, Replica
from sync.timeline.duties import (
    LEAVING,
    NEVER_ABSENT,
    NOBODY,
    Absences,
    Courses,
    Duty,
    closed,
    duty_course,
    duty_on,
    has_left,
    off_duty,
)

_known: WeakKeyDictionary[Replica, tuple[object, Mapping[str, Duty]]] = WeakKeyDictionary()


def duties_on(replica: Replica, day: str) -> Mapping[str, Duty]:
    """Return by unit who answered for it at the end of a day; read again when that may have changed."""
    reach = replica.reach
    reads_staff = reach is None or reach.staff
    known, state = _known.get(replica), (day, reads_staff, *(replica.staff_state if reads_staff else replica.state))
    if known is None or known[0] != state:
        known = _known[replica] = (state, _duties_on(replica, day))
    return known[1]


def duty_of(replica: Replica, unit: str, day: str) -> Duty:
    """Return who answered for one unit at the end of a day."""
    reach = replica.reach
    if reach is None:
        return NOBODY
    if not reach.staff:
        return told_of(replica, unit, day) or _standing(reach, unit)
    found = _one(replica, assignment_record(unit))
    if found is None:
        return NOBODY
    return duty_on(duty_course(found, _absences_of(replica, off_duty), _absences_of(replica, closed)), day)


def officers_on(replica: Replica, people: Iterable[str], day: str) -> set[str]:
    """Return who of these is liaison officer on duty at the end of a day; for the office."""
    absent = _absences(replica, "person", off_duty)
    return {person for person in people if _is_there(absent, person, day)}


def groups_on(replica: Replica, groups: Iterable[str], day: str) -> set[str]:
    """Return which of these groups are not closed at the end of a day; for the office."""
    gone = _absences(replica, "group", closed)
    return {group for group in groups if _is_there(gone, group, day)}


def is_here(replica: Replica, person: str, day: str) -> bool:
    """Return whether a person has not left by the end of a day; for the office."""
    found = _one(replica, person)
    return found is not None and not has_left(found, day)


def people_courses(replica: Replica) -> Iterator[tuple[str, Courses]]:
    """Yield every person with the courses of her states; for the office."""
    past, names = courses_by_record(replica, "person"), (*LEAVING, "group")
    for _, person, *stored in replica.connection.execute(_RECORDS, (LEDGER_STAFF, "person")):
        fields = record_fields(*stored)
        held = courses(past.get(person, ()), {name: fields[name] for name in names if name in fields})
        yield person, held


def _duties_on(replica: Replica, day: str) -> Mapping[str, Duty]:
    reach = replica.reach
    if reach is not None and not reach.staff:
        told = told_on(replica, day)
        units = [row[0] for row in replica.connection.execute("SELECT ledger FROM unit")]
        return {unit: told[unit] if unit in told else _standing(reach, unit) for unit in units}
    absent, gone = _absences(replica, "person", off_duty), _absences(replica, "group", closed)
    is_on_duty, is_open = cache(partial(_is_there, absent, day=day)), cache(partial(_is_there, gone, day=day))
    held, once = states_on(replica, "assignment", day), set(replica.connection.execute(_ONCE_HELD, ("assignment",)))
    found: dict[str, Duty] = {}
    for id_, record, stored, body in replica.connection.execute(_RECORDS, (LEDGER_STAFF, "assignment")):
        fields = record_fields(stored, body)
        then = as_of(fields, held[record]) if record in held else fields
        group, liaison = str(then.get("group") or ""), str(then.get("liaison") or "")
        # It is what the fields say where everybody named is on duty, and what is empty always was.
        has_group = is_open(group) if group else "group" not in then and (id_, "group") not in once
        has_officer = is_on_duty(liaison) if liaison else "liaison" not in then and (id_, "liaison") not in once
        if has_group and has_officer and then.get("withdrawn") is not True:
            duty = Duty(group, liaison)
        else:
            duty = duty_on(duty_course(courses_of(replica, id_, fields), absent, gone), day)
        found[str(fields.get("unit", ""))] = duty
    return found


def _is_there(away: Callable[[str], Absences], who: str, day: str) -> bool:
    return not who or next((since for first, since in reversed(away(who)) if first <= day), None) is None


def _standing(reach: Reach, unit: str) -> Duty:
    return Duty(reach.unit_groups.get(unit, reach.group), reach.liaisons.get(unit, ""))


def _absences(replica: Replica, kind: str, read: Callable[[Courses], Absences]) -> Callable[[str], Absences]:
    """Return what says when a person or group was off duty, of all of them read at once."""
    past = courses_by_record(replica, kind)
    rows = replica.connection.execute(_RECORDS, (LEDGER_STAFF, kind))
    held = {record: (stored, body) for _, record, stored, body in rows}

    @cache
    def absences(who: str) -> Absences:
        if who not in held:
            return NEVER_ABSENT
        return read(courses(past.get(who, ()), record_fields(*held[who])))

    return absences


def _absences_of(replica: Replica, read: Callable[[Courses], Absences]) -> Callable[[str], Absences]:
    """Return the same, reading each when it is asked for."""

    def absences(who: str) -> Absences:
        found = _one(replica, who)
        return NEVER_ABSENT if found is None else read(found)

    return absences


def _one(replica: Replica, record: str) -> Courses | None:
    """Return the courses of one record of `staff`; None where there is none."""
    row = replica.connection.execute(
        f"SELECT r.id, r.fields, e.body FROM {BY_NAME} {FIELDS_JOIN} WHERE r.ledger = ? AND n.record = ?"
        " AND r.withdrawn <> 2",
        (LEDGER_STAFF, record),
    ).fetchone()
    return None if row is None else courses_of(replica, row[0], record_fields(*row[1:]))


_RECORDS = (
    f"SELECT r.id, r.record, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = ?"
    " AND r.withdrawn <> 2 ORDER BY r.record"
)
_ONCE_HELD = "SELECT id, field FROM past INDEXED BY past_day WHERE kind = ? AND value IS NOT NULL"
