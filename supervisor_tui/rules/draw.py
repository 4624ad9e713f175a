"""A random draw of units that anybody can recompute.

The order is that of `sha256(seed + newline + unit id)` in hexadecimal, the smallest first; the draw is the first N.
The seed is 16 random bytes in hexadecimal, made and kept before the draw is shown. With the list of units drawn from,
`printf '%s\\n%s' SEED UNIT | sha256sum` for each of them gives the same order on any machine.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable


def new_seed() -> str:
    """A seed nobody has chosen."""
    return secrets.token_hex(16)


def draw(units: Iterable[str], seed: str, count: int) -> list[str]:
    """The first `count` units in the order that the seed gives them."""
    return sorted(units, key=lambda unit: lot(seed, unit))[:count]


def lot(seed: str, unit: str) -> str:
    """A unit's lot: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{unit}".encode()).hexdigest()
