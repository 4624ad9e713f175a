"""Sentences in running text: what a person means by "this sentence" when she turns one into a follow-up."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」』)）]*|\n|$)")


def sentence_at(text: str, offset: int) -> str:
    """The sentence around a place in a text, without outer blanks and its last stop; the one before at a blank end."""
    found = ""
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip().rstrip("。；;")
        if sentence:
            found = sentence
        if match.end() >= offset and (found and (sentence or match.end() >= len(text))):
            return found
    return found
