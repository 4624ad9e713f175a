"""The briefs that were issued, the newest first; Enter opens one."""

from __future__ import annotations

from textual.app import ComposeResult

from supervisor_tui.labels.fields import author_words
from supervisor_tui.locale import t
from supervisor_tui.reports.issued_words import campaign_words, number_words, standing_words
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica.editing.issued import Issued, issued_briefs
from sync.replica.queries.rows import Listing


class IssuedScreen(WorkbenchScreen[None]):
    """Every issued brief with its number, its day and its period."""

    AUTO_FOCUS = "#issued"

    def body(self) -> ComposeResult:
        """The list alone."""
        yield PagedList[Issued]([], empty="issued.none", id="issued")

    @property
    def listed(self) -> PagedList[Issued]:
        """The list."""
        return self.query_one("#issued", PagedList)

    def heading(self) -> list[Span]:
        """How many there are."""
        return titled(t("issued.list"), str(self.listed.count))

    def read(self) -> None:
        """All of them; there is one a week, not thousands."""
        self._lay_columns()
        rows = issued_briefs(self.replica)
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def _lay_columns(self) -> None:
        wide = self.size.width >= 110
        by = Column[Issued]("issued.column_by", lambda row: author_words(self.replica, row.by), 12)
        self.listed.columns = [
            Column("issued.column_number", lambda row: (number_words(row), "heading"), 14),
            Column("issued.column_day", lambda row: row.day, 10),
            Column("issued.column_period", lambda row: f"{row.since} - {row.until}", 23),
            *([by] if wide else []),
            Column("issued.column_campaign", lambda row: campaign_words(self.replica, row), 30 if wide else 12),
            Column("issued.column_state", lambda row: ("; ".join(standing_words(row)), "warn")),
        ]

    def on_resize(self) -> None:
        """More or fewer columns."""
        self._lay_columns()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open one."""
        from supervisor_tui.screens.office.issued_brief import IssuedBriefScreen

        row: Issued = event.row
        self.app.push_screen(IssuedBriefScreen(row.record))
