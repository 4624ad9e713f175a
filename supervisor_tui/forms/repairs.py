"""The follow-ups that weak organisations are mended by: opened for every flag on a unit that has none under way."""

from __future__ import annotations

from typing import Any

from supervisor_tui.locale import t
from sync.model.days import plus
from sync.replica import Replica, query
from sync.replica.as_of.assignments import responsibilities
from sync.replica.as_of.planning import setting
from sync.replica.editing import edits
from sync.replica.editing.edits import Written
from sync.replica.queries.weak import is_mended, origin_of

REPAIR_DAYS, WATCH_DAYS = 90, 0  # the campaign's settings `weak_repair_days` and `weak_watch_days` say otherwise


def open_repairs(replica: Replica, unit: str, today: str, flags: frozenset[str] = frozenset()) -> list[Written]:
    """Open a problem for every flag of the unit that has no follow-up; for `flags`, newly set, where the last is over.

    Raises `append.Refused` or `InvalidFields` as `append.create` does.
    """
    campaign = query.campaign(replica, unit)
    due = plus(today, max(0, int(setting(campaign, "weak_repair_days", REPAIR_DAYS))))
    watch = int(setting(campaign, "weak_watch_days", WATCH_DAYS))
    opened = []
    for found in responsibilities(replica, unit, day=today):
        for flag, statuses in found.weak.items():
            if statuses and not (flag in flags and is_mended(statuses)):
                continue
            fields: dict[str, Any] = {
                "nature": "problem",
                "title": t("repair.title", flag=t(f"field.unit.{flag}")),
                "due_on": due,
                "status": "open",
                "origin": origin_of(unit, flag),
            }
            opened.append(edits.create(replica, "follow_up", unit, fields | ({"watch_days": watch} if watch else {})))
    return opened
