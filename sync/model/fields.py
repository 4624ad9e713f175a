"""Fields and what a value of each type may be: the checks of one value, and the loose forms people type it in.

A check takes a value and answers None, or a fault's code and what would be right. Called by `kinds` and `records` only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from sync.model.bounds import value_fault

VERDICTS = ("met", "partly", "unmet", "na")

LINE, NOTE, TEXT, LONG = 200, 2_000, 10_000, 60_000  # characters
COUNT_LIMIT = 10_000_000


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one field: a code the catalogues translate, and what would be right."""

    field: str
    code: str
    wanted: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.code}" + (f" ({self.wanted})" if self.wanted else "")


class InvalidFields(ValueError):
    """Fields that may not be kept; `faults` names each, `kind` the kind of record, where it is said."""

    def __init__(self, faults: list[Fault], kind: str = "") -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults
        self.kind = kind


Check = Callable[[Any], "tuple[str, str] | None"]  # None, or (code, what would be right)

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("[\n\u2028\u2029]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


def text(limit: int, *, lines: bool = True) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, str):
            return "not_text", ""
        if len(value) > limit:
            return "too_long", str(limit)
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            return "not_nfc", ""
        if value.isprintable():  # has neither, and is asked for twice as quickly
            return None
        if _CONTROL.search(value):
            return "control", ""
        if not lines and _BREAK.search(value):
            return "one_line", ""
        return None

    return check


def required_text(limit: int, *, lines: bool = True) -> Check:
    plain = text(limit, lines=lines)

    def check(value: Any) -> tuple[str, str] | None:
        return plain(value) or (None if value.strip() else ("required", ""))

    return check


def day(value: Any) -> tuple[str, str] | None:
    return _day(value) if isinstance(value, str) and len(value) == 10 else ("not_day", "2026-09-18")


@lru_cache(maxsize=4_096)
def _day(text: str) -> tuple[str, str] | None:
    """Remembered, because the entries of a message mostly share a few days."""
    if not _DAY.fullmatch(text):
        return "not_day", "2026-09-18"
    try:
        date.fromisoformat(text)
    except ValueError:
        return "no_such_day", "2026-09-18"
    return None


def clock(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) and _CLOCK.fullmatch(value) else ("not_clock", "09:30")


def count(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "not_count", "0"
    return None if 0 <= value <= COUNT_LIMIT else ("out_of_range", f"0-{COUNT_LIMIT}")


def flag(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, bool) else ("not_flag", "true, false")


def figure(value: Any) -> tuple[str, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "not_number", ""
    if isinstance(value, str):
        return text(NOTE)(value)
    return None if abs(value) <= 1e12 else ("out_of_range", "")


def choice(options: tuple[str, ...]) -> Check:
    wanted = ", ".join(options)
    allowed = frozenset(options)

    def check(value: Any) -> tuple[str, str] | None:
        return None if isinstance(value, str) and value in allowed else ("not_choice", wanted)

    return check


def identifier(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) and MEMBER.fullmatch(value) else ("not_id", "")


_note = text(NOTE)


def answer(value: Any) -> tuple[str, str] | None:
    if isinstance(value, dict) and value.get("verdict") in VERDICTS:
        if len(value) == 1:
            return None
        if len(value) == 2 and "note" in value:
            return _note(value["note"])
    return "not_answer", ", ".join(VERDICTS)


def wording(value: Any) -> tuple[str, str] | None:
    if isinstance(value, dict) and value and all(isinstance(each, str) for each in value.values()):
        return next((fault for each in value.values() if (fault := _note(each))), None)
    return "not_wording", '{"zh": …, "en": …}'


def document(value: Any) -> tuple[str, str] | None:
    return value_fault(value) if isinstance(value, dict | list) else ("not_document", "")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a kind: how a value is checked, who may write it, and whether a new record needs it."""

    check: Check
    writers: frozenset[str]
    required: bool = False
    day: bool = False
    number: bool = False


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E}
_LOOSE_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LOOSE_CLOCK = re.compile(r"(\d{1,2})\s*[:时点.]\s*(\d{1,2})\s*分?")


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation (２０２６－９－１８) as their half-width twins."""
    return text.translate(_FULL_WIDTH)


def tidy_value(field: Field | None, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: tidy_value(None, inner) for name, inner in value.items()}
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if field is None:
        return text
    if field.day:
        return tidy_day(text)
    if field.check is clock and (loose := _LOOSE_CLOCK.fullmatch(half_width(text))):
        return f"{int(loose[1]):02}:{int(loose[2]):02}"
    if field.number:
        return tidy_number(text)
    return text


def tidy_day(text: str) -> str:
    """A day as people write it (2026年9月18日, 2026/9/18, full-width digits) as YYYY-MM-DD; other text unchanged."""
    loose = _LOOSE_DAY.fullmatch(half_width(text).strip())
    return f"{loose[1]}-{int(loose[2]):02}-{int(loose[3]):02}" if loose else text


def tidy_number(text: str) -> int | float | str:
    """A number typed with half- or full-width digits; unreadable text unchanged."""
    plain = half_width(text).strip().replace(",", "")
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,9}", plain):
        return float(plain)
    return text
