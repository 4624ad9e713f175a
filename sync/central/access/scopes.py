"""What a person is shown: the scope with its names, and who answered for its units from which day on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from sync.model.validation import GROUP, OFFICE
from sync.protocol.codec import Scope, Terms
from sync.timeline.duties import Duty

if TYPE_CHECKING:
    from sync.central.access.permissions import Access, Assignment, Person

_sorted = msgspec.json.Encoder(order="sorted")


def scope_of(access: Access, person: str) -> Scope:
    """What a person may read, with the names they are shown; not yet signed."""
    units = access.units_of(person)
    known = access.persons.get(person)
    records = [each for each, assigned in access.assignments.items() if units is None or assigned.unit in units]
    shown = [access.assignments[each] for each in records]
    everything, staff = units is None, access.sees_staff(person)
    people = _everybody(access) if everything else _people(access, person, records)
    scope = Scope(
        version="",
        person=person,
        role=access.role(person),
        group=known.group if known else "",
        everything=everything,
        staff=staff,
        units=[] if everything else sorted(units or ()),
        people=people,
        groups=access.groups if everything else _groups(access, records, known),
        liaisons={} if staff else {each.unit: each.liaison for each in shown if each.liaison},
        unit_groups={}
        if staff
        else {each.unit: each.group for each in shown if each.group and (known is None or each.group != known.group)},
        gone=[] if everything else sorted(each for each in people if _is_gone(access.persons[each], shown)),
    )
    return _versioned(scope)


def without_gone(scope: Scope) -> Scope:
    """The same for a program that does not know who is gone: it would find the signature to be of something else."""
    return _versioned(msgspec.structs.replace(scope, gone=[])) if scope.gone else scope


def _versioned(scope: Scope) -> Scope:
    version = hashlib.sha256(_sorted.encode(msgspec.structs.replace(scope, version=""))).hexdigest()[:16]
    return msgspec.structs.replace(scope, version=version)


def _is_gone(person: Person, shown: Sequence[Assignment]) -> bool:
    """Whether a person has left, or answers for none of the units of these assignments any more."""
    if person.left or person.role == OFFICE:
        return person.left
    if person.role == GROUP:
        return all(each.group != person.group for each in shown)
    return all(each.liaison != person.id for each in shown)


def terms_of(access: Access, person: str) -> Terms:
    """Who answered for the units a person is shown, from which day on; not yet signed."""
    units = access.units_of(person)
    alike: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for record, known in access.assignments.items():
        if units is None or known.unit in units:
            steps = tuple(_step(first, duty) for first, duty in access.duties.get(record, ()))
            alike.setdefault(steps, []).append(known.unit)
    rows = sorted(([list(step) for step in steps], sorted(theirs)) for steps, theirs in alike.items())
    told = Terms(version="", person=person, units=rows)
    version = hashlib.sha256(_sorted.encode(told)).hexdigest()[:16] if rows else ""
    return msgspec.structs.replace(told, version=version)


def _step(first: str, duty: Duty) -> tuple[str, ...]:
    """A step of a duty's course as a message carries it."""
    step = [first, duty.group, duty.liaison, duty.vacant_since, duty.ungrouped_since]
    while step and not step[-1]:
        step.pop()
    return tuple(step)


def _everybody(access: Access) -> dict[str, str]:
    return {each.id: each.name for each in access.persons.values()}


def _people(access: Access, person: str, records: Sequence[str]) -> dict[str, str]:
    """The names of everybody who may have written in the ledgers of these assignments, on whichever day."""
    groups, liaisons = _ever(access, records, "group"), _ever(access, records, "liaison")
    return {
        each.id: each.name
        for each in access.persons.values()
        if each.id == person
        or each.id in liaisons
        or not groups.isdisjoint(access.held(each.id, "group"))
        or OFFICE in access.held(each.id, "role")
    }


def _groups(access: Access, records: Sequence[str], known: Person | None) -> dict[str, str]:
    wanted = _ever(access, records, "group") | ({known.group} if known else set())
    return {group: name for group, name in access.groups.items() if group in wanted}


def _ever(access: Access, records: Sequence[str], name: str) -> set[str]:
    """Whoever is or was named in a field of these assignments."""
    return {who for each in records for who in access.held(each, name)}
