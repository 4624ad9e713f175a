"""Spans: pieces of a line with a role each, fitted to exact cells. Pure; the widgets give roles their colours."""

from __future__ import annotations

from collections.abc import Sequence

from supervisor_tui.terminal.text import CUT, cells, head

Span = tuple[str, str]  # (text, role); the empty role is plain text

ROLES = ("plain", "dim", "accent", "good", "warn", "bad", "heading", "key", "hit")


def width_of(spans: Sequence[Span]) -> int:
    """The cells of a run of spans."""
    return sum(cells(text) for text, _ in spans)


def fitted(spans: Sequence[Span], width: int, align: str = "left") -> list[Span]:
    """The spans in exactly `width` cells: cut with `..` at the end, or filled with blanks."""
    taken = width_of(spans) if len(spans) != 1 else cells(spans[0][0])
    if taken <= width:
        blanks = (" " * (width - taken), "")
        return [blanks, *spans] if align == "right" else [*spans, blanks]
    kept: list[Span] = []
    left = max(0, width - len(CUT))
    for text, role in spans:
        if (size := cells(text)) > left:
            kept.append((head(text, left) + CUT[:width], role))
            break
        kept.append((text, role))
        left -= size
    return [*kept, (" " * (width - width_of(kept)), "")]
