"""What reports say in the same way: columns by their name, shares, and a record's fields as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fields import field_words, in_order, item_titles, item_values, value_words
from supervisor_tui.locale import t
from supervisor_tui.reports.document import Code, Column
from sync.ledger.ids import check_code
from sync.model.fields import VERDICTS
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


def last_sync(replica: Replica) -> str:
    """When this laptop last exchanged, to the minute, by the clocks of the district."""
    at = replica.setting("last_sync")
    return local(replica, at) if at else "-"


def record_lines(replica: Replica, kind: str, fields: Mapping[str, Any], leave_out: frozenset[str]) -> list[str]:
    """A record's fields in words, one a line, in the order of its kind; then the answers, one line a verdict."""
    titles, figures = item_titles(replica, fields), item_values(replica, fields)
    plain, answers = in_order(kind, fields, titles)
    lines = [
        f"{titles.get(name) or field_words(kind, name)}: {figures.get(name) or value_words(replica, name, value)}"
        for name, value in plain
        if name not in leave_out
    ]
    return [*lines, *_verdicts(titles, answers)]


def _verdicts(titles: Mapping[str, str], answers: Sequence[tuple[str, Any]]) -> list[str]:
    """What was found unmet first, then the rest, each item with its note."""
    found: dict[str, list[str]] = {name: [] for name in (*reversed(VERDICTS[:3]), *VERDICTS[3:])}
    for name, value in answers:
        given = value if isinstance(value, dict) else {}
        words, note = titles.get(name, name.partition(".")[2]), str(given.get("note") or "")
        found.setdefault(str(given.get("verdict", "")), []).append(f"{words} ({note})" if note else words)
    return [
        f"{t(f'verdict.{verdict}')} {len(items)}: {t('list.semicolon').join(items)}"
        for verdict, items in found.items()
        if items
    ]
