"""What the fields of a record held on which day: the fold, asked as of a day.

An edit of a state (a category, a status, a due date, a duty) holds from the day it states in `on`, else from the day it
was made; the edit that opened the record holds from the beginning. One marked `correction` holds from the day of the
value it replaces. A later edit that states an earlier day replaces what stood there from that day on. An edit of a duty
may state the last day, `until`: after it there is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.fold import Fold, order
from sync.model.days import ALWAYS, Zones, between, plus
from sync.model.kinds import KINDS

_WEIGHED = frozenset({"correction", "until"})  # an edit with these holds from another day, or to one
Course = list[tuple[str, Any]]  # (first day, value) by day; the first day of the first is `ALWAYS`; None: no value


def courses(edits: Sequence[Edit], names: Iterable[str], zones: Zones, *, begun: bool = False) -> dict[str, Course]:
    """Return what each of these fields of a record held from which day on; fields that were never set are left out.

    `edits` are all entries of the record; those without effect are passed over as the fold passes over them. `begun`:
    the edit that opened the record holds from its day like any other, and not from the beginning.
    """
    known = edits_of(edits)
    if len(known) == 1 and known[0].kind != "follow_up":
        return _of_one(known[0], names, zones, begun=begun)
    return courses_in(Fold(known), names, zones, begun=begun)


def courses_in(fold: Fold, names: Iterable[str], zones: Zones, *, begun: bool = False) -> dict[str, Course]:
    """Return the same of a record that is folded already."""
    return _Courses(fold, zones, begun=begun).of(names)


def first_days(fold: Fold, name: str, zones: Zones, *, begun: bool = False) -> dict[str, str]:
    """Return by hash the day from which the value of a field of each edit with effect that sets it holds."""
    setting = [edit for edit in fold.alive if name in (edit.set or ())]
    return _Courses(fold, zones, begun=begun).begins(name, setting)


def _of_one(edit: Edit, names: Iterable[str], zones: Zones, *, begun: bool) -> dict[str, Course]:
    """Return the same of a record of one edit, quicker: no rule across entries, nothing replaced."""
    if edit.set is None or not edit.counts:
        return {}
    first = ALWAYS if not begun and not edit.over else _stated(edit) or zones.day_of(edit.at)
    last = last_day(edit)
    before: Course = [(ALWAYS, None)] if first > ALWAYS else []
    after: Course = [(plus(last, 1), None)] if last else []
    found: dict[str, Course] = {}
    for name in names:
        if name in edit.set:
            value = edit.set[name]
            ends_first = last and last < first
            steps: Course = [(ALWAYS, None)] if value is None or ends_first else [*before, (first, value), *after]
            found[name] = steps
    return found


def _stated(edit: Edit) -> str:
    """Return the day from which an edit says that its values hold; empty where it says none."""
    stated = (edit.set or {}).get("from" if edit.kind == "assignment" else "on")
    return stated if isinstance(stated, str) else ""


def on_day(course: Course, day: str) -> Any:
    """Return what a field held at the end of a day."""
    return next((value for first, value in reversed(course) if first <= day), None)


def last_day(edit: Edit) -> str:
    """Return the last day on which an edit's values hold; empty without one."""
    kind = KINDS.get(edit.kind)
    stated = (edit.set or {}).get("until")
    if kind is None or "until" not in kind.qualifiers or not isinstance(stated, str):
        return ""
    return stated if between(stated, stated) == 0 else ""


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
        if (plain := self._plain_course(name, setting)) is not None:
            return plain
        begins = self.begins(name, setting)
        ends = [plus(last, 1) for edit in setting if (last := last_day(edit))]
        course: Course = []
        for day in sorted({ALWAYS, *begins.values(), *ends}):
            value = self._value(name, [edit for edit in setting if begins[edit.hash] <= day], day)
            if not course or course[-1][1] != value:
                course.append((day, value))
        return course

    def _plain_course(self, name: str, setting: list[Edit]) -> Course | None:
        """Return the course where each edit replaced the one before it and holds from its day or later, as mostly.

        None where there is more to weigh.
        """
        course: Course = []
        last = ALWAYS
        seen: list[str] = []
        for edit in setting:
            values = edit.set or {}
            first = self._first_day(edit)
            if edit.over.get(name, []) != seen or first < last or not _WEIGHED.isdisjoint(values):
                return None
            if not course:
                course = [(ALWAYS, None)] if first > ALWAYS else []
            elif course[-1][0] == first:
                course.pop()
            if not course or course[-1][1] != values[name]:
                course.append((first, values[name]))
            last, seen = first, [edit.hash]
        return course

    def _value(self, name: str, present: list[Edit], day: str) -> Any:
        """Return the value of a field as these edits alone leave it on a day; of a conflict the first of the fold."""
        effective = {edit.hash for edit in present}
        replaced = {
            hash_
            for edit in present
            for hash_ in self._fold.reached(name, edit.over.get(name, ()), lambda seen: seen.hash in effective)
        }
        live = [edit for edit in present if edit.hash not in replaced]
        if not live:
            return None
        edit = min(live, key=order)
        return None if "" < last_day(edit) < day else (edit.set or {})[name]

    def begins(self, name: str, setting: list[Edit]) -> dict[str, str]:
        """Return by hash the day from which each edit's value of the field holds."""
        begins: dict[str, str] = {}
        for edit in setting:
            waiting, visited = [edit], {edit.hash}
            while waiting:
                seen = self._corrected(name, waiting[-1])
                unknown = (each for each in seen if each.hash not in begins and each.hash not in visited)
                if (first := next(unknown, None)) is not None:  # one at a time: each waits for what comes after it
                    waiting.append(first)
                    visited.add(first.hash)
                else:
                    current = waiting.pop()
                    begins[current.hash] = self._first_day(current, [begins.get(each.hash, ALWAYS) for each in seen])
        return begins

    def _first_day(self, edit: Edit, corrected: Sequence[str] = ()) -> str:
        if edit is self._fold.opener and not self._begun:
            return ALWAYS
        if corrected:
            return min(corrected)
        return _stated(edit) or self._zones.day_of(edit.at)

    def _corrected(self, name: str, edit: Edit) -> list[Edit]:
        """Return the edits whose value of the field this one corrects; none where it is no correction."""
        if edit.set is None or edit.set.get("correction") is not True:
            return []
        return self._fold.replaced_values(edit, name)
