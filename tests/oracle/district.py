"""A district as exported entries tell of it: campaigns, who takes part, who answers for whom, which unit was there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.oracle.entries import END, Entry, Record, records
from tests.oracle.zone import Zones

DAYS = {
    "inspection": "visited_on",
    "liaison_note": "noted_on",
    "count": "counted_on",
    "survey": "held_on",
    "follow_up": "opened_on",
    "gate": "decided_on",
}
NUMERALS = "零一二三四五六七八九十"


class Campaign(NamedTuple):
    """A campaign's days, both ends among them, and its stages by (first day, stage)."""

    id: str
    batch: str
    first: str
    last: str
    stages: list[tuple[str, str]]
    liaison: set[str]
    production: set[str]
    office: set[str]
    totals: dict[str, int]

    def stage(self, day: str) -> str:
        """Return the stage under way on a day."""
        return next((stage for first, stage in sorted(self.stages, reverse=True) if first <= day), "")


class Term(NamedTuple):
    """The days on which a unit takes part in a campaign, both ends among them."""

    campaign: str
    first: str
    last: str

    def holds(self, day: str) -> bool:
        """Say whether the unit takes part on a day."""
        return self.first <= day <= self.last


class District:
    """Everything that the figures of the brief are made of."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        held = list(entries)
        self.zones, governed_from = _said_of_itself(held)
        all_ = records(held, self.zones, governed_from)
        self._by_kind: dict[str, list[Record]] = {}
        for record in all_:
            self._by_kind.setdefault(record.kind, []).append(record)
        self.campaigns = self._campaigns()
        self.units = {each.ledger: each for each in self.of_kind("unit") if each.name == each.ledger}
        self._staff = {kind: {each.name: each for each in self.of_kind(kind)} for kind in ("person", "group")}
        self._assignments = {each.now("unit"): each for each in self.of_kind("assignment")}
        self._participations: dict[str, list[Record]] = {}
        for each in self.of_kind("participation"):
            self._participations.setdefault(each.ledger, []).append(each)
        self.recorded = {each.ledger for each in all_ if each.kind not in ("unit", "participation")}

    def of_kind(self, kind: str) -> list[Record]:
        """Return the records of a kind, withdrawn ones among them."""
        return self._by_kind.get(kind, [])

    # --- campaigns ---------------------------------------------------------------------------------------------------

    def _campaigns(self) -> dict[str, Campaign]:
        found = {}
        plans = [each for each in self.of_kind("stage_plan") if each.now("withdrawn") is not True]
        for each in self.of_kind("campaign"):
            if each.now("withdrawn") is True:
                continue
            mine = [plan for plan in plans if plan.now("campaign") == each.name]
            ends = each.now("ends_on")
            last = max([ends, *(plan.now("ends_on") for plan in mine)]) if ends else END
            marks = {
                family: {
                    name.partition(".")[2] for name in each.fields() if name.startswith(f"{family}.") and each.now(name)
                }
                for family in ("liaison", "production", "office")
            }
            stages = [(plan.now("starts_on"), plan.now("stage")) for plan in mine]
            totals = {
                name.partition(".")[2]: int(each.now(name)) for name in each.fields() if name.startswith("total.")
            }
            found[each.name] = Campaign(
                each.name, _batch(each.now("batch")), each.now("starts_on"), last, stages, **marks, totals=totals
            )
        return found

    def terms(self, unit: str, as_of: str = END) -> list[Term]:
        """Return when a unit takes part in which campaigns, by what held on a day.

        Its participations say so; a unit that has none takes part in those of its batch, one without a batch in all.
        """
        found = []
        for each in self._participations.get(unit, ()):
            campaign, first, last = (each.on(name, as_of) for name in ("campaign", "from", "until"))
            if campaign and first and each.on("withdrawn", as_of) is not True:
                found.append(Term(campaign, first, last or END))
        batch = _batch(self.units[unit].now("batch"))
        if not found:
            fitting = [each for each in self.campaigns.values() if not batch or batch == each.batch]
            found = [Term(each.id, each.first, each.last) for each in fitting]
        return found

    def campaign_of(self, record: Record) -> str:
        """Return the campaign a record belongs to: the one it names, else by its day; empty where there is none."""
        named = record.now("campaign")
        if isinstance(named, str):
            return named
        day = self.day_of(record)
        fitting = [
            campaign
            for term in (self.terms(record.ledger) if record.ledger in self.units else [])
            if term.holds(day) and (campaign := self.campaigns.get(term.campaign)) and campaign.first <= day
            if day <= campaign.last
        ]
        fitting.sort(key=lambda each: (each.stage(day) != "consolidate", each.first, each.id))
        return fitting[-1].id if fitting else ""

    def day_of(self, record: Record) -> str:
        """Return the day of a record: the one stated, else the one it was opened on."""
        return str(record.now(DAYS[record.kind]) or record.opened_on)

    # --- units and duties --------------------------------------------------------------------------------------------

    def was_there(self, unit: Record, day: str, as_of: str) -> bool:
        """Say whether a unit existed on a day, by what held on another: it closes with the day that it names."""
        if unit.on("withdrawn", as_of) is True:
            return False
        if unit.now("withdrawn") is True and unit.ledger not in self.recorded:
            return False  # a unit that never was
        return day < str(unit.on("closed_on", as_of) or "9999")

    def duty(self, unit: str, day: str) -> tuple[str, str]:
        """Return the group and the liaison officer of a unit at the end of a day."""
        assignment = self._assignments.get(unit)
        if assignment is None or assignment.on("withdrawn", day) is True:
            return "", ""
        group, officer = (str(assignment.on(name, day) or "") for name in ("group", "liaison"))
        return group if self._is_open(group, day) else "", officer if self._is_on_duty(officer, day) else ""

    def _is_open(self, group: str, day: str) -> bool:
        known = self._staff["group"].get(group)
        return known is None or known.on("withdrawn", day) is True or day < str(known.on("closed_on", day) or "9999")

    def _is_on_duty(self, officer: str, day: str) -> bool:
        known = self._staff["person"].get(officer)
        if known is None or known.on("withdrawn", day) is True:
            return True
        has_left = known.on("left", day) is True or str(known.on("left_on", day) or "9999") <= day
        return known.on("role", day) == "liaison" and not has_left


def _said_of_itself(entries: list[Entry]) -> tuple[Zones, str]:
    """Return the time zones of the district, and the day after which opened follow-ups are governed."""
    mine = [each for each in entries if (each.ledger, each.record) == ("district", "district")]
    named: dict[str, Any] = {}
    governed_from = ""
    for record in records(mine, Zones({})):
        for name in record.fields():
            family, _, day = name.partition(".")
            if family == "time_zone" and record.now(name):
                named[day] = record.now(name)
        governed_from = str(record.now("governed_from") or "")
    return Zones(named), governed_from


def _batch(words: object) -> str:
    plain = str(words or "").strip().removeprefix("第").removesuffix("批次").removesuffix("批").strip().casefold()
    return str(NUMERALS.index(plain)) if len(plain) == 1 and plain in NUMERALS else plain
