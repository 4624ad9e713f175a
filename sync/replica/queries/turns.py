"""Whose turn a follow-up is: sent back, to do, to be answered by the office, to be verified by another, to be closed.

Read through indexes: `follow_up_doer` holds what is to be done by whose it is, `follow_up_done` what was reported or
verified, `follow_up_class` the questions that go up to the office (`questions`), which are nobody else's to do.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sync.model.days import plus
from sync.model.kinds import LIAISON, OFFICE
from sync.replica.as_of.on_duty import Nobodys
from sync.replica.queries.questions import Condition, question
from sync.replica.replica import Replica
from sync.system.sql_lists import listed

ANSWERED_DAYS = 14  # so long a settled question stands with who asked it
_FEW_UNITS = 64  # so many are read unit by unit; of more, one in so many rows by due date is one of theirs


class Turn(msgspec.Struct, frozen=True):
    """A follow-up that waits; `who` is whose it is to do, who reported or verified it, or asked the office.

    `settled_on` is empty while it is outstanding. In the order of reading.
    """

    record: str
    unit: str
    unit_name: str
    nature: str
    title: str
    due_on: str
    status: str
    settled_on: str
    who: str


class Part(msgspec.Struct, frozen=True):
    """The first follow-ups of one sort, the longest overdue first; `more` are not among them."""

    rows: list[Turn]
    more: int


NONE = Part([], 0)


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for this person.

    `sent_back`: to her; `mine`: hers to do; `others`: others' in her scope that are overdue or due soon, and what is
    nobody's (`on_duty`); `to_verify`, `to_close`: what somebody else reported. `to_answer`: questions that go up to the
    office, for all of it; `answered`: those this person asked, once they are settled, or out of her hands.
    """

    sent_back: Part
    mine: Part
    others: Part
    to_answer: Part = NONE
    to_verify: Part = NONE
    to_close: Part = NONE
    answered: Part = NONE


def turns(replica: Replica, day: str, until: str, most: int, ownerless: Nobodys) -> Turns:
    """Return whose turn it is on a day, at most so many of a sort; due soon is what is due by `until`.

    The office sees of what others have to do only that of units which have neither a group nor a liaison officer. What
    is nobody's any more stands with the unit's group at once, and with the office where it has none.
    """
    identity = replica.joined()
    me = identity.person
    asked = _Asked(replica, day)
    kept, values = asked.not_up
    found = Turns(
        sent_back=_read(replica, _DOING, "f.doer = ? AND f.status = 'returned'", (me,), most),
        mine=_read(replica, _DOING, f"f.doer = ? AND f.status <> 'returned'{kept}", (me, *values), most),
        others=_others(asked, me, ownerless, until, most),
        to_answer=asked.to_answer(most) if identity.role == OFFICE else NONE,
        answered=asked.answered(me, most, outstanding=identity.role == LIAISON) if identity.role != OFFICE else NONE,
    )
    if identity.role == LIAISON:
        return found
    return msgspec.structs.replace(
        found,
        to_verify=_read(replica, _REPORTED, "f.status = 'reported' AND f.reported_by <> ?", (me,), most),
        to_close=_read(replica, _VERIFIED, "f.status = 'verified' AND f.reported_by <> ?", (me,), most),
    )


class _Asked:
    """The questions that go up to the office, on a day; where no campaign has any, nothing is read."""

    def __init__(self, replica: Replica, day: str) -> None:
        self.replica, self.day = replica, day
        self._is, self._values = question(replica)
        self._any = bool(self._values)

    @property
    def not_up(self) -> Condition:
        """The condition, to be added to others, that a row is the office's to answer in no way."""
        return (f" AND (f.status = 'returned' OR NOT ({self._is}))", self._values) if self._any else ("", ())

    def due(self, me: str, units: Sequence[str] | None, until: str) -> int:
        """Count others' questions that are due, of these units or of all."""
        if not self._any:
            return 0
        theirs = f" AND +f.ledger IN {listed(units)}" if units is not None else ""
        where = f"{self._is} AND {_UNANSWERED} AND f.due_on <= ? AND f.doer <> ?{theirs}"
        return _count(self.replica, _BY_CLASS, where, (*self._values, until, me, *(units or ())))

    def to_answer(self, most: int) -> Part:
        """Return those that wait for the office."""
        return self._read(_UNANSWERED, (), most)

    def answered(self, me: str, most: int, *, outstanding: bool) -> Part:
        """Return those this person asked that were settled lately; `outstanding`: those said to be done, too."""
        by = "(SELECT r.by FROM record r WHERE r.id = f.id) = ?"
        done = self._read(f"f.settled_on = '' AND f.open = 1 AND {by}", (me,), most) if outstanding else NONE
        since = plus(self.day, -ANSWERED_DAYS)
        ended = "f.settled_on >= ? AND f.status IN ('closed', 'withdrawn')"
        settled = self._read(f"{ended} AND {by}", (since, me), most - len(done.rows))
        return Part([*done.rows, *settled.rows], done.more + settled.more)

    def _read(self, where: str, values: tuple[str, ...], most: int) -> Part:
        source = (_ANSWERER, _BY_CLASS, self._is)
        return _read(self.replica, source, where, (*self._values, *values), most) if self._any else NONE


