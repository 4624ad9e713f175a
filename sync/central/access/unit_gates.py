"""What an edit may not do in view of what the store holds: the laptop's gates, asked again at arrival.

A unit with records is not withdrawn, a parent is a unit that is there and not below the unit itself, and a unit closes
once each of its open follow-ups is handed on or settled. What the device had not received when it sent the edit is not
held against it: two offline acts that are each right are both accepted, and the fold says what comes of them. A device
that states no place in the log is judged by all that is there. Of follow-ups, see `ruling_gates`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.central.access.governance import governance_of
from sync.central.access.permissions import edit_of_row
from sync.central.access.ruling_gates import RulingGates
from sync.central.access.verdict import ACCEPTED, Verdict
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import ChainName, Entry, MalformedEntry, read_body
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, fold_record
from sync.model.kinds import RECORDED_OF_A_UNIT
from sync.model.workflow import OUTSTANDING
from sync.protocol import codec
from sync.timeline.grants import word_named

_ALL = 2**62
_MOST_ABOVE = 1_000  # units on the way up


def seen_by(request: codec.SyncRequest, log: str) -> int:
    """Return up to which arrival number a device has received the log, as its message says."""
    if not request.log:
        return _ALL
    return request.cursor if request.log == log else 0


class UnitGates:
    """The gates for what one device brings with one message; `brought` are its chains."""

    def __init__(
        self,
        session: Session,
        district: str,
        device: str,
        seen: int,
        brought: Mapping[ChainName, Sequence[tuple[Entry, Verdict]]],
    ) -> None:
        self._session = session
        self._district = district
        self._device = device
        self._seen = seen
        self._brought = brought
        self._refused: set[str] = set()
        self._rulings = RulingGates(session, district, device, brought, self._refused)

    def verdict(self, entry: Entry) -> Verdict:
        """Return why an accepted edit of a unit is kept apart after all, or `ACCEPTED`."""
        if entry.head.kind == "follow_up":
            verdict = self._rulings.verdict(entry)
            if verdict[0]:
                self._refused.add(entry.hash)
            return verdict
        if entry.head.kind != "unit":
            return ACCEPTED
        try:
            given = read_body(entry.raw_body or b"").set
        except MalformedEntry:
            return ACCEPTED
        verdict = self._verdict(entry, given)
        if verdict[0]:
            self._refused.add(entry.hash)
        return verdict

    def _verdict(self, entry: Entry, given: Mapping[str, Any]) -> Verdict:
        unit, parent = entry.head.ledger, given.get("parent")
        if isinstance(parent, str):
            if not self._is_unit(parent):
                return "parent_unknown", "There is no unit of the name that this one is put below."
            if self._is_above(unit, parent):
                return "parent_circle", "The unit is put below itself."
        if not (given.get("withdrawn") is True or given.get("closed_on")):
            return ACCEPTED
        records = self._records(entry)
        if given.get("withdrawn") is True and records:
            return "unit_has_records", "A unit with records is closed, not withdrawn."
        if given.get("closed_on") and any(_is_open(each) for each in records):
            return "follow_ups_open", "The unit is closed while follow-ups of it are open."
        return ACCEPTED

    def _is_unit(self, unit: str) -> bool:
        folded = self._unit(unit)
        return folded is not None and folded.kind == "unit" and not folded.withdrawn

    def _is_above(self, unit: str, below: str) -> bool:
        """Return whether a unit is `below` itself, or above it."""
        path: list[str] = []
        while below and below not in path and len(path) < _MOST_ABOVE:
            if below == unit:
                return True
            path.append(below)
            folded = self._unit(below)
            below = str(folded.fields.get("parent") or "") if folded is not None else ""
        return False

    def _unit(self, unit: str) -> Folded | None:
        return fold_record(self._edits(unit).get(unit, []), with_live=False)

    def _records(self, closing: Entry) -> list[Folded]:
        """Return the records of a unit that count before an edit of it that may close it."""
        unit = closing.head.ledger
        edits = self._edits(unit, closing.head.seq)
        by = read_body(closing.raw_body or b"").by
        governance = (
            governance_of(self._session, self._district)
            ._replace(word=lambda ledger, named: word_named(lambda record: edits.get(record, []), ledger, named))
            .closed_by(unit, by)
        )
        folded = [fold_record(each, governance, with_live=False) for each in edits.values()]
        return [each for each in folded if each is not None and each.kind in RECORDED_OF_A_UNIT and not each.withdrawn]

    def _edits(self, ledger_id: str, until: int = _ALL) -> dict[str, list[Edit]]:
        """Return what the device knows of a ledger: what it has received, and what it has written there itself."""
        values = (self._district, ledger_id, self._seen, self._device)
        found = [edit_of_row(*row) for row in self._session.rows(statements.SEEN_OF_LEDGER, values)]
        for entry, (code, _) in self._brought.get((ledger_id, self._device), ()):
            if not code and entry.hash not in self._refused and entry.head.seq < until:
                found.append(edit_of_row(entry.hash, code, entry.raw_head, entry.raw_body))
        by_record: dict[str, list[Edit]] = {}
        for edit in found:
            by_record.setdefault(edit.record, []).append(edit)
        return by_record


def _is_open(folded: Folded) -> bool:
    return folded.kind == "follow_up" and folded.fields.get("status") in OUTSTANDING
