"""The unit card as a form: the responsibility chain, the flags of a weak organisation, and for the office the unit."""

from __future__ import annotations

from typing import Any

from supervisor_tui.forms.keeping import DraftSession, begin_correction, resume
from supervisor_tui.forms.kinds import unit_parts
from supervisor_tui.forms.questions import Part
from supervisor_tui.forms.repairs import open_repairs
from supervisor_tui.labels.campaigns import category_words
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import t
from supervisor_tui.screens.entry.form import FormScreen
from sync.model.validation import OFFICE, InvalidFields
from sync.replica import ReplicaError, query
from sync.replica.as_of.calendar import today
from sync.replica.editing.edits import Refused
from sync.replica.queries.weak import FLAGS


class UnitCardScreen(FormScreen):
    """A change of one unit's card; a flag that is set opens the follow-up it is mended by."""

    kind = "unit"

    def find_draft_session(self) -> DraftSession:
        """The change under way, or a new one."""
        found = resume(self.replica, self.draft_id) if self.draft_id else begin_correction(self.replica, self.unit_id)
        return found or super().find_draft_session()

    def ask(self) -> list[Part]:
        """What this person may write."""
        categories = [(each, category_words(each)) for each in query.categories(self.replica)]
        return unit_parts(categories, whole=self.replica.joined().role == OFFICE)

    def keep_now(self, fields: dict[str, Any], why: str = "") -> None:
        """Keep the card, and open what its new flags ask for."""
        raised = frozenset(flag for flag in FLAGS if fields.get(flag) and not self.draft_session.before.get(flag))
        super().keep_now(fields, why)
        if not self._kept:
            return
        try:
            opened = open_repairs(self.replica, self.unit_id, today(self.replica), raised)
        except ReplicaError as error:
            self.say(fault_words(error), severity="error")
            return
        except Refused as error:
            self.say(t(f"refused.{error.code}"), severity="error")
            return
        except InvalidFields:
            self.say(t("error.fault"), severity="error")
            return
        if opened:
            self.say(t("repair.opened", count=len(opened)))
