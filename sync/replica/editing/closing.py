"""Closing a unit, and taking that back; what becomes of its open follow-ups is part of the act, all of it or nothing.

The office closes a unit with a day, a reason and its successors. Every open follow-up goes to a successor, as a new one
in the successor's ledger that names where it came from and keeps its first due date and the day it was opened on, or is
settled with a reason. What was handed over counts where it was until that day, and with the successor from that day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sync.ledger.fold import Folded, fold_record
from sync.model.validation import KINDS, Fault, InvalidFields
from sync.model.workflow import NEXT_STEPS
from sync.protocol.blobs import FIELD
from sync.replica.as_of.calendar import certain_day, today
from sync.replica.editing.edits import Refused, Written, correct_in, create_in
from sync.replica.editing.unit_rules import is_closed_for_good
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, load_edits, read_governance, record_fields
from sync.replica.queries.follow_ups import Wanted
from sync.replica.queries.rows import FollowUpRow
from sync.replica.query import follow_ups
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection

_ITS_OWN = frozenset(  # what a follow-up that is handed over does not take along
    {"status", "progress", "due_on", "opened_on", "carried_from", "carried_to", "watch_until", "on", "correction"}
)


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of an open follow-up: it goes to the unit `to`, or is settled because of `why`."""

    record: str
    to: str = ""
    why: str = ""


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A unit ends on a day; `closed_why` is one of `kinds.CLOSED_WHY`, `reason` the office's own words."""

    unit: str
    on: str
    closed_why: str
    reason: str
    successors: tuple[str, ...] = ()


class TakenBack(msgspec.Struct, frozen=True):
    """What was written to take a closing back, and the follow-ups that stay where they were handed to."""

    written: list[Written]
    stayed: list[str]


def open_follow_ups(replica: Replica, unit: str) -> list[FollowUpRow]:
    """Return the follow-ups of a unit of which its closing has to say what becomes of them, by due date."""
    listing = follow_ups(replica, Wanted(unit=unit), today=today(replica))
    return listing.rows(0, listing.count)


def close(replica: Replica, closing: Closing, outcomes: Sequence[Outcome]) -> list[Written]:
    """Close a unit with every one of its open follow-ups handed over or settled.

    Raises `InvalidFields` for a wrong day or unit and for anybody but the office, and `Refused` (`closed_already`,
    `closed_in_future`, `successor_needed`, `outcome_needed` or what `append` refuses).
    """
    with replica.transaction() as connection:
        unit = _unit(connection, closing.unit)
        _check(replica, connection, unit, closing)
        wanted = {outcome.record: outcome for outcome in outcomes}
        left = [row.record for row in open_follow_ups(replica, closing.unit)]
        _check_outcomes(closing, left, wanted)
        written = []
        for record in left:
            written += _settle(replica, connection, record, wanted[record], closing)
        name = str(unit.fields.get("name", ""))
        for successor in closing.successors:
            named = {f"predecessor.{closing.unit}": name}
            written.append(correct_in(replica, connection, successor, named, closing.reason))
        fields = {"closed_on": closing.on, "closed_why": closing.closed_why, "on": closing.on}
        fields |= _successors(connection, closing.successors)
        written.append(correct_in(replica, connection, closing.unit, fields, closing.reason))
        return written


