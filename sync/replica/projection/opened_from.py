"""Where follow-ups come from: the record that one was opened from, and its kind."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN
from sync.replica.replica import Replica
from sync.system.sql_lists import listed

_AT_ONCE = 500


class _From(msgspec.Struct):
    source: str | None = None
    origin: str | None = None


class _FromBody(msgspec.Struct):
    set: _From


_stored = msgspec.json.Decoder(_From)
_body = msgspec.json.Decoder(_FromBody)


def source_of(stored: bytes | None, body: bytes | None) -> str:
    """Return the record a follow-up names as its source, else the one its `origin` names; empty for neither."""
    try:
        if stored is not None:
            said = _stored.decode(stored)
        elif body is not None:
            said = _body.decode(body).set
        else:
            return ""
    except msgspec.MsgspecError:
        return ""
    return said.source or (said.origin or "").partition("#")[0]


def come_from(replica: Replica, source: str) -> list[int]:
    """Return the rows of the follow-ups that come from a record, or from any record of a kind."""
    found = {id_: source_of(*fields) for id_, *fields in replica.connection.execute(_FIELDS)}
    if source in found.values():
        return [id_ for id_, record in found.items() if record == source]
    kinds = kinds_of(replica, found.values())
    return [id_ for id_, record in found.items() if kinds.get(record) == source]


def kinds_of(replica: Replica, records: Iterable[str]) -> dict[str, str]:
    """Return the kinds of those records that are here."""
    names = sorted({*records} - {""})
    found: dict[str, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        found.update(replica.connection.execute(f"{_KINDS} {listed(some)}", some).fetchall())
    return found


_FIELDS = f"SELECT f.id, r.fields, e.body FROM follow_up f CROSS JOIN record r ON r.id = f.id {FIELDS_JOIN}"
_KINDS = f"SELECT n.record, r.kind FROM {BY_NAME} WHERE n.record IN"
