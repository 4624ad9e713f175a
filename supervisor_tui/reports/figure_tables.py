"""Tables of figures with their charts, as a brief has them on paper: counted now, or as they were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.locale import has, t
from supervisor_tui.reports.document import Block, Cell, Chart, Column, Count, Heading, Paragraph, Series, Table

_EXPLAINED = {name: name for name in ("by_group", "by_category", "by_committee", "follow_ups", "gaps", "corrected")}
_EXPLAINED |= dict.fromkeys(("study_by_group", "study_by_category", "study_by_committee"), "study")
_EXPLAINED |= {name: name for name in ("satisfaction", "baseline")} | {"heard_by_group": "heard"}
_SHARES = {  # the column that is a part of another one, and what the share is called
    ("visited", "units"): "share",
    ("passed", "units"): "share_passed",
    ("approving", "returned"): "share_approving",
    ("last_count", "district"): "share_district",
    ("reached", "expected"): "share_reached",
}
_CHARTED = {"follow_ups": ("found", "settled"), "by_stage": ("visited", "inspections")}


@dataclass(frozen=True)
class FigureLine:
    """A line of figures in words: its place, what it counts, and its numbers."""

    ref: str
    words: str
    numbers: Sequence[Count]


def figure_blocks(name: str, title: str, columns: Sequence[str], lines: Sequence[FigureLine]) -> list[Block]:
    """Return the table `name` of these columns: heading, numbers, explanation and chart; nothing without lines."""
    if not lines:
        return []
    head = [Column(t("report.ref"), width=6), Column(_of_words(name), width=30)]
    head += [Column(words, "number", 12) for words in _column_words(columns)]
    parts = next((pair for pair in _SHARES if {*pair} <= {*columns}), None)
    if parts is not None:
        head.append(Column(t(f"report.{_SHARES[parts]}"), "percent", 10))
    rows = [_row(line, columns, parts) for line in lines]
    made: list[Block] = [Heading(title), Table("", head, rows)]
    if name in _EXPLAINED:
        made.append(Paragraph(t(f"report.explain_{_EXPLAINED[name]}"), quiet=True))
    shown = _CHARTED.get(name, ("units", "visited"))
    if {*shown} <= {*columns}:
        made.append(_chart(title, columns, lines, shown))
    return made


def column_words(column: str) -> str:
    """What a column counts: one that is no word of the program's is a stage of the campaign's."""
    return t(key) if has(key := f"report.column_{column}") else stage_words(column)


def _of_words(name: str) -> str:
    return t(key) if has(key := f"report.of_{name}") else ""


def _column_words(columns: Sequence[str]) -> list[str]:
    if not columns:
        return [t("report.number")]
    return [f"{column_words(column)} ({chr(ord('a') + place)})" for place, column in enumerate(columns)]


def _row(line: FigureLine, columns: Sequence[str], parts: tuple[str, str] | None) -> list[Cell]:
    row: list[Cell] = [line.ref, line.words, *line.numbers]
    if parts is not None:
        by_name = {name: number.value for name, number in zip(columns, line.numbers, strict=True)}
        part, whole = (by_name[name] for name in parts)
        row.append(part / whole if whole else 0.0)
    return row


def _chart(title: str, columns: Sequence[str], lines: Sequence[FigureLine], shown: Sequence[str]) -> Chart:
    series = [Series(column_words(name), [line.numbers[columns.index(name)].value for line in lines]) for name in shown]
    return Chart(title, [line.words for line in lines], series)
