"""Whose turn a follow-up is: sent back, to do, to be verified by another, to be closed. Read through two indexes.

`follow_up_doer` holds what is to be done by whose it is, `follow_up_done` what was reported or verified.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sync.kinds import LIAISON
from sync.replica.on_duty import Nobodys, nobodys
from sync.replica.replica import Replica
from sync.sql_lists import listed

_FEW_UNITS = 64  # so many are read unit by unit; of more, one in so many rows by due date is one of theirs


class Turn(msgspec.Struct, frozen=True):
    """A follow-up that waits; `who` is whose it is to do, or who reported or verified it. In the order of reading."""

    record: str
    unit: str
    unit_name: str
    nature: str
    title: str
    due_on: str
    status: str
    who: str


class Part(msgspec.Struct, frozen=True):
    """The first follow-ups of one sort, the longest overdue first; `more` are not among them."""

    rows: list[Turn]
    more: int


NONE = Part([], 0)


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for this person.

    `sent_back`: to her; `mine`: hers to do; `others`: others' in her scope that are overdue or due soon, and what is
    nobody's (`on_duty`); `to_verify`, `to_close`: what somebody else reported.
    """

    sent_back: Part
    mine: Part
    others: Part
    to_verify: Part = NONE
    to_close: Part = NONE


def turns(replica: Replica, day: str, until: str, most: int) -> Turns:
    """Return whose turn it is on a day, at most so many of a sort; due soon is what is due by `until`.

    The office sees of what others have to do only that of units which have neither a group nor a liaison officer. What
    is nobody's any more stands with the unit's group at once, and with the office where it has none.
    """
    identity = replica.joined()
    me = identity.person
    found = Turns(
        sent_back=_read(replica, _DOING, "f.doer = ? AND f.status = 'returned'", (me,), most),
        mine=_read(replica, _DOING, "f.doer = ? AND f.status <> 'returned'", (me,), most),
        others=_others(replica, me, nobodys(replica, day), until, most),
    )
    if identity.role == LIAISON:
        return found
    return msgspec.structs.replace(
        found,
        to_verify=_read(replica, _REPORTED, "f.status = 'reported' AND f.reported_by <> ?", (me,), most),
        to_close=_read(replica, _VERIFIED, "f.status = 'verified' AND f.reported_by <> ?", (me,), most),
    )


def _others(replica: Replica, me: str, ownerless: Nobodys, until: str, most: int) -> Part:
    """Return others' follow-ups that are due, of all units or of the office's, and then those that are nobody's."""
    if ownerless.units is not None and not ownerless.units:
        return NONE
    uncovered = ownerless.uncovered
    due = NONE if ownerless.units and not uncovered else _due(replica, me, ownerless.units and uncovered, until, most)
    people = sorted(ownerless.people - {me})
    where, values = f"f.doer IN {listed(people)} AND (f.due_on > ?", (*people, until)
    if ownerless.units is None:
        where += ")"
    else:
        # What is due in units that nobody at all answers for is among the others' already.
        pairs = [f"{unit} {person}" for unit, person in sorted(ownerless.but)]
        officered = sorted({*ownerless.units} - {*uncovered})
        where += f" OR +f.ledger IN {listed(officered)}) AND +f.ledger IN {listed(ownerless.units)}"
        where += f" AND f.ledger || ' ' || f.doer NOT IN {listed(pairs)}" if pairs else ""
        values = (*values, *officered, *ownerless.units, *pairs)
    nobodys_ = _read(replica, _DOING, where, values, most - len(due.rows))
    return Part([*due.rows, *nobodys_.rows], due.more + nobodys_.more)


def _due(replica: Replica, me: str, units: Sequence[str] | None, until: str, most: int) -> Part:
    """Return others' follow-ups that are due; of few units unit by unit, of many by date until there are enough."""
    index, theirs, values = "follow_up_due", "", tuple(units or ())
    if units is not None:
        index = "follow_up_unit" if len(units) <= _FEW_UNITS else index
        theirs = f" AND {'' if index == 'follow_up_unit' else '+'}f.ledger IN {listed(units)}"
    where = f"f.open = 2 AND f.due_on <= ?{theirs}"
    rows = _rows(replica, "doer", f"INDEXED BY {index}", f"{where} AND f.doer <> ?", (until, *values, me), most + 1)
    if len(rows) <= most:
        return Part(rows, 0)
    mine = f"{where.replace(' f.ledger', ' +f.ledger')} AND f.doer = ?"  # fewer to read than those of others
    all_ = _count(replica, f"INDEXED BY {index}", where, (until, *values))
    return Part(rows[:most], all_ - _count(replica, "INDEXED BY follow_up_doer", mine, (until, *values, me)) - most)


def _read(replica: Replica, source: tuple[str, str, str], where: str, values: tuple[str, ...], most: int) -> Part:
    """Return one sort; it is counted only where there is more of it than is read."""
    who, index, among = source
    rows = _rows(replica, who, index, f"{among} AND {where}", values, most + 1)
    if len(rows) <= most:
        return Part(rows, 0)
    return Part(rows[:most], _count(replica, index, f"{among} AND {where}", values) - most)


def _rows(replica: Replica, who: str, index: str, where: str, values: tuple[str, ...], most: int) -> list[Turn]:
    found = replica.connection.execute(
        f"SELECT f.record, f.ledger, coalesce(u.name, f.ledger), f.nature, f.title, f.due_on, f.status, f.{who}"
        f" FROM follow_up f {index} LEFT JOIN unit u ON u.ledger = f.ledger"
        f" WHERE {where} ORDER BY f.due_on, f.record, f.ledger LIMIT ?",
        (*values, most),
    )
    return [Turn(*row) for row in found.fetchall()]


def _count(replica: Replica, index: str, where: str, values: tuple[str, ...]) -> int:
    (count,) = replica.connection.execute(f"SELECT count(*) FROM follow_up f {index} WHERE {where}", values).fetchone()
    return int(count)


# Whose name goes with a sort, and the index that holds it.
_DOING = ("doer", "INDEXED BY follow_up_doer", "f.open = 2")
_REPORTED = ("reported_by", "INDEXED BY follow_up_done", "f.open = 1")
_VERIFIED = ("verified_by", "INDEXED BY follow_up_done", "f.open = 1")
