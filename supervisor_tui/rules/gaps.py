"""Gaps: what a unit lacks of those who answer for it. One rule a line, in the order in which they are named.

Units have gaps, never people. What a category needs is the campaign's data (`liaison`, `production`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from sync.replica.as_of.assignments import Responsibility
from sync.replica.queries.weak import is_mended


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """The categories of the campaign worked in that must have a liaison officer, and those that produce."""

    liaison: frozenset[str] = frozenset()
    production: frozenset[str] = frozenset()


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and what it lacks, by the names of the rules (words: `gap.NAME`)."""

    unit: Responsibility
    lacks: list[str]


_RULES: dict[str, Callable[[Responsibility, Needs], bool]] = {
    "group": lambda unit, _: not unit.group,
    "liaison": lambda unit, needs: unit.category in needs.liaison and not unit.liaison,
    "contact_point": lambda unit, needs: _must_have_contact_point(unit, needs) and "contact_point" not in unit.chain,
    "first": lambda unit, _: "first" not in unit.chain,
    "deputy": lambda unit, _: "deputy" not in unit.chain,
    "direct": lambda unit, _: "direct" not in unit.chain,
    "business": lambda unit, needs: unit.category in needs.production and "business" not in unit.chain,
    "repair": lambda unit, _: any(not statuses for statuses in unit.weak.values()),
    "mended": lambda unit, _: any(is_mended(statuses) for statuses in unit.weak.values()),
    "baseline": lambda unit, _: not unit.counted,
}
RULES = tuple(_RULES)


def _must_have_contact_point(unit: Responsibility, needs: Needs) -> bool:
    """Where the organisation is weak, or so small that the campaign gives it a liaison officer."""
    return bool(unit.weak) or unit.category in needs.liaison


def lacking(unit: Responsibility, needs: Needs) -> list[str]:
    """What one unit lacks."""
    return [name for name, rule in _RULES.items() if rule(unit, needs)]


def gaps(units: Iterable[tuple[Responsibility, Needs]]) -> list[Gap]:
    """The units that lack something of what their campaign asks, those that lack most first."""
    found = [Gap(unit=unit, lacks=names) for unit, needs in units if (names := lacking(unit, needs))]
    return sorted(found, key=lambda gap: -len(gap.lacks))
