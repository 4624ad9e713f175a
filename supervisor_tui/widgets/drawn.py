"""Widgets that draw themselves line by line: a line that says the same is not drawn again, nor is a colour mixed again.

Textual asks a widget for all its lines whenever one of them or of its neighbours changes, and mixes colours anew for
each; on an old laptop that is most of what a key costs. Meant for widgets without border or padding of their own; one
that is given them is drawn Textual's way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual import containers
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget as AnyWidget

if TYPE_CHECKING:
    from textual.widget import Widget
else:
    Widget = object  # a mixin: Textual takes component classes and styles from the first base that is a widget

Piece = tuple[str, Style]  # text of a line, and its colours as `shown` gives them


class Drawn(Widget):
    """Keeps the lines that `render_line` gives until `refresh` names them, or the widget itself looks different."""

    def __init__(self, **names: Any) -> None:
        super().__init__(**names)
        self._strips: dict[int, Strip] = {}
        self._colours: dict[tuple[object, ...], Style] = {}
        self._roles: dict[Style, dict[str, Style]] = {}  # the colours of a role on a background
        self._beside: list[Segment] = []  # what stands in the place of a scroll bar
        self._looks: tuple[object, ...] = ()
        self._room = self._width = 0

    # --- lines -------------------------------------------------------------------------------------------------------

    def place_of(self, y: int) -> int:
        """What stands on a line of the widget, so that it is known again where it has scrolled to; its number."""
        return y

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        """As every widget's; all lines are drawn anew without regions. A region of all lines is a scrolled one."""
        if repaint and not regions:
            self._strips.clear()
        elif repaint and sum(region.height for region in regions) < self.size.height:
            for y in (y for region in regions for y in region.line_range):
                self.forget(self.place_of(y))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def check_idle(self) -> None:
        """As every message pump's; a widget that only wants to be drawn again tells its screen at once."""
        if not self._repaint_required or self._layout_required or self._scroll_required or not self.is_mounted:
            super().check_idle()
            return
        self._repaint_required = False
        screen = self.screen
        if self.display and self in screen._compositor:
            screen._dirty_widgets.add(self)
            screen.check_idle()

    def forget(self, place: int) -> None:
        """What stands at a place is to be drawn anew when it is next in sight."""
        self._strips.pop(place, None)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the crop."""
        size = self.size
        looks = (size, self.has_focus, *self.get_line_filters())
        if looks != self._looks:
            self._looks, self._width, self._room = looks, size.width, self.scrollable_content_region.width
            self._mix_anew()
        if self.styles.gutter.totals != (0, 0):
            return super().render_lines(crop)
        strips = []
        for y in crop.line_range:
            place = self.place_of(y)
            strip = self._strips.get(place)
            if strip is None:
                strip = self._strips[place] = self.render_line(y)
            strips.append(strip)
        return strips if crop.column_span == (0, size.width) else [strip.crop(*crop.column_span) for strip in strips]

    @property
    def room(self) -> int:
        """The cells a line has for its text: without the place of a scroll bar."""
        return self._room

    def joined(self, pieces: Sequence[Piece]) -> Strip:
        """Pieces that fill the room, as a strip over the widget's width; neighbours of one colour become one."""
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
        if beside := self._width - self._room:
            if not self._beside:
                self._beside = [Segment(" " * beside, self.shown(Style(bgcolor=self.own_style.bgcolor)))]
            segments += self._beside
        return Strip(segments, self._width)

    # --- colours -----------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._mix_anew()

    def _mix_anew(self) -> None:
        self._strips.clear()
        self._colours.clear()
        self._roles.clear()
        self._beside = []

    @property
    def own_style(self) -> Style:
        """The widget's own colours, mixed once."""
        if (style := self._colours.get(())) is None:
            style = self._colours[()] = self.rich_style
        return style

    def style_named(self, name: str, *, partial: bool = False) -> Style:
        """The colours of a component class, mixed once; `partial`: to be laid over others."""
        if (style := self._colours.get((name, partial))) is None:
            style = self._colours[name, partial] = self.get_component_rich_style(name, partial=partial)
        return style

    def shown(self, style: Style) -> Style:
        """Colours as the terminal gets them: without any where NO_COLOR is set."""
        if (found := self._colours.get(("shown", style))) is None:
            segments = [Segment(" ", style)]
            for each in self.get_line_filters():
                segments = each.apply(segments, self.background_colors[1])
            found = self._colours["shown", style] = segments[0].style or style
        return found


