"""Days as people type them: 9.18, 2026年9月18日, +14, 明天. Used wherever a form asks for a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from sync.model.fields import day as day_check
from sync.model.validation import half_width, tidy_day

Lean = Literal["past", "future"]

_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_DAY_ONLY = re.compile(r"(\d{1,2})\s*[日号]")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_AFTER = re.compile(r"([+-])\s*(\d{1,4})\s*(?:天|日|d|days?)?")
_BETWEEN = re.compile(r"[\s至到~～—]+")  # what stands between the two days of a period
_NAMED = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "昨天": -1, "yesterday": -1, "前天": -2}


def read_day(text: str, base: date, lean: Lean = "past") -> str:
    """The day meant by what was typed, as YYYY-MM-DD; text that names no day comes back as it was.

    A day without its year is the last such day (`past`: a visit) or the next one (`future`: a date to meet), `base`
    itself included. A day that does not exist (2.30) is written out all the same, for the check to name.
    """
    typed = half_width(text).strip().lower()
    if typed in _NAMED:
        return _after(base, _NAMED[typed])
    if after := _AFTER.fullmatch(typed):
        return _after(base, int(after[1] + after[2]))
    if compact := _COMPACT.fullmatch(typed):
        return "-".join(compact.groups())
    if short := _MONTH_DAY.fullmatch(typed):
        return _nearest_year(int(short[1]), int(short[2]), base, lean)
    if alone := _DAY_ONLY.fullmatch(typed):
        return _nearest_month(int(alone[1]), base, lean)
    return tidy_day(text)


def read_period(text: str, base: date) -> tuple[str, str] | None:
    """The first and the last day of a period as typed (`9.1 12.31`); None where they are not two days in order.

    A last day without its year is the next such day from the first one on; `+7` and `today` are counted from `base`.
    """
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    if len(words) != 2:
        return None
    first = read_day(words[0], base)
    if day_check(first):
        return None
    typed = half_width(words[1]).strip().lower()
    is_from_now = typed in _NAMED or _AFTER.fullmatch(typed) is not None
    last = read_day(words[1], base if is_from_now else date.fromisoformat(first), "future")
    return None if day_check(last) or last < first else (first, last)


def _after(base: date, days: int) -> str:
    try:
        return (base + timedelta(days=days)).isoformat()
    except OverflowError:
        return base.isoformat()


def _nearest_year(month: int, day: int, base: date, lean: Lean) -> str:
    year = base.year
    if lean == "past" and (month, day) > (base.month, base.day):
        year -= 1
    elif lean == "future" and (month, day) < (base.month, base.day):
        year += 1
    return f"{year:04}-{month:02}-{day:02}"


def _nearest_month(day: int, base: date, lean: Lean) -> str:
    months = base.year * 12 + base.month - 1
    if lean == "past" and day > base.day:
        months -= 1
    elif lean == "future" and day < base.day:
        months += 1
    return f"{months // 12:04}-{months % 12 + 1:02}-{day:02}"
