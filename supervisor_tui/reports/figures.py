"""The figures of the brief: every number is the set of records behind it. Pure; no words and no formatting.

A figure's value is how many records it lists, so that a number can never say something else than its records. Figures
stand in tables; `ref` names one on paper: `3.2b` is the second column of the second line of the third table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from supervisor_tui.reports.figure_parts import Figures, by_name, ids, ordered, singles, table_of
from supervisor_tui.reports.number_figures import Order, number_tables
from sync.ledger.governance import VOID
from sync.model.validation import NATURES
from sync.model.workflow import UNDER_WAY
from sync.replica.as_of.report_period import Period, PeriodFollowUp, PeriodRecord

GAPS = {  # the rules of `rules.gaps`, by the names of their lines
    "no_group": "group",
    "no_liaison": "liaison",
    "chain.contact_point": "contact_point",
    "chain.first": "first",
    "chain.deputy": "deputy",
    "chain.direct": "direct",
    "chain.business": "business",
    "no_repair": "repair",
    "mended": "mended",
    "no_baseline": "baseline",
}


class BriefFigures(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All of a brief: the period and its tables."""

    period: Period
    tables: list[Figures]

    @cached_property
    def counted_in(self) -> dict[str, list[str]]:
        """By record the refs of the figures that count it."""
        counted: defaultdict[str, list[str]] = defaultdict(list)
        for table in self.tables:
            for line in table.lines:
                for figure in line.figures:
                    ref = figure.ref
                    for record in figure.records:
                        counted[record].append(ref)
        return dict(counted)


def brief_figures(
    period: Period, *, order: Order, lacking: Mapping[str, Sequence[str]], classes: Sequence[str] = ()
) -> BriefFigures:
    """The figures of a period; `order` and `classes` give the order of lines, others found follow.

    `lacking`: by unit the rules of `rules.gaps` that say it lacks something, the same as on every other list of gaps.
    """
    facts = _Facts(period, lacking)
    makers: tuple[Callable[[str, _Facts], Figures], ...] = (
        _overview,
        lambda ref, facts: _coverage(ref, facts, "group", order.groups),
        lambda ref, facts: _coverage(ref, facts, "category", ()),
        lambda ref, facts: _by_stage(ref, facts, order.stages),
        _follow_ups,
        _good_practice,
        _gaps,
        _corrected,
        _by_committee,
        lambda ref, facts: _by_class(ref, facts, classes),
        lambda ref, facts: _outcomes_by(ref, facts, "group", order.groups),
        lambda ref, facts: _outcomes_by(ref, facts, "category", ()),
        lambda ref, facts: _outcomes_by(ref, facts, "committee", list(facts.period.committees)),
    )
    tables = [make(str(number), facts) for number, make in enumerate(makers, start=1)]
    tables += number_tables(len(tables) + 1, period, order)
    return BriefFigures(period=period, tables=tables)


class _Facts:
    """A period sorted for counting."""

    def __init__(self, period: Period, lacking: Mapping[str, Sequence[str]]) -> None:
        self.period = period
        self.lacking = lacking
        known = {unit.unit for unit in period.units}
        self.records = [row for row in period.records if row.unit in known]
        self.inspections = self.of_kind("inspection")
        self.notes = self.of_kind("liaison_note")
        self.visited = {row.unit for row in self.inspections}
        follow_ups = [row for row in period.follow_ups if row.nature in NATURES]
        self.outcomes = _outcomes(follow_ups, period.since, period.until)

    def of_kind(self, kind: str) -> list[PeriodRecord]:
        """The records of one kind."""
        return [row for row in self.records if row.kind == kind]

    def units(self, keep: Callable[[str], bool]) -> tuple[str, ...]:
        """The units that are kept, in their order."""
        return tuple(unit.unit for unit in self.period.units if keep(unit.unit))


