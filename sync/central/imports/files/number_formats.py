"""How a workbook's number formats show a number: as a day, or as text with its noughts, percents and signs."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sync.central.imports.files.sheets import FormattedNumber, RoundedNumber

_BUILT_IN = {2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 39: "#,##0.00", 40: "#,##0.00"}
_DAY_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|([0#?]+)|(.)')
_EXACT_BELOW = 1e15  # a workbook keeps 15 digits
_MOST_PATTERN = 255

Parts = list[tuple[str, str]]


class NumberFormat:
    """One format: whether it shows days, and how it shows numbers."""

    def __init__(self, number: int, pattern: str = "") -> None:
        pattern = (pattern or _BUILT_IN.get(number, ""))[:_MOST_PATTERN]
        self.is_day = number in _DAY_FORMATS if not pattern else _shows_days(pattern)
        self._sections = [] if self.is_day else _sections(pattern)

    def value(self, number: float, epoch_1904: bool) -> Any:
        """A number as a cell: a day or time, the number with the text shown, or the number alone."""
        if self.is_day:
            return _moment(number, epoch_1904)
        if abs(number) >= _EXACT_BELOW:
            return RoundedNumber(number)
        shown = self._shown(number)
        return number if shown is None or shown == _digits(number) else FormattedNumber(number, shown)

    def _shown(self, number: float) -> str | None:
        if not self._sections or number != number or len(self._sections) > 4:
            return None
        own_sign = number < 0 and len(self._sections) > 1
        shown = _as_section(abs(number), self._sections[1 if own_sign else 0])
        return f"-{shown}" if shown is not None and number < 0 and not own_sign else shown


def _digits(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _bare(pattern: str) -> str:
    """A pattern without its literals, and without what stands in brackets but for elapsed time ([h]:mm)."""
    return re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', "", pattern, flags=re.IGNORECASE)


def _shows_days(pattern: str) -> bool:
    bare = _bare(pattern.split(";")[0]).lower()
    return "general" not in bare and re.search(r"[ymdhs]", bare) is not None


@lru_cache(maxsize=512)
def _sections(pattern: str) -> list[Parts]:
    """The tokens of every section: ("digits", "00"), (".", "."), ("text", "人")."""
    sections: list[Parts] = [[]]
    for quoted, escaped, bracketed, places, sign in _TOKEN.findall(pattern):
        if sign == ";":
            sections.append([])
        elif places:
            sections[-1].append(("digits", places))
        elif sign in (".", ",", "%"):
            sections[-1].append((sign, sign))
        elif quoted or escaped:
            sections[-1].append(("text", quoted or escaped))
        elif bracketed[:1] in ("<", ">", "=") or (sign.isalpha() and sign.isascii()):  # conditions, General, E+00
            return []
        elif sign:
            sections[-1].append(("text", sign))
    return sections if any(kind == "digits" for kind, _ in sections[0]) else []


def _as_section(number: float, parts: Parts) -> str | None:
    """A number of 0 or more as the parts of a section show it; None for what is not shown digit by digit."""
    number *= 100 ** sum(kind == "%" for kind, _ in parts)
    point = next((at for at, (kind, _) in enumerate(parts) if kind == "."), len(parts))
    decimals = "".join(text for kind, text in parts[point:] if kind == "digits")
    if any(text == "/" for kind, text in parts if kind == "text"):
        return None
    whole, _, fraction = f"{number:.{len(decimals)}f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals.count("0"), "0") if "#" in decimals or "?" in decimals else fraction
    before = _before_point(whole, parts[:point])
    if before is None:
        return None
    after = "".join(text for kind, text in parts[point:] if kind in ("text", "%"))
    return before + (f".{fraction}" if fraction else "") + after


def _before_point(whole: str, parts: Parts) -> str | None:
    """The whole digits over the places of a pattern, from the right; what is left over stands before the first."""
    grouped = any(kind == "," for kind, _ in parts)
    blocks = [at for at, (kind, _) in enumerate(parts) if kind == "digits"]
    if not blocks:
        return None
    if grouped:
        if any(kind == "text" for kind, _ in parts[blocks[0] : blocks[-1]]) or parts[blocks[-1] + 1 :][:1] == [
            (",", ",")
        ]:
            return None
        places = "".join(text for kind, text in parts if kind == "digits")
        number = f"{int(whole.zfill(places.count('0')) or 0):,}" if places.count("0") <= len(whole) else whole
        lead = "".join(text for kind, text in parts[: blocks[0]] if kind == "text")
        return lead + number + "".join(text for kind, text in parts[blocks[-1] :] if kind in ("text", "%"))
    shown: list[str] = []
    rest = "" if whole == "0" else whole
    for at in range(len(parts) - 1, -1, -1):
        kind, text = parts[at]
        if kind != "digits":
            shown.append(text)
            continue
        taken = len(rest) if at == blocks[0] else min(len(text), len(rest))
        digits, rest = rest[len(rest) - taken :], rest[: len(rest) - taken]
        shown.append(digits if len(digits) >= len(text) else _filled(digits, text))
    return "".join(reversed(shown))


def _filled(digits: str, places: str) -> str:
    """Digits over places of which some are noughts: 7 over 000 is 007, over ##0 is 7."""
    missing = places[: len(places) - len(digits)]
    return "".join("0" for place in missing[missing.find("0") :] if "0" in missing) + digits


def _moment(number: float, epoch_1904: bool) -> Any:
    """A workbook's number of a day as a day, of a part of a day as a time; the number itself where it is neither."""
    if 0 <= number < 1:
        seconds = min(round(number * 86_400), 86_399)
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    first = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if number < 60 else 30)  # noqa: DTZ001
    try:
        moment = first + timedelta(seconds=round(number * 86_400))
    except (OverflowError, ValueError):
        return number
    return date(moment.year, moment.month, moment.day) if moment.time() == time() else moment
