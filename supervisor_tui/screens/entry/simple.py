"""The form of kinds that are nothing but their fields: counts, satisfaction surveys, decisions on a stage."""

from __future__ import annotations

from typing import Any

from supervisor_tui.forms.campaigns import fitting_campaign
from supervisor_tui.forms.kinds import plain_parts
from supervisor_tui.forms.questions import Part
from supervisor_tui.screens.entry.form import FormScreen
from sync.model.validation import KINDS
from sync.replica import query
from sync.replica.as_of.calendar import day_to_offer, today
from sync.replica.queries.campaigns import stages_to_choose
from sync.replica.queries.rows import CampaignView


class PlainFormScreen(FormScreen):
    """A new record of a kind in `forms.kinds.PLAIN_KINDS`."""

    previews = False

    def __init__(self, kind: str, unit_id: str, draft_id: str | None = None) -> None:
        super().__init__(unit_id, draft_id)
        self.kind = kind  # type: ignore[misc]  # one class serves several kinds

    def first_fields(self) -> dict[str, Any]:
        """Today, and the stage under way where the kind asks for one."""
        day = next((name for name, field in KINDS[self.kind].fields.items() if field.day), "")
        offered = day_to_offer(self.replica)
        fields = {day: offered} if day and offered else {}
        campaign = query.campaign_named(self.replica, fitting_campaign(self.replica, self.unit_id, offered))
        fields |= {"campaign": campaign.id} if campaign.id else {}
        stage = campaign.current_stage(today(self.replica))
        if not stage or "stage" not in KINDS[self.kind].fields:
            return fields
        missing = self._missing(campaign, stage) if self.kind == "gate" else ""
        return fields | {"stage": stage} | ({"missing": missing} if missing else {})

    def _missing(self, campaign: CampaignView, stage: str) -> str:
        """What the unit's visits say is missing at the stage's gate; the group may put it otherwise."""
        from supervisor_tui.rules.reading import missing_words, standings

        return "; ".join(
            missing_words(each.standing) for each in standings(self.replica, campaign, stage, self.unit_id)
        )

    def ask(self) -> list[Part]:
        """The kind's fields."""
        stage, campaign = (str(self.fields.get(name) or "") for name in ("stage", "campaign"))
        return plain_parts(self.kind, stages_to_choose(self.replica, stage, campaign))
