"""The newest inspections in scope, whoever made them, as the office looks through them, with what stands beside each.

Everything is read in bulk, because the office looks at hundreds at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from sync.model.days import plus
from sync.model.fields import day as day_fault
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.system.sql_lists import listed

_LOOK_BACK = 400  # days: an earlier visit of a unit is rarely further back; if it is, it is asked for by itself
_CHUNK = 500

_Place = tuple[str, int, str]  # of an inspection in a unit's course: its day, its row, its campaign


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as it stands. `at` is when it was kept, on the clock of the laptop it was kept on.

    `before` has the fields of the unit's newest visit of an earlier day; `others` the unit's other visits of the year
    up to the day as (day, group, campaign), with the group of those on the same day alone, and a liaison officer's
    without one. `category` is what the unit was on the day of the visit.
    """

    record: str
    unit: str
    unit_name: str
    category: str
    day: str
    at: str
    campaign: str
    fields: dict[str, Any]
    before: dict[str, Any] = {}
    others: list[tuple[str, str, str]] = []


def newest(replica: Replica, most: int, *, campaign: str = "", day: str = "") -> list[Visited]:
    """At most so many inspections that count, newest day first; of one campaign, and none after `day`, where said."""
    until = day or _ALL_DAYS
    rows = replica.connection.execute(_NEWEST, (until, campaign, most)).fetchall()
    then = _categories(replica)
    fields = {row[0]: record_fields(row[7], row[8]) for row in rows}
    courses = _courses(replica, {row[2] for row in rows}, _since(rows[-1][5]) if rows else "", until)
    places = {row[0]: (row[5], row[0], row[9]) for row in rows}
    earlier = {row[0]: _earlier(replica, row[2], courses[row[2]], row[5]) for row in rows}
    beside = {row[0]: _of_year(courses[row[2]], places[row[0]]) for row in rows}
    last = {id_: place[1] for id_, place in earlier.items() if place}
    noted = _noted(replica, {row[2] for row in rows}, _since(rows[-1][5]) if rows else "", until)
    wanted = {*last.values()} | {
        other for id_, others in beside.items() for on, other, _ in others if on == places[id_][0]
    }
    fields |= _fields_of(replica, wanted - fields.keys())
    return [
        Visited(
            record=record,
            unit=unit,
            unit_name=name,
            category=next((held for last, held in then.get(unit, ()) if last > on), category),
            day=on,
            at=at,
            campaign=of,
            fields=fields[id_],
            before=fields.get(last[id_], {}) if id_ in last else {},
            others=[
                (each, str(fields.get(other, {}).get("group", "")) if each == on else "", its)
                for each, other, its in beside[id_]
            ]
            + [(each, "", its) for each, its in noted.get(unit, ()) if year_before(on) <= each <= on],
        )
        for id_, record, unit, name, category, on, at, _, _, of in rows
    ]


def _categories(replica: Replica) -> dict[str, list[tuple[str, str]]]:
    """Return by unit the categories that it had before, each with the first day without it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for unit, until, category in replica.connection.execute(_CATEGORIES):
        found.setdefault(unit, []).append((until, category))
    return found


def visits_around(replica: Replica, unit: str, day: str, record: str) -> list[tuple[str, str, str]]:
    """The unit's other visits of the year up to a day as (day, group, campaign); a liaison officer's have no group."""
    found = replica.connection.execute(
        f"SELECT r.day, r.campaign, r.kind, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ?"
        " AND r.kind IN ('inspection', 'liaison_note') AND r.withdrawn = 0 AND r.day BETWEEN ? AND ? AND r.record <> ?"
        " ORDER BY r.day, r.record",
        (unit, year_before(day), day, record),
    )
    read = [(on, campaign, kind, record_fields(stored, body)) for on, campaign, kind, stored, body in found]
    return [
        (on, str(fields.get("group", "")) if kind == "inspection" else "", campaign)
        for on, campaign, kind, fields in read
        if kind == "inspection" or fields.get("mode") == "visit"
    ]


@lru_cache(maxsize=4_096)
def year_before(day: str) -> str:
    """Return the first of the 365 days of which a day is the last."""
    return "" if day_fault(day) or day < "0002" else plus(day, -364)


def _noted(replica: Replica, units: set[str], since: str, until: str) -> dict[str, list[tuple[str, str]]]:
    """By unit the liaison officer's visits from a day to another, as (day, campaign)."""
    found: dict[str, list[tuple[str, str]]] = {}
    if not units:
        return found
    for unit, day, campaign in replica.connection.execute(
        "SELECT r.ledger, r.day, r.campaign FROM record r INDEXED BY record_note"
        " CROSS JOIN liaison_visit v ON v.id = r.id WHERE r.kind = 'liaison_note' AND r.withdrawn = 0"
        f" AND r.day BETWEEN ? AND ? AND r.ledger IN {listed(units)} ORDER BY r.day, r.record, r.ledger",
        (since, until, *units),
    ):
        found.setdefault(unit, []).append((day, campaign))
    return found


