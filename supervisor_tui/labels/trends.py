"""Figures over time in words, for screen and command line alike."""

from __future__ import annotations

from supervisor_tui.locale import language, t
from supervisor_tui.rules.trends import Trend
from sync.model.templates import Wording


def trend_words(row: Trend) -> str:
    """What a row is about."""
    return row.title.in_(language()) if row.title else t(row.name)


def figure_text(figure: float, row: Trend) -> str:
    """A figure in as few signs as it needs; percentages say so."""
    text = f"{figure:.0f}" if figure.is_integer() or row.unit == "%" else f"{figure:.1f}"
    return text + (row.unit if row.unit == "%" else "")


def unit_text(unit: Wording | str) -> str:
    """A figure's unit in the language spoken."""
    return unit if isinstance(unit, str) else unit.in_(language())
