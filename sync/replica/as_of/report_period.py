"""What happened in a period of a campaign, over every unit in scope, as it stood at the period's end.

Days are YYYY-MM-DD and both ends of a period belong to it. Withdrawn records are left out; a unit that has closed
counts in every period in which it was there, as what it was at the period's end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from sync.ledger.governance import HANDED_ON
from sync.model.workflow import OUTSTANDING
from sync.replica.as_of.assignments import Responsibility, responsibilities
from sync.replica.as_of.calendar import today
from sync.replica.as_of.corrected import Corrected, corrected_since
from sync.replica.as_of.numbers import Asked, Numbers, TakesPart, numbers
from sync.replica.as_of.parents import committees
from sync.replica.as_of.participants import participants_on
from sync.replica.as_of.past import DUE_ON, FOLLOW_UPS_THEN, SETTLED_ON, STATUS_ON, then
from sync.replica.projection.opened_from import source_of
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN
from sync.replica.queries.follow_ups import Wanted, follow_ups
from sync.replica.replica import Replica
from sync.system.sql_lists import listed
from sync.timeline.participation import Term

Progress = Callable[[int, int], None]
_AT_ONCE = 5_000  # rows


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
    campaign: str = ""


class PeriodFollowUp(msgspec.Struct, frozen=True):
    """A follow-up that was opened, settled or outstanding in the period. `settled_on` is empty while outstanding.

    `status` is `withdrawn` for what was given up and `void` for what was withdrawn as a mistake. `moved`: how often its
    due date was changed in the period.
    """

    record: str
    unit: str
    nature: str
    title: str
    status: str
    post: str
    opened_on: str
    due_on: str
    settled_on: str
    moved: int = 0
    class_: str = ""


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A period and what is known of it; units by pinyin, the rest by day.

    `units` took part in the campaign in the period. `outside` are records on days on which their unit did not take
    part, or was not there: listed, not counted. `earlier` are follow-ups of campaigns that began before this one, which
    were outstanding at the period's end. `committees`: by unit the topmost one above it. `corrected` are facts of the
    period that were corrected or withdrawn after it.
    """

    campaign: str
    since: str
    until: str
    units: list[Responsibility]
    records: list[PeriodRecord]
    follow_ups: list[PeriodFollowUp]
    outside: list[PeriodRecord]
    earlier: list[PeriodFollowUp]
    committees: dict[str, str] = {}
    corrected: list[Corrected] = []
    numbers: Numbers = Numbers()


def period(
    replica: Replica,
    campaign: str,
    since: str,
    until: str,
    progress: Progress = lambda _done, _total: None,
    *,
    stage: str = "",
) -> Period:
    """Return what happened in a campaign from `since` to `until`; without a campaign, in all of them side by side.

    A period that ends in the future ends today: nothing is counted that has not happened, and of a period that has not
    begun nothing at all. `stage`: the campaign's first. `progress` is told (rows read, 0); an exception it raises stops
    the reading.
    """
    read = _Reading(replica, progress)
    until = min(until, today(replica))
    if until < since:
        return Period(
            campaign=campaign, since=since, until=until, units=[], records=[], follow_ups=[], outside=[], earlier=[]
        )
    known = participants_on(replica, until)
    terms = known.of(campaign, since, until) if campaign else None
    there = responsibilities(replica, day=until, since=since)
    units = [unit for unit in there if terms is None or unit.unit in terms]
    takes_part = _taking_part(units, terms)
    counted, outside = _counted(_records(read, campaign, since, until), takes_part)
    return Period(
        campaign=campaign,
        since=since,
        until=until,
        units=units,
        records=counted,
        follow_ups=_follow_ups(read, campaign, since, until),
        outside=outside,
        earlier=_earlier(read, known.begun_before(campaign), until) if campaign else [],
        committees=committees(replica.connection, {unit.unit: unit.parent for unit in there}),
        corrected=corrected_since(replica, campaign, since, until),
        numbers=numbers(replica, Asked(campaign=campaign, since=since, until=until, stage=stage), takes_part),
    )


def _taking_part(units: Sequence[Responsibility], terms: Mapping[str, Sequence[Term]] | None) -> TakesPart:
    """Whether a unit was there and took part on a day."""
    ends = {unit.unit: unit.closed_on or "9999" for unit in units}

    def takes_part(unit: str, day: str) -> bool:
        return day < ends.get(unit, "") and (terms is None or any(term.holds(day) for term in terms.get(unit, ())))

    return takes_part


def _counted(records: Sequence[PeriodRecord], takes_part: TakesPart) -> tuple[list[PeriodRecord], list[PeriodRecord]]:
    """Part records into those of days on which their unit was there and took part, and the others."""
    parted: tuple[list[PeriodRecord], list[PeriodRecord]] = ([], [])
    for row in records:
        parted[0 if takes_part(row.unit, row.day) else 1].append(row)
    return parted


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


def _records(read: _Reading, campaign: str, since: str, until: str) -> list[PeriodRecord]:
    found = read.rows(_RECORDS, since, until, campaign)
    rows = [
        PeriodRecord(
            record=record,
            unit=ledger,
            kind=kind,
            day=day,
            stage=stage,
            title=title,
            by=by,
            good_practice=words or "",
            campaign=of,
        )
        for record, ledger, kind, day, stage, title, by, words, of in found
    ]
    rows.sort(key=attrgetter("day", "record", "unit"))
    return rows


def _follow_ups(read: _Reading, campaign: str, since: str, until: str) -> list[PeriodFollowUp]:
    days = (until, until, until, since, until, until, since)
    found = read.rows(f"{_FOLLOW_UPS} AND ? IN ('', r.campaign)", *days, campaign)
    rows = [PeriodFollowUp(*row) for row in _settled(found) if not row[_SETTLED] or row[_SETTLED] >= since]
    rows.sort(key=attrgetter("opened_on", "record", "unit"))
    return rows


