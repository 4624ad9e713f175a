"""The one judge of a set of fields: the forms, the command line and the central store all call `check`.

It looks at one edit alone; rules that need earlier entries stand in `fold` and `steps`. `tidy` brings what people type
into the kept form. The kinds themselves are the table in `kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.fields import MEMBER, VERDICTS, Fault, InvalidFields, half_width, tidy_day, tidy_number, tidy_value
from sync.kinds import (
    CATEGORIES,
    GROUP,
    KINDS,
    LIAISON,
    MODES,
    NATURES,
    OFFICE,
    ROLES,
    STAGES,
    STATUSES,
    STORE,
    UNIT_KINDS,
    VIEWER,
    Kind,
    field_of,
)

__all__ = [
    "CATEGORIES",
    "GROUP",
    "KINDS",
    "LIAISON",
    "MODES",
    "NATURES",
    "OFFICE",
    "ROLES",
    "STAGES",
    "STATUSES",
    "STORE",
    "UNIT_KINDS",
    "VERDICTS",
    "VIEWER",
    "Fault",
    "InvalidFields",
    "Kind",
    "check",
    "complete",
    "half_width",
    "tidy",
    "tidy_day",
    "tidy_number",
]

MAX_FIELDS = 500  # in one entry
UNKNOWN_FIELD_BYTES = 64 * 1024  # a field of a later version is kept up to this size


def check(
    kind_name: str,
    fields: Mapping[str, Any],
    *,
    new: bool,
    role: str | None = None,
    known_only: bool = False,
) -> list[Fault]:
    """Every fault of one edit; an empty list when it may be kept.

    `new`: whether the edit opens its record (then required fields must be there). `role`: whose rights to apply, None
    to leave rights aside. `known_only`: refuse fields this version does not know (what a person types); otherwise they
    are kept for a later version, within a size limit (what arrives from another laptop).
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return [Fault(field="kind", code="unknown_kind", wanted=", ".join(KINDS))] if known_only else []
    if len(fields) > MAX_FIELDS:
        return [Fault(field="fields", code="too_many", wanted=str(MAX_FIELDS))]
    faults: list[Fault] = []
    for name, value in fields.items():
        field = field_of(kind_name, name)
        if field is None:
            fault = _unknown_field(name, value, known_only=known_only)
        elif role is not None and role not in field.writers:
            fault = ("not_yours", "")
        elif value is None:
            fault = ("required", "") if field.required else None
        else:
            fault = field.check(value)
        if fault is not None:
            faults.append(Fault(field=name, code=fault[0], wanted=fault[1]))
    if new and not kind.required <= fields.keys():
        faults += [Fault(field=name, code="required") for name in kind.fields if name in kind.required - fields.keys()]
    return faults or _sums(kind, fields)


def _unknown_field(name: str, value: Any, *, known_only: bool) -> tuple[str, str] | None:
    if known_only:
        return "unknown_field", ""
    if not MEMBER.fullmatch(name):
        return "not_id", ""
    size = len(msgspec.json.encode(value))
    return ("too_long", str(UNKNOWN_FIELD_BYTES)) if size > UNKNOWN_FIELD_BYTES else None


def _sums(kind: Kind, fields: Mapping[str, Any]) -> list[Fault]:
    if kind.adds_up is None or fields.keys().isdisjoint(kind.together):
        return []
    absent = [name for name in kind.together if name not in fields]
    if absent:
        return [Fault(field=name, code="together", wanted=", ".join(kind.together)) for name in absent]
    return kind.adds_up(fields)


def complete(kind_name: str, fields: dict[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The edit with the other figures of its sum beside it, as they stand in `current` (None where never given)."""
    kind = KINDS.get(kind_name)
    if kind is None or fields.keys().isdisjoint(kind.together):
        return fields
    return fields | {name: current.get(name) for name in kind.together if name not in fields}


def tidy(kind_name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What people type in the form it is kept: NFC, no outer blanks, dates and numbers from full-width or loose forms.

    Values that cannot be read stay as they are, for `check` to name.
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return dict(fields)
    return {name: tidy_value(kind.field(name), value) for name, value in fields.items()}
