"""The form of each record kind, worded in the chosen language: which lines it has, and what stands folded.

The wording comes from the catalogue (`field.KIND.NAME`), so a screen never writes a label of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from supervisor_tui.forms.days import Lean
from supervisor_tui.forms.questions import Choice, Part, Question, QuestionKind, template_parts
from supervisor_tui.labels.follow_ups import follow_up_field
from supervisor_tui.locale import has, language, t
from sync.model.templates import Template
from sync.model.validation import KINDS, MODES, NATURES, STAGES
from sync.replica.as_of.assignments import CHAIN
from sync.replica.queries.weak import FLAGS

DECISIONS = ("pass", "make_up")
PRESENT = ("head", "secretary", "deputy", "members", "others")
OTHERS = "inspector"  # stands for the fields of all people who went and are not listed
MOST_CHOICES = 9  # a choice of more has no digit for each
FILES = "attachment"  # stands for the fields of all files that no item asks for
PLAIN_KINDS = ("count", "survey", "gate")  # kinds whose form is nothing but their fields


def field_title(kind: str, field: str) -> str:
    """The words for a field; a dotted member is named by its family unless it has words of its own."""
    family, dot, _ = field.partition(".")
    keys = (f"field.{kind}.{field}", f"field.{kind}.{family}" if dot else "", f"field.{field}")
    return next((t(key) for key in keys if has(key)), field)


class InspectionChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of an inspection offers to choose from, each as (id, words); one alone is not asked about.

    Of more groups than have a digit each, `group` alone is shown and the others are found. `others`: people who are not
    listed, but can be found.
    """

    templates: Sequence[tuple[str, str]] = ()  # of the stage, by record id
    groups: Sequence[tuple[str, str]] = ()
    group: str = ""
    people: Sequence[tuple[str, str]] = ()
    others: int = 0
    stages: Sequence[str] = STAGES


def inspection_parts(template: Template | None, category: str, offered: InspectionChoices, summary: str) -> list[Part]:
    """The visit's head (folded, shown as `summary`), the template's sections, and the closing texts."""
    items = template_parts(template, category, language()) if template else []
    return [_visit_part(offered, summary, folded=bool(items)), *items, _closing_part()]


def _visit_part(offered: InspectionChoices, summary: str, *, folded: bool) -> Part:
    ask = _asker("inspection")
    questions = [ask("visited_on", "date"), ask("stage", "choice", _choices("stage", offered.stages))]
    for field, choices in (("template", offered.templates), ("group", offered.groups)):
        if len(choices) > MOST_CHOICES:
            held = tuple(Choice(*each) for each in choices if each[0] == offered.group)
            questions.append(ask(field, "found", held, hint=t("form.to_be_found", count=len(choices))))
        elif len(choices) > 1:
            questions.append(ask(field, "choice", tuple(Choice(*each) for each in choices)))
    questions += [ask("announced", "flag"), ask("arrived", "clock"), ask("left", "clock")]
    questions += [
        Question(field=f"inspector.{person}", kind="flag", title=f"{t('form.inspector')} {name}")
        for person, name in offered.people
    ]
    if offered.others:
        hint = t("form.to_be_found", count=offered.others)
        questions.append(Question(field=OTHERS, kind="found", title=t("form.other_inspectors"), hint=hint))
    return Part(id="visit", title=t("form.visit"), questions=tuple(questions), folded=folded, summary=summary)


def with_campaign(kind: str, parts: Sequence[Part], offered: Sequence[tuple[str, str]]) -> list[Part]:
    """The lines of a form with one for the campaign, as (id, words), where there is more than one to choose from.

    It stands below the record's day, or the day it is due where its own is not asked for.
    """
    asked = {question.field for part in parts for question in part.questions}
    above = next((field for field in (KINDS[kind].day, "due_on") if field in asked), "")
    if len(offered) < 2 or not above:
        return list(parts)
    campaign = _asker(kind)("campaign", "choice", tuple(Choice(*each) for each in offered))

    def with_it(part: Part) -> Part:
        rows = [row for each in part.questions for row in ((each, campaign) if each.field == above else (each,))]
        return msgspec.structs.replace(part, questions=tuple(rows))

    return [with_it(part) for part in parts]


def _closing_part() -> Part:
    ask = _asker("inspection")
    return Part(
        id="closing",
        title=t("form.closing"),
        questions=(
            ask("summary", "long"),
            ask("good_practice", "long"),
            ask("effect_on_work", "long"),
            ask("unit_reply", "long"),
            ask("acknowledged", "flag"),
            _files_question("inspection"),
        ),
    )


def _files_question(kind: str) -> Question:
    """The line for files that no item asks for."""
    return Question(field=FILES, kind="attachment", title=t(f"field.{kind}.attachment"))


