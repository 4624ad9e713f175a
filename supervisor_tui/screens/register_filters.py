"""Filters of the register by what stands in a column: which column, then one of the values found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from supervisor_tui.campaign_words import class_words
from supervisor_tui.fields import value_words
from supervisor_tui.locale import has, t
from supervisor_tui.screens.choose import ChooseScreen
from supervisor_tui.text import one_line
from sync.replica import Replica, query
from sync.replica.calendar import today
from sync.replica.register import FIELDS, Wanted, values_found

_COLUMNS = {  # filter -> the words of its column
    "class_": "report.column_class",
    "lead": "report.column_lead_unit",
    "responsible": "report.column_responsible_unit",
    "post": "report.column_post",
    "reporter": "report.column_reported_by",
    "verifier": "report.column_verified_by",
    "moved": "report.column_moved_times",
    "source": "report.column_source",
}

Answer = Callable[[dict[str, str]], None]  # takes the filter that changes


def ask_for_filter(below: Screen[Any], replica: Replica, wanted: Wanted, answer: Answer) -> None:
    """Ask for a column that has values among what `wanted` lets through, then for the value; Esc changes nothing."""
    day = today(replica)
    found = {field: values_found(replica, field, wanted, today=day) for field in FIELDS}
    columns = [(field, t(_COLUMNS[field])) for field in FIELDS if found[field] or getattr(wanted, field)]
    if not columns:
        below.notify(t("register.by_none"))
        return

    def chosen(field: str | None) -> None:
        if field is not None:
            _ask_value(below, replica, field, found[field], answer)

    below.app.push_screen(ChooseScreen(t("register.ask_by"), columns), chosen)


def _ask_value(below: Screen[Any], replica: Replica, field: str, found: list[tuple[str, int]], answer: Answer) -> None:
    values = [
        (value, t("register.value", words=_value_words(replica, field, value), count=count)) for value, count in found
    ]

    def chosen(value: str | None) -> None:
        if value is not None:
            answer({field: value})

    question = t("register.ask_value", column=t(_COLUMNS[field]))
    below.app.push_screen(ChooseScreen(question, [*values, ("", t("register.every"))]), chosen)


def by_words(replica: Replica, field: str, value: str) -> str:
    """What a filter that is set lets through."""
    return t("register.by", column=t(_COLUMNS[field]), words=_value_words(replica, field, value))


def _value_words(replica: Replica, field: str, value: str) -> str:
    if field == "class_":
        return class_words(value)
    if field == "moved":
        return t("register.moved_least", count=value)
    if field in ("reporter", "verifier"):
        return one_line(query.person_name(replica, value))
    if field == "source":
        return t(f"kind.{value}") if has(f"kind.{value}") else one_line(value_words(replica, field, value))
    return one_line(value)
