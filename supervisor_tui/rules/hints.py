"""Hints before saving: what looks like box-ticking, and what burdens a unit. Nothing is blocked and nobody is scored.

Shown to the person who records and to whoever reads the record at the office. Every rule says what it saw in figures;
what it means is for people to judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from sync.model.days import between

SAME_ANSWERS = 6  # as many answers as it takes for the same ones to be worth a word
SECONDS_AN_ANSWER = 4.0  # nobody looks at anything in less
LATE_DAYS = 7
YEAR_DAYS = 365
FAR_POINTS = 50  # of a hundred that a share is from the last one
FAR_TIMES, FAR_COUNT = 5, 20  # a number that is so many times the other, and so many more


class Ceilings(msgspec.Struct, frozen=True, kw_only=True):
    """The campaign's settings: visits a unit should not exceed, and its hours of production.

    A month is any `month_days` days on end (setting `visits_month_days`), a year any 365.
    """

    visits_a_month: int = 2
    month_days: int = 30
    visits_a_year: int = 12
    production_from: float = 8.0
    production_to: float = 17.0


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the inspection: the unit's other visits, the last visit's fields, its times.

    `visits` are (day, group) of its own campaign, `elsewhere` those of others, which have ceilings of their own; those
    of liaison officers are among them, without a group. `figures` are the checklist's by field: what each is called,
    and whether it is a share of a hundred. `followed`: the items that a follow-up tells of; with `all_followed` all do.
    `produces`: the unit's working hours are production.
    `begun_at` and `kept_at` are moments (UTC RFC 3339) of the first key in the form and of keeping; empty if unknown.
    `kept_on` is the day of keeping in the district.
    """

    produces: bool = False
    visits: Sequence[tuple[str, str]] = ()
    elsewhere: Sequence[tuple[str, str]] = ()
    last: Mapping[str, Any] = {}
    figures: Mapping[str, tuple[str, bool]] = {}
    followed: Collection[str] = ()
    all_followed: bool = False
    begun_at: str = ""
    kept_at: str = ""
    kept_on: str = ""
    ceilings: Ceilings = Ceilings()


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing worth a second look (words: `hint.CODE`)."""

    code: str
    values: dict[str, int | str] = {}


def hints(fields: Mapping[str, Any], around: Around) -> list[Hint]:
    """What is worth a second look in an inspection with these fields."""
    answers = _answers(fields)
    found = [
        _copied(fields, answers, around),
        _too_fast(len(answers), around),
        _too_short(len(answers), fields),
        _late(fields, around),
        *burden(str(fields.get("visited_on", "")), str(fields.get("group", "")), around),
        _in_production(fields, around),
        *_far_from_last(fields, around),
        _not_followed(answers, around),
    ]
    return [hint for hint in found if hint is not None]


def _answers(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name.startswith("answer.") and isinstance(value, dict)}


def _copied(fields: Mapping[str, Any], answers: Mapping[str, Any], around: Around) -> Hint | None:
    """Every answer, notes included, is the last visit's, and so is at least one note or the summary."""
    last = around.last
    if len(answers) < SAME_ANSWERS or any(last.get(name) != value for name, value in answers.items()):
        return None
    if len(_answers(last)) > len(answers):
        return None
    same_words = fields.get("summary") == last.get("summary")
    has_notes = any(value.get("note") for value in answers.values())
    return Hint(code="copied", values={"count": len(answers)}) if same_words or has_notes else None


def _too_fast(count: int, around: Around) -> Hint | None:
    """The checklist was filled in faster than a person can look."""
    seconds = _seconds(around.begun_at, around.kept_at)
    if count < SAME_ANSWERS or seconds is None or seconds >= count * SECONDS_AN_ANSWER:
        return None
    return Hint(code="too_fast", values={"count": count, "seconds": round(seconds)})


def _too_short(count: int, fields: Mapping[str, Any]) -> Hint | None:
    """By its own clock the visit was shorter than a minute for each answer or ten minutes in all."""
    minutes = _minutes(fields)
    if minutes is None or count < SAME_ANSWERS or minutes >= min(10, count):
        return None
    return Hint(code="too_short", values={"count": count, "minutes": minutes})


