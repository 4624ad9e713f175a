"""Where to go next, and why: the rules, in the order in which they place a unit.

A unit stands where the first rule that applies puts it; among units of the same rule the one it is more pressing for
comes first (a larger figure), then the one not visited for longest. Every rule that applies is named with its reason.
Units are ranked by what is to be done there, never people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from heapq import nsmallest

import msgspec

from supervisor_tui.rules.gates import SATISFIED, asks_make_up, is_undecided
from sync.model.workflow import SOON_DAYS
from sync.replica.as_of.planning import UnitFacts

SOON = SOON_DAYS  # days ahead that a promise or a due date is near
STAGE_ENDS = 7  # days before a stage's end
# days; the campaign's settings `visit_days`, `contact_days` and `watch_visit_days` say otherwise
VISIT_EVERY, CONTACT_EVERY, WATCH_EVERY = 60, 30, 90


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules know beside the unit: the day, the end of the stage (empty: none), the person's role, settings.

    `needs_liaison`: the categories that must have a liaison officer; `satisfied`: the percentage a survey should reach.
    `takes_part`: whether the unit takes part in a campaign that has begun, so that somebody should go there.
    """

    today: str
    role: str
    stage_ends: str = ""
    visit_every: int = VISIT_EVERY
    contact_every: int = CONTACT_EVERY
    watch_every: int = WATCH_EVERY
    needs_liaison: frozenset[str] = frozenset()
    satisfied: float = SATISFIED
    takes_part: bool = True


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a unit is next: a rule's name and its figures (words: `next.RULE`). `pressing` orders units of one rule."""

    rule: str
    pressing: int
    values: dict[str, int | str]


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit to go to, the first reason placing it."""

    unit: str
    name: str
    last_visit: str
    reasons: list[Reason]


Rule = Callable[[UnitFacts, Moment], Reason | None]
Counted = Callable[[Sequence[UnitFacts]], Sequence[UnitFacts]]


def make_up_due(unit: UnitFacts, now: Moment) -> Reason | None:
    """A gate said make-up by a day that is near or past, and no later gate has decided: look whether it was done."""
    late = _days(unit.make_up_due, now.today) if unit.make_up_due else -SOON - 1
    if late < -SOON:
        return None
    return _reason("make_up_due", late, day=unit.make_up_due, stage=unit.make_up_stage)


def make_up(unit: UnitFacts, now: Moment) -> Reason | None:
    """The stage's gate said make-up, and by no day, as gates did that were written before one was asked for.

    A make-up with a follow-up is named by that.
    """
    if unit.decision != "make_up" or unit.make_up_due or unit.make_up:
        return None
    return _reason("make_up", _days(unit.decided_on, now.today), days=_days(unit.decided_on, now.today))


def survey_failed(unit: UnitFacts, now: Moment) -> Reason | None:
    """Too few were satisfied in the stage's newest survey: make-up is due, and nobody has decided on it yet."""
    if unit.satisfied is None or not asks_make_up(unit, now.satisfied):
        return None
    share, least = int(unit.satisfied), f"{now.satisfied:g}"
    return _reason("survey_failed", 100 - share, share=share, least=least, day=unit.surveyed_on)


def overdue(unit: UnitFacts, now: Moment) -> Reason | None:
    """Follow-ups are past their date."""
    if not (unit.overdue or unit.oldest_due):
        return None
    days = _days(unit.oldest_due, now.today)
    return _reason("overdue", days, count=unit.overdue, days=days)


def promised(unit: UnitFacts, now: Moment) -> Reason | None:
    """The newest note promised to come back on a day that is near or past, and nobody has been there since."""
    late = _days(unit.promised_on, now.today) if unit.promised_on else -SOON - 1
    if late < -SOON or unit.last_contact >= unit.promised_on:
        return None
    return _reason("promised", late, day=unit.promised_on)


def stage_ends(unit: UnitFacts, now: Moment) -> Reason | None:
    """Nobody has visited in this stage, and it ends soon or has ended."""
    left = -_days(now.stage_ends, now.today) if now.stage_ends else STAGE_ENDS + 1
    if now.role == "liaison" or unit.in_stage or left > STAGE_ENDS:
        return None
    return _reason("stage_ends", -left, day=now.stage_ends)


def due_soon(unit: UnitFacts, _: Moment) -> Reason | None:
    """Follow-ups are due within three days."""
    return _reason("due_soon", unit.soon, count=unit.soon) if unit.soon else None


