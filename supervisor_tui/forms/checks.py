"""The judgement before an inspection is kept: the record's own rules, and what its template asks.

`sync.model.validation` judges any record without knowing templates; here stands what only the template can say. The
screens and the command line both call `inspection_faults`, so a script is refused for the same reasons as a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from supervisor_tui.forms.answers import tidy_figures
from supervisor_tui.forms.questions import Question, QuestionKind, files_of
from sync.model import validation
from sync.model.kinds import ANY_STAGE
from sync.model.templates import Item, Template, computed_figures
from sync.model.validation import Fault
from sync.protocol.blobs import FIELD, named_in

ASKED = ("answer", "figure")

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def inspection_faults(template: Template, category: str, fields: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with a new inspection of a unit of this category: one fault a field, in the template's order.

    Codes beside those of `sync.model.validation`: `unknown_item` (an item the template does not have, or not for this
    category), `other_stage` (the template belongs to another stage), `computed` (a computed figure that says something
    else).
    """
    tidy = validation.tidy("inspection", tidy_figures(template, fields))
    faults = {fault.field: fault for fault in _template_faults(template, category, tidy)}
    for fault in validation.check("inspection", tidy, new=True, known_only=True):
        faults.setdefault(fault.field, fault)
    order = {name: place for place, name in enumerate(_order(template))}
    return sorted(faults.values(), key=lambda fault: order.get(fault.field, -1))


def _order(template: Template) -> list[str]:
    items = [item.field for section in template.sections for item in section.items]
    return [*items, "summary", "good_practice", "effect_on_work", "unit_reply"]


def _template_faults(template: Template, category: str, fields: Mapping[str, Any]) -> list[Fault]:
    asked = {item.field: item for _, items in template.for_category(category) for item in items}
    faults = [
        Fault(field=name, code="unknown_item")
        for name, value in fields.items()
        if name.partition(".")[0] in ASKED and name not in asked and value is not None
    ]
    papers = {item.id for item in asked.values() if item.kind == "attachment"}
    faults += [
        Fault(field=FIELD + name, code="unknown_item", wanted=str(said["item"]))
        for name, said in named_in(fields)
        if said.get("item") and str(said["item"]) not in papers
    ]
    if isinstance(fields.get("stage"), str) and template.stage not in (ANY_STAGE, fields["stage"]):
        faults.append(Fault(field="stage", code="other_stage", wanted=template.stage))
    faults += _computed_faults(template, asked, fields)
    for item in asked.values():
        fault = _file_fault(item, fields) if item.kind == "attachment" else item_fault(item, fields.get(item.field))
        faults += [fault] if fault is not None else []
    return faults


def _file_fault(item: Item, fields: Mapping[str, Any]) -> Fault | None:
    """What is wrong with an item that asks for a file: there is none, or a text in its place."""
    if files_of(item.id, fields):
        return None
    if fields.get(item.field) is not None:
        return Fault(field=item.field, code="not_file")
    return Fault(field=item.field, code="file_wanted") if item.required else None


def _computed_faults(template: Template, asked: Collection[str], fields: Mapping[str, Any]) -> list[Fault]:
    """Computed figures that say something else than what they are computed from."""
    return [
        Fault(field=name, code="computed", wanted="" if value is None else f"{value:g}")
        for name, value in computed_figures(template, fields).items()
        if name in asked and fields.get(name) is not None and fields[name] != value
    ]


def item_fault(item: Item, value: Any) -> Fault | None:
    """What is wrong with the answer to one item; None if nothing is. A computed figure owes nothing of its own."""
    if item.computed and value is None:
        return None
    if _is_blank(item, value):
        return Fault(field=item.field, code="required") if item.required or value else None
    options = [option.id for option in item.options]
    code, wanted = _judge(item.kind, value, item.minimum, item.maximum, options)
    return Fault(field=item.field, code=code, wanted=wanted) if code else None


def _is_blank(item: Item, value: Any) -> bool:
    if item.kind == "verdict" and isinstance(value, dict):
        return not value.get("verdict")  # a note alone: the verdict is still owed
    return value is None or (isinstance(value, str) and not value.strip())


def question_fault(question: Question, value: Any) -> Fault | None:
    """What is wrong with a value while it is typed; None for one that can be read, and for none at all."""
    if value is None:
        return None
    options = [choice.id for choice in question.choices]
    code, wanted = _judge(question.kind, value, question.minimum, question.maximum, options)
    return Fault(field=question.field, code=code, wanted=wanted) if code else None


def _judge(
    kind: QuestionKind, value: Any, low: float | None, high: float | None, options: Collection[str]
) -> tuple[str, str]:
    if kind in ("number", "percentage"):
        hundred = kind == "percentage"
        return _judge_number(value, 0 if hundred and low is None else low, 100 if hundred and high is None else high)
    if kind == "choice":
        return ("", "") if str(value) in options else ("not_choice", ", ".join(options))
    if kind == "date":
        return _judge_day(value)
    if kind == "clock":
        return ("", "") if isinstance(value, str) and _CLOCK.fullmatch(value) else ("not_clock", "09:30")
    return "", ""  # a verdict or a text is judged by the record's own rules


def _judge_number(value: Any, low: float | None, high: float | None) -> tuple[str, str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "not_number", ""
    if (low is None or value >= low) and (high is None or value <= high):
        return "", ""
    if high is None:
        return "out_of_range", f">= {low:g}"
    return "out_of_range", f"<= {high:g}" if low is None else f"{low:g}-{high:g}"


def _judge_day(value: Any) -> tuple[str, str]:
    try:
        exact = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        exact = False
    return ("", "") if exact else ("not_day", "2026-09-18")