def take_back(replica: Replica, unit: str, reason: str) -> TakenBack:
    """Take the closing of a unit back as a mistake, within 30 days of it: it was never closed.

    A follow-up that was handed over comes back, unless somebody has worked on it since: then it stays. What was settled
    stays settled. Raises `Refused` (`not_closed`, `closed_for_good`), and `InvalidFields`.
    """
    with replica.transaction() as connection:
        folded = _unit(connection, unit)
        if not folded.fields.get("closed_on"):
            raise Refused("not_closed", "This unit is not closed.")
        if is_closed_for_good(connection, folded):
            raise Refused("closed_for_good", "A unit that closed more than 30 days ago stays closed.")
        closed_at = max(value.at for value in folded.live["closed_on"])
        fields: dict[str, Any] = {name: None for name in folded.fields if _says_that_it_closed(name)}
        written = [correct_in(replica, connection, unit, {**fields, "correction": True}, reason)]
        stayed, given = [], set()
        for record, to in _handed_over(connection, unit):
            if (there := _untouched(connection, to, closed_at)) is None:
                stayed.append(to)
                given.add(_ledger_of(connection, to))
            else:
                written += _bring_back(replica, connection, record, there, unit, reason)
        for successor in sorted(_named_members(folded.fields, "successor") - given):
            if f"predecessor.{unit}" in _unit(connection, successor).fields:
                written.append(correct_in(replica, connection, successor, {f"predecessor.{unit}": None}, reason))
        return TakenBack(written, stayed)


# --- what must hold --------------------------------------------------------------------------------------------------


def _check(replica: Replica, connection: Connection, unit: Folded, closing: Closing) -> None:
    if unit.fields.get("closed_on"):
        raise Refused("closed_already", "This unit is closed already.")
    if closing.on > certain_day(replica):
        raise Refused("closed_in_future", "A unit is closed on the day, or after it.")
    if closing.closed_why == "merged" and not closing.successors:
        raise Refused("successor_needed", "A unit that is merged names the unit it is merged into.")
    wrong = [each for each in closing.successors if each == closing.unit or not _is_there(connection, each)]
    if wrong:
        raise InvalidFields([Fault(field="successor", code="no_such_unit", wanted=each) for each in wrong], "unit")


def _check_outcomes(closing: Closing, left: Iterable[str], wanted: Mapping[str, Outcome]) -> None:
    for record in left:
        outcome = wanted.get(record, Outcome(record))
        if bool(outcome.to) == bool(outcome.why.strip()) or (outcome.to and outcome.to not in closing.successors):
            raise Refused("outcome_needed", "Each open follow-up goes to one successor, or is settled with a reason.")


def _is_there(connection: Connection, unit: str) -> bool:
    found = connection.execute("SELECT withdrawn FROM unit WHERE ledger = ?", (unit,)).fetchone()
    return found is not None and found[0] == 0


def _unit(connection: Connection, unit: str) -> Folded:
    folded = fold_record([loaded.edit for loaded in load_edits(connection, (unit, unit))])
    if folded is None or folded.kind != "unit" or folded.withdrawn:
        raise Refused("not_found", "There is no such unit here.")
    return folded


def _successors(connection: Connection, successors: Sequence[str]) -> dict[str, Any]:
    """Return the fields that name the successors: the first as older programs read it, and all with their names."""
    named = {f"successor.{each}": str(_unit(connection, each).fields.get("name", "")) for each in successors}
    return {"successor": successors[0], **named} if successors else {}


def _says_that_it_closed(field: str) -> bool:
    return field in ("closed_on", "closed_why", "successor") or field.startswith("successor.")


def _named_members(fields: Mapping[str, Any], family: str) -> set[str]:
    return {name.partition(".")[2] for name in fields if name.startswith(f"{family}.")}


# --- follow-ups ------------------------------------------------------------------------------------------------------


def _settle(replica: Replica, connection: Connection, record: str, outcome: Outcome, closing: Closing) -> list[Written]:
    """Write what becomes of one open follow-up."""
    folded, id_, day, campaign = _follow_up(connection, record)
    over = "withdrawn" if "withdrawn" in NEXT_STEPS.get(str(folded.fields.get("status")), ()) else "closed"
    change = {"status": over, "on": closing.on, "progress": outcome.why.strip() or closing.reason}
    change["ruling"] = closing.unit  # the closing of the unit is the office's word on it
    if not outcome.to:
        return [correct_in(replica, connection, record, change, closing.reason)]
    fields = _taken_along(connection, folded)
    first_due, *moves = _due_dates(connection, id_)
    fields |= {"opened_on": day, "carried_from": record, "due_on": first_due[1], "on": closing.on}
    fields["status"] = "open" if folded.fields.get("status") == "open" else "in_progress"
    if campaign:
        fields["campaign"] = campaign
    made = create_in(replica, connection, "follow_up", outcome.to, fields)
    written = [made]
    for moved_on, due in moves:  # how often it moved goes along, and since when
        moved = {"due_on": due, "on": moved_on, "ruling": closing.unit}
        written.append(correct_in(replica, connection, made.record, moved, closing.reason))
    change["carried_to"] = made.record
    return [*written, correct_in(replica, connection, record, change, closing.reason)]