def _since(day: str) -> str:
    """The day from which on all visits are looked at, for the oldest of those listed."""
    try:
        back = plus(day, -_LOOK_BACK)
    except ValueError:
        return day[:4]
    return min(back, day[:4])


def _courses(replica: Replica, units: set[str], since: str, until: str) -> dict[str, list[_Place]]:
    """By unit its inspections from a day to another, oldest first."""
    found: dict[str, list[_Place]] = {}
    if not units:
        return found
    for unit, day, id_, campaign in replica.connection.execute(
        "SELECT ledger, day, id, campaign FROM record INDEXED BY record_visited WHERE kind = 'inspection'"
        f" AND withdrawn = 0 AND day BETWEEN ? AND ? AND ledger IN {listed(units)} ORDER BY day, ledger, record",
        (since, until, *units),
    ):
        found.setdefault(unit, []).append((day, id_, campaign))
    return found


def _earlier(replica: Replica, unit: str, course: list[_Place], day: str) -> _Place | None:
    before = [place for place in course if place[0] < day]
    if before:
        return before[-1]
    row = replica.connection.execute(
        "SELECT day, id, campaign FROM record WHERE ledger = ? AND kind = 'inspection' AND withdrawn = 0 AND day < ?"
        " ORDER BY day DESC, record DESC LIMIT 1",
        (unit, day),
    ).fetchone()
    return None if row is None else (str(row[0]), int(row[1]), str(row[2]))


_ALL_DAYS = "\U0010ffff"
# By the index of inspections: left to itself, SQLite takes that of all records, of which few are inspections.
_NEWEST = (
    "SELECT r.id, r.record, r.ledger, u.name, u.category, r.day, r.at, r.fields, e.body, r.campaign"
    f" FROM record r INDEXED BY record_day JOIN unit u ON u.ledger = r.ledger {FIELDS_JOIN}"
    " WHERE r.kind = 'inspection' AND r.withdrawn = 0 AND r.day <= ? AND ? IN ('', r.campaign)"
    " ORDER BY r.day DESC, r.record DESC, r.ledger LIMIT ?"
)
_CATEGORIES = (
    "SELECT r.record, p.until, coalesce(p.value, '') FROM past p CROSS JOIN record r ON r.id = p.id"
    " WHERE p.kind = 'unit' AND p.field = 'category' ORDER BY p.until, r.record"
)


def _of_year(course: list[_Place], place: _Place) -> list[_Place]:
    first, last = year_before(place[0]), place[0]
    return [each for each in course if first <= each[0] <= last and each != place]


def _fields_of(replica: Replica, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = _by_id(replica, f"SELECT r.id, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.id", ids)
    return {id_: record_fields(stored, body) for id_, stored, body in rows}


def _by_id(replica: Replica, statement: str, ids: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement that ends with the column of the ids."""
    wanted = sorted(ids)
    for first in range(0, len(wanted), _CHUNK):
        chunk = wanted[first : first + _CHUNK]
        yield from replica.connection.execute(f"{statement} IN {listed(chunk)}", chunk)


def last_of(replica: Replica, kind: str, unit: str, *, day: str, but: str) -> dict[str, Any]:
    """Return the fields of a unit's newest record of a kind up to a day, other than `but`; empty without."""
    row = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0"
        " AND r.day <= ? AND r.record <> ? ORDER BY r.day DESC, r.record DESC LIMIT 1",
        (unit, kind, day or "9999", but),
    ).fetchone()
    return {} if row is None else record_fields(*row)