def watched(unit: UnitFacts, now: Moment) -> Reason | None:
    """Something that was closed here is still watched, and nobody has looked for a quarter."""
    days = _days(unit.last_contact, now.today) if unit.last_contact else 0
    if not unit.watch_until or days <= now.watch_every:
        return None
    return _reason("watched", days, days=days, day=unit.watch_until)


def undecided(unit: UnitFacts, now: Moment) -> Reason | None:
    """Visited in the stage, whose end is near, and not decided whether the unit may pass."""
    left = -_days(now.stage_ends, now.today) if now.stage_ends else STAGE_ENDS + 1
    if now.role == "liaison" or not unit.in_stage or not is_undecided(unit) or left > STAGE_ENDS:
        return None
    return _reason("undecided", -left, day=now.stage_ends)


def no_liaison(unit: UnitFacts, now: Moment) -> Reason | None:
    """A weak enterprise or two-new organisation without a liaison officer; the office fills the gap."""
    if now.role != "office" or unit.has_liaison or unit.category not in now.needs_liaison:
        return None
    return _vacant("no_liaison", unit.vacant_since, now)


def no_group(unit: UnitFacts, now: Moment) -> Reason | None:
    """A unit whose group has closed, or had it for a term that ended; the office fills the gap."""
    if now.role != "office" or not unit.ungrouped_since:
        return None
    return _vacant("no_group", unit.ungrouped_since, now)


def not_visited(unit: UnitFacts, now: Moment) -> Reason | None:
    """Nobody has visited in this stage; a unit that takes part in no campaign is in none."""
    if now.role == "liaison" or unit.in_stage or not now.takes_part:
        return None
    return _reason("not_visited", 0)


def quiet(unit: UnitFacts, now: Moment) -> Reason | None:
    """A unit with a liaison officer that nobody has been in contact with for a month."""
    days = _days(unit.last_contact, now.today) if unit.last_contact else 0
    if not unit.has_liaison or (unit.last_contact and days <= now.contact_every):
        return None
    return _reason("quiet", days, days=days) if unit.last_contact else _reason("never", 0)


def long_ago(unit: UnitFacts, now: Moment) -> Reason | None:
    """The last visit is two months ago."""
    days = _days(unit.last_visit, now.today) if unit.last_visit else 0
    if now.role == "liaison" or days <= now.visit_every:
        return None
    return _reason("long_ago", days, days=days)


RULES: Sequence[Rule] = (
    make_up_due,
    make_up,
    survey_failed,
    overdue,
    promised,
    stage_ends,
    due_soon,
    watched,
    undecided,
    no_group,
    no_liaison,
    quiet,
    long_ago,
    not_visited,
)


def next_visits(
    units: Sequence[tuple[UnitFacts, Moment]], most: int | None = None, counted: Counted = lambda units: units
) -> list[Visit]:
    """The units that a rule applies to, the most pressing first; at most so many. Each stands beside its moment.

    `counted` completes what is known of those that are shown.
    """
    placed = [
        (*first, unit.last_visit, unit.unit, place)
        for place, (unit, now) in enumerate(units)
        if (first := _place(unit, now)) is not None
    ]
    shown = [units[place] for *_, place in nsmallest(len(placed) if most is None else most, placed)]
    known = counted([unit for unit, _ in shown])
    return [_visit(unit, now) for unit, (_, now) in zip(known, shown, strict=True)]


def _place(unit: UnitFacts, now: Moment) -> tuple[int, int] | None:
    """Where the first rule that applies puts a unit; its other reasons are looked for once it is shown."""
    for rank, rule in enumerate(RULES):
        if (reason := rule(unit, now)) is not None:
            return rank, -reason.pressing
    return None


def _visit(unit: UnitFacts, now: Moment) -> Visit:
    reasons = [reason for rule in RULES if (reason := rule(unit, now)) is not None]
    return Visit(unit=unit.unit, name=unit.name, last_visit=unit.last_visit, reasons=reasons)


def _vacant(rule: str, since: str, now: Moment) -> Reason:
    """A duty that nobody has: where somebody had it before, since when."""
    return _reason(rule, _days(since, now.today), since=since) if since else _reason(rule, 0)


def _reason(rule: str, pressing: int, **values: int | str) -> Reason:
    return Reason(rule=rule, pressing=pressing, values=values)


@lru_cache(maxsize=4096)
def _days(day: str, today: str) -> int:
    """How many days ago a day was; below zero if it is still to come, 0 if it cannot be read."""
    try:
        return (date.fromisoformat(today) - date.fromisoformat(day)).days
    except ValueError:
        return 0
