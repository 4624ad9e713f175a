"""Issued briefs in words: their number, what their tables and lines were called, and what has come in since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.labels.fields import author_words
from supervisor_tui.locale import has, language, t
from supervisor_tui.reports.figure_tables import column_words
from supervisor_tui.reports.since import STATES, Since
from supervisor_tui.terminal.text import one_line
from sync.ledger.brief_contents import SaidLine, SaidTable
from sync.replica import Replica, query
from sync.replica.editing.issued import Issued

# Lines of what belongs to none, and the family of words that each kind of line takes its words from.
_UNNAMED = {
    "group": "report.no_group",
    "unit": "report.no_committee",
    "class": "report.no_class",
    "category": "report.no_category",
}
_FAMILIES = {"measure": "field.count.", "class": "class.", "category": "category.", "stage": "stage."}


def number_words(issued: Issued) -> str:
    """Its number, as it stands on paper."""
    return t("issued.number", year=issued.year, number=issued.number)


def title_words(issued: Issued) -> str:
    """What it is called: with its number."""
    return t("issued.title", number=number_words(issued))


def campaign_words(replica: Replica, issued: Issued) -> str:
    """The campaign, as it was called when the brief was issued; in a list as it is called now."""
    if not issued.campaign:
        return t("brief.all_campaigns")
    called = _in_language(issued.said.campaign)
    found = query.campaign_named(replica, issued.campaign) if not called else None
    return called or (campaign_name(found) if found is not None and found.id else one_line(issued.campaign))


def author_line(replica: Replica, issued: Issued) -> str:
    """Who issued it, and on which day."""
    return t("issued.by", day=issued.day, by=one_line(author_words(replica, issued.by)))


def standing_words(issued: Issued) -> list[str]:
    """What is to be said beside its number: withdrawn, renumbered, not yet at the office, changes without effect."""
    said = [t("issued.withdrawn")] if issued.withdrawn else []
    if issued.number != issued.stated:
        said.append(t("issued.renumbered", stated=issued.stated))
    if not issued.is_settled:
        said.append(t("issued.not_settled"))
    if issued.flaws:
        said.append(t("issued.flaws", count=issued.flaws))
    return said


def said_title(table: SaidTable) -> str:
    """What a table of figures is called; one that only another version knows by its own name."""
    return t(key) if has(key := f"report.table_{table.name}") else one_line(table.name)


def said_line(line: SaidLine) -> str:
    """What a line counts: as it was called when the brief was issued."""
    if called := _in_language(line.called):
        return called
    if not line.name:
        return t(_UNNAMED.get(line.of, "report.no_stage"))
    key = f"{_FAMILIES.get(line.of, 'report.line_')}{line.name}"
    return t(key) if has(key) else one_line(line.name)


def said_columns(table: SaidTable) -> list[str]:
    """What each column counts; of the only one nothing is said."""
    return [one_line(column_words(column)) for column in table.columns] or [""]


def _in_language(called: dict[str, str]) -> str:
    other = "zh" if language() == "en" else "en"
    return one_line(called.get(language()) or called.get("") or called.get(other) or "")


def state_words(state: str) -> str:
    """What became of a record behind a figure."""
    return t(f"since.{state}") if state else ""


def moved_words(row: Since) -> str:
    """In which figures a record would count now, and in which it does no more."""
    said = [t("since.joined", refs=" ".join(row.joined))] if row.joined else []
    return "  ".join([*said, *([t("since.left", refs=" ".join(row.left))] if row.left else [])])


def counted_words(rows: Sequence[Since]) -> str:
    """How many records of each kind of news have come in since."""
    counted = Counter(row.state for row in rows)
    parts = [t("since.counted", state=state_words(state), count=counted[state]) for state in STATES if counted[state]]
    return _joined(parts) if parts else t("since.nothing")


def _joined(parts: Iterable[str]) -> str:
    return ("，" if language() == "zh" else ", ").join(parts)
