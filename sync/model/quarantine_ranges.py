"""Which places of a chain the store keeps apart, as a receipt for that chain says it. Shared by both ends.

A receipt vouches for everything up to its place, and what was kept apart on the way has receipts of its own. So that
nobody can show the one and withhold the others, it names those places, too: after the log's name, inside what the store
signs, where older programs read a longer name of a log and the receipt of a chain with nothing apart is what it was.

    log-4f1c…                  nothing was kept apart up to there (or an older program signed it, which did not say)
    log-4f1c… apart 3 7-12     these places, and no other; released ones included, which show it by their receipts
    log-4f1c… perhaps 1-99     some of these places; which, their own receipts say

The chain is linked by hashes, so that a place in it is an entry. Places are kept as ranges in rising order.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

MOST_RANGES = (
    32  # beyond, neighbours are joined: a receipt stays short, however often a program sends what is not valid
)
_EXACTLY, _PERHAPS = "apart", "perhaps"
_FAR = 2**53

Range = tuple[int, int]  # first and last place, both included


class SeqRanges(msgspec.Struct, frozen=True):
    """Places in one chain; `exact`: all of them are apart (or were, until released), not only some."""

    ranges: tuple[Range, ...] = ()
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self.ranges)

    def up_to(self, seq: int) -> SeqRanges:
        """Those up to a place."""
        kept = tuple((first, min(last, seq)) for first, last in self.ranges if first <= seq)
        return SeqRanges(kept, self.exact)

    def __or__(self, other: SeqRanges) -> SeqRanges:
        """The places of both."""
        return _joined([*self.ranges, *other.ranges], exact=self.exact and other.exact)


EMPTY = SeqRanges()
EVERYWHERE = SeqRanges(((1, _FAR),), exact=False)


def ranges_of(seqs: Iterable[int], *, exact: bool = True) -> SeqRanges:
    """These places."""
    return _joined([(seq, seq) for seq in seqs], exact=exact)


def _joined(ranges: list[Range], *, exact: bool) -> SeqRanges:
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    while len(joined) > MOST_RANGES:
        exact = False
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(joined)]
        at = gaps.index(min(gaps))
        joined[at : at + 2] = [(joined[at][0], joined[at + 1][1])]
    return SeqRanges(tuple(joined), exact)


def write(log: str, apart: SeqRanges) -> str:
    """A log's name as a receipt gives it, with the places kept apart."""
    if not apart:
        return log
    word = _EXACTLY if apart.exact else _PERHAPS
    texts = [f"{first}-{last}" if last > first else str(first) for first, last in apart.ranges]
    return " ".join([log, word, *texts])


def read(log: str) -> SeqRanges:
    """The places a receipt's `log` names; where it is of a form this program does not know, it may mean any."""
    _, *words = log.split(" ")
    if not words:
        return EMPTY
    try:
        ranges = [_range(text) for text in words[1:]]
    except ValueError:
        return EVERYWHERE
    return _joined(ranges, exact=words[0] == _EXACTLY) if words[0] in (_EXACTLY, _PERHAPS) else EVERYWHERE


def read_exactly(log: str) -> SeqRanges:
    """The places a receipt's `log` names as apart, each of which has a receipt of its own."""
    found = read(log)
    return found if found.exact else EMPTY


def _range(text: str) -> Range:
    first, dash, last = text.partition("-")
    return int(first), int(last if dash else first)
