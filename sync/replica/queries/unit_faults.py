"""Units of which two acts do not go together, each right alone: what the office has to put right."""

from __future__ import annotations

import msgspec

from sync.model.kinds import RECORDED_OF_A_UNIT
from sync.replica.as_of.parents import circled
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed


class UnitFault(msgspec.Struct, frozen=True, kw_only=True):
    """`code`: `open_after_closing` or `records_after_withdrawal` with a `count`, `parent_circle`, or `no_parent`."""

    unit: str
    name: str
    code: str
    count: int = 0


def unit_faults(replica: Replica) -> list[UnitFault]:
    """Return what is to be put right, by unit; only a laptop that has every unit can say that a parent is not there."""
    connection = replica.connection
    found = [
        *(_fault(row, "open_after_closing") for row in connection.execute(_OPEN_AFTER_CLOSING).fetchall()),
        *(_fault(row, "records_after_withdrawal") for row in connection.execute(_RECORDS, RECORDED_OF_A_UNIT)),
        *_circles(connection),
        *(_fault(row, "no_parent") for row in connection.execute(_NO_PARENT).fetchall()),
    ]
    return sorted(found, key=lambda fault: (fault.name, fault.unit, fault.code))


def _fault(row: tuple[str, str, int], code: str) -> UnitFault:
    return UnitFault(unit=row[0], name=row[1], code=code, count=row[2])


def _circles(connection: Connection) -> list[UnitFault]:
    statement = "SELECT ledger, name, 0 FROM unit WHERE ledger = ?"
    return [_fault(connection.execute(statement, (unit,)).fetchone(), "parent_circle") for unit in circled(connection)]


_OPEN_AFTER_CLOSING = "SELECT ledger, name, open FROM unit WHERE withdrawn = 2 AND open > 0"
_RECORDS = (
    "SELECT u.ledger, u.name, count(*) FROM unit u CROSS JOIN record r ON r.ledger = u.ledger WHERE u.withdrawn = 1"
    f" AND r.withdrawn = 0 AND r.kind IN {listed(RECORDED_OF_A_UNIT)} GROUP BY u.ledger, u.name"
)
_NO_PARENT = (
    "SELECT ledger, name, 0 FROM unit WHERE withdrawn = 0 AND parent <> ''"
    " AND NOT EXISTS (SELECT 1 FROM unit above WHERE above.ledger = unit.parent AND above.withdrawn <> 1)"
)
