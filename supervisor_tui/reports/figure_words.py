"""Figures in words: what a line and a column of them are called."""

from __future__ import annotations

from supervisor_tui.campaign_words import category_words, stage_words
from supervisor_tui.locale import t
from supervisor_tui.reports.figures import BriefFigures, Figures, Line, brief_figures
from supervisor_tui.rules.gaps import gaps
from supervisor_tui.rules.reading import needs
from sync.replica import Replica, query
from sync.replica.answering import answering
from sync.replica.period import Progress, period


def figures_of(
    replica: Replica, since: str, until: str, progress: Progress = lambda _done, _total: None
) -> BriefFigures:
    """The figures of a period for everything in scope: groups as the scope lists them, stages as the campaign does."""
    groups = list(replica.scope.groups) if replica.scope is not None else []
    working = query.campaign(replica)
    return brief_figures(
        period(replica, since, until, progress),
        groups=groups,
        stages=[row.stage for row in working.stages] or query.stages(replica),
        lacking={gap.unit.unit: gap.lacks for gap in gaps(answering(replica), needs(replica))},
    )


def table_words(table: Figures) -> str:
    """What a table of figures is called."""
    return t(f"report.table_{table.name}")


def line_words(replica: Replica, line: Line) -> str:
    """What a line counts."""
    if line.of == "group":
        return query.group_name(replica, line.name) if line.name else t("report.no_group")
    if line.of == "category":
        return category_words(line.name)
    if line.of == "stage":
        return stage_words(line.name) if line.name else t("report.no_stage")
    return t(f"report.line_{line.name}")


def column_words(table: Figures, place: int) -> str:
    """What a column counts; empty for the only one."""
    return t(f"report.column_{table.columns[place]}") if table.columns else ""
