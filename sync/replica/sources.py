"""What a unit's follow-ups come from: by their origin, how each of them stood at the end of a day.

A follow-up names its source in `origin`, as `RECORD` or `RECORD#ITEM`.
"""

from __future__ import annotations

from sync.replica.connect import Connection
from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.past import STATUS_ON

MENDED = ("verified", "closed")  # somebody else has seen that it was done
_ENDED = "closed"


def statuses_by_origin(
    connection: Connection, unit: str, day: str = "9999", *, naming: str = ""
) -> dict[str, list[str]]:
    """Return by origin the status at the end of a day of every follow-up of a unit, oldest first.

    Those given up, withdrawn or handed on are left out. `naming`: those alone in which this record is named somewhere.
    """
    found: dict[str, list[str]] = {}
    statement = f"{_STATUSES}{_NAMING if naming else ''} ORDER BY r.day, r.at, r.record"
    for status, stored, body in connection.execute(statement, (day, unit, day, *filter(None, (naming,)))):
        found.setdefault(str(record_fields(stored, body).get("origin", "")), []).append(status)
    return found


def told_of(connection: Connection, unit: str, record: str, visited_on: str, day: str) -> tuple[set[str], set[str]]:
    """Return the items of a visit's own follow-ups, opened from it by the end of a day, and those under way at it.

    Both are of the visit's unit; the item is empty where a follow-up tells of a record as a whole.
    """
    own: set[str] = set()
    under_way: set[str] = set()
    values = {"unit": unit, "record": record, "visited_on": visited_on, "day": day}
    for stood_at_visit, stands, stored, body in connection.execute(_AT_VISIT, values):
        source, _, item = str(record_fields(stored, body).get("origin", "")).partition("#")
        if stood_at_visit:
            under_way.add(item)
        if stands and record and source == record:
            own.add(item)
    return own, under_way


def is_under_way(statuses: list[str]) -> bool:
    """Whether one of the follow-ups of these statuses is not closed yet."""
    return any(status != _ENDED for status in statuses)


_ENDINGS = "('withdrawn', 'void', 'handed_on', '')"
# Most were settled since before the visit and name it nowhere: nobody asks how they stood, or reads them.
_STOOD_AT_VISIT = (
    "(f.settled_on = '' OR f.settled_on > :visited_on) AND r.day <= :visited_on"
    f" AND {STATUS_ON.replace('?', ':visited_on')} NOT IN ('{_ENDED}', {_ENDINGS[1:]}"
)
_STOOD = f"r.day <= :day AND {STATUS_ON.replace('?', ':day')} NOT IN {_ENDINGS}"
_AT_VISIT = (
    f"SELECT {_STOOD_AT_VISIT}, {_STOOD}, r.fields, e.body FROM follow_up f JOIN record r ON r.id = f.id {FIELDS_JOIN}"
    f" WHERE f.ledger = :unit AND (({_STOOD_AT_VISIT})"
    f" OR (instr(coalesce(r.fields, e.body), CAST(:record AS BLOB)) AND {_STOOD}))"
)
_STATUSES = (
    f"SELECT {STATUS_ON} AS stood, r.fields, e.body FROM follow_up f JOIN record r ON r.id = f.id {FIELDS_JOIN}"
    f" WHERE f.ledger = ? AND r.day <= ? AND stood NOT IN {_ENDINGS}"
)
_NAMING = " AND instr(coalesce(r.fields, e.body), CAST(? AS BLOB))"
