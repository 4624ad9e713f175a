"""Every unit's place at the gate of a stage, the most pressing first; Enter opens a unit's file, a key decides."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import AS_OF, DECIDE, NEXT_STAGE, bindings
from supervisor_tui.labels.campaigns import category_words, stage_words
from supervisor_tui.labels.dates import NARROW, narrow
from supervisor_tui.locale import t
from supervisor_tui.rules.gates import PLACES
from supervisor_tui.rules.reading import AtStage, missing_words, standings
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica import query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.participants import at_hand
from sync.replica.queries.campaigns import stages_to_choose
from sync.replica.queries.rows import CampaignView, Listing

_ROLES = {
    "make_up": "bad",
    "survey_failed": "bad",
    "missing": "warn",
    "not_visited": "dim",
    "ready": "accent",
    "passed": "good",
}


class StagesScreen(AskedOf):
    """The units of the scope at one stage's gate."""

    AUTO_FOCUS = "#stages"
    BINDINGS: ClassVar[list[BindingType]] = bindings([DECIDE, AS_OF, NEXT_STAGE])
    without_campaign = "as_of.the_one_at_hand"

    def __init__(self) -> None:
        super().__init__()
        self._stage = ""

    def body(self) -> ComposeResult:
        """How many stand where, and the list."""
        yield Line(id="counted")
        yield PagedList[AtStage]([], empty="units.none", id="stages")

    @property
    def listed(self) -> PagedList[AtStage]:
        """The list."""
        return self.query_one("#stages", PagedList)

    def heading(self) -> list[Span]:
        """The stage."""
        return titled(t("stages.title"), stage_words(self._stage) if self._stage else "", self.asked_words())

    @property
    def campaign(self) -> CampaignView:
        """The campaign in sight: the one chosen, else the one that was at hand on the day."""
        named = self.asked_campaign or at_hand(self.replica, self.asked_day or today(self.replica))
        return query.campaign_named(self.replica, named)

    def read(self) -> None:
        """Every unit's place; how many stand at each."""
        campaign = self.campaign
        self._stage = self._stage or campaign.current_stage(self.asked_day or today(self.replica))
        rows = standings(self.replica, campaign, self._stage, day=self.asked_day)
        self.listed.columns = self._columns()
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        places = [row.standing.place for row in rows]
        counted: list[Span] = [
            (f"{t('stages.' + place)} {places.count(place)}  ", _ROLES[place]) for place in PLACES if place in places
        ]
        self.query_one("#counted", Line).show(counted)

    def _columns(self) -> list[Column[AtStage]]:
        wide, day = self.size.width >= 110, self.asked_day or today(self.replica)
        category = Column[AtStage]("unit.category", lambda row: (category_words(row.facts.category), "dim"), 14)
        return [
            Column("stages.unit", lambda row: row.facts.name, 26 if wide else 18, names=True),
            *([category] if wide else []),
            Column("stages.place", lambda row: (t(f"stages.{row.standing.place}"), _ROLES[row.standing.place]), 12),
            Column("stages.missing", lambda row: (missing_words(row.standing), "plain")),
            Column("stages.satisfied", _satisfied, 5, "right"),
            Column("unit.last_visit", lambda row: narrow(row.facts.last_visit, day) or ("-", "dim"), NARROW, "right"),
        ]

    def ask_of(self, *, day: str | None = None, campaign: str | None = None) -> None:
        """Another campaign or day begins with the stage that was under way."""
        self._stage = ""
        super().ask_of(day=day, campaign=campaign)

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.listed.columns = self._columns()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open the unit's file."""
        from supervisor_tui.screens.records.unit import UnitScreen

        self.app.push_screen(self.asked_alike(UnitScreen(event.row.facts.unit)))

    def action_decide(self) -> None:
        """Decide for the unit under the cursor, what is missing written down beforehand."""
        from supervisor_tui.screens.entry.simple import PlainFormScreen

        row = self.listed.row
        if row is not None:
            self.app.push_screen(PlainFormScreen("gate", row.facts.unit), lambda _: self.redraw())

    def action_next_stage(self) -> None:
        """The next stage of the campaign, then the first again."""
        stages = stages_to_choose(self.replica, name=self.campaign.id)
        place = stages.index(self._stage) if self._stage in stages else -1
        self._stage = stages[(place + 1) % len(stages)]
        self.redraw()


def _satisfied(row: AtStage) -> Span:
    share = row.standing.satisfied
    return ("-", "dim") if share is None else (f"{share:.0f}%", "bad" if row.standing.failed else "")
