"""Widgets that draw themselves line by line, and keep a line until what stands on it changes.

A scrolled list asks for every line in sight at each step; composing a row again costs more than all the rest of a key.
Lines are kept behind Textual's Line API (`render_line`), which stays in charge of everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget as AnyWidget

if TYPE_CHECKING:
    from textual.widget import Widget
else:
    Widget = object  # a mixin: Textual takes component classes and styles from the first base that is a widget

Piece = tuple[str, Style]  # text of a line, and its colours


class Drawn(Widget):
    """Keeps the lines that `draw_line` gives until `refresh` names them, or the widget itself looks different."""

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self._kept: dict[int, Strip] = {}
        self._colours: dict[tuple[object, ...], Style] = {}
        self._role_colours: dict[Style, dict[str, Style]] = {}  # the colours of a role on a background
        self._looks: tuple[object, ...] = ()
        self._room = 0

    # --- lines -------------------------------------------------------------------------------------------------------

    def draw_line(self, y: int) -> Strip:
        """Draw a line of the widget, `room` cells wide."""
        raise NotImplementedError

    def place_of(self, y: int) -> int:
        """Return the number under which line `y` is kept, the same wherever what stands on it has scrolled to."""
        return y

    def forget(self, place: int) -> None:
        """Draw what stands at a place anew when its line is next asked for."""
        self._kept.pop(place, None)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        """Ask to be drawn again: all lines anew without regions. One region of all lines is a scrolled one."""
        if repaint and not regions:
            self._kept.clear()
        elif repaint and not (len(regions) == 1 and 1 < self.size.height <= regions[0].height):
            for y in (y for region in regions for y in region.line_range):
                self.forget(self.place_of(y))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        """Return line `y`, drawn now or kept."""
        looks = (self.size, self.has_focus)
        if looks != self._looks:
            self._looks, self._room = looks, self.scrollable_content_region.width
            self._mix_anew()
        place = self.place_of(y)
        if (strip := self._kept.get(place)) is None:
            strip = self._kept[place] = self.draw_line(y)
        return strip

    @property
    def room(self) -> int:
        """The cells a line has for its text: without the place of a scroll bar."""
        return self._room

    def joined(self, pieces: Sequence[Piece]) -> Strip:
        """Return pieces that fill the room as a strip; neighbours of one colour become one segment."""
        segments: list[Segment] = []
        run, style = "", None
        for text, own in pieces:
            if own is not style:
                if run:
                    segments.append(Segment(run, style))
                run, style = text, own
            else:
                run += text
        if run:
            segments.append(Segment(run, style))
        return Strip(segments, self._room)

    # --- colours -----------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Mix colours anew in another theme."""
        super().notify_style_update()
        self._mix_anew()

    def _mix_anew(self) -> None:
        self._kept.clear()
        self._colours.clear()
        self._role_colours.clear()

    @property
    def own_style(self) -> Style:
        """The widget's own colours, mixed once."""
        if (style := self._colours.get(())) is None:
            style = self._colours[()] = self.rich_style
        return style

    def style_named(self, name: str, *, partial: bool = False) -> Style:
        """Return the colours of a component class, mixed once; `partial`: to be laid over others."""
        if (style := self._colours.get((name, partial))) is None:
            style = self._colours[name, partial] = self.get_component_rich_style(name, partial=partial)
        return style


class Edge(Drawn, AnyWidget):
    """A line between two widgets that stand side by side."""

    DEFAULT_CSS = "Edge { width: 1; height: 1fr; }"

    def place_of(self, y: int) -> int:  # noqa: ARG002 - every line is the same
        """Return the one line's number."""
        return 0

    def draw_line(self, y: int) -> Strip:  # noqa: ARG002 - every line is the same
        """Draw one cell."""
        return self.joined([("│", self.own_style)])
