"""How a form stands in lines of cells: rows, their heights, and the spans each line is drawn from.

Pure arithmetic over text, used by the checklist: the widget only turns roles into colours. A line is at most the
given width in cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from supervisor_tui.forms.answers import note_of, number_text, verdict_of
from supervisor_tui.forms.questions import Part, Question, files_of, is_answered
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import cells, file_words, fit, harmless, one_line, wrap

MARK, VALUE, LAST = 2, 10, 12  # cells: the cursor's sign, the answer, the last visit's answer
LABEL = 30  # cells of a field's name at most
TEXT_LINES = 4  # of a note or a long text shown under its question


class Span(NamedTuple):
    """A run of text drawn in one role (a component class of the checklist)."""

    text: str
    role: str


class Row(msgspec.Struct, frozen=True):
    """One row: a part's heading, or a question of it. `label`: the cells of the names in its part."""

    part: Part
    question: Question | None = None
    first: bool = False
    label: int = 0


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What rows are drawn with: the answers, the last visit's answers (fields of that record), the width in cells.

    `followed`: fields of the questions that a follow-up was opened from.
    """

    fields: Mapping[str, Any]
    last: Mapping[str, Any]
    width: int
    followed: frozenset[str] = frozenset()

    @property
    def wording(self) -> int:
        """Cells left for a question's words."""
        return max(10, self.width - MARK - VALUE - 1 - (LAST if self.last else 0))

    @property
    def note(self) -> int:
        """Cells left for a note under its question."""
        return max(10, self.width - MARK - VALUE - 2)


def rows_of(parts: list[Part], opened: set[str]) -> list[Row]:
    """The rows of a form; of a folded part that is not in `opened` only its heading."""
    rows: list[Row] = []
    for part in parts:
        rows.append(Row(part, first=not rows))
        if not part.folded or part.id in opened:
            label = _label_cells(part)
            rows += [Row(part, question, label=label) for question in part.questions]
    return rows


def height(row: Row, page: Page) -> int:
    """How many lines a row takes."""
    if row.question is None:
        return 1 if row.first else 2
    if not row.question.item:
        return len(_field_text(row.question, page, row.label))
    below = _below(row.question, page.fields)
    return len(_wrapped(_words(row.question, page), page.wording)) + (_shown_lines(below, page.note) if below else 0)


def lines_of(row: Row, page: Page, *, opened: bool = False) -> list[list[Span]]:
    """The lines of a row, without the cursor's sign."""
    if row.question is None:
        heading = _heading(row.part, page, opened=opened)
        return [heading] if row.first else [[], heading]
    if row.question.item:
        return _item_lines(row.question, page)
    return _field_lines(row.question, page, row.label)


def _heading(part: Part, page: Page, *, opened: bool) -> list[Span]:
    sign = "" if not part.folded else "- " if opened else "+ "
    title = Span(sign + one_line(part.title), "checklist--heading")
    left = max(0, page.width - MARK - cells(title.text) - 2)
    if part.folded and not opened:
        return [title, Span("  " + fit(one_line(part.summary), left).rstrip(), "checklist--note")]
    answered = sum(1 for question in part.questions if is_answered(question, page.fields))
    count = f"{answered}/{len(part.questions)}"
    rule = "─" * max(0, left - len(count) - 1)
    return [title, Span(f" {rule} ", "checklist--rule"), Span(count, "checklist--note")]


def _label_cells(part: Part) -> int:
    return min(LABEL, max((cells(one_line(question.title)) for question in part.questions), default=0))


def _field_text(question: Question, page: Page, label: int) -> list[str]:
    if not is_answered(question, page.fields):
        if question.kind == "found":
            return [f"-- {question.hint}"]
        return ["--" if question.required else f"-- {t('form.optional')}"]
    width = max(10, page.width - MARK - label - 3)
    shown = _wrapped(harmless(value_text(question, page.fields)).strip(), width)
    return shown if len(shown) <= TEXT_LINES else [*shown[: TEXT_LINES - 1], f"{shown[TEXT_LINES - 1]} .."]


