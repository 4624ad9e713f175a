"""On which days a fact was corrected or withdrawn after it had been recorded. Pure.

A correction of a fact (an inspection, a note, a count, a survey, a gate, a follow-up's texts) holds from the beginning,
so it changes what past periods say; steps of a follow-up, its dates, its withdrawal where that is governed, and what is
added to a set change none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Fold
from sync.model.days import Zones
from sync.model.kinds import KINDS

FACTS = ("inspection", "liaison_note", "count", "survey", "gate", "follow_up")
_STATES = {"follow_up": frozenset({"due_on", "carried_to"})}  # a gate's `due_on` is a fact like the rest of it
_ADDED = ("attachment.", "inspector.", "present.")  # sets, to which something is added later
_OTHERS = {  # fields that are no facts
    kind: KINDS[kind].steps | KINDS[kind].qualifiers | _STATES.get(kind, frozenset()) for kind in FACTS
}
_OTHERS_GOVERNED = {kind: others | {"withdrawn"} for kind, others in _OTHERS.items()}


def corrections(kind: str, fold: Fold, zones: Zones) -> dict[str, str | None]:
    """Return the days on which a record of a kind was corrected, each with the day the record was dated before.

    None where the correction left the record's day alone. Edits without effect correct nothing.
    """
    if kind not in FACTS or sum(changes_facts(kind, edit.set, is_governed=fold.is_governed) for edit in fold.edits) < 2:
        return {}
    found: dict[str, str | None] = {}
    for edit in fold.alive:
        if edit is not fold.opener and changes_facts(kind, edit.set, is_governed=fold.is_governed):
            day = zones.day_of(edit.at)
            found[day] = found.get(day) or _day_before(fold, edit, KINDS[kind].day)
    return found


def changes_facts(kind: str, values: Mapping[str, Any] | None, *, is_governed: bool = False) -> bool:
    """Whether an edit of a record of a kind of `FACTS` says something of what was, and does not only move it on.

    `is_governed`: of a follow-up whose withdrawal is a state, which holds from its day.
    """
    others = (_OTHERS_GOVERNED if is_governed else _OTHERS)[kind]
    if values is None or others.issuperset(values):
        return False
    return any(name not in others and not name.startswith(_ADDED) for name in values)


def _day_before(fold: Fold, edit: Edit, field: str) -> str | None:
    """Return the day an edit replaced; None where it replaced none."""
    if field not in (edit.set or ()):
        return None
    replaced = [(seen.set or {}).get(field) for seen in fold.replaced_values(edit, field)]
    return next((day for day in replaced if isinstance(day, str)), None)
