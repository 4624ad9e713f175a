"""What a unit's follow-ups come from: by their origin, how each of them stood at the end of a day.

A follow-up names its source in `origin`, as `RECORD` or `RECORD#ITEM`.
"""

from __future__ import annotations

from sync.replica.connect import Connection
from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.past import STATUS_ON

MENDED = ("verified", "closed")  # somebody else has seen that it was done
_ENDED = "closed"


def statuses_by_origin(connection: Connection, unit: str, day: str = "9999") -> dict[str, list[str]]:
    """Return by origin the status at the end of a day of every follow-up of a unit, oldest first.

    Those given up, withdrawn or handed on are left out.
    """
    found: dict[str, list[str]] = {}
    for status, stored, body in connection.execute(_STATUSES, (day, unit, day)):
        found.setdefault(str(record_fields(stored, body).get("origin", "")), []).append(status)
    return found


def is_under_way(statuses: list[str]) -> bool:
    """Whether one of the follow-ups of these statuses is not closed yet."""
    return any(status != _ENDED for status in statuses)


_STATUSES = (
    f"SELECT {STATUS_ON} AS stood, r.fields, e.body FROM follow_up f JOIN record r ON r.id = f.id {FIELDS_JOIN}"
    " WHERE f.ledger = ? AND r.day <= ? AND stood NOT IN ('withdrawn', 'void', 'handed_on', '')"
    " ORDER BY r.day, r.at, r.record"
)
