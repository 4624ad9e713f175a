"""One line of spans: titles, the status line, the footer. Drawn without layout, so it costs nothing to have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from supervisor_tui.terminal.line_cache import Drawn
from supervisor_tui.widgets.spans import ROLES, Span, fitted, width_of

ROLE_CLASSES = {f"role--{role}" for role in ROLES}
_ROLE_CSS = """
WIDGET {
    & > .role--plain { color: $foreground; }
    & > .role--dim { color: $secondary; }
    & > .role--accent { color: $accent; }
    & > .role--good { color: $success; }
    & > .role--warn { color: $warning; }
    & > .role--bad { color: $error; text-style: bold; }
    & > .role--heading { color: $secondary; }
    & > .role--key { color: $primary; text-style: bold; }
    & > .role--hit { color: $warning; text-style: bold underline; }
}
"""


def role_css(widget: str) -> str:
    """The colours of the roles for one widget class."""
    return _ROLE_CSS.replace("WIDGET", widget)


class RoleStyles(Drawn):
    """For widgets that draw spans: `COMPONENT_CLASSES` with `ROLE_CLASSES`, `DEFAULT_CSS` with `role_css`."""

    def strip_of(self, spans: Sequence[Span], base: Style) -> Strip:
        """Spans fitted to the room, as a strip."""
        roles = self._role_colours.get(base)
        if roles is None:
            roles = self._role_colours[base] = {}
        pieces = []
        for text, role in spans:
            style = roles.get(role)
            if style is None:
                mixed = base + self.style_named(f"role--{role or 'plain'}", partial=True)
                style = roles[role] = mixed
            pieces.append((text, style))
        return self.joined(pieces)


class Line(RoleStyles, Widget):
    """A line with something on the left and something on the right, which has a shorter form for narrow windows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = "Line { height: 1; width: 1fr; background: $panel; }" + role_css("Line")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()
        self._short: Sequence[Span] = ()

    def show(self, left: Sequence[Span], right: Sequence[Span] = (), short: Sequence[Span] = ()) -> None:
        """Show these spans; `short` stands for `right` where both sides have no room."""
        shown = (left, right, short or right)
        if shown != (self._left, self._right, self._short):
            self._left, self._right, self._short = shown
            self.refresh()

    def draw_line(self, y: int) -> Strip:
        """Draw the line."""
        width, base = self.room, self.own_style
        if y or width < 4:
            return self.strip_of([(" " * width, "")], base)
        right = self._right if width_of(self._left) + width_of(self._right) + 4 <= width else self._short
        right = right if width_of(right) <= width - 2 else ()
        room = width - 2 - width_of(right)
        gap = min(2, room) if right else 0
        left = fitted(self._left, room - gap)
        return self.strip_of([(" ", ""), *left, (" " * gap, ""), *right, (" ", "")], base)


class Lines(RoleStyles, Widget):
    """So many lines below each other; what is shown anew is drawn where it differs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = "Lines { width: 1fr; background: $panel; }" + role_css("Lines")

    def __init__(self, count: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.styles.height = count
        self._shown: list[Sequence[Span]] = [()] * count

    def show(self, lines: Sequence[Sequence[Span]]) -> None:
        """Show these; those that are not given are empty."""
        width, changed = self.size.width, []
        for y, held in enumerate(self._shown):
            line = lines[y] if y < len(lines) else ()
            if line != held:
                self._shown[y] = line
                changed.append(Region(0, y, width, 1))
        if changed:
            self.refresh(*changed)

    def draw_line(self, y: int) -> Strip:
        """Draw one of them."""
        width = self.room
        spans = fitted(self._shown[y] if y < len(self._shown) else (), max(0, width - 2))
        return self.strip_of([(" ", ""), *spans, (" ", "")], self.own_style)
