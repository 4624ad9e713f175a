"""From entries to current values: a multi-value register per field, conflicts kept, order of arrival without meaning.

`fold_record` is a pure function of a record's entries and their verdicts. An entry has effect when it is accepted (or
the laptop's own, not yet judged), its body is here, and it breaks no rule across entries. A field's current values are
those that no entry with effect reaches through `over`; entries without effect count as steps on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from sync.ledger.chains import Body, Head
from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.governance import (
    CLOSING,
    GOVERNED,
    NOT_GOVERNED,
    NOT_RULED,
    Governance,
    asks_for,
    is_of_handover,
    request_flaw,
)
from sync.model import briefs
from sync.model.validation import KINDS
from sync.model.workflow import OPENING, step_fault


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One current value of a field, and whose it is. `value` None: the field was cleared.

    `hash` is that of the edit's first entry; `places` says where its entries stand (DEVICE:SEQ) if there are several.
    """

    value: Any
    device: str
    seq: int
    hash: str
    at: str
    by: str
    why: str = ""
    places: tuple[str, ...] = ()


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """A record as its entries make it.

    `fields` holds one value a field (of a conflict: the first by time, device, seq, hash); `live` every current value,
    for fields where the hashes matter; `conflicts` the fields with two values or more that differ; `base` what both
    sides of a conflict replaced; `flaws` the entries without effect because they break a rule: hash -> code.
    `by` and `at` are those of the entry that opened the record.
    """

    ledger: str
    record: str
    kind: str
    by: str
    at: str
    fields: dict[str, Any]
    live: dict[str, list[Value]]
    conflicts: dict[str, list[Value]] = {}
    base: dict[str, Value] = {}
    flaws: dict[str, str] = {}

    @property
    def withdrawn(self) -> bool:
        """Whether the record was withdrawn."""
        return self.fields.get("withdrawn") is True


def order(edit: Edit) -> tuple[str, str, int, str]:
    """The order values and versions are shown in when nothing else decides: the same on every replica.

    Of an edit with twins the root alone is known everywhere.
    """
    return (edit.at, "", 0, edit.hash) if edit.twins else (edit.at, edit.device, edit.seq, edit.hash)


def fold_record(
    edits: Sequence[Edit], governance: Governance = NOT_GOVERNED, *, with_live: bool = True
) -> Folded | None:
    """The record these entries of one (ledger, record) make, in any order, repeated or not; None if none has effect.

    `governance` of the district matters to follow-ups alone. `with_live` False leaves `live` out where that is quicker,
    for callers that only want the fields.
    """
    known = edits_of(edits)
    if len(known) == 1 and _is_simple(known[0]):
        return _fold_single(known[0], with_live=with_live)
    return Fold(known, governance).result()


def fold_apart(edits: Sequence[Edit]) -> Folded | None:
    """The record these entries would make if they counted: how a record kept apart as a whole is read."""
    return fold_record([msgspec.structs.replace(edit, counts=True) for edit in edits], with_live=False)


def fold_alone(head: Head, body: Body) -> Folded | None:
    """The record an accepted entry makes that is alone in it; None where there is something to weigh."""
    if head.kind == "follow_up" and body.set.get("status") not in OPENING:
        return None
    if head.kind == briefs.KIND and briefs.flaw(head.record, body.set):
        return None
    return Folded(
        ledger=head.ledger,
        record=head.record,
        kind=head.kind,
        by=body.by,
        at=body.at,
        fields=_present(head.kind, body.set),
        live={},
    )


