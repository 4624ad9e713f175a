"""What has changed on the screen, made into what the terminal is told."""

from __future__ import annotations

from functools import lru_cache

from rich.console import Console
from textual._compositor import ChopsUpdate


class Pieces(ChopsUpdate):
    """An update in pieces; Textual makes three objects to say where each of them stands."""

    def render_segments(self, console: Console) -> str:
        """The pieces in the spans that have changed, each with its place."""
        drawn: list[str] = []
        for y, begins, ends in self.spans:
            for (x, strip), end in zip(self.chops[y].items(), self.chop_ends[y], strict=True):
                if strip is not None and x < ends and end > begins:
                    whole = x >= begins and end <= ends
                    shown = strip if whole else strip.crop(0, min(end, ends) - x)
                    drawn += (_place(x, y), shown.render(console))
        return "".join(drawn)


@lru_cache(maxsize=1 << 14)
def _place(x: int, y: int) -> str:
    """The signs that put the terminal's cursor there."""
    return f"\x1b[{y + 1};{x + 1}H"
