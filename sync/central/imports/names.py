"""The names of persons in a cell: one, or several with signs or line ends between them; never parted at blanks."""

from __future__ import annotations

import re

from sync.central.imports import values
from sync.central.imports.synonyms import DUTIES, plain
from sync.model.validation import half_width

_APART = re.compile("[、､﹑,，;；\n\u2028]+")
_DUTY_BEFORE = re.compile(r"([^:：]{1,8})[:：]\s*(.*)")
_DUTY_AFTER = re.compile(r"(.*?)\s*[(（]([^()（）]{1,8})[)）]")
_STRANGE = re.compile(r"[\d:：/／\\|+&<>=@#%*?？!！。]")
_LONGEST = 40  # characters of a name


def names_in(cell: object) -> list[str]:
    """The names in a cell, without the blanks that pad them and the duties said with them (组长：王甲)."""
    parts = (_without_duty(part.strip()) for part in _APART.split(values.text(cell)))
    return [unpadded(part) for part in parts if not values.is_nothing(part)]


def _without_duty(name: str) -> str:
    if len(name) > 2 * _LONGEST:
        return name
    before = _DUTY_BEFORE.fullmatch(name)
    if before and plain(before[1]) in DUTIES:
        name = before[2].strip()
    after = _DUTY_AFTER.fullmatch(name)
    return after[1].strip() if after and plain(after[2]) in DUTIES else name


def unpadded(name: str) -> str:
    """A short name whose characters stand apart (张  伟) as it is spoken; in others one blank where there are some."""
    parts = name.split()
    whole = "".join(parts)
    if not whole.isascii() and len(whole) <= 4 and sum(len(part) > 1 for part in parts) <= 1:
        return whole
    return " ".join(parts)


def is_doubtful(name: str) -> bool:
    """Whether this may be several names, or none: blanks between words that are no letters of ours, digits, signs."""
    plain_name = half_width(name)
    if len(name) > _LONGEST or _STRANGE.search(name):
        return True
    return " " in plain_name and not plain_name.replace(" ", "").isascii()
