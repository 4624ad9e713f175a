"""The records whose day or campaign an upgrade changed; Enter opens one."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.labels.upgrade import moved
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.model.upgrade_changes import Changed
from sync.replica import query
from sync.replica.queries.rows import Listing
from sync.replica.queries.upgraded import changes


class UpgradedScreen(WorkbenchScreen[None]):
    """Unit, kind, what it is, the day and the campaign before and now."""

    AUTO_FOCUS = "#upgraded"

    def __init__(self) -> None:
        super().__init__()
        self._campaigns: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """The list alone."""
        yield PagedList[Changed]([], empty="upgrade.nothing", id="upgraded")

    @property
    def listed(self) -> PagedList[Any]:
        """The list."""
        return self.query_one("#upgraded", PagedList)

    def heading(self) -> list[Span]:
        """How many there are."""
        return titled(t("work.upgraded"), t("upgrade.count", count=self.listed.count))

    def read(self) -> None:
        """Every such record, by unit and day."""
        rows = changes(self.replica)
        self._campaigns = {each.id: campaign_name(each) for each in query.campaigns(self.replica)}
        self._lay_columns()
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def on_resize(self) -> None:
        """More or less room for each."""
        self._lay_columns()

    def _lay_columns(self) -> None:
        wide = self.size.width >= 110
        self.listed.columns = [
            Column("upgrade.unit", lambda row: row.unit_name, 26 if wide else 14, names=True),
            Column("upgrade.what", lambda row: f"{t('kind.' + row.kind)}  {row.title}"),
            Column("upgrade.day", lambda row: moved(row.day_before, row.day), 24 if wide else 22),
            Column("upgrade.campaign", self._campaign, 30 if wide else 14),
        ]

    def _campaign(self, row: Changed) -> str:
        return moved(*(self._titled(each) for each in (row.campaign_before, row.campaign)))

    def _titled(self, campaign: str) -> str:
        return self._campaigns.get(campaign, campaign) or t("upgrade.no_campaign")

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Read it."""
        from supervisor_tui.screens.records.record import RecordScreen

        self.app.push_screen(RecordScreen(event.row.record))
