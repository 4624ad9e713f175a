"""Filters of the register by what stands in a column: which column, then one of the values found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from supervisor_tui.labels.filters import COLUMN_WORDS, value_shown
from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.choice import ChooseScreen
from sync.replica import Replica
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import FIELDS, Wanted, values_found

Answer = Callable[[dict[str, str]], None]  # takes the filter that changes


def ask_for_filter(below: Screen[Any], replica: Replica, wanted: Wanted, answer: Answer) -> None:
    """Ask for a column that has values among what `wanted` lets through, then for the value; Esc changes nothing."""
    day = today(replica)
    found = {field: values_found(replica, field, wanted, today=day) for field in FIELDS}
    columns = [(field, t(COLUMN_WORDS[field])) for field in FIELDS if found[field] or getattr(wanted, field)]
    if not columns:
        below.notify(t("register.by_none"))
        return

    def chosen(field: str | None) -> None:
        if field is not None:
            _ask_value(below, replica, field, found[field], answer)

    below.app.push_screen(ChooseScreen(t("register.ask_by"), columns), chosen)


def _ask_value(below: Screen[Any], replica: Replica, field: str, found: list[tuple[str, int]], answer: Answer) -> None:
    values = [
        (value, t("register.value", words=value_shown(replica, field, value), count=count)) for value, count in found
    ]

    def chosen(value: str | None) -> None:
        if value is not None:
            answer({field: value})

    question = t("register.ask_value", column=t(COLUMN_WORDS[field]))
    below.app.push_screen(ChooseScreen(question, [*values, ("", t("register.every"))]), chosen)