def _due_dates(connection: Connection, id_: int) -> list[tuple[str, str]]:
    """Return the due dates that a follow-up has had, by its row, each with the day from which it held."""
    (last,) = connection.execute("SELECT due_on FROM follow_up WHERE id = ?", (id_,)).fetchone()
    rows = connection.execute(
        "SELECT until, value FROM past WHERE id = ? AND field = 'due_on' ORDER BY until", (id_,)
    ).fetchall()
    since = ["", *(until for until, _ in rows)]
    return [(day, due) for day, due in zip(since, [*(value for _, value in rows), last], strict=True) if due]


def _taken_along(connection: Connection, folded: Folded) -> dict[str, Any]:
    """Return the fields that go along; of the attachments those whose files are here."""
    known = KINDS[folded.kind].field
    fields = {name: value for name, value in folded.fields.items() if name not in _ITS_OWN and known(name)}
    if str(fields.get("origin", "")).startswith(f"{folded.ledger}#"):  # mends a flag of the unit that ends
        del fields["origin"]
    files = {name for (name,) in connection.execute("SELECT name FROM blob WHERE complete = 1")}
    return {name: value for name, value in fields.items() if not name.startswith(FIELD) or name[len(FIELD) :] in files}


def _follow_up(connection: Connection, record: str) -> tuple[Folded, int, str, str]:
    """Return a follow-up, its row, the day it was opened on, and its campaign."""
    ledger, id_, day, campaign = connection.execute(
        f"SELECT r.ledger, r.id, r.day, r.campaign FROM {BY_NAME} WHERE n.record = ? AND r.kind = 'follow_up'",
        (record,),
    ).fetchone()
    edits = [loaded.edit for loaded in load_edits(connection, (ledger, record))]
    folded = fold_record(edits, read_governance(connection))
    if folded is None:
        raise Refused("not_found", "There is no such record here.")
    return folded, id_, day, campaign


# --- taking back -----------------------------------------------------------------------------------------------------


def _handed_over(connection: Connection, unit: str) -> list[tuple[str, str]]:
    """Return the follow-ups of a unit that were handed over, each with the one it became."""
    rows = connection.execute(
        "SELECT r.record, r.fields, e.body FROM follow_up f CROSS JOIN record r ON r.id = f.id"
        f" {FIELDS_JOIN} WHERE f.ledger = ? AND f.open = 0 ORDER BY r.record",
        (unit,),
    ).fetchall()
    found = [(record, record_fields(*row).get("carried_to")) for record, *row in rows]
    return [(record, to) for record, to in found if isinstance(to, str)]


def _untouched(connection: Connection, record: str, closed_at: str) -> str | None:
    """Return a follow-up that was handed over, if nothing has been written of it since; None otherwise."""
    ledger = _ledger_of(connection, record)
    edits = load_edits(connection, (ledger, record)) if ledger else []
    return record if edits and all(loaded.edit.at <= closed_at for loaded in edits) else None


def _ledger_of(connection: Connection, record: str) -> str:
    row = connection.execute(f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ?", (record,)).fetchone()
    return str(row[0]) if row else ""


def _bring_back(
    replica: Replica, connection: Connection, record: str, to: str, unit: str, reason: str
) -> list[Written]:
    opened = {"status": "open", "carried_to": None, "progress": reason, "correction": True}
    return [
        correct_in(replica, connection, to, {"withdrawn": True, "ruling": unit, "correction": True}, reason),
        correct_in(replica, connection, record, opened, reason),
    ]
