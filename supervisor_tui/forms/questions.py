"""What a form asks, in order, and how far it is filled in. Used by the screens, the checks and the command line.

A question is a line of a form whatever it comes from: an item of a template, or a field of a record kind. Its answer
is kept in the record field it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from sync.model.templates import Item, Template
from sync.protocol.blobs import FIELD, named_in

QuestionKind = Literal[
    "verdict", "number", "percentage", "choice", "text", "date", "clock", "flag", "line", "long", "attachment", "found"
]


class Choice(msgspec.Struct, frozen=True):
    """One of the answers to choose from."""

    id: str
    title: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a form. `item` is the template's id where it comes from one; `lean` says which way a day points;
    `computed`: shown, not typed.

    An `attachment` is answered by files, which are fields of their own and say which item they answer. What is `found`
    is one of many, looked for by typing; `choices` has the one that is held, and `hint` says what is to be found.
    """

    field: str
    kind: QuestionKind
    title: str
    hint: str = ""
    required: bool = False
    gate: bool = False
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    item: str = ""
    lean: Literal["past", "future"] = "past"
    computed: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A titled run of questions; a folded one shows `summary` until it is opened."""

    id: str
    title: str
    questions: tuple[Question, ...]
    folded: bool = False
    summary: str = ""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How far a form is filled in: verdicts by kind, questions not yet answered, and those that must be."""

    met: int = 0
    partly: int = 0
    unmet: int = 0
    na: int = 0
    open: int = 0
    missing: tuple[Question, ...] = ()


def template_parts(template: Template, category: str, language: str) -> list[Part]:
    """The sections and items a unit of this category is asked, worded in `zh` or `en`."""
    return [
        Part(
            id=section.id,
            title=section.title.in_(language),
            questions=tuple(_question(item, language) for item in items),
        )
        for section, items in template.for_category(category)
    ]


def _question(item: Item, language: str) -> Question:
    return Question(
        field=item.field,
        kind=item.kind,
        title=item.title.in_(language),
        hint=item.hint.in_(language) if item.hint else "",
        required=item.required and not item.computed,
        computed=item.computed,
        gate=item.gate,
        unit=item.unit.in_(language) if item.unit else ("%" if item.kind == "percentage" else ""),
        minimum=item.minimum,
        maximum=item.maximum,
        choices=tuple(Choice(option.id, option.title.in_(language)) for option in item.options),
        item=item.id,
    )


def files_of(item: str, fields: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The files attached for an item of the checklist (empty: for none of them), each by its field, in order of names.

    Each says its `name`, `type` and `size` in bytes.
    """
    found = [(FIELD + name, said) for name, said in named_in(fields) if str(said.get("item") or "") == item]
    return sorted(found, key=lambda pair: (str(pair[1].get("name", "")), pair[0]))


def is_answered(question: Question, fields: Mapping[str, Any]) -> bool:
    """Whether the field holds an answer; a note without a verdict is none, a false flag is one, a file is one."""
    if question.kind == "attachment" and files_of(question.item, fields):
        return True
    value = fields.get(question.field)
    if question.kind == "verdict":
        return isinstance(value, dict) and bool(value.get("verdict"))
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def counted(parts: list[Part]) -> list[Question]:
    """The questions a tally counts: not those that follow from others, nor optional fields, one for each person."""
    return [
        question
        for part in parts
        for question in part.questions
        if not question.computed and (question.required or question.item)
    ]


def is_edited(question: Question) -> bool:
    """Whether the question's text is typed in the form's editor."""
    return not question.computed and question.kind not in ("choice", "flag", "attachment", "found")


def tally(questions: Sequence[Question], fields: Mapping[str, Any]) -> Tally:
    """How far a form is filled in, by its questions that are `counted`."""
    counts = dict.fromkeys(("met", "partly", "unmet", "na"), 0)
    unanswered: list[Question] = []
    for question in questions:
        if not is_answered(question, fields):
            unanswered.append(question)
        elif question.kind == "verdict" and (verdict := fields[question.field]["verdict"]) in counts:
            counts[verdict] += 1
    missing = tuple(question for question in unanswered if question.required)
    return Tally(**counts, open=len(unanswered), missing=missing)
