"""Issued briefs: what makes one valid, and which number it has. Pure; what one says is in `brief_contents`.

A brief's record id is a digest of what it says, so that nobody can put other words under it, whatever is written and
whenever it arrives; afterwards it can be withdrawn, and no more.

Numbers run by campaign and year of issue, as an office numbers its briefs. Where offices that had not heard of each
other gave one number twice, the brief that reached the store first keeps it and the later one goes on after the highest
that arrived before it. That is a matter of the order of arrival alone, which every laptop has: they all show the same
number, nobody writes anything, and a number that the store has settled is changed by nothing that arrives later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

KIND = "brief"
ALL_CAMPAIGNS = "any"  # the campaign of a brief over all of them side by side
FLAW = "issued"  # why an edit of an issued brief has no effect
_NOT_YET = 2**63  # the place of arrival of what the store does not have

_encode = msgspec.json.Encoder(order="sorted").encode


def record_of(fields: Mapping[str, Any]) -> str:
    """Return the record id of a brief that says this."""
    return hashlib.sha256(_encode(dict(fields))).hexdigest()[:32]


def flaw(record: str, fields: Mapping[str, Any]) -> str:
    """Return why an edit of a brief has no effect: it neither issues just this brief nor withdraws it; else empty."""
    return "" if fields == {"withdrawn": True} or record == record_of(fields) else FLAW


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A brief as it was issued: the number its office gave it; `arrived`: its place at the store, None before that."""

    record: str
    campaign: str
    year: str
    number: int
    arrived: int | None


def numbers(briefs: Iterable[Stated]) -> dict[str, int]:
    """Return the number of each brief, by its record."""
    highest: dict[tuple[str, str], int] = {}
    found: dict[str, int] = {}
    for each in sorted(briefs, key=_in_order_of_arrival):
        series = (each.campaign, each.year)
        found[each.record] = highest[series] = max(each.number, highest.get(series, 0) + 1)
    return found


def _in_order_of_arrival(brief: Stated) -> tuple[int, str]:
    return _NOT_YET if brief.arrived is None else brief.arrived, brief.record
