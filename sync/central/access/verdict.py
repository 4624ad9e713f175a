"""The verdict on one entry, as far as one entry shows it: shape, limits, author, scope, field rights.

Rules across entries (steps of a follow-up, who verified) are the fold's. An empty code means accepted.
"""

from __future__ import annotations

import re

from sync.central.access.permissions import Rights
from sync.ledger import ids
from sync.ledger.chains import HASH_PREFIX, MAX_ENTRY_BYTES, Body, Entry, Head, MalformedEntry, check_canonical_body
from sync.ledger.ids import COMMON_LEDGERS
from sync.model import bounds, validation
from sync.model.kinds import ANY_LEDGER
from sync.model.quarantine import KIND as RULING
from sync.model.quarantine import NO_BODY
from sync.model.validation import KINDS, LIAISON, OFFICE, STORE

Verdict = tuple[str, str]  # (code, one plain sentence); ("", "") is accepted
ACCEPTED: Verdict = ("", "")

_SALT = re.compile("[0-9a-f]{32}")
_HASH = re.compile(HASH_PREFIX + "[0-9a-f]{64}")
_WRONG_AUTHOR: Verdict = ("wrong_author", "The entry names another person than the device's.")
_BARRED = {
    "device_revoked": "The office had revoked this laptop when the entry arrived.",
    "person_left": "The person had left when the entry arrived.",
}
_MOST_SEEN = 1000  # entries one field of an edit may replace


def evaluate(entry: Entry, rights: Rights) -> Verdict:
    """Why an entry of a device of a person with these rights is kept apart, or `ACCEPTED`."""
    body = _readable(entry)
    if not isinstance(body, Body):
        return body
    if body.by != rights.person:
        return _WRONG_AUTHOR
    return _in_place(entry.head, body, rights)


def evaluate_revoked(entry: Entry, person: str, code: str) -> Verdict:
    """Why an entry of a device that may no longer exchange is kept apart: a fault of its own, else `code`."""
    body = _readable(entry)
    if isinstance(body, Body) and body.by != person:
        return _WRONG_AUTHOR
    return unfit(entry) or (code, _BARRED[code])


def unfit(entry: Entry) -> Verdict | None:
    """What keeps the office from releasing an entry, whoever wrote it; None if nothing does."""
    body, head = _readable(entry), entry.head
    if not isinstance(body, Body):
        return body
    if misplaced := _misplaced(head):
        return misplaced
    faults = validation.check(head.kind, body.set, new=_opens(head, body))
    return ("invalid_fields", "; ".join(map(str, faults[:5]))) if faults else None


def may_be_released(entry: Entry) -> bool:
    """Whether a release makes sense: persons, rights and rulings themselves are written anew by who may write them."""
    return entry.head.ledger not in COMMON_LEDGERS and entry.head.kind != RULING and unfit(entry) is None


def _readable(entry: Entry) -> Body | Verdict:
    """The body of an entry, or what is wrong with its shape."""
    if entry.raw_body is None:
        return NO_BODY, "The entry came without its content."
    if len(entry.raw_head) + len(entry.raw_body) > MAX_ENTRY_BYTES:
        return "too_large", "The entry is larger than an entry may be."
    try:
        body = check_canonical_body(entry.raw_body)
    except MalformedEntry as error:
        return "malformed", f"The entry cannot be read: {error}."
    fault = _head_fault(entry.head) or _body_fault(body)
    return ("malformed", fault) if fault else body


def _head_fault(head: Head) -> str:
    if not (ids.is_plain_id(head.record) and (head.kind in KINDS or ids.is_plain_id(head.kind))):
        return "The entry names a record or kind that cannot be."
    if head.was and not _HASH.fullmatch(head.was):
        return "The entry names an earlier one that cannot be."
    for hashes in head.over.values():
        if not 0 < len(hashes) <= _MOST_SEEN or not all(map(_HASH.fullmatch, hashes)):
            return "The entry replaces something that cannot be."
    return ""


def _body_fault(body: Body) -> str:
    if not bounds.is_time(body.at) or not _SALT.fullmatch(body.salt):
        return "The entry's time or salt is not in the one form there is."
    if body.why and bounds.reason_fault(body.why):
        return f"The reason is longer than {bounds.LONGEST_REASON} characters or holds control characters."
    return "" if body.set else "The entry changes nothing."


def _in_place(head: Head, body: Body, rights: Rights) -> Verdict:
    role = rights.role
    if rights.ledgers is not None and head.ledger not in rights.ledgers:
        return "out_of_scope", "The unit does not belong to this person's group or assignment."
    if misplaced := _misplaced(head):
        return misplaced
    opens = _opens(head, body)
    if head.kind == "unit" and opens and role not in (OFFICE, STORE):
        return "not_allowed", "Only the office adds units."
    if head.kind == "follow_up" and role == LIAISON and body.set.get("status") == "closed":
        return "not_allowed", "A liaison officer closes no follow-up: the group or the office does."
    faults = validation.check(head.kind, body.set, new=opens, role=role)
    if not faults:
        return ACCEPTED
    code = "not_allowed" if any(fault.code == "not_yours" for fault in faults) else "invalid_fields"
    return code, "; ".join(map(str, faults[:5]))


def _misplaced(head: Head) -> Verdict | None:
    kind = KINDS.get(head.kind)
    if kind is not None and not _belongs(kind.ledger, head.ledger):
        return "wrong_ledger", "A record of this kind does not belong in this ledger."
    if head.kind == "unit" and head.record != head.ledger:
        return "wrong_ledger", "A unit is the record its own ledger is named after."
    return None


def _belongs(kind_ledger: str, ledger: str) -> bool:
    if kind_ledger == ANY_LEDGER:
        return True
    return kind_ledger == ledger if ledger in COMMON_LEDGERS else kind_ledger == "unit"


def _opens(head: Head, body: Body) -> bool:
    """Whether the entry must open its record: it replaces nothing, yet sets what every record of its kind begins with.

    A first value for a field that was empty, a step, or an addition to a set replaces nothing either and is none.
    """
    kind = KINDS.get(head.kind)
    if kind is None or head.over:
        return False
    if not kind.required.isdisjoint(body.set):
        return True
    return not body.why and any("." not in name and name not in kind.steps for name in body.set)
