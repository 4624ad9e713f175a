"""Closing a unit: how, when, what follows it, and what becomes of each open follow-up; kept as one act. For the office.

Of a unit that is closed, the same screen takes the closing back.
"""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import CLOSING_DAY, CLOSING_DONE, CLOSING_HOW, CLOSING_OUTCOME, CLOSING_SUCCESSOR, bindings
from supervisor_tui.forms.days import read_day
from supervisor_tui.labels.dates import this_day
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.choice import ChooseScreen
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.screens.dialogs.picker import FindScreen
from supervisor_tui.screens.dialogs.prompt import AskScreen
from supervisor_tui.screens.records.columns import closed_words
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.model.kinds import CLOSED_WHY
from sync.replica import query
from sync.replica.as_of.calendar import certain_day
from sync.replica.editing.closing import Closing, Outcome, close, open_follow_ups, take_back
from sync.replica.queries.rows import FollowUpRow, Listing
from sync.replica.queries.succession import Succession, succession

_SETTLE = "-"  # the last choice among the outcomes


class ClosingScreen(Stepping):
    """The open follow-ups of a unit, each with what becomes of it."""

    AUTO_FOCUS = "#open"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [CLOSING_HOW, CLOSING_DAY, CLOSING_SUCCESSOR, CLOSING_OUTCOME, CLOSING_DONE]
    )

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit
        self._how = ""
        self._on = ""  # the day it is, until another is said
        self._successors: list[str] = []
        self._outcomes: dict[str, Outcome] = {}
        self._rows: list[FollowUpRow] = []
        self._standing = Succession()
        self._done = False

    def body(self) -> ComposeResult:
        """What has been said of the closing, and the follow-ups."""
        yield Line(id="how")
        yield Line(id="successors")
        yield PagedList[FollowUpRow]([], empty="close.nothing_open", id="open")

    @property
    def listed(self) -> PagedList[FollowUpRow]:
        """The follow-ups."""
        return self.query_one("#open", PagedList)

    def heading(self) -> list[Span]:
        """Which unit."""
        return titled(t("close.title"), query.unit_name(self.replica, self.unit))

    @property
    def is_closed(self) -> bool:
        """Whether the unit is closed already."""
        return bool(self._standing.closed_on)

    def read(self) -> None:
        """The follow-ups that are open, and what was said of them."""
        card = query.unit(self.replica, self.unit)
        self._standing = succession(self.replica, card) if card is not None else Succession()
        self._rows = rows = open_follow_ups(self.replica, self.unit)
        self.listed.columns = [
            Column("register.due", lambda row: row.due_on, 10),
            Column("register.title_column", lambda row: row.title),
            Column("close.outcome", self._outcome_words, 30 if self.size.width >= 110 else 24),
        ]
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        self._show_said()

    def _show_said(self) -> None:
        how, successors = self.query_one("#how", Line), self.query_one("#successors", Line)
        if self.is_closed:
            how.show([(closed_words(self._standing), "warn")])
            successors.show([])
            return
        said: Span = (t(f"closed_why.{self._how}"), "plain") if self._how else (t("close.not_said"), "warn")
        how.show([(t("close.how_is") + " ", "dim"), said, (f"  {t('close.day_is')} ", "dim"), (self._day, "plain")])
        names = t("list.comma").join(one_line(query.unit_name(self.replica, each)) for each in self._successors)
        successors.show([(t("close.successors_are") + " ", "dim"), (names or t("close.no_successor"), "plain")])

    @property
    def _day(self) -> str:
        return self._on or certain_day(self.replica)

    def _outcome(self, row: FollowUpRow) -> Outcome:
        """What becomes of a follow-up; the only successor takes what nothing else was said of."""
        said = self._outcomes.get(row.record)
        if said is not None and (said.why or said.to in self._successors):
            return said
        return Outcome(row.record, self._successors[0] if len(self._successors) == 1 else "")

    def _outcome_words(self, row: FollowUpRow) -> Span:
        outcome = self._outcome(row)
        if outcome.to:
            return t("close.goes_to", unit=query.unit_name(self.replica, outcome.to)), "accent"
        return (t("close.settled", why=outcome.why), "plain") if outcome.why else (t("close.not_said"), "warn")

    def on_resize(self) -> None:
        """Wider or narrower columns."""
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A unit that is closed has nothing more to say."""
        return not (self.is_closed and action in ("how", "day", "successor", "outcome"))

    # --- what is said of the closing ---------------------------------------------------------------------------------

    def action_how(self) -> None:
        """Merged, dissolved or moved away."""

        def chosen(answer: str | None) -> None:
            self._how = answer or self._how
            self.redraw()

        choices = [(each, t(f"closed_why.{each}")) for each in CLOSED_WHY]
        self.app.push_screen(ChooseScreen(t("close.ask_how"), choices), chosen)

    def action_day(self) -> None:
        """The day it ended."""

        def typed(answer: str | None) -> None:
            self._on = read_day(answer, this_day(self.replica)) if answer else self._on
            self.redraw()

        self.app.push_screen(AskScreen(t("close.ask_day"), self._day), typed)

    def action_successor(self) -> None:
        """One more unit that follows it, or one less."""

        def chosen(answer: str | None) -> None:
            if answer in self._successors:
                self._successors.remove(answer)
            elif answer:
                self._successors.append(answer)
            self.redraw()

        listing = query.units(self.replica)
        offered = [(row.id, row.name) for row in listing.rows(0, listing.count) if row.id != self.unit]
        self.app.push_screen(FindScreen(t("close.ask_successor"), offered), chosen)

    def action_outcome(self) -> None:
        """What becomes of the follow-up under the cursor."""
        row = self.listed.row
        if row is None:
            return

        def chosen(answer: str | None) -> None:
            if answer == _SETTLE:
                self.app.push_screen(AskScreen(t("close.ask_settled")), settled)
            elif answer is not None:
                self._say(Outcome(row.record, answer))

        def settled(why: str | None) -> None:
            if why:
                self._say(Outcome(row.record, why=why))

        choices = [(each, t("close.goes_to", unit=query.unit_name(self.replica, each))) for each in self._successors]
        question = t("close.ask_outcome", title=row.title)
        self.app.push_screen(ChooseScreen(question, [*choices, (_SETTLE, t("close.settle"))]), chosen)

    def _say(self, outcome: Outcome) -> None:
        self._outcomes[outcome.record] = outcome
        self.redraw()
        self.listed.action_move(1)

    def on_paged_list_selected(self, _: PagedList.Selected) -> None:
        """Enter asks what becomes of it."""
        if not self.is_closed:
            self.action_outcome()

    # --- the act -----------------------------------------------------------------------------------------------------

    def action_finish(self) -> None:
        """Ask for the reason and close the unit, or take its closing back."""
        if self.is_closed:
            self._ask(t("close.ask_back"), lambda why: take_back(self.replica, self.unit, why), "close.taken_back")
        elif not self._how:
            self.say(t("close.how_needed"), severity="warning")
        else:
            self._ask(t("close.ask_reason"), self._close, "close.done")

    def _close(self, reason: str) -> None:
        closing = Closing(
            unit=self.unit, on=self._day, closed_why=self._how, reason=reason, successors=tuple(self._successors)
        )
        close(self.replica, closing, [self._outcome(row) for row in self._rows])

    def _ask(self, question: str, act: Any, kept: str) -> None:
        def acting(reason: str) -> None:
            act(reason)
            self._done = True

        def answered(reason: str | None) -> None:
            if reason is not None:
                self.write("unit", lambda: acting(reason), kept)
            if self._done:
                self.dismiss()

        self.app.push_screen(AskScreen(question), answered)
