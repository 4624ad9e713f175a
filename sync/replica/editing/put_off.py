"""Why a follow-up was put off: what its author wrote, or what the office's ruling granted."""

from __future__ import annotations

from sync.ledger.governance import PUT_OFF
from sync.replica.as_of.calendar import zones
from sync.replica.editing import requests
from sync.replica.query import record
from sync.replica.replica import Replica


def why_put_off(replica: Replica, unit: str, name: str, day: str = "") -> str:
    """Return the reason of the last time a follow-up was put off, by the end of `day` or by now."""
    found = record(replica, name)
    day_of = zones(replica).day_of
    moves = [
        each
        for each in (found.versions if found is not None else ())
        if each.verdict not in ("invalid", "apart") and "due_on" in each.set and (not day or day_of(each.at) <= day)
    ][1:]
    if not moves:
        return ""
    last = max(moves, key=lambda each: each.at)
    if "ruling" in last.set:
        for asked in requests.of_follow_up(replica, unit, name):
            if asked.asks == PUT_OFF and asked.state == requests.GRANTED and asked.due_on == last.set["due_on"]:
                return asked.why
    return last.why
