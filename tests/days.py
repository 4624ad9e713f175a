"""The day it is in the districts of the tests, which are in the default time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync.model.days import DEFAULT, DEFAULT_ZONE, plus


def today() -> str:
    """The day, YYYY-MM-DD."""
    return DEFAULT.today()


def day(after: int) -> str:
    """The day that comes so many days after it."""
    return plus(today(), after)


def this_day() -> date:
    """The same as a date."""
    return date.fromisoformat(today())


def seconds_left() -> float:
    """How many seconds of the day are left, by the clock of the machine, whatever clock a world of tests goes by."""
    now = datetime.now(ZoneInfo(DEFAULT_ZONE))
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return (midnight - now).total_seconds()
