"""The days of a district: which day an instant falls on, where its clocks are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = "Asia/Shanghai"


class Zones:
    """The time zones of a district, each from a day on; the one before every other has the day ``."""

    def __init__(self, held: dict[str, str]) -> None:
        self._held = sorted(({"": CHINA} | held).items())

    def day_of(self, instant: str) -> str:
        """Return the day of an instant; a zone begins with its first day by its own clocks."""
        moment = datetime.fromisoformat(instant)
        last = ""
        for first, name in reversed(self._held):
            day = moment.astimezone(ZoneInfo(name)).date().isoformat()
            if day >= first:
                return min(day, last) if last else day
            last = day_before(first)
        raise AssertionError(instant)


def day_before(day: str) -> str:
    """Return the day before a day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
