"""The facts of a period that were corrected or withdrawn after its end: what it said then may have been otherwise."""

from __future__ import annotations

import msgspec

from sync.replica.replica import Replica
from sync.system.sql_lists import listed
from sync.timeline.corrections import FACTS


class Corrected(msgspec.Struct, frozen=True):
    """A record dated in a period, now or before its correction. `on`: the last day it was corrected or withdrawn."""

    record: str
    unit: str
    kind: str
    day: str
    title: str
    on: str
    withdrawn: bool


def corrected_since(replica: Replica, campaign: str, since: str, until: str) -> list[Corrected]:
    """Return the facts of a campaign's period that were corrected after it, by day; of all campaigns without one."""
    found = replica.connection.execute(_CORRECTED, (*FACTS, until, since, until, since, until, campaign))
    return [
        Corrected(record, unit, kind, day, title, on, bool(withdrawn))
        for record, unit, kind, day, title, on, withdrawn in found
    ]


_CORRECTED = (
    "SELECT r.record, r.ledger, r.kind, r.day, r.title, max(p.until), r.withdrawn"
    " FROM past p INDEXED BY past_day CROSS JOIN record r ON r.id = p.id"
    f" WHERE p.kind IN {listed(FACTS)} AND p.until > ? AND p.field = 'corrected'"
    " AND (r.day BETWEEN ? AND ? OR p.value BETWEEN ? AND ?) AND r.withdrawn <> 2 AND ? IN ('', r.campaign)"
    " GROUP BY r.id ORDER BY r.day, r.record, r.ledger"
)
