"""The brief on screen: every number of a period; Enter lists the records behind one, Enter again opens a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from supervisor_tui.beside import beside
from supervisor_tui.commands import NEXT_PERIOD, bindings
from supervisor_tui.days import NARROW, list_day, this_day, today
from supervisor_tui.locale import t
from supervisor_tui.reports.figure_words import column_words, figures_of, line_words, table_words
from supervisor_tui.reports.figures import BriefFigures, Figures, Line
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.widgets import line as lines
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica import Replica, query
from sync.replica.period import Named, named_records
from sync.replica.views import Listing


def usual_periods(replica: Replica) -> list[tuple[str, str]]:
    """The periods a brief is usually of, in words, and their first day: the month, the campaign so far, the year."""
    day = this_day()
    campaign = query.campaign(replica).starts_on
    begun = [(t("export.campaign"), campaign)] if campaign and campaign <= day.isoformat() else []
    return [
        (t("export.month"), day.replace(day=1).isoformat()),
        *begun,
        (t("export.year"), day.replace(month=1, day=1).isoformat()),
    ]


class _Number(msgspec.Struct, frozen=True):
    """One number on screen."""

    table: str
    words: str
    ref: str
    records: tuple[str, ...]


@dataclass
class Counted(Message):
    """The figures of a period, counted beside the screen."""

    since: str
    figures: BriefFigures


class BriefScreen(WorkbenchScreen[None]):
    """The figures of a period up to today."""

    AUTO_FOCUS = "#numbers"
    BINDINGS: ClassVar[list[BindingType]] = bindings([NEXT_PERIOD])

    def __init__(self) -> None:
        super().__init__()
        self._period = 0
        self._figures: BriefFigures | None = None
        self._failed = False  # whether the last count met a fault
        self._counted: tuple[object, ...] = ()  # the state of the file that is counted, or being counted

    def body(self) -> ComposeResult:
        """The period, and the numbers."""
        yield lines.Line(id="counted")
        columns: list[Column[_Number]] = [
            Column("brief.table", lambda row: (row.table, "heading"), 20, once=True),
            Column("report.ref", lambda row: (row.ref, "dim"), 6),
            Column("brief.what", lambda row: row.words),
            Column("report.number", lambda row: (str(len(row.records)), "plain" if row.records else "dim"), 7, "right"),
        ]
        yield PagedList[_Number](columns, empty="brief.none", id="numbers")

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("brief.title"))

    def _periods(self) -> list[tuple[str, str]]:
        return usual_periods(self.replica)

    @property
    def period(self) -> tuple[str, str]:
        """The period in sight, in words, and its first day."""
        return self._periods()[self._period]

    def _words(self) -> str:
        words, since = self._periods()[self._period]
        return f"{words}  {since} - {today()}"

    def read(self) -> None:
        """Count in the background if anything has changed; what was counted before stays in sight until then."""
        self._show()
        since = self._periods()[self._period][1]
        (others,) = self.replica.connection.execute("PRAGMA data_version").fetchone()
        state = (since, today(), others, self.replica.connection.total_changes)
        if state == self._counted:
            return
        self._counted = state
        path, post = self.bench.path, self.post_message
        self._failed = False
        beside(self, lambda: post(_count(path, since)), self._not_counted, group="brief", exclusive=True)

    def _not_counted(self) -> None:
        self._failed = True
        self._show()

    def on_counted(self, message: Counted) -> None:
        """Show the numbers, if they are still of the period wanted."""
        if message.since == self._periods()[self._period][1]:
            self._figures = message.figures
            self._show()

    def _show(self) -> None:
        rows = self._numbers()
        listed: PagedList[_Number] = self.query_one("#numbers", PagedList)
        listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        key = "brief.keys" if self._figures is not None else "error.fault" if self._failed else "brief.counting"
        self.query_one("#counted", lines.Line).show([(self._words(), "plain")], [(t(key), "dim")])

    def _numbers(self) -> list[_Number]:
        if self._figures is None:
            return []
        return [
            _Number(table_words(table), self._line(table, line, place), figure.ref, figure.records)
            for table in self._figures.tables
            for line in table.lines
            for place, figure in enumerate(line.figures)
        ]

    def _line(self, table: Figures, line: Line, place: int) -> str:
        column = column_words(table, place)
        return line_words(self.replica, line) + (f"  {column}" if column else "")

    def action_next_period(self) -> None:
        """The next of the usual periods, then the first again."""
        self._period = (self._period + 1) % len(self._periods())
        self._figures = None
        self.redraw()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """List the records behind a number."""
        number: _Number = event.row
        self.app.push_screen(BehindScreen(f"{number.ref}  {number.table}  {number.words}", number.records))


def _count(path: Path, since: str) -> Counted:
    with Replica.open(path) as replica:
        return Counted(since, figures_of(replica, since, today()))


class BehindScreen(WorkbenchScreen[None]):
    """The records behind one number."""

    AUTO_FOCUS = "#records"

    def __init__(self, title: str, records: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._records = records

    def body(self) -> ComposeResult:
        """The records."""
        yield PagedList[Named]([], empty="brief.no_records", id="records")

    def heading(self) -> list[Span]:
        """Which number."""
        return titled(self._title, str(len(self._records)))

    def read(self) -> None:
        """The page of records in sight."""
        wide, day = self.size.width >= 110, today()
        listed: PagedList[Named] = self.query_one("#records", PagedList)
        listed.columns = [
            Column("search.day", lambda row: list_day(row.day, day, wide=wide), 10 if wide else NARROW),
            Column("search.kind", lambda row: (t(f"kind_short.{row.kind}"), "accent"), 8),
            Column("search.unit", lambda row: row.unit_name, 30 if wide else 20, names=True),
            Column("search.text", lambda row: row.title),
        ]
        replica, records = self.replica, self._records
        listed.show(
            Listing(len(records), lambda offset, limit: named_records(replica, records[offset : offset + limit]))
        )

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.read()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a unit's file, or a record."""
        from supervisor_tui.screens.record import RecordScreen
        from supervisor_tui.screens.unit_file import UnitScreen

        row: Named = event.row
        self.app.push_screen(UnitScreen(row.unit) if row.kind == "unit" else RecordScreen(row.record))
