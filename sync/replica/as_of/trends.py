"""What was counted and asked of one unit over time: counts, surveys, the figures of its visits, opinions answered."""

from __future__ import annotations

from typing import Any, TypeGuard

import msgspec

from sync.model.templates import Item
from sync.replica.as_of.past import STATUS_ON, courses_of
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.query import count_verdicts, template
from sync.replica.replica import Replica

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


def over_time(replica: Replica, unit: str, *, campaign: str = "", day: str = "") -> OverTime:
    """The course of one unit; in one campaign, and up to the end of a day, where said."""
    until = day or _ALL_DAYS
    visits, counts, surveys = (
        _dated(replica, unit, kind, campaign, until) for kind in ("inspection", "count", "survey")
    )
    return OverTime(
        counts=counts,
        surveys=surveys,
        met=_met(visits),
        figures=_figures(replica, visits),
        opinions=_opinions(replica, unit, campaign, until),
    )


def _dated(replica: Replica, unit: str, kind: str, campaign: str, until: str) -> Dated:
    found = replica.connection.execute(
        f"SELECT r.day, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 AND r.day <= ? AND ? IN ('', r.campaign)"
        " ORDER BY r.day, r.record",
        (unit, kind, until, campaign),
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


def _opinions(replica: Replica, unit: str, campaign: str, until: str) -> list[tuple[str, str]]:
    """The unit's suggestions up to a day: the day each was noted, and the day since which it is answered, or empty."""
    found = replica.connection.execute(
        f"SELECT r.day, r.id, f.status, {STATUS_ON} AS stood FROM follow_up f JOIN record r ON r.id = f.id"
        " WHERE f.ledger = ? AND f.nature = 'suggestion' AND r.day <= ? AND ? IN ('', r.campaign)"
        " AND stood NOT IN ('withdrawn', 'void', 'handed_on', '') ORDER BY r.day, r.at, r.record",
        (until, unit, until, campaign),
    ).fetchall()
    return [
        (day, _answered(replica, id_, now, until) or day if stood in _ANSWERED else "")
        for day, id_, now, stood in found
    ]


def _answered(replica: Replica, id_: int, status: str, until: str) -> str:
    """Since when a follow-up, now of this status, is answered without a break; empty: since it was opened."""
    answered: str | None = None
    for first, held in courses_of(replica, id_, {"status": status})["status"]:
        if first <= until:
            answered = (first if answered is None else answered) if held in _ANSWERED else None
    return answered or ""


_ANSWERED = ("verified", "closed")
_ALL_DAYS = "\U0010ffff"
