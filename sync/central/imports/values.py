"""Cells as people write them, read into the values that are kept: days, counts, flags, words from a list.

Every reader answers a `Value`: what was read, and either a `doubt` (how it was read, if that is not plain) or a `fault`
(why it cannot be).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from sync.central.imports.files.sheets import Compound, FormattedNumber, LongText
from sync.central.imports.synonyms import plain
from sync.central.locale import has, t
from sync.model.validation import half_width, tidy_day

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_DAY_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_NOTHING = frozenset(
    word
    for words in (
        "无 没有 暂无 暂缺 待定 空缺 空 缺 未定 未填 待填 待补 待补充 缺编 无数据 不详 不适用",
        "na nil null none tbd",
    )
    for word in words.split()
)
_SIGNS_OF_NOTHING = re.compile(r"[-—–―‐‑−_/\\|~～*.·…。、,，;；:：?？!！()\[\]{}<>《》【】〔〕'\"“”‘’\s]+")
_LONGEST_NOTHING = 12  # characters
_LONGEST_SHORT = 100  # characters of a day, a count, a time: what is longer is none of these
_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "y", "是", "有", "√", "✓", "✔"), True),
    **dict.fromkeys(("0", "false", "no", "n", "否", "×", "x"), False),
}
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?\s*(?:人|名|个|位|户)?")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_WEEKDAY_OR_TIME = re.compile(
    r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|[上下]午|T?\d{1,2}[:时点]\d{0,2}(?::\d{2})?(?:分)?)\s*$"
)
_SERIALS = range(15_000, 80_000)  # 1941 to 2119, as a workbook counts days


class Value(msgspec.Struct, frozen=True):
    """What a cell was read as; `doubt` says how if that may be wrong, `fault` why it cannot be read."""

    read: Any = None
    doubt: str = ""
    fault: str = ""
    several: bool = False  # the fault is that more than one thing is called so
    word: str = ""  # the fault is that nobody has said what this word means


class Years(msgspec.Struct, frozen=True, kw_only=True):
    """What gives a day without a year its year: the year said, else the campaign's days, else the last such day."""

    said: int | None = None
    first: str = ""
    last: str = ""
    today: date
    epoch_1904: bool = False


