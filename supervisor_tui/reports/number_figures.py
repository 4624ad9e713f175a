"""The figures of a brief that add numbers up: stages passed, satisfaction, baseline, training, study. Pure; no words.

A sum lists the records whose numbers it adds. Of each unit the newest count up to the period's end counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from supervisor_tui.reports.figure_parts import Cell, Figures, Sum, ordered, singles, table_of
from sync.model.days import plus
from sync.replica.as_of.numbers import Counted, Reported, Surveyed
from sync.replica.as_of.report_period import Period

RECENT_DAYS = 14  # at the end of a period
LEAST_BALLOTS = 5  # fewer would tell how single persons have voted
MEASURES = (
    "organisations",
    "members",
    "retired",
    "laid_off",
    "floating",
    "out_of_contact",
    "found_again",
    "exempt",
    "to_train",
    "trained",
)
BALLOTS = ("returned", "approving", "unsatisfied")
PEOPLE = ("members", "retired", "laid_off", "floating", "out_of_contact", "found_again", "exempt", "trained")
TOTALS = ("organisations", "members")  # of which the campaign says the district's
WAYS = ("group", "category", "committee")  # to part units


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """In which order lines stand, and what the campaign says of the whole district."""

    groups: Sequence[str] = ()
    stages: Sequence[str] = ()
    totals: Mapping[str, int] = {}


def number_tables(first: int, period: Period, order: Order) -> list[Figures]:
    """The tables, numbered from `first`."""
    facts = _Facts(period, order)
    stages = order.stages if period.campaign else ()
    makers: list[Callable[[str], Figures]] = [
        facts.passed,
        *(facts.by(way, facts.passed_of, "passed", ("units", *stages)) for way in WAYS),
        facts.satisfaction,
        *(facts.by(way, facts.satisfaction_of, "satisfaction", _SATISFACTION) for way in (*WAYS, "unit")),
        facts.baseline,
        facts.share,
        *(facts.by(way, facts.people_of, "people", PEOPLE) for way in WAYS),
        facts.training,
        *(facts.by(way, facts.training_of, "training", _TRAINING) for way in WAYS),
        *(facts.by(way, facts.study_of, "study", _STUDY) for way in WAYS),
        facts.work,
        *(facts.by(way, facts.work_of, "work", ("inspections", "effects")) for way in WAYS),
        facts.by("group", facts.heard_of, "heard", ("units", "heard", "recent", "silent")),
    ]
    return [make(str(number)) for number, make in enumerate(makers, start=first)]


_SATISFACTION = ("surveys", *BALLOTS)
_TRAINING = ("to_train", "trained", "trained_first", "not_trained_first")
_STUDY = ("asked", "reported", "expected", "reached")
Units = Sequence[str]


class _Facts:
    """A period's numbers sorted for adding."""

    def __init__(self, period: Period, order: Order) -> None:
        self.period, self.order = period, order
        self.units = [unit.unit for unit in period.units]
        known = {*self.units}
        self.counts = [each for each in period.numbers.counts if each.unit in known]
        self.first: dict[str, Counted] = {}
        for each in self.counts:
            self.first.setdefault(each.unit, each)
        self.newest = {each.unit: each for each in self.counts}
        self.surveys: dict[str, list[Surveyed]] = {}
        for survey in period.numbers.surveys:
            self.surveys.setdefault(survey.unit, []).append(survey)
        self.reported = {each.unit: each for each in period.numbers.reported}
        self.trained = {each.unit: each.day for each in reversed(self.counts) if each.values.get("trained")}
        self.effects = {*period.numbers.effects}
        self.visits: dict[str, list[str]] = {}
        for row in period.records:
            if row.kind == "inspection":
                self.visits.setdefault(row.unit, []).append(row.record)
        said = [row for row in period.records if row.kind in ("inspection", "liaison_note")]
        self.heard = {row.unit for row in said}
        self.recent = {row.unit for row in said if row.day >= plus(period.until, 1 - RECENT_DAYS)}

    def by(
        self, way: str, cells: Callable[[Units], tuple[Cell, ...] | None], name: str, columns: tuple[str, ...]
    ) -> Callable[[str], Figures]:
        """A table with a line for the units of each group, category or committee, or for each unit."""
        parted: dict[str, list[str]] = {}
        for unit in self.period.units:
            belongs = {
                "group": unit.group,
                "category": unit.category,
                "committee": self.period.committees.get(unit.unit, ""),
                "unit": unit.unit,
            }
            parted.setdefault(belongs[way], []).append(unit.unit)
        names = ordered(parted, self.order.groups if way == "group" else list(self.period.committees))
        of = "unit" if way == "committee" else way
        lines = [(each, found) for each in names if (found := cells(parted[each])) is not None]
        return lambda ref: table_of(f"{name}_by_{way}", ref, of, columns, lines)

    # --- stages ------------------------------------------------------------------------------------------------------

    def passed(self, ref: str) -> Figures:
        """Of the units that take part, those that have passed each stage."""
        passed = self.period.numbers.passed
        lines = [
            (stage, (tuple(self.units), tuple(unit for unit in self.units if unit in passed.get(stage, ()))))
            for stage in (self.order.stages if self.period.campaign else ())
        ]
        return table_of("passed", ref, "stage", ("units", "passed"), lines)

    def passed_of(self, units: Units) -> tuple[Cell, ...] | None:
        """These units, and those of them that have passed each stage; nothing of all campaigns side by side."""
        if not self.period.campaign:
            return None
        passed = self.period.numbers.passed
        stages = (tuple(unit for unit in units if unit in passed.get(stage, ())) for stage in self.order.stages)
        return tuple(units), *stages

    # --- satisfaction ------------------------------------------------------------------------------------------------

    def satisfaction(self, ref: str) -> Figures:
        """Of all surveys of the period."""
        cells = self.satisfaction_of(self.units)
        return table_of("satisfaction", ref, "word", _SATISFACTION, [("all_surveys", cells)] if cells else [])

    def satisfaction_of(self, units: Units) -> tuple[Cell, ...] | None:
        """Surveys and ballots of these units; nothing of fewer than `LEAST_BALLOTS`."""
        surveys = [each for unit in units for each in self.surveys.get(unit, ())]
        if sum(each.returned for each in surveys) < LEAST_BALLOTS:
            return None
        records = tuple(each.record for each in surveys)
        ballots = (sum(getattr(each, name) for each in surveys) for name in BALLOTS)
        return (records, *(Sum(amount, records) for amount in ballots))

    # --- members -----------------------------------------------------------------------------------------------------

    def baseline(self, ref: str) -> Figures:
        """What was counted first of each unit, and last."""
        lines = [(name, (_added(self.first, name), _added(self.newest, name))) for name in MEASURES]
        return table_of("baseline", ref, "measure", ("first_count", "last_count"), lines)

    def share(self, ref: str) -> Figures:
        """What was counted, beside the totals of the district that the campaign names."""
        of_district = (self.period.campaign,)
        lines = [
            (name, (_added(self.newest, name), Sum(self.order.totals[name], of_district)))
            for name in TOTALS
            if self.units and name in self.order.totals
        ]
        return table_of("district_share", ref, "measure", ("last_count", "district"), lines)

    def people_of(self, units: Units) -> tuple[Cell, ...]:
        """Members of these units, by what they are."""
        counts = {unit: self.newest[unit] for unit in units if unit in self.newest}
        return tuple(_added(counts, name) for name in PEOPLE)

    def training(self, ref: str) -> Figures:
        """Those to be trained and those who were; and whether that was before study began in the unit."""
        lines = list(zip(_TRAINING, self.training_of(self.units), strict=True))
        return singles("training", ref, "word", lines)

    def training_of(self, units: Units) -> tuple[Cell, ...]:
        """The same of these units."""
        studied = self.period.numbers.studied
        begun = [unit for unit in units if unit in studied]
        in_time = tuple(unit for unit in begun if self.trained.get(unit, "9999") <= studied[unit])
        late = tuple(unit for unit in begun if self.trained.get(unit, "9999") > studied[unit])
        counts = {unit: self.newest[unit] for unit in units if unit in self.newest}
        return _added(counts, "to_train"), _added(counts, "trained"), in_time, late

    def study_of(self, units: Units) -> tuple[Cell, ...]:
        """Units with members expected to study; those that reported, whom they expect, and whom they have reached."""
        asked = tuple(unit for unit in units if unit in self.newest and self.newest[unit].expected)
        told = [(self.newest[unit], self.reported[unit]) for unit in asked if unit in self.reported]
        counts = tuple(count.record for count, _ in told)
        visits = tuple(visit.record for _, visit in told)
        expected = sum(count.expected for count, _ in told)
        return asked, visits, Sum(expected, counts), Sum(_reached(told), visits)

    # --- work, and how recent it all is ------------------------------------------------------------------------------

    def work(self, ref: str) -> Figures:
        """Inspections that say how campaign and work get on."""
        return singles("work", ref, "word", [("effects", tuple(self.period.numbers.effects))])

    def work_of(self, units: Units) -> tuple[Cell, ...]:
        """The inspections of these units, and those that say how campaign and work get on."""
        found = [record for unit in units for record in self.visits.get(unit, ())]
        return tuple(found), tuple(record for record in found if record in self.effects)

    def heard_of(self, units: Units) -> tuple[Cell, ...]:
        """Units with a visit or note in the period, those with one in its last days, and those with none."""
        heard, recent = (tuple(unit for unit in units if unit in known) for known in (self.heard, self.recent))
        return tuple(units), heard, recent, tuple(unit for unit in units if unit not in self.heard)


def _added(counts: Mapping[str, Counted], name: str) -> Sum:
    """The sum of a field of counts, and those that say it."""
    saying = [each for each in counts.values() if name in each.values]
    return Sum(sum(each.values[name] for each in saying), tuple(each.record for each in saying))


def _reached(told: Iterable[tuple[Counted, Reported]]) -> int:
    """Whole members: of each unit's expected ones the percentage it reported."""
    return sum(round(count.expected * visit.coverage / 100) for count, visit in told)
