"""The next step of a follow-up, asked for and written: on its own screen and straight from the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from supervisor_tui.fields import field_words
from supervisor_tui.file_faults import fault_words
from supervisor_tui.follow_up_words import asked_words, step_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen
from sync.records import InvalidFields
from sync.replica import ReplicaError, query, requests
from sync.replica.append import Refused, Written
from sync.replica.calendar import today
from sync.replica.views import Record
from sync.steps import NEXT_STEPS, step_fault, words_asked

_KIND = "follow_up"
_COUNTS = ("pending", "accepted")  # verdicts of versions that have effect


class Stepping(WorkbenchScreen[None]):
    """A screen that writes edits: it asks, writes, says what came of it and draws anew."""

    def step_on(self, record: str) -> None:
        """Ask which step comes next, then what was done."""
        from supervisor_tui.screens.choose import ChooseScreen

        found = query.record(self.replica, record)
        fields = found.fields if found is not None else {}
        nature, status = str(fields.get("nature", "")), str(fields.get("status", ""))
        steps = NEXT_STEPS.get(status, ()) if found and not found.withdrawn else ()
        if found is None or not steps:
            self.say(t("record.no_step"), severity="warning")
            return

        def chosen(step: str | None) -> None:
            if step is None:
                return
            if fault := self._refused(found, status, step):
                self.say(t(f"refused.{fault}"), severity="warning")
            else:
                asked = words_asked(status, step)
                self.ask(
                    asked_words(nature, step, asked),
                    _KIND,
                    lambda said: requests.step(self.replica, record, step, said, today(self.replica)),
                    may_be_empty=not asked,
                )

        question = t("record.ask_step", title=str(found.fields.get("title", "")))
        self.app.push_screen(ChooseScreen(question, [(step, step_words(nature, step)) for step in steps]), chosen)

    def _refused(self, found: Record, status: str, step: str) -> str:
        """Why this person may not take the step, before any word is asked for; the writing itself checks it again."""
        told = [version.by for version in found.versions if "status" in version.set and version.verdict in _COUNTS]
        if "status" in found.conflicts or not told:
            return ""
        return step_fault(status, told[-1], step, self.replica.joined().person)

    def ask(
        self,
        question: str,
        kind: str,
        act: Callable[[str], Any],
        *,
        kept: str = "finish.kept",
        may_be_empty: bool = False,
    ) -> None:
        """Ask for a line and write an edit of a record of this kind with it."""
        from supervisor_tui.screens.ask import AskScreen

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.write(kind, lambda: act(answer), kept)

        self.app.push_screen(AskScreen(question, may_be_empty=may_be_empty), answered)

    def write(self, kind: str, act: Callable[[], Any], kept: str) -> None:
        """Write an edit of a record of this kind and say what came of it; a refusal changes nothing."""
        try:
            done = act()
        except Refused as refused:
            self.say(t(f"refused.{refused.code}"), severity="warning")
        except InvalidFields as invalid:
            words = [
                f"{field_words(kind, fault.field)}: {t('fault.' + fault.code, wanted=fault.wanted)}"
                for fault in invalid.faults
            ]
            self.say("\n".join(words), severity="warning")
        except ReplicaError as error:
            self.say(fault_words(error), severity="error")
        else:
            asks = done.asks if isinstance(done, Written) else ""
            self.say(t(f"request.asked_{asks}" if asks else kept))
        self.redraw()
        self.refresh_bindings()
