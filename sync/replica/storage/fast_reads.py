"""What is read of an open file with nothing loaded but the driver: where the laptop stands, and the units in scope.

Two commands print it while a program that loads more would still be starting; `standing` and `units` read through it,
too. Plain statements, plain values.
"""

from __future__ import annotations

import json

from sync.console.full_width import as_meant, folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sync.model.days import Zones
    from sync.replica.storage.connect import Connection

UnitValues = tuple[str, str, str, str, int, int]  # id, name, category, last visit, open and overdue follow-ups


def zones(connection: Connection) -> Zones:
    """The time zones of the district, as they were written down; the default ones before any exchange."""
    from sync.model.days import DEFAULT, Zones

    held = tuple(connection.execute("SELECT since, name FROM zone ORDER BY since").fetchall())
    return Zones(held) if held else DEFAULT


def setting(connection: Connection, name: str) -> str | None:
    """A kept setting, None if it was never set."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def upgrade_is_to_be_told(connection: Connection) -> bool:
    """Whether an upgrade changed records, and no command has said so yet."""
    told = setting(connection, "upgraded_told") or ""
    return setting(connection, "upgraded") is not None and "commands" not in told


def nothing_waits(connection: Connection) -> bool:
    """Whether neither an entry is too large for the way to the office nor an attachment unsent."""
    unsent = connection.execute("SELECT 1 FROM blob WHERE complete = 1 AND sent = 0 LIMIT 1").fetchone()
    return unsent is None and not setting(connection, "too_large")


def unit_count(connection: Connection, text: str = "", category: str | None = None, *, closed: bool = False) -> int:
    """How many units fit the filter; without one they have been counted as they came."""
    if not text.strip() and not category and not closed:
        return _number(connection, "SELECT count FROM tally WHERE name = 'units'")
    where, values = _unit_filter(text, category, closed=closed)
    return _number(connection, f"SELECT count(*) FROM unit WHERE {where}", *values)


def unit_rows(
    connection: Connection,
    text: str = "",
    category: str | None = None,
    *,
    today: str,
    offset: int = 0,
    limit: int = -1,
    closed: bool = False,
) -> list[UnitValues]:
    """The units that fit the filter, by pinyin; `text` is part of a name, present or former, of its pinyin or initials.

    `closed`: those that have closed, which are in no list otherwise.
    """
    where, values = _unit_filter(text, category, closed=closed)
    return connection.execute(
        "SELECT ledger, name, category, last_visit, open, CASE WHEN open THEN (SELECT count(*) FROM follow_up f"
        " WHERE f.ledger = unit.ledger AND f.open = 2 AND f.due_on < ?) ELSE 0 END"
        f" FROM unit WHERE {where} ORDER BY pinyin, ledger LIMIT ? OFFSET ?",
        (today, *values, limit, offset),
    ).fetchall()


# Units that were called so before, by the name and by its sound; values: the text folded, and without its blanks.
ONCE_CALLED = (
    "SELECT r.ledger FROM past p CROSS JOIN record r ON r.id = p.id"
    " WHERE p.kind = 'unit' AND p.field = 'name' AND (instr(folded(p.value), ?) OR sounds_like(p.value, ?))"
)


def _unit_filter(text: str, category: str | None, *, closed: bool = False) -> tuple[str, tuple[str, ...]]:
    where = f"withdrawn = {2 if closed else 0}"
    values: tuple[str, ...] = ()
    text = folded(text)
    needle = "".join(text.split())
    if needle:
        where += f" AND (instr(folded(name), ?) OR instr(initials, ?) OR instr(pinyin, ?) OR ledger IN ({ONCE_CALLED}))"
        values = (text, needle, needle, text, needle)
    if category:
        where, values = f"{where} AND category = ?", (*values, as_meant(category))
    return where, values


def standing(connection: Connection, device: str) -> dict[str, Any]:
    """Where this device stands with the office, by receipts: the last fields of `views.Status`, by their names."""
    return {
        "pending": _number(connection, "SELECT count(*) FROM entry WHERE number IS NULL"),
        "conflicts": _number(connection, "SELECT count(DISTINCT record) FROM conflict"),
        "quarantined": _number(
            connection,
            "SELECT count(*) FROM entry e JOIN chain c ON c.id = e.chain WHERE e.code <> '' AND c.device = ?",
            device,
        ),
        "last_sync": setting(connection, "last_sync") or "",
        "last_error": setting(connection, "last_error") or "",
        "oldest_unsynced": _oldest_unsynced(connection),
        "mine": _number(connection, "SELECT coalesce(sum(seq), 0) FROM chain WHERE device = ?", device),
        "acknowledged": _number(
            connection,
            "SELECT coalesce(sum(r.seq), 0) FROM receipt r JOIN chain c ON c.id = r.chain"
            " WHERE r.apart = 0 AND c.device = ?",
            device,
        ),
    }


def _oldest_unsynced(connection: Connection) -> str:
    """When the oldest entry that is not yet at the office was written, as its body says; empty if it does not."""
    row = connection.execute(
        "SELECT body FROM entry WHERE id = (SELECT min(id) FROM entry INDEXED BY entry_pending WHERE number IS NULL)"
    ).fetchone()
    try:
        body = json.loads(row[0]) if row and row[0] is not None else {}
    except (ValueError, RecursionError):
        return ""
    return str(body.get("at", "")) if isinstance(body, dict) else ""


def nothing_apart(connection: Connection) -> bool:
    """Whether nothing at all is kept apart here, nor in quarantine: there is then nothing to explain or to rule on."""
    return not _number(
        connection,
        "SELECT EXISTS (SELECT 1 FROM entry WHERE code <> '') OR EXISTS (SELECT 1 FROM quarantine)",
    )


def _number(connection: Connection, statement: str, *values: str) -> int:
    return int(connection.execute(statement, values).fetchone()[0])
