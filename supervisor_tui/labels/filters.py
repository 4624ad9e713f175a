"""The filters of the register in words: which column, and what it lets through. Knows no screen."""

from __future__ import annotations

from supervisor_tui.labels.campaigns import category_words, class_words
from supervisor_tui.labels.fields import value_words
from supervisor_tui.locale import has, t
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica, query
from sync.replica.queries.follow_ups import FIELDS, Wanted

COLUMN_WORDS = {  # filter -> the words of its column
    "class_": "report.column_class",
    "lead": "report.column_lead_unit",
    "responsible": "report.column_responsible_unit",
    "post": "report.column_post",
    "reporter": "report.column_reported_by",
    "verifier": "report.column_verified_by",
    "moved": "report.column_moved_times",
    "source": "report.column_source",
}


def filter_words(replica: Replica, wanted: Wanted) -> list[str]:
    """Every filter that is set, but for the unit, the campaign and the day."""
    found = [
        t(f"register.{wanted.shown}", count="").strip() if wanted.shown != "all" else "",
        t(f"nature.{wanted.nature}") if wanted.nature else "",
        t(f"status.{wanted.status}") if has(f"status.{wanted.status}") else wanted.status,
        category_words(wanted.category) if wanted.category else "",
        query.group_name(replica, wanted.group) if wanted.group else "",
        wanted.text.strip(),
    ]
    columns = (by_words(replica, each, getattr(wanted, each)) for each in FIELDS if getattr(wanted, each))
    return [*(one_line(words) for words in found if words), *columns]


def by_words(replica: Replica, field: str, value: str) -> str:
    """What a filter that is set lets through."""
    return t("register.by", column=t(COLUMN_WORDS[field]), words=value_shown(replica, field, value))


def value_shown(replica: Replica, field: str, value: str) -> str:
    """A value of a filter, as it is shown."""
    if field == "class_":
        return class_words(value)
    if field == "moved":
        return t("register.moved_least", count=value)
    if field in ("reporter", "verifier"):
        return one_line(query.person_name(replica, value))
    if field == "source":
        return t(f"kind.{value}") if has(f"kind.{value}") else one_line(value_words(replica, field, value))
    return one_line(value)
