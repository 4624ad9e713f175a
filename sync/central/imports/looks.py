"""What a cell looks like, whatever its heading says: a telephone or identity number, a code that has lost digits."""

from __future__ import annotations

import re

from sync.central.imports.files.sheets import RoundedNumber
from sync.model.validation import half_width

_GAP = "[-\\s]?"
_MOBILE = rf"(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}|(?:\+?86{_GAP})?1[3-9]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d\d{_DAY}{_GAP}\d{{3}}[\dXx*]"
_NUMBER = re.compile(rf"(?<![\dA-Za-z.])(?:{_MOBILE}|{_IDENTITY})(?![\dA-Za-z])")
_OLD_IDENTITY = re.compile(rf"(?<![\dA-Za-z.])[1-9]\d{{5}}\d\d{_DAY}\d{{3}}(?![\dA-Za-z])")
_AREA = r"\(?0(?:10|2\d|[3-9]\d\d)\)?"
_LANDLINE = re.compile(rf"(?<!\d){_AREA}[-\s]\d{{5,8}}(?!\d)|(?:电话|手机|tel|phone)\D{{0,4}}\d{{5,}}", re.IGNORECASE)
_LANDLINE_ALONE = re.compile(rf"{_AREA}{_GAP}\d{{5,8}}(?:-\d{{1,6}})?")
_POWER = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.IGNORECASE)
_LONGEST_CODE = 40  # characters


def is_personal_number(text: str, *, code: bool = False) -> bool:
    """Whether a text is, or holds, a telephone or identity number; of a `code` only what can be nothing else."""
    plain = half_width(text)
    if not any(sign.isdecimal() for sign in plain):
        return False
    if _NUMBER.search(plain):
        return True
    if code:
        return False
    searched = (_OLD_IDENTITY.search(plain), _LANDLINE.search(plain), _LANDLINE_ALONE.fullmatch(plain.strip()))
    return any(found is not None for found in searched)


def hidden_digits(text: str) -> str:
    """The same text with its digits covered, to say where it stands without repeating it."""
    return re.sub(r"\d", "*", text)


def has_lost_digits(cell: object) -> bool:
    """Whether a cell is a number that was rounded, or one written down as a power of ten (9.13601E+17)."""
    if isinstance(cell, RoundedNumber):
        return True
    return (
        isinstance(cell, str) and len(cell) <= _LONGEST_CODE and _POWER.fullmatch(half_width(cell).strip()) is not None
    )
