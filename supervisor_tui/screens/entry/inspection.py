"""The inspection form: one visit against the stage's checklist, as this unit's category is asked it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.binding import BindingType

from supervisor_tui.commands import FOLLOW_UP, bindings
from supervisor_tui.forms import visitors
from supervisor_tui.forms.answers import compute, files_kept, note_of, tidy_figures
from supervisor_tui.forms.campaigns import fitting_campaign
from supervisor_tui.forms.checks import inspection_faults
from supervisor_tui.forms.kinds import OTHERS, InspectionChoices, inspection_parts
from supervisor_tui.forms.questions import Part, Question
from supervisor_tui.forms.wording import Line
from supervisor_tui.labels.campaigns import category_words, stage_words
from supervisor_tui.labels.dates import this_day
from supervisor_tui.locale import language, t
from supervisor_tui.rules.reading import hint_words, moment_of, new_hints
from supervisor_tui.screens.entry.form import FormScreen, day_of
from supervisor_tui.terminal.text import one_line
from sync.model.days import plus
from sync.model.kinds import ANY_STAGE, STAGES
from sync.model.templates import Template
from sync.model.validation import Fault
from sync.replica import query
from sync.replica.as_of.calendar import day_to_offer, today
from sync.replica.queries.campaigns import stages_to_choose
from sync.replica.query import TemplateRow

DUE_AFTER = 14  # days: a finding is due two weeks after the visit unless the person says otherwise

FOLLOW_UPS_READ = 50  # of the unit's newest: those of one visit are among them


class InspectionScreen(FormScreen):
    """An inspection of one unit."""

    kind = "inspection"
    BINDINGS: ClassVar[list[BindingType]] = bindings([FOLLOW_UP])

    def __init__(self, unit_id: str, draft_id: str | None = None) -> None:
        super().__init__(unit_id, draft_id)
        self._template: Template | None = None
        self._offered: list[TemplateRow] = []
        self._last: Mapping[str, Any] = {}

    def first_fields(self) -> dict[str, Any]:
        """Today, the campaign's stage and its checklist, this person's group and this person."""
        identity = self.replica.joined()
        day = day_to_offer(self.replica)
        campaign = query.campaign_named(self.replica, fitting_campaign(self.replica, self.unit_id, day))
        stage = campaign.current_stage(today(self.replica)) or STAGES[0]
        offered = self.templates_of(stage, campaign.id)
        fields: dict[str, Any] = {
            "visited_on": day,
            "campaign": campaign.id,
            "stage": stage,
            "group": identity.group or self.unit_group,
            f"inspector.{identity.person}": True,
        }
        if offered:
            fields["template"] = offered[0].record
        return {name: value for name, value in fields.items() if value}

    def template_of(self, record: str) -> Template | None:
        """The template a record id names."""
        return query.template(self.replica, record)

    def templates_of(self, stage: str, campaign: str) -> list[TemplateRow]:
        """The checklists of a campaign's stage that a unit of this category may be asked."""
        return [
            row
            for row in query.templates(self.replica, campaign)
            if row.template.stage in (stage, ANY_STAGE)
            and (not row.template.only or self.category in row.template.only)
        ]

    def ask(self) -> list[Part]:
        """The questions of the template that the fields name."""
        self._template = self.template_of(str(self.fields.get("template", "")))
        self._offered = self.templates_of(str(self.fields.get("stage", "")), self._campaign())
        last = query.last_inspection(self.replica, self.unit_id)
        self._last = last.fields if last and last.record != self.draft_session.draft.record else {}
        return inspection_parts(self._template, self.category, self._choices(), self._visit_words())

    def _choices(self) -> InspectionChoices:
        identity = self.replica.joined()
        scope = self.replica.scope
        groups = scope.groups if scope and not identity.group else {}
        people = visitors.listed(self.replica, self.fields, self.unit_liaison)
        return InspectionChoices(
            templates=[(row.record, row.template.title.in_(language())) for row in self._offered],
            groups=list(groups.items()),
            group=str(self.fields.get("group") or ""),
            people=people,
            others=len(visitors.everybody(self.replica)) - len(people),
            stages=stages_to_choose(self.replica, str(self.fields.get("stage") or ""), self._campaign()),
        )

    def _visit_words(self) -> str:
        fields = self.fields
        people = visitors.everybody(self.replica)
        went = [person for person in visitors.gone(fields) if fields[visitors.FAMILY + person]]
        group = str(fields.get("group", ""))
        words = [
            str(fields.get("visited_on", "")),
            self.only_campaign(),
            stage_words(str(fields["stage"])) if fields.get("stage") else "",
            query.group_name(self.replica, group) if group else "",
            *(people.get(person, person) for person in went),
        ]
        return "  ".join(one_line(word) for word in words if word)

    def _campaign(self) -> str:
        """The campaign the visit belongs to: the one the form names, else the unit's at hand."""
        return str(self.fields.get("campaign") or "") or query.campaign(self.replica, self.unit_id).id

    def names(self) -> list[str]:
        """The kind, the unit, its category, the checklist."""
        title = self._template.title.in_(language()) if self._template else t("form.no_template")
        kind, unit, *_ = super().names()  # its campaign stands with the day and the stage
        return [kind, unit, category_words(self.category), title]

    def last_visit(self) -> Mapping[str, Any]:
        """The answers of the visit before this one."""
        return self._last

    def after_answer(self, question: Question) -> None:
        """Another stage has another checklist; the answers given stay in the draft. Computed figures follow."""
        if self._template is not None and question.field.startswith("figure."):
            for field in compute(self._template, self.fields):
                self.lines.redraw(field)
        if self.is_of_another_campaign(question) or question.field == "stage":
            offered = self.templates_of(str(self.fields.get("stage", "")), self._campaign())
            if offered:
                self.fields["template"] = offered[0].record
            else:
                self.fields.pop("template", None)
        asks_anew = ("visited_on", "campaign", "stage", "template", "group")
        if question.field in asks_anew or question.field.startswith(visitors.FAMILY):
            self.show_questions()

    def offered(self, question: Question) -> list[tuple[str, str]]:
        """The groups, or the people who are not listed."""
        if question.field != OTHERS:
            scope = self.replica.scope
            return list(scope.groups.items()) if scope else []
        asked = {each.field for part in self.parts for each in part.questions}
        people = visitors.everybody(self.replica).items()
        return [(person, name) for person, name in people if visitors.FAMILY + person not in asked]

    def found(self, question: Question, what: str) -> None:
        """The visiting group, or one more of those who went."""
        if question.field != OTHERS:
            super().found(question, what)
            return
        self.fields[visitors.FAMILY + what] = True
        self.show_questions()
        self.changed(question)

    def kept_fields(self) -> dict[str, Any]:
        """The fields without answers to questions this checklist does not ask."""
        fields = super().kept_fields()
        if self._template is None or self.draft_session.correcting:
            return fields  # what a kept record holds is never dropped silently
        asked = {question.field for part in self.parts for question in part.questions}
        kept = {
            name: value
            for name, value in fields.items()
            if name.partition(".")[0] not in ("answer", "figure") or name in asked
        }
        return tidy_figures(self._template, files_kept(kept, self.parts))

    def faults(self, fields: Mapping[str, Any]) -> list[Fault]:
        """The record's rules and the template's, one fault a field."""
        found = inspection_faults(self._template, self.category, fields) if self._template else []
        if self.draft_session.correcting:
            changed = self.draft_session.changes(fields)
            found = [fault for fault in found if fault.field in changed]
        named = {fault.field for fault in found}
        return found + [fault for fault in super().faults(fields) if fault.field not in named]

    def hints(self, fields: Mapping[str, Any]) -> list[str]:
        """What looks like box-ticking, and what burdens the unit; of a new visit only."""
        asked = super().hints(fields)
        if self.draft_session.correcting:
            return asked
        record = self.draft_session.draft.record
        found = new_hints(self.replica, self.kind, self.unit_id, fields, record=record, begun_at=moment_of(record))
        return [*asked, *(hint_words(hint) for hint in found)]

    async def action_follow_up(self) -> None:
        """Open a follow-up that carries the item along: verdict and words as the title, the note as the detail."""
        from supervisor_tui.screens.entry.follow_up import FollowUpScreen

        question = self.lines.question
        if question is None:
            return
        await self.close_editor()
        self.save()
        visited_on = day_of(self.fields.get("visited_on"), this_day(self.replica))
        prefill: dict[str, Any] = {"nature": "problem", "due_on": plus(visited_on.isoformat(), DUE_AFTER)}
        if self._template is not None and self._template.watch_days:
            prefill["watch_days"] = self._template.watch_days
        prefill |= self.its_campaign()
        if question.item:
            prefill["title"] = one_line(_problem(question, self.fields))[:200]
        if note := note_of(question, self.fields):
            prefill["detail"] = note
        self.app.push_screen(
            FollowUpScreen(self.unit_id, origin=self._origin_of(question), prefill=prefill),
            lambda record: self.follow_up_kept(question, record),
        )

    def _origin_of(self, question: Question) -> str:
        record = self.draft_session.draft.record  # fixed in the draft, so that it can be named before it is kept
        return f"{record}#{question.item}" if question.item else record

    def _follow_ups(self) -> list[dict[str, Any]]:
        record = self.draft_session.draft.record
        rows = query.history(self.replica, self.unit_id, "follow_up").rows(0, FOLLOW_UPS_READ)
        return [row.fields for row in rows if str(row.fields.get("origin", "")).partition("#")[0] == record]

    def followed(self) -> frozenset[str]:
        """The items that a follow-up was opened from on this visit."""
        items = {str(fields["origin"]).partition("#")[2] for fields in self._follow_ups()}
        return frozenset(
            each.field for part in self.parts for each in part.questions if each.item and each.item in items
        )

    def lines_to_keep(self, fields: Mapping[str, Any]) -> list[Line]:
        """The record, and the follow-ups that were opened on this visit."""
        lines = super().lines_to_keep(fields)
        if found := self._follow_ups():
            lines.append(Line(t("finish.follow_ups")))
            lines += [
                Line(one_line(str(each.get("due_on", ""))), one_line(str(each.get("title", "")))) for each in found
            ]
        return lines

    def follow_up_kept(self, question: Question, record: str | None) -> None:
        """Back on the checklist: the item shows it; on to the next open question."""
        if record:
            self.show_questions()
        if record and not self.lines.is_open(question):
            self.lines.go_to_open()


def _problem(question: Question, fields: Mapping[str, Any]) -> str:
    """What is wrong with an item: its words alone say how it ought to be."""
    answer = fields.get(question.field)
    verdict = answer.get("verdict") if isinstance(answer, dict) else ""
    return f"{t(f'verdict.{verdict}')}: {question.title}" if verdict in ("partly", "unmet") else question.title
