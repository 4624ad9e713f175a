"""From key presses and typed text to record fields, and back. Fields are plain dicts: a draft's, or a record's.

A value that cannot be read is kept as it was typed, so that nothing is lost and `checks` can name it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from supervisor_tui.forms.days import read_day
from supervisor_tui.forms.questions import Part, Question
from sync.model.templates import Item, Template, computed_figures
from sync.model.validation import VERDICTS, half_width, tidy_day, tidy_number
from sync.protocol.blobs import FIELD, named_in

VERDICT_KEYS = {"1": "met", "2": "partly", "3": "unmet", "0": "na"}


def verdict_of(question: Question, fields: Mapping[str, Any]) -> str:
    """The verdict given, empty while open."""
    value = fields.get(question.field)
    verdict = value.get("verdict") if isinstance(value, dict) else None
    return verdict if verdict in VERDICTS else ""


def note_of(question: Question, fields: Mapping[str, Any]) -> str:
    """The note beside a verdict."""
    value = fields.get(question.field)
    note = value.get("note") if isinstance(value, dict) else None
    return note if isinstance(note, str) else ""


def give_verdict(question: Question, fields: dict[str, Any], verdict: str) -> None:
    """Set the verdict, keeping the note; an empty verdict opens the question again."""
    _keep_answer(question, fields, verdict, note_of(question, fields))


def give_note(question: Question, fields: dict[str, Any], note: str) -> None:
    """Set the note, keeping the verdict; blank text takes the note away."""
    _keep_answer(question, fields, verdict_of(question, fields), note)


def _keep_answer(question: Question, fields: dict[str, Any], verdict: str, note: str) -> None:
    if not verdict and not note.strip():
        fields.pop(question.field, None)
        return
    fields[question.field] = {"verdict": verdict} | ({"note": note} if note.strip() else {})


def choose(question: Question, fields: dict[str, Any], digit: str) -> bool:
    """Answer by one digit, half- or full-width; False if the digit means nothing for this question."""
    digit = half_width(digit)
    if question.kind == "verdict" and digit in VERDICT_KEYS:
        give_verdict(question, fields, VERDICT_KEYS[digit])
        return True
    if question.kind == "flag" and digit in ("1", "0"):
        fields[question.field] = digit == "1"
        return True
    if question.kind == "choice" and digit.isdecimal() and 1 <= int(digit) <= min(9, len(question.choices)):
        fields[question.field] = question.choices[int(digit) - 1].id
        return True
    return False


def step_on(question: Question, fields: dict[str, Any]) -> bool:
    """The next of the possible answers, open again after the last (what a click does); False if there are none."""
    options = _possible(question)
    if not options:
        return False
    now = verdict_of(question, fields) if question.kind == "verdict" else fields.get(question.field)
    following = options.index(now) + 1 if now in options else 0
    new = options[following] if following < len(options) else None
    if question.kind == "verdict":
        give_verdict(question, fields, new or "")
    elif new is None:
        fields.pop(question.field, None)
    else:
        fields[question.field] = new
    return True


def _possible(question: Question) -> list[Any]:
    if question.kind == "verdict":
        return list(VERDICT_KEYS.values())
    if question.kind == "found":
        return []
    return [True, False] if question.kind == "flag" else [choice.id for choice in question.choices]


def typed_text(question: Question, fields: Mapping[str, Any]) -> str:
    """What an editor for this question starts with: its note, or its value as text."""
    if question.kind == "verdict":
        return note_of(question, fields)
    value = fields.get(question.field)
    if isinstance(value, bool) or value is None:
        return ""
    return number_text(value) if isinstance(value, int | float) else str(value)


def give_text(question: Question, fields: dict[str, Any], text: str, today: date) -> None:
    """Take over what was typed for this question; blank text takes the answer away."""
    if question.kind == "verdict":
        give_note(question, fields, text)
    elif not text.strip():
        fields.pop(question.field, None)
    else:
        fields[question.field] = read_typed(question, text, today)


def read_typed(question: Question, text: str, today: date) -> Any:
    """The value meant by typed text: a number, a day, a time; unreadable text as it is."""
    if question.kind in ("number", "percentage"):
        return tidy_number(half_width(text).strip().removesuffix("%").strip())
    if question.kind == "date":
        return read_day(text, today, question.lean)
    if question.kind == "clock":
        return _clock(text)
    if question.kind in ("line", "text"):
        return " ".join(unicodedata.normalize("NFC", text).split()) if question.kind == "line" else text
    return text


def _clock(text: str) -> str:
    plain = half_width(text).strip()
    for sign in ("时", "点", ".", "："):
        plain = plain.replace(sign, ":")
    plain = plain.removesuffix("分").removesuffix(":")
    hours, colon, minutes = plain.partition(":")
    if not colon and len(plain) == 4:
        hours, minutes = plain[:2], plain[2:]
    if hours.isdecimal() and (minutes or "0").isdecimal():
        return f"{int(hours):02}:{int(minutes or 0):02}"
    return text.strip()


def number_text(value: float) -> str:
    """A number as people write it: no `.0` at the end."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def tidy_figures(template: Template, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with the template's figures read by their kind (a number from full-width digits, a day from 9月18日).

    Computed ones that are not there are filled in.
    """
    tidy = dict(fields)
    for item in (item for section in template.sections for item in section.items):
        value = tidy.get(item.field)
        if item.kind != "verdict" and isinstance(value, str):
            tidy[item.field] = _tidy_figure(item, value)
    for field, figure in computed_figures(template, tidy).items():
        if tidy.get(field) is None and figure is not None:
            tidy[field] = figure
    return tidy


def compute(template: Template, fields: dict[str, Any]) -> list[str]:
    """Bring the computed figures in line with what they follow from; the fields that changed."""
    changed = []
    for field, figure in computed_figures(template, fields).items():
        if fields.get(field) != figure:
            changed.append(field)
            fields[field] = figure
            if figure is None:
                del fields[field]
    return changed


def files_kept(fields: Mapping[str, Any], parts: list[Part]) -> dict[str, Any]:
    """Fields whose files are for items that are asked; a file for any other is kept as one that no item asked for."""
    asked = {question.item for part in parts for question in part.questions}
    kept = dict(fields)
    for name, said in named_in(fields):
        if said.get("item") and str(said["item"]) not in asked:
            kept[FIELD + name] = {key: value for key, value in said.items() if key != "item"}
    return kept


def _tidy_figure(item: Item, value: str) -> Any:
    text = unicodedata.normalize("NFC", value).strip()
    if item.kind in ("number", "percentage"):
        return tidy_number(half_width(text).removesuffix("%").strip())
    return tidy_day(text) if item.kind == "date" else text
