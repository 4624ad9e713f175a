"""The newest inspections in scope, whoever made them, as the office looks through them."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as it stands. `at` is when it was kept, on the clock of the laptop it was kept on."""

    record: str
    unit: str
    unit_name: str
    category: str
    day: str
    at: str
    fields: dict[str, Any]


def newest(replica: Replica, most: int) -> list[Visited]:
    """At most so many inspections that count, newest day first."""
    found = replica.connection.execute(
        "SELECT r.record, r.ledger, u.name, u.category, r.day, r.at, r.fields, e.body FROM record r"
        f" JOIN unit u ON u.ledger = r.ledger {FIELDS_JOIN}"
        " WHERE r.kind = 'inspection' AND r.withdrawn = 0 ORDER BY r.day DESC, r.id DESC LIMIT ?",
        (most,),
    )
    return [
        Visited(
            record=record,
            unit=unit,
            unit_name=name,
            category=category,
            day=day,
            at=at,
            fields=record_fields(stored, body),
        )
        for record, unit, name, category, day, at, stored, body in found
    ]
