"""A unit's figures over time as small charts: first and last figure with their days, and what has changed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import AS_OF, bindings
from supervisor_tui.labels.dates import short
from supervisor_tui.labels.trends import figure_text, trend_words
from supervisor_tui.locale import t
from supervisor_tui.rules.trends import Trend, trends
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.terminal.text import cells, fit, one_line
from supervisor_tui.widgets.bars import bars
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import Lines, TextPage
from sync.replica import query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.trends import over_time

_FIGURE, _DAY, _CHANGE, _GAP = 6, 10, 6, 2
_NAME = 16  # cells a name has at least
_CHARTS = (8, 32)  # the fewest and the most cells of a chart


class TrendsScreen(AskedOf):
    """The charts of one unit."""

    AUTO_FOCUS = "TextPage"
    BINDINGS: ClassVar[list[BindingType]] = bindings([AS_OF])

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def body(self) -> ComposeResult:
        """The page."""
        yield TextPage()

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("unit.file"), query.unit_name(self.replica, self.unit), t("trends.title"), self.asked_words())

    def read(self) -> None:
        """The unit's course."""
        found = trends(over_time(self.replica, self.unit, campaign=self.asked_campaign, day=self.asked_day))
        day = self.asked_day or today(self.replica)
        self.query_one(TextPage).show(lambda width: trends_page(found, width, day))


def trends_page(found: dict[str, list[Trend]], width: int, this_day: str) -> Lines:
    """Every section with its rows: what, the chart, first and last with their days, the change."""
    name, chart = _widths([row for rows in found.values() for row in rows], width)
    lines: Lines = []
    for section, rows in found.items():
        words = t(f"trends.{section}")
        if rows:
            lines += [[], _heading(words, name, chart), *(_row(row, name, chart, this_day) for row in rows)]
        else:
            lines += [[], [(fit(words, name + _GAP), "heading"), (t("trends.none"), "dim")]]
    return lines


def _widths(rows: list[Trend], width: int) -> tuple[int, int]:
    """The cells of the names and of the charts: what the longest need, the charts giving way last."""
    room = width - 2 * (_FIGURE + 1 + _DAY) - _CHANGE - 4 * _GAP
    chart = min(_CHARTS[1], max([_CHARTS[0], *(len(row.points) for row in rows)]), max(_CHARTS[0], room - _NAME))
    return min(max([_NAME, *(cells(trend_words(row)) for row in rows)]), room - chart), chart


def _heading(words: str, name: int, chart: int) -> list[Span]:
    dated = _FIGURE + 1 + _DAY
    return [
        (fit(words, name), "heading"),
        (" " * (chart + 2 * _GAP), ""),
        (fit(t("trends.first"), dated), "dim"),
        (" " * _GAP, ""),
        (fit(t("trends.last"), dated), "dim"),
        (" " * _GAP, ""),
        (fit(t("trends.change"), _CHANGE, "right"), "dim"),
    ]


def _row(row: Trend, name: int, chart: int, this_day: str) -> list[Span]:
    first, last = row.points[0], row.points[-1]
    spans: list[Span] = [
        (fit(one_line(trend_words(row)), name), "plain"),
        (" " * _GAP, ""),
        (fit(bars([figure for _, figure in row.points], chart) if len(row.points) > 1 else "", chart), "good"),
        (" " * _GAP, ""),
    ]
    for place, (day, figure) in enumerate((first, last)):
        spans.append((fit(figure_text(figure, row), _FIGURE, "right"), "plain"))
        spans.append((" " + fit(one_line(short(day, this_day)), _DAY) + " " * _GAP, "dim"))
        if place == 0 and len(row.points) == 1:
            return spans
    changed = f"{row.change:+.0f}" if round(row.change) else "="
    return [*spans, (fit(changed, _CHANGE, "right"), "accent" if round(row.change) else "dim")]
