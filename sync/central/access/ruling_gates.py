"""Whether an edit of a follow-up that names a ruling is allowed by it, as far as the store can tell when it arrives.

The review stands before the edit in the same device's chain, or came before; the request was read before it was ruled
on. Where the store has not got the request (it was restored), and where a closing is named, which its unit states last,
the edit is let in: the fold judges it on every laptop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.central.access.permissions import edit_of_row
from sync.central.access.verdict import ACCEPTED, Verdict
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import ChainName, Entry
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import fold_record
from sync.ledger.governance import Word
from sync.timeline.grants import word_named

_NOT_GRANTED: Verdict = ("not_allowed", "The ruling that is named does not allow this.")
_ALL = 2**62


class RulingGates:
    """The gates for what one device brings with one message; `brought` are its chains."""

    def __init__(
        self,
        session: Session,
        district: str,
        device: str,
        brought: Mapping[ChainName, Sequence[tuple[Entry, Verdict]]],
        refused: set[str],
    ) -> None:
        self._session = session
        self._district = district
        self._device = device
        self._brought = brought
        self._refused = refused  # hashes of what gates kept apart of this message

    def verdict(self, entry: Entry) -> Verdict:
        """Return why an accepted edit of a follow-up is kept apart after all, or `ACCEPTED`."""
        edit = edit_of_row(entry.hash, "", entry.raw_head, entry.raw_body)
        named = (edit.set or {}).get("ruling")
        if edit.kind != "follow_up" or not isinstance(named, str) or named == edit.ledger:
            return ACCEPTED
        review = fold_record(self._edits(edit, named), with_live=False)
        if review is None:
            return ACCEPTED if self._is_handed_over(edit, named) else _NOT_GRANTED
        if review.kind == "review" and not self._edits(edit, str(review.fields.get("target", ""))):
            return ACCEPTED
        word: Word | None = word_named(lambda record: self._edits(edit, record), edit.ledger, named)
        return ACCEPTED if word is not None and word.allows(edit) else _NOT_GRANTED

    def _is_handed_over(self, edit: Edit, closed: str) -> bool:
        """Return whether the follow-up came from one of a unit that closed, and may be taken back if that is done.

        It is withdrawn by who takes back the very closing that handed it on; nothing else withdraws it by a closing.
        """
        came = (each.set or {} for each in self._edits(edit, edit.record))
        origins = {str(values["carried_from"]) for values in came if values.get("carried_from")}
        handed_on = [each for origin in sorted(origins) for each in self._known(closed, origin)]
        if (edit.set or {}).get("withdrawn") is not True:
            return bool(handed_on)
        is_given = any(each.counts and (each.set or {}).get("carried_to") == edit.record for each in handed_on)
        return is_given and any(_takes_back(each, edit.by) for each in self._known(closed, closed))

    def _edits(self, before: Edit, record: str) -> list[Edit]:
        """Return what there is of a record of the same ledger when an edit arrives."""
        return self._known(before.ledger, record, before.seq)

    def _known(self, ledger: str, record: str, before: int = _ALL) -> list[Edit]:
        """Return what there is of a record: stored, or brought in places of the chain before one."""
        found = self._stored(ledger, record)
        for entry, (code, _) in self._brought.get((ledger, self._device), ()):
            head = entry.head
            if head.record == record and not code and entry.hash not in self._refused and head.seq < before:
                found.append(edit_of_row(entry.hash, code, entry.raw_head, entry.raw_body))
        return found

    def _stored(self, ledger: str, record: str) -> list[Edit]:
        rows = self._session.rows(statements.RECORD_ENTRIES, (self._district, ledger, record))
        return [edit_of_row(*row) for row in rows]


def _takes_back(edit: Edit, person: str) -> bool:
    """Return whether an edit of a unit is a person's taking back of its closing."""
    values = edit.set or {}
    is_cleared = "closed_on" in values and values["closed_on"] is None
    return edit.counts and edit.by == person and is_cleared and values.get("correction") is True
