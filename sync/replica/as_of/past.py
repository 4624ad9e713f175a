"""States as of a day: what units, duties and people were then, where that differs from what they are now.

Read from the table `past`, whose rows say what a state held before a day; `derive` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.model.days import ALWAYS
from sync.model.workflow import OUTSTANDING, UNDER_WAY
from sync.replica.replica import Replica
from sync.timeline.course import Course
from sync.timeline.duties import Courses

States = Mapping[str, Mapping[str, Any]]  # by record: field -> what it held, None for nothing


def _held(field: str, column: str) -> str:
    """Return the expression for what a state of a follow-up was at the end of a day; `column`: what it is at last."""
    return (
        f"coalesce((SELECT ifnull(p.value, '') FROM past p WHERE p.id = f.id AND p.field = '{field}' AND p.until > ?"
        f" ORDER BY p.until LIMIT 1), f.{column})"
    )


# What a follow-up's status and due date were at the end of a day; f: a row of `follow_up`. One that was handed over has
# an empty status before that day.
STATUS_ON, DUE_ON = _held("status", "status"), _held("due_on", "due_on")
# And its class, whose it was, and who had reported and verified it.
_HELD_ON = [
    f"{_held(field, column)} AS {name}"
    for field, column, name in (
        ("class", "class", "class"),
        ("lead_unit", "lead", "lead"),
        ("responsible_unit", "responsible", "responsible"),
        ("responsible_post", "post", "post"),
        ("reported_by", "reported_by", "reporter"),
        ("verified_by", "verified_by", "verifier"),
    )
]
_OUTSTANDING, _UNDER_WAY = (f"({', '.join(map(repr, statuses))})" for statuses in (OUTSTANDING, UNDER_WAY))
# Settled since the day on which it was outstanding for the last time.
SETTLED_ON = (
    "(SELECT max(p.until) FROM past p WHERE p.id = f.id AND p.field = 'status' AND p.until <= ?"
    f" AND p.value IN {_OUTSTANDING})"
)
_MOVED_BY = (
    "(SELECT count(*) FROM past p WHERE p.id = f.id AND p.field = 'due_on' AND p.value IS NOT NULL AND p.until <= ?)"
)
# In place of the table `follow_up`: the same as it was at the end of a day, which stands in it again and again. One
# that was to be handed over later is not there yet; one that was outstanding was not watched, and nobody had reported
# or verified what stood before that step (`past` names the first from the beginning on). The limit keeps SQLite from
# asking for each state anew wherever its column is named.
FOLLOW_UPS_THEN = (
    f"(SELECT *, (status IN {_OUTSTANDING}) + (status IN {_UNDER_WAY}) AS open,"
    f" CASE WHEN status IN {_OUTSTANDING} THEN '' ELSE watch_until END AS watch,"
    " CASE WHEN status IN ('open', 'in_progress') THEN '' ELSE reporter END AS reported_by,"
    " CASE WHEN status IN ('open', 'in_progress', 'reported', 'returned') THEN '' ELSE verifier END AS verified_by FROM"
    " (SELECT f.id AS id, f.record AS record, f.ledger AS ledger, f.nature AS nature, f.title AS title,"
    f" {', '.join(_HELD_ON)}, f.watch AS watch_until,"
    f" {STATUS_ON} AS status, {DUE_ON} AS due_on, {SETTLED_ON} AS settled_on,"
    f" f.first_due AS first_due, {_MOVED_BY} AS moved,"
    " f.doer AS doer"
    " FROM follow_up f CROSS JOIN record d ON d.id = f.id WHERE d.day <= ? LIMIT -1) WHERE status <> '')"
)


def then(day: str) -> tuple[str, ...]:
    """Return the values that `FOLLOW_UPS_THEN` wants for a day."""
    return (day,) * FOLLOW_UPS_THEN.count("?")


_decode = msgspec.json.Decoder().decode
_TEXTS = (
    *("name", "category", "parent", "batch", "closed_on", "chain."),
    *("group", "liaison", "role", "left_on", "from", "until", "corrected", "status", "due_on"),
    *("class", "lead_unit", "responsible_unit", "responsible_post", "reported_by", "verified_by"),
)


def states_on(replica: Replica, kind: str, day: str) -> States:
    """Return for records of a kind the fields that held something else on a day than they hold now."""
    found: dict[str, dict[str, Any]] = {}
    for record, field, value in replica.connection.execute(_PAST, (kind, day)):
        found.setdefault(record, {})[field] = _value(field, value)  # the first change after the day is read last
    return found


def as_of(fields: Mapping[str, Any], held: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a record's fields with what it held instead."""
    if not held:
        return dict(fields)
    return {name: value for name, value in {**fields, **held}.items() if value is not None}


def held_by(replica: Replica, id_: int, day: str) -> dict[str, Any]:
    """Return the same of one record, by its row."""
    rows = replica.connection.execute(
        "SELECT field, value FROM past WHERE id = ? AND until > ? ORDER BY until DESC", (id_, day)
    )
    return {field: _value(field, value) for field, value in rows}


def courses_of(replica: Replica, id_: int, fields: Mapping[str, Any]) -> Courses:
    """Return what the states of one record held from which day on; `fields`: what they hold at last."""
    rows = replica.connection.execute("SELECT field, until, value FROM past WHERE id = ? ORDER BY until", (id_,))
    return courses(rows, fields)


def courses_by_record(replica: Replica, kind: str) -> dict[str, list[tuple[str, str, str | None]]]:
    """Return for records of a kind what their states held before which days, as `courses` takes it."""
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for record, *row in replica.connection.execute(_EVERY_PAST, (kind,)):
        found.setdefault(record, []).append((row[0], row[1], row[2]))
    return found


def courses(rows: Iterable[tuple[str, str, str | None]], fields: Mapping[str, Any]) -> Courses:
    """Return the courses that rows of `past` (field, day until which, value) by day, and what holds at last, make."""
    found: dict[str, Course] = {}
    ends: dict[str, str] = {}
    for field, until, value in rows:
        found.setdefault(field, []).append((ends.get(field, ALWAYS), _value(field, value)))
        ends[field] = until
    for field in {*fields, *found}:
        found.setdefault(field, []).append((ends.get(field, ALWAYS), fields.get(field)))
    return found


def _value(field: str, value: str | None) -> Any:
    return value if value is None or field.startswith(_TEXTS) else _decode(value)


_PAST = (
    "SELECT r.record, p.field, p.value FROM past p INDEXED BY past_day CROSS JOIN record r ON r.id = p.id"
    " WHERE p.kind = ? AND p.until > ? ORDER BY p.until DESC"
)
_EVERY_PAST = (
    "SELECT r.record, p.field, p.until, p.value FROM past p INDEXED BY past_day CROSS JOIN record r ON r.id = p.id"
    " WHERE p.kind = ? ORDER BY p.until"
)