def _others(asked: _Asked, me: str, ownerless: Nobodys, until: str, most: int) -> Part:
    """Return others' follow-ups that are due, of all units or of the office's, and then those that are nobody's."""
    if ownerless.units is not None and not ownerless.units:
        return NONE
    uncovered = ownerless.uncovered
    due = NONE if ownerless.units and not uncovered else _due(asked, me, ownerless.units and uncovered, until, most)
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
    kept, classes = asked.not_up
    nobodys_ = _read(asked.replica, _DOING, where + kept, (*values, *classes), most - len(due.rows))
    return Part([*due.rows, *nobodys_.rows], due.more + nobodys_.more)


def _due(asked: _Asked, me: str, units: Sequence[str] | None, until: str, most: int) -> Part:
    """Return others' follow-ups that are due; of few units unit by unit, of many by date until there are enough."""
    index, theirs, values = "follow_up_due", "", tuple(units or ())
    if units is not None:
        index = "follow_up_unit" if len(units) <= _FEW_UNITS else index
        theirs = f" AND {'' if index == 'follow_up_unit' else '+'}f.ledger IN {listed(units)}"
    where = f"f.open = 2 AND f.due_on <= ?{theirs}"
    replica, (kept, classes) = asked.replica, asked.not_up
    wanted, given = f"{where} AND f.doer <> ?{kept}", (until, *values, me, *classes)
    rows = _rows(replica, "f.doer", f"INDEXED BY {index}", wanted, given, most + 1)
    if len(rows) <= most:
        return Part(rows, 0)
    mine = f"{where.replace(' f.ledger', ' +f.ledger')} AND f.doer = ?"  # fewer to read than those of others
    all_ = _count(replica, f"INDEXED BY {index}", where, (until, *values))
    mine_ = _count(replica, "INDEXED BY follow_up_doer", mine, (until, *values, me))
    return Part(rows[:most], all_ - mine_ - asked.due(me, units, until) - most)


def _read(replica: Replica, source: tuple[str, str, str], where: str, values: tuple[str, ...], most: int) -> Part:
    """Return one sort; it is counted only where there is more of it than is read."""
    who, index, among = source
    rows = _rows(replica, who, index, f"{among} AND {where}", values, most + 1)
    if len(rows) <= most:
        return Part(rows, 0)
    return Part(rows[:most], _count(replica, index, f"{among} AND {where}", values) - most)


def _rows(replica: Replica, who: str, index: str, where: str, values: tuple[str, ...], most: int) -> list[Turn]:
    found = replica.connection.execute(
        f"SELECT f.record, f.ledger, coalesce(u.name, f.ledger), f.nature, f.title, f.due_on, f.status,"
        f" f.settled_on, {who} FROM follow_up f {index} LEFT JOIN unit u ON u.ledger = f.ledger"
        f" WHERE {where} ORDER BY f.due_on, f.record, f.ledger LIMIT ?",
        (*values, most),
    )
    return [Turn(*row) for row in found.fetchall()]


def _count(replica: Replica, index: str, where: str, values: tuple[str, ...]) -> int:
    (count,) = replica.connection.execute(f"SELECT count(*) FROM follow_up f {index} WHERE {where}", values).fetchone()
    return int(count)


# Whose name goes with a sort, and the index that holds it.
_DOING = ("f.doer", "INDEXED BY follow_up_doer", "f.open = 2")
_REPORTED = ("f.reported_by", "INDEXED BY follow_up_done", "f.open = 1")
_VERIFIED = ("f.verified_by", "INDEXED BY follow_up_done", "f.open = 1")
_BY_CLASS = "INDEXED BY follow_up_class"
_UNANSWERED = "f.settled_on = '' AND f.open = 2 AND f.status <> 'returned'"
# Who answered; while nobody has, who asked.
_ANSWERER = "coalesce(nullif(f.reported_by, ''), (SELECT r.by FROM record r WHERE r.id = f.id))"
