"""Chinese search: texts as the tokens the index keeps, and what a person types as a query over them.

No built-in FTS5 tokenizer finds two-character words, so runs of Chinese characters become their overlapping pairs (and
the run's last character), found again as phrases: exact substring results. Latin words and numbers are kept whole and
found by their beginning.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import add

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Runs of Chinese characters or of a word; one Chinese character. Compiled (3 ms) when first needed."""
    return re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+"), re.compile(f"[{_HAN}]")


def grams(text: str) -> str:
    """The tokens of a text, separated by blanks: pairs of Chinese characters, Latin words, numbers."""
    runs, han = _patterns()
    return " ".join([_pairs(run) if han.match(run) else run for run in runs.findall(_folded(text))])


def query(typed: str) -> str:
    """What was typed as an FTS5 query: every blank-separated part must occur; empty when nothing can be searched."""
    return " AND ".join(filter(None, map(_phrase, _folded(typed).split())))


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


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
