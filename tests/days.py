"""The day it is in the districts of the tests, which are in the default time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sync.days import DEFAULT, plus


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
    """How many seconds of the day are left."""
    midnight = datetime.fromisoformat(DEFAULT.begins(day(1)))
    return (midnight - datetime.now(UTC)).total_seconds()
