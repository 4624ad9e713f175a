"""The one judge of a set of fields: the forms, the command line and the central store all call `check`.

It looks at one edit alone; rules that need earlier entries stand in `fold` and `steps`. `tidy` brings what people type
into the kept form. The kinds themselves are the table in `kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import msgspec

from sync.model.bounds import value_fault
from sync.model.fields import (
    MEMBER,
    VERDICTS,
    Check,
    Fault,
    Field,
    InvalidFields,
    half_width,
    tidy_day,
    tidy_number,
    tidy_value,
)
from sync.model.kinds import (
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
    AddsUp,
    Kind,
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
    "changes",
    "check",
    "complete",
    "half_width",
    "tidy",
    "tidy_day",
    "tidy_number",
]

TERM = frozenset({"from", "until"})  # what an edit of a duty says of when it holds
MAX_FIELDS = 500  # in one entry
_MOST_KEPT, _LONGEST_KEPT = 2_000, 200  # names of fields whose check is remembered: who sends may make up any
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
        return [Fault(field="kind", code="unknown_kind", wanted=", ".join(KINDS))] if known_only else _of_later(fields)
    if len(fields) > MAX_FIELDS:
        return [Fault(field="fields", code="too_many", wanted=str(MAX_FIELDS))]
    faults: list[Fault] = []
    checks = _checks_of(kind_name, role, known_only)
    for name, value in fields.items():
        fault = checks[name](value) if value is not None else checks.of_nothing(name)
        if fault is not None:
            faults.append(Fault(field=name, code=fault[0], wanted=fault[1]))
    if new and not kind.required <= fields.keys():
        faults += [Fault(field=name, code="required") for name in kind.fields if name in kind.required - fields.keys()]
    return faults if faults or kind.adds_up is None else _sums(kind, kind.adds_up, fields)


class _Checks(dict[str, Check]):
    """What judges a value of each field of a kind, for whoever has a role; made at a field's first value."""

    def __init__(self, kind: Kind, role: str | None, known_only: bool) -> None:
        super().__init__()
        self._kind, self._role, self._known_only = kind, role, known_only

    def __missing__(self, name: str) -> Check:
        check = self._check(name)
        if len(self) < _MOST_KEPT and len(name) < _LONGEST_KEPT:
            self[name] = check
        return check

    def of_nothing(self, name: str) -> tuple[str, str] | None:
        """What is wrong with taking the value of a field away."""
        field = self._kind.field(name)
        if field is None or self._is_not_theirs(field):
            return self[name](None)
        return ("required", "") if field.required else None

    def _check(self, name: str) -> Check:
        field = self._kind.field(name)
        if field is None:
            return _unknown_field if self._known_only else partial(_later_field, name)
        return _not_theirs if self._is_not_theirs(field) else field.check

    def _is_not_theirs(self, field: Field) -> bool:
        return self._role is not None and self._role not in field.writers


@lru_cache(maxsize=256)
def _checks_of(kind_name: str, role: str | None, known_only: bool) -> _Checks:
    return _Checks(KINDS[kind_name], role, known_only)


def _not_theirs(_: Any) -> tuple[str, str]:
    return "not_yours", ""


def _unknown_field(_: Any) -> tuple[str, str]:
    return "unknown_field", ""


def _later_field(name: str, value: Any) -> tuple[str, str] | None:
    """A field of a later version is kept, whatever it holds, as far as its name and its size allow."""
    if not MEMBER.fullmatch(name):
        return "not_id", ""
    if fault := value_fault(value):
        return fault
    size = len(msgspec.json.encode(value))
    return ("too_long", str(UNKNOWN_FIELD_BYTES)) if size > UNKNOWN_FIELD_BYTES else None


def _of_later(fields: Mapping[str, Any]) -> list[Fault]:
    """The faults of a record of a kind that a later version knows: what no version could keep."""
    if len(fields) > MAX_FIELDS:
        return [Fault(field="fields", code="too_many", wanted=str(MAX_FIELDS))]
    found = {name: ("not_id", "") if not MEMBER.fullmatch(name) else value_fault(fields[name]) for name in fields}
    return [Fault(field=name, code=fault[0], wanted=fault[1]) for name, fault in found.items() if fault is not None]


def _sums(kind: Kind, adds_up: AddsUp, fields: Mapping[str, Any]) -> list[Fault]:
    if fields.keys().isdisjoint(kind.together):
        return []
    absent = [name for name in kind.together if name not in fields]
    if absent:
        return [Fault(field=name, code="together", wanted=", ".join(kind.together)) for name in absent]
    return adds_up(fields)


def complete(kind_name: str, fields: dict[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The edit with the other figures of its sum beside it, as they stand in `current` (None where never given)."""
    kind = KINDS.get(kind_name)
    if kind is None or fields.keys().isdisjoint(kind.together):
        return fields
    return fields | {name: current.get(name) for name in kind.together if name not in fields}


def changes(kind_name: str, current: Mapping[str, Any], fields: Mapping[str, Any], name: str) -> bool:
    """Whether an edit of these fields changes one of them: its value, or from which day to which it holds."""
    kind = KINDS.get(kind_name)
    is_term = kind is not None and not TERM.isdisjoint(kind.qualifiers & fields.keys()) and name not in kind.required
    return is_term or current.get(name) != fields[name]


def tidy(kind_name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What people type in the form it is kept: NFC, no outer blanks, dates and numbers from full-width or loose forms.

    Values that cannot be read stay as they are, for `check` to name.
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return dict(fields)
    # Which field it is matters for a text alone; most fields of an inspection are answers.
    return {
        name: tidy_value(kind.field(name) if isinstance(value, str) else None, value) for name, value in fields.items()
    }
