"""The rows that queries give: what a list, a card or a register shows. Plain values, no connection behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from sync.ledger.fold import Value

Row = TypeVar("Row")


class Listing(Generic[Row]):
    """A query's result read page by page: how many rows there are, and any run of them."""

    def __init__(self, count: int, rows: Callable[[int, int], list[Row]]) -> None:
        self.count = count
        self._rows = rows

    def rows(self, offset: int, limit: int) -> list[Row]:
        """At most `limit` rows from `offset` on."""
        return self._rows(offset, limit)


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in a list. `last_visit` is a day or empty; `open` and `overdue` count its follow-ups."""

    id: str
    name: str
    category: str
    last_visit: str
    open: int
    overdue: int


class UnitCard(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the head of a unit's file; `verdicts`: (day, met, partly, unmet) of the last visits, in order."""

    id: str
    name: str
    category: str
    fields: dict[str, Any]
    parent_name: str
    group: str
    group_name: str
    liaison: str
    liaison_name: str
    counts: dict[str, Any]
    counted_on: str
    visits: dict[str, int]
    verdicts: list[tuple[str, int, int, int]]
    open: int
    overdue: int
    conflicts: int


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record in a unit's history. `state`: `pending` (not yet at the office), `delivered` or `apart`."""

    record: str
    kind: str
    day: str
    at: str
    by: str
    title: str
    stage: str
    fields: dict[str, Any]
    conflicts: int
    withdrawn: bool
    invalid: bool
    state: str
    campaign: str = ""
    apart: bool = False  # kept apart as a whole


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One edit of a record. `verdict`: pending, accepted, apart or invalid; `code` says why for the last two.

    `hash` is that of its first entry. Where it was written again, `device` and `seq` are the place in which every
    laptop has it, and `names` every hash it is known by here.
    """

    device: str
    seq: int
    hash: str
    at: str
    by: str
    why: str
    verdict: str
    code: str
    set: dict[str, Any]
    late: bool = False  # came in after the record had been withdrawn
    after_duty: bool = False  # came in after the term in which the work was done
    skew: int = 0  # seconds by which the device's clock was ahead of the store's, where that is over five minutes
    names: tuple[str, ...] = ()

    def is_called(self, hash_: str) -> bool:
        """Whether a hash names this edit, by its first entry or by one that was written again."""
        return hash_ == self.hash or hash_ in self.names


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record with its conflicts and every version, each after what it builds on. `apart`: none of it has effect."""

    record: str
    ledger: str
    kind: str
    by: str
    at: str
    fields: dict[str, Any]
    conflicts: dict[str, list[Value]]
    base: dict[str, Value]
    withdrawn: bool
    versions: list[Version]
    apart: bool = False


class FollowUpRow(msgspec.Struct, frozen=True):
    """A follow-up in the register, its fields in the order in which they are read.

    `watch_until`: the last day it is watched after closing; empty if it is not. `moved`: how often it was put off.
    `source`: the record it was opened from.
    """

    record: str
    unit: str
    unit_name: str
    nature: str
    title: str
    due_on: str
    status: str
    responsible_post: str
    by: str
    watch_until: str = ""
    class_: str = msgspec.field(default="", name="class")
    lead_unit: str = ""
    responsible_unit: str = ""
    first_due: str = ""
    moved: int = 0
    reported_by: str = ""
    verified_by: str = ""
    source: str = ""


class ConflictRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record with conflicts, and the fields that have them."""

    record: str
    unit: str
    unit_name: str
    kind: str
    title: str
    day: str
    fields: list[str]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the office said of something kept apart: `released` or `answered`, and why."""

    verdict: str
    comment: str
    by: str
    at: str


class SetAsideRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry the store keeps apart, or a line in quarantine (`seq` 0), as far as it can be read here.

    `target`, `place` and `ledger` are what a ruling on it names; `unit` is the ledger it was written for. `raw`: the
    line itself where nothing can be read in it.
    """

    target: str
    place: str
    ledger: str
    unit: str
    seq: int
    record: str
    kind: str
    title: str
    by: str
    at: str
    code: str
    why: str
    fields: dict[str, Any]
    raw: str
    releasable: bool
    ruling: Said | None


class StageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of the campaign; `title` has `zh` and `en`."""

    stage: str
    title: dict[str, str]
    starts_on: str
    ends_on: str


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, its stages in order of their dates, and what it calls the categories and classes of problems it adds.

    `liaison`: the categories whose units must have a liaison officer; `production`: those whose hours are production.
    `questions`: the classes whose problems go up to the office, which answers them.
    `totals`: what the whole district has, of which the campaign's units are a share.
    """

    title: dict[str, str]
    batch: str
    stages: list[StageRow]
    id: str = ""
    starts_on: str = ""
    ends_on: str = ""
    categories: dict[str, dict[str, str]] = {}
    classes: dict[str, dict[str, str]] = {}
    settings: dict[str, Any] = {}
    liaison: frozenset[str] = frozenset()
    production: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    totals: dict[str, int] = {}

    def current_stage(self, today: str) -> str:
        """The stage that has begun last on that day; the first before any has; empty without a stage plan."""
        begun = [row.stage for row in self.stages if row.starts_on <= today]
        return begun[-1] if begun else (self.stages[0].stage if self.stages else "")


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where this laptop stands with the office; times are RFC 3339 or empty, `mine` counts this device's entries."""

    person: str
    person_name: str
    role: str
    district: str
    district_name: str
    server: str
    pending: int
    conflicts: int
    quarantined: int
    last_sync: str
    last_error: str
    oldest_unsynced: str
    mine: int
    acknowledged: int
