"""Periods made by hand, September 2026 of the campaign `c`, and what their tables of figures hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supervisor_tui.reports.figure_parts import Figures
from sync.replica.as_of.assignments import Responsibility
from sync.replica.as_of.report_period import Period, PeriodFollowUp, PeriodRecord

SINCE, UNTIL = "2026-09-01", "2026-09-30"
DAYS = ("2026-08-31", "2026-09-01", "2026-09-02", "2026-09-29", "2026-09-30", "2026-10-01")  # on its edges

Cells = dict[str, tuple[str, ...] | int]


def made(**fields: Any) -> Period:
    """A period of two units with nothing in it but what is given."""
    empty: dict[str, Any] = {"units": [unit("u-1"), unit("u-2")], "records": [], "follow_ups": [], "outside": []}
    return Period(**{"campaign": "c", "since": SINCE, "until": UNTIL, "earlier": []} | empty | fields)


def unit(name: str, **fields: Any) -> Responsibility:
    """A unit of the group `g-1`."""
    return Responsibility(**{"unit": name, "name": name, "category": "other", "group": "g-1"} | fields)


def record(name: str, kind: str = "inspection", unit: str = "u-1", **fields: Any) -> PeriodRecord:
    """A record of the middle of the period."""
    given: dict[str, Any] = {"day": "2026-09-15", "stage": "", "title": "", "by": "p", "campaign": "c"}
    return PeriodRecord(record=name, unit=unit, kind=kind, **given | fields)


def follow_up(name: str, **fields: Any) -> PeriodFollowUp:
    """A problem of the first unit that was opened before the period, and is to be done after it."""
    given = {
        "unit": "u-1",
        "nature": "problem",
        "title": "",
        "status": "open",
        "post": "",
        "opened_on": "2026-08-01",
        "due_on": "2026-10-31",
        "settled_on": "",
    }
    return PeriodFollowUp(**{"record": name} | given | fields)


def lines(tables: Iterable[Figures], name: str) -> dict[str, Cells]:
    """What a table holds: by line and column the records, or the sum."""
    (table,) = [each for each in tables if each.name == name]
    columns = table.columns or ("",)
    return {
        line.name: {
            column: figure.records if figure.amount is None else figure.amount
            for column, figure in zip(columns, line.figures, strict=True)
        }
        for line in table.lines
    }


def some(cells: Cells) -> Cells:
    """The cells that are not empty."""
    return {column: cell for column, cell in cells.items() if cell}
