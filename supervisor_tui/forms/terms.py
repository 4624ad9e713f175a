"""The days of a duty as somebody types them: a first day, perhaps with a last one, or that it is a correction."""

from __future__ import annotations

import re
from datetime import date

from supervisor_tui.forms.days import read_day
from sync.model.days import between
from sync.replica.as_of.assignments import Term

_TO = re.compile(r"\s*(?:至|到|~|～|—+|\.\.|\s-\s|\bto\b)\s*")
_CORRECTION = ("更正", "correction")


def read_term(typed: str, today: str) -> Term | None:
    """Return the days that were typed; None where they are none, or end before they begin."""
    if typed.strip().lower() in _CORRECTION:
        return Term(correction=True)
    base = date.fromisoformat(today)
    first, *rest = _TO.split(typed.strip())
    since = read_day(first, base) if first else today
    until = read_day(rest[0], base, "future") if rest and rest[0] else ""
    days = (since, until or since)
    if len(rest) > 1 or any(between(day, day) is None for day in days) or days[1] < days[0]:
        return None
    return Term(since="" if since == today else since, until=until)
