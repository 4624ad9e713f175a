"""What happened in a period, over every unit in scope: the rows that reports count, read in a handful of queries.

Days are YYYY-MM-DD and both ends of a period belong to it. Withdrawn units, records and follow-ups are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from sync.replica.answering import all_assigned
from sync.replica.derive import BY_NAME, FIELDS_JOIN
from sync.replica.replica import Replica
from sync.sql_lists import listed

Progress = Callable[[int, int], None]
_AT_ONCE = 5_000  # rows


class PeriodUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as it is now."""

    record: str
    name: str
    category: str
    group: str


class PeriodRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection, note, count or survey dated in the period."""

    record: str
    unit: str
    kind: str
    day: str
    stage: str
    title: str
    by: str
    good_practice: str = ""


class PeriodFollowUp(msgspec.Struct, frozen=True):
    """A follow-up that was opened, settled or outstanding in the period. `settled_on` is empty while outstanding."""

    record: str
    unit: str
    nature: str
    title: str
    status: str
    post: str
    opened_on: str
    due_on: str
    settled_on: str


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A period and what is known of it; units by pinyin, the rest by day."""

    since: str
    until: str
    units: list[PeriodUnit]
    records: list[PeriodRecord]
    follow_ups: list[PeriodFollowUp]


def period(replica: Replica, since: str, until: str, progress: Progress = lambda _done, _total: None) -> Period:
    """Everything dated from `since` to `until`, and every follow-up that was outstanding for a part of it.

    `progress` is told (rows read, 0); an exception it raises stops the reading.
    """
    read = _Reading(replica, progress)
    units = units_now(replica)
    known = {unit.record for unit in units}
    return Period(
        since=since,
        until=until,
        units=units,
        records=_records(read, since, until),
        follow_ups=[row for row in _follow_ups(read, since, until) if row.unit in known],
    )


def units_now(replica: Replica) -> list[PeriodUnit]:
    """Every unit in scope, by pinyin, with its group."""
    assigned = all_assigned(replica)
    found = replica.connection.execute(
        "SELECT ledger, name, category FROM unit WHERE withdrawn = 0 ORDER BY pinyin, ledger"
    )
    return [
        PeriodUnit(record=ledger, name=name, category=category, group=assigned.get(ledger, ("", ""))[0])
        for ledger, name, category in found
    ]


class _Reading:
    """Rows read in parts, and told of."""

    def __init__(self, replica: Replica, progress: Progress) -> None:
        self._replica = replica
        self._progress = progress
        self._read = 0

    def rows(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        cursor = self._replica.connection.execute(statement, values)
        rows: list[tuple[Any, ...]] = []
        while part := cursor.fetchmany(_AT_ONCE):
            rows += part
            self._read += len(part)
            self._progress(self._read, 0)
        return rows


def _records(read: _Reading, since: str, until: str) -> list[PeriodRecord]:
    found = read.rows(_RECORDS, since, until)
    rows = [
        PeriodRecord(
            record=record, unit=ledger, kind=kind, day=day, stage=stage, title=title, by=by, good_practice=words or ""
        )
        for record, ledger, kind, day, stage, title, by, words in found
    ]
    rows.sort(key=attrgetter("day", "record", "unit"))
    return rows


def _follow_ups(read: _Reading, since: str, until: str) -> list[PeriodFollowUp]:
    rows = [PeriodFollowUp(*row) for row in read.rows(_FOLLOW_UPS, since, until)]
    rows.sort(key=attrgetter("opened_on", "record", "unit"))
    return rows


# Unit by unit through the index of its history, so that the years outside the period are never touched.
_RECORDS = (
    "SELECT r.record, r.ledger, r.kind, r.day, r.stage, r.title, r.by, g.words"
    " FROM unit u CROSS JOIN record r ON r.ledger = u.ledger AND r.day BETWEEN ? AND ?"
    " LEFT JOIN good_practice g ON g.id = r.id"
    " WHERE u.withdrawn = 0 AND r.withdrawn = 0 AND r.kind IN ('inspection', 'liaison_note', 'count', 'survey')"
)
_FOLLOW_UPS = (
    "SELECT r.record, f.ledger, f.nature, f.title, f.status, f.post, r.day, f.due_on, f.settled_on"
    " FROM follow_up f CROSS JOIN record r ON r.id = f.id"
    " WHERE (f.settled_on = '' OR f.settled_on >= ?) AND f.status <> 'withdrawn' AND r.day <= ?"
)


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """Which follow-ups a register holds: of one unit or all; outstanding ones, or `settled` ones too; opened when."""

    unit: str = ""
    settled: bool = False
    since: str = ""
    until: str = "9999"


class RegisterRow(msgspec.Struct, frozen=True):
    """A follow-up in a written register, with what is done about it."""

    record: str
    unit: str
    nature: str
    title: str
    status: str
    post: str
    opened_on: str
    due_on: str
    settled_on: str
    watched_until: str
    measure: str
    progress: str


class _Work(msgspec.Struct):
    measure: str | None = None
    progress: str | None = None


class _WorkBody(msgspec.Struct):
    set: _Work


_stored_work = msgspec.json.Decoder(_Work)
_work_body = msgspec.json.Decoder(_WorkBody)


def register_rows(replica: Replica, wanted: Register) -> list[RegisterRow]:
    """The follow-ups of a register: outstanding ones by due date (so overdue first), then settled ones likewise."""
    found = replica.connection.execute(
        f"{_REGISTER}{' AND f.ledger = ?' if wanted.unit else ''}{'' if wanted.settled else ' AND f.open = 1'}"
        " ORDER BY f.open DESC, f.due_on, f.record, f.ledger",
        (wanted.since, wanted.until, *([wanted.unit] if wanted.unit else [])),
    )
    rows: list[tuple[Any, ...]] = [(*row[:-2], *_work(*row[-2:])) for row in found]
    return [RegisterRow(*row) for row in rows]


def _work(stored: bytes | None, body: bytes | None) -> tuple[str, str]:
    try:
        if stored is not None:
            work = _stored_work.decode(stored)
        elif body is not None:
            work = _work_body.decode(body).set
        else:
            return "", ""
    except msgspec.MsgspecError:
        return "", ""
    return work.measure or "", work.progress or ""


_REGISTER = (
    "SELECT r.record, f.ledger, f.nature, f.title, f.status, f.post, r.day, f.due_on, f.settled_on, f.watch,"
    " r.fields, e.body"
    f" FROM follow_up f CROSS JOIN record r ON r.id = f.id {FIELDS_JOIN} WHERE r.day >= ? AND r.day <= ?"
)


class Named(msgspec.Struct, frozen=True):
    """A record as a list names it."""

    record: str
    unit: str
    unit_name: str
    kind: str
    day: str
    title: str


def named_records(replica: Replica, records: Sequence[str]) -> list[Named]:
    """These records, in the order given; what is no longer here keeps its place, named by its id."""
    found = replica.connection.execute(
        "SELECT r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.day, r.title"
        f" FROM {BY_NAME} LEFT JOIN unit u ON u.ledger = r.ledger WHERE n.record IN {listed(records)}"
        " ORDER BY r.record, r.ledger DESC",
        tuple(records),
    )
    known = {row[0]: Named(*row) for row in found}
    return [known.get(record) or Named(record, "", "", "unit", "", record) for record in records]
