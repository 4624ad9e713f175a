"""Figures in words: what a line and a column of them are called."""

from __future__ import annotations

from supervisor_tui.labels.campaigns import campaign_name, category_words, class_words, stage_words
from supervisor_tui.locale import t
from supervisor_tui.reports.figure_parts import Figures, Line
from supervisor_tui.reports.figure_tables import column_words as named_column
from supervisor_tui.reports.figures import BriefFigures, brief_figures
from supervisor_tui.reports.number_figures import Order
from supervisor_tui.rules.gaps import gaps
from supervisor_tui.rules.reading import needs
from sync.replica import Replica, query
from sync.replica.as_of.report_period import Progress, period
from sync.replica.queries.rows import CampaignView


def figures_of(
    replica: Replica, campaign: CampaignView, since: str, until: str, progress: Progress = lambda _done, _total: None
) -> BriefFigures:
    """The figures of a period of a campaign, or of all of them side by side for one without an id.

    Groups stand in the order in which the scope lists them, stages in the campaign's.
    """
    groups = list(replica.scope.groups) if replica.scope is not None else []
    asked = needs(campaign)
    found = period(
        replica, campaign.id, since, until, progress, stage=campaign.stages[0].stage if campaign.stages else ""
    )
    return brief_figures(
        found,
        order=Order(
            groups=groups,
            stages=[row.stage for row in campaign.stages] if campaign.id else _stages_of_all(replica),
            totals=campaign.totals,
        ),
        classes=query.classes(replica),
        lacking={gap.unit.unit: gap.lacks for gap in gaps((unit, asked) for unit in found.units)},
    )


def _stages_of_all(replica: Replica) -> list[str]:
    """The stages of all campaigns, the campaign that began last first."""
    return [f"{each.id} {row.stage}" for each in query.campaigns(replica) for row in each.stages]


def table_words(table: Figures) -> str:
    """What a table of figures is called."""
    return t(f"report.table_{table.name}")


def line_words(replica: Replica, line: Line) -> str:
    """What a line counts."""
    if line.of == "group":
        return query.group_name(replica, line.name) if line.name else t("report.no_group")
    if line.of == "unit":
        return query.unit_name(replica, line.name) if line.name else t("report.no_committee")
    if line.of == "class":
        return class_words(line.name) if line.name else t("report.no_class")
    if line.of == "measure":
        return t(f"field.count.{line.name}")
    if line.of == "category":
        return category_words(line.name) if line.name else t("report.no_category")
    if line.of == "stage_of":
        campaign, _, stage = line.name.partition(" ")
        named = campaign_name(query.campaign_named(replica, campaign)) if campaign else t("report.no_campaign")
        return f"{named}  {stage_words(stage) if stage else t('report.no_stage')}"
    if line.of == "stage":
        return stage_words(line.name) if line.name else t("report.no_stage")
    return t(f"report.line_{line.name}")


def column_words(table: Figures, place: int) -> str:
    """What a column counts; empty for the only one."""
    return named_column(table.columns[place]) if table.columns else ""
