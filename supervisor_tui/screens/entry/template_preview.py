"""A template tried before it goes out: the inspection form over it, as a unit is asked it, and nothing is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.screen import Screen

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.forms.keeping import DraftSession
from supervisor_tui.locale import t
from supervisor_tui.screens.entry.inspection import InspectionScreen
from sync.ledger import ids
from sync.model.kinds import ANY_STAGE
from sync.model.templates import Template
from sync.replica import Replica
from sync.replica.editing import attachments
from sync.replica.editing.drafts import Draft
from sync.replica.query import TemplateRow

TRIED = "t.tried"  # stands for the record the template does not have yet


class _OnPaper(DraftSession):
    """A draft that is never written to the file."""

    def flush(self) -> bool:
        """Nothing is saved."""
        self.dirty = False
        return False

    def attach(self, path: Path, item: str = "") -> str:
        """The file is looked at, and named in the form."""
        file = attachments.read_file(path, item)
        self.fields[file.field] = file.said
        return file.field

    def detach(self, field: str) -> None:
        """The file is named no more."""
        self.fields.pop(field, None)

    def leave(self) -> None:
        """Nothing is left behind."""


class TrialScreen(InspectionScreen):
    """The inspection form over a template that is not in the district's ledger."""

    def __init__(self, unit_id: str, template: Template) -> None:
        super().__init__(unit_id)
        self.tried = template

    def first_fields(self) -> dict[str, Any]:
        """As ever, but of this template's stage."""
        return {**super().first_fields(), "template": TRIED} | self._stage()

    def _stage(self) -> dict[str, str]:
        return {} if self.tried.stage == ANY_STAGE else {"stage": self.tried.stage}

    def template_of(self, record: str) -> Template | None:
        """The template that is tried."""
        return self.tried

    def templates_of(self, stage: str, campaign: str) -> list[TemplateRow]:
        """The template that is tried, whatever the stage."""
        return [TemplateRow(record=TRIED, template=self.tried, campaign=campaign)]

    def names(self) -> list[str]:
        """What the form is about, and that it is a trial."""
        return [t("form.trial"), *super().names()[1:]]

    def find_draft_session(self) -> DraftSession:
        """A draft that is nowhere."""
        draft = Draft(
            id=ids.new_id(), kind=self.kind, unit=self.unit_id, record=ids.new_id(), fields=self.first_fields()
        )
        return _OnPaper(self.replica, draft, begun=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No follow-up is opened from a trial."""
        return action != "follow_up" and super().check_action(action, parameters) is not False

    def keep_now(self, fields: dict[str, Any], why: str = "") -> None:
        """The end of the trial."""
        self._kept = True
        self.dismiss("")


class TrialApp(WorkbenchApp):
    """The workbench with nothing but the trial."""

    def __init__(self, replica: Replica, unit_id: str, template: Template) -> None:
        super().__init__(replica.path, replica)
        self._trial = TrialScreen(unit_id, template)

    def get_default_screen(self) -> Screen[Any]:
        """An empty desk under the form."""
        return Screen()

    def on_ready(self) -> None:
        """The form, and the end with it."""
        super().on_ready()
        self.push_screen(self._trial, lambda _: self.exit())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No other screen is opened from a trial."""
        return not action.startswith("open") and super().check_action(action, parameters)
