"""A form as it lies on screen: its rows, the lines they take at a width, and where the cursor may go. Pure.

What is drawn of a row is kept until its answer or the width changes, so that a key costs the rows it touches alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from supervisor_tui.forms.layout import Page, Row, Span, height, lines_of, rows_of
from supervisor_tui.forms.questions import Part, Question, is_answered

NARROWEST = 20  # cells


class Sheet:
    """The rows over the fields they answer into. `opened`: the folded parts that stand open, by id.

    `last`: the answers to stand beside; `followed`: fields of the questions that have a follow-up already.
    """

    def __init__(
        self,
        parts: list[Part],
        fields: dict[str, Any],
        last: Mapping[str, Any],
        followed: frozenset[str] = frozenset(),
        opened: frozenset[str] = frozenset(),
    ) -> None:
        self.parts, self.fields, self.last = parts, fields, last
        self.opened = set(opened)
        self._followed = followed
        self.rows = rows_of(parts, self.opened)
        self.tops = [0]
        self._page = self._page_of(NARROWEST)
        self._drawn: dict[int, list[list[Span]]] = {}

    # --- rows --------------------------------------------------------------------------------------------------------

    def question_at(self, place: int) -> Question | None:
        """The question of a row; None on a heading, and beyond the end."""
        return self.rows[place].question if place < len(self.rows) else None

    def toggle(self, part: Part) -> None:
        """Open a folded part, or fold it again."""
        self.opened ^= {part.id}
        self.rows = rows_of(self.parts, self.opened)

    def part_of(self, field: str) -> Part | None:
        """The part that asks for a field."""
        return next((part for part in self.parts if any(each.field == field for each in part.questions)), None)

    def place_of(self, field: str) -> int:
        """The row of the question kept in a field; its part stands open."""
        return next(place for place, row in enumerate(self.rows) if row.question and row.question.field == field)

    def can_hold(self, place: int) -> bool:
        """Whether the cursor may stand on a row: a question, or the heading of a part that folds."""
        return self.rows[place].question is not None or self.rows[place].part.folded

    def holding(self, place: int, by: int) -> int | None:
        """The first row from `place` on, in the direction of `by`, that can hold the cursor."""
        while 0 <= place < len(self.rows):
            if self.can_hold(place):
                return place
            place += by
        return None

    def next_open(self, held: int) -> int | None:
        """The next row after `held` that wants an answer, else the first that does, else the next that is empty."""
        wanting = [place for place, row in enumerate(self.rows) if self._wants_answer(row)]
        empty = [place for place, row in enumerate(self.rows) if row.question and self.is_open(row.question)]
        after = [place for place in wanting if place > held] or wanting or [place for place in empty if place > held]
        return after[0] if after else None

    def is_open(self, question: Question) -> bool:
        """Whether the question has no answer yet."""
        return not is_answered(question, self.fields)

    def _wants_answer(self, row: Row) -> bool:
        question = row.question
        if question is None or question.computed:
            return False
        passed = question.kind == "attachment" or not question.item  # nobody has to have a file at hand
        return (question.required or not passed) and self.is_open(question)

    # --- lines -------------------------------------------------------------------------------------------------------

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self.tops[-1]

    @property
    def is_laid(self) -> bool:
        """Whether every row has its lines."""
        return len(self.tops) > len(self.rows)

    def lay(self, width: int) -> None:
        """Lay every row out anew for a width."""
        self._page = self._page_of(width)
        self._drawn.clear()
        self.tops = [0, *accumulate(height(row, self._page) for row in self.rows)]

    def _page_of(self, width: int) -> Page:
        wide_enough = max(NARROWEST, width)
        return Page(fields=self.fields, last=self.last, width=wide_enough, followed=self._followed)

    def row_at(self, line: int) -> int:
        """The row that a line belongs to."""
        return bisect_right(self.tops, line) - 1

    def lines_at(self, place: int) -> range:
        """The lines that a row takes, from the form's top."""
        return range(self.tops[place], self.tops[place + 1])

    def lines(self, place: int) -> list[list[Span]]:
        """What a row is drawn as."""
        if place not in self._drawn:
            row = self.rows[place]
            self._drawn[place] = lines_of(row, self._page, opened=row.part.id in self.opened)
        return self._drawn[place]

    def touched(self, field: str) -> list[int]:
        """The rows that change with a field: its question, and its part's heading, which counts; they are forgotten."""
        parts = {id(row.part) for row in self.rows if row.question and row.question.field == field}
        places = [
            place
            for place, row in enumerate(self.rows)
            if id(row.part) in parts and (row.question is None or row.question.field == field)
        ]
        for place in places:
            self._drawn.pop(place, None)
        return places

    def fits(self, place: int) -> bool:
        """Whether a row still takes the lines it was laid out on."""
        return height(self.rows[place], self._page) == self.tops[place + 1] - self.tops[place]
