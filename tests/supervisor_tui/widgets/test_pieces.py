"""An update in pieces puts on a terminal what Textual's own does."""

from __future__ import annotations

from itertools import pairwise
from random import Random as Chance

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from supervisor_tui.widgets.pieces import Pieces

_WIDTH, _HEIGHT = 24, 8


def _update(chance: Chance) -> tuple[list[dict[int, Strip | None]], list[tuple[int, int, int]], list[list[int]]]:
    chops: list[dict[int, Strip | None]] = []
    ends: list[list[int]] = []
    spans: list[tuple[int, int, int]] = []
    for y in range(_HEIGHT):
        cuts = sorted({0, _WIDTH, *(2 * chance.randrange(_WIDTH // 2) for _ in range(3))})
        chops.append({first: _strip(chance, last - first) for first, last in pairwise(cuts)})
        ends.append(cuts[1:])
        first = chance.choice(cuts[:-1])
        spans.append((y, first, chance.choice([*(cut for cut in cuts if cut > first), first + 2])))
    return chops, spans, ends


def _strip(chance: Chance, width: int) -> Strip | None:
    text = "".join(chance.choice(("整", "ab")) for _ in range(width // 2))
    return Strip([Segment(text, Style(bold=chance.random() < 0.5))], width) if chance.random() < 0.9 else None


def _seen(drawn: str) -> list[str]:
    screen = pyte.Screen(_WIDTH, _HEIGHT)
    pyte.Stream(screen).feed(drawn)
    return screen.display


@pytest.mark.parametrize("seed", range(20))
def test_pieces_put_on_the_screen_what_textuals_own_do(seed: int) -> None:
    chops, spans, ends = _update(Chance(seed))
    console = Console(force_terminal=True, width=_WIDTH)
    assert _seen(Pieces(chops, spans, ends).render_segments(console)) == _seen(
        ChopsUpdate(chops, spans, ends).render_segments(console)
    )
