"""Who may read and write what: folded from the entries of `staff`, and from nothing else."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from sync.central import statements
from sync.central.engine import Session
from sync.fold import Edit, fold_record
from sync.ids import COMMON_LEDGERS, LEDGER_DISTRICT
from sync.ledger import read_body, read_entry
from sync.records import GROUP, LIAISON, OFFICE, STORE, VIEWER
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


class Access(msgspec.Struct, kw_only=True):
    """The district's staff as of one arrival number."""

    number: int
    store_device: str
    persons: dict[str, Person] = {}
    groups: dict[str, str] = {}
    assignments: dict[str, Assignment] = {}

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
            return frozenset(
                each.unit for each in self.assignments.values() if known.group and each.group == known.group
            )
        return frozenset(each.unit for each in self.assignments.values() if each.liaison == person)

    def may_write(self, person: str, ledger: str) -> bool:
        """Whether a person's entries belong in a ledger at all (which fields is the judge's matter)."""
        role = self.role(person)
        if role in (OFFICE, STORE):
            return True
        if role not in (GROUP, LIAISON) or ledger in COMMON_LEDGERS:
            return False
        units = self.units_of(person)
        return units is None or ledger in units

    def ledgers_of(self, person: str) -> frozenset[str] | None:
        """The ledgers a person may read; None means all but `staff` (`sees_staff` says whether that, too)."""
        units = self.units_of(person)
        return None if units is None else units | {LEDGER_DISTRICT}

    def sees_staff(self, person: str) -> bool:
        """Whether a person reads the ledger of `staff`."""
        return self.role(person) in (OFFICE, STORE)

    def scope(self, person: str) -> Scope:
        """What a person may read, with the names they are shown; not yet signed."""
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
        return {
            each.id: each.name
            for each in self.persons.values()
            if each.id == person
            or each.role == OFFICE
            or (each.group and each.group in groups)
            or any(assignment.liaison == each.id for assignment in shown)
        }

    def _named_groups(self, shown: list[Assignment], known: Person | None) -> dict[str, str]:
        wanted = {each.group for each in shown} | ({known.group} if known else set())
        return {group: name for group, name in self.groups.items() if group in wanted}


def load(session: Session, district: str, number: int, store_device: str) -> Access:
    """Fold the district's staff as the log holds it."""
    edits: dict[str, list[Edit]] = {}
    for row in session.rows(statements.STAFF_ENTRIES, (district,)):
        edit = edit_of_row(*row)
        edits.setdefault(edit.record, []).append(edit)
    access = Access(number=number, store_device=store_device)
    for folded in filter(None, map(fold_record, edits.values())):
        if not folded.withdrawn:
            _take(access, folded.kind, folded.record, folded.fields)
    return access


def edit_of_row(hash_: str, code: str, raw_head: bytes, raw_body: bytes | None) -> Edit:
    """A stored entry as the fold sees it."""
    head = read_entry(raw_head, None).head
    body = read_body(raw_body) if raw_body is not None else None
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
        over=head.over,
        set=body.set if body else None,
        counts=not code,
    )


def _take(access: Access, kind: str, record: str, fields: dict[str, Any]) -> None:
    if kind == "person":
        access.persons[record] = Person(
            id=record,
            name=fields["name"],
            role=fields["role"],
            group=fields.get("group", ""),
            left=fields.get("left") is True,
        )
    elif kind == "group":
        access.groups[record] = fields["name"]
    elif kind == "assignment":
        access.assignments[record] = Assignment(
            unit=fields["unit"], group=fields.get("group", ""), liaison=fields.get("liaison", "")
        )
