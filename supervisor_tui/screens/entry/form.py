"""What every form screen does: show the questions, save the draft after each change, finish.

A kind's own screen says which questions there are and what is judged before keeping. The fields have one owner, the
form's `DraftSession`; the checklist answers into them (`input`), this screen schedules the saving.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from supervisor_tui.commands import Command, bindings
from supervisor_tui.forms import raising
from supervisor_tui.forms.campaigns import campaign_choices, fitting_campaign
from supervisor_tui.forms.keeping import DraftSession, begin, resume
from supervisor_tui.forms.kinds import with_campaign
from supervisor_tui.forms.questions import Part, Question, counted, is_edited, tally
from supervisor_tui.forms.wording import Line, fault_words, record_lines
from supervisor_tui.labels.dates import local, this_day
from supervisor_tui.labels.file_faults import fault_words as file_fault_words
from supervisor_tui.locale import language, t
from supervisor_tui.rules.counted import COUNTED, counted_hints
from supervisor_tui.rules.reading import hint_words
from supervisor_tui.rules.second_look import second_look
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.entry.attachments import WithFiles
from supervisor_tui.screens.entry.review_before_save import Finish, FinishScreen
from supervisor_tui.widgets.checklist import Checklist
from supervisor_tui.widgets.editor import Editor
from supervisor_tui.widgets.said import StatusText
from supervisor_tui.widgets.spans import Span
from sync.model.days import now
from sync.model.kinds import CAMPAIGN_KINDS
from sync.model.validation import KINDS, Fault, InvalidFields
from sync.replica import Replica, ReplicaError, query
from sync.replica.as_of.calendar import is_clock_behind
from sync.replica.editing.drafts import Saved
from sync.replica.editing.edits import Refused

HINT_LINES = (2, 5)  # a hint and the keys have a line each, unless they are longer
SAVE_AFTER = 0.4  # seconds from the first unsaved change; the most that a dead battery takes


LOOK_EVERY = 1.0  # seconds between two looks at what other windows do


FINISH = Command("finish", "f10", "finish")
OPEN_NEXT = Command("open_next", "f9", "open_next")


class FormScreen(WithFiles):
    """A form over one draft; dismissed with the record's id when kept, with nothing when left."""

    previews: ClassVar[bool] = True  # whether a record without faults is shown before it is kept
    DEFAULT_CSS = """
    FormScreen {
        & > #form-hint.away { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings([FINISH, OPEN_NEXT])

    def __init__(self, unit_id: str, draft_id: str | None = None) -> None:
        super().__init__()
        self.unit_id = unit_id
        self.draft_id = draft_id
        self._draft_session: DraftSession | None = None
        self._saving: Timer | None = None
        self._saved = ""
        self._questions: list[Question] = []  # those that are counted
        self._language = ""
        self._kept = False
        self._told: object = None  # the file's state when it was last looked at
        self._has_told = False

    # --- what a kind says about itself -------------------------------------------------------------------------------

    def first_fields(self) -> dict[str, Any]:
        """The fields a new draft begins with."""
        return {}

    def ask(self) -> list[Part]:
        """The questions, given the fields as they stand."""
        raise NotImplementedError

    def listed(self) -> list[Part]:
        """The parts that stand in the list; a text with a place of its own is not among them."""
        return self.parts

    def last_visit(self) -> Mapping[str, Any]:
        """The fields of the last such record, whose answers stand beside."""
        return {}

    def names(self) -> list[str]:
        """What the form is about, for its title: the kind, the unit, the campaign where there is none to choose."""
        return [t(f"kind.{self.kind}"), self.unit_name, self.only_campaign()]

    def kept_fields(self) -> dict[str, Any]:
        """The fields as they would be kept."""
        return {name: value for name, value in self.fields.items() if value is not None}

    def faults(self, fields: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with them."""
        return self.draft_session.faults(self.kind, fields)

    def origin(self) -> str:
        """What the record comes from."""
        return ""

    def followed(self) -> frozenset[str]:
        """The fields of the questions that a follow-up was opened from."""
        return frozenset()

    def hints(self, fields: Mapping[str, Any]) -> list[str]:
        """What is worth a second look before these fields are kept, in words."""
        asked = second_look(self.replica, self.kind, self.unit_id, fields)
        raised = raising.to_open(self.replica, self.kind, self.unit_id, fields, self.draft_session.draft.record)
        asked += [raising.announced(raised)] if raised and not self.draft_session.correcting else []
        if self.kind in COUNTED:
            seen = counted_hints(self.replica, self.kind, self.unit_id, fields, self.draft_session.draft.record)
            asked += [hint_words(hint) for hint in seen]
        return asked

    def lines_to_keep(self, fields: Mapping[str, Any]) -> list[Line]:
        """The record in words, for the finish view."""
        return record_lines(self.parts, fields)

    def after_answer(self, question: Question) -> None:
        """An answer changed that other questions may hang on: on another day there may be other campaigns."""
        self.is_of_another_campaign(question)
        if question.field in (KINDS[self.kind].day, "campaign"):
            self.show_questions()
            self.redraw()

    # --- the campaign ------------------------------------------------------------------------------------------------

    def campaigns(self) -> list[tuple[str, str]]:
        """The campaigns to choose from on the day stated; none for what belongs to no campaign."""
        if self.kind not in CAMPAIGN_KINDS or self._draft_session is None:
            return []
        return campaign_choices(self.replica, self.unit_id, self._day(), str(self.fields.get("campaign") or ""))

    def only_campaign(self) -> str:
        """What the record's campaign is called, where there is no other to choose."""
        offered = self.campaigns()
        return offered[0][1] if len(offered) == 1 and self.fields.get("campaign") else ""

    def its_campaign(self) -> dict[str, Any]:
        """What a follow-up that is opened from this form begins with of it."""
        campaign = self.fields.get("campaign")
        return {"campaign": campaign} if campaign else {}

    def fit_campaign(self) -> bool:
        """After another day was stated: leave a campaign the unit did not take part in then; whether one was left.

        What a kept record belongs to is changed by its author alone.
        """
        held = str(self.fields.get("campaign") or "")
        wanted = (
            held if self.draft_session.correcting else fitting_campaign(self.replica, self.unit_id, self._day(), held)
        )
        if wanted and wanted != held:
            self.fields["campaign"] = wanted
        return bool(wanted) and wanted != held

    def is_of_another_campaign(self, question: Question) -> bool:
        """Whether an answer gave the record another campaign: it has other stages."""
        fitted = question.field == KINDS[self.kind].day and self.fit_campaign()
        if fitted or question.field == "campaign":
            self._fit_stage()
        return fitted or question.field == "campaign"

    def _fit_stage(self) -> None:
        """Choose the stage under way on the day stated, unless the campaign has the one held."""
        held = self.fields.get("stage")
        named = query.campaign_named(self.replica, str(self.fields.get("campaign") or ""))
        wanted = held or "stage" in KINDS[self.kind].required
        if wanted and named.stages and held not in [row.stage for row in named.stages]:
            self.fields["stage"] = named.current_stage(day_of(self._day(), this_day(self.replica)).isoformat())

    def _day(self) -> object:
        return self.fields.get(KINDS[self.kind].day)

    # --- opening -----------------------------------------------------------------------------------------------------

    @property
    def draft_session(self) -> DraftSession:
        """The draft and its fields; there once the screen is mounted."""
        assert self._draft_session is not None  # noqa: S101 - set first thing on mounting
        return self._draft_session

    @property
    def fields(self) -> dict[str, Any]:
        """The fields as typed so far."""
        return self.draft_session.fields

    @property
    def is_begun(self) -> bool:
        """Whether there is a draft yet."""
        return self._draft_session is not None

    def heading(self) -> list[Span]:
        """The title line."""
        correcting = self._draft_session is not None and self._draft_session.correcting
        return titled(*self.names(), t("form.correcting") if correcting else "")

    def body(self) -> ComposeResult:
        """Counts, questions, the hint for the question under the cursor."""
        yield StatusText(id="form-tally")
        yield Checklist(id="questions")
        yield StatusText(ruled=True, lines=HINT_LINES, id="form-hint")

    def read(self) -> None:
        """Find the draft or begin one and show it where it was left; later, ask anew if the words changed."""
        if self._kept:
            return
        if self._draft_session is None:
            self._open()
            self.lines.row_by_row = self.draft_session.correcting
            self.show_questions()
            if not self.lines.go_to(self.draft_session.draft.position):
                self.lines.go_to_open(anew=True)
            self.opened()
            self.set_interval(LOOK_EVERY, self.look_for_others)
        elif self._language != language():
            self.show_questions()

    def _open(self) -> None:
        card = query.unit(self.replica, self.unit_id)
        self.unit_name = card.name if card else self.unit_id
        self.category = card.category if card else "other"
        self.unit_group = card.group if card else ""
        self.unit_liaison = card.liaison if card else ""
        self._draft_session = self.find_draft_session()
        if is_clock_behind(self.replica):
            self.say(t("skew.behind"), severity="warning")

    def find_draft_session(self) -> DraftSession:
        """The draft asked for, the one that is open, or a new one."""
        found = resume(self.replica, self.draft_id) if self.draft_id else None
        if found is None and self.draft_id:
            self.say(t("form.draft_gone"))
        return found or begin(self.replica, self.kind, self.unit_id, self.first_fields(), origin=self.origin())

    def opened(self) -> None:
        """The form is shown; the list has the focus."""
        self.lines.focus()

    def show_questions(self) -> None:
        """Ask anew: after opening, and when an answer changed what is asked."""
        self._language = language()
        self.parts = with_campaign(self.kind, self.ask(), self.campaigns())
        self._questions = counted(self.parts)
        self.lines.show(self.listed(), self.fields, self.last_visit(), self.followed())
        self.count()

    # --- answering ---------------------------------------------------------------------------------------------------

    def stood_on(self, question: Question) -> None:
        """The draft remembers where it was left."""
        self.draft_session.draft.position = question.field

    def changed(self, question: Question) -> None:
        """Draw, count and save after a change."""
        self.draft_session.changed()
        self.lines.redraw(question.field)
        self.count()
        if self._saving is None:
            self._saving = self.set_timer(SAVE_AFTER, self.save)
        self.after_answer(question)

    def count(self) -> None:
        """The running count and what is still missing."""
        self.query_one("#form-tally", StatusText).show((self.tally_words(), False))

    def tally_words(self) -> str:
        """The running count in words."""
        counts = tally(self._questions, self.fields)
        numbers = {name: getattr(counts, name) for name in ("met", "partly", "unmet", "na", "open")}
        verdicts = any(each.kind == "verdict" for each in self._questions)
        said = t("form.tally", **numbers) if verdicts else ""
        missing = len(counts.missing)
        need = t("form.tally_missing", missing=missing) if missing else t("form.tally_full")
        return "   ".join(word for word in (said, need, self._saved) if word)

    # --- saving and leaving ------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the draft; if the file cannot be written now, say so and try again."""
        if self._saving is not None:
            self._saving.stop()
            self._saving = None
        try:
            if self.draft_session.flush():
                self._saved = t("form.saved_at", time=local(self.replica, now())[-5:])
                self.tell_of_others()
                self.count()
        except ReplicaError as error:
            self._saved = t("form.unsaved")
            self.count()
            self.say(t("form.not_saved", reason=_reason(error)), severity="error")
            self._saving = self.set_timer(5.0, self.save)

    def action_back(self) -> None:
        """Leave; what could not be saved is not left without a question."""
        if self.has_unsaved():
            self.ask_before_leaving(self.dismiss)
        else:
            super().action_back()

    def has_unsaved(self) -> bool:
        """Save what can be saved; whether something is left that is not on disk."""
        if self._draft_session is None or self._kept:
            return False
        self.save()
        return self.draft_session.dirty

    def on_unmount(self) -> None:
        """Whatever ends the screen, the draft is saved."""
        if self._draft_session is not None and not self._kept:
            with suppress(ReplicaError):  # said already when the change was made
                self._draft_session.leave()

    def tell_of_others(self) -> None:
        """Say what the last save met, if another window has the same draft."""
        met, self.draft_session.met = self.draft_session.met, Saved.AS_IT_WAS
        if met is Saved.AS_IT_WAS:
            return
        words = "form.changed_elsewhere" if met is Saved.CHANGED else "form.ended_elsewhere"
        self.say(
            t("form.kept_elsewhere" if self.draft_session.correcting and met is Saved.ENDED else words),
            severity="warning",
        )
        self.redraw()

    def look_for_others(self) -> None:
        """Say at once, before anything is typed, that another window has kept, changed or dropped this draft."""
        if self._kept or self._draft_session is None or self._told == (state := self.replica.state):
            return
        self._told = state
        if (
            self.is_current
            and not self.draft_session.dirty
            and not self.draft_session.is_as_read()
            and not self._has_told
        ):
            self._has_told = True
            self.say(t("form.open_elsewhere"), severity="warning")

    def save_by(self, replica: Replica) -> None:
        """Save the draft by another handle on the file, for a thread of its own; raises `ReplicaError`."""
        if self._draft_session is not None and not self._kept:
            self._draft_session.flush_by(replica)

    async def action_open_next(self) -> None:
        """To the next open question; an editor that is open goes with the mark."""
        edited = bool(self.query(Editor))
        await self.close_editor()
        self.lines.go_to_open()
        question = self.lines.question
        if edited and question is not None and is_edited(question):
            self.lines.action_ask()

    # --- finishing ---------------------------------------------------------------------------------------------------

    async def action_finish(self) -> None:
        """Show what is missing and the record as it will be kept."""
        await self.close_editor()
        self.save()
        fields = self.kept_fields()
        faults = self.faults(fields)
        if self.previews or faults or self.draft_session.correcting or self.hints(fields):
            self.show_finish(fields, faults)
        else:
            self.keep_now(fields)

    def show_finish(self, fields: dict[str, Any], faults: list[Fault]) -> None:
        """The finish view over these fields."""
        self.app.push_screen(
            FinishScreen(
                self.names(),
                [(fault.field, *fault_words(self.kind, fault, self.parts)) for fault in faults],
                self.lines_to_keep(fields),
                hints=self.hints(fields),
                asks_why=self.draft_session.correcting,
            ),
            self.finished,
        )

    def finished(self, finish: Finish | None) -> None:
        """Keep the record, or go to the field that is to be put right."""
        if finish is None:
            return
        if finish.field:
            self.go_to_field(finish.field)
            return
        self.keep_now(self.kept_fields(), finish.why)

    def go_to_field(self, field: str) -> None:
        """Put the cursor where this field is answered."""
        self.lines.go_to(field)
        self.lines.focus()

    def keep_now(self, fields: dict[str, Any], why: str = "") -> None:
        """Keep the record with what belongs to it; a refusal leaves everything as it is."""
        try:
            written = self.draft_session.keep(fields, why)
        except InvalidFields as error:
            self.show_finish(fields, error.faults)
            return
        except (Refused, ReplicaError) as error:
            self.say(t("finish.refused", reason=_reason(error)), severity="error")
            if getattr(error, "code", "") == "changed_meanwhile":
                self.draft_session.catch_up()
                self.save()
                self.show_questions()
            return
        self._kept = True
        kept = t(f"request.asked_{written.asks}" if written.asks else "finish.kept")
        self.say(" ".join([kept, t("raised.opened")]) if self.draft_session.opened else kept)
        self.dismiss(written.record)


def _reason(error: Exception) -> str:
    if isinstance(error, ReplicaError):
        return file_fault_words(error)
    return t(f"refused.{getattr(error, 'code', '')}")


def day_of(value: Any, otherwise: date) -> date:
    """A kept day as a date; another if it is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return otherwise
