"""What the fields of a record held on which day: the fold, asked as of a day.

An edit of a state (a category, a status, a due date, a duty) holds from the day it states in `on`, else from the day it
was made; the edit that opened the record holds from the beginning. One marked `correction` holds from the day of the
value it replaces. A later edit that states an earlier day replaces what stood there from that day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.days import ALWAYS, Zones
from sync.fold import Fold, order
from sync.twins import Edit, edits_of

Course = list[tuple[str, Any]]  # (first day, value) by day; the first day of the first is `ALWAYS`; None: no value


def courses(edits: Sequence[Edit], names: Iterable[str], zones: Zones, *, begun: bool = False) -> dict[str, Course]:
    """Return what each of these fields of a record held from which day on; fields that were never set are left out.

    `edits` are all entries of the record; those without effect are passed over as the fold passes over them. `begun`:
    the edit that opened the record holds from its day like any other, and not from the beginning.
    """
    return _Courses(Fold(edits_of(edits)), zones, begun=begun).of(names)


def on_day(course: Course, day: str) -> Any:
    """Return what a field held at the end of a day."""
    return next((value for first, value in reversed(course) if first <= day), None)


class _Courses:
    """The courses of one record's fields."""

    def __init__(self, fold: Fold, zones: Zones, *, begun: bool) -> None:
        self._fold = fold
        self._zones = zones
        self._begun = begun

    def of(self, names: Iterable[str]) -> dict[str, Course]:
        found: dict[str, Course] = {}
        for name in names:
            setting = [edit for edit in self._fold.alive if name in (edit.set or ())]
            if setting:
                found[name] = self._course(name, setting)
        return found

    def _course(self, name: str, setting: list[Edit]) -> Course:
        begins = self._begins(name, setting)
        course: Course = []
        for day in sorted({ALWAYS, *begins.values()}):
            value = self._value(name, [edit for edit in setting if begins[edit.hash] <= day])
            if not course or course[-1][1] != value:
                course.append((day, value))
        return course

    def _value(self, name: str, present: list[Edit]) -> Any:
        """Return the value of a field as these edits alone leave it; of a conflict the first in the fold's order."""
        effective = {edit.hash for edit in present}
        replaced = {
            hash_
            for edit in present
            for hash_ in self._fold.reached(name, edit.over.get(name, ()), lambda seen: seen.hash in effective)
        }
        live = [edit for edit in present if edit.hash not in replaced]
        return (min(live, key=order).set or {})[name] if live else None

    def _begins(self, name: str, setting: list[Edit]) -> dict[str, str]:
        """Return by hash the day from which each edit's value of the field holds."""
        begins: dict[str, str] = {}
        for edit in setting:
            waiting, visited = [edit], {edit.hash}
            while waiting:
                seen = self._corrected(name, waiting[-1])
                unknown = [each for each in seen if each.hash not in begins and each.hash not in visited]
                if unknown:
                    waiting += unknown
                    visited.update(each.hash for each in unknown)
                else:
                    current = waiting.pop()
                    begins[current.hash] = self._first_day(current, [begins.get(each.hash, ALWAYS) for each in seen])
        return begins

    def _first_day(self, edit: Edit, corrected: list[str]) -> str:
        if edit is self._fold.opener and not self._begun:
            return ALWAYS
        if corrected:
            return min(corrected)
        stated = (edit.set or {}).get("from" if edit.kind == "assignment" else "on")
        return stated if isinstance(stated, str) else self._zones.day_of(edit.at)

    def _corrected(self, name: str, edit: Edit) -> list[Edit]:
        """Return the edits whose value of the field this one corrects; none where it is no correction."""
        if edit.set is None or edit.set.get("correction") is not True:
            return []
        return self._fold.replaced_values(edit, name)
