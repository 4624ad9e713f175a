"""The fields of a record as its row keeps them: a copy of their own, or the body of the one entry it has."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.ledger.chains import MalformedEntry, read_body

FIELDS_JOIN = "LEFT JOIN entry e ON e.id = r.id AND r.fields IS NULL"  # r: a record; what `record_fields` reads

_fields = msgspec.json.Decoder(dict[str, Any])


def record_fields(stored: bytes | None, body: bytes | None) -> dict[str, Any]:
    """Return a record's current values from its row: its own copy, or the body of its one entry."""
    if stored is not None:
        return _fields.decode(stored)
    if body is None:
        return {}
    try:
        return {name: value for name, value in read_body(body).set.items() if value is not None}
    except MalformedEntry:
        return {}
