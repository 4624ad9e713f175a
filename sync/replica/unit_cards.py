"""What stands at the head of a unit's file: fields, who answers for it, counts, visits. Read through `query`."""

from __future__ import annotations

from typing import Any

from sync.replica.calendar import today as calendar_today
from sync.replica.derive import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.duties import duty_of
from sync.replica.names import group_name, person_name, unit_name
from sync.replica.outlook import verdicts_of
from sync.replica.parents import circled
from sync.replica.participants import at_hand
from sync.replica.replica import Replica
from sync.replica.views import UnitCard

TREND_VISITS = 12


def unit(replica: Replica, unit_id: str, today: str = "") -> UnitCard | None:
    """The card of one unit; None if it is not in scope."""
    row = replica.connection.execute(
        "SELECT u.name, u.category, u.open, r.fields, e.body FROM unit u"
        f" CROSS JOIN {BY_NAME} AND n.record = u.ledger AND r.ledger = u.ledger"
        f" {FIELDS_JOIN}"
        " WHERE u.ledger = ?",
        (unit_id,),
    ).fetchone()
    if row is None:
        return None
    counts = _latest(replica, unit_id, "count")
    fields = record_fields(*row[3:])
    duty = duty_of(replica, unit_id, calendar_today(replica))
    return UnitCard(
        id=unit_id,
        name=row[0],
        category=row[1],
        fields=fields,
        parent_name=_parent_name(replica, unit_id, str(fields.get("parent", ""))),
        group=duty.group,
        group_name=group_name(replica, duty.group),
        liaison=duty.liaison,
        liaison_name=person_name(replica, duty.liaison),
        counts=counts,
        counted_on=str(counts.get("counted_on", "")),
        visits=_visits(replica, unit_id, today or calendar_today(replica)),
        verdicts=_verdicts(replica, unit_id),
        open=row[2],
        overdue=_overdue(replica, unit_id, today),
        conflicts=_conflicts(replica, unit_id),
    )


def _parent_name(replica: Replica, unit_id: str, parent: str) -> str:
    """Return what the unit above is called; empty where the parent has no force."""
    return unit_name(replica, parent) if parent and unit_id not in circled(replica.connection) else ""


def _latest(replica: Replica, unit_id: str, kind: str) -> dict[str, Any]:
    row = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.day DESC, r.record DESC LIMIT 1",
        (unit_id, kind),
    ).fetchone()
    return {} if row is None else record_fields(*row)


def _visits(replica: Replica, unit_id: str, day: str) -> dict[str, int]:
    """How many visits there were in each stage of the unit's campaign at hand."""
    return dict(
        replica.connection.execute(
            "SELECT stage, count(*) FROM record WHERE ledger = ? AND campaign = ? AND kind = 'inspection'"
            " AND withdrawn = 0 GROUP BY stage ORDER BY stage",
            (unit_id, at_hand(replica, day, unit_id)),
        ).fetchall()
    )


def _verdicts(replica: Replica, unit_id: str) -> list[tuple[str, int, int, int]]:
    found = replica.connection.execute(
        "SELECT r.day, a.verdicts FROM record r CROSS JOIN answered a ON a.id = r.id WHERE r.ledger = ?"
        " AND r.kind = 'inspection' AND r.withdrawn = 0 ORDER BY r.day DESC, r.record DESC LIMIT ?",
        (unit_id, TREND_VISITS),
    ).fetchall()
    return [(day, *_counted(verdicts_of(answered))) for day, answered in reversed(found)]


def count_verdicts(fields: dict[str, Any]) -> tuple[int, int, int]:
    """How many answers of an inspection are met, partly met and unmet."""
    return _counted({name: value.get("verdict") for name, value in fields.items() if isinstance(value, dict)})


def _counted(verdicts: dict[str, Any]) -> tuple[int, int, int]:
    given = [verdict for name, verdict in verdicts.items() if name.startswith("answer.")]
    return given.count("met"), given.count("partly"), given.count("unmet")


def _overdue(replica: Replica, unit_id: str, today: str) -> int:
    (count,) = replica.connection.execute(
        "SELECT count(*) FROM follow_up WHERE ledger = ? AND open = 1 AND due_on < ?", (unit_id, today)
    ).fetchone()
    return int(count)


def _conflicts(replica: Replica, unit_id: str) -> int:
    (count,) = replica.connection.execute(
        "SELECT count(*) FROM record WHERE ledger = ? AND conflicts > 0", (unit_id,)
    ).fetchone()
    return int(count)
