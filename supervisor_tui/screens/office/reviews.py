"""The office's list to review: requests, corrections of what was returned, then the newest records; Enter opens one.

The other list is of the newest inspections with hints, each with what was seen: units and figures, no persons.
"""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import AS_OF, FILTER_HINTS, bindings
from supervisor_tui.labels.dates import NARROW, list_day
from supervisor_tui.labels.fields import author_words
from supervisor_tui.labels.requests import asks_words
from supervisor_tui.locale import t
from supervisor_tui.rules.reading import Hinted, hinted, hints_words
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica.as_of.calendar import today
from sync.replica.editing import requests, reviews
from sync.replica.editing.reviews import Reviewed
from sync.replica.queries.rows import Listing


class ReviewsScreen(AskedOf):
    """What the office has not reviewed yet."""

    AUTO_FOCUS = "#reviews"
    BINDINGS: ClassVar[list[BindingType]] = bindings([FILTER_HINTS, AS_OF])

    def __init__(self) -> None:
        super().__init__()
        self._hints_only = False

    def body(self) -> ComposeResult:
        """The list alone."""
        yield PagedList[Any]([], empty="reviews.none", id="reviews")

    @property
    def listed(self) -> PagedList[Any]:
        """The list."""
        return self.query_one("#reviews", PagedList)

    def _columns(self) -> list[Column[Reviewed]]:
        wide = self.size.width >= 110
        day = today(self.replica)
        return [
            Column("reviews.day", lambda row: list_day(row.day, day, wide=wide), 10 if wide else NARROW),
            Column("reviews.unit", lambda row: row.unit_name, 26 if wide else 16, names=True),
            Column("reviews.by", lambda row: author_words(self.replica, row.by), 12 if wide else 8),
            Column("reviews.what", lambda row: f"{t('kind.' + row.kind)}  {row.title}"),
            Column("reviews.state", self._state, 10),
        ]

    def _hint_columns(self) -> list[Column[Hinted]]:
        wide = self.size.width >= 110
        day = self.asked_day or today(self.replica)
        return [
            Column("reviews.day", lambda row: list_day(row.visit.day, day, wide=wide), 10 if wide else NARROW),
            Column("reviews.unit", lambda row: row.visit.unit_name, 26 if wide else 16, names=True),
            Column("reviews.hints", lambda row: (hints_words(row.hints), "warn")),
        ]

    def heading(self) -> list[Span]:
        """Where this stands."""
        counted = t("reviews.hinted" if self._hints_only else "reviews.count", count=self.listed.count)
        return titled(t("reviews.title"), counted, self.asked_words())

    def read(self) -> None:
        """Everything that waits for a review, or every inspection with hints."""
        rows: list[Any] = self._hinted() if self._hints_only else self._waiting()
        self._lay_columns()
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def _hinted(self) -> list[Hinted]:
        return hinted(self.replica, campaign=self.asked_campaign, day=self.asked_day)

    def _waiting(self) -> list[Reviewed]:
        """What waits for the office: requests first, each as its follow-up, then records."""
        day = today(self.replica)
        asked = [
            Reviewed(
                record=each.target,
                unit=each.unit,
                unit_name=each.unit_name,
                kind=requests.KIND,
                title=f"{asks_words(each, day)}  {each.title}",
                day=each.day,
                by=each.by,
            )
            for each in requests.pending(self.replica)
        ]
        return asked + reviews.to_review(self.replica)

    def _lay_columns(self) -> None:
        self.listed.columns = self._hint_columns() if self._hints_only else self._columns()

    def on_resize(self) -> None:
        """More or less room for each."""
        self._lay_columns()

    def action_filter_hints(self) -> None:
        """The inspections with hints, or what waits for a review."""
        self._hints_only = not self._hints_only
        self.ask_of(day="", campaign="")
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What waits waits now; hints are of any day."""
        return self._hints_only if action == "as_of" else super().check_action(action, parameters)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Read it; it is reviewed where it is read."""
        from supervisor_tui.screens.records.record import RecordScreen

        row: Reviewed | Hinted = event.row
        self.app.push_screen(RecordScreen(row.visit.record if isinstance(row, Hinted) else row.record))

    def _state(self, row: Reviewed) -> Span:
        if row.kind == requests.KIND:
            return (t("reviews.own"), "dim") if row.by == self.replica.joined().person else (t("reviews.asked"), "warn")
        return (t("reviews.corrected"), "accent") if row.corrected else (t("reviews.open"), "dim")
