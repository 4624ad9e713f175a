"""The brief that goes up to the office: a period's figures, good practice and gaps, each number with its records."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from supervisor_tui.labels.campaigns import category_words, stage_words
from supervisor_tui.labels.fields import author_words
from supervisor_tui.labels.follow_ups import status_words
from supervisor_tui.locale import language, t
from supervisor_tui.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Count,
    Document,
    Heading,
    Paragraph,
    Reference,
    References,
    Table,
)
from supervisor_tui.reports.figure_parts import Figure, Figures, Line
from supervisor_tui.reports.figure_tables import FigureLine, figure_blocks
from supervisor_tui.reports.figure_words import column_words, figures_of, line_words, table_words
from supervisor_tui.reports.figures import BriefFigures
from supervisor_tui.reports.number_figures import BALLOTS, MEASURES
from supervisor_tui.reports.wording import code_column, column, last_sync
from sync.ledger.ids import check_code
from sync.replica import Replica, query
from sync.replica.as_of.report_period import Period, PeriodFollowUp, PeriodRecord, Progress

_KINDS = ("inspection", "liaison_note")


def brief(
    replica: Replica, campaign: str, since: str, until: str, progress: Progress = lambda _done, _total: None
) -> Document:
    """The brief of a period of a campaign, or of all of them, for everything in scope; `progress` as in `period`."""
    figures = figures_of(replica, query.campaign_named(replica, campaign), since, until, progress)
    return Document(
        title=t("report.brief", since=since, until=until),
        day=until,
        language=language(),
        blocks=_Brief(replica, figures).blocks(),
    )


class _Brief:
    """A brief being written in the language spoken now."""

    def __init__(self, replica: Replica, figures: BriefFigures) -> None:
        self.replica = replica
        self.figures = figures
        self.period: Period = figures.period
        self.names = {unit.unit: unit.name for unit in self.period.units}
        self.people = _Remembered(lambda person: author_words(replica, person))
        self.codes = _Remembered(check_code)

    def blocks(self) -> list[Block]:
        """Heading, figures, what is worth spreading, then the records."""
        identity = self.replica.joined()
        made: list[Block] = [
            Paragraph(t("report.scope", district=identity.district_name, units=len(self.period.units))),
            Paragraph(t("report.last_sync", at=last_sync(self.replica)), quiet=True),
            Paragraph(t("report.how_to_read"), quiet=True),
        ]
        for table in self.figures.tables:
            made += self._figures(table)
        return [*made, *self._annex()]

    # --- figures -----------------------------------------------------------------------------------------------------

    def _figures(self, table: Figures) -> list[Block]:
        lines = [
            FigureLine(line.ref, line_words(self.replica, line), [*map(_count, line.figures)]) for line in table.lines
        ]
        made = figure_blocks(table.name, table_words(table), table.columns, lines)
        if table.name == "good_practice":
            made += self._quotes()
        if table.name == "corrected":
            made += self._corrected()
        return made

    def _quotes(self) -> list[Block]:
        rows = [
            (Code(self.codes[row.record]), row.day, self.names.get(row.unit, row.unit), row.good_practice)
            for row in self.period.records
            if row.good_practice and row.record in self.figures.counted_in
        ]
        columns = [code_column(), column("day", 11), column("unit", 30), column("good_practice", 60)]
        return [Table(t("report.good_practice"), columns, rows, sheet=t("report.good_practice"))] if rows else []

    def _corrected(self) -> list[Block]:
        rows = [
            (
                Code(self.codes[row.record]),
                row.day,
                t(f"kind.{row.kind}"),
                self.names.get(row.unit) or query.unit_name(self.replica, row.unit),
                row.title,
                row.on,
                t("history.withdrawn") if row.withdrawn else "",
            )
            for row in self.period.corrected
        ]
        columns = [
            *(code_column(), column("day", 11), column("kind", 12), column("unit", 30), column("content", 40)),
            Column(t("report.corrected_on"), width=11),
            Column(t("report.line_taken_back"), width=10),
        ]
        return [Table(t("report.table_corrected"), columns, rows, sheet=t("report.table_corrected"))] if rows else []

    # --- records -----------------------------------------------------------------------------------------------------

    def _annex(self) -> list[Block]:
        references = [
            Reference(
                figure.ref,
                self._figure_words(table, line, place),
                figure.records,
                self.codes.__getitem__,
                figure.amount,
            )
            for table in self.figures.tables
            for line in table.lines
            for place, figure in enumerate(line.figures)
        ]
        lists = [self._units(), *(self._records(kind) for kind in _KINDS)]
        lists += [self._counts(), self._surveys(), self._follow_ups()]
        return [
            Heading(t("report.annex")),
            Paragraph(t("report.annex_explained"), quiet=True),
            References(t("report.annex_numbers"), references),
            *(table for table in lists if table.rows),
        ]

    def _figure_words(self, table: Figures, line: Line, place: int) -> str:
        words = (table_words(table), line_words(self.replica, line), column_words(table, place))
        return " · ".join(filter(None, words))

    def _units(self) -> Table:
        columns = [code_column(), column("unit", 34), column("category", 18), column("group", 16), _counted_in()]
        rows = [
            (
                Code(self.codes[unit.unit]),
                unit.name,
                category_words(unit.category),
                query.group_name(self.replica, unit.group),
                self._counted(unit.unit),
            )
            for unit in self.period.units
            if unit.unit in self.figures.counted_in
        ]
        return Table(t("report.list_units"), columns, rows, sheet=t("report.list_units"))

    def _records(self, kind: str) -> Table:
        columns = [
            code_column(),
            column("day", 11),
            column("unit", 34),
            column("stage", 12),
            column("title", 50),
            column("by", 12),
            _counted_in(),
        ]
        rows = [self._record(row) for row in self.period.records if row.kind == kind]
        counted = [row for row, found in rows if found]
        return Table(t(f"kind.{kind}"), columns, counted, sheet=t(f"kind.{kind}"))

    def _counts(self) -> Table:
        """Every count that a number adds, of before the period too."""
        columns = [code_column(), column("day", 11), column("unit", 34)]
        columns += [Column(t(f"field.count.{name}"), "number", 9) for name in MEASURES]
        rows: list[tuple[Cell, ...]] = [
            (
                Code(self.codes[row.record]),
                row.day,
                self.names.get(row.unit, row.unit),
                *(row.values.get(name, "") for name in MEASURES),
                self._counted(row.record),
            )
            for row in self.period.numbers.counts
            if row.record in self.figures.counted_in
        ]
        return Table(t("kind.count"), [*columns, _counted_in()], rows, sheet=t("kind.count"))

    def _surveys(self) -> Table:
        columns = [code_column(), column("day", 11), column("unit", 34)]
        columns += [Column(t(f"report.column_{name}"), "number", 9) for name in BALLOTS]
        rows: list[tuple[Cell, ...]] = [
            (
                Code(self.codes[row.record]),
                row.day,
                self.names.get(row.unit, row.unit),
                *(getattr(row, name) for name in BALLOTS),
                self._counted(row.record),
            )
            for row in self.period.numbers.surveys
            if row.record in self.figures.counted_in
        ]
        return Table(t("kind.survey"), [*columns, _counted_in()], rows, sheet=t("kind.survey"))

    def _record(self, row: PeriodRecord) -> tuple[tuple[Cell, ...], bool]:
        counted = self._counted(row.record)
        cells = (
            Code(self.codes[row.record]),
            row.day,
            self.names.get(row.unit, row.unit),
            stage_words(row.stage) if row.stage else "",
            row.title,
            self.people[row.by],
            counted,
        )
        return cells, bool(counted)

    def _follow_ups(self) -> Table:
        columns = [
            code_column(),
            column("nature", 10),
            column("title", 40),
            column("unit", 34),
            column("opened_on", 11),
            column("due_on", 11),
            column("status", 12),
            column("settled_on", 11),
            _counted_in(),
        ]
        natures = _Remembered(lambda nature: t(f"nature.{nature}"))
        statuses = lru_cache(maxsize=64)(status_words)

        def cells(row: PeriodFollowUp) -> tuple[Cell, ...]:
            return (
                Code(self.codes[row.record]),
                natures[row.nature],
                row.title,
                self.names.get(row.unit, row.unit),
                row.opened_on,
                row.due_on,
                statuses(row.nature, row.status),
                row.settled_on,
                self._counted(row.record),
            )

        rows = [cells(row) for row in self.period.follow_ups if row.record in self.figures.counted_in]
        return Table(t("kind.follow_up"), columns, rows, sheet=t("kind.follow_up"))

    def _counted(self, record: str) -> str:
        return " ".join(self.figures.counted_in.get(record, ()))


class _Remembered(dict[str, str]):
    """Words found once for each name."""

    def __init__(self, words: Callable[[str], str]) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, name: str) -> str:
        self[name] = self._words(name)
        return self[name]


def _count(figure: Figure) -> Count:
    return Count(figure.value, figure.ref)


def _counted_in() -> Column:
    return Column(t("report.counted_in"), width=24)
