"""What planning wants of a record, kept as it is folded, so that no list decodes thousands of records to rank units.

`derive` writes these rows, `planning` reads them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync.model.surveys import satisfaction

_encode = msgspec.json.Encoder(order="sorted").encode
verdicts_of = msgspec.json.Decoder(dict[str, Any]).decode  # what `verdicts` made


def verdicts(fields: dict[str, Any]) -> bytes:
    """The verdict of every answer of an inspection by its field's name: a row of `answered`."""
    return _encode(
        {name: value["verdict"] for name, value in fields.items() if type(value) is dict and "verdict" in value}
    )


def outcome(kind: str, fields: dict[str, Any]) -> tuple[str, float | None]:
    """What a gate decided, and what share of a survey was satisfied, in percent: a row of `outcome`."""
    if kind == "gate":
        return str(fields.get("decision", "")), None
    return "", satisfaction(fields)
