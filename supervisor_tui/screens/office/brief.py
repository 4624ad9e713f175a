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

from supervisor_tui.commands import CHOOSE_CAMPAIGN, CHOOSE_PERIOD, CHOOSE_TABLE, ISSUE, ISSUED, TWO_DAYS, bindings
from supervisor_tui.forms.days import read_period
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.campaigns import campaign_title, stage_words
from supervisor_tui.labels.dates import NARROW, list_day, this_day
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import t
from supervisor_tui.reports.figure_words import column_words, figures_of, line_words, table_words
from supervisor_tui.reports.figures import BriefFigures
from supervisor_tui.reports.issued_words import number_words as issued_number
from supervisor_tui.reports.issued_words import state_words
from supervisor_tui.reports.issuing import issue
from supervisor_tui.rules.periods import NamedPeriod, usual_periods
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.dialogs.choice import ChooseScreen
from supervisor_tui.screens.dialogs.prompt import AskScreen
from supervisor_tui.screens.office.numbers import choose_table, number_columns, number_words
from supervisor_tui.terminal.text import cells, fit
from supervisor_tui.widgets import line as lines
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.model.validation import OFFICE, InvalidFields
from sync.replica import Replica, ReplicaError, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.report_period import Named, named_records
from sync.replica.editing.edits import Refused
from sync.replica.editing.issued import issued_brief, must_be_ready, next_number, states_behind
from sync.replica.queries.rows import CampaignView, Listing

_TWO_DAYS = "two_days"  # the last choice among the periods


def period_words(period: NamedPeriod) -> str:
    """What a period is called: a stage by the campaign's own words."""
    return stage_words(period.stage) if period.stage else t(f"period.{period.name}")


def _dated_words(period: NamedPeriod, width: int = 0) -> str:
    name = period_words(period)
    return f"{fit(name, width or cells(name))}  {period.since} - {period.until}"


class _Number(msgspec.Struct, frozen=True):
    """One number on screen."""

    table: str
    name: str
    column: str
    ref: str
    value: int
    records: tuple[str, ...]


@dataclass
class Counted(Message):
    """The figures of a period of a campaign, counted beside the screen."""

    campaign: str
    period: NamedPeriod
    figures: BriefFigures


@dataclass
class IssuedNow(Message):
    """A brief was issued beside the screen: its record; empty and why not where it was not."""

    record: str
    words: str


