"""Who may read and write what on a day: folded from the entries of `staff`, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sync.central.access.scopes import scope_of, terms_of
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import MalformedEntry, read_body, read_entry
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import fold_record
from sync.ledger.ids import COMMON_LEDGERS, LEDGER_DISTRICT, assignment_record
from sync.model.days import DEFAULT, Zones
from sync.model.validation import GROUP, LIAISON, OFFICE, STORE, VIEWER
from sync.protocol.codec import Scope, Terms
from sync.timeline.course import courses, on_day
from sync.timeline.duties import (
    CLOSING,
    LEAVING,
    NEVER_ABSENT,
    Absences,
    Courses,
    DutyCourse,
    closed,
    duty_course,
    duty_on,
    has_left,
    off_duty,
)

# The fields of each kind that are asked for as of a day.
_STATES = {"person": (*LEAVING, "group"), "group": CLOSING, "assignment": ("group", "liaison", "withdrawn")}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user of the program as of a day."""

    id: str
    name: str
    role: str
    group: str = ""
    left: bool = False


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a unit on a day: a group, a liaison officer, or both."""

    unit: str
    group: str = ""
    liaison: str = ""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device as `staff` has it."""

    id: str
    person: str
    key: str
    name: str = ""
    revoked: bool = False
    succeeds: str = ""  # the device it follows: its file had been restored or copied


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """A person's role, and the ledgers the person's entries belong in (None: all)."""

    person: str
    role: str
    ledgers: frozenset[str] | None


