"""Which units take part in which campaign, as the office states it: by name, by what they are, or by their batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.central.admin import staff
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.ledger.ids import assignment_record
from sync.timeline.enrolling import Held, ended, enrolled, held_from
from sync.timeline.participation import Run, Term, batch_key, campaign_on, runs_from, terms_of


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which units are meant: by id or full name, and of a batch, category or group; what is empty leaves none out."""

    units: tuple[str, ...] = ()
    batch: str = ""
    category: str = ""
    group: str = ""


def units_wanted(store: Store, wanted: Wanted) -> list[str]:
    """Return the ids of the units meant; raise `Refusal` for a name that is no unit's, or if there is none."""
    called = staff.units_with_former_names(store)
    known = {unit: fields for unit, (fields, _) in called.items()}
    named = [staff.unit_of(called, text) for text in wanted.units]
    access = store.access()
    group = staff.group_named(access, wanted.group) if wanted.group else ""

    def fits(unit: str, fields: Mapping[str, Any]) -> bool:
        assigned = access.assignments.get(assignment_record(unit))
        return (
            (not wanted.batch or batch_key(str(fields.get("batch", ""))) == batch_key(wanted.batch))
            and (not wanted.category or fields.get("category") == wanted.category)
            and (not group or (assigned is not None and assigned.group == group))
        )

    found = [unit for unit in dict.fromkeys(named or known) if fits(unit, known[unit])]
    if not found:
        raise Refusal("not_found", "refused.no_units")
    return found


def enrol(store: Store, units: Iterable[str], wanted: Term) -> int:
    """Let units take part in a campaign as `wanted` says; how many of them did not yet."""
    runs = runs_with(store, wanted.campaign)
    if wanted.until and wanted.until < wanted.since:
        raise Refusal("bad_request", "refused.until_before", since=wanted.since, until=wanted.until)
    known = _Known(store)
    return _put(store, {unit: enrolled(unit, known.held(unit), runs, wanted) for unit in units})


def end(store: Store, units: Iterable[str], campaign: str, until: str) -> int:
    """Let units take part in a campaign no longer than to the end of a day; how many did."""
    runs, known = runs_with(store, campaign), _Known(store)
    return _put(store, {unit: ended(unit, known.held(unit), runs, campaign, until) for unit in units})


def runs_with(store: Store, campaign: str) -> dict[str, Run]:
    """Return the campaigns by their ids; raise `Refusal` if this one is not among them."""
    runs = runs_of(store)
    if campaign not in runs:
        raise Refusal("not_found", "refused.no_campaign", campaign=campaign, there=", ".join(sorted(runs)))
    return runs


def runs_of(store: Store) -> dict[str, Run]:
    """Return the campaigns of the district by their ids."""
    plans = [fields for _, fields in staff.district_records(store, "stage_plan")]
    return runs_from(dict(staff.district_records(store, "campaign")), plans)


class _Known:
    """What the store knows of every unit's batch and participations."""

    def __init__(self, store: Store) -> None:
        self._units = staff.unit_records(store)
        self._stated = staff.participations(store)

    def held(self, unit: str) -> Held:
        return held_from(str(self._units[unit].get("batch", "")), self._stated.get(unit, {}))


def edits(unit: str, records: Mapping[str, Mapping[str, Any]]) -> list[Edit]:
    """Return the edits that write participations of a unit."""
    return [
        Edit(ledger=unit, kind="participation", record=record, fields=dict(fields))
        for record, fields in records.items()
    ]


def _put(store: Store, written: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> int:
    changed = {unit: records for unit, records in written.items() if records}
    staff.put(store, [edit for unit, records in changed.items() for edit in edits(unit, records)])
    return len(changed)


class Roster:
    """What the batches of a roster mean: the one campaign that each fits, and how many units were enrolled by it."""

    def __init__(self, store: Store, known: Mapping[str, Mapping[str, Any]], since: str = "") -> None:
        self._runs = runs_of(store)
        self._batches = {unit: str(fields.get("batch") or "") for unit, fields in known.items()}
        self._stated = staff.participations(store)
        self._since = since
        self.unfit: set[str] = set()  # batches that fit no campaign, or several

    def campaign_on(self, unit: str, day: str) -> str:
        """Return the campaign that what is dated on a day belongs to for a unit; empty where it takes part in none."""
        held = held_from(self._batches.get(unit, ""), self._stated.get(unit, {}))
        return campaign_on(day, terms_of(held.terms.values(), held.batch, self._runs.values()), self._runs)

    def records(self, unit: str, batch: str) -> dict[str, dict[str, Any]]:
        """Return the participations to write of a unit of the roster; none where it has any."""
        held = held_from(self._batches.get(unit) or batch, self._stated.get(unit, {}))
        fitting = [run for run in self._runs.values() if batch_key(run.batch) == batch_key(batch)] if batch else []
        if batch and len(fitting) != 1:
            self.unfit.add(batch)
        if held.terms or held.withdrawn or len(fitting) != 1:
            return {}
        return enrolled(unit, held, self._runs, Term(fitting[0].id, self._since or fitting[0].starts_on))
