"""Which campaign a record belongs to, and which campaigns a unit takes part in on which days. Pure.

A unit takes part by its records of `participation`. A unit without one takes part in the campaigns of its batch, a unit
without a batch in all of them: so were records made before there was participation. A record that names no campaign is
placed by its day.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

CONSOLIDATE = "consolidate"  # the stage after the work: a unit in it is still under way, but later work comes first
_NUMERALS = {numeral: str(value) for value, numeral in enumerate("零一二三四五六七八九十")}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign's days; `ends_on` is empty without an end. `stages` are (stage, first day, last day), in order."""

    id: str
    batch: str
    starts_on: str
    ends_on: str = ""
    stages: tuple[tuple[str, str, str], ...] = ()

    @property
    def last_day(self) -> str:
        """Return the last day on which the campaign is under way; empty without an end."""
        return max((self.ends_on, *(last for _, _, last in self.stages))) if self.ends_on else ""

    def holds(self, day: str) -> bool:
        """Return whether the campaign is under way on a day."""
        return self.starts_on <= day and (not self.last_day or day <= self.last_day)

    def stage_on(self, day: str) -> str:
        """Return the stage that has begun last on a day; empty before the first."""
        return next((stage for stage, first, _ in reversed(self.stages) if first <= day), "")


class Term(msgspec.Struct, frozen=True):
    """A unit takes part in a campaign from the day `since` to the day `until`, both among them; no `until`: no end."""

    campaign: str
    since: str
    until: str = ""

    def holds(self, day: str) -> bool:
        """Return whether a day is one of them."""
        return self.since <= day and (not self.until or day <= self.until)

    def meets(self, since: str, until: str) -> bool:
        """Return whether one of them lies from `since` to `until`."""
        return self.since <= until and (not self.until or since <= self.until)


def runs_from(campaigns: Mapping[str, Mapping[str, Any]], plans: Iterable[Mapping[str, Any]]) -> dict[str, Run]:
    """Return the campaigns by their ids, from the fields of the campaigns and of their stages' plans."""
    stages: dict[str, list[tuple[str, str, str]]] = {}
    for plan in plans:
        row = (str(plan.get("stage", "")), str(plan.get("starts_on", "")), str(plan.get("ends_on", "")))
        stages.setdefault(str(plan.get("campaign", "")), []).append(row)
    return {
        record: Run(
            id=record,
            batch=str(fields.get("batch", "")),
            starts_on=str(fields.get("starts_on", "")),
            ends_on=str(fields.get("ends_on", "")),
            stages=tuple(sorted(stages.get(record, ()), key=lambda stage: (stage[1], stage[2], stage[0]))),
        )
        for record, fields in campaigns.items()
    }


def term_from(fields: Mapping[str, Any]) -> Term | None:
    """Return the term that a record of participation states; None where what it began with is not here."""
    campaign, since, until = (str(fields.get(name) or "") for name in ("campaign", "from", "until"))
    return Term(campaign, since, until) if campaign and since else None


def terms_of(stated: Iterable[Term], batch: str, runs: Iterable[Run]) -> list[Term]:
    """Return when a unit takes part in which campaigns: as its participations state, else by its batch."""
    if found := sorted(stated, key=lambda term: (term.since, term.campaign, term.until)):
        return found
    wanted = batch_key(batch)
    return [
        Term(run.id, run.starts_on, run.last_day)
        for run in sorted(runs, key=lambda run: (run.starts_on, run.id))
        if not wanted or batch_key(run.batch) == wanted
    ]


def campaign_on(day: str, terms: Sequence[Term], runs: Mapping[str, Run]) -> str:
    """Return the campaign that a record of this day belongs to which names none; empty if there is none.

    It is under way on that day, and the unit takes part in it. Of several, one in a stage before consolidation comes
    first, then the one that began later.
    """
    fitting = [runs[term.campaign] for term in terms if term.campaign in runs and term.holds(day)]
    return foremost([run for run in fitting if run.holds(day)], day)


def foremost(runs: Iterable[Run], day: str) -> str:
    """Return of campaigns under way on a day the one that work belongs to first; empty without any."""
    ranked = [(run.stage_on(day) != CONSOLIDATE, run.starts_on, run.id) for run in runs]
    return max(ranked)[2] if ranked else ""


def batch_key(batch: str) -> str:
    """Return a batch in the form in which two ways of writing it are the same: `第二批` is `2`."""
    plain = unicodedata.normalize("NFKC", batch).strip().casefold()
    inner = plain.removeprefix("第").removesuffix("批次").removesuffix("批").strip()
    return _NUMERALS.get(inner, inner)


def participation_record(unit: str, campaign: str, since: str) -> str:
    """The record of a unit's participation from a day on: two offices that enrol it alike make one."""
    digest = hashlib.sha256(f"participation\0{unit}\0{campaign}\0{since}".encode()).hexdigest()
    return f"t.{digest[:32]}"