class Access(msgspec.Struct, kw_only=True, dict=True):
    """The district's staff as of one arrival number and one day. Never changed once made: `advanced` makes the next.

    `past`: what the states of each person, group and assignment held from which day on; `duties`: from that, who
    answered for each unit from which day on; `absent`: when each person and group was off duty.
    """

    number: int
    day: str = ""
    zones: Zones = DEFAULT
    edits: dict[str, tuple[Edit, ...]] = {}
    persons: dict[str, Person] = {}
    groups: dict[str, str] = {}
    devices: dict[str, Device] = {}
    assignments: dict[str, Assignment] = {}
    past: dict[str, Courses] = {}
    duties: dict[str, DutyCourse] = {}
    absent: dict[str, Absences] = {}
    scopes: dict[str, Scope] = {}
    told: dict[str, Terms] = {}

    def role(self, person: str) -> str:
        """The role of a person; empty for somebody unknown or who has left."""
        if person == STORE:
            return STORE
        known = self.persons.get(person)
        return known.role if known is not None and not known.left else ""

    def has_leaving(self, person: str) -> bool:
        """Whether a day is stated on which a person leaves, also one that is to come."""
        course = self.past.get(person, {}).get("left_on", [])
        return bool(course and course[-1][1])

    def units_of(self, person: str) -> frozenset[str] | None:
        """The units whose ledgers a person may read; None means all of them."""
        known = self.persons.get(person)
        if person == STORE:
            return None
        if known is None or known.left:
            return frozenset()
        if known.role == OFFICE or (known.role == VIEWER and not known.group):
            return None
        if known.role in (GROUP, VIEWER):
            return self._units_by("group").get(known.group, frozenset())
        return self._units_by("liaison").get(person, frozenset())

    def may_connect(self, device: str) -> bool:
        """Whether a device may exchange: enrolled, not revoked, its person still here."""
        return not self.barred(device)

    def barred(self, device: str) -> str:
        """Why a device may not exchange: `device_revoked` or `person_left`; empty if it may."""
        known = self.devices.get(device)
        if known is None or known.revoked:
            return "device_revoked"
        return "" if self.role(known.person) else "person_left"

    def followers(self, device: str) -> list[str]:
        """The devices that follow one after a fork, and those that follow them, nearest first."""
        found = [device]
        for each in found:
            found += sorted(id_ for id_, known in self.devices.items() if known.succeeds == each and id_ not in found)
        return found[1:]

    def followed(self, device: str) -> list[str]:
        """The devices that one follows after forks, nearest first."""
        found: list[str] = []
        known = self.devices.get(device)
        while known is not None and known.succeeds and known.succeeds not in found:
            found.append(known.succeeds)
            known = self.devices.get(known.succeeds)
        return found

    def _units_by(self, name: str) -> dict[str, frozenset[str]]:
        """Group or liaison officer -> units; made once, because it is asked for every entry that arrives."""
        made: dict[str, frozenset[str]] | None = self.__dict__.get(name)
        if made is None:
            units: dict[str, set[str]] = {}
            for each in self.assignments.values():
                if whose := getattr(each, name):
                    units.setdefault(whose, set()).add(each.unit)
            made = self.__dict__[name] = {whose: frozenset(theirs) for whose, theirs in units.items()}
        return made

    def rights(self, person: str) -> Rights:
        """What a person may write (which fields, is the judge's matter)."""
        role = self.role(person)
        if role in (OFFICE, STORE):
            return Rights(person=person, role=role, ledgers=None)
        units = self.units_of(person) if role in (GROUP, LIAISON) else None
        return Rights(person=person, role=role, ledgers=(units or frozenset()) - set(COMMON_LEDGERS))

    def rights_then(self, person: str, unit: str, day: str) -> Rights:
        """What a person might write on a day in one unit's ledger, and in no other."""
        states = self.past.get(person, {})
        role = "" if has_left(states, day) else str(on_day(states.get("role", []), day) or "")
        duty = duty_on(self.duties.get(assignment_record(unit), []), day)
        group = on_day(states.get("group", []), day)
        hers = role == OFFICE or (role == GROUP and group and group == duty.group)
        hers = hers or (role == LIAISON and person == duty.liaison)
        return Rights(person=person, role=role, ledgers=frozenset({unit} if hers else ()))

    def changes(self, person: str, unit: str) -> list[str]:
        """The days on which what a person might write in a unit's ledger can have changed, in their order."""
        states, duties = self.past.get(person, {}), self.duties.get(assignment_record(unit), [])
        days = {day for course in states.values() for day, _ in course} | {day for day, _ in duties}
        days |= {str(value) for _, value in states.get("left_on", ()) if value}
        return sorted(days)

    def ledgers_of(self, person: str) -> frozenset[str] | None:
        """The ledgers a person may read; None means all but `staff` (`sees_staff` says whether that, too)."""
        units = self.units_of(person)
        return None if units is None else units | {LEDGER_DISTRICT}

    def sees_staff(self, person: str) -> bool:
        """Whether a person reads the ledger of `staff`."""
        return self.role(person) in (OFFICE, STORE)

    def scope(self, person: str) -> Scope:
        """What a person may read, with the names they are shown; not yet signed."""
        known = self.scopes.get(person)
        if known is None:
            known = self.scopes[person] = scope_of(self, person)
        return known

    def terms(self, person: str) -> Terms:
        """Who answered for the units a person is shown, from which day on; not yet signed."""
        known = self.told.get(person)
        if known is None:
            known = self.told[person] = terms_of(self, person)
        return known

    def held(self, record: str, name: str) -> Iterable[str]:
        """What a field of a record holds or has held."""
        return (str(value) for _, value in self.past.get(record, {}).get(name, ()) if value)

    # --- as of a day -------------------------------------------------------------------------------------------------

    def on(self, day: str) -> Access:
        """The same staff as of another day."""
        access = msgspec.structs.replace(self, day=day, persons={}, assignments={}, scopes={}, told={})
        for person, known in self.persons.items():
            access.persons[person] = access.person_on(person, known.name)
        for record, known_assignment in self.assignments.items():
            access.assignments[record] = access.assignment_on(record, known_assignment.unit)
        return access

    def person_on(self, person: str, name: str) -> Person:
        """A person as of the day."""
        states, day = self.past.get(person, {}), self.day
        role, group = (str(on_day(states.get(each, []), day) or "") for each in ("role", "group"))
        return Person(id=person, name=name, role=role, group=group, left=has_left(states, day))

    def assignment_on(self, record: str, unit: str) -> Assignment:
        """Who answers for a unit as of the day."""
        duty = duty_on(self.duties.get(record, []), self.day)
        return Assignment(unit=unit, group=duty.group, liaison=duty.liaison)

    def settle_duties(self, records: Iterable[str]) -> None:
        """Find out anew who answered for the units of these assignments."""
        for record in records:
            if record in self.assignments:
                self.duties[record] = duty_course(self.past[record], self.absences, self.absences)
                self.assignments[record] = self.assignment_on(record, self.assignments[record].unit)

    def absences(self, record: str) -> Absences:
        """When a person was no liaison officer on duty, or a group was closed; nothing is known of a stranger."""
        found = self.absent.get(record)
        if found is None and record in self.past:
            read = closed if record in self.groups else off_duty
            found = self.absent[record] = read(self.past[record])
        return found or NEVER_ABSENT

    def naming(self, records: set[str]) -> set[str]:
        """The assignments that name one of these persons or groups, or did."""
        return {
            each
            for each in self.assignments
            if any(who in records for name in ("group", "liaison") for who in self.held(each, name))
        }


