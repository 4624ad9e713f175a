"""Unit names by sound: full pinyin and initials. The dictionary takes a while to load, so only writers call this."""

from __future__ import annotations

import os
from functools import lru_cache


@lru_cache(maxsize=65536)
def _syllables(character: str) -> str:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # characters alone are asked for: 44 MB and 85 ms less
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character)).lower()


def spelled(name: str) -> str:
    """The name in pinyin without blanks, e.g. 瑶湖水产场 -> yaohushuichanchang; other letters as they are."""
    return "".join(map(_syllables, name))


def initials(name: str) -> str:
    """The first letter of every character, e.g. 瑶湖水产场 -> yhscc."""
    return "".join(syllable[0] for character in name if (syllable := _syllables(character)))
