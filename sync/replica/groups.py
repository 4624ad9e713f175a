"""Which units a group has, as far as this laptop knows: from the scope, or for the office from `staff`."""

from __future__ import annotations

from sync.replica.derive import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica


def units_of_group(replica: Replica, group: str) -> list[str]:
    """The units in scope that are assigned to a group."""
    scope = replica.scope
    if scope is not None and not scope.staff:
        units = scope.units or [row[0] for row in replica.connection.execute("SELECT ledger FROM unit")]
        return [unit for unit in units if scope.unit_groups.get(unit, scope.group) == group]
    found = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = 'staff' AND r.kind = 'assignment' AND r.withdrawn = 0"
    )
    assigned = [record_fields(*row) for row in found]
    return [str(fields.get("unit", "")) for fields in assigned if fields.get("group") == group]
