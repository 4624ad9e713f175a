"""What a word of the office allows that an edit of a follow-up names: a review that grants a request, or a closing.

Asked by the fold wherever it is done, and by the store as an edit arrives. Pure: `load` hands out the edits of a record
of the follow-up's ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, fold_record
from sync.ledger.governance import CLOSING, Word

Load = Callable[[str], Sequence[Edit]]


def word_named(load: Load, ledger: str, named: str) -> Word | None:
    """Return what the record that is named allows, in a ledger; None where it is not here or allows nothing.

    A unit that closes is itself the word on its follow-ups. A review allows what the request it grants asks, unless its
    author asked for it herself, or had read that the request was taken back.
    """
    edits = load(named)
    if named == ledger:
        closed_by = {edit.by for edit in edits if edit.counts and (edit.set or {}).get("closed_on")}
        return Word(frozenset(closed_by), CLOSING) if closed_by else None
    review = fold_record(edits, with_live=False)
    if review is None or review.kind != "review" or review.withdrawn or review.fields.get("verdict") != "accepted":
        return None
    request = fold_record(load(str(review.fields.get("target", ""))))
    if request is None or request.kind != "request" or request.by == review.by or _had_read(review, request):
        return None
    asks, target, due_on = (str(request.fields.get(name, "")) for name in ("asks", "target", "due_on"))
    return Word(frozenset({review.by}), asks, target, due_on)


def _had_read(review: Folded, request: Folded) -> bool:
    """Whether the newest entry a review had read of a request is the one that took it back."""
    return any(value.hash == review.fields.get("version") for value in request.live.get("withdrawn", ()))