def _earlier(read: _Reading, campaigns: Sequence[str], until: str) -> list[PeriodFollowUp]:
    statement = f"{_FOLLOW_UPS} AND r.campaign IN {listed(campaigns)}"
    found = read.rows(statement, *(until,) * _FOLLOW_UPS.count("?"), *campaigns) if campaigns else []
    rows = [PeriodFollowUp(*row) for row in _settled(found) if not row[_SETTLED]]
    rows.sort(key=attrgetter("due_on", "record", "unit"))
    return rows


def _settled(found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Follow-ups as they stood, but for those handed on, or not handed over yet, which SQL would ask for twice.

    What was settled from the day it was opened was settled on that day.
    """
    for record, unit, nature, title, status, post, opened_on, due_on, last, moved, class_ in found:
        if status not in (HANDED_ON, ""):
            settled_on = "" if status in OUTSTANDING else last or opened_on
            yield record, unit, nature, title, status, post, opened_on, due_on, settled_on, moved, class_


_SETTLED = -3  # in these rows


# Unit by unit through the index of its history, so that the years outside the period are never touched.
_RECORDS = (
    "SELECT r.record, r.ledger, r.kind, r.day, r.stage, r.title, r.by, g.words, r.campaign"
    " FROM unit u CROSS JOIN record r ON r.ledger = u.ledger AND r.day BETWEEN ? AND ?"
    " LEFT JOIN good_practice g ON g.id = r.id"
    " WHERE r.withdrawn = 0 AND r.kind IN ('inspection', 'liaison_note', 'count', 'survey') AND ? IN ('', r.campaign)"
)
_MOVED = (
    "(SELECT count(*) FROM past p WHERE p.id = f.id AND p.field = 'due_on' AND p.value IS NOT NULL"
    " AND p.until BETWEEN ? AND ?)"
)
# Those that are settled now since before the period, and were opened before it, were settled throughout it: most of the
# years behind a county, which nothing is asked of.
_FOLLOW_UPS = (
    f"SELECT r.record, f.ledger, f.nature, f.title, {STATUS_ON}, f.post, r.day, {DUE_ON}, {SETTLED_ON}, {_MOVED},"
    " f.class FROM follow_up f CROSS JOIN record r ON r.id = f.id"
    " WHERE r.day <= ? AND (f.settled_on = '' OR max(f.settled_on, r.day) >= ?)"
)


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """Which follow-ups a register holds: of one unit or all, of a campaign or all of them, opened when; outstanding
    ones, or `settled` ones too. As they were at the end of `day`; without one as they are now. `only`: of these those
    that its filters let through.
    """

    unit: str = ""
    campaign: str = ""
    day: str = ""
    settled: bool = False
    since: str = ""
    until: str = "9999"
    only: Wanted | None = None


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
    class_: str
    lead_unit: str
    responsible_unit: str
    first_due: str
    moved: int
    reported_by: str
    verified_by: str
    cause: str
    measure: str
    progress: str
    source: str


class _Work(msgspec.Struct):
    cause: str | None = None
    measure: str | None = None
    progress: str | None = None


class _WorkBody(msgspec.Struct):
    set: _Work


_stored_work = msgspec.json.Decoder(_Work)
_work_body = msgspec.json.Decoder(_WorkBody)


def register_rows(replica: Replica, wanted: Register, now: str = "") -> list[RegisterRow]:
    """The follow-ups of a register: outstanding ones by due date (so overdue first), then settled ones likewise."""
    only = {" AND f.ledger = ?": wanted.unit, " AND r.campaign = ?": wanted.campaign}
    where = "".join(condition for condition, value in only.items() if value)
    found = replica.connection.execute(
        f"{_REGISTER.format(FOLLOW_UPS_THEN if wanted.day else 'follow_up')}{where}"
        f"{'' if wanted.settled else ' AND f.open > 0'} ORDER BY f.open DESC, f.due_on, f.record, f.ledger",
        (*(then(wanted.day) if wanted.day else ()), wanted.since, wanted.until, *filter(None, only.values())),
    )
    rows: list[tuple[Any, ...]] = [(*row[:-2], *_work(*row[-2:]), source_of(*row[-2:])) for row in found]
    if wanted.only is not None:
        asked = msgspec.structs.replace(wanted.only, unit=wanted.unit, campaign=wanted.campaign, day=wanted.day)
        listing = follow_ups(replica, asked, today=wanted.day or now)
        let_through = {(row.record, row.unit) for row in listing.rows(0, listing.count)}
        rows = [row for row in rows if row[:2] in let_through]
    return [RegisterRow(*row) for row in rows]


def _work(stored: bytes | None, body: bytes | None) -> tuple[str, str, str]:
    try:
        if stored is not None:
            work = _stored_work.decode(stored)
        elif body is not None:
            work = _work_body.decode(body).set
        else:
            return "", "", ""
    except msgspec.MsgspecError:
        return "", "", ""
    return work.cause or "", work.measure or "", work.progress or ""


_REGISTER = (
    "SELECT r.record, f.ledger, f.nature, f.title, f.status, f.post, r.day, f.due_on,"
    " CASE WHEN f.open THEN '' ELSE coalesce(nullif(f.settled_on, ''), r.day) END, f.watch,"
    " f.class, f.lead, f.responsible, f.first_due, f.moved, f.reported_by, f.verified_by, r.fields, e.body"
    f" FROM {{}} f CROSS JOIN record r ON r.id = f.id {FIELDS_JOIN} WHERE r.day >= ? AND r.day <= ?"
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
