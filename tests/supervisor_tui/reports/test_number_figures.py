"""The figures that add numbers up, asked of periods made by hand."""

from __future__ import annotations

import pytest

from supervisor_tui.reports.number_figures import Order, number_tables
from sync.replica.answering import Answering
from sync.replica.period import Period, PeriodRecord


def _period(*records: PeriodRecord, units: tuple[str, ...] = ("u-1", "u-2")) -> Period:
    return Period(
        campaign="c",
        since="2026-09-01",
        until="2026-09-30",
        units=[Answering(unit=unit, name=unit, category="other", group="g-1") for unit in units],
        records=list(records),
        follow_ups=[],
        outside=[],
        earlier=[],
    )


def _record(day: str, kind: str = "liaison_note", unit: str = "u-1") -> PeriodRecord:
    return PeriodRecord(record=f"{unit}-{day}", unit=unit, kind=kind, day=day, stage="", title="", by="p")


def _heard(period: Period) -> dict[str, tuple[str, ...]]:
    (table,) = [each for each in number_tables(1, period, Order()) if each.name == "heard_by_group"]
    (line,) = table.lines
    return {column: figure.records for column, figure in zip(table.columns, line.figures, strict=True)}


@pytest.mark.parametrize(
    ("day", "recent"),
    [("2026-09-01", ()), ("2026-09-16", ()), ("2026-09-17", ("u-1",)), ("2026-09-30", ("u-1",))],
)
def test_a_unit_is_heard_recently_by_what_came_in_the_last_fourteen_days(day: str, recent: tuple[str, ...]) -> None:
    found = _heard(_period(_record(day)))
    assert found == {"units": ("u-1", "u-2"), "heard": ("u-1",), "recent": recent, "silent": ("u-2",)}


@pytest.mark.parametrize("kind", ["count", "survey"])
def test_what_was_counted_is_no_visit_and_no_note(kind: str) -> None:
    found = _heard(_period(_record("2026-09-30", kind)))
    assert (found["heard"], found["recent"], found["silent"]) == ((), (), ("u-1", "u-2"))