class BriefScreen(WorkbenchScreen[None]):
    """The figures of a period of a campaign, as of the period's end."""

    AUTO_FOCUS = "#numbers"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [CHOOSE_PERIOD, TWO_DAYS, CHOOSE_CAMPAIGN, CHOOSE_TABLE, ISSUED, ISSUE]
    )

    def __init__(self) -> None:
        super().__init__()
        self._chosen: NamedPeriod | None = None  # the first of the usual ones until another is chosen
        self._campaign: str | None = None  # the one at hand until another is chosen; empty: all side by side
        self._figures: BriefFigures | None = None
        self._failed = False  # whether the last count met a fault
        self._counted: tuple[object, ...] = ()  # the state of the file that is counted, or being counted

    def body(self) -> ComposeResult:
        """The period, and the numbers."""
        yield lines.Line(id="counted")
        yield PagedList[_Number](number_columns(80), empty="brief.none", id="numbers")

    def heading(self) -> list[Span]:
        """The campaign whose figures these are."""
        return titled(t("brief.title"), campaign_title(self.campaign) if self.campaign.id else t("brief.all_campaigns"))

    @property
    def campaign(self) -> CampaignView:
        """The campaign in sight; one without an id stands for all of them."""
        if self._campaign is None:
            return query.campaign(self.replica)
        return query.campaign_named(self.replica, self._campaign)

    def _periods(self) -> list[NamedPeriod]:
        return usual_periods(self.campaign, today(self.replica))

    @property
    def period(self) -> NamedPeriod:
        """The period in sight."""
        return self._chosen or self._periods()[0]

    def read(self) -> None:
        """Count in the background if anything has changed; what was counted before stays in sight until then."""
        self._show()
        campaign, period = self.campaign.id, self.period
        state = (campaign, period, *self.replica.state)
        if state == self._counted:
            return
        self._counted = state
        path, post = self.bench.path, self.post_message
        self._failed = False
        beside(self, lambda: post(_count(path, campaign, period)), self._not_counted, group="brief", exclusive=True)

    def _not_counted(self) -> None:
        self._failed = True
        self._show()

    def on_counted(self, message: Counted) -> None:
        """Show the numbers, if they are still of the period wanted."""
        if (message.campaign, message.period) == (self.campaign.id, self.period):
            self._figures = message.figures
            self._show()

    def _show(self) -> None:
        rows, period = self._numbers(), self.period
        listed: PagedList[_Number] = self.query_one("#numbers", PagedList)
        listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        key = "brief.keys" if self._figures is not None else "error.fault" if self._failed else "brief.counting"
        self.query_one("#counted", lines.Line).show([(_dated_words(period), "plain")], [(t(key), "dim")])

    def _numbers(self) -> list[_Number]:
        if self._figures is None:
            return []
        return [
            _Number(
                table_words(table),
                line_words(self.replica, line),
                column_words(table, place),
                figure.ref,
                figure.value,
                figure.records,
            )
            for table in self._figures.tables
            for line in table.lines
            for place, figure in enumerate(line.figures)
        ]

    def on_resize(self) -> None:
        """More or less room for the words."""
        listed: PagedList[_Number] = self.query_one("#numbers", PagedList)
        listed.columns = number_columns(self.size.width)

    def action_choose_table(self) -> None:
        """Go to another table."""
        choose_table(self, self.query_one("#numbers", PagedList))

    def action_choose_period(self) -> None:
        """One of the usual periods, or any two days."""
        periods = self._periods()
        width = max(cells(period_words(period)) for period in periods)
        choices = [(str(place), _dated_words(period, width)) for place, period in enumerate(periods)]

        def chosen(answer: str | None) -> None:
            if answer == _TWO_DAYS:
                self.action_two_days()
            elif answer is not None:
                self._chosen = periods[int(answer)]
                self._count_anew()

        self.app.push_screen(
            ChooseScreen(t("brief.choose_period"), [*choices, (_TWO_DAYS, t("brief.any_two_days"))]), chosen
        )

    def action_two_days(self) -> None:
        """Any period: its first and its last day are typed."""

        def typed(answer: str | None) -> None:
            if answer is None:
                return
            if (days := read_period(answer, this_day(self.replica))) is None:
                self.say(t("brief.wrong_days"), severity="warning")
                self.app.push_screen(AskScreen(t("brief.ask_days"), answer), typed)
                return
            self._chosen = NamedPeriod("two_days", *days)
            self._count_anew()

        period = self.period
        self.app.push_screen(AskScreen(t("brief.ask_days"), f"{period.since} {period.until}"), typed)

    def action_choose_campaign(self) -> None:
        """One campaign, or all of them side by side."""
        campaigns = [(each.id, campaign_title(each)) for each in query.campaigns(self.replica)]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._campaign, self._chosen = answer, None
                self._count_anew()

        self.app.push_screen(
            ChooseScreen(t("brief.choose_campaign"), [*campaigns, ("", t("brief.all_campaigns"))]), chosen
        )

    # --- issuing -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The office alone issues."""
        return action != "issue" or self.replica.joined().role == OFFICE

    def action_issued(self) -> None:
        """The briefs that were issued."""
        from supervisor_tui.screens.office.issued_briefs import IssuedScreen

        self.app.push_screen(IssuedScreen())

    def action_issue(self) -> None:
        """Issue the figures of the period in sight, after a question."""
        try:
            must_be_ready(self.replica)
        except Refused as refused:
            self.say(t(f"refused.{refused.code}"), severity="warning")
            return
        campaign, period, day = self.campaign.id, self.period, today(self.replica)

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                self.say(t("issued.issuing"))
                path, post = self.bench.path, self.post_message
                beside(self, lambda: post(_issue(path, campaign, period)), group="issue")

        number = t("issued.number", year=day[:4], number=next_number(self.replica, campaign, day))
        question = t("issued.ask", since=period.since, until=min(period.until, day), number=number)
        self.app.push_screen(ChooseScreen(question, [(each, t(f"issued.{each}")) for each in ("yes", "no")]), chosen)

    def on_issued_now(self, message: IssuedNow) -> None:
        """Say what came of it, and open what was issued."""
        self.say(message.words, severity="information" if message.record else "warning")
        self.redraw()
        if message.record:
            from supervisor_tui.screens.office.issued_brief import IssuedBriefScreen

            self.app.push_screen(IssuedBriefScreen(message.record))

    def _count_anew(self) -> None:
        self._figures = None
        self.redraw()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """List the records behind a number."""
        number: _Number = event.row
        self.app.push_screen(BehindScreen(f"{number.ref}  {number.table}  {number_words(number)}", number.records))


