"""The campaign that a form's record belongs to: filled in, and to be chosen where the unit takes part in several."""

from __future__ import annotations

from typing import Any

from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.terminal.text import one_line
from sync.model.fields import day as day_fault
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.participants import at_hand, campaigns_on


def campaign_choices(replica: Replica, unit: str, day: Any, held: str) -> list[tuple[str, str]]:
    """Return the campaigns that a unit takes part in on a stated day, and the one held, as (id, words)."""
    offered = campaigns_on(replica, unit, _known_day(replica, day))
    names = offered if held in ("", *offered) else [*offered, held]
    return [(name, campaign_words(replica, name)) for name in names]


def fitting_campaign(replica: Replica, unit: str, day: Any, held: str = "") -> str:
    """Return the campaign held if the unit takes part in it on a stated day; else the one at hand on that day."""
    known = _known_day(replica, day)
    return held if held and held in campaigns_on(replica, unit, known) else at_hand(replica, known, unit)


def campaign_words(replica: Replica, name: str) -> str:
    """What a campaign is called; one that is not here stands for itself."""
    found = query.campaign_named(replica, name)
    return campaign_name(found) if found.id else one_line(name)


def _known_day(replica: Replica, day: Any) -> str:
    """The stated day, or today where there is none, or one that is yet to come."""
    this_day = today(replica)
    return min(day, this_day) if isinstance(day, str) and not day_fault(day) else this_day
