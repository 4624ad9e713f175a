"""The next step of a follow-up, asked for and written: on its own screen and straight from the register."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from supervisor_tui.labels.fields import field_words
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.labels.follow_ups import asked_words, status_words, step_words
from supervisor_tui.labels.requests import said_asked
from supervisor_tui.locale import has, t
from supervisor_tui.screens.base import WorkbenchScreen
from supervisor_tui.terminal.text import one_line
from sync.model.validation import InvalidFields
from sync.model.workflow import NEXT_STEPS, required_note, step_fault
from sync.replica import ReplicaError, query
from sync.replica.as_of.calendar import today
from sync.replica.editing import edits, requests
from sync.replica.editing.edits import Refused, Written
from sync.replica.queries.rows import Record

_KIND = "follow_up"
_COUNTS = ("pending", "accepted")  # verdicts of versions that have effect


class Stepping(WorkbenchScreen[None]):
    """A screen that writes edits: it asks, writes, says what came of it and draws anew."""

    def step_on(self, record: str) -> None:
        """Ask which step comes next, then what was done."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

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
                asked = required_note(status, step)
                self.ask(
                    asked_words(nature, step, asked),
                    _KIND,
                    lambda said: self._take(record, step, said),
                    kept=lambda: t("step.came", item=self._item_words(record)),
                    may_be_empty=not asked,
                )

        question = t("record.ask_step", title=str(found.fields.get("title", "")))
        self.app.push_screen(ChooseScreen(question, [(step, step_words(nature, step)) for step in steps]), chosen)

    def _take(self, record: str, step: str, said: str) -> Written:
        written = requests.step(self.replica, record, step, said, today(self.replica))
        self.bench.stepped = record
        return written

    def under_cursor(self) -> str:
        """The follow-up whose newest step is meant where none was taken here yet."""
        return ""

    def action_undo_step(self) -> None:
        """Take back the step that was taken last, until it is sent; the item stands as it did before."""
        record = self.bench.stepped or self.under_cursor()
        if not record:
            self.say(t("step.nothing_to_undo"), severity="warning")
            return
        self.undo_step_of(record)

    def undo_step_of(self, record: str) -> None:
        """Take the newest step of a follow-up back, or what was asked of the office since."""
        found = query.record(self.replica, record)
        asked = requests.to_take_back(self.replica, found.ledger, record) if found is not None else None
        if found is not None and asked is not None and asked.at >= _last_step(found):
            back = partial(requests.withdraw, self.replica, asked.record, "")
            self.write(requests.KIND, back, lambda: t("request.was_taken_back", item=self._item_words(record)))
            return
        self.write(_KIND, lambda: self._take_back(record), lambda: t("step.taken_back", item=self._item_words(record)))

    def _take_back(self, record: str) -> Written:
        if self.bench.stepped == record:
            self.bench.stepped = ""  # whatever comes of it: the next time another is meant
        return edits.undo_step(self.replica, record)

    def _item_words(self, record: str) -> str:
        """What a follow-up is about, how it stands, and whose turn it is."""
        found = query.record(self.replica, record)
        fields = found.fields if found is not None else {}
        status = str(fields.get("status", ""))
        turn = t(f"turn.{status}") if has(f"turn.{status}") else ""
        told = (one_line(str(fields.get("title", ""))), status_words(str(fields.get("nature", "")), status), turn)
        return t("list.semicolon").join(word for word in told if word)

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
        kept: str | Callable[[], str] = "finish.kept",
        may_be_empty: bool = False,
    ) -> None:
        """Ask for a line and write an edit of a record of this kind with it."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.write(kind, lambda: act(answer), kept)

        self.app.push_screen(AskScreen(question, may_be_empty=may_be_empty), answered)

    def write(self, kind: str, act: Callable[[], Any], kept: str | Callable[[], str]) -> None:
        """Write an edit of a record of this kind and say what came of it; a refusal changes nothing.

        `kept`: what is said, as a key of the catalogue, or told once it is written.
        """
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
            self.say(said_asked(self.replica, asks) if asks else t(kept) if isinstance(kept, str) else kept())
        self.redraw()
        self.refresh_bindings()


def _last_step(found: Record) -> str:
    """When the newest step of a follow-up was written."""
    return max((each.at for each in found.versions if "status" in each.set and each.verdict in _COUNTS), default="")