def _overview(ref: str, facts: _Facts) -> Figures:
    lines = (
        ("units", facts.units(lambda _: True)),
        ("visited", facts.units(facts.visited.__contains__)),
        ("inspections", ids(facts.inspections)),
        ("notes", ids(facts.notes)),
        ("counts", ids(facts.of_kind("count"))),
        ("surveys", ids(facts.of_kind("survey"))),
        ("outside", ids(facts.period.outside)),
    )
    return singles("overview", ref, "word", lines)


def _coverage(ref: str, facts: _Facts, of: str, order: Sequence[str]) -> Figures:
    """Units, units visited, inspections and notes, by what the unit is or whose it is."""
    belongs = {unit.unit: str(getattr(unit, of)) for unit in facts.period.units}
    units: dict[str, list[str]] = {}
    for unit, name in belongs.items():
        units.setdefault(name, []).append(unit)
    inspections, notes = (by_name(rows, lambda row: belongs[row.unit]) for rows in (facts.inspections, facts.notes))
    lines = [
        (
            name,
            (
                tuple(units[name]),
                tuple(unit for unit in units[name] if unit in facts.visited),
                inspections.get(name, ()),
                notes.get(name, ()),
            ),
        )
        for name in ordered(units, order)
    ]
    return table_of(f"by_{of}", ref, of, ("units", "visited", "inspections", "notes"), lines)


def _by_committee(ref: str, facts: _Facts) -> Figures:
    """What `_coverage` counts, and follow-ups found and left, by the topmost unit above each; the last line is of those
    that stand by themselves, or were not there any more.
    """
    above, since = facts.period.committees, facts.period.since
    follow_ups = [each for each in facts.period.follow_ups if each.nature in NATURES]
    columns: tuple[Iterable[tuple[str, str]], ...] = (  # units, and records of each
        ((unit, unit) for unit in facts.units(lambda _: True)),
        ((unit, unit) for unit in facts.units(facts.visited.__contains__)),
        ((row.unit, row.record) for row in facts.inspections),
        ((row.unit, row.record) for row in facts.notes),
        ((each.unit, each.record) for each in follow_ups if each.opened_on >= since),
        ((each.unit, each.record) for each in follow_ups if not each.settled_on),
    )
    counted: defaultdict[str, tuple[list[str], ...]] = defaultdict(lambda: tuple([] for _ in columns))
    for place, column in enumerate(columns):
        for unit, record in column:
            counted[above.get(unit, "")][place].append(record)
    lines = [(name, tuple(map(tuple, counted[name]))) for name in ordered(counted, list(above))]
    return table_of("by_committee", ref, "unit", ("units", "visited", "inspections", "notes", "found", "left"), lines)


def _by_stage(ref: str, facts: _Facts, order: Sequence[str]) -> Figures:
    """Units visited and visits in each stage of the campaign; of all campaigns, in each stage of each."""
    of_one = facts.period.campaign

    def line(row: PeriodRecord) -> str:
        return row.stage if of_one else f"{row.campaign} {row.stage}"

    visits = by_name(facts.inspections, line)
    units: dict[str, set[str]] = {}
    for row in facts.inspections:
        units.setdefault(line(row), set()).add(row.unit)
    lines = [
        (stage, (facts.units(units.get(stage, set()).__contains__), visits.get(stage, ())))
        for stage in ordered({**dict.fromkeys(order), **visits}, order)
    ]
    return table_of("by_stage", ref, "stage" if of_one else "stage_of", ("visited", "inspections"), lines)


def _follow_ups(ref: str, facts: _Facts) -> Figures:
    """What was found, what became of it in the period, and what is left at its end: overdue, or to be closed."""
    earlier = _outcomes(facts.period.earlier, "9999", facts.period.until)
    cells = _by(facts.outcomes, lambda row: row.nature)
    lines = [(nature, cells.get(nature, _NONE)) for nature in NATURES]
    lines.append(("earlier", tuple(ids(earlier[name]) for name in _OUTCOMES)))
    return table_of("follow_ups", ref, "nature", _OUTCOMES, lines)


