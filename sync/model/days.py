"""Instants and days: which day of the district an instant falls on, and which instants a day holds.

An instant is UTC in RFC 3339 (`2026-11-30T23:30:00.000Z`), a day is `YYYY-MM-DD`. A district has a time zone, which
holds from a day on, so that a change of it moves no day before it. This is the only module that turns one into the
other, and the only one that asks the machine for the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"
ALWAYS = ""  # the first day of the zone a district began with: before every day
ZONE_FIELD = "time_zone"  # of the record of the district: `time_zone.DAY`, and `time_zone` for the zone it began with
CLOCK_TOLERANCE = timedelta(minutes=5)
OLD_DAYS = 60  # a stated day further back than so many days is asked about
_NONE = timedelta()


class NoSuchZone(ValueError):
    """A name that is no time zone of the IANA database."""


def check_zone(name: str) -> str:
    """Return the name of a time zone; raise `NoSuchZone` for anything else."""
    try:
        _zone(name)
    except (ValueError, OSError, LookupError) as error:
        raise NoSuchZone(name) from error
    return name


class Zones(NamedTuple):
    """The time zones of a district: (first day, name), in the order of their days, the first one from `ALWAYS` on."""

    held: tuple[tuple[str, str], ...] = ((ALWAYS, DEFAULT_ZONE),)

    def day_of(self, instant: str) -> str:
        """Return the day an instant falls on; an empty text for what is no instant."""
        return _day_of(self.held, instant)

    def local(self, instant: str) -> datetime | None:
        """Return an instant as the clocks of the district show it; None for what is no instant."""
        moment = moment_of(instant)
        return None if moment is None else _placed(self.held, moment)[1]

    def today(self) -> str:
        """Return the day it is in the district by the clock of this machine."""
        return self.day_of(now())

    def next_day_with(self, name: str) -> str:
        """Return the first day that has begun neither here nor by the clocks of another time zone.

        From that day on the other can hold without moving what was recorded already to another day.
        """
        return plus(max(self.today(), Zones(((ALWAYS, name),)).today()), 1)

    def ahead_of_machine(self) -> int:
        """Return how many minutes the clocks of the district are ahead of those of this machine's zone at present."""
        moment = datetime.now(UTC)
        apart = (_placed(self.held, moment)[1].utcoffset() or _NONE) - (moment.astimezone().utcoffset() or _NONE)
        return apart // timedelta(minutes=1)

    def zone_on(self, day: str) -> str:
        """Return the name of the time zone that holds on a day."""
        return next(name for first, name in reversed(self.held) if first <= day)

    def begins(self, day: str) -> str:
        """Return the first instant of a day."""
        midnight = datetime.combine(date.fromisoformat(day), time(), _zone(self.zone_on(day)))
        return _instant(_in_zone(midnight, UTC))


DEFAULT = Zones()


def zones_from(fields: Mapping[str, Any]) -> Zones:
    """Return the time zones that the record of a district names; names that this machine does not know are left out."""
    held = {ALWAYS: DEFAULT_ZONE}
    for name, value in fields.items():
        family, _, first = name.partition(".")
        if family == ZONE_FIELD and isinstance(value, str) and _is_known(value):
            held[first] = value
    return Zones(tuple(sorted(held.items())))


def now() -> str:
    """Return the present instant by the clock of this machine, to the millisecond."""
    return _instant(datetime.now(UTC))


def after(days: int) -> str:
    """Return the instant that is so many times 24 hours from now."""
    return _instant(datetime.now(UTC) + timedelta(days=days))


def stamp() -> str:
    """Return the present instant as a part of a file's name: `20261130T233000123456`."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def moment_of(instant: str) -> datetime | None:
    """Return an instant as a moment in UTC; None for what is no instant."""
    try:
        moment = datetime.fromisoformat(instant)
    except ValueError:
        return None
    if moment.tzinfo is UTC:  # as the program writes them
        return moment
    return None if moment.tzinfo is None else _in_zone(moment, UTC)


def plus(day: str, days: int) -> str:
    """Return the day so many days after another, or before it where `days` is below zero; the calendar's end at most.

    Any day of the calendar may be stated, and be asked for the day after it.
    """
    ordinal = date.fromisoformat(day).toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).isoformat()


def between(first: str, last: str) -> int | None:
    """Return how many days `last` is after `first`; None if either is no day."""
    begun, ended = _ordinal(first), _ordinal(last)
    return None if begun is None or ended is None else ended - begun


@lru_cache(maxsize=4_096)
def _ordinal(day: str) -> int | None:
    """Remembered, because many records share a few days."""
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return None


def is_behind(newest: Iterable[str]) -> bool:
    """Return whether the clock of this machine is behind instants that have passed, by more than `CLOCK_TOLERANCE`."""
    present = datetime.now(UTC)
    moments = (moment_of(instant) for instant in newest)
    return any(moment is not None and moment - present > CLOCK_TOLERANCE for moment in moments)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment by the clocks of a zone; at the calendar's ends, which they may be past, by its own."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_known(name: str) -> bool:
    try:
        check_zone(name)
    except NoSuchZone:
        return False
    return True


_zone = lru_cache(maxsize=64)(ZoneInfo)


@lru_cache(maxsize=4_096)
def _day_of(held: tuple[tuple[str, str], ...], instant: str) -> str:
    """Remembered, because the rows of a list mostly share a few instants."""
    moment = moment_of(instant)
    return "" if moment is None else _placed(held, moment)[0]


def _placed(held: tuple[tuple[str, str], ...], moment: datetime) -> tuple[str, datetime]:
    """Return the day of a moment, and the moment as the zone that holds then shows it.

    A zone holds from the first instant of its first day by its own clocks. Until then the day before goes on, even
    where the clocks of the zone before it are past midnight already.
    """
    following = ""
    for first, name in reversed(held):
        local = _in_zone(moment, _zone(name))
        day = local.date().isoformat()
        if day >= first:
            return (plus(following, -1) if following and day >= following else day), local
        following = first
    raise AssertionError("the first zone holds on every day")
