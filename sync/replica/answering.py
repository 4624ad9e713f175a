"""Who answers for the units, and putting it down: group, liaison officer, the responsibility chain, weak flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.ids import LEDGER_STAFF, assignment_record
from sync.replica import append, query
from sync.replica.append import Written
from sync.replica.derive import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.replica.views import UnitCard
from sync.replica.weak import FLAGS, repairs

CHAIN = ("first", "deputy", "contact_point", "direct", "business")  # the posts, from above to the unit's own


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """One unit and who answers for it. `chain` has the posts that are filled; `weak` the flags that are set, each with
    the status of its follow-ups, oldest first; `counted`: whether there is a baseline.
    """

    unit: str
    name: str
    category: str
    group: str = ""
    liaison: str = ""
    chain: dict[str, str] = {}
    weak: dict[str, list[str]] = {}
    counted: bool = False


def answering(replica: Replica, unit: str = "") -> list[Answering]:
    """Every unit in scope, or one, by pinyin."""
    connection = replica.connection
    only, values = (" AND u.ledger = ?", (unit,)) if unit else ("", ())
    assigned = {unit: query.assigned(replica, unit)} if unit else all_assigned(replica)
    counted = {row[0] for row in connection.execute(_COUNTED + (" AND ledger = ?" if unit else ""), values)}
    found = []
    for ledger, name, category, stored, body in connection.execute(_UNITS.format(only), values).fetchall():
        fields = record_fields(stored, body)
        group, liaison = assigned.get(ledger, ("", ""))
        found.append(
            Answering(
                unit=ledger,
                name=name,
                category=category,
                group=group,
                liaison=liaison,
                chain=_chain(fields),
                weak=_weak(replica, ledger, fields),
                counted=ledger in counted,
            )
        )
    return found


def answering_of(replica: Replica, card: UnitCard) -> Answering:
    """Who answers for the unit of a card that has been read."""
    return Answering(
        unit=card.id,
        name=card.name,
        category=card.category,
        group=card.group,
        liaison=card.liaison,
        chain=_chain(card.fields),
        weak=_weak(replica, card.id, card.fields),
        counted=bool(card.counts),
    )


def _chain(fields: dict[str, Any]) -> dict[str, str]:
    return {post: str(fields[f"chain.{post}"]) for post in CHAIN if fields.get(f"chain.{post}")}


def _weak(replica: Replica, unit: str, fields: dict[str, Any]) -> dict[str, list[str]]:
    flags = [flag for flag in FLAGS if fields.get(flag) is True]
    standing = repairs(replica.connection, unit) if flags else {}
    return {flag: standing.get(flag, []) for flag in flags}


def all_assigned(replica: Replica) -> dict[str, tuple[str, str]]:
    """The group and the liaison officer of every unit, empty without: from the scope, or for the office `staff`."""
    scope = replica.scope
    if scope is not None and not scope.staff:
        units = [*scope.units, *(row[0] for row in replica.connection.execute("SELECT ledger FROM unit"))]
        return {unit: (scope.unit_groups.get(unit, scope.group), scope.liaisons.get(unit, "")) for unit in units}
    rows = _staff(replica, "assignment")
    return {str(row.get("unit", "")): (str(row.get("group", "")), str(row.get("liaison", ""))) for _, row in rows}


def _staff(replica: Replica, kind: str) -> list[tuple[str, dict[str, object]]]:
    found = replica.connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.record",
        (LEDGER_STAFF, kind),
    )
    return [(row[0], record_fields(*row[1:])) for row in found]


def groups(replica: Replica) -> list[tuple[str, str]]:
    """The groups as (id, name); for the office, which reads `staff`."""
    return [(record, str(fields.get("name", record))) for record, fields in _staff(replica, "group")]


def liaison_officers(replica: Replica) -> list[tuple[str, str]]:
    """The liaison officers who have not left as (id, name); for the office."""
    return [
        (record, str(fields.get("name", record)))
        for record, fields in _staff(replica, "person")
        if fields.get("role") == "liaison" and fields.get("left") is not True
    ]


def members(replica: Replica, group: str) -> list[str]:
    """The people of a group who have not left, by their ids; for the office."""
    naming = msgspec.json.encode(group).decode()
    found = replica.connection.execute(_MEMBERS, (LEDGER_STAFF, f'"group":{naming}')).fetchall()
    people = [(row[0], record_fields(*row[1:])) for row in found]
    return [person for person, fields in people if fields.get("group") == group and fields.get("left") is not True]


def assign(
    replica: Replica, units: Sequence[str], *, group: str | None = None, liaison: str | None = None, why: str = ""
) -> list[Written]:
    """Assign units to a group, a liaison officer or both, all of them or none; an empty id takes the assignment away.

    The other laptops follow at their next sync. Raises `InvalidFields` for anybody but the office, and `Refused`.
    """
    wanted = {name: value or None for name, value in (("group", group), ("liaison", liaison)) if value is not None}
    records = {assignment_record(unit): {"unit": unit, **wanted} for unit in dict.fromkeys(units)}
    return append.put(replica, "assignment", records, why)


_UNITS = (
    f"SELECT u.ledger, u.name, u.category, r.fields, e.body FROM unit u CROSS JOIN {BY_NAME} AND n.record = u.ledger"
    f" AND r.ledger = u.ledger {FIELDS_JOIN} WHERE u.withdrawn = 0{{}} ORDER BY u.pinyin, u.ledger"
)
# The others, who are many, need not be decoded.
_MEMBERS = (
    f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'person'"
    " AND r.withdrawn = 0 AND instr(coalesce(r.fields, e.body), CAST(? AS BLOB)) ORDER BY r.record"
)
_COUNTED = "SELECT DISTINCT ledger FROM record WHERE kind = 'count' AND withdrawn = 0"
