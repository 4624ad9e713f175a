"""What one person may not do to a follow-up alone: put it off again or late, give it up, withdraw it, close her own.

Such a change is a request (kind `request`) on which the office rules by a review; the edit that follows names the
review in `ruling`, and has no effect without it. Holds for follow-ups opened after the day from which the district
governs them; older ones keep what was acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sync.days import DEFAULT, Zones, plus, zones_from
from sync.kinds import STORE
from sync.twins import Edit

FROM_FIELD = "governed_from"  # of the record of the district
ALWAYS_GOVERNED = "0001-01-01"  # what a new district states
PUT_OFF, GIVE_UP, WITHDRAW = "put_off", "give_up", "withdraw"  # what may be asked for
NOT_RULED = "not_ruled"  # the flaw of an edit without the ruling it needs
# How a follow-up stands, beside the statuses that are written: withdrawn as a mistake; handed on by a unit that closed.
VOID, HANDED_ON = "void", "handed_on"


class Governance(NamedTuple):
    """The last day on which opened follow-ups are not governed, empty where none is, and the zones days are told by."""

    since: str = ""
    zones: Zones = DEFAULT

    def holds_for(self, opened_at: str) -> bool:
        """Return whether a follow-up written down at an instant is governed."""
        return bool(self.since) and self.zones.day_of(opened_at) > self.since


NOT_GOVERNED = Governance()


def governance_from(fields: Mapping[str, Any]) -> Governance:
    """Return what the record of a district says."""
    since = fields.get(FROM_FIELD)
    return Governance(since if isinstance(since, str) else "", zones_from(fields))


def asks_for(edit: Edit, opener: Edit, replaced: Mapping[str, Iterable[Edit]], zones: Zones) -> str:
    """Return which request an edit of a governed follow-up would have to be, by its values alone; empty for none.

    `replaced`: by field the edits with effect whose values the edit saw. What the store itself writes needs no ruling.
    """
    values = edit.set or {}
    if edit is opener or edit.by == STORE or values.get("ruling"):
        return ""
    if values.get("status") == "withdrawn" and "withdrawn" not in _seen(replaced, "status"):
        return GIVE_UP
    if values.get("withdrawn") is True and True not in _seen(replaced, "withdrawn"):
        return "" if _is_own_mistake(edit, opener, zones) else WITHDRAW
    if "due_on" in values and values["due_on"] not in _seen(replaced, "due_on"):
        return PUT_OFF if _is_put_off_again_or_late(edit, opener, replaced, zones) else ""
    return ""


def _seen(replaced: Mapping[str, Iterable[Edit]], field: str) -> list[Any]:
    return [(seen.set or {}).get(field) for seen in replaced.get(field, ())]


def _is_own_mistake(edit: Edit, opener: Edit, zones: Zones) -> bool:
    """Whether who opened a follow-up takes it back by the day after."""
    return edit.by == opener.by and _dated(edit, zones) <= plus(zones.day_of(opener.at), 1)


def _is_put_off_again_or_late(edit: Edit, opener: Edit, replaced: Mapping[str, Iterable[Edit]], zones: Zones) -> bool:
    if "due_on" not in edit.over:
        return True
    before = list(replaced.get("due_on", ()))
    if any(seen is not opener for seen in before):
        return True
    return any(_dated(edit, zones) > str(due) for due in _seen(replaced, "due_on"))


def _dated(edit: Edit, zones: Zones) -> str:
    """The day of an edit: the later of the day it states and the day it was written, so that none is dated back."""
    stated = (edit.set or {}).get("on")
    return max(stated if isinstance(stated, str) else "", zones.day_of(edit.at))
