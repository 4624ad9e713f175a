"""How much of what is exhaustive is tried: a part that is the same in every run of the suite, or everything.

Everything with `FAULTS=all` in the environment, which `python -m tests.faults whole` sets.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
EVERYTHING = os.environ.get("FAULTS") == "all"


def drawn(things: Iterable[T], most: int, seed: int = 3) -> list[T]:
    """The first, the last, and of every stretch between them one drawn at random: `most` in their order, or all."""
    every = list(things)
    if EVERYTHING or len(every) <= most:
        return every
    chance, inner = random.Random(seed), len(every) - 2
    starts = [1 + inner * part // (most - 2) for part in range(most - 1)]
    return [
        every[0],
        *(every[chance.randrange(start, end)] for start, end in pairwise(starts)),
        every[-1],
    ]
