"""What a unit's file says beyond the unit itself: what it became, what came from where, and the units below it."""

from __future__ import annotations

from collections.abc import Sequence

from supervisor_tui.locale import t
from supervisor_tui.reports.document import Block, Cell, Column, Heading, Table
from supervisor_tui.reports.wording import code, code_column, column
from sync.replica import Replica
from sync.replica.queries.rows import UnitCard
from sync.replica.queries.succession import Carried, SubUnit, Succession, sub_units, sub_units_then


def succession_rows(found: Succession, former: Sequence[str]) -> list[Sequence[Cell]]:
    """The rows of the card that say what the unit was called, what it became and what it came from."""
    rows = [
        (t("report.former_names"), t("list.comma").join(former)),
        (t("field.unit.closed_on"), found.closed_on),
        (t("field.unit.closed_why"), t(f"closed_why.{found.closed_why}") if found.closed_why else ""),
        (t("field.unit.successor"), t("list.comma").join(name for _, name in found.successors)),
        (t("field.unit.predecessor"), t("list.comma").join(name for _, name in found.predecessors)),
    ]
    return [row for row in rows if row[1]]


def carried_blocks(found: Succession) -> list[Block]:
    """The follow-ups that were handed over, and those that were taken over."""
    return [
        *_carried("report.gave", "report.gave_to", found.gave),
        *_carried("report.got", "report.got_from", found.got),
    ]


def _carried(title: str, other: str, rows: Sequence[Carried]) -> list[Block]:
    if not rows:
        return []
    columns = [column("title", 40), column("opened_on", 11), Column(t(other), width=34), code_column()]
    return [
        Heading(t(title)),
        Table("", columns, [(row.title, row.day, row.other_name, code(row.record)) for row in rows]),
    ]


def sub_unit_blocks(replica: Replica, card: UnitCard, today: str, day: str = "") -> list[Block]:
    """The units below this one with what is open and overdue there, and the sums with the unit itself.

    `day`: as it was at the end of that day.
    """
    below = sub_units_then(replica, card.id, day) if day else sub_units(replica, card.id, today)
    if not below:
        return []
    columns = [column("unit", 40), Column(t("unit.open"), "number", 9), Column(t("unit.overdue"), "number", 9)]
    rows: list[Sequence[Cell]] = [(t("report.itself"), card.open, card.overdue), *map(_sub_unit, below)]
    sums = (sum(row.open for row in below) + card.open, sum(row.overdue for row in below) + card.overdue)
    return [Heading(t("report.sub_units")), Table("", columns, [*rows, (t("report.with_sub_units"), *sums)])]


def _sub_unit(row: SubUnit) -> Sequence[Cell]:
    return "  " * row.depth + row.name, row.open, row.overdue
