"""Weak organisations: the flags on a unit, and the follow-up each of them is mended by.

A flag's follow-up has the origin `UNIT#FLAG`. The flag may be taken away when somebody has verified such a follow-up.
"""

from __future__ import annotations

from sync.replica.as_of.sources import MENDED, statuses_from
from sync.replica.storage.connect import Connection

FLAGS = ("weak.incomplete", "weak.head", "weak.subordination")


def origin_of(unit: str, flag: str) -> str:
    """The origin of the follow-up that mends a flag of a unit."""
    return f"{unit}#{flag}"


def repairs(connection: Connection, unit: str, day: str = "9999") -> dict[str, list[str]]:
    """For each flag the status at the end of a day of every follow-up opened for it, oldest first.

    Those given up are left out.
    """
    sources = {flag: (unit, origin_of(unit, flag)) for flag in FLAGS}
    found = statuses_from(connection, sources.values(), day)
    return {flag: found[source] for flag, source in sources.items() if source in found}


def is_mended(statuses: list[str]) -> bool:
    """Whether a flag with follow-ups of these statuses may be taken away: the newest was verified."""
    return bool(statuses) and statuses[-1] in MENDED
