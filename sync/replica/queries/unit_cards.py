"""What stands at the head of a unit's file: fields, who answers for it, counts, visits. Read through `query`."""

from __future__ import annotations

from typing import Any

from sync.replica.as_of.calendar import today as calendar_today
from sync.replica.as_of.duties import duty_of
from sync.replica.as_of.parents import is_circled
from sync.replica.as_of.participants import at_hand, chosen, participants_on
from sync.replica.as_of.past import as_of, held_by
from sync.replica.projection.outlook import verdicts_of
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.queries.follow_ups import Wanted, follow_ups
from sync.replica.queries.names import group_name, person_name, unit_name
from sync.replica.queries.rows import UnitCard
from sync.replica.replica import Replica

TREND_VISITS = 12
_ALL_DAYS = "\U0010ffff"


def unit(replica: Replica, unit_id: str, today: str = "", *, campaign: str = "", day: str = "") -> UnitCard | None:
    """The card of one unit; None if it is not in scope.

    `day`: as it was at the end of that day. `campaign`: what is counted is of that one; without it all follow-ups, and
    the visits of the one at hand.
    """
    row = replica.connection.execute(
        "SELECT u.name, u.category, u.open, r.id, r.fields, e.body FROM unit u"
        f" CROSS JOIN {BY_NAME} AND n.record = u.ledger AND r.ledger = u.ledger"
        f" {FIELDS_JOIN}"
        " WHERE u.ledger = ?",
        (unit_id,),
    ).fetchone()
    if row is None:
        return None
    on = day or today or calendar_today(replica)
    until = day or _ALL_DAYS
    counts = _latest(replica, unit_id, "count", until)
    fields = as_of(record_fields(*row[4:]), held_by(replica, row[3], day) if day else None)
    duty = duty_of(replica, unit_id, day or calendar_today(replica))
    open_, overdue = row[2], _overdue(replica, unit_id, today)
    if day or campaign:
        wanted = {"unit": unit_id, "campaign": campaign, "day": day}
        open_, overdue = (follow_ups(replica, Wanted(shown=s, **wanted), today=on).count for s in ("open", "overdue"))
    return UnitCard(
        id=unit_id,
        name=row[0],
        category=str(fields.get("category", "other")) if day else row[1],
        fields=fields,
        parent_name=_parent_name(replica, unit_id, str(fields.get("parent", ""))),
        group=duty.group,
        group_name=group_name(replica, duty.group),
        liaison=duty.liaison,
        liaison_name=person_name(replica, duty.liaison),
        counts=counts,
        counted_on=str(counts.get("counted_on", "")),
        visits=_visits(replica, unit_id, campaign or _at_hand(replica, unit_id, on, day), until),
        verdicts=_verdicts(replica, unit_id, campaign, until),
        open=open_,
        overdue=overdue,
        conflicts=_conflicts(replica, unit_id),
    )


def _parent_name(replica: Replica, unit_id: str, parent: str) -> str:
    """Return what the unit above is called; empty where the parent has no force."""
    return unit_name(replica, parent) if parent and not is_circled(replica.connection, unit_id) else ""


def _latest(replica: Replica, unit_id: str, kind: str, until: str) -> dict[str, Any]:
    row = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 AND r.day <= ?"
        " ORDER BY r.day DESC, r.record DESC LIMIT 1",
        (unit_id, kind, until),
    ).fetchone()
    return {} if row is None else record_fields(*row)


def _at_hand(replica: Replica, unit_id: str, on: str, day: str) -> str:
    """The campaign at hand of a unit today, or at the end of a day by what its participations said then."""
    if not day:
        return at_hand(replica, on, unit_id)
    known, name = participants_on(replica, day), chosen(replica, day)
    return known.at_hand(unit_id, day, name) or known.at_hand(unit_id, day)


def _visits(replica: Replica, unit_id: str, campaign: str, until: str) -> dict[str, int]:
    """How many visits there were in each stage of a campaign."""
    return dict(
        replica.connection.execute(
            # By the index of the unit's visits: left to itself, SQLite reads those of every unit in the campaign.
            "SELECT stage, count(*) FROM record INDEXED BY record_visited WHERE ledger = ? AND campaign = ?"
            " AND kind = 'inspection' AND withdrawn = 0 AND day <= ? GROUP BY stage ORDER BY stage",
            (unit_id, campaign, until),
        ).fetchall()
    )


def _verdicts(replica: Replica, unit_id: str, campaign: str, until: str) -> list[tuple[str, int, int, int]]:
    found = replica.connection.execute(
        "SELECT r.day, a.verdicts FROM record r CROSS JOIN answered a ON a.id = r.id WHERE r.ledger = ?"
        " AND r.kind = 'inspection' AND r.withdrawn = 0 AND r.day <= ? AND ? IN ('', r.campaign)"
        " ORDER BY r.day DESC, r.record DESC LIMIT ?",
        (unit_id, until, campaign, TREND_VISITS),
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
        "SELECT count(*) FROM follow_up WHERE ledger = ? AND open = 2 AND due_on < ?", (unit_id, today)
    ).fetchone()
    return int(count)


def _conflicts(replica: Replica, unit_id: str) -> int:
    (count,) = replica.connection.execute(
        "SELECT count(*) FROM record WHERE ledger = ? AND conflicts > 0", (unit_id,)
    ).fetchone()
    return int(count)
