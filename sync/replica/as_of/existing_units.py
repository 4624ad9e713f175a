"""The units that were there at the end of a day, and what they were then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync.console.full_width import as_meant
from sync.replica.as_of.past import as_of, states_on
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.replica import Replica


def units_there(
    replica: Replica, day: str, *, unit: str = "", since: str = ""
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every unit that was there at the end of a day, or one, by pinyin: id, name, and its fields as of that day.

    `since`: those that closed after that day are among them. The day a unit closes on is the first without it.
    """
    only, values = (" AND u.ledger = ?", (unit,)) if unit else ("", ())
    held = states_on(replica, "unit", day)
    for ledger, name, *row in replica.connection.execute(_UNITS.format(only), values).fetchall():
        fields = as_of(record_fields(*row), held.get(ledger))
        if fields.get("withdrawn") is not True and (since or day) < str(fields.get("closed_on") or "9999"):
            yield ledger, name, fields


def units_of_category(replica: Replica, category: str, day: str) -> list[str]:
    """Return the units that were of a category at the end of a day, whether or not they were still there."""
    held, wanted = states_on(replica, "unit", day), as_meant(category)
    rows = replica.connection.execute("SELECT ledger, category FROM unit").fetchall()
    return [unit for unit, now in rows if held.get(unit, {}).get("category", now) == wanted]


def category_on(replica: Replica, unit: str, day: str) -> str:
    """Return the category of a unit at the end of a day; empty where it is not here."""
    row = replica.connection.execute(
        "SELECT coalesce((SELECT p.value FROM entry n CROSS JOIN past p ON p.id = n.id WHERE n.record = u.ledger"
        " AND p.field = 'category' AND p.until > ? ORDER BY p.until LIMIT 1), u.category)"
        " FROM unit u WHERE u.ledger = ?",
        (day, unit),
    ).fetchone()
    return "" if row is None else str(row[0])


_UNITS = (
    f"SELECT u.ledger, u.name, r.fields, e.body FROM unit u CROSS JOIN {BY_NAME} AND n.record = u.ledger"
    f" AND r.ledger = u.ledger {FIELDS_JOIN}"
    # A unit that was withdrawn was there until then if anything was recorded of it, and else never.
    " WHERE (u.withdrawn <> 1 OR EXISTS (SELECT 1 FROM record WHERE ledger = u.ledger AND withdrawn <> 2"
    " AND kind NOT IN ('unit', 'participation'))){} ORDER BY u.pinyin, u.ledger"
)
