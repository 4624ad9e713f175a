"""The day it is in the districts of the tests, which are in the default time zone."""

from __future__ import annotations

from datetime import date

from sync.days import DEFAULT


def today() -> str:
    """The day, YYYY-MM-DD."""
    return DEFAULT.today()


def this_day() -> date:
    """The same as a date."""
    return date.fromisoformat(today())
