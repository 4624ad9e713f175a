"""What a laptop sends: the entries without a receipt, with the seals that vouch for them. Over whichever transport."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from sync.ledger import chains as ledger
from sync.ledger.chains import Seal
from sync.replica import Identity, Replica
from sync.replica.storage.connect import Connection
from sync.replica.sync_state.oversized import Place
from sync.system.sql_lists import listed

ChainEnd = tuple[str, str, int, str]  # ledger, device, seq, hash
Position = tuple[int, int]  # where an entry stands in the file: the row of its chain, its seq
START: Position = (0, 0)


_UNSENT = (
    "FROM entry e INDEXED BY entry_pending CROSS JOIN chain c ON c.id = e.chain"
    " WHERE e.number IS NULL AND (e.chain, e.seq) > (?, ?)"
)


class Batch(msgspec.Struct, kw_only=True):
    """Entries to send in one message: their lines, the seals of their chains' ends, and the position of the last one.

    `more`: others follow. `only`: the place of the entry, where there is but one.
    """

    lines: list[bytes]
    seals: list[Seal]
    last: Position
    more: bool
    only: Place | None = None


def newest(replica: Replica) -> int:
    """The row of the last entry that was written of those the store has given no receipt for; 0 if there is none."""
    (row,) = replica.connection.execute(
        "SELECT coalesce(max(id), 0) FROM entry INDEXED BY entry_pending WHERE number IS NULL"
    ).fetchone()
    return int(row)


def pending(replica: Replica, after: Position, without: Collection[Place] = ()) -> int:
    """How many entries behind the position `after` the store has given no receipt for; `without` as for a batch."""
    left_out, values = _left_out(without)
    (count,) = replica.connection.execute(
        f"SELECT count(*) {_UNSENT}{left_out}",
        (*after, *values),
    ).fetchone()
    return int(count)


def next_batch(
    replica: Replica, after: Position, byte_limit: int, entry_limit: int, without: Collection[Place] = ()
) -> Batch:
    """The entries the store has given no receipt for, chain by chain behind the position `after`, within both limits.

    A message takes a seal and is given a receipt for each chain in it, so those of one chain go together. `without`:
    places at which a chain waits, itself and what follows it.
    """
    identity = replica.joined()
    lines: list[bytes] = []
    ends: dict[int, ChainEnd] = {}
    size, last, more = 0, after, False
    left_out, values = _left_out(without)
    for chain, ledger_id, device, seq, hash_, head, body in replica.connection.execute(
        "SELECT e.chain, c.ledger, c.device, e.seq, e.hash, e.head, e.body"
        f" {_UNSENT}{left_out} ORDER BY e.chain, e.seq LIMIT ?",
        (*after, *values, entry_limit + 1),
    ):
        size += len(head) + len(body or b"") + 2
        if lines and (size > byte_limit or len(lines) == entry_limit):
            more = True
            break
        lines.append(b"%b\t%b" % (head, body or b""))
        ends[chain] = (ledger_id, device, seq, ledger.HASH_PREFIX + hash_.hex())
        last = (chain, seq)
    kept = dict(_kept_seals(replica.connection, list(ends)))
    seals = [_seal_of(identity, end, kept.get(chain)) for chain, end in ends.items()]
    only = next((end[:3] for end in ends.values()), None) if len(lines) == 1 else None
    return Batch(lines=lines, seals=[seal for seal in seals if seal is not None], last=last, more=more, only=only)


def _left_out(without: Collection[Place]) -> tuple[str, tuple[str, ...]]:
    """The condition that leaves chains out from these places on, and its value."""
    if not without:
        return "", ()
    said = msgspec.json.encode(list(without)).decode()
    return (
        " AND NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE json_extract(w.value, '$[0]') = c.ledger"
        " AND json_extract(w.value, '$[1]') = c.device AND json_extract(w.value, '$[2]') <= e.seq)",
        (said,),
    )


def _kept_seals(connection: Connection, chains: list[int]) -> list[tuple[int, tuple[int, str]]]:
    rows = connection.execute(f"SELECT chain, seq, sig FROM seal WHERE chain IN {listed(chains)}", chains)
    return [(chain, (seq, sig)) for chain, seq, sig in rows]


def _seal_of(identity: Identity, end: ChainEnd, kept: tuple[int, str] | None) -> Seal | None:
    """The seal of a chain's end in this message: the kept one if it is of that end, else a new one where we may."""
    ledger_id, device, seq, hash_ = end
    if kept is not None and kept[0] == seq:
        return Seal(ledger=ledger_id, device=device, seq=seq, hash=hash_, sig=kept[1])
    if device != identity.device:
        return None
    return ledger.make_seal(identity.private_key, identity.district, ledger_id, device, seq, hash_)
