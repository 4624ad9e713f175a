"""The register of follow-ups: how many of which nature stand where, then every one, overdue first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from supervisor_tui.labels.campaigns import class_words
from supervisor_tui.labels.dates import as_of_words, days_between
from supervisor_tui.labels.fields import value_words
from supervisor_tui.labels.filters import filter_words
from supervisor_tui.labels.follow_ups import status_words
from supervisor_tui.locale import language, t
from supervisor_tui.reports.document import Block, Cell, Chart, Column, Document, Heading, Paragraph, Series, Table
from supervisor_tui.reports.wording import code, code_column, column, last_sync
from sync.ledger.governance import HANDED_ON, VOID
from sync.model.validation import NATURES, STATUSES
from sync.replica import Replica, query
from sync.replica.as_of.report_period import Register, RegisterRow, register_rows
from sync.replica.editing.put_off import why_put_off
from sync.replica.queries.follow_ups import Wanted


def register(replica: Replica, wanted: Register, today: str) -> Document:
    """The register as of a day; `wanted` says which follow-ups stand in it."""
    rows = register_rows(replica, wanted, today)
    names = {unit: query.unit_name(replica, unit) for unit in {row.unit for row in rows}}
    title = t("report.register_of", unit=query.unit_name(replica, wanted.unit)) if wanted.unit else t("report.register")
    return Document(
        title=title,
        day=today,
        language=language(),
        blocks=[
            Paragraph(as_of_words(replica, wanted.campaign, today)),
            Paragraph(t("report.last_sync", at=last_sync(replica)), quiet=True),
            *_filters(replica, wanted.only),
            *_summary(rows, today),
            _list(replica, rows, names, today, wanted.day),
        ],
    )


def _filters(replica: Replica, only: Wanted | None) -> list[Block]:
    """Say which filters the register was made with."""
    words = [] if only is None else filter_words(replica, only)
    return [Paragraph(t("register.only", words=t("list.semicolon").join(words)))] if words else []


def _summary(rows: Sequence[RegisterRow], today: str) -> list[Block]:
    """Nature by status; every number counts the rows of the list that say so."""
    standing = Counter((row.nature, row.status) for row in rows)
    late = Counter(row.nature for row in rows if _days_late(row, today))
    statuses = [status for status in (*STATUSES, VOID, HANDED_ON) if any(key[1] == status for key in standing)]
    columns = [
        column("nature", 12),
        *(Column(t(f"status.{status}"), "number", 11) for status in statuses),
        Column(t("report.column_overdue_now"), "number", 11),
        Column(t("report.column_total"), "number", 11),
    ]
    table: list[Sequence[Cell]] = [
        (
            t(f"nature.{nature}"),
            *(standing[nature, status] for status in statuses),
            late[nature],
            sum(standing[nature, status] for status in statuses),
        )
        for nature in NATURES
    ]
    if not rows:
        return [Paragraph(t("register.none"))]
    series = [Series(t(f"status.{status}"), [standing[nature, status] for nature in NATURES]) for status in statuses]
    title = t("report.summary")
    chart = Chart(title, [t(f"nature.{nature}") for nature in NATURES], series[:3] if len(series) > 3 else series)
    return [Heading(title), Table("", columns, table), chart]


def _off_paper(column: Column) -> Column:
    """A column that a page on the side has no room for beside the usual ones of a register of problems."""
    return replace(column, on_paper=False)


def _list(replica: Replica, rows: Sequence[RegisterRow], names: dict[str, str], today: str, day: str) -> Table:
    columns = [
        code_column(),
        _off_paper(column("nature", 9)),
        column("title", 30),
        column("unit", 24),
        _off_paper(column("opened_on", 11)),
        column("due_on", 11),
        column("status", 11),
        column("days_late", 8, "number"),
        column("class", 14),
        _off_paper(column("source", 18)),
        _off_paper(column("lead_unit", 16)),
        column("responsible_unit", 16),
        column("post", 14),
        _off_paper(column("cause", 20)),
        column("measure", 26),
        column("first_due", 11),
        _off_paper(column("moved_times", 8, "number")),
        _off_paper(column("moved_why", 20)),
        _off_paper(column("progress", 26)),
        _off_paper(column("reported_by", 10)),
        _off_paper(column("verified_by", 10)),
        _off_paper(column("settled_on", 11)),
        column("came_of_it", 26),
        _off_paper(column("watched_until", 11)),
    ]
    table = [
        (
            code(row.record),
            t(f"nature.{row.nature}"),
            row.title,
            names[row.unit],
            row.opened_on,
            row.due_on,
            status_words(row.nature, row.status),
            _days_late(row, today),
            class_words(row.class_) if row.class_ else "",
            value_words(replica, "source", row.source) if row.source else "",
            row.lead_unit,
            row.responsible_unit,
            row.post,
            row.cause,
            row.measure,
            row.first_due,
            row.moved,
            why_put_off(replica, row.unit, row.record, day) if row.moved else "",
            "" if row.settled_on else row.progress,
            query.person_name(replica, row.reported_by) if row.reported_by else "",
            query.person_name(replica, row.verified_by) if row.verified_by else "",
            row.settled_on,
            row.progress if row.settled_on else "",
            row.watched_until,
        )
        for row in rows
    ]
    return Table(t("report.register_list"), columns, table, sheet=t("report.register_list"), whole=True)


def _days_late(row: RegisterRow, today: str) -> int | None:
    """How many days past its date an outstanding follow-up is; None if it is not."""
    late = days_between(row.due_on, today) if not row.settled_on else None
    return late if late is not None and late > 0 else None
