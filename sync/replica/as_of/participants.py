"""Which units take part in which campaign on which days, over every unit in scope; and which campaign is at hand.

The campaign at hand is the one the person chose. Without a choice it is, of a unit, the one under way that it takes
part in, and of the whole scope the one under way that work belongs to first. A campaign that has not begun is never at
hand; when none is under way, the one that began last is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

import msgspec

from sync.replica.as_of.past import States, as_of, states_on
from sync.replica.projection.campaign_of import read_runs, unit_terms
from sync.replica.projection.stored import FIELDS_JOIN, record_fields
from sync.replica.projection.tables import BY_NAME
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection
from sync.timeline.participation import Run, Term, campaign_on, foremost, term_from, terms_of

CHOSEN = "campaign"  # the setting that names the campaign this person works in


class Participants(msgspec.Struct, frozen=True):
    """The campaigns of the district, and when each unit takes part in which of them; closed units are among them."""

    runs: Mapping[str, Run]
    terms: Mapping[str, Sequence[Term]]

    def of(self, campaign: str, since: str, until: str) -> dict[str, list[Term]]:
        """Return the units that take part in a campaign on a day from `since` to `until`, and their terms in it."""
        found = {}
        for unit, terms in self.terms.items():
            meeting = [term for term in terms if term.campaign == campaign and term.meets(since, until)]
            if meeting:
                found[unit] = meeting
        return found

    def begun_before(self, campaign: str) -> list[str]:
        """Return the campaigns that began before another; of two that began on one day the order of their ids says."""
        run = self.runs.get(campaign)
        if run is None:
            return []
        return [each.id for each in self.runs.values() if (each.starts_on, each.id) < (run.starts_on, run.id)]

    def hands(self, day: str, chosen: str = "") -> dict[str, str]:
        """Return the campaign at hand of every unit; most units share their terms, which are then asked once."""
        known: dict[tuple[Term, ...], str] = {}
        found = {}
        for unit, terms in self.terms.items():
            key = tuple(terms)
            if key not in known:
                known[key] = self.at_hand(unit, day, chosen)
            found[unit] = known[key]
        return found

    def at_hand(self, unit: str, day: str, chosen: str = "") -> str:
        """Return the campaign at hand of a unit on a day; empty where it takes part in none that has begun."""
        terms = [term for term in self.terms.get(unit, ()) if term.campaign in self.runs]
        if chosen:
            return chosen if any(term.campaign == chosen and term.holds(day) for term in terms) else ""
        begun = [term for term in terms if term.since <= day and self.runs[term.campaign].starts_on <= day]
        under_way = [
            self.runs[term.campaign] for term in begun if term.holds(day) and self.runs[term.campaign].holds(day)
        ]
        return foremost(under_way or [self.runs[term.campaign] for term in begun], day)


_known: WeakKeyDictionary[Replica, tuple[object, Participants]] = WeakKeyDictionary()


def participants(replica: Replica) -> Participants:
    """Return who takes part in what; read again when the file has changed."""
    known, state = _known.get(replica), replica.state
    if known is None or known[0] != state:
        known = _known[replica] = (state, _participants(replica, {}))
    return known[1]


def participants_on(replica: Replica, day: str) -> Participants:
    """Return the same by what participations said at the end of a day: what ended or began one later is not known."""
    held = states_on(replica, "participation", day)
    return _participants(replica, held) if held else participants(replica)


def _participants(replica: Replica, held: States) -> Participants:
    connection = replica.connection
    runs = read_runs(connection)
    stated: dict[str, list[Term]] = {}
    for unit, *term in connection.execute("SELECT ledger, campaign, since, until FROM participation"):
        stated.setdefault(unit, []).append(Term(*term))
    for unit in _units_of(connection, held):
        stated[unit] = list(_terms_then(connection, unit, held))
    stated = {unit: terms for unit, terms in stated.items() if terms}
    by_batch: dict[str, list[Term]] = {}
    terms: dict[str, Sequence[Term]] = {}
    for unit, batch in connection.execute("SELECT ledger, batch FROM unit"):
        if unit in stated:
            terms[unit] = terms_of(stated[unit], batch, ())
        else:
            if batch not in by_batch:
                by_batch[batch] = terms_of((), batch, runs.values())
            terms[unit] = by_batch[batch]
    return Participants(runs, terms)


def _units_of(connection: Connection, held: States) -> set[str]:
    found = (connection.execute(f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ?", (record,)) for record in held)
    return {unit for rows in found for (unit,) in rows}


def _terms_then(connection: Connection, unit: str, held: States) -> Iterator[Term]:
    rows = connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = 'participation' AND r.withdrawn <> 2",
        (unit,),
    )
    for record, *row in rows.fetchall():
        fields = as_of(record_fields(*row), held.get(record))
        if fields.get("withdrawn") is not True and (term := term_from(fields)) is not None:
            yield term


def chosen(replica: Replica, day: str) -> str:
    """Return the campaign this person has chosen, if it is still there and has begun; empty otherwise."""
    name = replica.setting(CHOSEN) or ""
    run = read_runs(replica.connection).get(name) if name else None
    return name if run is not None and run.starts_on <= day else ""


def at_hand(replica: Replica, day: str, unit: str = "") -> str:
    """Return the campaign at hand, of one unit or of the whole scope; empty where none has begun."""
    name, runs = chosen(replica, day), read_runs(replica.connection)
    if unit:
        known = Participants(runs, {unit: unit_terms(replica.connection, unit, runs)})
        return known.at_hand(unit, day, name) or known.at_hand(unit, day) or name
    if name:
        return name
    begun = [run for run in runs.values() if run.starts_on <= day]
    return foremost([run for run in begun if run.holds(day)] or begun, day)


def campaigns_on(replica: Replica, unit: str, day: str) -> list[str]:
    """Return the campaigns that a unit takes part in on a day and that have begun, the one that began last first."""
    runs = read_runs(replica.connection)
    held = {term.campaign for term in unit_terms(replica.connection, unit, runs) if term.holds(day)}
    begun = [run for name, run in runs.items() if name in held and run.starts_on <= day]
    return [run.id for run in sorted(begun, key=lambda run: (run.starts_on, run.id), reverse=True)]


def placed_in(replica: Replica, unit: str, day: str) -> str:
    """Return the campaign that a record of a unit and day belongs to which names none; empty if there is none."""
    known = participants(replica)
    return campaign_on(day, known.terms.get(unit, ()), known.runs)
