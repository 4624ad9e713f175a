"""Faults of fields in words: which field, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Iterable

from supervisor_tui.locale import has, t
from sync.records import KINDS, Fault


def fault_lines(faults: Iterable[Fault], kind: str = "") -> list[str]:
    """One line a fault; the field's own name stands beside its word, so a script's author finds it too."""
    return [_line(fault, kind) for fault in faults]


def _line(fault: Fault, kind: str) -> str:
    if not has(f"fault.{fault.code}"):
        return f"  {fault.field}: {fault}"
    if kind not in KINDS:
        return f"  {fault.field}: {t(f'fault.{fault.code}', wanted=fault.wanted)}"
    from supervisor_tui.forms.wording import fault_words

    title, said = fault_words(kind, fault, [])
    return f"  {fault.field}: {said}" if title == fault.field else f"  {fault.field}: {title} {said}"
