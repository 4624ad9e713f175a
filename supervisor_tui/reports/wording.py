"""What reports say in the same way: columns by their name, shares, and a record's fields as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.fields import field_words, in_order, item_titles, item_values, value_words
from supervisor_tui.locale import t
from supervisor_tui.reports.document import Code, Column
from sync.ids import check_code
from sync.replica import Replica


def column(name: str, width: int, kind: str = "text") -> Column:
    """A column called by `report.column_NAME`."""
    return Column(t(f"report.column_{name}"), kind, width)


def code_column() -> Column:
    """The column of check codes."""
    return Column(t("report.code"), "code", 12)


def code(record: str) -> Code:
    """A record's check code as a cell."""
    return Code(check_code(record))


def record_lines(replica: Replica, kind: str, fields: Mapping[str, Any], leave_out: frozenset[str]) -> list[str]:
    """A record's fields in words, one a line, in the order of its kind; then the answers, as the template asks."""
    titles, figures = item_titles(replica, fields), item_values(replica, fields)
    plain, answers = in_order(kind, fields, titles)
    return [
        f"{titles.get(name) or field_words(kind, name)}: {figures.get(name) or value_words(replica, name, value)}"
        for name, value in [*plain, *answers]
        if name not in leave_out
    ]
