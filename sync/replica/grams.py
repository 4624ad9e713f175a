"""Chinese search: texts as the tokens the index keeps, and what a person types as a query over them.

No built-in FTS5 tokenizer finds two-character words, so runs of Chinese characters become their overlapping pairs (and
the run's last character), found again as phrases: exact substring results. Latin words and numbers are kept whole and
found by their beginning.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


def grams(text: str) -> str:
    """The tokens of a text, separated by blanks: pairs of Chinese characters, Latin words, numbers."""
    return " ".join(map(_tokens, _RUN.findall(_folded(text))))


def query(typed: str) -> str:
    """What was typed as an FTS5 query: every blank-separated part must occur; empty when nothing can be searched."""
    return " AND ".join(filter(None, map(_phrase, _folded(typed).split())))


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def _tokens(run: str) -> str:
    if not _IS_HAN.match(run):
        return run
    return " ".join([*map(add, run, run[1:]), run[-1]])


def _phrase(part: str) -> str:
    runs = _RUN.findall(part)
    if not runs:
        return ""
    tokens = [token for run in runs[:-1] for token in _tokens(run).split(" ")]
    last = runs[-1]
    if _IS_HAN.match(last) and len(last) > 1:
        return '"' + " ".join([*tokens, *map(add, last, last[1:])]) + '"'
    return '"' + " ".join([*tokens, last]) + '" *'