def advanced(known: Access, session: Session, district: str, number: int, day: str, zones: Zones) -> Access:
    """The staff as of `number` and `day`, folding only the records that changed since `known`."""
    if zones != known.zones:  # days of edits may be others
        known = Access(number=0)
    access = Access(
        number=number,
        day=day,
        zones=zones,
        edits=dict(known.edits),
        persons=dict(known.persons),
        groups=dict(known.groups),
        devices=dict(known.devices),
        assignments=dict(known.assignments),
        past=dict(known.past),
        duties=dict(known.duties),
        absent=dict(known.absent),
    )
    changed: dict[str, list[Edit]] = {}
    since = (district, known.number)
    for row in session.rows(statements.STAFF_ENTRIES, (*since, district, *since, *since)):
        edit = edit_of_row(*row)
        changed.setdefault(edit.record, []).append(edit)
    for record, news in changed.items():
        by_hash = {edit.hash: edit for edit in (*access.edits.get(record, ()), *news)}  # one recalled comes once more
        edits = access.edits[record] = tuple(by_hash.values())
        folded = fold_record(edits)
        if folded is None:
            _drop(access, record)
        else:
            states = _STATES.get(folded.kind, ())
            access.past[record] = courses(edits, states, zones, begun=folded.kind == "assignment")
            _take(access, folded.kind, record, folded.fields, withdrawn=folded.withdrawn)
    if known.day == day and all(record in access.devices for record in changed):
        access.told = dict(known.told)  # a new laptop changes nobody's duties
    _settle(access, changed.keys())
    return access if day == known.day or not known.number else access.on(day)


def _settle(access: Access, changed: Iterable[str]) -> None:
    """Find out anew who answers for which unit, where one of these records says so."""
    again, come_or_gone = set(), set()
    for record in changed:
        if record in access.assignments:
            again.add(record)
        elif record not in access.devices:
            before = access.absent.pop(record, NEVER_ABSENT)
            if access.absences(record) != before:
                come_or_gone.add(record)
    access.settle_duties(again | (access.naming(come_or_gone) if come_or_gone else set()))


def _drop(access: Access, record: str) -> None:
    """Forget a record none of whose entries counts any more."""
    for kept in (access.persons, access.groups, access.devices, access.assignments):
        kept.pop(record, None)
    for derived in (access.past, access.duties, access.absent):
        derived.pop(record, None)


def edit_of_row(hash_: str, code: str, raw_head: bytes, raw_body: bytes | None) -> Edit:
    """A stored entry as the fold sees it."""
    head = read_entry(raw_head, None).head
    try:
        body = read_body(raw_body) if raw_body is not None else None
    except MalformedEntry:  # accepted by an earlier version, and without effect
        body = None
    return Edit(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=hash_,
        kind=head.kind,
        record=head.record,
        at=body.at if body else "",
        by=body.by if body else "",
        was=head.was,
        body=head.body,
        over=head.over,
        set=body.set if body else None,
        counts=not code,
    )


def _take(access: Access, kind: str, record: str, fields: dict[str, Any], *, withdrawn: bool) -> None:
    """Read one folded record of `staff`; whoever or whatever was withdrawn keeps its name and loses its rights.

    No field is taken for granted: a record may consist of later edits alone, and must not stop the store.
    """
    if kind == "person":
        access.persons[record] = access.person_on(record, fields.get("name", record))
    elif kind == "group":
        access.groups[record] = fields.get("name", record)
    elif kind == "device":
        access.devices[record] = Device(
            id=record,
            person=fields.get("person", ""),
            key=fields.get("key", ""),
            name=fields.get("name", ""),
            revoked=withdrawn or fields.get("revoked") is True,
            succeeds=str(fields.get("succeeds") or ""),
        )
    elif kind == "assignment":
        access.assignments[record] = Assignment(unit=fields.get("unit", ""))  # until `_settle` says who answers
