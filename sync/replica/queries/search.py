"""Search over everything in scope, as a person types: Chinese of any length, Latin words, unit names by sound."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sync.console.full_width import folded, folded_in_place
from sync.replica.as_of.calendar import today
from sync.replica.as_of.groups import units_of_group
from sync.replica.as_of.participants import at_hand
from sync.replica.projection.bigrams import query
from sync.replica.projection.sounding import sounding
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, former_names, record_fields, search_text
from sync.replica.query import records_of_code
from sync.replica.replica import Replica
from sync.replica.storage.fast_reads import ONCE_CALLED
from sync.system.sql_lists import listed

_BEFORE, _AFTER = 16, 60  # characters of text shown around a hit
NEWEST = 5_000  # matches that filters look through between two keys
_LONGEST = 200  # characters of what is searched for that count
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?", re.ASCII)
_COLUMNS = "r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.day, r.title, r.fields, e.body, r.id"
_NEWEST_FIRST = "r.day DESC, r.record DESC, r.ledger DESC"
_FOUND = "SELECT rowid FROM search WHERE search MATCH ?"
# Few matches are sorted; of many the newest are met walking the records from the newest on. The plus keeps SQLite from
# choosing otherwise.
_FEW = f"(SELECT id FROM record r WHERE r.id IN ({_FOUND}) ORDER BY +{_NEWEST_FIRST} LIMIT ?)"
_MANY = f"(SELECT id FROM record r INDEXED BY record_newest WHERE +r.id IN ({_FOUND}) ORDER BY {_NEWEST_FIRST} LIMIT ?)"
_ALL = f"(SELECT id FROM record r INDEXED BY record_newest ORDER BY {_NEWEST_FIRST} LIMIT ?)"
_SORTED_AT_MOST = 2_000  # matches


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was found; `spans` are (start, end) in `snippet` of what was typed."""

    record: str
    unit: str
    unit_name: str
    kind: str
    day: str
    title: str
    snippet: str
    spans: list[tuple[int, int]]


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What hits are kept: each that is not empty. `since` and `until` are days or beginnings of days (`2026-09`).

    A stage is one of a campaign: of the one at hand where none is named.
    """

    kind: str = ""
    since: str = ""
    until: str = ""
    campaign: str = ""
    stage: str = ""
    category: str = ""
    group: str = ""


NO_FILTERS = Filters()


def find(replica: Replica, text: str, filters: Filters = NO_FILTERS, limit: int = 50, *, newest: int = -1) -> list[Hit]:
    """The records that contain every blank-separated part of `text`, newest first; units found by pinyin come first.

    A part that is a month or a day (`2026-09`, `2026-09-12`) keeps what is dated so. With filters and no text, the
    newest records that pass them. `newest`: how many of the newest matches filters look through; -1 for all of them.
    """
    parts = folded(text[:_LONGEST]).split()
    for part in parts:
        if _DATE.fullmatch(part):
            filters = msgspec.structs.replace(filters, since=part, until=part)
    parts = [part for part in parts if not _DATE.fullmatch(part)]
    match = query(" ".join(parts))
    plain = filters == NO_FILTERS
    by_sound = _units(replica, "".join(parts), limit) if plain or filters == Filters(kind="unit") else []
    if not match and (plain or parts):
        return by_sound[:limit]
    where, values = _where(replica, filters)
    most = limit if plain else newest
    source, first = (_source(replica, match), (match, most)) if match else (_ALL, (newest,))
    found = replica.connection.execute(
        f"SELECT {_COLUMNS} FROM {source} s JOIN record r ON r.id = s.id"
        f" LEFT JOIN unit u ON u.ledger = r.ledger {FIELDS_JOIN}{where}"
        f" ORDER BY {_NEWEST_FIRST} LIMIT ?",
        (*first, *values, limit),
    )
    hits = _of_code(replica, " ".join(parts)) + by_sound + [_hit(replica, row, parts) for row in found]
    return list({hit.record: hit for hit in hits}.values())[:limit]


def _source(replica: Replica, match: str) -> str:
    """How the newest matches are found, by how many there are."""
    counted = f"SELECT count(*) FROM ({_FOUND} LIMIT ?)"
    (count,) = replica.connection.execute(counted, (match, _SORTED_AT_MOST)).fetchone()
    return _MANY if count == _SORTED_AT_MOST else _FEW


def _where(replica: Replica, filters: Filters) -> tuple[str, tuple[object, ...]]:
    """The condition the filters make, and its values."""
    conditions = [
        ("r.kind = ?", filters.kind),
        ("r.day >= ?", filters.since),
        ("r.day <= ?", filters.until and filters.until + "~"),  # a tilde sorts after every digit and dash
        ("r.campaign = ?", filters.campaign),
        ("u.category = ?", filters.category),
    ]
    wanted = [(condition, value) for condition, value in conditions if value]
    values: tuple[object, ...] = tuple(value for _, value in wanted)
    clauses = [condition for condition, _ in wanted]
    if filters.stage:
        clauses.append("r.campaign = ? AND r.stage = ?")
        values += (filters.campaign or at_hand(replica, today(replica)), filters.stage)
    if filters.group:
        units = units_of_group(replica, filters.group)
        clauses.append(f"r.ledger IN {listed(units)}")
        values += tuple(units)
    return (" WHERE " + " AND ".join(clauses) if clauses else ""), values


def _of_code(replica: Replica, typed: str) -> list[Hit]:
    """The record whose check code, as it stands on a signed sheet, was typed."""
    records = records_of_code(replica, typed)
    found = replica.connection.execute(
        f"SELECT {_COLUMNS} FROM {BY_NAME} LEFT JOIN unit u ON u.ledger = r.ledger {FIELDS_JOIN}"
        f" WHERE n.record IN {listed(records)} ORDER BY r.record, r.ledger",
        records,
    )
    return [_hit(replica, row, []) for row in found]


def _units(replica: Replica, text: str, limit: int) -> list[Hit]:
    needle = "".join(folded(text).split())
    if not needle.isascii() or not needle:
        return []
    found = replica.connection.execute(
        "SELECT ledger, name, pinyin, initials FROM unit"
        f" WHERE withdrawn <> 1 AND (instr(initials, ?) OR instr(pinyin, ?) OR ledger IN ({ONCE_CALLED}))"
        " ORDER BY withdrawn, pinyin, ledger LIMIT ?",
        (needle, needle, needle, needle, limit),
    ).fetchall()
    return [_unit_hit(replica, needle, *row) for row in found]


def _unit_hit(replica: Replica, needle: str, unit: str, name: str, pinyin: str, initials: str) -> Hit:
    """A unit found by the sound of its name, or of one it had before, which then stands behind it."""
    from sync.replica.projection.pinyin import initials as initials_of
    from sync.replica.projection.pinyin import spelled

    snippet, spans = name, sounding(name, pinyin, initials, needle)
    if needle not in pinyin and needle not in initials and (former := _once_called(replica, unit, needle)):
        snippet, start = f"{name} {former}", len(name) + 1
        heard = sounding(former, spelled(former), initials_of(former), needle)
        spans = [(start + first, start + last) for first, last in heard]
    return Hit(record=unit, unit=unit, unit_name=name, kind="unit", day="", title=name, snippet=snippet, spans=spans)


def _once_called(replica: Replica, unit: str, needle: str) -> str:
    """What the unit was called before that sounds like what was typed."""
    row = replica.connection.execute(
        f"SELECT p.value FROM {BY_NAME} CROSS JOIN past p ON p.id = r.id WHERE n.record = ? AND r.ledger = ?"
        " AND p.field = 'name' AND sounds_like(p.value, ?) ORDER BY p.until DESC",
        (unit, unit, needle),
    ).fetchone()
    return str(row[0]) if row else ""


def _hit(replica: Replica, row: tuple[Any, ...], parts: list[str]) -> Hit:
    record, unit, unit_name, kind, day, title, stored, body, id_ = row
    fields = record_fields(stored, body)
    former = former_names(replica.connection, id_, fields) if kind == "unit" else ()
    text = search_text(kind, fields, former).replace("\n", " ")
    compared = folded_in_place(text)
    places = [place for part in parts if (place := compared.find(part)) >= 0]
    start = max(0, min(places, default=0) - _BEFORE)
    snippet = text[start : min(places, default=0) + _AFTER]
    return Hit(
        record=record,
        unit=unit,
        unit_name=unit_name,
        kind=kind,
        day=day,
        title=title,
        snippet=snippet,
        spans=_spans(folded_in_place(snippet), parts),
    )


def _spans(snippet: str, parts: list[str]) -> list[tuple[int, int]]:
    spans = []
    for part in parts:
        place = snippet.find(part)
        while place >= 0:
            spans.append((place, place + len(part)))
            place = snippet.find(part, place + len(part))
    return sorted(spans)
