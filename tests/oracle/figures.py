"""Every figure of the brief: for a campaign (or all, side by side) and a period, the records that each counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.district import DAYS, District
from tests.oracle.entries import Record
from tests.oracle.numbers import Numbers

Name = tuple[str, str, str]  # table, line, column; the column is empty where a table has one alone
FLAGS = ("weak.incomplete", "weak.head", "weak.subordination")
UNDER_WAY = ("open", "in_progress", "returned")
OUTSTANDING = (*UNDER_WAY, "reported", "verified")
STATES = {"status", "progress", "watch_until", "due_on", "carried_to", "on", "correction", "ruling"}  # of a follow-up
NATURES = ("problem", "difficulty", "suggestion")


class Unit(NamedTuple):
    """A unit as it was at the end of the period, and what its gaps are."""

    id: str
    category: str
    group: str
    lacks: list[str]


class Figures:
    """The figures of one period. `counted` has by figure the ids of what it counts, of figures above zero."""

    def __init__(self, district: District, campaign: str, since: str, until: str, today: str) -> None:
        self.district, self.campaign, self.since, self.until = district, campaign, since, min(until, today)
        self.counted: dict[Name, list[str]] = {}
        self.told: dict[Name, tuple[int, list[str]]] = {}
        if self.since > self.until:
            return
        self._terms = {
            unit: [term for term in district.terms(unit, self.until) if term.campaign == campaign]
            for unit in district.units
        }
        self.units = {unit.id: unit for unit in map(self._unit, filter(self._counts, district.units.values()))}
        self.visits, self.notes = self.records("inspection"), self.records("liaison_note")
        self._overview()
        self._coverage("by_group", lambda unit: unit.group)
        self._coverage("by_category", lambda unit: unit.category)
        self._by_stage()
        there = [unit for unit in district.units.values() if district.was_there(unit, self.since, self.until)]
        self._tops = self._committees(there)
        self._follow_ups()
        self._good_practice()
        self._gaps()
        self._corrected()
        self._by_committee()
        self.told = Numbers(self, self._above).told

    def _count(self, table: str, line: str, column: str, record: str) -> None:
        self.counted.setdefault((table, line, column), []).append(record)

    # --- units and records -------------------------------------------------------------------------------------------

    def _counts(self, unit: Record) -> bool:
        """Say whether a unit was there on a day of the period, and took part."""
        if not self.district.was_there(unit, self.since, self.until):
            return False
        terms = self._terms[unit.ledger]
        return not self.campaign or any(term.first <= self.until and self.since <= term.last for term in terms)

    def _unit(self, unit: Record) -> Unit:
        category = str(unit.on("category", self.until) or "other")
        group, liaison = self.district.duty(unit.ledger, self.until)
        campaign = self.district.campaigns.get(self.campaign)
        needs_liaison = campaign is not None and category in campaign.liaison
        weak = {flag: self._repairs(unit, flag) for flag in FLAGS if unit.on(flag, self.until) is True}
        posts = {post for post in ("contact_point", "first", "deputy", "direct", "business") if self._post(unit, post)}
        lacks = {
            "no_group": not group,
            "no_liaison": needs_liaison and not liaison,
            "chain.contact_point": (bool(weak) or needs_liaison) and "contact_point" not in posts,
            **{f"chain.{post}": post not in posts for post in ("first", "deputy", "direct")},
            "chain.business": campaign is not None and category in campaign.production and "business" not in posts,
            "no_repair": any(not statuses for statuses in weak.values()),
            "mended": any(statuses and statuses[-1] in ("verified", "closed") for statuses in weak.values()),
            "no_baseline": not self._has_baseline(unit),
        }
        return Unit(unit.ledger, category, group, [name for name, is_so in lacks.items() if is_so])

    def _post(self, unit: Record, post: str) -> bool:
        return bool(unit.on(f"chain.{post}", self.until))

    def _has_baseline(self, unit: Record) -> bool:
        return any(
            each.ledger == unit.ledger and each.now("withdrawn") is not True and self.day(each) <= self.until
            for each in self.district.of_kind("count")
        )

    def _repairs(self, unit: Record, flag: str) -> list[str]:
        """Return the statuses of the follow-ups that mend a flag, oldest first; those given up are left out."""
        found = [
            (self.day(each), each.effective[0].at, each.name, str(each.on("status", self.until)))
            for each in self.district.of_kind("follow_up")
            if each.ledger == unit.ledger and each.now("origin") == f"{unit.ledger}#{flag}"
            if each.now("withdrawn") is not True and self.day(each) <= self.until
        ]
        return [status for *_, status in sorted(found) if status != "withdrawn"]

    def day(self, record: Record) -> str:
        """Return a record's day."""
        return self.district.day_of(record)

    def records(self, kind: str, *, outside: bool = False) -> list[Record]:
        """Return the records of a kind that count in the period, or those outside their unit's participation."""
        return [
            each
            for each in self.district.of_kind(kind)
            if each.now("withdrawn") is not True and self.since <= self.day(each) <= self.until
            if not self.campaign or self.district.campaign_of(each) == self.campaign
            if each.ledger in self.district.units and self.takes_part(each) != outside
        ]

    def takes_part(self, record: Record) -> bool:
        """Say whether a record's unit was there and took part on its day."""
        unit, day = self.district.units[record.ledger], self.day(record)
        if record.ledger not in self.units or not self.district.was_there(unit, day, self.until):
            return False
        return not self.campaign or any(term.holds(day) for term in self._terms[record.ledger])

    # --- tables ------------------------------------------------------------------------------------------------------

    def _overview(self) -> None:
        for unit in self.units:
            self._count("overview", "units", "", unit)
        for unit in {each.ledger for each in self.visits}:
            self._count("overview", "visited", "", unit)
        lines = {"inspection": "inspections", "liaison_note": "notes", "count": "counts", "survey": "surveys"}
        for kind, line in lines.items():
            for each in self.records(kind):
                self._count("overview", line, "", each.name)
            for each in self.records(kind, outside=True):
                self._count("overview", "outside", "", each.name)

    def _coverage(self, table: str, line: Callable[[Unit], str]) -> None:
        visited = {each.ledger for each in self.visits}
        for unit in self.units.values():
            self._count(table, line(unit), "units", unit.id)
            if unit.id in visited:
                self._count(table, line(unit), "visited", unit.id)
        for column, found in (("inspections", self.visits), ("notes", self.notes)):
            for each in found:
                self._count(table, line(self.units[each.ledger]), column, each.name)

    def _by_committee(self) -> None:
        above = self._tops
        self._coverage("by_committee", self._above)
        for each in self.district.of_kind("follow_up"):
            opened, status = self.day(each), stands(each, self.until)
            if opened > self.until or not status or each.now("nature") not in NATURES:
                continue
            if self._settled_on(each, opened) < self.since and status not in OUTSTANDING:
                continue
            if self.campaign in ("", self.district.campaign_of(each)):
                line = above.get(each.ledger, "")
                if opened >= self.since:
                    self._count("by_committee", line, "found", each.name)
                if status in OUTSTANDING:
                    self._count("by_committee", line, "left", each.name)

    def _above(self, unit: Unit) -> str:
        return self._tops[unit.id]

    def _committees(self, units: list[Record]) -> dict[str, str]:
        """Return by unit the topmost unit above it; of a circle, the edit made last puts its unit below nobody."""
        known = {unit.ledger: unit for unit in units}
        parents = {name: str(unit.on("parent", self.until) or "") for name, unit in known.items()}
        above = {name: parent for name, parent in parents.items() if parent in known}

        def made(name: str) -> tuple[str, str]:
            edits = [(e.at, e.hash) for e in known[name].effective if e.set.get("parent") == parents[name]]
            return max(edits)

        for name in known:
            circle = _way_up(name, above)
            if above.get(circle[-1]) == name:
                del above[max(circle, key=made)]
        tops = {name: _way_up(name, above)[-1] for name in known}
        return {name: top if top != name or name in above.values() else "" for name, top in tops.items()}

    def _by_stage(self) -> None:
        seen = set()
        for each in self.visits:
            stage = str(each.now("stage") or "")
            if not self.campaign:
                stage = f"{self.district.campaign_of(each)} {stage}"
            self._count("by_stage", stage, "inspections", each.name)
            if (stage, each.ledger) not in seen:
                seen.add((stage, each.ledger))
                self._count("by_stage", stage, "visited", each.ledger)

    def _follow_ups(self) -> None:
        for each in self.district.of_kind("follow_up"):
            opened, status = self.day(each), stands(each, self.until)
            if opened > self.until or not status:
                continue
            campaign = self.district.campaign_of(each)
            if self.campaign in ("", campaign):
                if each.now("nature") in NATURES:
                    self._follow_up(each, opened, status)
            elif self._is_earlier(campaign):
                self._left(each, "earlier", status)

    def _is_earlier(self, campaign: str) -> bool:
        mine, other = (self.district.campaigns.get(name) for name in (self.campaign, campaign))
        return mine is not None and other is not None and (other.first, other.id) < (mine.first, mine.id)

    def _follow_up(self, record: Record, opened: str, status: str) -> None:
        nature = str(record.now("nature"))
        self._left(record, nature, status)
        if nature == "problem":
            self._outcome(record, "by_class", str(record.now("class") or ""), opened, status)
        self._outcome(record, "follow_ups", nature, opened, status)
        unit = self.units.get(record.ledger)
        lines = {"group": unit.group if unit else "", "category": unit.category if unit else ""}
        for way, line in (lines | {"committee": self._tops.get(record.ledger, "")}).items():
            self._outcome(record, f"follow_ups_by_{way}", line, opened, status)

    def _outcome(self, record: Record, table: str, line: str, opened: str, status: str) -> None:
        if table != "follow_ups":
            self._left(record, line, status, table)
        if status not in OUTSTANDING:
            if self._settled_on(record, opened) < self.since:
                return
            column = {"closed": "settled", "withdrawn": "given_up", "void": "withdrawn"}[status]
            self._count(table, line, column, record.name)
        if opened >= self.since:
            self._count(table, line, "found", record.name)
        dates = [day for day, value in record.changes("due_on", self.until) if value is not None]
        if any(self.since <= day for day in dates[1:]):
            self._count(table, line, "put_off", record.name)

    def _left(self, record: Record, line: str, status: str, table: str = "follow_ups") -> None:
        if status in OUTSTANDING:
            self._count(table, line, "left", record.name)
        if status in UNDER_WAY and str(record.on("due_on", self.until) or "") < self.until:
            self._count(table, line, "overdue", record.name)
        if status == "verified":
            self._count(table, line, "verified", record.name)

    def _settled_on(self, record: Record, opened: str) -> str:
        """Return the day since which a follow-up is settled without a break."""
        days = sorted({day for name in ("status", "withdrawn") for day, _ in record.changes(name, self.until)})
        since = ""
        for day in days:
            if stands(record, day) in OUTSTANDING:
                since = ""
            elif not since:
                since = day
        return since or opened

    def _good_practice(self) -> None:
        for line, found in (("good_inspections", self.visits), ("good_notes", self.notes)):
            for each in found:
                if str(each.now("good_practice") or "").strip():
                    self._count("good_practice", line, "", each.name)

    def _gaps(self) -> None:
        visited = {each.ledger for each in self.visits}
        spoken_to = visited | {each.ledger for each in self.notes}
        for unit in self.units.values():
            not_seen = {"not_visited": unit.id not in visited, "no_contact": unit.id not in spoken_to}
            for line in [*(name for name, is_so in not_seen.items() if is_so), *unit.lacks]:
                self._count("gaps", line, "", unit.id)

    def _corrected(self) -> None:
        for kind in ("inspection", "liaison_note", "count", "survey", "gate", "follow_up"):
            for each in self.district.of_kind(kind):
                states = STATES if kind == "follow_up" else set[str]()
                states = states | {"withdrawn"} if each.is_governed else states
                if self.campaign and self.district.campaign_of(each) != self.campaign:
                    continue
                later = [dated for day, dated in each.corrected(DAYS[kind], states) if day > self.until]
                dated = [self.day(each), *(day for days in later for day in days)]
                if later and any(self.since <= day <= self.until for day in dated):
                    line = "taken_back" if each.now("withdrawn") is True else "corrected"
                    self._count("corrected", line, "", each.name)


def stands(record: Record, day: str) -> str:
    """Say how a follow-up stood at the end of a day; empty for one that was not there, or handed on by then.

    It counts with the unit to which it went; the register names it in both.
    """
    status = stood(record, day)
    return "" if status == "handed_on" else status


def stood(record: Record, day: str) -> str:
    """Say the same with what was handed on named as that."""
    if record.now("withdrawn") is True and not record.is_governed:
        return ""
    if record.is_governed and record.on("withdrawn", day) is True:
        return "" if record.is_taken_back_with_its_opening() else "void"
    if record.on("carried_to", day):
        return "handed_on"
    return str(record.on("status", day) or "")


def _way_up(name: str, above: dict[str, str]) -> list[str]:
    """Return a unit and the units above it, each once."""
    way = [name]
    while (following := above.get(way[-1])) is not None and following not in way:
        way.append(following)
    return way
