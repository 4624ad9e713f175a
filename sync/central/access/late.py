"""Work that comes in after the term in which it was done: accepted and marked late for `GRACE` days, then kept apart.

Whoever left, changed role or lost a unit may still have unsent work of before. Its stated day decides, and the day it
is at the store; an entry is judged once, as it arrives.
"""

from __future__ import annotations

from sync.central.access.permissions import Access, Rights
from sync.central.access.verdict import Verdict, evaluate, evaluate_revoked, may_be_released
from sync.ledger.chains import Entry, MalformedEntry, read_body
from sync.model.days import Zones, between
from sync.model.kinds import KINDS

GRACE = 30  # days after the end of a term
LATE: Verdict = ("", "The entry came in after the term in which the work was done.")  # accepted, and marked
_ENDED = ("not_allowed", "out_of_scope", "person_left")


def verdict_on(entry: Entry, rights: Rights, barred: str, access: Access) -> Verdict:
    """The verdict on an entry as it arrives; `barred`: why its device may not exchange, if it may not."""
    person = rights.person
    verdict = evaluate_revoked(entry, person, barred) if barred else evaluate(entry, rights)
    if verdict[0] in _ENDED and may_be_released(entry) and _is_in_time(entry, person, access):
        return LATE
    return verdict


def is_late(verdict: Verdict) -> bool:
    """Whether a verdict accepts an entry as late."""
    return verdict == LATE


def _is_in_time(entry: Entry, person: str, access: Access) -> bool:
    """Whether an entry's work was done in a term of its author that ended at most `GRACE` days ago."""
    done, unit = _stated_day(entry, access.zones), entry.head.ledger
    if not done or done >= access.day or evaluate(entry, access.rights_then(person, unit, done))[0]:
        return False
    later = (day for day in access.changes(person, unit) if done < day <= access.day)
    ended = next((day for day in later if evaluate(entry, access.rights_then(person, unit, day))[0]), "")
    since = between(ended, access.day) if ended else None
    return since is not None and since <= GRACE


def _stated_day(entry: Entry, zones: Zones) -> str:
    """The day an entry states for what it tells, else the day it was made."""
    try:
        body = read_body(entry.raw_body or b"")
    except MalformedEntry:
        return ""
    kind = KINDS.get(entry.head.kind)
    stated = [body.set.get(name) for name in ("on", kind.day if kind is not None else "")]
    day = next((each for each in reversed(stated) if isinstance(each, str) and each), "")
    return day or zones.day_of(body.at)