class Bare(Drawn):
    """What only holds other widgets: one blank line stands for all of its lines, none where they cover it."""

    _seen: object = None  # the layout that was looked at
    _covered = False

    def render_lines(self, crop: Region) -> list[Strip]:
        """Nothing where nothing of it is to be seen: whatever is given is cut and merged with what covers it."""
        visible = self.screen._compositor.visible_widgets
        if visible is not self._seen:
            self._seen = visible
            own = visible.get(self)
            placed = [visible.get(child, _NONE) for child in self.children]
            held = [region.intersection(clip) for region, clip in placed]
            self._covered = own is not None and _covers(held, own[0].intersection(own[1]))
        return [] if self._covered else super().render_lines(crop)

    def place_of(self, y: int) -> int:  # noqa: ARG002 - whatever the line
        """Every line is the same."""
        return 0

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - whatever the line
        """A blank line."""
        return self.joined([(" " * self.room, self.shown(self.own_style))])


_NONE = (Region(), Region())


def _covers(regions: Sequence[Region], whole: Region) -> bool:
    """Whether the regions, of which each lies in the whole, leave nothing of it: band by band between their edges."""
    edges = sorted({whole.y, whole.bottom, *(y for each in regions if each for y in (each.y, each.bottom))})
    for top, bottom in pairwise(edges):
        reached = whole.x
        for each in sorted(each for each in regions if each and each.y <= top and each.bottom >= bottom):
            if each.x <= reached:
                reached = max(reached, each.right)
        if reached < whole.right:
            return False
    return True


class Kept(ScrollBar):
    """A scroll bar that draws its lines again when it has changed, not whenever its neighbours have."""

    _lines: list[Strip] | None = None
    _looks: tuple[object, ...] = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Any:
        """As every widget's."""
        self._lines = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._lines = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """All of them, or those kept."""
        looks = (crop, *self.get_line_filters())
        if self._lines is None or looks != self._looks:
            self._looks, self._lines = looks, self._bar()[slice(*crop.line_span)]
        return self._lines

    def _bar(self) -> list[Strip]:
        """The cells of the bar: of a few looks, each made once, where Textual makes every cell."""
        console, (width, height) = self.app.console, self.size
        bar = self.post_render(self.render(), self.visual_style.rich_style)
        made: dict[Segment, Strip] = {}
        strips = []
        for cell in console.render(bar, self.app.console_options.update(width=width, height=height)):
            if cell.text != "\n":
                if cell not in made:
                    made[cell] = self._filtered(Strip([cell], width))
                strips.append(made[cell])
        return strips

    def _filtered(self, strip: Strip) -> Strip:
        for each in self.get_line_filters():
            strip = strip.apply_filter(each, self.background_colors[1])
        return strip


class Scrolled(Drawn):
    """A drawn widget with a scroll bar at its right."""

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The bar, made when it is first asked for, as Textual makes its own."""
        if self._vertical_scrollbar is None:
            bar = Kept(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar = bar
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar


class Horizontal(Bare, containers.Horizontal):
    """Widgets side by side."""


class Vertical(Bare, containers.Vertical):
    """Widgets below each other."""


class Edge(Drawn, AnyWidget):
    """A line between two widgets that stand side by side."""

    DEFAULT_CSS = "Edge { width: 1; height: 1fr; }"

    def place_of(self, y: int) -> int:  # noqa: ARG002 - whatever the line
        """Every line is the same."""
        return 0

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - whatever the line
        """One cell."""
        return self.joined([("│", self.shown(self.own_style))])
