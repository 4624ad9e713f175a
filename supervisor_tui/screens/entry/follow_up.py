"""The follow-up form: something that must be closed, from an item of an inspection, from a note, or by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.forms.campaigns import fitting_campaign
from supervisor_tui.forms.kinds import follow_up_parts
from supervisor_tui.forms.questions import Part, Question
from supervisor_tui.labels.campaigns import class_words
from supervisor_tui.screens.entry.form import FormScreen
from sync.replica.as_of.calendar import day_to_offer
from sync.replica.queries.campaigns import classes_to_choose


class FollowUpScreen(FormScreen):
    """A new follow-up of one unit. `origin`: `RECORD#ITEM` or `RECORD`; `prefill`: fields it begins with."""

    kind = "follow_up"
    previews = False

    def __init__(
        self,
        unit_id: str,
        origin: str = "",
        draft_id: str | None = None,
        prefill: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(unit_id, draft_id)
        self._origin = origin
        self._prefill = dict(prefill or {})

    def origin(self) -> str:
        """What it comes from."""
        return self._origin

    def first_fields(self) -> dict[str, Any]:
        """Open, of the campaign at hand, and what the place it comes from gives along."""
        campaign = fitting_campaign(self.replica, self.unit_id, day_to_offer(self.replica))
        return {"status": "open"} | ({"campaign": campaign} if campaign else {}) | self._prefill

    def ask(self) -> list[Part]:
        """Its lines."""
        campaign, held = (str(self.fields.get(name) or "") for name in ("campaign", "class"))
        offered = classes_to_choose(self.replica, held, campaign)
        return follow_up_parts(str(self.fields.get("nature") or ""), [(each, class_words(each)) for each in offered])

    def after_answer(self, question: Question) -> None:
        """Each nature has its own words."""
        super().after_answer(question)
        if question.field == "nature":
            self.show_questions()

    def kept_fields(self) -> dict[str, Any]:
        """The fields with where it comes from: the record, and its item."""
        origin = self.draft_session.draft.origin
        return super().kept_fields() | ({"origin": origin, "source": origin.partition("#")[0]} if origin else {})
