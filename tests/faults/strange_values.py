"""Values no form would make, in fields and kinds this version does not know: what a later version might write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from sync.ledger import chains, ids
from sync.model.bounds import LARGEST
from sync.replica import Replica
from sync.replica.projection.apply import Incoming, apply, keep_seal

AT = "2026-09-18T09:00:00.000Z"

# What terminals act on, what some readers take for the end of a line, what is nothing, private or no character.
SIGNS = (
    "✔\ufe0f",
    "👨\u200d👩\u200d👧",
    "\u200b",
    "\u2028",
    "\u2029",
    "\u0085",
    "\x0b\x0c",
    "\xad",
    "\ufeff",
    "\ue000",
    "\uffff",
    "\U000e0041",
    "\U0010ffff",
    "\u202e",
    "e\u0301",
    "\0",
    "\x7f",
    '"\\',
    "[{",
)
TEXTS = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=6).map("".join))
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from((LARGEST, LARGEST + 1, -LARGEST, -LARGEST - 1, 0, -0.0, 1e16, 1e22, 5e-324, 10**400)),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def nested(value: Any, depth: int) -> Any:
    """Return the value inside so many nested lists."""
    for _ in range(depth):
        value = [value]
    return value


def write(
    replica: Replica,
    fields: Mapping[str, Any],
    kind: str = "liaison_note",
    unit: str = "u-1",
    at: str = AT,
    record: str = "",
) -> chains.Entry:
    """An edit as a later version of the program would write it on this laptop."""
    me = replica.joined()
    with replica.transaction() as connection:
        row = connection.execute(
            "SELECT seq, hash FROM chain WHERE ledger = ? AND device = ?", (unit, me.device)
        ).fetchone()
        seq, previous = row or (0, "")
        entry = chains.compose(
            ledger=unit,
            device=me.device,
            seq=seq + 1,
            prev=previous,
            kind=kind,
            record=record or ids.new_id(),
            fields=dict(fields),
            by=me.person,
            at=at,
        )
        apply(connection, [Incoming(entry=entry)])
        keep_seal(
            connection, chains.make_seal(me.private_key, me.district, unit, me.device, entry.head.seq, entry.hash)
        )
    return entry
