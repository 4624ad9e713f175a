"""Search over everything in scope, as a person types: Chinese of any length, Latin words, unit names by sound."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.replica.connect import Error
from sync.replica.derive import FIELDS_JOIN, record_fields, search_text
from sync.replica.grams import query
from sync.replica.replica import Replica

_BEFORE, _AFTER = 16, 60  # characters of text shown around a hit


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


def find(replica: Replica, text: str, kind: str | None = None, limit: int = 50) -> list[Hit]:
    """The records that contain every blank-separated part of `text`, newest first; units found by pinyin come first."""
    by_sound = _units(replica, text, limit) if kind in (None, "unit") else []
    match = query(text)
    if not match:
        return by_sound[:limit]
    found = replica.connection.execute(
        "SELECT r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.day, r.title, r.fields, e.body"
        " FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) s"
        " JOIN record r ON r.id = s.rowid LEFT JOIN unit u ON u.ledger = r.ledger"
        f" {FIELDS_JOIN}" + (" WHERE r.kind = ?" if kind else "") + " ORDER BY s.rowid DESC",
        (match, limit if not kind else 100 * limit, *((kind,) if kind else ())),
    )
    parts = text.split()
    hits = by_sound + [_hit(row, parts) for row in found]
    return list({hit.record: hit for hit in hits}.values())[:limit]


def _units(replica: Replica, text: str, limit: int) -> list[Hit]:
    needle = "".join(text.lower().split())
    if not needle.isascii() or not needle:
        return []
    found = replica.connection.execute(
        "SELECT ledger, name FROM unit WHERE withdrawn = 0 AND (instr(initials, ?) OR instr(pinyin, ?))"
        " ORDER BY pinyin, ledger LIMIT ?",
        (needle, needle, limit),
    )
    return [
        Hit(record=id_, unit=id_, unit_name=name, kind="unit", day="", title=name, snippet=name, spans=[])
        for id_, name in found
    ]


def _hit(row: tuple[Any, ...], parts: list[str]) -> Hit:
    record, unit, unit_name, kind, day, title, stored, body = row
    text = search_text(kind, record_fields(stored, body)).replace("\n", " ")
    folded = text.lower()
    places = [place for part in parts if (place := folded.find(part.lower())) >= 0]
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
        spans=_spans(snippet.lower(), parts),
    )


def _spans(snippet: str, parts: list[str]) -> list[tuple[int, int]]:
    spans = []
    for part in parts:
        place = snippet.find(part.lower())
        while place >= 0:
            spans.append((place, place + len(part)))
            place = snippet.find(part.lower(), place + len(part))
    return sorted(spans)


def is_intact(replica: Replica) -> bool:
    """Whether the index agrees with itself (FTS5's own check)."""
    try:
        replica.connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    except Error:
        return False
    return True
