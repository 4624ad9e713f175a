"""Faults of fields in words: which field, what is wrong with what was given, what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from supervisor_tui.locale import has, t
from sync.model.validation import KINDS, Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from supervisor_tui.forms.questions import Part

_LONGEST = 40  # characters of a value that are repeated


def fault_lines(
    faults: Iterable[Fault], kind: str = "", fields: Mapping[str, Any] | None = None, parts: Sequence[Part] = ()
) -> list[str]:
    """One line a fault; the field's own name stands before its words, so a script's author finds it too.

    `fields`: what was given; `parts`: the questions of the checklist it was given for, whose words items then have.
    """
    return [_line(fault, kind, parts) + _given(fault, fields or {}) + _meant(fault, kind, parts) for fault in faults]


def _line(fault: Fault, kind: str, parts: Sequence[Part]) -> str:
    if not has(f"fault.{fault.code}"):
        return f"  {fault.field}: {fault}"
    if kind not in KINDS:
        return f"  {fault.field}: {t(f'fault.{fault.code}', wanted=fault.wanted)}"
    from supervisor_tui.forms.wording import fault_words

    title, said = fault_words(kind, fault, [*parts], with_ids=True)
    return f"  {fault.field}: {said}" if title == fault.field else f"  {fault.field}: {title} {said}"


def _given(fault: Fault, fields: Mapping[str, Any]) -> str:
    value = fields.get(fault.field)
    if value is None:
        return ""
    from msgspec.json import encode

    from supervisor_tui.terminal.text import one_line

    text = one_line(value if isinstance(value, str) else encode(value).decode())
    return "  " + t("cli.given", value=text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _meant(fault: Fault, kind: str, parts: Sequence[Part]) -> str:
    """The item or field that a name nobody knows is most like."""
    asked = {question.field: question.title for part in parts for question in part.questions}
    known = [*KINDS[kind].fields] if kind in KINDS else []
    names = {"unknown_item": [*asked], "unknown_field": known}.get(fault.code, [])
    close = get_close_matches(fault.field, names, 1)
    return "".join(f"  {t('cli.meant', name=f'{name} {asked.get(name, str())}'.strip())}" for name in close)
