"""A record whose day or campaign an upgrade changed: what a laptop and the store each list of their own files."""

from __future__ import annotations

import msgspec


class Changed(msgspec.Struct, frozen=True):
    """A record that has another day or campaign than before; `day` and `campaign` are today's."""

    record: str
    unit: str
    unit_name: str
    kind: str
    title: str
    day_before: str
    day: str
    campaign_before: str
    campaign: str


def listed_order(each: Changed) -> tuple[str, str, str, str]:
    """Sort by unit, then by day."""
    return each.unit_name, each.unit, each.day, each.record
