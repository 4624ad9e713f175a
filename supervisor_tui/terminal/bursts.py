"""Which of the keys that have come are one text: pasted without the terminal's marks, or committed all at once.

A person's keys come one by one. What comes faster than fingers is text, and a line end in it is a line end of the text:
neither may do what the same key does when it is pressed. Pure; the program's keys go through it in `type_ahead`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AT_ONCE = 0.005  # seconds between two keys that fingers cannot reach
FEWEST = 3  # printable keys, and not all of them the same: that is a key held down
_ENTER, _LINE_FEED, _TAB = "enter", "ctrl+j", "tab"
LINE_ENDS = (_ENTER, _LINE_FEED)


@dataclass(frozen=True)
class Came:
    """A key: what it is, the character it stands for, when the terminal handed it over and when the program took it."""

    key: str
    character: str | None
    time: float
    taken: float

    @property
    def is_line_end(self) -> bool:
        """Whether it ends a line of a text."""
        return self.key in LINE_ENDS

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign of a text: one that is drawn, or one that joins two of them."""
        sign = self.character
        return sign is not None and "+" not in self.key and (sign.isprintable() or ord(sign[0]) >= 0xA0)


@dataclass(frozen=True)
class Run:
    """The first `count` keys: one text, or each on its own."""

    count: int
    text: str = ""


def first_run(keys: Sequence[Came], now: float) -> Run | float:
    """Return the run that these keys begin with, or how many seconds to wait before that is known."""
    if not keys[0].is_sign:
        return Run(1)
    count = 1
    while count < len(keys) and _goes_on(keys[count - 1], keys[count]):
        count += 1
    rest = keys[count - 1].taken + AT_ONCE - now
    if count == len(keys) and rest > 0:
        return rest
    signs = [key.character for key in keys[:count] if key.is_sign]
    if len(signs) < FEWEST or len(set(signs)) == 1:
        return Run(1)
    while keys[count - 1].key == _TAB:  # behind a text it is a key again: it leads on to the next field
        count -= 1
    line_ends = [place for place, key in enumerate(keys[:count]) if key.is_line_end]
    if line_ends == [count - 1]:  # behind a text of one line it is a key as well: who types and presses Enter means it
        count -= 1
    return Run(count, _text(keys[:count]))


def _goes_on(before: Came, key: Came) -> bool:
    """Return whether two keys are of one burst, with more time between them where the first was taken late."""
    late = min(max(0.0, before.taken - before.time), 2 * AT_ONCE)
    together = key.time - before.time <= AT_ONCE + late
    return together and (key.is_sign or key.is_line_end or key.key == _TAB)


def _text(keys: Sequence[Came]) -> str:
    signs = ["\n" if key.is_line_end else "\t" if key.key == _TAB else key.character or "" for key in keys]
    pairs = zip(keys, [None, *keys[:-1]], strict=True)
    return "".join(sign for sign, (key, before) in zip(signs, pairs, strict=True) if not _ends_twice(before, key))


def _ends_twice(before: Came | None, key: Came) -> bool:
    """Return whether a key is the line feed of a carriage return and line feed pair."""
    return before is not None and before.key == _ENTER and key.key == _LINE_FEED
