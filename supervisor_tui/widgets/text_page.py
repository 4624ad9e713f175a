"""A page of text drawn line by line: a record, help, the sides of a conflict. Wrapped to exact cells, scrolled by key.

What stands on it is given as a function from a width to lines of spans, so that another width is laid out anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from supervisor_tui.terminal.text import cells, wrap
from supervisor_tui.widgets.line import ROLE_CLASSES, RoleStyles, role_css
from supervisor_tui.widgets.spans import Span, fitted

Lines = list[list[Span]]
_MARGIN = 2
_LEAST = 10  # cells that text behind a head wants


class TextPage(RoleStyles, ScrollView, can_focus=True):
    """Lines to read."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = """
    TextPage { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """ + role_css("TextPage")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", show=False),
        Binding("down,j", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    def __init__(self, *, id: str | None = None, can_focus: bool = True) -> None:
        super().__init__(id=id)
        self.can_focus = can_focus
        self._lay: Callable[[int], Lines] = lambda _width: []
        self._lines: Lines = []

    def show(self, lay: Callable[[int], Lines]) -> None:
        """Show what `lay` gives for the cells there are; the place on the page stays."""
        self._lay = lay
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        self._lines = self._lay(max(20, width - 2 * _MARGIN)) if width else []
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        """Another width wraps anew."""
        self._lay_out()

    def place_of(self, y: int) -> int:
        """Return the line of the page."""
        return y + int(self.scroll_offset.y)

    def draw_line(self, y: int) -> Strip:
        """Draw one line."""
        width, base = self.room, self.own_style
        place = y + int(self.scroll_offset.y)
        if place >= len(self._lines):
            return self.strip_of([(" " * width, "")], base)
        return self.strip_of([(" " * _MARGIN, ""), *fitted(self._lines[place], width - _MARGIN)], base)


def hung(head: list[Span], text: str, width: int, role: str = "plain") -> Lines:
    """Text wrapped behind a head, its further lines hanging under its first; under a head that leaves it no room."""
    indent = sum(cells(piece) for piece, _ in head)
    if indent > max(width - _LEAST, 2 * _MARGIN):
        above = wrap("".join(piece for piece, _ in head), width)
        return [[(line, head[-1][1])] for line in above] + hung([(" " * 2 * _MARGIN, "")], text, width, role)
    first, *rest = wrap(text, max(_LEAST, width - indent))
    blank = " " * indent
    return [[*head, (first, role)], *([(blank, ""), (line, role)] for line in rest)]
