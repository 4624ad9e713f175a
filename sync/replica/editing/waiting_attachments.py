"""Attachments that the office is not known to hold: which, of which record, and what stopped them last."""

from __future__ import annotations

import msgspec

from sync.protocol.blobs import named_in
from sync.replica.editing import attachments
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica

STOPPED = "attachments_stopped"  # setting: the code of what stopped the last one that was not taken; empty if none was


class WaitingFile(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment that waits; `name`: its blob. `ledger`, `record`, `file_name` are empty if nothing names it."""

    name: str
    file_name: str
    size: int
    ledger: str
    record: str


def waiting_files(replica: Replica) -> list[WaitingFile]:
    """Every attachment kept here that the office is not known to hold, the smallest first."""
    unsent = attachments.unsent(replica)
    if not unsent:
        return []
    named = _named(replica)
    found = []
    for name, size in unsent:
        file_name, ledger_id, record = named.get(name, ("", "", ""))
        found.append(WaitingFile(name=name, file_name=file_name, size=size, ledger=ledger_id, record=record))
    return found


def _named(replica: Replica) -> dict[str, tuple[str, str, str]]:
    """File name, unit and record of every blob that a record here names."""
    rows = replica.connection.execute(
        f"SELECT r.ledger, r.record, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE instr(coalesce(r.fields, e.body), CAST('\"attachment.' AS BLOB)) > 0"
    ).fetchall()
    return {
        name: (str(said.get("name", name)), ledger_id, record)
        for ledger_id, record, *fields in rows
        for name, said in named_in(record_fields(*fields))
    }


def stopped_by(replica: Replica) -> str:
    """The code of what stopped them when they were last sent; empty if nothing did."""
    return replica.setting(STOPPED) or ""
