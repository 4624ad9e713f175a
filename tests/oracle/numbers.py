"""Every figure of the brief that adds numbers up, from exported entries: the sum, and the records it adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.oracle.entries import Record

if TYPE_CHECKING:
    from tests.oracle.figures import Figures, Unit

Name = tuple[str, str, str]
Told = tuple[int, list[str]]
PEOPLE = ("members", "retired", "laid_off", "floating", "out_of_contact", "found_again", "exempt", "trained")
SAID = ("organisations", "to_train", *PEOPLE)


class Numbers:
    """The sums and counts of one period; `told` has by figure its value and records, of figures above zero."""

    def __init__(self, figures: Figures, committee: Callable[[Unit], str]) -> None:
        self.figures, self.told = figures, dict[Name, Told]()
        self.units = figures.units
        self.counts = self._counts()
        self.newest = {each.ledger: each for each in self.counts}
        self.surveys = figures.records("survey")
        ways: dict[str, Callable[[Unit], str]] = {
            "group": lambda unit: unit.group,
            "category": lambda unit: unit.category,
            "committee": committee,
            "unit": lambda unit: unit.id,
        }
        self._passed()
        self._satisfaction("satisfaction", "all_surveys", self.units)
        self._baseline()
        self._training()
        self._train("training", self.units)
        effects = [e.name for e in figures.visits if str(e.now("effect_on_work") or "").strip()]
        self._tell("work", "effects", "", len(effects), effects)
        for way, of in ways.items():
            for line in {of(unit) for unit in self.units.values()}:
                mine = [unit.id for unit in self.units.values() if of(unit) == line]
                self._satisfaction(f"satisfaction_by_{way}", line, mine)
                if way != "unit":
                    self._pass(f"passed_by_{way}", line, mine)
                    self._train(f"training_by_{way}", mine, line)
                    visits = [each for each in figures.visits if each.ledger in mine]
                    self._tell(f"work_by_{way}", line, "inspections", len(visits), [each.name for each in visits])
                    telling = [each.name for each in visits if each.name in effects]
                    self._tell(f"work_by_{way}", line, "effects", len(telling), telling)
                    self._people(f"people_by_{way}", line, mine)
                    self._study(f"study_by_{way}", line, mine)
                if way == "group":
                    self._heard(line, mine)

    def _tell(self, table: str, line: str, column: str, value: int, records: list[str]) -> None:
        if value:
            self.told[table, line, column] = (value, records)

    def _counts(self) -> list[Record]:
        """Return the counts up to the period's end, of units and days that take part, oldest first."""
        figures = self.figures
        found = [
            each
            for each in figures.district.of_kind("count")
            if each.now("withdrawn") is not True and figures.day(each) <= figures.until
            if not figures.campaign or figures.district.campaign_of(each) == figures.campaign
            if each.ledger in figures.district.units and figures.takes_part(each)
        ]
        return sorted(found, key=lambda each: (figures.day(each), each.name))

    def _added(self, table: str, line: str, column: str, counts: Iterable[Record], field: str) -> None:
        saying = [each for each in counts if isinstance(each.now(field), int)]
        self._tell(table, line, column, sum(each.now(field) for each in saying), [each.name for each in saying])

    def _pass(self, table: str, line: str, units: list[str]) -> None:
        if self.figures.campaign:
            self._tell(table, line, "units", len(units), units)
        for stage, passed in self.passed.items():
            mine = [unit for unit in units if unit in passed]
            self._tell(table, line, stage, len(mine), mine)

    def _passed(self) -> None:
        campaign = self.figures.district.campaigns.get(self.figures.campaign)
        gates = sorted(
            (self.figures.day(each), each.name, each)
            for each in self.figures.district.of_kind("gate")
            if each.now("withdrawn") is not True and self.figures.day(each) <= self.figures.until
            if self.figures.district.campaign_of(each) == self.figures.campaign
        )
        self.passed: dict[str, list[str]] = {}
        for _, stage in campaign.stages if campaign else []:
            newest = {gate.ledger: gate.now("decision") for *_, gate in gates if gate.now("stage") == stage}
            self.passed[stage] = passed = [unit for unit in self.units if newest.get(unit) == "pass"]
            self._tell("passed", stage, "units", len(self.units), list(self.units))
            self._tell("passed", stage, "passed", len(passed), passed)

    def _satisfaction(self, table: str, line: str, units: Iterable[str]) -> None:
        found = [each for each in self.surveys if each.ledger in units]
        returned, satisfied, fairly, unsatisfied = (
            sum(each.now(name) or 0 for each in found) for name in ("returned", "satisfied", "fairly", "unsatisfied")
        )
        if returned < 5:
            return
        records = [each.name for each in found]
        self._tell(table, line, "surveys", len(records), records)
        self._tell(table, line, "returned", returned, records)
        self._tell(table, line, "approving", satisfied + fairly, records)
        self._tell(table, line, "unsatisfied", unsatisfied, records)

    def _baseline(self) -> None:
        first = {each.ledger: each for each in reversed(self.counts)}
        campaign = self.figures.district.campaigns.get(self.figures.campaign)
        for name in SAID:
            self._added("baseline", name, "first_count", first.values(), name)
            self._added("baseline", name, "last_count", self.newest.values(), name)
            if campaign and self.units and name in campaign.totals and name in ("organisations", "members"):
                self._added("district_share", name, "last_count", self.newest.values(), name)
                self._tell("district_share", name, "district", campaign.totals[name], [campaign.id])

    def _people(self, table: str, line: str, units: list[str]) -> None:
        for name in PEOPLE:
            self._added(table, line, name, [self.newest[unit] for unit in units if unit in self.newest], name)

    def _training(self) -> None:
        campaign = self.figures.district.campaigns.get(self.figures.campaign)
        stage = min(campaign.stages)[1] if campaign and campaign.stages else ""
        began: dict[str, str] = {}
        for each in self.figures.district.of_kind("inspection"):
            day = self.figures.day(each)
            if each.now("withdrawn") is True or day > self.figures.until or not stage or each.now("stage") != stage:
                continue
            if self.figures.district.campaign_of(each) == self.figures.campaign:
                began[each.ledger] = min(day, began.get(each.ledger, day))
        trained = {e.ledger: self.figures.day(e) for e in reversed(self.counts) if e.now("trained")}
        self.first_trained = {unit: trained.get(unit, "9999") <= day for unit, day in began.items()}

    def _train(self, table: str, units: Iterable[str], line: str | None = None) -> None:
        """Tell of training: in lines of the table of all, in columns of a line of a table by something."""
        units = list(units)
        counts = [self.newest[unit] for unit in units if unit in self.newest]
        for field in ("to_train", "trained"):
            self._added(table, *((field, "") if line is None else (line, field)), counts, field)
        for name, wanted in (("trained_first", True), ("not_trained_first", False)):
            found = [unit for unit in units if self.first_trained.get(unit) is wanted]
            self._tell(table, *((name, "") if line is None else (line, name)), len(found), found)

    def _expected(self, unit: str) -> int:
        count = self.newest.get(unit)
        return max(0, (count.now("members") or 0) - (count.now("exempt") or 0)) if count else 0

    def _study(self, table: str, line: str, units: list[str]) -> None:
        asked = [unit for unit in units if self._expected(unit)]
        said: dict[str, Record] = {}
        for each in sorted(self.figures.visits, key=lambda each: (self.figures.day(each), each.name)):
            if isinstance(each.now("figure.coverage"), (int, float)) and each.ledger in asked:
                said[each.ledger] = each
        visits, counts = [each.name for each in said.values()], [self.newest[unit].name for unit in said]
        reached = sum(round(self._expected(unit) * each.now("figure.coverage") / 100) for unit, each in said.items())
        self._tell(table, line, "asked", len(asked), asked)
        self._tell(table, line, "reported", len(visits), visits)
        self._tell(table, line, "expected", sum(map(self._expected, said)), counts)
        self._tell(table, line, "reached", reached, visits)

    def _heard(self, line: str, units: list[str]) -> None:
        spoken = {each.ledger for each in [*self.figures.visits, *self.figures.notes]}
        heard = [unit for unit in units if unit in spoken]
        self._tell("heard_by_group", line, "units", len(units), units)
        self._tell("heard_by_group", line, "heard", len(heard), heard)
        first = (date.fromisoformat(self.figures.until) - timedelta(days=13)).isoformat()
        late = {e.ledger for e in [*self.figures.visits, *self.figures.notes] if self.figures.day(e) >= first}
        recent = [unit for unit in units if unit in late]
        self._tell("heard_by_group", line, "recent", len(recent), recent)
        silent = [unit for unit in units if unit not in spoken]
        self._tell("heard_by_group", line, "silent", len(silent), silent)
