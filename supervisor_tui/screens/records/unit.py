"""A unit's file: its card and its whole history, newest first; as a pane beside the list, and as its own screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from supervisor_tui.commands import AS_OF_FILE, KIND, ON_A_UNIT, bindings
from supervisor_tui.labels.campaigns import category_words, term_words
from supervisor_tui.locale import t
from supervisor_tui.rules.reading import unit_gap
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.entry.by_kind import OnAUnit
from supervisor_tui.screens.records.columns import CARD_LINES, card_lines, history_columns, succession_words
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.line import Line, Lines
from supervisor_tui.widgets.paged_list import PagedList
from supervisor_tui.widgets.parted import Parted
from supervisor_tui.widgets.spans import Span
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.participants import at_hand
from sync.replica.editing.enrolling import terms
from sync.replica.queries.campaigns import stages_to_choose
from sync.replica.queries.rows import HistoryRow, Listing
from sync.replica.queries.succession import succession

_KINDS = (None, "inspection", "liaison_note", "follow_up", "count", "survey", "gate")
_WIDE_LIST = 90  # columns from which a history shows the stage, too


def taking_part(replica: Replica, unit: str, day: str = "") -> list[Span]:
    """The campaigns that a unit takes part in, the last one first, each with its days."""
    words = [term_words(replica, term) for term in reversed(terms(replica, unit, day))]
    return [(t("card.takes_part") + " ", "dim"), ("  ".join(words), "plain") if words else (t("card.none"), "dim")]


class UnitPane(Parted, Vertical):
    """The card of a unit over its history."""

    DEFAULT_CSS = """
    UnitPane > Line, UnitPane > Lines { background: $surface; }
    UnitPane > #name { background: $panel; }
    UnitPane > #filtered { color: $secondary; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.unit = ""
        self.campaign, self.day = "", ""  # of which campaign, as of which day; empty: all, and now
        self.kind: str | None = None

    def compose(self) -> ComposeResult:
        """Name, the lines of the card, the history."""
        yield Line(id="name")
        yield Lines(CARD_LINES, id="card")
        yield Line(id="filtered")
        yield PagedList[HistoryRow]([], empty="history.none", id="history")

    @property
    def history(self) -> PagedList[HistoryRow]:
        """The list of records."""
        return self.query_one("#history", PagedList)

    @property
    def replica(self) -> Replica:
        """The open file."""
        replica: Replica = self.app.replica  # type: ignore[attr-defined]
        return replica

    def show(self, unit: str, *, keep: bool = False) -> None:
        """Show the file of a unit; an unknown one shows empty."""
        keep = keep or unit == self.unit
        self.unit = unit
        day = self.day or today(self.replica)
        card = query.unit(self.replica, unit, day, campaign=self.campaign, day=self.day) if unit else None
        name: list[Span] = []
        if card:
            name = [(one_line(card.name), "accent"), (f"  {category_words(card.category)}", "plain")]
            name += succession_words(succession(self.replica, card, self.day))
            if card.parent_name:
                name.append((f"  {t('field.unit.parent')} {one_line(card.parent_name)}", "dim"))
        lines: list[list[Span]] = []
        if card:
            part = taking_part(self.replica, unit, self.day)
            stages = stages_to_choose(self.replica, name=self.campaign or at_hand(self.replica, day, unit))
            lines = card_lines(card, stages, unit_gap(self.replica, card, self.day, self.campaign), part)
        self.query_one("#name", Line).show(name)
        self.query_one("#card", Lines).show(lines)
        self._show_history(keep=keep)

    def _show_history(self, *, keep: bool) -> None:
        campaigns = {each.id: each for each in query.campaigns(self.replica)}

        def stage_on(campaign: str, day: str) -> str:
            return campaigns[campaign].current_stage(day) if campaign in campaigns else ""

        day = self.day or today(self.replica)
        self.history.columns = history_columns(day, stage_on, wide=self.size.width >= _WIDE_LIST)
        listing = self._listing(self.kind)
        with self.prevent(PagedList.Highlighted):  # nothing follows this cursor
            self.history.show(listing, keep=keep)
        words = t(f"kind.{self.kind}") if self.kind else t("history.all")
        self.query_one("#filtered", Line).show([(f"{words} {listing.count}", "heading")], [(t("history.keys"), "dim")])

    def _listing(self, kind: str | None) -> Listing[HistoryRow]:
        return query.history(self.replica, self.unit, kind, campaign=self.campaign, day=self.day)

    def next_kind(self) -> None:
        """Show the next kind of record that there is, then all again."""
        place = _KINDS.index(self.kind)
        for step in range(1, len(_KINDS) + 1):
            kind = _KINDS[(place + step) % len(_KINDS)]
            if kind is None or self._listing(kind).count:
                break
        self.kind = kind
        self._show_history(keep=False)

    def on_resize(self) -> None:
        """More or fewer columns."""
        if self.unit:
            self._show_history(keep=True)


class UnitScreen(AskedOf, OnAUnit):
    """The file of one unit, over the whole width."""

    AUTO_FOCUS = "#history"
    BINDINGS: ClassVar[list[BindingType]] = bindings([*ON_A_UNIT, KIND, AS_OF_FILE])

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def body(self) -> ComposeResult:
        """The pane alone."""
        yield UnitPane(id="pane")

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("unit.file"), self.asked_words())

    def read(self) -> None:
        """Card and history."""
        pane = self.query_one(UnitPane)
        pane.campaign, pane.day = self.asked_campaign, self.asked_day
        pane.show(self.unit, keep=True)

    def current_unit(self) -> str:
        """This unit."""
        return self.unit

    def action_kind(self) -> None:
        """Another kind of record."""
        self.query_one(UnitPane).next_kind()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a record."""
        from supervisor_tui.screens.records.record import RecordScreen

        self.app.push_screen(RecordScreen(event.row.record))
