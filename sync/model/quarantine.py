"""Why the store keeps an entry apart, and what the office may rule on it. Shared by both ends, a table and no more.

A ruling is an entry of kind `ruling` in the ledger of what it rules on: `target` is the hash of the entry (or, in
`staff`, of the raw line that has no place in any chain), `place` its device and seq. A release takes effect when the
store accepts the ruling.
"""

from __future__ import annotations

RELEASED, ANSWERED = "released", "answered"
VERDICTS = (RELEASED, ANSWERED)
KIND = "ruling"

UNPROVED = "unproved"  # why a restored store holds what may have been kept apart before
NO_BODY = "no_body"  # why it holds a head that came alone: its content had left the laptop of its author
HELD = (NO_BODY, UNPROVED)  # until somebody brings the content, and a receipt that says that it was accepted

# What the office may let stand after all: the entry itself is whole, only its author was not allowed to write it, or
# (`UNPROVED`) a receipt for her chain says that it may have been kept apart, and none says what became of it.
GATED = ("follow_ups_open", "parent_circle", "parent_unknown", "unit_has_records")  # not right as things stand
RELEASABLE = ("device_revoked", "not_allowed", "out_of_scope", "person_left", UNPROVED, *GATED)
# What nobody can make good by ruling: it is written anew, or sent by whoever wrote it.
FINAL = (
    "bad_seal",
    "foreign_device",
    "fork",
    "invalid_fields",
    "malformed",
    NO_BODY,
    "too_large",
    "wrong_author",
    "wrong_ledger",
)
CODES = (*RELEASABLE, *FINAL)


def place_of(device: str, seq: int) -> str:
    """Where what is ruled on stands in its ledger; seq 0 for what has no place in a chain."""
    return f"{device}:{seq}"


def read_place(text: object) -> tuple[str, int]:
    """Device and seq of a place; ("", 0) if it is none."""
    device, _, seq = str(text or "").rpartition(":")
    return (device, int(seq)) if device and seq.isascii() and seq.isdecimal() and len(seq) < 17 else ("", 0)
