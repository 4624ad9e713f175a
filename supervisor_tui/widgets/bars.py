"""Small charts of one line: a bar a figure, in exact cells. Pure."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "\u28c0\u28e4\u28f6\u28ff"  # braille: one cell in every terminal, as block elements are not


def bars(figures: Sequence[float], cells: int) -> str:
    """A bar for each of the last figures, from the least to the largest of them; equal figures stand level."""
    shown = figures[-cells:]
    low, high = min(shown), max(shown)
    if low == high:
        return BARS[1] * len(shown)
    top = len(BARS) - 1
    return "".join(BARS[round(top * (figure - low) / (high - low))] for figure in shown)


def share_bars(shares: Sequence[float]) -> str:
    """A bar for each share between 0 and 1."""
    return "".join(BARS[min(len(BARS) - 1, int(share * len(BARS)))] for share in shares)
