"""Drafts: what is being written and not yet kept. Saved at every change, never sent anywhere.

A file attached to a draft lies in the laptop's file with it, and goes with it unless the record is kept.

Two windows may have one draft open. Each save names the version it has read: one that would overwrite what another
window has written since, or bring back a draft that has ended, becomes a draft of its own, so that both are kept.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from sync.ledger import ids
from sync.model.days import now
from sync.protocol.blobs import named_in
from sync.replica.editing import attachments
from sync.replica.editing.attachments import File
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection, Moved


class Draft(msgspec.Struct, kw_only=True):
    """A form's content as typed so far.

    `record`: the record being corrected, or the id the new record will have. `origin`: what it came from (for a
    follow-up: `RECORD#ITEM`). `position`: where in the form the person was, in the form's own words. `base`: the fields
    that a correction began with. `version`: of the file's draft this one was read as or saved as; 0: of none yet.
    """

    id: str
    kind: str
    unit: str
    record: str = ""
    origin: str = ""
    fields: dict[str, Any] = {}
    position: str = ""
    changed_at: str = ""
    base: dict[str, Any] | None = None
    version: int = 0


class Saved(enum.Enum):
    """What a save has met."""

    AS_IT_WAS = enum.auto()  # the draft of the file is what this window has read
    CHANGED = enum.auto()  # another window has changed the draft since: this one is saved beside it
    ENDED = enum.auto()  # another window has kept the record, or thrown the draft away: this one is saved again


_COLUMNS = "id, kind, unit, record, origin, fields, position, changed_at, base, version"
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


def save(replica: Replica, draft: Draft) -> Saved:
    """Keep the draft as it is now, durably; one that cannot take its old place gets one of its own, in `draft` too.

    Where the file has gone from its path, the open one still takes it.
    """
    return _save(replica, draft, draft.fields)


def _save(replica: Replica, draft: Draft, fields: dict[str, Any], file: File | None = None) -> Saved:
    saved = msgspec.structs.replace(draft, fields=fields, changed_at=now(), version=draft.version + 1)
    try:
        with replica.transaction(also_moved=True) as connection:
            if file is not None:
                attachments.hold(connection, file, attachments.WITH_A_DRAFT)
            met = _standing(connection, draft)
            if met is not Saved.AS_IT_WAS:
                saved.id, saved.version = ids.new_id(), 1
                if met is Saved.CHANGED and not _is_kept(connection, draft.record):
                    saved.record = ids.new_id()
            _write(connection, saved)
    except Moved:
        if saved == load(replica, saved.id):  # the open file has it, and may come back to its place
            _go_on_from(draft, saved)
        raise
    _go_on_from(draft, saved)
    return met


def _go_on_from(draft: Draft, saved: Draft) -> None:
    """Let the draft that is being written be the one that was saved."""
    draft.id, draft.record, draft.changed_at, draft.version = saved.id, saved.record, saved.changed_at, saved.version


def _standing(connection: Connection, draft: Draft) -> Saved:
    row = connection.execute("SELECT version FROM draft WHERE id = ?", (draft.id,)).fetchone()
    if (row[0] if row else 0) == draft.version:
        return Saved.AS_IT_WAS
    return Saved.CHANGED if row else Saved.ENDED


def _is_kept(connection: Connection, record: str) -> bool:
    return connection.execute("SELECT 1 FROM entry WHERE record = ?", (record,)).fetchone() is not None


def _write(connection: Connection, draft: Draft) -> None:
    values = (
        draft.id,
        draft.kind,
        draft.unit,
        draft.record,
        draft.origin,
        msgspec.json.encode(draft.fields),
        draft.position,
        draft.changed_at,
        None if draft.base is None else msgspec.json.encode(draft.base),
        draft.version,
    )
    connection.execute(f"INSERT OR REPLACE INTO draft ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def attach(replica: Replica, draft: Draft, file: File) -> Saved:
    """Keep a file with the draft, both or neither; its field is set."""
    met = _save(replica, draft, {**draft.fields, file.field: file.said}, file)
    draft.fields[file.field] = file.said
    return met


def detach(replica: Replica, draft: Draft, field: str) -> Saved:
    """Take a file from the draft again; its bytes go if nothing else has them."""
    met = _save(replica, draft, {name: value for name, value in draft.fields.items() if name != field})
    with replica.transaction() as connection:
        _let_go(connection)
    draft.fields.pop(field, None)
    return met


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
    """Throw a draft away, whoever wrote it last."""
    with replica.transaction() as connection:
        connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
        _let_go(connection)


def drop_as_read(replica: Replica, draft: Draft) -> None:
    """Throw a draft away, unless another window has changed it since."""
    with replica.transaction() as connection:
        connection.execute("DELETE FROM draft WHERE id = ? AND version = ?", (draft.id, draft.version))
        _let_go(connection)


def is_as_read(replica: Replica, draft: Draft) -> bool:
    """Whether no other window has changed, kept or dropped the draft since it was read or saved here."""
    return _standing(replica.connection, draft) is Saved.AS_IT_WAS


def _let_go(connection: Connection) -> None:
    """Forget the bytes that only drafts had and no draft has any more."""
    left = {name for (name,) in connection.execute("SELECT name FROM blob WHERE sent = ?", (attachments.WITH_A_DRAFT,))}
    for (fields,) in connection.execute("SELECT fields FROM draft") if left else ():
        left -= {name for name, _ in named_in(_fields.decode(fields))}
    for name in left:
        connection.execute("DELETE FROM blob_part WHERE blob = ?", (name,))
        connection.execute("DELETE FROM blob WHERE name = ?", (name,))


def _draft(row: tuple[Any, ...]) -> Draft:
    id_, kind, unit, record, origin, fields, position, changed_at, base, version = row
    return Draft(
        id=id_,
        kind=kind,
        unit=unit,
        record=record,
        origin=origin,
        fields=_fields.decode(fields),
        position=position,
        changed_at=changed_at,
        base=None if base is None else _fields.decode(base),
        version=version,
    )
