"""Faults of fields in words: which field, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Iterable

from supervisor_tui.locale import has, t
from sync.records import Fault


def fault_lines(faults: Iterable[Fault]) -> list[str]:
    """One line a fault; the field's own name stands beside its word, so a script's author finds it too."""
    return [f"  {fault.field}: {_said(fault)}" for fault in faults]


def _said(fault: Fault) -> str:
    key = f"fault.{fault.code}"
    return t(key, wanted=fault.wanted) if has(key) else str(fault)
