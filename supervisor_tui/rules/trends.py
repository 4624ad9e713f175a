"""The course of a unit as rows of figures: baseline and later counts, coverage, opinions, satisfaction. Pure.

The exempt are counted apart: the members expected to study are the members without them.
"""

from __future__ import annotations

import msgspec

from sync.model.kinds import KINDS
from sync.model.surveys import satisfaction
from sync.model.templates import Wording
from sync.replica.as_of.trends import OverTime, Points, is_number, points

SECTIONS = ("counts", "visits", "opinions", "satisfaction")


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over time. `name` is a key of the catalogue, or `title` says what it is; `unit` follows the figure."""

    name: str
    points: Points
    title: Wording | None = None
    unit: Wording | str = ""

    @property
    def change(self) -> float:
        """What the last figure has more than the first."""
        return self.points[-1][1] - self.points[0][1]


def trends(course: OverTime) -> dict[str, list[Trend]]:
    """The rows of each section, in order; what was never counted is left out."""
    found = {
        "counts": _counts(course),
        "visits": _visits(course),
        "opinions": _opinions(course),
        "satisfaction": _satisfaction(course),
    }
    return {section: [trend for trend in found[section] if trend.points] for section in SECTIONS}


def _counts(course: OverTime) -> list[Trend]:
    rows = [
        Trend(name=f"field.count.{field}", points=points(course.counts, field)) for field in KINDS["count"].together
    ]
    expected = [
        (day, float(fields["members"] - fields["exempt"]))
        for day, fields in course.counts
        if is_number(fields.get("members")) and is_number(fields.get("exempt"))
    ]
    return [*rows[:2], Trend(name="trends.expected", points=expected), *rows[2:]]


def _visits(course: OverTime) -> list[Trend]:
    figures = [
        Trend(
            name=figure.item.field,
            title=figure.item.title,
            points=figure.points,
            unit="%" if figure.item.kind == "percentage" else figure.item.unit or "",
        )
        for figure in course.figures
    ]
    return [Trend(name="trends.met", points=course.met, unit="%"), *figures]


def _opinions(course: OverTime) -> list[Trend]:
    """How many opinions had been gathered, and how many of them answered, by each day on which that changed."""
    gathered = [day for day, _ in course.opinions]
    answered = [day for _, day in course.opinions if day]
    days = sorted({*gathered, *answered})
    rows = {"trends.gathered": gathered, "trends.answered": answered}
    return [
        Trend(name=name, points=[(day, float(sum(each <= day for each in known))) for day in days])
        for name, known in rows.items()
    ]


def _satisfaction(course: OverTime) -> list[Trend]:
    shares = [(day, share) for day, fields in course.surveys if (share := satisfaction(fields)) is not None]
    fields = ("returned", "satisfied", "fairly", "unsatisfied")
    ballots = [Trend(name=f"field.survey.{name}", points=points(course.surveys, name)) for name in fields]
    return [Trend(name="trends.share", points=shares, unit="%"), *ballots]
