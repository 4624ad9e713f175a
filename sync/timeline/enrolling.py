"""What to write so that a unit takes part in a campaign from a day, or until one. Pure; for store and laptops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.timeline.participation import Run, Term, participation_record, terms_of

Fields = dict[str, Any]
_NEVER = "9999-12-31"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a unit: its batch, its participations by record id, and the ids of those withdrawn."""

    batch: str = ""
    terms: Mapping[str, Term] = {}
    withdrawn: frozenset[str] = frozenset()


def held_from(batch: str, participations: Mapping[str, Mapping[str, Any]]) -> Held:
    """Return what is known of a unit from the fields of its participations, by record id."""
    gone = {record for record, fields in participations.items() if fields.get("withdrawn") is True}
    terms = {
        record: Term(str(fields.get("campaign", "")), str(fields.get("from", "")), str(fields.get("until") or ""))
        for record, fields in participations.items()
        if record not in gone
    }
    return Held(batch=batch, terms=terms, withdrawn=frozenset(gone))


def enrolled(unit: str, held: Held, runs: Mapping[str, Run], wanted: Term) -> dict[str, Fields]:
    """Return the fields to write, by record, so that a unit takes part as `wanted` says; nothing where it does.

    A unit that took part by its batch until now goes on as before: those terms are written down with the first one.
    """
    own = _by_batch(unit, held, runs, wanted)
    terms = {**own, **held.terms}
    meeting = sorted(
        (term.since, record)
        for record, term in terms.items()
        if term.campaign == wanted.campaign and term.meets(wanted.since, wanted.until or _NEVER)
    )
    written = {record: _fields(term) for record, term in own.items()}
    record = meeting[0][1] if meeting else participation_record(unit, wanted.campaign, wanted.since)
    before = terms.get(record)
    since = min(wanted.since, before.since) if before else wanted.since
    after = Term(wanted.campaign, since, wanted.until)
    if before != after:
        written[record] = _changed(held.terms[record], after) if record in held.terms else _fields(after)
        if record in held.withdrawn:
            written[record]["withdrawn"] = None
    return written


def ended(unit: str, held: Held, runs: Mapping[str, Run], campaign: str, until: str) -> dict[str, Fields]:
    """Return the fields to write, by record, so that `until` is the last day on which a unit takes part.

    Terms that end before, or begin after it, stay. What it took part in by its batch is written down first.
    """
    own = _by_batch(unit, held, runs, None)
    running = {
        record: term
        for record, term in {**own, **held.terms}.items()
        if term.campaign == campaign and term.holds(until) and term.until != until
    }
    if not running:
        return {}
    written = {record: _fields(term) for record, term in own.items()}
    for record, term in running.items():
        after = Term(campaign, term.since, until)
        written[record] = _changed(term, after) if record in held.terms else _fields(after)
    return written


def _by_batch(unit: str, held: Held, runs: Mapping[str, Run], wanted: Term | None) -> dict[str, Term]:
    """Return what a unit without participations takes part in by its batch, by the records that will say so.

    A unit without a batch takes part in everything; of that, what has not begun by the day of `wanted` is left out.
    """
    if held.terms:
        return {}
    terms = terms_of((), held.batch, runs.values())
    if wanted is not None:
        terms = [
            term for term in terms if term.campaign != wanted.campaign and (held.batch or term.since < wanted.since)
        ]
    return {participation_record(unit, term.campaign, term.since): term for term in terms}


def _fields(term: Term) -> Fields:
    return {"campaign": term.campaign, "from": term.since} | ({"until": term.until} if term.until else {})


def _changed(before: Term, after: Term) -> Fields:
    """Return the fields in which a term changes."""
    fields: Fields = {}
    if before.since != after.since:
        fields["from"] = after.since
    if before.until != after.until:
        fields["until"] = after.until or None
    return fields