def text(cell: Any) -> str:
    """A cell as text: NFC, no outer blanks, control characters as blanks, a number as its workbook shows it."""
    if cell is None:
        return ""
    if isinstance(cell, FormattedNumber):
        return cell.shown.strip()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    written = cell.json if isinstance(cell, Compound) else str(cell)
    if written.isascii() and written.isprintable():
        return written.replace("_x000D_", "").strip()
    written = unicodedata.normalize("NFC", written.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    return _CONTROL.sub(" ", written).strip()


def line(cell: Any) -> str:
    """A cell as one line."""
    return " ".join(text(cell).split())


def is_nothing(cell: Any) -> bool:
    """Whether a cell says that there is nothing to say: it is blank, a dash or stroke, or a word for nothing."""
    return is_blank(cell) or says_nothing(cell)


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty, or holds signs alone."""
    if cell is None or isinstance(cell, LongText):
        return cell is None
    return isinstance(cell, str) and (not cell.strip() or (_is_short(cell) and not _bare(cell)))


def says_nothing(cell: Any) -> bool:
    """Whether a cell holds a word for nothing (无, 待定)."""
    return isinstance(cell, str) and _is_short(cell) and _bare(cell) in _NOTHING


def _is_short(cell: str) -> bool:
    return len(cell.strip()) <= _LONGEST_NOTHING


def _bare(cell: str) -> str:
    return _SIGNS_OF_NOTHING.sub("", half_width(cell)).lower()


def read_count(cell: Any) -> Value:
    """A count of people or things: 1,063, １２, 12人, 零. A word for nothing is no count, and not 0 either."""
    if isinstance(cell, bool) or (isinstance(cell, str) and len(cell) > _LONGEST_SHORT):
        return Value(fault=t("values.no_count"))
    if isinstance(cell, int | float):
        if cell % 1 or cell < 0:
            return Value(fault=t("values.no_whole_number"))
        return Value(int(cell))
    written = half_width(line(cell))
    if written in ("零", "〇"):
        return Value(0)
    found = _COUNT.fullmatch(written)
    if found is None:
        return Value(fault=_error_words(written) or t("values.no_count"))
    return Value(int(found[1].replace(",", "")))


def read_flag(cell: Any) -> Value:
    """Yes or no."""
    if isinstance(cell, bool):
        return Value(cell)
    found = _FLAGS.get(half_width(line(cell)).lower())
    return Value(fault=t("values.no_flag")) if found is None else Value(found)


def read_clock(cell: Any) -> Value:
    """A time of day."""
    if isinstance(cell, str) and len(cell) > _LONGEST_SHORT:
        return Value(fault=t("values.no_clock"))
    if isinstance(cell, datetime | time):
        return Value(cell.strftime("%H:%M"))
    found = re.fullmatch(r"(\d{1,2})\s*[:时点.]\s*(\d{1,2})?\s*分?(?::\d{2})?", half_width(line(cell)))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return Value(fault=t("values.no_clock"))
    return Value(f"{int(found[1]):02}:{int(found[2] or 0):02}")


def read_choice(cell: Any, ids: Mapping[str, str], name: str) -> Value:
    """One of a list of words: `ids` gives the id of each by its `plain` form. A part of a word means nothing."""
    written = line(cell)
    if len(written) > _LONGEST_SHORT:
        return Value(fault=t("values.no_choice", what=t(f"field.{name}")))
    found = ids.get(plain(written))
    if found is not None:
        return Value(found)
    return Value(fault=t("values.no_choice", what=t(f"field.{name}")), word=written)


def choice_words(name: str, value: str) -> str:
    """A category or stage as the office calls it; one a campaign added by its id."""
    return t(f"{name}.{value}") if has(f"{name}.{value}") else value


def read_date(cell: Any, years: Years) -> Value:
    """A day: a workbook's date or its number, 2005年9月18日, 2005/9/18, 2005.9.18, 20050918, 9.18 and 9月18日."""
    if isinstance(cell, datetime):
        return Value(cell.date().isoformat())
    if isinstance(cell, date):
        return Value(cell.isoformat())
    if isinstance(cell, str) and len(cell) > _LONGEST_SHORT:
        return Value(fault=t("values.no_day"))
    written = half_width(line(cell))
    if isinstance(cell, float) and re.fullmatch(r"\d{1,2}\.\d", written):  # 9.10 typed as a number loses its nought
        return Value(fault=t("values.lost_nought", written=written))
    if _is_serial(written):
        return _serial(int(float(written)), years)
    written = _WEEKDAY_OR_TIME.sub("", _WEEKDAY_OR_TIME.sub("", written)).strip()
    if compact := _COMPACT.fullmatch(written):
        return _existing("-".join(compact.groups()), "")
    if short := _SHORT_YEAR.fullmatch(written):
        day = f"20{short[1]}-{int(short[2]):02}-{int(short[3]):02}"
        return _existing(day, t("values.read_as", value=day))
    if without := _MONTH_DAY.fullmatch(written):
        return _with_year(int(without[1]), int(without[2]), years)
    read = tidy_day(written)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", read):
        return Value(fault=_error_words(written) or t("values.no_day"))
    return _existing(read, "")


def _is_serial(written: str) -> bool:
    return re.fullmatch(r"\d{5}(?:\.\d+)?", written) is not None and int(float(written)) in _SERIALS


def _serial(number: int, years: Years) -> Value:
    first = date(1904, 1, 1) if years.epoch_1904 else date(1899, 12, 30)
    day = (first + timedelta(days=number)).isoformat()
    return Value(day, doubt=t("values.serial", day=day))


def _existing(day: str, doubt: str) -> Value:
    try:
        date.fromisoformat(day)
    except ValueError:
        return Value(fault=t("values.no_such_day"))
    return Value(day, doubt=doubt)


def _with_year(month: int, day: int, years: Years) -> Value:
    if years.said is not None:
        return _existing(f"{years.said:04}-{month:02}-{day:02}", "")
    if years.first:
        within = [
            each
            for year in range(int(years.first[:4]), int((years.last or years.first)[:4]) + 1)
            if years.first <= (each := f"{year:04}-{month:02}-{day:02}") <= (years.last or "9999")
        ]
        if len(within) == 1:
            return _existing(within[0], t("values.year_of_campaign", day=within[0]))
    year = years.today.year - ((month, day) > (years.today.month, years.today.day))
    read = f"{year:04}-{month:02}-{day:02}"
    return _existing(read, t("values.last_such_day", day=read))


def _error_words(written: str) -> str:
    return t("values.formula_error") if written.upper() in _DAY_ERRORS else ""


def is_day(text: str) -> bool:
    """Whether a text is a day in the one form that is kept."""
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None and not _existing(text, "").fault
