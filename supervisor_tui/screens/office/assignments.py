"""Who answers for which unit, and what is missing; the office assigns here, one unit or all that are marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import (
    AS_OF_LIST,
    ASSIGN_GROUP,
    ASSIGN_LIAISON,
    CARD_OF,
    ENROL,
    FILTER_GAPS,
    MARK,
    MARK_ALL,
    OPEN_REPAIRS,
    bindings,
)
from supervisor_tui.forms.kinds import MOST_CHOICES
from supervisor_tui.forms.repairs import open_repairs
from supervisor_tui.forms.terms import read_term
from supervisor_tui.labels.campaigns import category_words
from supervisor_tui.locale import t
from supervisor_tui.rules.gaps import RULES, Gap, lacking
from supervisor_tui.rules.reading import gap_words, units_with_needs
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.office.enrolling import Enrolling
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.model.validation import OFFICE
from sync.replica import query
from sync.replica.as_of.assignments import assign, groups, liaison_officers
from sync.replica.as_of.calendar import certain_day, today
from sync.replica.editing.edits import Refused
from sync.replica.queries.rows import Listing

_MARK, _NOBODY = "*", "-"
_OF_NOW = ("assign", "enrol", "mark", "mark_all", "open_repairs", "card")


class DutyScreen(AskedOf, Enrolling):
    """The units of the scope with group, liaison officer and gaps."""

    AUTO_FOCUS = "#duty"
    without_campaign = "as_of.at_hand"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [ASSIGN_GROUP, ASSIGN_LIAISON, CARD_OF, ENROL, FILTER_GAPS, MARK, MARK_ALL, OPEN_REPAIRS, AS_OF_LIST]
    )

    def __init__(self) -> None:
        super().__init__()
        self._marked: set[str] = set()
        self._lacks = ""  # a rule's name, or "any"; empty shows every unit
        self._known: list[Gap] = []  # of every unit, as the file was at `_state`
        self._state: object = None
        self._rows: list[Gap] = []

    def body(self) -> ComposeResult:
        """How many, and the list."""
        yield Line(id="counted")
        yield PagedList[Gap]([], empty="duty.none", id="duty")

    @property
    def listed(self) -> PagedList[Gap]:
        """The list."""
        return self.query_one("#duty", PagedList)

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("duty.title"), self.asked_words())

    def read(self) -> None:
        """Who answers for every unit, read again when the file has changed."""
        if self._state != (state := (self.asked_day, self.asked_campaign, *self.replica.state)):
            units = units_with_needs(self.replica, self.asked_day or today(self.replica), self.asked_campaign)
            self._known = [Gap(unit=unit, lacks=lacking(unit, asked)) for unit, asked in units]
            self._state = state
        self._show()

    def _show(self) -> None:
        """The units that fit the filter, and how many lack something."""
        known = self._known
        self._rows = [row for row in known if self._fits(row)]
        self._marked &= {row.unit.unit for row in known}
        self.listed.columns = self._columns()
        rows = self._rows
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        lacking_any = sum(bool(row.lacks) for row in known)
        words = t("duty.all" if not self._lacks else "duty.shown", count=len(rows))
        said: list[Span] = [(words, "heading")]
        if self._lacks:
            said.append(("  " + t("duty.any_gap" if self._lacks == "any" else f"gap.{self._lacks}"), "accent"))
        if self._marked:
            said.append(("  " + t("duty.marked", count=len(self._marked)), "key"))
        gaps: list[Span] = [(t("duty.gaps", count=lacking_any), "warn" if lacking_any else "good")]
        self.query_one("#counted", Line).show(said, gaps)

    def _fits(self, row: Gap) -> bool:
        return not self._lacks or self._lacks in row.lacks or (self._lacks == "any" and bool(row.lacks))

    def _columns(self) -> list[Column[Gap]]:
        wide = self.size.width >= 110
        category = Column[Gap]("unit.category", lambda row: (category_words(row.unit.category), "dim"), 14)
        return [
            Column("", lambda row: (_MARK if row.unit.unit in self._marked else "", "key"), 1),
            Column("unit.name", lambda row: row.unit.name, 32 if wide else 24, names=True),
            *([category] if wide else []),
            Column("duty.group", self._group, 14 if wide else 10),
            Column("duty.liaison", self._liaison, 10 if wide else 8),
            Column("duty.lacks", lambda row: (gap_words(row), "warn")),
        ]

    def _group(self, row: Gap) -> Span:
        name = query.group_name(self.replica, row.unit.group)
        return (name, "plain") if name else (_NOBODY, "dim")

    def _liaison(self, row: Gap) -> Span:
        name = query.person_name(self.replica, row.unit.liaison)
        return (name, "plain") if name else (_NOBODY, "dim")

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.listed.columns = self._columns()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the office assigns, so only the office has units to mark; nothing is done to how things stood."""
        if self.asked_day and action in _OF_NOW:
            return False
        return action not in ("assign", "enrol", "mark", "mark_all") or self.replica.joined().role == OFFICE

    def ask_of(self, *, day: str | None = None, campaign: str | None = None) -> None:
        """Marks are of the units that stand in the list now."""
        self._marked = set()
        super().ask_of(day=day, campaign=campaign)
        self.refresh_bindings()

    # --- choosing units ----------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the unit under the cursor, or take its mark away, and go on to the next."""
        if (row := self.listed.row) is not None:
            self._marked ^= {row.unit.unit}
            self._show()
            self.listed.action_move(1)

    def action_mark_all(self) -> None:
        """Mark every unit in the list, or take all marks away."""
        shown = {row.unit.unit for row in self._rows}
        self._marked = set() if shown <= self._marked else self._marked | shown
        self._show()

    def action_filter_gaps(self) -> None:
        """Units with any gap, then those of each kind of gap that there is, then all."""
        there = {name for row in self._known for name in row.lacks}
        values = ["", *(["any"] if there else []), *(name for name in RULES if name in there)]
        held = values.index(self._lacks) if self._lacks in values else -1
        self._lacks = values[(held + 1) % len(values)]
        self._show()

    def action_back(self) -> None:
        """Take filter, marks and the day away; without any, to the screen below."""
        if self.asked_words():
            self.ask_of(day="", campaign="")
        elif self._lacks or self._marked:
            self._lacks, self._marked = "", set()
            self._show()
        else:
            super().action_back()

    def _chosen(self) -> list[str]:
        """The units that are marked, in the order of the list, else the one under the cursor."""
        if self._marked:
            return [row.unit.unit for row in self._known if row.unit.unit in self._marked]
        return [self.listed.row.unit.unit] if self.listed.row is not None else []

    def units_to_enrol(self) -> list[str]:
        """The chosen units."""
        return self._chosen()

    # --- what can be done --------------------------------------------------------------------------------------------

    def action_assign(self, to: str) -> None:
        """Give the chosen units a group or a liaison officer."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen
        from supervisor_tui.screens.dialogs.picker import FindScreen

        if self._is_stale():
            return
        units = self._chosen()
        offered = groups(self.replica) if to == "group" else liaison_officers(self.replica)
        if not units or not offered:
            self.say(t(f"duty.no_{to}"), severity="warning")
            return

        def chosen(whom: str | None) -> None:
            if whom is not None:
                self._ask_term(units, {to: whom})

        choices = [*offered, ("", t("duty.nobody"))]
        screen = ChooseScreen if len(offered) <= MOST_CHOICES else FindScreen
        self.app.push_screen(screen(t(f"duty.ask_{to}", count=len(units)), choices), chosen)

    def _ask_term(self, units: list[str], whom: dict[str, str]) -> None:
        """Ask from which day on, and perhaps to which; then for the reason."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        day = certain_day(self.replica)

        def answered(typed: str | None) -> None:
            if typed is None:
                return
            if (term := read_term(typed, day)) is None:
                self.say(t("duty.no_term", typed=typed), severity="warning")
                return
            group, liaison = whom.get("group"), whom.get("liaison")
            self._ask_why(
                units, lambda why: assign(self.replica, units, group=group, liaison=liaison, why=why, term=term)
            )

        self.app.push_screen(AskScreen(t("duty.ask_term", count=len(units)), day), answered)

    def _ask_why(self, units: list[str], act: Callable[[str], Any]) -> None:
        def unless_stale(why: str) -> None:
            if self._is_stale():
                raise Refused("changed_meanwhile", "Somebody has assigned these units since they were shown.")
            act(why)

        self.ask(t("duty.ask_why", count=len(units)), "assignment", unless_stale, kept="duty.assigned")

    def _is_stale(self) -> bool:
        """Whether the chosen units stand otherwise in the file than here; says so, and shows them as they stand."""
        seen = {row.unit.unit: row.unit for row in self._known if row.unit.unit in self._chosen()}
        self.read()
        stands = {row.unit.unit: row.unit for row in self._known}
        if all(stands.get(unit) == before for unit, before in seen.items()):
            return False
        self.say(t("duty.changed"), severity="warning")
        return True

    def action_open_repairs(self) -> None:
        """Open the follow-ups that flags of the chosen units still lack."""
        units, day = self._chosen(), today(self.replica)
        self.write("follow_up", lambda: [open_repairs(self.replica, unit, day) for unit in units], "duty.repairs")

    def action_card(self) -> None:
        """The card of the unit under the cursor."""
        from supervisor_tui.screens.entry.unit_card import UnitCardScreen

        if (row := self.listed.row) is not None:
            self.app.push_screen(UnitCardScreen(row.unit.unit))

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open the unit's file."""
        from supervisor_tui.screens.records.unit import UnitScreen

        self.app.push_screen(self.asked_alike(UnitScreen(event.row.unit.unit)))
