"""What was counted and asked of one unit over time: counts, surveys, the figures of its visits, opinions answered."""

from __future__ import annotations

from typing import Any, TypeGuard

import msgspec

from sync.replica.calendar import zones
from sync.replica.derive import FIELDS_JOIN, load_edits, record_fields
from sync.replica.query import count_verdicts, template
from sync.replica.replica import Replica
from sync.templates import Item

Dated = list[tuple[str, dict[str, Any]]]  # days and fields, oldest first
Points = list[tuple[str, float]]  # days and figures, oldest first


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the checklists, as it was on every visit that has it; `item` is its newest wording."""

    item: Item
    points: Points


class OverTime(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one unit that has a course. `opinions`: the suggestions' days, and of those answered when."""

    counts: Dated
    surveys: Dated
    met: Points
    figures: list[Figure]
    opinions: list[tuple[str, str]]


def over_time(replica: Replica, unit: str) -> OverTime:
    """The course of one unit."""
    visits = _dated(replica, unit, "inspection")
    return OverTime(
        counts=_dated(replica, unit, "count"),
        surveys=_dated(replica, unit, "survey"),
        met=_met(visits),
        figures=_figures(replica, visits),
        opinions=_opinions(replica, unit),
    )


def _dated(replica: Replica, unit: str, kind: str) -> Dated:
    found = replica.connection.execute(
        f"SELECT r.day, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.day, r.record",
        (unit, kind),
    )
    return [(row[0], record_fields(*row[1:])) for row in found]


def _met(visits: Dated) -> Points:
    counted = [(day, count_verdicts(fields)) for day, fields in visits]
    return [(day, 100 * met / total) for day, (met, *rest) in counted if (total := met + sum(rest))]


def _figures(replica: Replica, visits: Dated) -> list[Figure]:
    """Numbers and percentages, in the order of the checklists they come from."""
    items: dict[str, Item] = {}
    for record in dict.fromkeys(str(fields.get("template", "")) for _, fields in visits):
        known = template(replica, record)
        for item in (item for section in known.sections for item in section.items) if known else ():
            if item.kind in ("number", "percentage"):
                items[item.field] = item
    found = [Figure(item=item, points=points(visits, field)) for field, item in items.items()]
    return [figure for figure in found if figure.points]


def points(dated: Dated, field: str) -> Points:
    """A field over time, where it holds a figure."""
    values = [(day, fields.get(field)) for day, fields in dated]
    return [(day, float(value)) for day, value in values if is_number(value)]


def is_number(value: object) -> TypeGuard[float]:
    """Whether a field holds a figure."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _opinions(replica: Replica, unit: str) -> list[tuple[str, str]]:
    """The unit's suggestions: the day each was noted, and the day it was verified as answered (empty: not yet)."""
    found = replica.connection.execute(
        "SELECT r.record, r.day, f.status FROM follow_up f JOIN record r ON r.id = f.id"
        " WHERE f.ledger = ? AND f.nature = 'suggestion' AND f.status <> 'withdrawn' ORDER BY r.day, r.at, r.record",
        (unit,),
    ).fetchall()
    return [(day, _answered(replica, unit, record) if status in _ANSWERED else "") for record, day, status in found]


def _answered(replica: Replica, unit: str, record: str) -> str:
    edits = [loaded.edit for loaded in load_edits(replica.connection, (unit, record))]
    days = [
        zones(replica).day_of(edit.at)
        for edit in edits
        if edit.set and edit.set.get("status") in _ANSWERED and edit.counts
    ]
    return min(days, default="")


_ANSWERED = ("verified", "closed")
