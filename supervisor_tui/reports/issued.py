"""An issued brief on paper: number, date, and the figures it said; of records the codes, and no contents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from supervisor_tui.labels.dates import local
from supervisor_tui.locale import language, t
from supervisor_tui.reports.document import Block, Count, Document, Heading, Paragraph, Reference, References
from supervisor_tui.reports.figure_tables import FigureLine, figure_blocks
from supervisor_tui.reports.issued_words import (
    author_line,
    campaign_words,
    said_columns,
    said_line,
    said_title,
    standing_words,
    title_words,
)
from supervisor_tui.reports.issuing import in_order, ref_of
from sync.ledger.brief_contents import Behind, SaidLine, SaidTable
from sync.ledger.ids import check_code
from sync.replica import Replica
from sync.replica.editing.issued import Issued, behind, breakdowns, issued_brief


class NoSuchBrief(LookupError):
    """There is no issued brief of this record here."""


def issued_document(replica: Replica, record: str) -> Document:
    """Return an issued brief as it was; raises `NoSuchBrief`. Where its list is not here it has totals alone."""
    if (issued := issued_brief(replica, record)) is None:
        raise NoSuchBrief
    tables = in_order(issued.said, parts := breakdowns(replica, issued))
    blocks = [*_head(replica, issued), *_figures(tables)]
    if parts is None or (known := behind(replica, issued)) is None:
        blocks.append(Paragraph(t("issued.totals_alone"), quiet=True))
    else:
        blocks += _annex(tables, known)
    title = title_words(issued)
    return Document(title=title, day=issued.day, language=language(), blocks=blocks, mark=title)


def _head(replica: Replica, issued: Issued) -> list[Block]:
    period = t("issued.period", since=issued.since, until=issued.until, campaign=campaign_words(replica, issued))
    made: list[Block] = [Paragraph(author_line(replica, issued)), Paragraph(period)]
    made += [Paragraph(words) for words in standing_words(issued)]
    if issued.said.synced:
        made.append(Paragraph(t("issued.synced", at=local(replica, issued.said.synced)), quiet=True))
    return [*made, Paragraph(t("issued.how_to_read"), quiet=True)]


def _figures(tables: Sequence[SaidTable]) -> list[Block]:
    made: list[Block] = []
    for table in tables:
        lines = [FigureLine(line.ref, said_line(line), _numbers(line, table)) for line in table.lines]
        made += figure_blocks(table.name, said_title(table), table.columns, lines)
    return made


def _numbers(line: SaidLine, table: SaidTable) -> list[Count]:
    return [Count(value, ref_of(line, table, place)) for place, value in enumerate(line.values)]


def _annex(tables: Sequence[SaidTable], known: Behind) -> list[Block]:
    code_of = lru_cache(maxsize=None)(check_code)
    references = [
        Reference(ref, words, known.records(ref), code_of, total)
        for table in tables
        for line in table.lines
        for (ref, words), total in zip(_named(table, line), line.values, strict=True)
    ]
    return [Heading(t("report.annex")), References(t("report.annex_numbers"), references)]


def _named(table: SaidTable, line: SaidLine) -> Sequence[tuple[str, str]]:
    first = (said_title(table), said_line(line))
    return [
        (ref_of(line, table, place), " · ".join(filter(None, (*first, column))))
        for place, column in enumerate(said_columns(table))
    ]
