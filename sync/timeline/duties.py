"""Who answers for a unit from which day on: the terms of its group and its liaison officer. Pure.

Asked of the courses (`sync.timeline.course`) of three records of `staff`: the unit's assignment, the person, the
group. A person is off duty from the day she leaves or changes role, a group from the day it closes, and with them every
unit they held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from sync.model.days import ALWAYS
from sync.model.kinds import LIAISON
from sync.timeline.course import Course, on_day

Courses = Mapping[str, Course]  # of one record, by field
LEAVING = ("role", "left", "left_on", "withdrawn")  # the fields that take a person off duty
CLOSING = ("closed_on", "withdrawn")  # and those that take a group off duty


class Duty(msgspec.Struct, frozen=True):
    """The group and the liaison officer of a unit, empty without.

    `vacant_since`: the day since which nobody is its liaison officer; empty where nobody ever was. `ungrouped_since`:
    the same of the group.
    """

    group: str = ""
    liaison: str = ""
    vacant_since: str = ""
    ungrouped_since: str = ""


NOBODY = Duty()
DutyCourse = list[tuple[str, Duty]]  # (first day, who answers from then on), by day; the first from `ALWAYS` on
Absences = list[tuple[str, str | None]]  # (first day, the day since which off duty), by day; None: on duty
NEVER_ABSENT: Absences = [(ALWAYS, None)]


def off_duty(person: Courses) -> Absences:
    """Return when a person was liaison officer on duty and when not."""
    return _absences(person, "left_on", LEAVING, _is_off)


def closed(group: Courses) -> Absences:
    """Return when a group was there and when not."""
    return _absences(group, "closed_on", CLOSING, lambda _: False)


def has_left(person: Courses, day: str) -> bool:
    """Return whether a person has left by a day."""
    states = {name: on_day(person.get(name, []), day) for name in LEAVING}
    return _has_ended(states, "left_on", day) or states["left"] is True


def _is_off(states: Mapping[str, object]) -> bool:
    return states["left"] is True or states["role"] != LIAISON


def _has_ended(states: Mapping[str, object], ends: str, day: str) -> bool:
    last = states[ends]
    return states["withdrawn"] is True or (isinstance(last, str) and bool(last) and last <= day)


def _absences(
    courses: Courses, ends: str, names: tuple[str, ...], is_off: Callable[[Mapping[str, object]], bool]
) -> Absences:
    stated = {str(value) for _, value in courses.get(ends, ()) if value}
    days = {ALWAYS, *stated, *(day for name in names for day, _ in courses.get(name, ()))}
    found: Absences = []
    for day in sorted(days):
        states = {name: on_day(courses.get(name, []), day) for name in names}
        if not (_has_ended(states, ends, day) or is_off(states)):
            since = None
        elif found and found[-1][1] is not None:
            continue
        else:
            last = states[ends]
            since = last if isinstance(last, str) and last and last <= day else day
        if not found or found[-1][1] != since:
            found.append((day, since))
    return found


def duty_course(assignment: Courses, absent: Callable[[str], Absences], gone: Callable[[str], Absences]) -> DutyCourse:
    """Return who answered for a unit from which day on.

    `assignment`: the courses of the unit's assignment; `absent`: when a person was off duty; `gone`: when a group was
    closed.
    """
    days = {ALWAYS, *(day for day, _ in assignment.get("withdrawn", ()))}
    for name, away in (("group", gone), ("liaison", absent)):
        for day, who in assignment.get(name, ()):
            days.add(day)
            if who:
                days.update(first for first, _ in away(str(who)))
    found: DutyCourse = []
    for day in sorted(days):
        duty = _on(assignment, absent, gone, day, found[-1][1] if found else NOBODY)
        if not found or found[-1][1] != duty:
            found.append((day, duty))
    return found


def duty_on(found: DutyCourse, day: str) -> Duty:
    """Return who answered at the end of a day."""
    return next((duty for first, duty in reversed(found) if first <= day), NOBODY)


def _on(
    assignment: Courses,
    absent: Callable[[str], Absences],
    gone: Callable[[str], Absences],
    day: str,
    before: Duty,
) -> Duty:
    if on_day(assignment.get("withdrawn", []), day) is True:
        return NOBODY
    group, ungrouped = _held(assignment.get("group", []), gone, day, before.ungrouped_since)
    liaison, vacant = _held(assignment.get("liaison", []), absent, day, before.vacant_since)
    return Duty(group, liaison, vacant, ungrouped)


def _held(course: Course, away: Callable[[str], Absences], day: str, vacant_before: str) -> tuple[str, str]:
    """Return who held a duty at the end of a day, and where nobody did, since when."""
    first, who = next(((first, value) for first, value in reversed(course) if first <= day), (ALWAYS, None))
    if not who:
        return "", vacant_before or first
    since = next((since for begun, since in reversed(away(str(who))) if begun <= day), None)
    return (str(who), "") if since is None else ("", vacant_before or since or first)
