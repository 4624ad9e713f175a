"""The verdict on one entry, as far as one entry shows it: shape, limits, author, scope, field rights.

Rules across entries (steps of a follow-up, who verified) are the fold's. An empty code means accepted.
"""

from __future__ import annotations

from typing import Any

from sync import ids, records
from sync.central.access import Access
from sync.ids import COMMON_LEDGERS
from sync.ledger import MAX_ENTRY_BYTES, Body, Entry, Head, MalformedEntry, check_canonical_body
from sync.records import KINDS, OFFICE, STORE

Verdict = tuple[str, str]  # (code, one plain sentence); ("", "") is accepted
ACCEPTED: Verdict = ("", "")


def judge(entry: Entry, access: Access, person: str) -> Verdict:
    """Why an entry of a device of `person` is kept apart, or `ACCEPTED`."""
    head = entry.head
    if entry.raw_body is None:
        return "no_body", "The entry came without its content."
    if len(entry.raw_head) + len(entry.raw_body) > MAX_ENTRY_BYTES:
        return "too_large", "The entry is larger than an entry may be."
    try:
        body = check_canonical_body(entry.raw_body)
    except MalformedEntry as error:
        return "malformed", f"The entry cannot be read: {error}."
    if not all(map(ids.is_plain_id, (head.ledger, head.record))):
        return "malformed", "The entry names a ledger or record that cannot be."
    if body.by != person:
        return "wrong_author", "The entry names another person than the device's."
    return _in_place(head, body, access, person)


def _in_place(head: Head, body: Body, access: Access, person: str) -> Verdict:
    kind = KINDS.get(head.kind)
    role = access.role(person)
    if not access.may_write(person, head.ledger):
        return "out_of_scope", "The unit does not belong to this person's group or assignment."
    if kind is not None and not _belongs(kind.ledger, head.ledger):
        return "wrong_ledger", "A record of this kind does not belong in this ledger."
    if kind is not None and head.kind == "unit" and _opens(head, body) and role not in (OFFICE, STORE):
        return "not_allowed", "Only the office adds units."
    faults = records.check(head.kind, body.set, new=_opens(head, body), role=role)
    if not faults:
        return ACCEPTED
    code = "not_allowed" if any(fault.code == "not_yours" for fault in faults) else "invalid_fields"
    return code, "; ".join(map(str, faults[:5]))


def _belongs(kind_ledger: str, ledger: str) -> bool:
    return kind_ledger == ledger if ledger in COMMON_LEDGERS else kind_ledger == "unit"


def _opens(head: Head, body: Body) -> bool:
    """Whether the entry opens its record: it replaces nothing, gives no reason, and is no step or addition to a set."""
    kind = KINDS.get(head.kind)
    steps: Any = kind.steps if kind is not None else ()
    return not head.over and not body.why and any("." not in name and name not in steps for name in body.set)
