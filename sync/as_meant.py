"""Full-width letters, digits and punctuation, as Chinese input methods give them, read as the half-width ones meant.

For what a person types to be looked up or obeyed: addresses, codes, filters, search. Never for what a record keeps.
"""

from __future__ import annotations

from unicodedata import normalize

_STOPS = str.maketrans({"。": ".", "、": ","})  # NFKC leaves these; they are typed on the keys of . and ,


def as_meant(text: str) -> str:
    """The text in NFKC form, without blanks around it."""
    return text.strip() if text.isascii() else normalize("NFKC", text).strip()


def address_as_meant(text: str) -> str:
    """An address, a network name or a number: full stops and commas of Chinese are those of an address, too."""
    return as_meant(text).translate(_STOPS)
