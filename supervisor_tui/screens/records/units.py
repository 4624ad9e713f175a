"""The first screen: the units in scope, and beside them, where there is room, the file of the one under the cursor."""

from __future__ import annotations

from asyncio import TimerHandle, get_running_loop
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical

from supervisor_tui.commands import AS_OF_LIST, CATEGORY, FILTER, MARK_ALL_UNITS, MARK_UNIT, ON_A_UNIT, bindings
from supervisor_tui.labels.campaigns import category_words, stage_words
from supervisor_tui.locale import language, t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.entry.by_kind import OnAUnit
from supervisor_tui.screens.records.columns import MARK, unit_columns
from supervisor_tui.screens.records.unit import UnitPane
from supervisor_tui.terminal.line_cache import Edge
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.typed_line import TypedLine
from sync.model.validation import OFFICE
from sync.replica import query
from sync.replica.as_of.calendar import today
from sync.replica.queries.rows import HistoryRow, Listing, UnitRow
from sync.replica.queries.units import units_then

CLOSED_UNITS = "-"  # stands among the categories for the units that have closed
WIDE = 110  # columns from which a unit's file stands beside the list
_FOLLOW_AFTER = 0.06  # seconds a moving cursor rests before the file beside it is read; a first step's is at once


class UnitsScreen(AskedOf, OnAUnit):
    """Units with a filter by text, pinyin and category."""

    DEFAULT_CSS = """
    UnitsScreen #left { width: 1fr; }
    UnitsScreen #left.narrow { width: 40%; max-width: 60; }
    UnitsScreen #edge { color: $foreground 20%; }
    UnitsScreen #pane { width: 1fr; }
    UnitsScreen .away { display: none; }
    UnitsScreen Input { border: none; height: 1; padding: 0 1; background: $surface; }
    """
    AUTO_FOCUS = "#units"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [*ON_A_UNIT, FILTER, CATEGORY, MARK_UNIT, MARK_ALL_UNITS, AS_OF_LIST]
    )

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._category: str | None = None
        self._marked: set[str] = set()
        self._resting: TimerHandle | None = None  # while the cursor moves: what happens when it rests

    def body(self) -> ComposeResult:
        """The list; the file beside it."""
        with Horizontal():
            with Vertical(id="left"):
                yield Line(id="counted")
                yield PagedList[UnitRow](
                    unit_columns(today(self.replica), alone=True), empty="units.none", id="units", moved=self._moved
                )
            yield Edge(id="edge")
            yield UnitPane(id="pane")

    @property
    def units(self) -> PagedList[UnitRow]:
        """The list."""
        return self.query_one("#units", PagedList)

    @property
    def pane(self) -> UnitPane:
        """The file beside it."""
        return self.query_one(UnitPane)

    def heading(self) -> list[Span]:
        """The program, the district, batch and stage under way."""
        identity = self.replica.joined()
        if asked := self.asked_words():
            return titled(t("app.name"), identity.district_name, asked)
        campaign = query.campaign(self.replica)
        stage = campaign.current_stage(today(self.replica))
        batch = campaign.title.get(language(), "")
        parts = [identity.district_name, batch, stage_words(stage) if stage else ""]
        return titled(t("app.name"), *parts)

    def read(self) -> None:
        """The units that fit the filter."""
        self._show_columns()
        self._list()

    def _show_columns(self) -> None:
        """The columns for the room there is; a mark has one as long as a unit is marked."""
        columns = unit_columns(self.asked_day or today(self.replica), alone=self.pane.has_class("away"))
        mark = Column[UnitRow]("", lambda row: (MARK if row.id in self._marked else "", "key"), 1)
        self.units.columns = [mark, *columns] if self._marked else columns

    def _list(self, *, keep: bool = True) -> None:
        """List the units that fit; `keep`: the cursor keeps its place."""
        listing = self._fitting(self._text)
        if not listing.count:
            self.units.empty = self._why_empty()
        self.units.show(listing, keep=keep)
        self._count()

    def _fitting(self, text: str) -> Listing[UnitRow]:
        """The units that fit the filter; those that have closed are a filter of their own."""
        closed = self._category == CLOSED_UNITS
        category = None if closed else self._category
        if self.asked_words():
            day, campaign = self.asked_day or today(self.replica), self.asked_campaign
            rows = units_then(self.replica, day, text, category, campaign=campaign, closed=closed)
            return Listing(len(rows), lambda offset, limit: rows[offset : offset + limit])
        return query.units(self.replica, text, category, today(self.replica), closed=closed)

    def _why_empty(self) -> str:
        """Why no unit is listed, and what to do about it."""
        if self._text or self._category or self.asked_words():
            return "units.none"
        return "units.not_given" if query.status(self.replica).last_sync else "units.not_fetched"

    def _count(self) -> None:
        spans: list[Span] = [(t("units.count", count=self.units.count), "plain")]
        if self._category:
            closed = self._category == CLOSED_UNITS
            spans.append((f"  {t('units.closed') if closed else category_words(self._category)}", "accent"))
        if self._text:
            spans.append((f"  {t('units.filtered', text=one_line(self._text))}", "accent"))
        if self._marked:
            spans.append((f"  {t('duty.marked', count=len(self._marked))}", "key"))
        self.query_one("#counted", Line).show(spans, [(t("units.filter_key"), "dim")])
        self.refresh_bindings()

    def on_resize(self, event: events.Resize) -> None:
        """One pane or two."""
        wide = event.size.width >= WIDE
        self.query_one("#left").set_class(wide, "narrow")
        for beside in (self.pane, self.query_one("#edge")):
            beside.set_class(not wide, "away")
        self._show_columns()
        self._follow()

    def current_unit(self) -> str:
        """The unit under the cursor."""
        row = self.units.row
        return row.id if row else ""

    # --- choosing units ----------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the unit under the cursor, or take its mark away, and go on to the next."""
        if unit := self.current_unit():
            self._marked ^= {unit}
            self._show_marks()
            self.units.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every unit that is listed, or take all marks away."""
        listing = self._fitting(self._text)
        shown = {row.id for row in listing.rows(0, listing.count)}
        self._marked = set() if shown <= self._marked else self._marked | shown
        self._show_marks()

    def _show_marks(self) -> None:
        self._show_columns()
        self._count()

    def units_to_enrol(self) -> list[str]:
        """The units that are marked, else the one under the cursor."""
        return sorted(self._marked) or super().units_to_enrol()

    # --- the file beside the list ------------------------------------------------------------------------------------

    def on_paged_list_highlighted(self, event: PagedList.Highlighted) -> None:
        """Other units are listed."""
        if event.list is self.units:
            self._moved()

    def _moved(self) -> None:
        """Read the file of the unit under the cursor: at once after a rest, else when the cursor rests."""
        if self._resting is None:
            self._follow()
        else:
            self._resting.cancel()
        self._resting = get_running_loop().call_later(_FOLLOW_AFTER, self.call_later, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if self.pane.unit != self.current_unit():
            self._follow()

    def _follow(self) -> None:
        if not self.pane.has_class("away"):
            self.pane.show(self.current_unit())

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a unit's file, or a record of the file beside the list."""
        if isinstance(event.row, HistoryRow):
            from supervisor_tui.screens.records.record import RecordScreen

            self.app.push_screen(RecordScreen(event.row.record))
            return
        from supervisor_tui.screens.records.unit import UnitScreen

        self.app.push_screen(self.asked_alike(UnitScreen(event.row.id)))

    # --- filters -----------------------------------------------------------------------------------------------------

    async def action_filter(self) -> None:
        """Type a part of a name, or pinyin initials."""
        from textual.widgets import Input

        for typed in self.query(Input):
            typed.focus()
            return
        typed = TypedLine(self._text, placeholder=t("units.filter_hint"), id="filter")
        await self.query_one("#left").mount(typed, before="#units")
        typed.focus()

    def on_input_changed(self, event: events.Event) -> None:
        """Filter as it is typed."""
        self._text = getattr(event, "value", "")
        self._list(keep=False)

    def on_input_submitted(self, _: events.Event) -> None:
        """Enter goes to the list."""
        self.units.focus()

    def on_key(self, event: events.Key) -> None:
        """Down from the filter goes to the list."""
        if event.key == "down" and self.focused is not None and self.focused.id == "filter":
            event.stop()
            self.units.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no screen before this one; going back takes a filter away."""
        if action in ("mark", "mark_all"):
            return self.replica.joined().role == OFFICE
        if action == "back":
            return bool(self._text or self._category or self._marked or self.asked_words() or self.query("#filter"))
        return super().check_action(action, parameters)

    def action_category(self) -> None:
        """The next category, then those that have closed, then all again."""
        kinds = [None, *query.categories(self.replica), CLOSED_UNITS]
        self._category = kinds[(kinds.index(self._category) + 1) % len(kinds)]
        while self._category and not self._fitting("").count:
            self._category = kinds[(kinds.index(self._category) + 1) % len(kinds)]
        self._list(keep=False)

    def action_back(self) -> None:
        """Take filter and marks away."""
        for typed in self.query("#filter"):
            typed.remove()
        self._text, self._category, self._marked = "", None, set()
        self.ask_of(day="", campaign="")
        self.units.focus()

    def ask_of(self, *, day: str | None = None, campaign: str | None = None) -> None:
        """The file beside the list is of the same day and campaign."""
        super().ask_of(day=day, campaign=campaign)
        self.pane.campaign, self.pane.day = self.asked_campaign, self.asked_day
        self._follow()
