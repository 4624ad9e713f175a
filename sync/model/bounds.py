"""Limits of an entry: the depth, numbers and texts of its values, its time, its reason.

The same wherever an entry is first judged: by a laptop before it is kept, and by the store, over the line or by stick.
Nothing else asks: what was once accepted stays accepted when it is given back, read, folded, exported or verified.
"""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import Any

DEEPEST = 32  # lists and objects within each other, in the value of one field
LARGEST = 2**53 - 1  # of whole numbers: beyond, other programs read another number than was written
LONGEST_REASON = 2_000  # characters
EARLIEST, LATEST = "1970-01-01", "9998-12-31"  # days of a laptop's clock; others cannot be brought into every zone

_AT = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")

Wrong = tuple[str, str]  # a fault's code, and what would be right


def value_fault(value: Any) -> Wrong | None:
    """What keeps a value from being written as JSON that every program reads alike; None if nothing does."""
    waiting = [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, dict | list):
            if depth > DEEPEST:
                return "too_deep", str(DEEPEST)
            inner = [*each, *each.values()] if isinstance(each, dict) else each
            waiting += [(one, depth + 1) for one in inner]
        elif fault := _plain_fault(each):
            return fault
    return None


def _plain_fault(value: Any) -> Wrong | None:
    if isinstance(value, str):
        return ("control", "") if not value.isascii() and _HALF.search(value) else None
    if isinstance(value, float):
        return None if isfinite(value) else ("not_number", "")
    if isinstance(value, int) and abs(value) > LARGEST:
        return "out_of_range", f"{-LARGEST}-{LARGEST}"
    return None


def reason_fault(why: str) -> Wrong | None:
    """What is wrong with the reason of an edit."""
    if len(why) > LONGEST_REASON:
        return "too_long", str(LONGEST_REASON)
    return ("control", "") if _CONTROL.search(why) else None


def is_time(at: str) -> bool:
    """Whether this is a moment in the one form entries use, from `EARLIEST` to `LATEST`."""
    if not _AT.fullmatch(at) or not EARLIEST <= at < f"{LATEST}U":
        return False
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return False
    return True
