"""What the store knows already, as an import asks it: units, groups and persons by name, stages, categories, days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from sync.central.admin import staff
from sync.central.admin.participants import Roster
from sync.central.imports import synonyms, values
from sync.central.imports.synonyms import plain
from sync.central.imports.values import Value, Years
from sync.central.locale import t
from sync.central.service.store import Store
from sync.model import validation
from sync.model.kinds import CATEGORIES, STAGES


def near_name(name: str) -> str:
    """A name as it is compared with its near-duplicates: without blanks, half-width, lower case."""
    return "".join(validation.half_width(name).split()).lower()


class Known:
    """The store before the import; units of the file itself are added as they are read."""

    def __init__(
        self, store: Store, file: str, year: int | None = None, today: date | None = None, since: str = ""
    ) -> None:
        self.file = file
        units = staff.units_with_former_names(store)
        self.units = {unit: fields for unit, (fields, _) in units.items()}
        self.roster = Roster(store, self.units, since)
        access = self.access = store.access()
        self.groups = dict(access.groups)
        self.persons = {each.id: each.name for each in access.persons.values()}
        self.group_of = {each.id: each.group for each in access.persons.values()}
        self._by_name: dict[str, list[str]] = {}
        for unit, fields in self.units.items():
            self._by_name.setdefault(near_name(str(fields.get("name", ""))), []).append(unit)
        self._once_called: dict[str, list[str]] = {}
        for unit, (_, former) in units.items():
            for name in former:
                self._once_called.setdefault(near_name(name), []).append(unit)
        campaigns, self.plans = _campaigns(store)
        newest = max(campaigns, key=lambda each: str(each.get("starts_on", "")), default={})
        self.categories = {**synonyms.CATEGORIES, **{plain(each): each for each in CATEGORIES}, **_named(campaigns)}
        self.stages = {**synonyms.STAGES, **{plain(each): each for each in STAGES}, **_stages(self.plans)}
        self._store = store
        day = today or date.fromisoformat(store.zones().today())
        self.today = day.isoformat()
        self.years = Years(
            said=year,
            first=str(newest.get("starts_on") or ""),
            last=str(newest.get("ends_on") or ""),
            today=day,
        )

    @cached_property
    def campaigns(self) -> dict[str, dict[str, Any]]:
        """The campaigns by their ids."""
        return dict(staff.district_records(self._store, "campaign"))

    @cached_property
    def repairs(self) -> dict[str, list[str]]:
        """By origin how the follow-ups stand that were opened for it; those given up or withdrawn are left out."""
        return staff.follow_ups_by_origin(self._store)

    def units_called(self, name: str) -> list[str]:
        """The units of that name; if there is none, those whose name differs by blanks or width only.

        If there is none either, those that were called so before.
        """
        near = self._by_name.get(near_name(name), []) or self._once_called.get(near_name(name), [])
        return [unit for unit in near if self.units[unit].get("name") == name] or near

    def units_nearly_called(self, name: str) -> list[str]:
        """The units of that name and those whose name differs by blanks or width only."""
        return self._by_name.get(near_name(name), [])

    def is_former_name(self, unit: str, name: str) -> bool:
        """Whether a unit was called so before, and is called otherwise now."""
        return unit in self._once_called.get(near_name(name), ()) and near_name(name) != near_name(self.name_of(unit))

    def name_of(self, unit: str) -> str:
        """What a unit is called; its id if it has no name."""
        return str(self.units.get(unit, {}).get("name") or unit)

    def add_unit(self, unit: str, name: str) -> None:
        """A unit of the file itself, so that rows below and above it may name it."""
        called = self._by_name.setdefault(near_name(name), [])
        if unit not in called:
            called.append(unit)
        self.units.setdefault(unit, {"name": name})

    def unit(self, cell: Any) -> Value:
        """The unit a cell names, by id or by name."""
        name = values.line(cell)
        if name in self.units:
            return Value(name)
        called = self.units_called(name)
        if len(called) == 1:
            full = str(self.units[called[0]].get("name", ""))
            return Value(called[0], doubt="" if full == name else t("values.read_as", value=full))
        if called:
            return Value(fault=t("values.several_units", count=len(called)), several=True)
        return Value(fault=t("values.no_choice", what=t("field.unit")))

    def group(self, cell: Any) -> Value:
        """The group a cell names, by id or by name."""
        return _one(self.groups, values.line(cell), "group")

    def person(self, name: str) -> Value:
        """The person of that name or id."""
        return _one(self.persons, name, "person")

    def stage_on(self, unit: str, day: str) -> str:
        """The stage a day falls into by the plans of the campaign a unit takes part in then; empty outside them."""
        plans = self._plans_on(unit, day)
        within = [each for each in plans if str(each.get("starts_on")) <= day <= str(each.get("ends_on"))]
        return str(within[0]["stage"]) if len(within) == 1 else ""

    def stages_on(self, unit: str, day: str) -> dict[str, str]:
        """The stages by what they are called: of two called alike that of the campaign a unit takes part in then."""
        return self.stages | _stages(self._plans_on(unit, day))

    def _plans_on(self, unit: str, day: str) -> list[dict[str, Any]]:
        campaign = self.roster.campaign_on(unit, day)
        return [each for each in self.plans if each.get("campaign") == campaign]


def _one(names: dict[str, str], text: str, what: str) -> Value:
    found = [id_ for id_, name in names.items() if text == id_ or near_name(text) == near_name(name)]
    if len(found) == 1:
        return Value(found[0])
    if found:
        return Value(fault=t("values.several", count=len(found), what=t(f"field.{what}")), several=True)
    return Value(fault=t("values.no_choice", what=t(f"field.{what}")))


def _campaigns(store: Store) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return tuple([fields for _, fields in staff.district_records(store, kind)] for kind in ("campaign", "stage_plan"))  # type: ignore[return-value]


def _stages(plans: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The stages of the plans by what they are called."""
    named = {plain(str(plan["stage"])): str(plan["stage"]) for plan in plans}
    for plan in plans:
        titles = plan.get("title")
        for title in titles.values() if isinstance(titles, dict) else ():
            named[plain(title)] = named[plain(f"{title}阶段")] = str(plan["stage"])
    return named


def _named(campaigns: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The categories campaigns add, by what they are called."""
    named: dict[str, str] = {}
    for fields in campaigns:
        for name, titles in fields.items():
            if name.startswith("category.") and isinstance(titles, dict):
                category = name.partition(".")[2]
                named |= {plain(each): category for each in (category, *titles.values())}
    return named
