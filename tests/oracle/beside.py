"""The program's figures beside the oracle's: what differs, by the refs that the brief prints."""

from __future__ import annotations

from datetime import date

from supervisor_tui.reports.entries import as_json
from supervisor_tui.reports.figure_words import figures_of
from supervisor_tui.rules.periods import usual_periods
from sync.days import plus
from sync.replica import Replica, query
from sync.replica.calendar import today
from tests.oracle.district import District
from tests.oracle.entries import read_entries
from tests.oracle.figures import Figures, Name


def told_by(replica: Replica) -> District:
    """Return the district as the oracle reads it from what this laptop exports."""
    return District(read_entries(as_json(replica)))


def program_figures(replica: Replica, campaign: str, since: str, until: str) -> dict[Name, tuple[str, list[str]]]:
    """Return by figure its ref and the records that it counts, of figures above zero."""
    found = figures_of(replica, query.campaign_named(replica, campaign), since, until)
    return {
        (table.name, line.name, table.columns[place] if table.columns else ""): (figure.ref, sorted(figure.records))
        for table in found.tables
        for line in table.lines
        for place, figure in enumerate(line.figures)
        if figure.value
    }


def differing(replica: Replica, told: District, campaign: str, since: str, until: str) -> list[str]:
    """Return the figures of which the two say different things, in words."""
    mine = program_figures(replica, campaign, since, until)
    others = Figures(told, campaign, since, until, today(replica)).counted
    found = []
    for name in sorted({*mine, *others}):
        ref, records = mine.get(name, ("-", []))
        expected = sorted(others.get(name, []))
        if records != expected:
            where = f"{campaign or 'all'} {since}..{until} {ref} {' / '.join(name)}"
            only = f"only the brief: {[r for r in records if r not in expected]}"
            found.append(f"{where}: {len(records)} for {len(expected)}; {only}, missing: {_missing(expected, records)}")
    return found


def _missing(expected: list[str], records: list[str]) -> list[str]:
    return [record for record in expected if record not in records]


def periods_of(replica: Replica, campaign: str) -> list[tuple[str, str]]:
    """Return periods to ask of a campaign: the usual ones, every month of it, its whole, one to come, one long ago."""
    day = today(replica)
    asked = query.campaign_named(replica, campaign)
    found = [(each.since, each.until) for each in usual_periods(asked, day)] if campaign else []
    first = asked.starts_on or plus(day, -400)
    month = date.fromisoformat(first).replace(day=1)
    while month.isoformat() <= plus(day, 31):
        following = (month.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
        found.append((month.isoformat(), plus(following.isoformat(), -1)))
        month = following
    found += [
        (first, plus(day, 400)),
        (plus(day, -9), plus(day, -3)),
        (plus(day, -3), plus(day, 30)),
        (plus(day, 10), plus(day, 20)),
        ("1999-01-01", "1999-12-31"),
    ]
    return sorted(set(found))
