"""The register of follow-ups: which ones a person wants to see, and the rows of it. Read through `query`.

Counts and pages are read from one index, `follow_up_due`, which holds the register's order and what it is filtered by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from sync.console.full_width import as_meant, folded
from sync.model.days import plus
from sync.model.workflow import SOON_DAYS
from sync.replica.as_of.existing_units import units_of_category
from sync.replica.as_of.groups import units_of_group
from sync.replica.as_of.past import FOLLOW_UPS_THEN, then
from sync.replica.projection.bigrams import query
from sync.replica.projection.opened_from import come_from, kinds_of, source_of
from sync.replica.projection.tables import FIELDS_JOIN
from sync.replica.queries.questions import question
from sync.replica.queries.rows import FollowUpRow, Listing
from sync.replica.replica import Replica
from sync.replica.storage.fast_reads import ONCE_CALLED
from sync.system.sql_lists import listed

SHOWN = (
    *("open", "overdue", "soon", "to_answer", "reported", "verified"),
    *("moved", "watch", "closed", "given_up", "void", "all"),
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of the register; empty ones filter nothing. `text` is looked for as in search, and in the unit's name.

    `shown` is one of `SHOWN`: `to_answer` waits for the office's answer (`questions`), `reported` to be verified,
    `verified` to be closed; `moved` has another date than at first; `watch` was closed and is still looked after;
    `void` was withdrawn as a mistake. `day`: the register as it was at the end of that day; without one as it is now.
    `moved`: put off so often at least; `source`: the record it was opened from, or the kind of that record.
    """

    shown: str = "open"
    nature: str = ""
    status: str = ""
    unit: str = ""
    category: str = ""
    group: str = ""
    text: str = ""
    campaign: str = ""
    day: str = ""
    class_: str = ""
    lead: str = ""
    responsible: str = ""
    post: str = ""
    reporter: str = ""
    verifier: str = ""
    moved: str = ""
    source: str = ""

    @property
    def table(self) -> tuple[str, tuple[str, ...]]:
        """What the follow-ups are read from, and the values it wants."""
        return (FOLLOW_UPS_THEN, then(self.day)) if self.day else ("follow_up", ())


OPEN = Wanted()
COLUMNS = {  # filters by what stands in a column of the table, as it stands there
    "class_": "class",
    "lead": "lead",
    "responsible": "responsible",
    "post": "post",
    "reporter": "reported_by",
    "verifier": "verified_by",
}
FIELDS = (*COLUMNS, "moved", "source")  # filters whose values are found in the register