def _late(fields: Mapping[str, Any], around: Around) -> Hint | None:
    """The visit was recorded long after it was made."""
    try:
        days = (date.fromisoformat(around.kept_on) - date.fromisoformat(str(fields.get("visited_on", "")))).days
    except (ValueError, OverflowError):
        return None
    return Hint(code="late", values={"days": days}) if days > LATE_DAYS else None


def burden(day: str, group: str, around: Around) -> list[Hint]:
    """More visits up to a day than the campaign wants this unit to have, or two groups on that day."""
    ceilings = around.ceilings
    found = []
    for code, days, ceiling in (
        ("month", ceilings.month_days, ceilings.visits_a_month),
        ("year", YEAR_DAYS, ceilings.visits_a_year),
    ):
        count = 1 + sum(1 for each, _ in around.visits if _is_within(each, day, days))
        if count > ceiling:
            found.append(Hint(code=code, values={"count": count, "days": days, "ceiling": ceiling}))
    if group and any(each == day and other not in ("", group) for each, other in (*around.visits, *around.elsewhere)):
        found.append(Hint(code="two_groups", values={"day": day}))
    return found


def _is_within(each: str, day: str, days: int) -> bool:
    """Whether a day is among so many days on end of which `day` is the last."""
    age = between(each, day)
    return age is not None and 0 <= age < days


def _far_from_last(fields: Mapping[str, Any], around: Around) -> list[Hint]:
    """Figures that are far from what they were at the last visit."""
    found = [
        far(title, fields.get(field), around.last.get(field), is_share=is_share)
        for field, (title, is_share) in around.figures.items()
    ]
    return [hint for hint in found if hint is not None]


def far(title: str, figure: Any, last: Any, *, is_share: bool) -> Hint | None:
    """A figure that is far from what it was the last time; a share is one of a hundred."""
    now, before, sign = _number(figure), _number(last), "%" if is_share else ""
    if now is None or before is None or not _is_far(now, before, is_share):
        return None
    told = [f"{round(value, 1):g}{sign}" for value in (now, before)]
    return Hint(code="far", values={"item": title, "now": told[0], "before": told[1]})


def _is_far(now: float, before: float, is_share: bool) -> bool:
    low, high = sorted((now, before))
    return high - low > FAR_POINTS if is_share else high > FAR_TIMES * low and high - low >= FAR_COUNT


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def unmet(fields: Mapping[str, Any]) -> list[str]:
    """The items that are not met."""
    return _unmet(_answers(fields))


def _unmet(answers: Mapping[str, Any]) -> list[str]:
    return [name.partition(".")[2] for name, value in answers.items() if value.get("verdict") == "unmet"]


def _not_followed(answers: Mapping[str, Any], around: Around) -> Hint | None:
    """Items that are not met, and of which no follow-up tells."""
    count = 0 if around.all_followed else sum(1 for item in _unmet(answers) if item not in around.followed)
    return Hint(code="not_followed", values={"count": count}) if count else None


def _in_production(fields: Mapping[str, Any], around: Around) -> Hint | None:
    """A visit to an enterprise within its hours of production, longer than an hour."""
    arrived, left = _hour(fields.get("arrived")), _hour(fields.get("left"))
    if not around.produces or arrived is None or left is None:
        return None
    begins, ends = around.ceilings.production_from, around.ceilings.production_to
    minutes = round(60 * (min(left, ends) - max(arrived, begins)))
    return Hint(code="production", values={"minutes": minutes}) if minutes > 60 else None


def _hour(clock: Any) -> float | None:
    try:
        hours, minutes = str(clock).split(":")
        return int(hours) + int(minutes) / 60
    except ValueError:
        return None


def _minutes(fields: Mapping[str, Any]) -> int | None:
    arrived, left = _hour(fields.get("arrived")), _hour(fields.get("left"))
    return None if arrived is None or left is None or left < arrived else round(60 * (left - arrived))


def _seconds(begun: str, kept: str) -> float | None:
    try:
        taken = datetime.fromisoformat(kept.replace("Z", "+00:00")) - datetime.fromisoformat(
            begun.replace("Z", "+00:00")
        )
    except ValueError:
        return None
    return taken.total_seconds() if taken >= timedelta(0) else None
