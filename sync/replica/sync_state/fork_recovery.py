"""Going on as a new device: after a fork, what the store lacks is written again in chains of the new device's own.

A fork is seen when a laptop's file was restored from an old copy, or copied and used on two laptops: the store holds
another entry in the place of one of ours. Nothing is wiped and nobody chooses a side: the entries keep their bodies,
byte for byte, name the entry each was (`was`), and everything the store holds is fetched again.
"""

from __future__ import annotations

import msgspec

from sync.ledger import chains
from sync.ledger.chains import Entry, read_entry
from sync.replica.projection.apply import Incoming, apply, keep_seal
from sync.replica.projection.tables import Rows, count_units, derive
from sync.replica.replica import UNFINISHED, Identity, Replica
from sync.replica.storage.connect import Connection
from sync.replica.sync_state import forked
from sync.replica.sync_state.cursor import PullCursor

SUCCESSOR_KEY = "successor_key"  # setting: the key of the device this laptop goes on as, while a stick asks for it
ASKED = "asked_by_stick"  # setting: requests that went out by stick and wait for their answers


def switch_device(replica: Replica, identity: Identity) -> int:
    """Become the device `identity`: move every entry without a receipt into its chains; how many. One transaction."""
    old = replica.joined()
    with replica.transaction() as connection:
        pending = _pending_of(connection, old.device)
        forked.note(replica, old)
        _take_away(connection, pending, old)
        replica.set_identity(identity)
        connection.execute(
            "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)", msgspec.structs.astuple(old.certificate)
        )  # the old device's chains stay, and no answer may ever come that brings it
        again = _written_again(pending, identity.device)
        apply(connection, [Incoming(entry=entry) for entry in again])
        for entry in {entry.head.ledger: entry for entry in again}.values():
            head = entry.head
            keep_seal(
                connection,
                chains.make_seal(
                    identity.private_key, identity.district, head.ledger, head.device, head.seq, entry.hash
                ),
            )
        PullCursor(replica).begin_again()  # the old device's entries, too, come from the store now
        replica.set_setting("written_elsewhere", "")
        replica.set_setting("own_lacking", "")
        replica.set_setting(SUCCESSOR_KEY, "")
        replica.set_setting(ASKED, "")
        return len(again)


class _Pending(msgspec.Struct, frozen=True, kw_only=True):
    """An entry the store has given no receipt for, and where it stands in the file."""

    id: int
    chain: int
    entry: Entry


def _pending_of(connection: Connection, device: str) -> list[_Pending]:
    rows = connection.execute(
        "SELECT e.id, e.chain, e.head, e.body FROM entry e JOIN chain c ON c.id = e.chain"
        " WHERE e.number IS NULL AND c.device = ? ORDER BY e.id",
        (device,),
    ).fetchall()
    return [_Pending(id=id_, chain=chain, entry=read_entry(head, body)) for id_, chain, head, body in rows]


def _take_away(connection: Connection, pending: list[_Pending], old: Identity) -> None:
    """Take the entries out of their chains, whose ends they are, and out of what is derived from them.

    What stays was sealed with them: the old device seals its new end, as long as its key is at hand.
    """
    rows = Rows(connection)
    for key in {(each.entry.head.ledger, each.entry.head.record) for each in pending}:
        rows.forget(key)  # while the content is there whose words the index holds
    connection.executemany("DELETE FROM entry WHERE id = ?", [(each.id,) for each in pending])
    for chain in {each.chain for each in pending}:
        last = connection.execute(
            "SELECT seq, hash FROM entry WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)
        ).fetchone()
        end = (last[0], chains.HASH_PREFIX + last[1].hex()) if last else (0, "")
        connection.execute("UPDATE chain SET seq = ?, hash = ? WHERE id = ?", (*end, chain))
        connection.execute("DELETE FROM seal WHERE chain = ? AND seq > ?", (chain, end[0]))
        receipts = connection.execute("DELETE FROM receipt WHERE chain = ? AND seq > ?", (chain, end[0])).rowcount
        if receipts and end[0]:
            _mark_unfinished(connection)  # the receipt for what stays comes with what is fetched again
        if end[0]:
            (ledger_id,) = connection.execute("SELECT ledger FROM chain WHERE id = ?", (chain,)).fetchone()
            keep_seal(connection, chains.make_seal(old.private_key, old.district, ledger_id, old.device, *end))
        else:
            connection.execute("DELETE FROM chain WHERE id = ? AND id NOT IN (SELECT chain FROM receipt)", (chain,))
    count_units(
        connection, derive(connection, [], {(each.entry.head.ledger, each.entry.head.record) for each in pending})
    )


def _mark_unfinished(connection: Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, '1')", (UNFINISHED,))


def _written_again(pending: list[_Pending], device: str) -> list[Entry]:
    """The same edits in the same order as entries of another device."""
    ends: dict[str, tuple[int, str]] = {}
    again = []
    for each in pending:
        seq, previous = ends.get(each.entry.head.ledger, (0, ""))
        entry = chains.write_again(each.entry, device=device, seq=seq + 1, prev=previous)
        ends[entry.head.ledger] = (entry.head.seq, entry.hash)
        again.append(entry)
    return again
