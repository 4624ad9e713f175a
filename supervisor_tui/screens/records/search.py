"""Search over everything in scope, as it is typed; what was found stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from supervisor_tui.commands import FILTER_CATEGORY, FILTER_GROUP, FILTER_KIND, FILTER_STAGE, bindings
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.records.columns import hit_columns
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import PagedList
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.typed_line import TypedLine
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.queries.rows import Listing
from sync.replica.queries.search import NEWEST, NO_FILTERS, Filters, Hit, find

_MOST = 200
_NAMED = ("kind", "stage", "category")
_VALUES: dict[str, Sequence[str]] = {
    "kind": ("inspection", "liaison_note", "follow_up", "count", "survey", "gate", "unit"),
}


@dataclass
class Found(Message):
    """Everything that was found for a text and filters."""

    text: str
    filters: Filters
    hits: list[Hit]


class SearchScreen(WorkbenchScreen[None]):
    """A line to type in, and what it finds."""

    DEFAULT_CSS = """
    SearchScreen Input { border: none; height: 1; padding: 0 1; background: $surface; }
    """
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = bindings([FILTER_KIND, FILTER_STAGE, FILTER_CATEGORY, FILTER_GROUP])

    def __init__(self) -> None:
        super().__init__()
        self._filters = NO_FILTERS

    def body(self) -> ComposeResult:
        """The line, how many, the hits."""
        yield TypedLine(placeholder=t("search.hint"))
        yield Line(id="counted")
        yield PagedList[Hit]([], empty="search.not_begun", id="hits")

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("search.title"))

    def read(self) -> None:
        """What is found for what is typed now."""
        text = self.query_one(Input).value
        wanted = bool(text.strip()) or self._filters != NO_FILTERS
        hits = find(self.replica, text, self._filters, limit=_MOST, newest=NEWEST) if wanted else []
        self._show(hits, wanted=wanted)
        if wanted and len(hits) < _MOST and self._filters != NO_FILTERS:
            self._look_further(text)

    def _look_further(self, text: str) -> None:
        """Through everything, beside the screen: a filter may let through only what is long past."""
        path, filters, post = self.bench.path, self._filters, self.post_message
        beside(self, lambda: post(_found(path, text, filters)), group="search", exclusive=True)

    def on_found(self, message: Found) -> None:
        """Show what was found, if it is still what is looked for."""
        if (message.text, message.filters) == (self.query_one(Input).value, self._filters):
            self._show(message.hits, wanted=True, keep=True)

    def _show(self, hits: list[Hit], *, wanted: bool, keep: bool = False) -> None:
        listed: PagedList[Hit] = self.query_one("#hits", PagedList)
        listed.empty = "search.none" if wanted else "search.not_begun"
        listed.columns = hit_columns(today(self.replica), wide=self.size.width >= 110)
        listed.show(Listing(len(hits), lambda offset, limit: hits[offset : offset + limit]), keep=keep)
        words = t("search.found" if len(hits) < _MOST else "search.found_many", count=len(hits)) if wanted else ""
        kept = [(f"  {words}", "accent") for words in self._filter_words()]
        self.query_one("#counted", Line).show([(words, "dim"), *kept])

    def _filter_words(self) -> list[str]:
        filters = self._filters
        group = one_line(query.group_name(self.replica, filters.group)) if filters.group else ""
        named = [f"{name}.{value}" for name in _NAMED if (value := getattr(filters, name))]
        elsewhere = filters.campaign not in ("", query.campaign(self.replica).id)
        campaign = campaign_name(query.campaign_named(self.replica, filters.campaign)) if elsewhere else ""
        return [*(t(key) for key in named), *(words for words in (campaign, group) if words)]

    def action_next(self, name: str) -> None:
        """The next value of a filter, then none again."""
        groups = list(self.replica.scope.groups) if self.replica.scope is not None else []
        there = {"group": groups, "category": query.categories(self.replica)}
        if name == "stage":
            self._next_stage()
            return
        values = ["", *(there | _VALUES)[name]]
        held = getattr(self._filters, name)
        following = values[(values.index(held) + 1) % len(values)] if held in values else ""
        self._filters = msgspec.structs.replace(self._filters, **{name: following})
        self.read()

    def _next_stage(self) -> None:
        """The next stage of the campaign at hand, then those of the other campaigns, then none."""
        first = query.campaign(self.replica)
        ordered = [first, *(each for each in query.campaigns(self.replica) if each.id != first.id)]
        stages = [("", ""), *((each.id, row.stage) for each in ordered for row in each.stages)]
        held = (self._filters.campaign, self._filters.stage)
        campaign, stage = stages[(stages.index(held) + 1) % len(stages)] if held in stages else stages[0]
        self._filters = msgspec.structs.replace(self._filters, campaign=campaign, stage=stage)
        self.read()

    def on_input_changed(self, _: Input.Changed) -> None:
        """Search at every key."""
        self.read()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Enter goes to the hits."""
        self.query_one("#hits").focus()

    def on_key(self, event: events.Key) -> None:
        """Down goes to the hits."""
        if event.key == "down" and isinstance(self.focused, Input):
            event.stop()
            self.query_one("#hits").focus()

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.read()

    def on_screen_resume(self) -> None:
        """The hits stay as they were."""

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open what was found: a unit's file, or a record."""
        from supervisor_tui.screens.records.record import RecordScreen
        from supervisor_tui.screens.records.unit import UnitScreen

        hit: Hit = event.row
        self.app.push_screen(UnitScreen(hit.unit) if hit.kind == "unit" else RecordScreen(hit.record))


def _found(path: Path, text: str, filters: Filters) -> Found:
    with Replica.open(path) as replica:
        return Found(text, filters, find(replica, text, filters, limit=_MOST))