def _present(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    qualifiers = _qualifiers(kind)
    if None not in values.values() and qualifiers.isdisjoint(values):
        return values
    return {name: value for name, value in values.items() if value is not None and name not in qualifiers}


def _qualifiers(kind: str) -> frozenset[str]:
    """Return the fields that speak of the edit they stand in, and are no values of the record."""
    known = KINDS.get(kind)
    return known.qualifiers if known is not None else frozenset()


def _is_simple(edit: Edit) -> bool:
    """Whether the edit, alone in its record, simply is the record: nothing to weigh, no rule broken."""
    if edit.set is None or not edit.counts:
        return False
    if edit.kind == briefs.KIND:
        return not briefs.flaw(edit.record, edit.set)
    return edit.kind != "follow_up" or edit.set.get("status") in OPENING


def _fold_single(edit: Edit, *, with_live: bool) -> Folded:
    values = edit.set or {}
    return Folded(
        ledger=edit.ledger,
        record=edit.record,
        kind=edit.kind,
        by=edit.by,
        at=edit.at,
        fields=_present(edit.kind, values),
        live={name: [_value(edit, name)] for name in values if name not in _qualifiers(edit.kind)} if with_live else {},
    )


def _value(edit: Edit, field: str) -> Value:
    value = edit.set[field] if edit.set is not None else None
    places = tuple([f"{twin.device}:{twin.seq}" for twin in edit.twins]) if edit.twins else ()
    return Value(
        value=value,
        device=edit.device,
        seq=edit.seq,
        hash=edit.hash,
        at=edit.at,
        by=edit.by,
        why=edit.why,
        places=places,
    )


class Fold:
    """The edits of one record, and what follows from them: which have effect, and what each replaced."""

    def __init__(self, edits: Iterable[Edit], governance: Governance = NOT_GOVERNED) -> None:
        self.edits = sorted(edits, key=order)
        self.known = {edit.hash: edit for edit in self.edits}
        # An addition replaces nothing either; by a clock that is behind it may stand before what it was added to.
        first = [edit for edit in self.edits if edit.set is not None and edit.counts and not edit.over]
        self.opener = next((edit for edit in first if _opens(edit)), first[0] if first else None)
        self.opener = next((edit for edit in first if _issues(edit)), self.opener)
        self.governance = governance
        self.is_governed = self.opener is not None and _is_governed(self.opener, governance)
        self.flaws: dict[str, str] = {}
        self._judged: set[str] = set()
        self._replaced: dict[tuple[str, str], list[Edit]] = {}  # by (hash, field), once what is replaced was judged
        for edit in self.edits:
            if edit.hash not in self._judged:
                self._judge(edit)
        self.alive = [edit for edit in self.edits if self._has_effect(edit)]

    def result(self) -> Folded | None:
        """The folded record; None when no entry has effect."""
        if not self.alive:
            return None
        opener = self.opener if self.opener is not None and self._has_effect(self.opener) else self.alive[0]
        live = self._live()
        conflicts = {field: values for field, values in live.items() if _differ(values)}
        return Folded(
            ledger=opener.ledger,
            record=opener.record,
            kind=opener.kind,
            by=opener.by,
            at=opener.at,
            fields={field: values[0].value for field, values in live.items() if values[0].value is not None},
            live=live,
            conflicts=conflicts,
            base={field: base for field in conflicts if (base := self._base(field, conflicts[field])) is not None},
            flaws=self.flaws,
        )

    def _has_effect(self, edit: Edit) -> bool:
        return edit.set is not None and edit.counts and edit.hash not in self.flaws

    def _live(self) -> dict[str, list[Value]]:
        replaced: dict[str, set[str]] = {}
        have_all_effect = len(self.alive) == len(self.edits)
        for edit in self.alive:
            for field, hashes in edit.over.items():
                replaced.setdefault(field, set()).update(hashes if have_all_effect else self.reached(field, hashes))
        live: dict[str, list[Value]] = {}
        for edit in self.alive:
            hash_, qualifiers = edit.hash, _qualifiers(edit.kind)
            for field in edit.set or ():
                if hash_ not in replaced.get(field, ()) and field not in qualifiers:
                    live.setdefault(field, []).append(_value(edit, field))
        return live

    def reached(self, field: str, hashes: Iterable[str], effective: Callable[[Edit], bool] | None = None) -> set[str]:
        """Return the hashes an edit over `hashes` replaces: those, and through those without effect what they saw.

        `effective` says which edits have effect; by default those that the fold finds to have.
        """
        has_effect = effective or self._has_effect
        waiting = list(hashes)
        if len(waiting) == 1 and (only := self.known.get(waiting[0])) is not None and has_effect(only):
            return {only.hash}  # as nearly always
        seen: set[str] = set()
        while waiting:
            hash_ = waiting.pop()
            edit = self.known.get(hash_)
            if edit is None or hash_ in seen:
                continue
            seen.add(hash_)
            if not has_effect(edit):
                waiting.extend(edit.over.get(field, ()))
        return seen

    def replaced_values(self, edit: Edit, field: str) -> list[Edit]:
        """Return the entries with effect whose value of `field` this edit saw, in the order of the fold."""
        key = edit.hash, field
        if (found := self._replaced.get(key)) is None:
            reached = [self.known[hash_] for hash_ in self.reached(field, edit.over.get(field, ()))]
            found = [seen for seen in reached if self._has_effect(seen) and field in (seen.set or ())]
            self._replaced[key] = sorted(found, key=order) if len(found) > 1 else found
        return self._replaced[key]

    def _judge(self, edit: Edit) -> None:
        """Decide whether the edit breaks a rule across entries, after everything it builds on has been decided."""
        waiting = [edit]
        while waiting:
            current = waiting[-1]
            if current.hash in self._judged:
                waiting.pop()
                continue
            # One at a time: what is waiting then builds on what comes after it, and only a circle comes back to it.
            earlier = (
                self.known[hash_]
                for field in GOVERNED
                if field in current.over
                for hash_ in current.over[field]
                if hash_ not in self._judged and hash_ in self.known and self.known[hash_] not in waiting
            )
            if (first := next(earlier, None)) is not None:
                waiting.append(first)
                continue
            self._judged.add(current.hash)
            waiting.pop()
            if code := self._flaw(current):
                self.flaws[current.hash] = code

    def _flaw(self, edit: Edit) -> str:
        if edit.set is None or not edit.counts:
            return ""
        if self.opener is not None and edit.kind != self.opener.kind:
            return "other_kind"
        if edit.kind == briefs.KIND:
            return briefs.flaw(edit.record, edit.set)
        if edit.kind == "request":
            return request_flaw(edit, self.opener)
        if edit.kind != "follow_up":
            return ""
        flaw = self._step_flaw(edit, edit.set) if "status" in edit.set else ""
        return flaw or (NOT_RULED if self.asks_for(edit) else "")

    def _step_flaw(self, edit: Edit, values: dict[str, Any]) -> str:
        status = str(values["status"])
        if "status" not in edit.over:
            return "" if status in OPENING else "step_not_allowed"
        if self.undone_by(edit):
            return ""
        faults = [
            step_fault(
                str(seen.set["status"]),
                self.step_of(seen).by,
                status,
                edit.by,
                self.reporters(seen) if status == "closed" else (),
            )
            for seen in self.replaced_values(edit, "status")
            if seen.set is not None
        ]
        return "" if not faults or "" in faults else faults[0]

    def undone_by(self, edit: Edit) -> Edit | None:
        """Return the earlier edit whose status an edit restores by taking back its author's own step; None if none."""
        values = edit.set or {}
        if values.get("correction") is not True or not values.get("status"):
            return None
        taken_back = self.replaced_values(edit, "status")
        if not taken_back or any(seen.by != edit.by for seen in taken_back):
            return None
        before = (earlier for seen in taken_back for earlier in self.replaced_values(seen, "status"))
        return next((earlier for earlier in before if (earlier.set or {}).get("status") == values["status"]), None)

    def step_of(self, edit: Edit) -> Edit:
        """Return the edit that took the step at which a follow-up stands by an edit: itself, or what it restored."""
        while (restored := self.undone_by(edit)) is not None:
            edit = restored
        return edit

    def steps_before(self, edit: Edit) -> Iterator[Edit]:
        """Yield the steps that led to where an edit stands, the newest first, beginning with its own."""
        visited: set[str] = set()
        current: Edit | None = self.step_of(edit)
        while current is not None and current.hash not in visited:
            visited.add(current.hash)
            yield current
            current = next((self.step_of(seen) for seen in self.replaced_values(current, "status")), None)

    def reporters(self, edit: Edit) -> set[str]:
        """Return who reported done what an edit says was verified; nobody where that is not governed."""
        step = self.step_of(edit)
        if not self.is_governed or step.set is None or step.set.get("status") != "verified":
            return set()
        verified = [self.step_of(seen) for seen in self.replaced_values(step, "status")]
        return {seen.by for seen in verified if seen.set and seen.set["status"] == "reported"}

    def asks_for(self, edit: Edit) -> str:
        """Return which request an edit of a governed follow-up would have to be; empty for none."""
        if not self.is_governed or self.opener is None:
            return ""
        if self._is_ruled(edit, self.opener):
            return ""
        return asks_for(edit, self.opener, partial(self.replaced_values, edit), self.governance.zones)

    def _is_ruled(self, edit: Edit, opener: Edit) -> bool:
        """Whether the word of the office that an edit names allows it; a review allows what it grants once."""
        ruling = (edit.set or {}).get("ruling")
        if not isinstance(ruling, str):
            return False
        word = self.governance.word(opener.ledger, ruling)
        if word is None:
            return ruling != opener.ledger and is_of_handover(edit, opener, self.governance.zones)
        naming = (each for each in self.edits if each.counts and (each.set or {}).get("ruling") == ruling)
        return word.allows(edit) and (word.asks == CLOSING or next(naming, edit) is edit)

    def _base(self, field: str, values: list[Value]) -> Value | None:
        """What every side of the conflict replaced, if they replaced the same."""
        sides = [self.replaced_values(self.known[value.hash], field) for value in values]
        shared = [edit for edit in sides[0] if all(edit in side for side in sides[1:])]
        return _value(shared[0], field) if shared else None


def _is_governed(opener: Edit, governance: Governance) -> bool:
    return opener.kind == "follow_up" and governance.holds_for(opener.at)


def _opens(edit: Edit) -> bool:
    """Whether the edit has all a new record of its kind needs (a later addition to a set replaces nothing either)."""
    kind = KINDS.get(edit.kind)
    return kind is None or kind.required <= (edit.set or {}).keys()


def _issues(edit: Edit) -> bool:
    """Whether the edit is the brief that its record is named after: then it is the one that opened it."""
    return edit.kind == briefs.KIND and edit.record == briefs.record_of(edit.set or {})


def _differ(values: list[Value]) -> bool:
    return len(values) > 1 and any(value.value != values[0].value for value in values[1:])


def in_causal_order(edits: Sequence[Edit]) -> list[Edit]:
    """A record's edits so that each stands after everything it replaced and after its device's earlier ones.

    Clocks lie, so `at` only decides between edits that know nothing of each other.
    """
    remaining = sorted(edits_of(edits), key=order)
    placed: dict[str, Edit] = {}
    present = {edit.hash for edit in remaining}
    while remaining:
        ready = next((edit for edit in remaining if _is_ready(edit, remaining, present - placed.keys())), remaining[0])
        remaining.remove(ready)
        placed[ready.hash] = ready
    return list(placed.values())


def _is_ready(edit: Edit, remaining: list[Edit], waiting: set[str]) -> bool:
    if any(hash_ in waiting for hashes in edit.over.values() for hash_ in hashes):
        return False
    return not any(other.device == edit.device and other.seq < edit.seq for other in remaining)
