"""Laptops that a restored store knows by their certificates alone, and the office's word that they are its own.

They were enrolled after the backup, and no laptop of the office had heard of them: what they have not sent waits on
them until the office admits them. Whatever else was known of them (that one was revoked, say) comes back with the next
laptop that holds it, and counts from then on.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync.central.admin import staff
from sync.central.log import audit
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.central.storage import statements
from sync.ledger.ids import LEDGER_STAFF
from sync.model.validation import STORE


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A laptop that waits: its person's name is empty where `staff` does not know the person either."""

    device: str
    name: str
    person: str
    person_name: str


def waiting(store: Store) -> list[Waiting]:
    """The laptops that wait for the office, the first to come back first."""
    access = store.access()
    rows = store.engine.read(lambda session: session.rows(statements.DEVICES, (store.district.id,)))
    return [
        Waiting(device=device, name=name, person=person, person_name=_name(access.persons.get(person)))
        for device, person, name, *_ in rows
        if person != STORE and device not in access.devices
    ]


def _name(person: Any) -> str:
    return str(person.name) if person is not None else ""


def readmit(store: Store, device: str, name: str = "", role: str = "", group: str = "") -> Waiting:
    """Write a waiting laptop into `staff` again, with the key its certificate names, and its person where need be.

    `name`, `role` and `group` are of a person who is not known any more either. Raises `Denied` for a laptop that does
    not wait, and where the person is wanted.
    """
    found = next((each for each in waiting(store) if each.device == device), None)
    if found is None:
        raise Refusal("not_found", "refused.not_waiting", device=device)
    if not found.person_name and not (name and role):
        raise Refusal("bad_request", "refused.nobody", person=found.person)
    if not found.person_name:
        staff.add_person(store, name, role, group, found.person)
    fields = store.engine.read(lambda session: staff.certified(session, store.district.id, device))
    fields["name"] = found.name or device
    staff.put(store, [Edit(ledger=LEDGER_STAFF, kind="device", record=device, fields=fields)])
    store.engine.transact(lambda session: audit.note(session, store.district.id, STORE, "admitted", device))
    return found