def _field_lines(question: Question, page: Page, label: int) -> list[list[Span]]:
    """A field of the record: its name, then its value."""
    answered = is_answered(question, page.fields)
    role = "checklist--value" if answered else "checklist--missing" if question.required else "checklist--last"
    title = Span(fit(one_line(question.title), label) + "  ", "checklist--note" if answered else "checklist--open")
    text = _field_text(question, page, label)
    return [
        [title, Span(text[0], role)],
        *([Span(" " * (label + 2) + line, role)] for line in text[1:]),
    ]


def _item_lines(question: Question, page: Page) -> list[list[Span]]:
    """An item of a checklist: its answer, its words, the last visit's answer, a note below."""
    words = _wrapped(_words(question, page), page.wording)
    value, role = value_shown(question, page.fields)
    wording = "checklist--answered" if role != "checklist--missing" else "checklist--open"
    first = [
        Span(fit(value, VALUE) + " ", role),
        Span(fit(words[0], page.wording) if page.last else words[0], wording),
    ]
    if page.last and (before := _last(question, page.last)):
        first.append(Span(fit(before, LAST, "right"), "checklist--last"))
    indent = " " * (VALUE + 1)
    lines = [first, *([Span(indent + line, wording)] for line in words[1:])]
    if below := _below(question, page.fields):
        shown = _wrapped(below, page.note)
        more = len(shown) > TEXT_LINES
        lines += [
            [Span(f"{indent} {line}" + (" .." if more and place == TEXT_LINES - 1 else ""), "checklist--note")]
            for place, line in enumerate(shown[:TEXT_LINES])
        ]
    return lines


def _shown_lines(text: str, width: int) -> int:
    return min(TEXT_LINES, len(_wrapped(text, width)))


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int) -> list[str]:
    if len(text) * 2 <= width and "\n" not in text:
        return [text]
    return wrap(text, width)


def _words(question: Question, page: Page) -> str:
    words = one_line(question.title)
    if question.gate:
        words += f" [{t('form.gate')}]"
    if question.field in page.followed:
        words += f" [{t('form.followed')}]"
    if question.computed:
        return f"{words} {t('form.computed')}"
    return words if question.required else f"{words} {t('form.optional')}"


def value_shown(question: Question, fields: Mapping[str, Any]) -> tuple[str, str]:
    """The answer as the value column shows it, and its role."""
    if not is_answered(question, fields):
        return "--", "checklist--missing" if question.required else "checklist--last"
    if question.kind == "verdict":
        verdict = verdict_of(question, fields)
        return (t(f"verdict.{verdict}"), f"checklist--{verdict}") if verdict else ("?", "checklist--unmet")
    if question.kind == "attachment" and (count := len(files_of(question.item, fields))):
        return t("form.files", count=count), "checklist--value"
    short = one_line(value_text(question, fields))
    if question.kind == "text" or cells(short) > VALUE:
        return t("form.filled"), "checklist--value"
    return short, "checklist--value"


def value_text(question: Question, fields: Mapping[str, Any]) -> str:
    """The answer in words, whole; of files their names and sizes, one a line."""
    value = fields.get(question.field)
    if question.kind == "attachment" and (files := files_of(question.item, fields)):
        return "\n".join(map(file_words, (said for _, said in files)))
    if question.kind == "verdict":
        verdict = verdict_of(question, fields)
        return t(f"verdict.{verdict}") if verdict else ""
    if isinstance(value, bool):
        return t("value.true" if value else "value.false")
    if question.kind in ("choice", "found"):
        return next((choice.title for choice in question.choices if choice.id == str(value)), str(value))
    if isinstance(value, int | float):
        return f"{number_text(value)} {question.unit}".rstrip()
    return "" if value is None else str(value)


def _below(question: Question, fields: Mapping[str, Any]) -> str:
    """The text shown under a question: a note, or a value too long for its column."""
    if question.kind == "verdict":
        return harmless(note_of(question, fields)).strip()
    if not is_answered(question, fields):
        return ""
    text = harmless(value_text(question, fields)).strip()
    return text if question.kind in ("text", "attachment") or cells(one_line(text)) > VALUE else ""


def _last(question: Question, last: Mapping[str, Any]) -> str:
    if not is_answered(question, last):
        return ""
    return one_line(f"{t('form.last')} {value_text(question, last)}")
