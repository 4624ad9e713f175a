"""Issuing a brief: the figures of a period, with digests over the entries behind each, kept for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supervisor_tui.reports.figure_parts import Figures, Line
from supervisor_tui.reports.figure_words import figures_of, line_words
from sync.ledger.brief_contents import Behind, Breakdowns, Said, SaidLine, SaidTable, digest
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.report_period import Progress
from sync.replica.editing.edits import Refused, Written
from sync.replica.editing.issued import NewBrief, entries_behind, keep_in, must_be_ready
from sync.replica.queries.rows import CampaignView
from sync.system.uncollected import uncollected

_PARTED = tuple(
    f"{name}_by_{way}"
    for name in ("people", "study", "follow_ups", "passed", "training", "work", "satisfaction")
    for way in ("group", "category", "committee")
)
BREAKDOWNS = (  # the tables that ride along as the attachment
    *("by_group", "by_category", "by_committee", "by_stage", "by_class", "heard_by_group"),
    *("satisfaction_by_unit", *_PARTED),
)


def issue(
    replica: Replica, campaign: str, since: str, until: str, progress: Progress = lambda _done, _total: None
) -> Written:
    """Issue the brief of a period of a campaign, or of all of them; `progress` as in `period`.

    Raises `Refused`: `office_issues`, `unsent`, `not_all_here`, `not_begun`. The figures are counted before the file is
    locked, and once more inside if somebody has written meanwhile.
    """
    must_be_ready(replica)
    before = replica.state
    with uncollected():
        new = new_brief(replica, campaign, since, until, progress)
    with replica.transaction() as connection:
        if replica.state != before:
            new = new_brief(replica, campaign, since, until, progress)
        return keep_in(replica, connection, new)


def new_brief(
    replica: Replica, campaign: str, since: str, until: str, progress: Progress = lambda _done, _total: None
) -> NewBrief:
    """Return what a brief of a period would say now."""
    day = today(replica)
    if since > min(until, day):
        raise Refused("not_begun", "A brief is of days that have been.")
    view = query.campaign_named(replica, campaign)
    counted = figures_of(replica, view, since, until, progress)
    numbers = [(table.name, figure) for table in counted.tables for line in table.lines for figure in line.figures]
    entries = entries_behind(replica, {record for _, figure in numbers for record in figure.records})
    places = {record: place for place, record in enumerate(entries)}
    hashes = list(entries.values())
    figures: dict[str, list[int]] = {}
    digests: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for name, figure in numbers:
        figures[figure.ref] = found = [places[record] for record in figure.records]
        digests[name in BREAKDOWNS][figure.ref] = digest(hashes[place] for place in sorted(found))
    totals, breakdowns = _tables(replica, view, counted.tables)
    said = Said(tables=totals, campaign=view.title if view.id else {}, synced=replica.setting("last_sync") or "")
    last = counted.period.until
    return NewBrief(
        campaign=view.id,
        since=since,
        until=last,
        day=day,
        said=said,
        digests=digests[0],
        breakdowns=Breakdowns(tables=breakdowns, digests=digests[1]),
        behind=Behind(entries=list(entries.items()), figures=figures),
    )


def _tables(
    replica: Replica, campaign: CampaignView, tables: Sequence[Figures]
) -> tuple[list[SaidTable], list[SaidTable]]:
    """Return totals and breakdowns, the lines with what they are called now."""
    stages = {row.stage: row.title for row in campaign.stages}
    made: tuple[list[SaidTable], list[SaidTable]] = ([], [])
    for table in tables:
        lines = [
            SaidLine(
                ref=line.ref,
                of=line.of,
                name=line.name,
                values=[figure.value for figure in line.figures],
                called=_called(
                    replica, line, {"stage": stages, "category": campaign.categories, "class": campaign.classes}
                ),
            )
            for line in table.lines
        ]
        said = SaidTable(name=table.name, columns=list(table.columns), lines=lines)
        made[table.name in BREAKDOWNS].append(said)
    return made


def _called(replica: Replica, line: Line, titles: Mapping[str, Mapping[str, dict[str, str]]]) -> dict[str, str]:
    if line.of in ("group", "unit", "stage_of") and line.name:
        return {"": line_words(replica, line)}
    return dict(titles.get(line.of, {}).get(line.name, {}))


def ref_of(line: SaidLine, table: SaidTable, place: int) -> str:
    """Return what names a figure of an issued brief on paper."""
    return f"{line.ref}{chr(ord('a') + place)}" if table.columns else line.ref


def in_order(said: Said, breakdowns: Breakdowns | None) -> list[SaidTable]:
    """Return the tables of an issued brief in their order: totals, and breakdowns where they are here."""
    tables = [*said.tables, *(breakdowns.tables if breakdowns is not None else ())]
    return sorted(tables, key=_place)


def _place(table: SaidTable) -> tuple[bool, int]:
    """Where a table stood, by the references of its lines; one without any comes last."""
    first = table.lines[0].ref.partition(".")[0] if table.lines else ""
    return not table.lines, int(first) if first.isascii() and first.isdecimal() else 0
