"""Days that an import asks a person to look at once: to come, or long past. None of them is refused."""

from __future__ import annotations

from collections.abc import Iterable

from sync.central.imports.rows import Row
from sync.central.locale import t
from sync.model.days import OLD_DAYS, between
from sync.model.validation import KINDS

_DATED = ("inspection", "count")


def doubt_days(rows: Iterable[Row], today: str) -> None:
    """Note in each row the days that are yet to come, and of each sheet and column the oldest of those long past.

    A day that is said once for all rows is noted once.
    """
    old: dict[tuple[str, str], list[tuple[str, Row]]] = {}
    said: set[tuple[str, str]] = set()
    for row in rows:
        for field, day in _days(row):
            age = between(day, today) or 0
            if age > OLD_DAYS:
                old.setdefault((row.table.name, field), []).append((day, row))
            elif age < 0 and (field in row.columns or (field, day) not in said):
                said.add((field, day))
                row.doubt(field, t("tables.future_day", day=day, today=today))
    for (_, field), found in old.items():
        day, row = min(found, key=lambda each: each[0])
        row.doubt(field, t("tables.old_day", day=day, count=len(found)))


def _days(row: Row) -> Iterable[tuple[str, str]]:
    """Yield the days on which a row says that something was seen or counted, by their fields."""
    if row.faults:
        return
    for kind in _DATED:
        field = KINDS[kind].day
        for day in sorted({str(edit.fields.get(field, "")) for edit in row.edits if edit.kind == kind}):
            yield field, day
