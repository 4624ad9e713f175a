"""Weak organisations: the flags on a unit, and the follow-up each of them is mended by.

A flag's follow-up has the origin `UNIT#FLAG`. The flag may be taken away when somebody has verified such a follow-up.
"""

from __future__ import annotations

from sync.replica.connect import Connection
from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.past import STATUS_ON

FLAGS = ("weak.incomplete", "weak.head", "weak.subordination")
MENDED = ("verified", "closed")


def origin_of(unit: str, flag: str) -> str:
    """The origin of the follow-up that mends a flag of a unit."""
    return f"{unit}#{flag}"


def repairs(connection: Connection, unit: str, day: str = "9999") -> dict[str, list[str]]:
    """For each flag the status at the end of a day of every follow-up opened for it, oldest first.

    Those given up are left out.
    """
    found: dict[str, list[str]] = {}
    for status, stored, body in connection.execute(
        f"SELECT {STATUS_ON} AS stood, r.fields, e.body FROM follow_up f JOIN record r ON r.id = f.id {FIELDS_JOIN}"
        " WHERE f.ledger = ? AND r.day <= ? AND stood NOT IN ('withdrawn', 'void', 'handed_on', '')"
        " ORDER BY r.day, r.at, r.record",
        (day, unit, day),
    ):
        whose, _, flag = str(record_fields(stored, body).get("origin", "")).partition("#")
        if whose == unit and flag in FLAGS:
            found.setdefault(flag, []).append(status)
    return found


def is_mended(statuses: list[str]) -> bool:
    """Whether a flag with follow-ups of these statuses may be taken away: the newest was verified."""
    return bool(statuses) and statuses[-1] in MENDED
