"""A form in words: what is wrong with it, field by field, and the record as it will be kept; for the finish view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from supervisor_tui.forms.answers import note_of
from supervisor_tui.forms.kinds import field_title
from supervisor_tui.forms.layout import value_shown, value_text
from supervisor_tui.forms.questions import Part, Question, is_answered
from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.locale import has, t
from supervisor_tui.terminal.text import harmless, one_line
from sync.model.validation import KINDS, Fault


class Line(NamedTuple):
    """One line of the record as it will be kept; a heading has no value, `note` stands under the line.

    `counted`: an item of the checklist, whose answer stands first, in a column.
    """

    title: str
    value: str = ""
    note: str = ""
    counted: bool = False


def fault_words(kind: str, fault: Fault, parts: list[Part], *, with_ids: bool = False) -> tuple[str, str]:
    """The field's name, and in words what is wrong with it and what would be right.

    `with_ids`: the values of a choice as scripts write them stand before their words.
    """
    question = _question(fault.field, parts)
    title = one_line(question.title) if question else field_title(kind, fault.field)
    return title, t(f"fault.{fault.code}", wanted=_wanted(kind, fault, question, with_ids=with_ids))


def _wanted(kind: str, fault: Fault, question: Question | None, *, with_ids: bool) -> str:
    if fault.code in ("not_choice", "not_answer"):
        ids = fault.wanted.split(", ")
        titles = {choice.id: choice.title for choice in question.choices} if question else {}
        family = "verdict" if fault.code == "not_answer" else fault.field if with_ids else ""
        words = [titles.get(each) or (t(key) if has(key := f"{family}.{each}") else each) for each in ids]
        if with_ids:
            words = [each if word == each else f"{each} {word}" for each, word in zip(ids, words, strict=True)]
        return ", ".join(words)
    if fault.code == "other_stage":
        return stage_words(fault.wanted)
    if fault.code in ("more_than", "sum_more_than", "together"):
        return " ".join(field_title(kind, word) if word in _names(kind) else word for word in _split(fault.wanted))
    return fault.wanted


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _names(kind: str) -> frozenset[str]:
    return frozenset(KINDS[kind].fields)


def _question(field: str, parts: list[Part]) -> Question | None:
    return next((each for part in parts for each in part.questions if each.field == field), None)


def record_lines(parts: list[Part], fields: Mapping[str, Any]) -> list[Line]:
    """Every answered question by part, as it will be kept; parts without answers are left out."""
    lines: list[Line] = []
    for part in parts:
        answered = [question for question in part.questions if is_answered(question, fields)]
        if answered:
            lines.append(Line(one_line(part.title)))
            lines += [_record_line(question, fields) for question in answered]
    return lines


def _record_line(question: Question, fields: Mapping[str, Any]) -> Line:
    text = harmless(value_text(question, fields)).strip()
    title, counted = one_line(question.title), bool(question.item)
    if question.kind == "attachment":
        return Line(title, value_shown(question, fields)[0], text, counted)
    if question.kind in ("long", "text") or "\n" in text:
        return Line(title, "", text, counted)
    return Line(title, text, harmless(note_of(question, fields)).strip(), counted)
