"""Who did what to the store, and when: from the entries of `staff`, the rulings, and a trail of what is no entry.

The trail (codes, imports, restorations, laptops taken up again) is only ever added to, each row hashed with the one
before it, so that a changed or missing row shows in `verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from sync.central.access.permissions import edit_of_row
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains

_BY_KIND = {"assignment": "assigned", "device": "device", "group": "group", "person": "person"}


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that was done: when, by whom (a person, a device, or `store` for its admin), what, and to what.

    Of what is an entry also its record, and the fields it changed (without keys).
    """

    at: str
    who: str
    what: str
    about: str
    record: str = ""
    changes: dict[str, Any] = {}


def note(session: Session, district: str, who: str, what: str, about: str, at: str = "") -> None:
    """Add a row to the trail, in the transaction that does what it tells of."""
    session.row(statements.LOCK_COUNTER, (district,))
    number, before = session.row(statements.AUDIT_END, (district,)) or (0, "")
    at = at or chains.now()
    hash_ = row_hash(before, number + 1, at, who, what, about)
    session.run(statements.ADD_AUDIT, (district, number + 1, at, who, what, about, hash_))


def row_hash(before: str, number: int, at: str, who: str, what: str, about: str) -> str:
    """The hash of a row of the trail, which covers every row before it."""
    return hashlib.sha256(msgspec.json.encode([before, number, at, who, what, about])).hexdigest()


def audit(session: Session, district: str) -> list[Event]:
    """Everything that is known to have been done, oldest first."""
    trail = [
        Event(at=at, who=who, what=what, about=about)
        for _, at, who, what, about, _ in session.rows(statements.AUDIT, (district,))
    ]
    return sorted([*trail, *_staff(session, district), *_rulings(session, district)], key=lambda event: event.at)


def _staff(session: Session, district: str) -> Iterator[Event]:
    for row in session.each(statements.STAFF_ENTRIES, (district, 0, *(district, district, 0), *(district, 0))):
        edit = edit_of_row(*row)
        if not edit.counts or edit.set is None or edit.kind not in _BY_KIND:
            continue
        changes = edit.set
        what = _BY_KIND[edit.kind]
        if edit.kind == "device":
            what = "revoked" if changes.get("revoked") else "enrolled" if "key" in changes else what
        elif changes.get("left"):
            what = "left"
        told = {name: value for name, value in sorted(changes.items()) if name != "key"}
        shown = ", ".join(f"{name} {value}" for name, value in told.items())
        about = f"{edit.record}: {shown}"
        yield Event(at=edit.at, who=edit.by, what=what, about=about, record=edit.record, changes=told)


def _rulings(session: Session, district: str) -> Iterator[Event]:
    for target, verdict, comment, by, at, device in session.rows(statements.RULINGS, (district, 0, 2**62)):
        yield Event(at=at, who=by, what=verdict, about=f"{target} of {device}: {comment}")
