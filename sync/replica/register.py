"""The register of follow-ups: which ones a person wants to see, and the rows of it. Read through `query`."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from sync.replica.groups import units_of_group
from sync.replica.replica import Replica
from sync.replica.views import FollowUpRow, Listing
from sync.steps import SOON_DAYS

SHOWN = ("open", "overdue", "soon", "reported", "watch", "closed", "all")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of the register; empty ones filter nothing. `shown` is one of `SHOWN`: `reported` waits to be verified,
    `watch` was closed and is still looked after.
    """

    shown: str = "open"
    nature: str = ""
    status: str = ""
    unit: str = ""
    category: str = ""
    group: str = ""
    text: str = ""


OPEN = Wanted()


def follow_ups(replica: Replica, wanted: Wanted = OPEN, *, today: str) -> Listing[FollowUpRow]:
    """The register: open ones by due date (so overdue first), then closed ones; what is watched by the watch's end."""
    where, values = _where(replica, wanted, today)
    named = "LEFT JOIN unit u ON u.ledger = f.ledger"
    filtered = f"WHERE {' AND '.join(where)}" if where else ""
    joined = named if wanted.text.strip() or wanted.category else ""  # a join for each row would cost the most
    order = "f.watch, f.id" if wanted.shown == "watch" else "f.open DESC, f.due_on, f.id"

    def rows(offset: int, limit: int) -> list[FollowUpRow]:
        found = replica.connection.execute(
            "SELECT r.record, f.ledger, coalesce(u.name, f.ledger), f.nature, f.title, f.due_on, f.status, f.post,"
            f" r.by, f.watch FROM follow_up f CROSS JOIN record r ON r.id = f.id {named} {filtered}"
            f" ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        return [FollowUpRow(**dict(zip(FollowUpRow.__struct_fields__, row, strict=True))) for row in found]

    (count,) = replica.connection.execute(f"SELECT count(*) FROM follow_up f {joined} {filtered}", values).fetchone()
    return Listing(count, rows)


def _where(replica: Replica, wanted: Wanted, today: str) -> tuple[list[str], list[str]]:
    until = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    shown: dict[str, tuple[str, list[str]]] = {
        "open": ("f.open = 1", []),
        "overdue": ("f.open = 1 AND f.due_on < ?", [today]),
        "soon": ("f.open = 1 AND f.due_on BETWEEN ? AND ?", [today, until]),
        "reported": ("f.open = 1 AND f.status = 'reported'", []),
        "watch": ("f.watch >= ?", [today]),
        "closed": ("f.open = 0", []),
    }
    clause, values = shown.get(wanted.shown, ("", []))
    where = [clause] if clause else []
    plain = [("f.nature = ?", wanted.nature), ("f.status = ?", wanted.status), ("f.ledger = ?", wanted.unit)]
    for condition, value in [*plain, ("u.category = ?", wanted.category)]:
        if value:
            where.append(condition)
            values.append(value)
    if wanted.group:
        units = units_of_group(replica, wanted.group)
        where.append(f"f.ledger IN ({','.join('?' * len(units))})")
        values += units
    if needle := wanted.text.strip().lower():
        where.append("(instr(lower(f.title), ?) OR instr(lower(u.name), ?) OR instr(u.initials, ?))")
        values += [needle] * 3
    return where, values
