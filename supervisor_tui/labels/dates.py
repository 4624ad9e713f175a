"""Days as the screens speak of them: the district's, YYYY-MM-DD."""

from __future__ import annotations

from datetime import date

from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.locale import t
from sync.model.days import plus
from sync.model.workflow import SOON_DAYS
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today, zones


def this_day(replica: Replica) -> date:
    """The day it is in the district."""
    return date.fromisoformat(today(replica))


def as_of_words(replica: Replica, campaign: str, day: str, *, otherwise: str = "brief.all_campaigns") -> str:
    """Of which campaign something is, and as of which day; without a day as of today.

    `otherwise`: the key of what is said where no campaign is named.
    """
    named = query.campaign_named(replica, campaign)
    words = campaign_name(named) if campaign else t(otherwise)
    return t("as_of.head", campaign=words, day=day or today(replica))


def short(day: str, this_day: str) -> str:
    """A day for a list: `9-12` in this year, `2025-09-12` otherwise; unreadable text as it is."""
    if len(day) == 10 and day[:4] == this_day[:4]:
        return f"{int(day[5:7])}-{day[8:]}" if day[5:7].isdecimal() else day
    return day


NARROW = 7  # cells that `narrow` needs


def narrow(day: str, this_day: str) -> str:
    """A day where there is little room: `9-12` in this year, `2025-09` otherwise; unreadable text as it is."""
    shown = short(day, this_day)
    return shown[:NARROW] if len(shown) == 10 and shown[:4].isdecimal() else shown


def list_day(day: str, this_day: str, *, wide: bool) -> str:
    """A day in a list: whole in a wide window."""
    return short(day, this_day) if wide else narrow(day, this_day)


def days_between(day: str, this_day: str) -> int | None:
    """How many days `this_day` is after `day`; None if either cannot be read."""
    try:
        return (date.fromisoformat(this_day) - date.fromisoformat(day)).days
    except ValueError:
        return None


def days_since(replica: Replica, moment: str, this_day: str) -> int:
    """How many days ago a moment (UTC RFC 3339) was; 0 if it cannot be read."""
    return max(0, days_between(zones(replica).day_of(moment), this_day) or 0)


def local(replica: Replica, moment: str) -> str:
    """A moment (UTC RFC 3339) as the clocks of the district show it, to the minute; unreadable text as it is."""
    there = zones(replica).local(moment)
    return moment if there is None else there.strftime("%Y-%m-%d %H:%M")


def soon(this_day: str) -> str:
    """The last day that is due soon."""
    return plus(this_day, SOON_DAYS)


def skew_words(seconds: int) -> str:
    """That a clock was fast or slow, and by how much, in the largest unit that says it."""
    amount = abs(seconds)
    size, unit = next((pair for pair in _UNITS if amount >= 2 * pair[0]), _UNITS[-1])
    return t("skew.fast" if seconds > 0 else "skew.slow", amount=t(unit, count=amount // size))


_UNITS = ((86_400, "skew.days"), (3_600, "skew.hours"), (60, "skew.minutes"))
