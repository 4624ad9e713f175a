"""Who answers for the units, and putting it down: group, liaison officer, the responsibility chain, weak flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from sync.ledger.ids import LEDGER_STAFF, assignment_record
from sync.replica.as_of.calendar import certain_day, today
from sync.replica.as_of.duties import duties_on, duty_of, groups_on, is_here, officers_on
from sync.replica.as_of.existing_units import units_there
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.queries.rows import UnitCard
from sync.replica.queries.weak import FLAGS, repairs
from sync.replica.replica import Replica
from sync.timeline.duties import NOBODY, Duty

CHAIN = ("first", "deputy", "contact_point", "direct", "business")  # the posts, from above to the unit's own


class Responsibility(msgspec.Struct, frozen=True, kw_only=True):
    """One unit and who answers for it. `chain` has the posts that are filled; `weak` the flags that are set, each with
    the status of its follow-ups, oldest first; `counted`: whether there is a baseline. `vacant_since`,
    `ungrouped_since`: the day since which the unit has no liaison officer or group any more.
    """

    unit: str
    name: str
    category: str
    parent: str = ""
    group: str = ""
    liaison: str = ""
    vacant_since: str = ""
    ungrouped_since: str = ""
    chain: dict[str, str] = {}
    weak: dict[str, list[str]] = {}
    counted: bool = False
    closed_on: str = ""


def responsibilities(replica: Replica, unit: str = "", *, day: str, since: str = "") -> list[Responsibility]:
    """Every unit that was there at the end of a day, or one, by pinyin, as it was then.

    `since`: those that closed after that day are among them. The day a unit closes on is the first without it.
    """
    only, values = (" AND ledger = ?", (unit,)) if unit else ("", ())
    duties = {unit: duty_of(replica, unit, day)} if unit else duties_on(replica, day)
    counted = {row[0] for row in replica.connection.execute(_COUNTED + only, (day, *values))}
    found = []
    for ledger, name, fields in units_there(replica, day, unit=unit, since=since):
        duty = duties.get(ledger, NOBODY)
        weak = _weak(replica, ledger, fields, day)
        found.append(_responsibility(ledger, name, fields, duty, weak, counted=ledger in counted))
    return found


def _responsibility(
    unit: str, name: str, fields: dict[str, Any], duty: Duty, weak: dict[str, list[str]], *, counted: bool
) -> Responsibility:
    return Responsibility(
        unit=unit,
        name=name,
        category=str(fields.get("category", "other")),
        parent=str(fields.get("parent", "")),
        group=duty.group,
        liaison=duty.liaison,
        vacant_since=duty.vacant_since,
        ungrouped_since=duty.ungrouped_since,
        chain=_chain(fields),
        weak=weak,
        counted=counted,
        closed_on=str(fields.get("closed_on", "")),
    )


def responsibility_of(replica: Replica, card: UnitCard, day: str) -> Responsibility:
    """Who answers for the unit of a card that has been read."""
    duty = duty_of(replica, card.id, day)
    weak = _weak(replica, card.id, card.fields, day)
    return _responsibility(card.id, card.name, card.fields, duty, weak, counted=bool(card.counts))


def _chain(fields: dict[str, Any]) -> dict[str, str]:
    return {post: str(fields[f"chain.{post}"]) for post in CHAIN if fields.get(f"chain.{post}")}


def _weak(replica: Replica, unit: str, fields: dict[str, Any], day: str) -> dict[str, list[str]]:
    flags = [flag for flag in FLAGS if fields.get(flag) is True]
    standing = repairs(replica.connection, unit, day) if flags else {}
    return {flag: standing.get(flag, []) for flag in flags}


def _staff(replica: Replica, kind: str) -> list[tuple[str, dict[str, object]]]:
    found = replica.connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.record",
        (LEDGER_STAFF, kind),
    )
    return [(row[0], record_fields(*row[1:])) for row in found]


def groups(replica: Replica) -> list[tuple[str, str]]:
    """The groups that are not closed as (id, name); for the office, which reads `staff`."""
    named = {record: str(fields.get("name", record)) for record, fields in _staff(replica, "group")}
    there = groups_on(replica, named, today(replica))
    return [(record, name) for record, name in named.items() if record in there]


def liaison_officers(replica: Replica) -> list[tuple[str, str]]:
    """The liaison officers on duty as (id, name); for the office."""
    named = {record: str(fields.get("name", record)) for record, fields in _staff(replica, "person")}
    there = officers_on(replica, named, today(replica))
    return [(record, name) for record, name in named.items() if record in there]


def members(replica: Replica, group: str) -> list[str]:
    """The people of a group who have not left, by their ids; for the office."""
    naming = msgspec.json.encode(group).decode()
    found = replica.connection.execute(_MEMBERS, (LEDGER_STAFF, f'"group":{naming}')).fetchall()
    people = [(row[0], record_fields(*row[1:])) for row in found]
    day = today(replica)
    return [person for person, fields in people if fields.get("group") == group and is_here(replica, person, day)]


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """The first and the last day of a duty, empty: today and without end.

    A `correction` of who answers holds from the day of what it replaces.
    """

    since: str = ""
    until: str = ""
    correction: bool = False

    def fields(self) -> dict[str, Any]:
        """The fields of an assignment that say so."""
        stated: dict[str, Any] = {"from": self.since, "until": self.until, "correction": self.correction}
        return {name: value for name, value in stated.items() if value}


FROM_TODAY = Term()


def assign(
    replica: Replica,
    units: Sequence[str],
    *,
    group: str | None = None,
    liaison: str | None = None,
    why: str = "",
    term: Term = FROM_TODAY,
) -> list[Written]:
    """Assign units to a group, a liaison officer or both, all of them or none; an empty id takes the assignment away.

    The other laptops follow at their next sync. Raises `InvalidFields` for anybody but the office, and `Refused`.
    """
    wanted = {name: value or None for name, value in (("group", group), ("liaison", liaison)) if value is not None}
    if term.since and term.until and term.until < term.since:
        raise Refused("ends_before_it_begins", "The last day of a duty is before its first.")
    wanted |= term.fields()
    if not term.since and not term.correction and (day := certain_day(replica)) > today(replica):
        wanted["from"] = day  # a clock that is behind would take the duty from others for days that have passed
    records = {assignment_record(unit): {"unit": unit, **wanted} for unit in dict.fromkeys(units)}
    return edits.put(replica, "assignment", records, why)


# The others, who are many, need not be decoded.
_MEMBERS = (
    f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'person'"
    " AND r.withdrawn = 0 AND instr(coalesce(r.fields, e.body), CAST(? AS BLOB)) ORDER BY r.record"
)
# A unit's baseline comes early in its history, of which no more is read.
_COUNTED = (
    "SELECT ledger FROM unit WHERE EXISTS (SELECT 1 FROM record r WHERE r.ledger = unit.ledger AND r.kind = 'count'"
    " AND r.withdrawn = 0 AND r.day <= ?)"
)
