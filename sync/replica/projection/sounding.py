"""Which characters of a unit's name are those that were typed by their sound, so that they stand out in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYLLABLE = re.compile(r"[bpmfdtnlgkjqxrzcsyw]?h?[aeiouv]+(?:ng?|r)?")


def sounding(name: str, pinyin: str, initials: str, typed: str) -> list[tuple[int, int]]:
    """The (start, end) in `name` of the first place that sounds like what was typed; empty where none is made out.

    `pinyin` and `initials` are the readings of the name, separated by blanks, as `pinyin.spelled` makes them.
    """
    shown = [place for place, character in enumerate(name) if not character.isspace()]
    readings = [letters for letters in initials.split() if len(letters) == len(shown)]
    for letters in readings:
        if (start := letters.find(typed)) >= 0:
            return [(shown[start], shown[start + len(typed) - 1] + 1)]
    for spelled in pinyin.split():
        start = spelled.find(typed)
        ends = next(filter(None, (_ends(spelled, letters) for letters in readings)), None) if start >= 0 else None
        if ends is not None:
            first = sum(end <= start for end in ends)
            last = sum(end < start + len(typed) for end in ends)
            return [(shown[first], shown[last] + 1)]
    return []


def _ends(spelled: str, letters: str) -> list[int] | None:
    """Where each character's syllable ends in the spelling; None if it cannot be cut so."""
    return next(_cuts(spelled, letters, 0, []), None)


def _cuts(spelled: str, letters: str, start: int, ends: list[int]) -> Iterator[list[int]]:
    if len(ends) == len(letters):
        if start == len(spelled):
            yield ends
        return
    if not spelled.startswith(letters[len(ends)], start):
        return
    for end in range(min(len(spelled), start + 6), start, -1):
        if end == start + 1 or _SYLLABLE.fullmatch(spelled, start, end):
            yield from _cuts(spelled, letters, end, [*ends, end])
