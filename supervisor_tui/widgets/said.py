"""A few lines of plain words in a widget's own colour, drawn without layout: a running count, a hint, its keys."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from supervisor_tui.terminal.line_cache import Drawn
from supervisor_tui.terminal.text import cells, wrap

_EDGES = 3  # cells: a wide character has room between the blanks at both ends from here on
Words = tuple[str, bool]  # a paragraph, and whether it stands out


class StatusText(Drawn, Widget):
    """Paragraphs wrapped to the width, as many lines as there is room for; `ruled`: with a line above them.

    `lines`: the least lines of words it has room for, and the most, where it grows with what is said.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-text--rule"}
    DEFAULT_CSS = """
    StatusText { width: 1fr; height: 1; color: $foreground 70%; & > .status-text--rule { color: $primary 40%; } }
    """

    def __init__(self, *, ruled: bool = False, lines: tuple[int, int] | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._least, self._most = lines or (0, 0)
        self._above = int(ruled)
        self._words: tuple[Words, ...] = ()
        if lines is not None:
            self.styles.height = self._above + self._least

    def show(self, *words: Words) -> None:
        """Say this from now on; drawn if it is something else."""
        if words != self._words:
            self._words = words
            self._make_room()
            self.refresh()

    def on_resize(self) -> None:
        """Words may take more lines, or fewer."""
        self._make_room()

    def _make_room(self) -> None:
        if self._most and self.size.width > _EDGES:
            wanted = len(_lines(self._words, self.size.width - 2))
            self.styles.height = self._above + max(self._least, min(wanted, self._most))

    def draw_line(self, y: int) -> Strip:
        """Draw the rule, or a line of the words."""
        room, base = self.room, self.own_style
        if y < self._above:
            return self.joined([("─" * room, self._rule())])
        lines = _lines(self._words, room - 2)[y - self._above :] if room > _EDGES else []
        text, strong = lines[0] if lines else (" " * (room - 2), False)
        blank = Style(bgcolor=base.bgcolor)
        style = base + Style(bold=True) if strong else base
        return self.joined([(" ", blank), (text, style), (" " * (room - 1 - cells(text)), blank)])

    def _rule(self) -> Style:
        if (found := self._colours.get(("rule",))) is None:
            style = self.visual_style + self.get_visual_style("status-text--rule", partial=True)
            found = self._colours["rule",] = style.rich_style
        return found


@lru_cache(maxsize=256)  # what helps with a question is said whenever the cursor comes by
def _lines(words: tuple[Words, ...], width: int) -> list[Words]:
    return [(line, strong) for text, strong in words for line in wrap(text, width)]
