"""A screen that can be asked of a campaign and as of a day: one key, one list of days and campaigns."""

from __future__ import annotations

from typing import TypeVar

from supervisor_tui.forms.days import read_day
from supervisor_tui.labels.campaigns import campaign_title
from supervisor_tui.labels.dates import as_of_words, this_day
from supervisor_tui.locale import t
from supervisor_tui.rules.periods import usual_periods
from supervisor_tui.screens.base import WorkbenchScreen
from supervisor_tui.screens.dialogs.choice import Choice, ChooseScreen
from supervisor_tui.screens.dialogs.prompt import AskScreen
from sync.model.fields import day as day_check
from sync.replica import query
from sync.replica.as_of.calendar import today

_NOW, _ANY_DAY, _DAY, _CAMPAIGN = "now", "any", "day:", "campaign:"

Opened = TypeVar("Opened", bound="AskedOf")


class AskedOf(WorkbenchScreen[None]):
    """Shows how things stand now until a day or a campaign is chosen."""

    asked_day = ""  # as of which day; empty: now
    asked_campaign = ""  # of which campaign; empty: what the screen shows without one
    without_campaign = "brief.all_campaigns"  # the words for that

    def asked_words(self) -> str:
        """Of which campaign and as of which day, for the title line; empty where neither was chosen."""
        if not self.asked_day and not self.asked_campaign:
            return ""
        return as_of_words(self.replica, self.asked_campaign, self.asked_day, otherwise=self.without_campaign)

    def action_as_of(self) -> None:
        """Choose now, the end of a usual period, any day, or a campaign."""
        self.app.push_screen(ChooseScreen(t("as_of.choose"), self._choices()), self._chosen_of)

    def _choices(self) -> list[Choice]:
        from supervisor_tui.screens.office.brief import period_words

        day = today(self.replica)
        periods = {each.until: each for each in usual_periods(query.campaign(self.replica), day) if each.until < day}
        ends = [(f"{_DAY}{until}", t("as_of.day", day=until, period=period_words(periods[until]))) for until in periods]
        campaigns = [(f"{_CAMPAIGN}{each.id}", campaign_title(each)) for each in query.campaigns(self.replica)]
        return [
            (_NOW, t("as_of.now")),
            (_ANY_DAY, t("as_of.any_day")),
            *ends,
            *campaigns,
            (_CAMPAIGN, t(self.without_campaign)),
        ]

    def _chosen_of(self, answer: str | None) -> None:
        if answer is None:
            return
        if answer == _ANY_DAY:
            self.app.push_screen(AskScreen(t("as_of.ask_day"), self.asked_day), self._typed_day)
        elif answer == _NOW:
            self.ask_of(day="")
        elif answer.startswith(_DAY):
            self.ask_of(day=answer.removeprefix(_DAY))
        else:
            self.ask_of(campaign=answer.removeprefix(_CAMPAIGN))

    def _typed_day(self, typed: str | None) -> None:
        if typed is None:
            return
        if day_check(day := read_day(typed, this_day(self.replica))):
            self.say(t("export.bad_day", day=typed), severity="warning")
            self.app.push_screen(AskScreen(t("as_of.ask_day"), typed), self._typed_day)
            return
        self.ask_of(day=min(day, today(self.replica)))  # what is to come has not happened

    def asked_alike(self, opened: Opened) -> Opened:
        """Ask a screen that is opened from this one of the same day and campaign; returns it."""
        opened.asked_day, opened.asked_campaign = self.asked_day, self.asked_campaign
        return opened

    def ask_of(self, *, day: str | None = None, campaign: str | None = None) -> None:
        """Show the screen as of a day, or of a campaign."""
        if day is not None:
            self.asked_day = day
        if campaign is not None:
            self.asked_campaign = campaign
        self.redraw()