def _by_class(ref: str, facts: _Facts, order: Sequence[str]) -> Figures:
    """What `_follow_ups` counts, of problems alone by the campaign's classes; those without one stand last."""
    problems = {name: [row for row in rows if row.nature == "problem"] for name, rows in facts.outcomes.items()}
    cells = _by(problems, lambda row: row.class_)
    return table_of("by_class", ref, "class", _OUTCOMES, [(name, cells[name]) for name in ordered(cells, order)])


def _outcomes_by(ref: str, facts: _Facts, way: str, order: Sequence[str]) -> Figures:
    """What `_follow_ups` counts, by whose or what the unit was at the period's end; the last line is of other units."""
    belongs = facts.period.committees
    if way != "committee":
        belongs = {unit.unit: str(getattr(unit, way)) for unit in facts.period.units}
    cells = _by(facts.outcomes, lambda row: belongs.get(row.unit, ""))
    lines = [(name, cells[name]) for name in ordered(cells, order)]
    return table_of(f"follow_ups_by_{way}", ref, "unit" if way == "committee" else way, _OUTCOMES, lines)


_OUTCOMES = ("found", "settled", "left", "overdue", "verified", "put_off", "given_up", "withdrawn")
_NONE: tuple[tuple[str, ...], ...] = ((),) * len(_OUTCOMES)

_Outcomes = dict[str, list[PeriodFollowUp]]  # by each of `_OUTCOMES`


def _outcomes(rows: Sequence[PeriodFollowUp], since: str, until: str) -> _Outcomes:
    """Return what became of follow-ups; of those of earlier campaigns (`since` 9999) what is left."""
    settled = [row for row in rows if row.settled_on >= since]
    return {
        "found": [row for row in rows if row.opened_on >= since],
        "settled": [row for row in settled if row.status == "closed"],
        "left": [row for row in rows if not row.settled_on],
        "overdue": [row for row in rows if row.status in UNDER_WAY and row.due_on < until],
        "verified": [row for row in rows if row.status == "verified"],
        "put_off": [row for row in rows if row.moved and since <= until],
        "given_up": [row for row in settled if row.status == "withdrawn"],
        "withdrawn": [row for row in settled if row.status == VOID],
    }


def _by(outcomes: _Outcomes, name: Callable[[PeriodFollowUp], str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return by a name of the follow-ups the records of each of `_OUTCOMES`."""
    found: dict[str, tuple[list[str], ...]] = {}
    for place, outcome in enumerate(_OUTCOMES):
        for row in outcomes[outcome]:
            line = name(row)
            if line not in found:
                found[line] = tuple([] for _ in _OUTCOMES)
            found[line][place].append(row.record)
    return {line: tuple(map(tuple, records)) for line, records in found.items()}


def _good_practice(ref: str, facts: _Facts) -> Figures:
    lines = tuple(
        (name, ids(row for row in rows if row.good_practice))
        for name, rows in (("good_inspections", facts.inspections), ("good_notes", facts.notes))
    )
    return singles("good_practice", ref, "word", lines)


def _gaps(ref: str, facts: _Facts) -> Figures:
    spoken_to = facts.visited | {row.unit for row in facts.notes}
    lines = (
        ("not_visited", facts.units(lambda unit: unit not in facts.visited)),
        ("no_contact", facts.units(lambda unit: unit not in spoken_to)),
        *(
            (line, facts.units(lambda unit, rule=rule: rule in facts.lacking.get(unit, ())))  # type: ignore[misc]
            for line, rule in GAPS.items()
        ),
    )
    return singles("gaps", ref, "word", lines)


def _corrected(ref: str, facts: _Facts) -> Figures:
    rows = facts.period.corrected
    lines = [
        (name, tuple(row.record for row in rows if row.withdrawn == withdrawn))
        for name, withdrawn in (("corrected", False), ("taken_back", True))
    ]
    return singles("corrected", ref, "word", lines)