def _count(path: Path, campaign: str, period: NamedPeriod) -> Counted:
    with Replica.open(path) as replica:
        named = query.campaign_named(replica, campaign)
        return Counted(campaign, period, figures_of(replica, named, period.since, period.until))


def _issue(path: Path, campaign: str, period: NamedPeriod) -> IssuedNow:
    """Issue a brief with a file handle of its own."""
    try:
        with Replica.open(path) as replica:
            record = issue(replica, campaign, period.since, period.until).record
            issued = issued_brief(replica, record)
            number = issued_number(issued) if issued is not None else ""
            return IssuedNow(record, t("issued.done", number=number))
    except Refused as refused:
        return IssuedNow("", t(f"refused.{refused.code}"))
    except InvalidFields as invalid:
        faults = [t(f"fault.{fault.code}", wanted=fault.wanted) for fault in invalid.faults]
        return IssuedNow("", "\n".join([t("cli.invalid"), *faults]))
    except ReplicaError as error:
        return IssuedNow("", fault_words(error))


class BehindScreen(WorkbenchScreen[None]):
    """The records behind one number; of one that was `issued`, with what became of each since."""

    AUTO_FOCUS = "#records"

    def __init__(self, title: str, records: Sequence[str], *, issued: bool = False) -> None:
        super().__init__()
        self._states: dict[str, str] | None = {} if issued else None
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
        wide, day = self.size.width >= 110, today(self.replica)
        listed: PagedList[Named] = self.query_one("#records", PagedList)
        listed.columns = [
            Column("search.day", lambda row: list_day(row.day, day, wide=wide), 10 if wide else NARROW),
            Column("search.kind", lambda row: (t(f"kind_short.{row.kind}") if row.unit else "", "accent"), 8),
            *([Column[Named]("since.state", self._state, 10 if wide else 8)] if self._states is not None else []),
            Column("search.unit", lambda row: row.unit_name, 30 if wide else 20, names=True),
            Column("search.text", lambda row: row.title),
        ]
        replica, records = self.replica, self._records

        def page(offset: int, limit: int) -> list[Named]:
            part = records[offset : offset + limit]
            if self._states is not None:
                self._states |= states_behind(replica, part)
            return named_records(replica, part)

        listed.show(Listing(len(records), page))

    def _state(self, row: Named) -> Span:
        return state_words((self._states or {}).get(row.record, "")), "warn"

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.read()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a unit's file, or a record."""
        from supervisor_tui.screens.records.record import RecordScreen
        from supervisor_tui.screens.records.unit import UnitScreen

        row: Named = event.row
        is_unit = row.kind == "unit" and bool(row.unit)
        self.app.push_screen(UnitScreen(row.unit) if is_unit else RecordScreen(row.record))
