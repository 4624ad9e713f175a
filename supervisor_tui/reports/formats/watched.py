"""A document that tells how far it is written: by the rows that a renderer has gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import overload

from supervisor_tui.reports.document import Block, Cell, Document, Table

Progress = Callable[[int, int], None]  # takes rows done, and rows in all; 0 in all while they are being read
Row = Sequence[Cell]
_EVERY = 500


def watched(document: Document, progress: Progress) -> Document:
    """The same document; going through its rows tells `progress`, and stops where that raises."""
    total = sum(len(block.rows) for block in document.blocks if isinstance(block, Table))
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done = max(done, rows)
        progress(done, total)

    blocks: list[Block] = []
    before = 0
    for block in document.blocks:
        if isinstance(block, Table):
            blocks.append(replace(block, rows=_Rows(block.rows, before, tell)))
            before += len(block.rows)
        else:
            blocks.append(block)
    return replace(document, blocks=blocks)


class _Rows(Sequence[Row]):
    """Rows that say when they are gone through."""

    def __init__(self, rows: Sequence[Row], before: int, tell: Callable[[int], None]) -> None:
        self._rows = rows
        self._before = before
        self._tell = tell

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self._rows[place]

    def __iter__(self) -> Iterator[Row]:
        for number, row in enumerate(self._rows):
            if number % _EVERY == 0:
                self._tell(self._before + number)
            yield row
