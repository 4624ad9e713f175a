"""The office's list to review: corrections of what was returned first, then the newest records; Enter opens one."""

from __future__ import annotations

from textual.app import ComposeResult

from supervisor_tui.days import short, today
from supervisor_tui.fields import author_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica import reviews
from sync.replica.reviews import Reviewed
from sync.replica.views import Listing


class ReviewsScreen(WorkbenchScreen[None]):
    """What the office has not reviewed yet."""

    AUTO_FOCUS = "#reviews"

    def body(self) -> ComposeResult:
        """The list alone."""
        yield PagedList[Reviewed]([], empty="reviews.none", id="reviews")

    @property
    def listed(self) -> PagedList[Reviewed]:
        """The list."""
        return self.query_one("#reviews", PagedList)

    def _columns(self) -> list[Column[Reviewed]]:
        wide = self.size.width >= 110
        day = today()
        return [
            Column("reviews.day", lambda row: short(row.day, day), 10 if wide else 5),
            Column("reviews.unit", lambda row: row.unit_name, 26 if wide else 16),
            Column("reviews.by", lambda row: author_words(self.replica, row.by), 12 if wide else 8),
            Column("reviews.what", lambda row: f"{t('kind.' + row.kind)}  {row.title}"),
            Column("reviews.state", _state, 10),
        ]

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("reviews.title"), t("reviews.count", count=self.listed.count))

    def read(self) -> None:
        """Everything that waits for a review."""
        rows = reviews.to_review(self.replica)
        self.listed.columns = self._columns()
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def on_resize(self) -> None:
        """More or less room for each."""
        self.listed.columns = self._columns()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Read it; it is reviewed where it is read."""
        from supervisor_tui.screens.record import RecordScreen

        self.app.push_screen(RecordScreen(event.row.record))


def _state(row: Reviewed) -> Span:
    return (t("reviews.corrected"), "accent") if row.corrected else (t("reviews.open"), "dim")
