"""One issued brief: the numbers it said, the records behind each, and what has come in since, record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from supervisor_tui.commands import CHOOSE_TABLE, SINCE, WITHDRAW_BRIEF, bindings
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.connection import error_words
from supervisor_tui.labels.dates import NARROW, list_day
from supervisor_tui.locale import t
from supervisor_tui.reports.issued_words import (
    author_line,
    campaign_words,
    counted_words,
    moved_words,
    number_words,
    said_columns,
    said_line,
    said_title,
    standing_words,
    state_words,
    title_words,
)
from supervisor_tui.reports.issuing import in_order, ref_of
from supervisor_tui.reports.since import Since, since_issue
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.screens.office.brief import BehindScreen
from supervisor_tui.screens.office.numbers import choose_table, number_columns
from supervisor_tui.screens.office.numbers import number_words as words_of
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.ledger.brief_contents import Behind, Breakdowns
from sync.model.briefs import KIND
from sync.model.validation import OFFICE
from sync.replica import Replica
from sync.replica.as_of.calendar import today
from sync.replica.editing import edits
from sync.replica.editing.issued import Issued, behind, breakdowns, issued_brief, may_fetch
from sync.replica.queries.rows import Listing


class _Number(msgspec.Struct, frozen=True):
    """One number on screen, as it was issued."""

    table: str
    name: str
    column: str
    ref: str
    value: int


@dataclass
class Looked(Message):
    """The list behind the numbers and what has come in since; both None, and why, where the list is not here."""

    behind: Behind | None
    rows: list[Since] | None
    why_not: str = ""


class IssuedBriefScreen(Stepping):
    """An issued brief as it was; nothing on it is counted again."""

    AUTO_FOCUS = "#numbers"
    BINDINGS: ClassVar[list[BindingType]] = bindings([CHOOSE_TABLE, SINCE, WITHDRAW_BRIEF])

    def __init__(self, record: str) -> None:
        super().__init__()
        self.record_id = record
        self.found: Issued | None = None
        self._breakdowns: Breakdowns | None = None
        self._behind: Behind | None = None  # many times larger, and read beside the screen
        self._rows: list[Since] | None = None
        self._said = ""  # of what has come in since
        self._looked: tuple[int, int, int] | None = None  # the state of the file that is looked up, or being so

    def body(self) -> ComposeResult:
        """When, what period, what has come in since; the numbers."""
        yield Line(id="issued")
        yield Line(id="standing")
        yield Line(id="since")
        yield PagedList[_Number](number_columns(80), empty="record.gone", id="numbers")

    def heading(self) -> list[Span]:
        """Its number."""
        return titled(number_words(self.found) if self.found is not None else t("record.gone"), t("kind.brief"))

    def read(self) -> None:
        """What it said; what has come in since is looked up in the background when anything has changed."""
        self.found = issued_brief(self.replica, self.record_id)
        if self.found is not None and self._breakdowns is None:
            self._breakdowns = breakdowns(self.replica, self.found)
        self._show()
        if self.found is not None and self._looked != (state := self.replica.state):
            self._looked = state
            path, record, post = self.bench.path, self.record_id, self.post_message
            beside(self, lambda: post(_look(path, record)), self._not_looked, group="brief", exclusive=True)

    def _not_looked(self) -> None:
        self._said = t("error.fault")
        self._show()

    def on_looked(self, message: Looked) -> None:
        """Say what has come in since; the breakdowns may have been fetched, too."""
        self._behind, self._rows, self._said = message.behind, message.rows, message.why_not
        if self.found is not None and self._breakdowns is None:
            self.found = issued_brief(self.replica, self.record_id) or self.found
            self._breakdowns = breakdowns(self.replica, self.found)
            self._looked = self.replica.state  # what was fetched is no news
        self._show()

    def _show(self) -> None:
        numbers = self._numbers()
        listed: PagedList[_Number] = self.query_one("#numbers", PagedList)
        listed.show(Listing(len(numbers), lambda offset, limit: numbers[offset : offset + limit]))
        found = self.found
        if found is None:
            return
        period = t("issued.period", since=found.since, until=found.until, campaign=campaign_words(self.replica, found))
        self.query_one("#issued", Line).show([(period, "plain")], [(author_line(self.replica, found), "dim")])
        since = counted_words(self._rows) if self._rows is not None else self._said or t("since.counting")
        role = "accent" if self._rows else "plain"
        keys: list[Span] = [(t("issued.keys"), "dim")] if self.size.width >= 110 else []
        self.query_one("#since", Line).show([(f"{t('since.heading')}: ", "heading"), (since, role)], keys)
        standing = self.query_one("#standing", Line)
        standing.display = bool(said := standing_words(found))
        standing.show([("; ".join(said), "warn")])

    def _numbers(self) -> list[_Number]:
        if self.found is None:
            return []
        return [
            _Number(said_title(table), said_line(line), column, ref_of(line, table, place), value)
            for table in in_order(self.found.said, self._breakdowns)
            for line in table.lines
            for place, (column, value) in enumerate(zip(said_columns(table), line.values, strict=False))
        ]

    def on_resize(self) -> None:
        """More or less room for the words."""
        listed: PagedList[_Number] = self.query_one("#numbers", PagedList)
        listed.columns = number_columns(self.size.width)

    def action_choose_table(self) -> None:
        """Go to another table."""
        choose_table(self, self.query_one("#numbers", PagedList))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The office withdraws, once."""
        if action != "withdraw":
            return True
        return self.found is not None and not self.found.withdrawn and self.replica.joined().role == OFFICE

    def action_since(self) -> None:
        """Record by record what has come in since."""
        if self._rows is None:
            self.say(self._said or t("since.counting"), severity="warning")
        elif self.found is not None:
            self.app.push_screen(SinceScreen(title_words(self.found), self._rows))

    def action_withdraw(self) -> None:
        """Withdraw it, with a reason."""
        withdraw = partial(edits.withdraw, self.replica, self.record_id)
        self.ask(t("issued.ask_withdraw"), KIND, withdraw)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """List the records behind a number, with what became of them."""
        row: _Number = event.row
        if self._behind is None:
            self.say(self._said or t("since.counting"), severity="warning")
            return
        title = f"{row.ref}  {row.table}  {words_of(row)}"
        self.app.push_screen(BehindScreen(title, self._behind.records(row.ref), issued=True))


