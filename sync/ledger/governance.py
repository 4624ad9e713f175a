"""What one person may not do to a follow-up alone: put it off again or late, give it up, withdraw it, close her own.

Such a change is a request (kind `request`) on which the office rules by a review; the edit that follows names the
review in `ruling`, and has no effect without it. Holds for follow-ups opened after the day from which the district
governs them; older ones keep what was acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sync.ledger.edit_identity import Edit
from sync.model.days import DEFAULT, Zones, plus, zones_from
from sync.model.kinds import STORE

GOVERNED = ("status", "due_on", "withdrawn")  # fields of a follow-up whose edits are judged by what they replaced
FROM_FIELD = "governed_from"  # of the record of the district
ALWAYS_GOVERNED = "0001-01-01"  # what a new district states
PUT_OFF, GIVE_UP, WITHDRAW = "put_off", "give_up", "withdraw"  # what may be asked for
CLOSING = "closing"  # what is not asked for: a unit closes, and the office says what becomes of its follow-ups
NOT_ASKER = "not_asker"  # the flaw of an edit of a request by another, or of one that does not take it back
NOT_RULED = "not_ruled"  # the flaw of an edit without the ruling it needs
# How a follow-up stands, beside the statuses that are written: withdrawn as a mistake; handed on by a unit that closed.
VOID, HANDED_ON = "void", "handed_on"


class Word(NamedTuple):
    """What the office allows: who says so, which request it grants of which follow-up, and the day asked for."""

    by: frozenset[str]
    asks: str
    target: str = ""
    due_on: str = ""

    def allows(self, edit: Edit) -> bool:
        """Return whether an edit does what is allowed and changes nothing else that is governed."""
        values = edit.set or {}
        changes = {field: values[field] for field in GOVERNED if field in values}
        if edit.by not in self.by:
            return False
        if self.asks == CLOSING:
            return changes.keys() == {"status"} and changes["status"] in ("withdrawn", "closed")
        wanted: dict[str, dict[str, Any]] = {
            PUT_OFF: {"due_on": self.due_on},
            GIVE_UP: {"status": "withdrawn"},
            WITHDRAW: {"withdrawn": True},
        }
        return self.target == edit.record and changes == wanted.get(self.asks)


def _nothing(ledger: str, named: str) -> Word | None:  # noqa: ARG001 - where nothing is known of other records
    return None


class Governance(NamedTuple):
    """The last day on which opened follow-ups are not governed, empty where none is, and the zones days are told by.

    `word` returns what the record of a ledger that an edit names in `ruling` allows; None where it allows nothing.
    """

    since: str = ""
    zones: Zones = DEFAULT
    word: Callable[[str, str], Word | None] = _nothing

    def holds_for(self, opened_at: str) -> bool:
        """Return whether a follow-up written down at an instant is governed."""
        return bool(self.since) and self.zones.day_of(opened_at) > self.since

    def closed_by(self, unit: str, person: str) -> Governance:
        """Return the same where a unit is being closed by a person, which is written down last."""

        def word(ledger: str, named: str) -> Word | None:
            found = self.word(ledger, named)
            if ledger == named == unit:
                return Word(frozenset({person}) | (found.by if found is not None else frozenset()), CLOSING)
            return found

        return self._replace(word=word)


NOT_GOVERNED = Governance()


def governance_from(fields: Mapping[str, Any]) -> Governance:
    """Return what the record of a district says."""
    since = fields.get(FROM_FIELD)
    return Governance(since if isinstance(since, str) else "", zones_from(fields))


def asks_for(edit: Edit, opener: Edit, replaced: Callable[[str], Iterable[Edit]], zones: Zones) -> str:
    """Return which request an edit of a governed follow-up would have to be, by its values alone; empty for none.

    `replaced` returns the edits with effect whose values of a field the edit saw. What the store itself writes needs
    no ruling.
    """
    values = edit.set or {}
    if edit is opener or edit.by == STORE:
        return ""
    if values.get("status") == "withdrawn" and "withdrawn" not in _seen(replaced, "status"):
        return GIVE_UP
    if values.get("withdrawn") is True and True not in _seen(replaced, "withdrawn"):
        return "" if _is_own_mistake(edit, opener, zones) else WITHDRAW
    if "due_on" in values and values["due_on"] not in _seen(replaced, "due_on"):
        return PUT_OFF if _is_put_off_again_or_late(edit, opener, replaced, zones) else ""
    return ""


def is_of_handover(edit: Edit, opener: Edit, zones: Zones) -> bool:
    """Return whether an edit that names a closing belongs to what the closing of another unit handed over to this one.

    It moves the first due date to the present one as it is handed over, or corrects that it was. The unit that closed
    may not be known here: whether its closing was taken back the store judges as the edit arrives.
    """
    values = edit.set or {}
    if not (opener.set or {}).get("carried_from") or edit is opener:
        return False
    changes = {field: values[field] for field in GOVERNED if field in values}
    if changes == {"withdrawn": True}:
        return values.get("correction") is True
    at_once = edit.by == opener.by and zones.day_of(edit.at) <= plus(zones.day_of(opener.at), 1)
    return at_once and changes.keys() == {"due_on"}


def request_flaw(edit: Edit, opener: Edit | None) -> str:
    """Return why an edit of a request has no effect: once it is asked its author may take it back, and that is all."""
    if opener is None or edit is opener:
        return ""
    return "" if edit.by == opener.by and edit.set == {"withdrawn": True} else NOT_ASKER


def _seen(replaced: Callable[[str], Iterable[Edit]], field: str) -> list[Any]:
    return [(seen.set or {}).get(field) for seen in replaced(field)]


def _is_own_mistake(edit: Edit, opener: Edit, zones: Zones) -> bool:
    """Whether who opened a follow-up takes it back by the day after."""
    return edit.by == opener.by and _dated(edit, zones) <= plus(zones.day_of(opener.at), 1)


def _is_put_off_again_or_late(
    edit: Edit, opener: Edit, replaced: Callable[[str], Iterable[Edit]], zones: Zones
) -> bool:
    if "due_on" not in edit.over:
        return True
    if any(seen is not opener for seen in replaced("due_on")):
        return True
    return any(_dated(edit, zones) > str(due) for due in _seen(replaced, "due_on"))


def _dated(edit: Edit, zones: Zones) -> str:
    """The day of an edit: the later of the day it states and the day it was written, so that none is dated back."""
    stated = (edit.set or {}).get("on")
    return max(stated if isinstance(stated, str) else "", zones.day_of(edit.at))