def follow_ups(replica: Replica, wanted: Wanted = OPEN, *, today: str) -> Listing[FollowUpRow]:
    """The register: open ones by due date (so overdue first), then closed ones; what is watched by the watch's end.

    `today`: the day to which a date is near or past, where the register is not asked for as of another.
    """
    source, days = wanted.table
    where, values = _where(replica, wanted, wanted.day or today)
    values = [*days, *values]
    filtered = f"WHERE {' AND '.join(where)}" if where else ""
    order = f"{'f.watch' if wanted.shown == 'watch' else 'f.open DESC, f.due_on'}, f.record, f.ledger"
    if wanted.text.strip():
        return _named(replica, wanted, filtered, order, values)

    def rows(offset: int, limit: int) -> list[FollowUpRow]:
        return _rows(replica, source, f"{filtered} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset))

    unordered = filtered.replace("+f.ledger", "f.ledger")  # to count, unit by unit may be the shorter way
    (count,) = replica.connection.execute(f"SELECT count(*) FROM {source} f {unordered}", values).fetchone()
    return Listing(count, rows)


def values_found(replica: Replica, field: str, wanted: Wanted, *, today: str) -> list[tuple[str, int]]:
    """Return what the filter `field` (of `FIELDS`) may be set to, and how many follow-ups each lets through."""
    others = msgspec.structs.replace(wanted, **{field: ""})
    source, days = others.table
    where, values = _where(replica, others, others.day or today)
    filtered = f"WHERE {' AND '.join(where)}" if where else ""
    if field == "source":
        found = replica.connection.execute(f"{_SOURCES.format(source)} {filtered}", (*days, *values)).fetchall()
        records = [source_of(*row) for row in found]
        kinds = kinds_of(replica, records)
        return Counter(kinds[record] for record in records if record in kinds).most_common()
    column = COLUMNS.get(field, field)
    counted = dict(
        replica.connection.execute(
            f"SELECT f.{column}, count(*) FROM {source} f {filtered} GROUP BY 1 ORDER BY 2 DESC, 1", (*days, *values)
        ).fetchall()
    )
    if field == "moved":
        times = sorted(each for each in counted if each)
        return [(str(least), sum(counted[each] for each in times if each >= least)) for least in times]
    return [(value, count) for value, count in counted.items() if value]


_SOURCES = f"SELECT r.fields, e.body FROM {{}} f CROSS JOIN record r ON r.id = f.id {FIELDS_JOIN}"


def _named(replica: Replica, wanted: Wanted, filtered: str, order: str, values: list[str]) -> Listing[FollowUpRow]:
    """Those that words are looked for in: found once, and read a page at a time."""
    source, days = wanted.table
    found = [
        id_ for (id_,) in replica.connection.execute(f"SELECT f.id FROM {source} f {filtered} ORDER BY {order}", values)
    ]

    def rows(offset: int, limit: int) -> list[FollowUpRow]:
        page = found[offset : offset + limit]
        return _rows(replica, source, f"WHERE f.id IN {listed(page)} ORDER BY {order}", (*days, *page))

    return Listing(len(found), rows)


def _rows(replica: Replica, source: str, rest: str, values: Sequence[object]) -> list[FollowUpRow]:
    found = replica.connection.execute(f"{_ROW.format(source)} {rest}", tuple(values)).fetchall()
    rows: list[tuple[Any, ...]] = [(*row[:-2], source_of(*row[-2:])) for row in found]
    return [FollowUpRow(*row) for row in rows]


_ROW = (
    "SELECT r.record, f.ledger, coalesce(u.name, f.ledger), f.nature, f.title, f.due_on, f.status, f.post, r.by,"
    " f.watch, f.class, f.lead, f.responsible, f.first_due, f.moved, f.reported_by, f.verified_by, r.fields, e.body"
    f" FROM {{}} f CROSS JOIN record r ON r.id = f.id {FIELDS_JOIN} LEFT JOIN unit u ON u.ledger = f.ledger"
)


def _where(replica: Replica, wanted: Wanted, today: str) -> tuple[list[str], list[str]]:
    until = plus(today, SOON_DAYS)
    goes_up, classes = question(replica)
    shown: dict[str, tuple[str, list[str]]] = {
        "open": ("f.open > 0", []),
        "overdue": ("f.open = 2 AND f.due_on < ?", [today]),
        "soon": ("f.open = 2 AND f.due_on BETWEEN ? AND ?", [today, until]),
        "to_answer": (f"f.open = 2 AND {goes_up}", [*classes]),
        "reported": ("f.open = 1 AND f.status = 'reported'", []),
        "verified": ("f.open = 1 AND f.status = 'verified'", []),
        "watch": ("f.watch <> '' AND f.watch >= ?", [today]),
        "closed": ("f.open = 0 AND f.status = 'closed'", []),
        "given_up": ("f.open = 0 AND f.status = 'withdrawn'", []),
        "void": ("f.open = 0 AND f.status = 'void'", []),
        "moved": ("f.moved > 0", []),
    }
    clause, values = shown.get(wanted.shown, ("", []))
    where = [clause] if clause else []
    plain = {"f.nature": wanted.nature, "f.status": wanted.status, "f.ledger": wanted.unit}
    for column, value in (plain | {f"f.{COLUMNS[name]}": getattr(wanted, name) for name in COLUMNS}).items():
        if value:
            where.append(f"{column} = ?")
            values.append(value)
    if wanted.moved:
        where.append("f.moved >= CAST(? AS INTEGER)")
        values.append(wanted.moved)
    if wanted.source:
        where.append(f"f.id IN ({', '.join(map(str, come_from(replica, wanted.source)))})")
    if wanted.campaign:
        where.append("? = (SELECT campaign FROM record WHERE id = f.id)")
        values.append(wanted.campaign)
    if wanted.category and wanted.day:
        units = units_of_category(replica, wanted.category, wanted.day)
        where.append(f"f.ledger IN {listed(units)}")
        values += units
    elif wanted.category:  # the plus keeps SQLite from reading unit by unit, which would cost it the order
        where.append("+f.ledger IN (SELECT ledger FROM unit WHERE category = ?)")
        values.append(as_meant(wanted.category))
    if wanted.group:
        units = units_of_group(replica, wanted.group, wanted.day)
        where.append(f"+f.ledger IN {listed(units)}")
        values += units
    if needle := folded(wanted.text):
        match = query(needle)
        where.append(f"f.id IN ({_MATCHED if match else ''}{_OF_UNITS_NAMED})")
        values += [*([match] if match else []), *[needle] * 4]
    return where, values


_MATCHED = "SELECT rowid FROM search WHERE search MATCH ? UNION ALL "
_OF_UNITS_NAMED = (
    "SELECT id FROM follow_up WHERE ledger IN"
    f" (SELECT ledger FROM unit WHERE instr(folded(name), ?) OR instr(initials, ?) UNION ALL {ONCE_CALLED})"
)
