"""The program's figures beside the oracle's: what differs, by the refs that the brief prints."""

from __future__ import annotations

from datetime import date

import msgspec

from supervisor_tui.reports.entries import as_json
from supervisor_tui.reports.figure_words import figures_of
from supervisor_tui.rules.gates import SATISFIED, standing
from supervisor_tui.rules.periods import usual_periods
from supervisor_tui.rules.reading import standings
from sync.model.days import plus
from sync.model.templates import Item, Wording
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.planning import at_gate as program_at_gate
from sync.replica.as_of.planning import unit_facts
from sync.replica.queries.follow_ups import SHOWN, Wanted, follow_ups
from tests.oracle.district import District
from tests.oracle.entries import END, read_entries
from tests.oracle.figures import Figures, Name
from tests.oracle.gates import AtGate, at_gate, make_ups, place
from tests.oracle.lives import ITEMS
from tests.oracle.register import Row, is_shown, register
from tests.oracle.stages import Stand, stages

_ASKED = {item: Item(id=item.removeprefix("answer."), title=Wording(zh=item, en=item)) for item in ITEMS[:2]}


def told_by(replica: Replica) -> District:
    """Return the district as the oracle reads it from what this laptop exports."""
    return District(read_entries(as_json(replica)))


def program_figures(replica: Replica, campaign: str, since: str, until: str) -> dict[Name, tuple[str, int, list[str]]]:
    """Return by figure its ref, its value and the records behind it, of figures above zero."""
    found = figures_of(replica, query.campaign_named(replica, campaign), since, until)
    return {
        (table.name, line.name, table.columns[place] if table.columns else ""): (
            figure.ref,
            figure.value,
            sorted(figure.records),
        )
        for table in found.tables
        for line in table.lines
        for place, figure in enumerate(line.figures)
        if figure.value
    }


def differing(replica: Replica, told: District, campaign: str, since: str, until: str) -> list[str]:
    """Return the figures of which the two say different things, in words."""
    mine = program_figures(replica, campaign, since, until)
    found_by_oracle = Figures(told, campaign, since, until, today(replica))
    others = {name: (len(records), records) for name, records in found_by_oracle.counted.items()}
    others |= found_by_oracle.told
    found = []
    for name in sorted({*mine, *others}):
        ref, value, records = mine.get(name, ("-", 0, []))
        amount, behind = others.get(name, (0, []))
        expected = sorted(behind)
        if records != expected or value != amount:
            where = f"{campaign or 'all'} {since}..{until} {ref} {' / '.join(name)}"
            only = f"only the brief: {[r for r in records if r not in expected]}"
            found.append(f"{where}: {value} for {amount}; {only}, missing: {_missing(expected, records)}")
    return found


def _missing(expected: list[str], records: list[str]) -> list[str]:
    return [record for record in expected if record not in records]


def differing_gates(replica: Replica, told: District, campaign: str, stage: str) -> list[str]:
    """Return the units that stand elsewhere at the gate of a stage than the oracle says."""
    mine = {
        unit.unit: (
            standing(_ASKED, unit).place,
            AtGate(
                unit.unit,
                unit.visited,
                {item: verdict for item, verdict in unit.verdicts.items() if item in ITEMS},
                unit.decision,
                unit.decided_on,
                unit.satisfied,
                unit.surveyed_on,
            ),
        )
        for unit in program_at_gate(replica, campaign, stage, lambda _: frozenset(ITEMS))
    }
    others = {unit.unit: (place(unit, list(_ASKED), SATISFIED), unit) for unit in at_gate(told, campaign, stage, ITEMS)}
    return [
        f"{campaign} {stage} {unit}: {mine.get(unit)} for {others.get(unit)}"
        for unit in sorted({*mine, *others})
        if mine.get(unit) != others.get(unit)
    ]


def differing_make_ups(replica: Replica, told: District) -> list[str]:
    """Return the units of which the two say different things of the make-up to be done next."""
    day = today(replica)
    units = [row[0] for row in replica.connection.execute("SELECT ledger FROM unit")]
    facts = unit_facts(replica, "", stage="", today=day, until=day, units=units)
    mine = {each.unit: (each.make_up_due, each.make_up_stage) for each in facts if each.make_up_due}
    others = make_ups(told)
    return [
        f"{unit}: {mine.get(unit)} for {others.get(unit)}"
        for unit in sorted({*mine, *others})
        if mine.get(unit) != others.get(unit)
    ]


def differing_register(replica: Replica, told: District, day: str = "") -> list[str]:
    """Return the rows of the register, and its lists, of which the two say different things; `day`: as of its end."""
    rows, as_of = register(told, day or END), day or today(replica)
    found: list[str] = []
    for shown in SHOWN:
        listing = follow_ups(replica, Wanted(shown=shown, day=day), today=today(replica))
        mine = [Row(*msgspec.structs.astuple(row)) for row in listing.rows(0, listing.count)]
        others = [row for row in rows if is_shown(told, row, shown, as_of)]
        if shown == "watch":
            others.sort(key=lambda row: (row.watch_until, row.record, row.unit))
        if mine != others:
            only, missing = (
                [row for row in one if row not in other] for one, other in ((mine, others), (others, mine))
            )
            found.append(f"{shown} as of {day}: {len(mine)} for {len(others)}; only {only[:2]}, missing {missing[:2]}")
    return found


def differing_stages(replica: Replica, told: District, campaign: str, stage: str, day: str = "") -> list[str]:
    """Return the units of which the two say different things at the gate of a stage; `day`: as of its end."""
    mine = {
        row.facts.unit: Stand(
            row.standing.place,
            row.standing.met,
            [item.id for item in row.standing.missing],
            row.standing.satisfied,
            row.facts.decided_on,
        )
        for row in standings(replica, query.campaign_named(replica, campaign), stage, day=day)
    }
    others = stages(told, campaign, stage, today(replica), day)
    return [
        f"{campaign} {stage} as of {day}: {unit}: {mine.get(unit)} for {others.get(unit)}"
        for unit in sorted({*mine, *others})
        if mine.get(unit) != others.get(unit)
    ]


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
