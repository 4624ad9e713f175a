"""Drafts: what is being written and not yet kept. Saved at every change, never sent anywhere.

A file attached to a draft lies in the laptop's file with it, and goes with it unless the record is kept.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync import ids
from sync.blob_names import named_in
from sync.ledger import now
from sync.replica import blobs
from sync.replica.blobs import File
from sync.replica.connect import Connection
from sync.replica.replica import Replica


class Draft(msgspec.Struct, kw_only=True):
    """A form's content as typed so far.

    `record`: the record being corrected, or the id the new record will have. `origin`: what it came from (for a
    follow-up: `RECORD#ITEM`). `position`: where in the form the person was, in the form's own words.
    """

    id: str
    kind: str
    unit: str
    record: str = ""
    origin: str = ""
    fields: dict[str, Any] = {}
    position: str = ""
    changed_at: str = ""


_COLUMNS = "id, kind, unit, record, origin, fields, position, changed_at"
_fields = msgspec.json.Decoder(dict[str, Any])


def start(
    replica: Replica,
    kind: str,
    unit: str,
    *,
    record: str = "",
    origin: str = "",
    fields: dict[str, Any] | None = None,
) -> Draft:
    """The open draft of this kind, unit, record and origin, or a new one with these fields (saved at once)."""
    rows = replica.connection.execute(
        f"SELECT {_COLUMNS} FROM draft WHERE kind = ? AND unit = ? AND origin = ? ORDER BY changed_at DESC, id",
        (kind, unit, origin),
    )
    for draft in map(_draft, rows):
        if not record or draft.record == record:
            return draft
    draft = Draft(
        id=ids.new_id(), kind=kind, unit=unit, record=record or ids.new_id(), origin=origin, fields=dict(fields or {})
    )
    save(replica, draft)
    return draft


def save(replica: Replica, draft: Draft) -> None:
    """Keep the draft as it is now, durably; where the file has gone from its path, the open one still takes it."""
    with replica.transaction(also_moved=True) as connection:
        _save(connection, draft, draft.fields)


def _save(connection: Connection, draft: Draft, fields: dict[str, Any]) -> None:
    draft.changed_at = now()
    values = (
        draft.id,
        draft.kind,
        draft.unit,
        draft.record,
        draft.origin,
        msgspec.json.encode(fields),
        draft.position,
        draft.changed_at,
    )
    connection.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)


def attach(replica: Replica, draft: Draft, file: File) -> None:
    """Keep a file with the draft, both or neither; its field is set."""
    with replica.transaction() as connection:
        blobs.hold(connection, file, blobs.WITH_A_DRAFT)
        _save(connection, draft, {**draft.fields, file.field: file.said})
    draft.fields[file.field] = file.said


def detach(replica: Replica, draft: Draft, field: str) -> None:
    """Take a file from the draft again; its bytes go if nothing else has them."""
    with replica.transaction() as connection:
        _save(connection, draft, {name: value for name, value in draft.fields.items() if name != field})
        _let_go(connection)
    draft.fields.pop(field, None)


def load(replica: Replica, draft_id: str) -> Draft | None:
    """The draft of that id, None if it was kept as a record or dropped."""
    row = replica.connection.execute(f"SELECT {_COLUMNS} FROM draft WHERE id = ?", (draft_id,)).fetchone()
    return None if row is None else _draft(row)


def listed(replica: Replica, unit: str | None = None) -> list[Draft]:
    """All drafts, or one unit's, newest first."""
    where, values = ("WHERE unit = ?", (unit,)) if unit is not None else ("", ())
    rows = replica.connection.execute(f"SELECT {_COLUMNS} FROM draft {where} ORDER BY changed_at DESC, id", values)
    return list(map(_draft, rows))


def drop(replica: Replica, draft_id: str) -> None:
    """Throw a draft away."""
    with replica.transaction() as connection:
        connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
        _let_go(connection)


def _let_go(connection: Connection) -> None:
    """Forget the bytes that only drafts had and no draft has any more."""
    left = {name for (name,) in connection.execute("SELECT name FROM blob WHERE sent = ?", (blobs.WITH_A_DRAFT,))}
    for (fields,) in connection.execute("SELECT fields FROM draft") if left else ():
        left -= {name for name, _ in named_in(_fields.decode(fields))}
    for name in left:
        connection.execute("DELETE FROM blob_part WHERE blob = ?", (name,))
        connection.execute("DELETE FROM blob WHERE name = ?", (name,))


def _draft(row: tuple[Any, ...]) -> Draft:
    id_, kind, unit, record, origin, fields, position, changed_at = row
    return Draft(
        id=id_,
        kind=kind,
        unit=unit,
        record=record,
        origin=origin,
        fields=_fields.decode(fields),
        position=position,
        changed_at=changed_at,
    )