def note_text() -> Part:
    """A liaison note's text, which stands above its lines."""
    return Part(id="text", title=t("kind.liaison_note"), questions=(_asker("liaison_note")("content", "long"),))


def note_parts() -> list[Part]:
    """A liaison note's lines beside its text, which has a place of its own."""
    ask = _asker("liaison_note")
    present = tuple(
        Question(field=f"present.{role}", kind="line", title=f"{t('form.present')} {t(f'form.present.{role}')}")
        for role in PRESENT
    )
    more = (
        ask("topics", "long"),
        *present,
        ask("advice", "long"),
        ask("promised", "long"),
        ask("next_on", "date", lean="future"),
        ask("good_practice", "long"),
    )
    head = (
        ask("mode", "choice", _choices("mode", MODES)),
        ask("noted_on", "date"),
        _files_question("liaison_note"),
    )
    return [
        Part(id="contact", title=t("form.contact"), questions=head),
        Part(id="more", title=t("form.more"), questions=more, folded=True, summary=t("form.more_note")),
    ]


def follow_up_parts(nature: str = "", classes: Sequence[tuple[str, str]] = ()) -> list[Part]:
    """A follow-up's lines, worded for its nature once that is chosen; `classes`: of problems, as (id, words)."""
    plain = _asker("follow_up")

    def ask(field: str, sort: QuestionKind, choices: tuple[Choice, ...] = (), **more: Any) -> Question:
        worded = {"title": follow_up_field(nature, field)} if nature else {}
        return msgspec.structs.replace(plain(field, sort, choices, **more), **worded)

    return [
        Part(
            id="what",
            title=t("form.follow_up"),
            questions=(
                ask("nature", "choice", _choices("nature", NATURES)),
                ask("title", "line"),
                ask("due_on", "date", lean="future", hint=t("form.due_hint")),
                ask("class", "choice", tuple(Choice(*each) for each in classes)),
                ask("lead_unit", "line"),
                ask("responsible_unit", "line"),
                ask("responsible_post", "line"),
                ask("detail", "long"),
                ask("cause", "long"),
                ask("measure", "long"),
                ask("watch_days", "number", unit=t("form.days"), hint=t("form.watch_hint")),
                _files_question("follow_up"),
            ),
        )
    ]


def unit_parts(categories: Sequence[tuple[str, str]], *, whole: bool) -> list[Part]:
    """A unit's card: who answers for it and where it is weak; `whole`: with what only the office writes."""
    ask = _asker("unit")
    unit = (
        ask("name", "line"),
        ask("category", "choice", tuple(Choice(*each) for each in categories)),
        ask("batch", "line"),
        ask("address", "line"),
    )
    return [
        Part(id="chain", title=t("form.chain"), questions=tuple(ask(f"chain.{post}", "line") for post in CHAIN)),
        Part(id="weak", title=t("form.weak"), questions=tuple(ask(flag, "flag") for flag in FLAGS)),
        *([Part(id="unit", title=t("kind.unit"), questions=unit)] if whole else []),
        Part(id="note", title=t("field.unit.note"), questions=(ask("note", "long"),)),
    ]


_TABLES: dict[str, tuple[tuple[str, QuestionKind, tuple[str, tuple[str, ...]] | None], ...]] = {
    "count": (
        ("counted_on", "date", None),
        *((name, "number", None) for name in KINDS["count"].together),
    ),
    "survey": (
        ("held_on", "date", None),
        *((name, "number", None) for name in KINDS["survey"].together),
        ("stage", "choice", ("stage", ())),
    ),
    "gate": (
        ("stage", "choice", ("stage", ())),
        ("decision", "choice", ("decision", DECISIONS)),
        ("missing", "long", None),
        ("why", "long", None),
        ("decided_on", "date", None),
        ("due_on", "date", None),
    ),
}


_LEANS: dict[str, Lean] = {"due_on": "future"}  # how a day without its year is read


def plain_parts(kind: str, stages: Sequence[str] = STAGES) -> list[Part]:
    """The lines of a kind whose form is nothing but its fields; `stages` are those to choose from."""
    ask = _asker(kind)
    offered = {"stage": stages}
    questions = tuple(
        ask(name, sort, _choices(options[0], offered.get(*options)) if options else (), lean=_LEANS.get(name, "past"))
        for name, sort, options in _TABLES[kind]
    )
    return [Part(id=kind, title=t(f"kind.{kind}"), questions=questions)]


def _choices(family: str, ids: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(each, t(f"{family}.{each}")) for each in ids)


def _asker(kind: str) -> Callable[..., Question]:
    required = KINDS[kind].required

    def ask(field: str, sort: QuestionKind, choices: tuple[Choice, ...] = (), **more: Any) -> Question:
        counted = sort == "number"
        return Question(
            field=field,
            kind=sort,
            title=field_title(kind, field),
            required=field in required,
            choices=choices,
            minimum=0 if counted else None,
            **more,
        )

    return ask
