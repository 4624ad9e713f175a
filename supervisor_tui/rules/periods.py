"""The periods a figure is asked for: this and the last week, month and quarter, the stages and the whole of a campaign.

Days are YYYY-MM-DD and both ends belong to the period. A period that is under way ends today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from sync.replica.queries.rows import CampaignView


class NamedPeriod(msgspec.Struct, frozen=True):
    """A period and what it is called: `name` is a key of the catalogue under `period.`, or `stage` names a stage."""

    name: str
    since: str
    until: str
    stage: str = ""


def usual_periods(campaign: CampaignView, today: str) -> list[NamedPeriod]:
    """Return the periods that are usually asked for, the month first; none begins after today."""
    found = [*_of_the_calendar(date.fromisoformat(today)), *_of_the_campaign(campaign)]
    begun = [each for each in found if each.since and each.since <= today]
    return [msgspec.structs.replace(each, until=min(each.until, today)) for each in begun]


def _of_the_calendar(day: date) -> Iterator[NamedPeriod]:
    month, quarter = _month(day), _quarter(day)
    monday = day - timedelta(days=day.weekday())
    for name, (first, last) in {
        "month": month,
        "last_month": _month(month[0] - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "quarter": quarter,
        "last_quarter": _quarter(quarter[0] - timedelta(days=1)),
        "year": (day.replace(month=1, day=1), day.replace(month=12, day=31)),
        "last_year": (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
    }.items():
        yield NamedPeriod(name, first.isoformat(), last.isoformat())


def _of_the_campaign(campaign: CampaignView) -> Iterator[NamedPeriod]:
    stages = [NamedPeriod("stage", row.starts_on, row.ends_on, row.stage) for row in campaign.stages]
    ends = max([campaign.ends_on, *(each.until for each in stages)])
    yield NamedPeriod("campaign", campaign.starts_on, ends or "9999-12-31")
    yield from stages


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, _month(first + timedelta(days=62))[1]
