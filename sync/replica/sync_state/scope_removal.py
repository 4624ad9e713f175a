"""Ledgers that left the scope leave the file: once everything written there has a receipt, and without a trace.

This device's own entries stay as heads without bodies, with their receipts: they prove what was delivered. What of them
the office keeps apart stays, to be read by its author until it is let stand; its attachments are the office's.
"""

from __future__ import annotations

import re

import msgspec

from sync.ledger.ids import LEDGER_DISTRICT, LEDGER_STAFF
from sync.replica.projection.campaign_of import place
from sync.replica.projection.tables import Rows, count_staff_change, load_edits
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection

_names = msgspec.json.Decoder(list[str])
_NAMED = re.compile(rb'"attachment\.([0-9a-f]{64})"')


def remove_out_of_scope(replica: Replica) -> list[str]:
    """Take every ledger out of the file that the scope no longer names and that holds nothing unsent; which ones."""
    scope = replica.scope
    if scope is None or scope.everything or replica.setting("give_back") == "1":
        return []
    kept = {*scope.units, LEDGER_DISTRICT, *(["staff"] if scope.staff else [])}
    device = replica.joined().device
    (ledgers,) = replica.connection.execute("SELECT json_group_array(ledger) FROM chain").fetchone()  # in one row
    outside = sorted(set(_names.decode(ledgers)) - kept)
    left = [ledger for ledger in outside if _may_leave(replica.connection, ledger, device)]
    if not left:
        return []
    replica.connection.execute("PRAGMA secure_delete = ON")  # what is deleted is written over
    try:
        with replica.transaction() as connection:
            for ledger in left:
                _leave(connection, ledger, device)
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")  # the index keeps deleted words else
        replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        replica.connection.execute("PRAGMA secure_delete = OFF")
    return left


def _may_leave(connection: Connection, ledger: str, device: str) -> bool:
    """Whether there is content that could go, and nothing that the store has given no receipt for."""
    unsent, content = connection.execute(
        "SELECT coalesce(sum(e.number IS NULL), 0),"
        " coalesce(sum((e.body IS NOT NULL AND e.code = '') OR c.device <> ?), 0)"
        " FROM entry e JOIN chain c ON c.id = e.chain WHERE c.ledger = ?",
        (device, ledger),
    ).fetchone()
    return bool(content and not unsent and not _unsent_blobs(connection, ledger))


def _blobs_of(connection: Connection, ledger: str, *, others: bool = False) -> set[str]:
    """The attachments that entries of a ledger name, or those of all `others`."""
    bodies = connection.execute(
        "SELECT e.body FROM entry e JOIN chain c ON c.id = e.chain"
        f" WHERE instr(e.body, CAST('\"attachment.' AS BLOB)) > 0 AND c.ledger {'<>' if others else '='} ?",
        (ledger,),
    )
    return {name.decode() for (body,) in bodies for name in _NAMED.findall(body)}


def _unsent_blobs(connection: Connection, ledger: str) -> bool:
    unsent = {name for (name,) in connection.execute("SELECT name FROM blob WHERE complete = 1 AND sent = 0")}
    return bool(unsent and unsent & _blobs_of(connection, ledger))


def _leave(connection: Connection, ledger: str, device: str) -> None:
    attached = _blobs_of(connection, ledger)
    rows = Rows(connection)
    records = connection.execute("SELECT record FROM record WHERE ledger = ?", (ledger,)).fetchall()
    for (record,) in records:
        rows.forget((ledger, record))
    others = "SELECT id FROM chain WHERE ledger = ? AND device <> ?"
    for table in ("entry", "seal", "receipt"):
        connection.execute(f"DELETE FROM {table} WHERE chain IN ({others})", (ledger, device))
    connection.execute("DELETE FROM chain WHERE ledger = ? AND device <> ?", (ledger, device))
    connection.execute(
        "UPDATE entry SET body = NULL WHERE code = ''"
        " AND chain = (SELECT id FROM chain WHERE ledger = ? AND device = ?)",
        (ledger, device),
    )
    _show_what_is_apart(rows, ledger)
    for table in ("skew", "late"):
        connection.execute(f"DELETE FROM {table} WHERE ledger = ? AND device <> ?", (ledger, device))
    connection.execute("DELETE FROM position WHERE ledger = ?", (ledger,))
    gone = [(name,) for name in attached - _blobs_of(connection, ledger, others=True)] if attached else []
    connection.executemany("DELETE FROM blob_part WHERE blob = ?", gone)
    connection.executemany("DELETE FROM blob WHERE name = ?", gone)


def _show_what_is_apart(rows: Rows, ledger: str) -> None:
    """Fold again what is left of the records of a ledger: those whose author still reads them here."""
    found = rows.connection.execute(
        "SELECT DISTINCT e.record FROM entry e JOIN chain c ON c.id = e.chain"
        " WHERE c.ledger = ? AND e.body IS NOT NULL ORDER BY e.record",
        (ledger,),
    ).fetchall()
    for (record,) in found:
        rows.add(load_edits(rows.connection, (ledger, record)))
    rows.write()
    place(rows.connection, rows.unplaced, rows.moved)
    if ledger == LEDGER_STAFF:
        count_staff_change(rows.connection)