def _look(path: Path, record: str) -> Looked:
    """Look up what has come in since, with a file handle of its own; the list is fetched where it is not here."""
    from sync.client.http import ExchangeError

    with Replica.open(path) as replica:
        found = issued_brief(replica, record)
        if found is None:
            return Looked(None, None, t("record.gone"))
        if not found.is_here and not may_fetch(replica):
            return Looked(None, None, t("issued.not_yours"))
        if not found.is_here:
            from sync.client.attachments import fetch

            try:
                fetch(replica, found.attachment)
            except ExchangeError as error:
                return Looked(None, None, t("issued.not_fetched", why=error_words(error.code, error.named)))
            found = msgspec.structs.replace(found, is_here=True)
        parts, known = breakdowns(replica, found), behind(replica, found)
        if parts is None or known is None:
            return Looked(None, None, t("issued.unreadable"))
        return Looked(known, since_issue(replica, found, in_order(found.said, parts), known))


class SinceScreen(WorkbenchScreen[None]):
    """The records of which something has come in since a brief was issued, with what became of each."""

    AUTO_FOCUS = "#records"

    def __init__(self, title: str, rows: Sequence[Since]) -> None:
        super().__init__()
        self._title = title
        self._rows = list(rows)

    def body(self) -> ComposeResult:
        """The records."""
        yield PagedList[Since]([], empty="since.none", id="records")

    def heading(self) -> list[Span]:
        """Of which brief, and how many of each kind."""
        return titled(self._title, t("since.heading"), counted_words(self._rows))

    def read(self) -> None:
        """The columns; the rows are those that were looked up."""
        wide, day = self.size.width >= 110, today(self.replica)
        listed: PagedList[Since] = self.query_one("#records", PagedList)
        listed.columns = [
            Column("since.state", lambda row: (state_words(row.state), "accent"), 10 if wide else 8),
            Column("search.day", lambda row: list_day(row.day, day, wide=wide), 10 if wide else NARROW),
            Column("search.kind", lambda row: t(f"kind_short.{row.kind}"), 6),
            Column("search.unit", lambda row: row.unit_name, 26 if wide else 14, names=True),
            Column("search.text", lambda row: row.title, 30 if wide else 14),
            Column("since.moved", lambda row: (moved_words(row), "dim")),
        ]
        rows = self._rows
        listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def on_resize(self) -> None:
        """More or less room for each."""
        self.read()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a unit's file, or a record."""
        from supervisor_tui.screens.records.record import RecordScreen
        from supervisor_tui.screens.records.unit import UnitScreen

        row: Since = event.row
        self.app.push_screen(UnitScreen(row.unit) if row.record == row.unit else RecordScreen(row.record))
