"""Who may read and write what: folded from the entries of `staff`, and from nothing else."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from sync.central import statements
from sync.central.engine import Session
from sync.fold import fold_record
from sync.ids import COMMON_LEDGERS, LEDGER_DISTRICT
from sync.ledger import MalformedEntry, read_body, read_entry
from sync.records import GROUP, LIAISON, OFFICE, STORE, VIEWER
from sync.twins import Edit
from sync.wire import Scope

_sorted = msgspec.json.Encoder(order="sorted")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user of the program."""

    id: str
    name: str
    role: str
    group: str = ""
    left: bool = False


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a unit: a group, a liaison officer, or both."""

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
    """The district's staff as of one arrival number. Never changed once made: `advanced` makes the next one."""

    number: int
    edits: dict[str, tuple[Edit, ...]] = {}
    persons: dict[str, Person] = {}
    groups: dict[str, str] = {}
    devices: dict[str, Device] = {}
    assignments: dict[str, Assignment] = {}
    scopes: dict[str, Scope] = {}

    def role(self, person: str) -> str:
        """The role of a person; empty for somebody unknown or who has left."""
        if person == STORE:
            return STORE
        known = self.persons.get(person)
        return known.role if known is not None and not known.left else ""

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
            known = self.scopes[person] = self._scope(person)
        return known

    def _scope(self, person: str) -> Scope:
        units = self.units_of(person)
        known = self.persons.get(person)
        shown = [each for each in self.assignments.values() if units is None or each.unit in units]
        everything, staff = units is None, self.sees_staff(person)
        scope = Scope(
            version="",
            person=person,
            role=self.role(person),
            group=known.group if known else "",
            everything=everything,
            staff=staff,
            units=[] if everything else sorted(units or ()),
            people=self._people(person, shown, everything=everything),
            groups=self.groups if everything else self._named_groups(shown, known),
            liaisons={} if staff else {each.unit: each.liaison for each in shown if each.liaison},
            unit_groups={}
            if staff
            else {
                each.unit: each.group for each in shown if each.group and (known is None or each.group != known.group)
            },
        )
        version = hashlib.sha256(_sorted.encode(scope)).hexdigest()[:16]
        return msgspec.structs.replace(scope, version=version)

    def _people(self, person: str, shown: list[Assignment], *, everything: bool) -> dict[str, str]:
        """The names a scope shows: everybody who may have written in its ledgers."""
        if everything:
            return {each.id: each.name for each in self.persons.values()}
        groups = {each.group for each in shown}
        liaisons = {each.liaison for each in shown}
        return {
            each.id: each.name
            for each in self.persons.values()
            if each.id == person or each.role == OFFICE or (each.group and each.group in groups) or each.id in liaisons
        }

    def _named_groups(self, shown: list[Assignment], known: Person | None) -> dict[str, str]:
        wanted = {each.group for each in shown} | ({known.group} if known else set())
        return {group: name for group, name in self.groups.items() if group in wanted}


def advanced(known: Access, session: Session, district: str, number: int) -> Access:
    """The staff as of `number`, folding only the records that changed since `known`."""
    access = Access(
        number=number,
        edits=dict(known.edits),
        persons=dict(known.persons),
        groups=dict(known.groups),
        devices=dict(known.devices),
        assignments=dict(known.assignments),
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
            _take(access, folded.kind, record, folded.fields, withdrawn=folded.withdrawn)
    return access


def _drop(access: Access, record: str) -> None:
    """Forget a record none of whose entries counts any more."""
    for kept in (access.persons, access.groups, access.devices, access.assignments):
        kept.pop(record, None)


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
        access.persons[record] = Person(
            id=record,
            name=fields.get("name", record),
            role=fields.get("role", ""),
            group=fields.get("group", ""),
            left=withdrawn or fields.get("left") is True,
        )
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
        who = Assignment(unit=fields.get("unit", ""), group=fields.get("group", ""), liaison=fields.get("liaison", ""))
        access.assignments[record] = Assignment(unit=who.unit) if withdrawn else who
