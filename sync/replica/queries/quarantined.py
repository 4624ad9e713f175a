"""The edits that are kept apart, each once: what was written again and stands elsewhere is not apart any more."""

from __future__ import annotations

from collections.abc import Iterator

from sync.ledger.chains import HASH_PREFIX
from sync.ledger.edit_identity import Edit, edits_of
from sync.replica.projection.tables import Loaded, load_edits, load_record
from sync.replica.queries.records import verdicts_of
from sync.replica.replica import Replica


def edits_apart(replica: Replica, device: str = "") -> Iterator[tuple[Edit, Loaded]]:
    """Every edit that is kept apart, with the entry shown of it, the newest first; or those with an entry of a device.

    An entry shown of another device's stands for the device's own, where the store had to write that again.
    """
    where, values = ("AND c.device = ?", (device,)) if device else ("", ())
    found = replica.connection.execute(
        "SELECT c.ledger, e.record, e.hash FROM entry e JOIN chain c ON c.id = e.chain"
        f" WHERE e.code <> '' {where} ORDER BY e.number DESC, c.ledger, c.device, e.seq",
        values,
    ).fetchall()
    told: set[str] = set()
    for ledger, record, hash_ in found:
        name = HASH_PREFIX + hash_.hex()
        loaded = load_edits(replica.connection, (ledger, record))
        edit = next(each for each in edits_of(one.edit for one in loaded) if name in each.names)
        if edit.hash not in told and verdicts_of(loaded)[edit.hash][0] == "apart":
            told.add(edit.hash)
            yield edit, next(each for each in loaded if _place(each) == (edit.device, edit.seq))


def _place(loaded: Loaded) -> tuple[str, int]:
    return loaded.head.device, loaded.head.seq


def stands(replica: Replica, record: str, body: str) -> bool:
    """Whether an edit of that body stands here in any chain, or waits to be sent."""
    return any(each.head.body == body and not each.code for each in load_record(replica.connection, record))
