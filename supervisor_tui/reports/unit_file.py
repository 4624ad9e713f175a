"""The file of one unit (一单位一档): its card, what was counted and judged over time, follow-ups, every record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supervisor_tui.labels.campaigns import category_words, stage_words, term_words
from supervisor_tui.labels.dates import as_of_words
from supervisor_tui.labels.fields import author_words, field_words, value_words
from supervisor_tui.labels.follow_ups import status_words
from supervisor_tui.locale import language, t
from supervisor_tui.reports.document import Block, Cell, Chart, Column, Document, Heading, Paragraph, Series, Table
from supervisor_tui.reports.succession import carried_blocks, sub_unit_blocks, succession_rows
from supervisor_tui.reports.wording import code, code_column, column, last_sync, record_lines
from sync.model.kinds import IMPORTED
from sync.model.surveys import satisfaction
from sync.model.validation import KINDS
from sync.replica import Replica, query
from sync.replica.editing.enrolling import terms
from sync.replica.queries.rows import HistoryRow, UnitCard
from sync.replica.queries.succession import once_called, succession
from sync.replica.query import count_verdicts

_COUNTS = KINDS["count"].together
_BALLOTS = KINDS["survey"].together
_IN_COLUMNS = frozenset({"visited_on", "noted_on", "counted_on", "held_on", "decided_on", "stage", "withdrawn"})
_CARD = ("parent", "batch", "address", "chain.first", "chain.deputy", "chain.contact_point", "chain.direct")
_FLAGS = ("chain.business", "weak.incomplete", "weak.head", "weak.subordination", "note")


def unit_file(
    replica: Replica,
    unit: str,
    today: str,
    since: str = "",
    until: str = "9999",
    *,
    campaign: str = "",
    day: str = "",
) -> Document:
    """The file of a unit in scope; its records are those dated from `since` to `until`, of a campaign or all of them.

    `day`: as it was at the end of that day; without one as it is today.
    """
    card = query.unit(replica, unit, today, campaign=campaign, day=day)
    if card is None:
        raise LookupError(unit)
    found = succession(replica, card, day)
    listing = query.history(replica, unit, campaign=campaign, day=day)
    rows = [row for row in listing.rows(0, listing.count) if since <= row.day <= until and row.kind != "unit"]
    return Document(
        title=t("report.unit_file", unit=card.name),
        day=day or min(until, today),
        language=language(),
        blocks=[
            Paragraph(as_of_words(replica, campaign, day or today)),
            *_card(replica, card, succession_rows(found, once_called(replica, unit)), day),
            *sub_unit_blocks(replica, card, today, day),
            *carried_blocks(found),
            *_over_time(replica, _standing(rows)),
            *_records(replica, rows),
        ],
    )


def _standing(rows: Sequence[HistoryRow]) -> list[HistoryRow]:
    """What counts, the oldest first: neither withdrawn nor kept apart."""
    return [row for row in reversed(rows) if not row.withdrawn and not row.apart]


def _card(replica: Replica, card: UnitCard, became: Sequence[Sequence[Cell]], day: str) -> list[Block]:
    rows: list[Sequence[Cell]] = [
        *became,
        (t("field.unit.category"), category_words(card.category)),
        (t("card.group"), card.group_name or t("card.none")),
        (t("card.liaison"), card.liaison_name or t("card.none")),
        *((t("card.takes_part"), term_words(replica, term)) for term in terms(replica, card.id, day)),
        *(
            (field_words("unit", name), value_words(replica, name, card.fields[name]))
            for name in (*_CARD, *_FLAGS)
            if card.fields.get(name) not in (None, "")
        ),
        (t("report.open_now"), str(card.open)),
        (t("report.overdue_now"), str(card.overdue)),
        (t("report.code"), code(card.id)),
    ]
    columns = [Column("", "label", 24), Column("", width=60)]
    return [Paragraph(t("report.last_sync", at=last_sync(replica)), quiet=True), Table(t("report.card"), columns, rows)]


# --- over time -------------------------------------------------------------------------------------------------------


def _over_time(replica: Replica, rows: list[HistoryRow]) -> list[Block]:
    by_kind: dict[str, list[HistoryRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    return [
        *_counts(by_kind.get("count", [])),
        *_visits(replica, by_kind.get("inspection", [])),
        *_surveys(by_kind.get("survey", [])),
        *_gates(by_kind.get("gate", [])),
        *_follow_ups(by_kind.get("follow_up", [])),
    ]


def _counts(rows: list[HistoryRow]) -> list[Block]:
    columns = [column("day", 11), *(Column(t(f"field.count.{name}"), "number", 9) for name in _COUNTS), code_column()]
    table = [(row.day, *(_number(row, name) for name in _COUNTS), code(row.record)) for row in rows]
    shown = ("members", "floating", "out_of_contact", "found_again")
    series = [Series(t(f"field.count.{name}"), [_number(row, name) or 0 for row in rows]) for name in shown]
    return _part(t("kind.count"), columns, table, [row.day for row in rows], series)


def _visits(replica: Replica, rows: list[HistoryRow]) -> list[Block]:
    columns = [
        column("day", 11),
        column("stage", 12),
        column("group", 14),
        *(Column(t(f"verdict.{name}"), "number", 9) for name in ("met", "partly", "unmet")),
        column("met_share", 9, "percent"),
        column("by", 12),
        code_column(),
    ]
    table: list[Sequence[Cell]] = []
    labels, shares = [], []
    for row in rows:
        met, partly, unmet = count_verdicts(row.fields)
        whole = met + partly + unmet
        share = met / whole if whole and row.fields.get("template") != IMPORTED else None
        group = query.group_name(replica, str(row.fields.get("group", "")))
        stage = stage_words(row.stage) if row.stage else ""
        table.append((row.day, stage, group, met, partly, unmet, share, _by(replica, row), code(row.record)))
        if share is not None:
            labels.append(row.day)
            shares.append(round(100 * share))
    return _part(t("kind.inspection"), columns, table, labels, [Series(t("report.met_percent"), shares)])


def _surveys(rows: list[HistoryRow]) -> list[Block]:
    columns = [
        column("day", 11),
        *(Column(t(f"field.survey.{name}"), "number", 10) for name in _BALLOTS),
        column("satisfied", 10, "percent"),
        code_column(),
    ]
    shares = [satisfaction(row.fields) for row in rows]
    table = [
        (row.day, *(_number(row, name) for name in _BALLOTS), None if share is None else share / 100, code(row.record))
        for row, share in zip(rows, shares, strict=True)
    ]
    judged = [(row.day, round(share)) for row, share in zip(rows, shares, strict=True) if share is not None]
    series = [Series(t("report.satisfied_percent"), [share for _, share in judged])]
    return _part(t("kind.survey"), columns, table, [day for day, _ in judged], series)


def _gates(rows: list[HistoryRow]) -> list[Block]:
    columns = [column("day", 11), column("stage", 12), column("decision", 10), column("why", 50), code_column()]
    table = [
        (
            row.day,
            stage_words(row.stage) if row.stage else "",
            t(f"decision.{row.fields.get('decision', 'pass')}"),
            str(row.fields.get("why", "")),
            code(row.record),
        )
        for row in rows
    ]
    return _part(t("kind.gate"), columns, table, [], [])


def _follow_ups(rows: list[HistoryRow]) -> list[Block]:
    columns = [
        column("nature", 9),
        column("title", 34),
        column("opened_on", 11),
        column("due_on", 11),
        column("status", 12),
        column("post", 14),
        code_column(),
    ]
    table = [
        (
            t(f"nature.{row.fields.get('nature', 'problem')}"),
            str(row.fields.get("title", "")),
            row.day,
            str(row.fields.get("due_on", "")),
            status_words(str(row.fields.get("nature", "problem")), str(row.fields.get("status", "open"))),
            str(row.fields.get("responsible_post", "")),
            code(row.record),
        )
        for row in rows
    ]
    return _part(t("kind.follow_up"), columns, table, [], [])


def _part(
    title: str, columns: list[Column], rows: Sequence[Sequence[Cell]], labels: list[str], series: list[Series]
) -> list[Block]:
    """A heading, a table, and a chart where there is a course to be seen; nothing without rows."""
    if not rows:
        return []
    made: list[Block] = [Heading(title), Table("", columns, rows)]
    if len(labels) > 1:
        made.append(Chart(title, labels, series, kind="line"))
    return made


# --- records ---------------------------------------------------------------------------------------------------------


def _records(replica: Replica, rows: list[HistoryRow]) -> list[Block]:
    columns = [
        column("day", 11),
        column("kind", 12),
        column("stage", 11),
        column("content", 64),
        column("by", 11),
        code_column(),
    ]
    table = [
        (
            row.day,
            t(f"kind.{row.kind}"),
            stage_words(row.stage) if row.stage else "",
            "\n".join([*_marks(row), *record_lines(replica, row.kind, row.fields, _IN_COLUMNS)]),
            _by(replica, row),
            code(row.record),
        )
        for row in rows
    ]
    title = t("report.all_records")
    if not table:
        return [Heading(title), Paragraph(t("history.none"))]
    return [Table(title, columns, table, sheet=title, whole=True)]


def _marks(row: HistoryRow) -> list[str]:
    """What a reader must know of a record before its fields."""
    marks = [
        (row.withdrawn, "history.withdrawn"),
        (bool(row.conflicts), "history.conflict"),
        (row.invalid, "history.invalid"),
        (row.apart, "state.apart"),
        (row.state == "pending", "state.pending"),
    ]
    said = [t(key) for holds, key in marks if holds]
    return [f"[{', '.join(said)}]"] if said else []


def _number(row: HistoryRow, name: str) -> int | None:
    value: Any = row.fields.get(name)
    return value if isinstance(value, int) else None


def _by(replica: Replica, row: HistoryRow) -> str:
    return author_words(replica, row.by)
