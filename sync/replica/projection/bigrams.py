"""Chinese search: texts as the tokens the index keeps, and what a person types as a query over them.

No built-in FTS5 tokenizer finds two-character words, so runs of Chinese characters become their overlapping pairs (and
the run's last character), found again as phrases: exact substring results. Latin words and numbers are kept whole and
found by their beginning.

`grams` is the rule, for one text; `grams_of` gives the same for many at a time, a character at a time nowhere: Chinese
pairs are half of what an index costs to fill.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import add
from typing import NamedTuple

from sync.console.full_width import folded, folded_lines

_BLANK, _ALL, _SIGNS = ord(" "), 0xFF, 0x30
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Runs of Chinese characters or of a word; one Chinese character. Compiled (3 ms) when first needed."""
    return re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+"), re.compile(f"[{_HAN}]")


def grams(text: str) -> str:
    """The tokens of a text, separated by blanks: pairs of Chinese characters, Latin words, numbers."""
    runs, han = _patterns()
    return " ".join([_pairs(run) if han.match(run) else run for run in runs.findall(folded(text))])


def query(typed: str) -> str:
    """What was typed as an FTS5 query: every blank-separated part must occur; empty when nothing can be searched."""
    return " AND ".join(filter(None, map(_phrase, folded(typed).split())))


def _pairs(run: str) -> str:
    return " ".join([*map(add, run, run[1:]), run[-1]])


def _phrase(part: str) -> str:
    runs, han = _patterns()
    found = runs.findall(part)
    if not found:
        return ""
    *earlier, last = found
    tokens = [_pairs(run) if han.match(run) else run for run in earlier]
    if han.match(last) and len(last) > 1:
        return '"' + " ".join([*tokens, *map(add, last, last[1:])]) + '"'
    return '"' + " ".join([*tokens, last]) + '" *'


# --- many texts at a time --------------------------------------------------------------------------------------------


def grams_of(texts: Sequence[str]) -> list[str]:
    """The tokens of each text, as `grams` makes them."""
    found = grams_together(texts)
    return [grams(text) for text in texts] if found is None else found


def grams_together(texts: Sequence[str]) -> list[str] | None:
    """The same, all at once; None where characters of other scripts or pictures want each text looked at alone."""
    together = folded_lines("\n".join([text.replace("\n", " ") for text in texts]) + "\n")
    data = together.encode("utf-16-le", "surrogatepass")
    low, high = data[0::2], data[1::2]
    tables = _tables()
    if _ALL in high.translate(tables.unclear) or together.count("\n") != len(texts):
        return None
    return [tokens.rstrip() for tokens in _spread(low, high, tables).split("\n")[:-1]]


class _Tables(NamedTuple):
    """What the halves of a UTF-16 unit say: 255 for yes, 0 for no."""

    han: bytes  # of the high half: Chinese
    first: bytes  # of the high half: the characters up to U+00FF
    word: bytes  # of the low half of those: letters and digits
    signs: bytes  # of the high half: Chinese punctuation and Japanese syllables
    kana: bytes  # of the low half of those: what is no punctuation
    line: bytes  # of the low half of the first: the end of a text
    unclear: bytes  # of the high half: the low one would have to be asked, too
    blank: tuple[bytes, bytes]  # the halves of a blank for no, of U+FFFF for yes


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    def table(*yes: int) -> bytes:
        return bytes(_ALL if value in yes else 0 for value in range(256))

    def letters(high: int) -> list[int]:  # of the 256 characters with this high half; as `\w` has them, without `_`
        return [low for low in range(256) if chr(high << 8 | low).isalnum()]

    han = (*range(0x34, 0x4D), *range(0x4E, 0xA0), 0xF9, 0xFA)
    shapes = (0x20, 0x22, 0x25, 0x26)  # punctuation, mathematics, shapes: no letter among them that NFKC leaves
    return _Tables(
        han=table(*han),
        first=table(0),
        word=table(*letters(0)),
        signs=table(_SIGNS),
        kana=table(*letters(_SIGNS)),
        line=table(ord("\n")),
        unclear=bytes(0 if value in (0, _SIGNS, *han, *shapes) else _ALL for value in range(256)),
        blank=(bytes(_ALL if value == _ALL else _BLANK for value in range(256)), table(_ALL)),
    )


def _spread(low: bytes, high: bytes, tables: _Tables) -> str:
    """Three characters for each: itself, the next one where both are Chinese, a blank where a token ends.

    What is not there is U+FFFF, taken out at the end. Whole texts are long numbers here, so that one operation masks or
    shifts all their characters: in `low` and `high` a byte is half a character, a shift by eight bits the next one's.
    """
    count = len(low)
    none = (1 << 8 * count) - 1
    first, signs = _number(high.translate(tables.first)), _number(high.translate(tables.signs))
    han = _number(high.translate(tables.han))
    word = (first & _number(low.translate(tables.word))) | (signs & _number(low.translate(tables.kana)))
    left_out = none ^ (han | word | (first & _number(low.translate(tables.line))))
    unpaired = none ^ (han & (han >> 8))
    goes_on = none ^ (han | (word & ~(word >> 8)))
    spread = bytearray(6 * count)
    for place, half in enumerate((_number(low), _number(high))):
        spread[place::6] = (half | left_out).to_bytes(count, "little")
        spread[place + 2 :: 6] = (half >> 8 | unpaired).to_bytes(count, "little")
        spread[place + 4 :: 6] = goes_on.to_bytes(count, "little").translate(tables.blank[place])
    return spread.decode("utf-16-le").replace("\uffff", "")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
