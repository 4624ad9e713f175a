"""What the rows of units say for planning, as it was at the end of a past day: read from the records themselves."""

from __future__ import annotations

from typing import Any

from sync.replica.as_of.existing_units import units_there
from sync.replica.as_of.past import FOLLOW_UPS_THEN, then
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica

Items = tuple[int, int, str, int, str]  # open ones, overdue ones, the first date of these, those soon, the watch's end


def outlooks_then(replica: Replica, campaign: str, stage: str, day: str) -> list[tuple[Any, ...]]:
    """Return for every unit that was there what `planning` reads of the units now, in the same columns."""
    visits, notes = last_visits(replica, day), _newest_notes(replica, day)
    in_stage = _visited(replica, campaign, stage, day).keys()
    found = []
    for unit, name, fields in units_there(replica, day):
        visit, (noted, promised) = visits.get(unit, ""), notes.get(unit, ("", ""))
        row = (visit, max(visit, noted), unit in in_stage, promised)
        found.append((unit, name, str(fields.get("category", "other")), *row))
    return found


def items_then(replica: Replica, day: str, until: str, campaign: str = "") -> dict[str, Items]:
    """Return by unit its follow-ups, of a campaign or of any: `Items`; soon are those due from the day to `until`."""
    rows = replica.connection.execute(_ITEMS, (day, day, day, until, day, *then(day), campaign)).fetchall()
    return {unit: tuple(row) for unit, *row in rows}


def at_gate_then(replica: Replica, campaign: str, stage: str, unit: str, day: str) -> list[tuple[Any, ...]]:
    """Return for every unit that was there, or one, what `planning` reads at a gate now, in the same columns."""
    visits, answered = last_visits(replica, day), _visited(replica, campaign, stage, day)
    return [
        (ledger, name, str(fields.get("category", "other")), visits.get(ledger, ""), answered.get(ledger))
        for ledger, name, fields in units_there(replica, day, unit=unit)
    ]


def last_visits(replica: Replica, day: str, campaign: str = "") -> dict[str, str]:
    """Return by unit the day of its last visit up to a day, of a campaign or of any."""
    return dict(replica.connection.execute(_LAST_VISITS, (day, campaign)).fetchall())


def _visited(replica: Replica, campaign: str, stage: str, day: str) -> dict[str, bytes]:
    """Return by unit the verdicts of its newest visit in a stage of a campaign."""
    rows = replica.connection.execute(_VISITED, (campaign, stage, day)).fetchall()
    return {unit: answered for unit, answered, _ in rows}


def _newest_notes(replica: Replica, day: str) -> dict[str, tuple[str, str]]:
    """Return by unit the day of its newest note, and the day on which that promised to come back."""
    rows = replica.connection.execute(_NEWEST_NOTES, (day,)).fetchall()
    return {unit: (noted, str(record_fields(*row).get("next_on", ""))) for unit, noted, *row, _ in rows}


NO_ITEMS: Items = (0, 0, "", 0, "")
_ITEMS = (
    "SELECT f.ledger, sum(f.open > 0), sum(f.open = 2 AND f.due_on < ?),"
    " coalesce(min(CASE WHEN f.open = 2 AND f.due_on < ? THEN f.due_on END), ''),"
    " sum(f.open = 2 AND f.due_on BETWEEN ? AND ?),"
    f" max(CASE WHEN f.watch >= ? THEN f.watch ELSE '' END) FROM {FOLLOW_UPS_THEN} f"
    " WHERE ? IN ('', (SELECT campaign FROM record WHERE id = f.id)) GROUP BY f.ledger"
)
_LAST_VISITS = (
    "SELECT ledger, max(day) FROM record WHERE kind = 'inspection' AND withdrawn = 0 AND day <= ?"
    " AND ? IN ('', campaign) GROUP BY ledger"
)
# The other columns are those of the row that has the greatest; of two on one day the later id, on every laptop alike.
_VISITED = (
    "SELECT r.ledger, a.verdicts, max(r.day || r.record) FROM record r JOIN answered a ON a.id = r.id"
    " WHERE r.campaign = ? AND r.stage = ? AND r.kind = 'inspection' AND r.withdrawn = 0 AND r.day <= ?"
    " GROUP BY r.ledger"
)
_NEWEST_NOTES = (
    f"SELECT r.ledger, r.day, r.fields, e.body, max(r.day || r.record) FROM record r {FIELDS_JOIN}"
    " WHERE r.kind = 'liaison_note' AND r.withdrawn = 0 AND r.day <= ? GROUP BY r.ledger"
)
