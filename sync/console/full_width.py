"""Full-width letters, digits and punctuation, as Chinese input methods give them, read as the half-width ones meant.

For what a person types to be looked up or obeyed: addresses, codes, filters, search. Never for what a record keeps.
"""

from __future__ import annotations

from unicodedata import normalize

_STOPS = str.maketrans({"。": ".", "、": ","})  # NFKC leaves these; they are typed on the keys of . and ,
# What nearly every Chinese text holds of characters that NFKC changes: replaced beforehand, it has nothing left to do.
_WIDE = [(wide, normalize("NFKC", wide)) for wide in "，；：？！（）％－～\u3000…"]


def as_meant(text: str) -> str:
    """The text in NFKC form, without blanks around it."""
    return _plain(text).strip()


def folded(text: str) -> str:
    """The text for comparing: as meant, and in small letters."""
    return as_meant(text).lower()


def folded_lines(text: str) -> str:
    """The same of many texts, one a line: blank lines and blanks around them stay, so every text keeps its line."""
    return _plain(text).lower()


def _plain(text: str) -> str:
    if text.isascii():
        return text
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
    return normalize("NFKC", text)


def folded_in_place(text: str) -> str:
    """The same with every character in its place, so that what is found in it can be shown in the text."""
    if text.isascii():
        return text.lower()
    return "".join(one if len(one := normalize("NFKC", each).lower()) == 1 else each for each in text)


def address_as_meant(text: str) -> str:
    """An address, a network or a number: full stops and commas of Chinese are those of an address, too."""
    return as_meant(text).translate(_STOPS)
