"""What a unit's follow-ups come from: by their origin, how each of them stood at the end of a day.

A follow-up names its source in `origin`, as `RECORD` or `RECORD#ITEM`.
"""

from __future__ import annotations

from collections.abc import Collection

from sync.replica.as_of.past import STATUS_ON
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed

MENDED = ("verified", "closed")  # somebody else has seen that it was done
_ENDED = "closed"
_CHUNK = 500

Source = tuple[str, str]  # a unit, and the origin of follow-ups of it


def statuses_from(connection: Connection, sources: Collection[Source], day: str = "9999") -> dict[Source, list[str]]:
    """Return by source the status at the end of a day of every follow-up that comes from it, oldest first.

    Those given up, withdrawn or handed on are left out, and a source that nothing else comes from.
    """
    found: dict[Source, list[str]] = {}
    wanted = sorted({source for source in sources if source[1]})
    for first in range(0, len(wanted), _CHUNK):
        chunk = wanted[first : first + _CHUNK]
        asked = f"(VALUES {', '.join(map(listed, chunk))})"
        values = (day, *(value for source in chunk for value in source), day)
        for unit, origin, status in connection.execute(_FROM.format(asked=asked), values):
            found.setdefault((unit, origin), []).append(status)
    return found


def statuses_by_origin(connection: Connection, unit: str) -> dict[str, list[str]]:
    """Return by origin the status of every follow-up of a unit that has one, as `statuses_from` does."""
    found: dict[str, list[str]] = {}
    for origin, status in connection.execute(_OF_UNIT, ("9999", unit, "9999")):
        found.setdefault(origin, []).append(status)
    return found


def told_of(connection: Connection, unit: str, record: str, visited_on: str, day: str) -> tuple[set[str], set[str]]:
    """Return the items of a visit's own follow-ups, opened from it by the end of a day, and those under way at it.

    Both are of the visit's unit; among its own the item is empty where a follow-up tells of the visit as a whole.
    """
    values = {"unit": unit, "record": record, "visited_on": visited_on, "day": day}
    origins = [origin.partition("#") for (origin,) in connection.execute(_OWN, values)] if record else []
    under_way = {origin.partition("#")[2] for (origin,) in connection.execute(_UNDER_WAY_AT_VISIT, values)}
    return {item for source, _, item in origins if source == record}, under_way - {""}


def is_under_way(statuses: list[str]) -> bool:
    """Whether one of the follow-ups of these statuses is not closed yet."""
    return any(status != _ENDED for status in statuses)


_ENDINGS = "('withdrawn', 'void', 'handed_on', '')"
_WITH_ORIGIN = "follow_up f INDEXED BY follow_up_origin"  # few of a unit's follow-ups have one
_STATUSES = f"{STATUS_ON} AS stood"
_STOOD = f"r.day <= ? AND stood NOT IN {_ENDINGS} ORDER BY r.day, r.at, r.record"
_FROM = (
    f"SELECT f.ledger, f.origin, {_STATUSES} FROM {{asked}} a CROSS JOIN {_WITH_ORIGIN}"
    " ON f.ledger = a.column1 AND f.origin = a.column2 AND f.origin <> ''"
    f" CROSS JOIN record r ON r.id = f.id WHERE {_STOOD}"
)
_OF_UNIT = (
    f"SELECT f.origin, {_STATUSES} FROM {_WITH_ORIGIN} CROSS JOIN record r ON r.id = f.id"
    f" WHERE f.ledger = ? AND f.origin <> '' AND {_STOOD}"
)
_OWN = (
    f"SELECT f.origin FROM {_WITH_ORIGIN} CROSS JOIN record r ON r.id = f.id"
    " WHERE f.ledger = :unit AND f.origin <> '' AND f.origin BETWEEN :record AND :record || '$'"  # '$' is after '#'
    f" AND r.day <= :day AND {STATUS_ON.replace('?', ':day')} NOT IN {_ENDINGS}"
)
# Most were settled since before the visit, which the index tells: nobody asks how they stood.
_UNDER_WAY_AT_VISIT = (
    f"SELECT f.origin FROM {_WITH_ORIGIN} CROSS JOIN record r ON r.id = f.id"
    " WHERE f.ledger = :unit AND f.origin <> '' AND instr(f.origin, '#')"
    " AND (f.settled_on = '' OR f.settled_on > :visited_on) AND r.day <= :visited_on"
    f" AND {STATUS_ON.replace('?', ':visited_on')} NOT IN ('{_ENDED}', {_ENDINGS[1:]}"
)
