"""A list over a query: only the lines in sight are drawn, only their pages are read, so 100,000 rows scroll like ten.

Columns are exact in cells. The list knows nothing of what its rows are: a `Column` says how a row is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from supervisor_tui.locale import t
from supervisor_tui.terminal.text import fit, harmless, one_line, told_apart
from supervisor_tui.widgets.line import ROLE_CLASSES, RoleStyles, role_css
from supervisor_tui.widgets.spans import Span, fitted
from sync.replica.queries.rows import Listing

PAGE = 64
_GAP = 2
_BETWEEN: Span = (" " * _GAP, "")
_HEADING = -1  # a place before all rows
_STEPS = {"up": -1, "k": -1, "down": 1, "j": 1}

Row = TypeVar("Row")
Cell = str | Span | Sequence[Span]


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: the key of its heading, how a row is shown in it, its cells (0: a share of what is left).

    `once`: a cell that says the same as the one above it is left empty, so that runs of rows read as groups.
    `names`: its cells are names, so that two that are too long for it are told apart.
    """

    heading: str
    cell: Callable[[Row], Cell]
    width: int = 0
    align: str = "left"
    once: bool = False
    names: bool = False


class PagedList(RoleStyles, ScrollView, Generic[Row], can_focus=True):
    """A list of rows with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES | {"list--cursor", "list--cursor-blurred", "list--header"}
    DEFAULT_CSS = """
    PagedList {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden;
        & > .list--cursor { background: $primary 35%; }
        & > .list--cursor-blurred { background: $foreground 10%; }
        & > .list--header { color: $secondary; }
    }
    """ + role_css("PagedList")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "select", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row; `row` is None in an empty list."""

        list: PagedList[Any]
        row: Any

    @dataclass
    class Selected(Message):
        """A row was opened."""

        list: PagedList[Any]
        row: Any

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        empty: str = "list.empty",
        header: bool = True,
        id: str | None = None,
        moved: Callable[[], object] | None = None,
        led: bool = False,
    ) -> None:
        """`empty`: the words of a list without rows. `moved` is called when the cursor moves, instead of `Highlighted`:
        what it changes is drawn with the cursor, in one stroke. `led`: a line beside the list hands its arrows and
        Enter on to it, so that the mark stands while the line has the focus, too.
        """
        super().__init__(id=id)
        self._moved = moved
        self._led = led
        self._cells: list[int] = []
        self.columns = columns
        self.cursor = 0
        self.empty = empty
        self._header = int(header)
        self._listing: Listing[Row] = Listing(0, lambda _offset, _limit: [])
        self._pages: dict[int, list[Row]] = {}

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def columns(self) -> Sequence[Column[Row]]:
        """The columns of the list."""
        return self._columns

    @columns.setter
    def columns(self, columns: Sequence[Column[Row]]) -> None:
        self._columns = columns
        self._apart: dict[tuple[str, int, int], dict[str, str]] = {}
        self._leans = any(column.once for column in columns)
        self._cells_for = -1
        self.refresh()

    def show(self, listing: Listing[Row], *, keep: bool = True) -> None:
        """Show another listing; the cursor keeps its place, or goes to the first row."""
        self._listing = listing
        self._pages.clear()
        self._apart.clear()
        self.cursor = max(0, min(self.cursor, listing.count - 1)) if keep else 0
        self._stretch(listing.count)
        if not keep:
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self._reveal()
        self.refresh()
        self.post_message(self.Highlighted(self, self.row))

    def _stretch(self, count: int) -> None:
        """Be so many rows long; screens are laid out anew only where a bar comes or goes, or height is auto."""
        size = Size(self.scrollable_content_region.width, count + self._header)
        room, was = self.size.height, self.virtual_size
        if was.width != size.width or (was.height > room) != (size.height > room) or self.styles.auto_dimensions:
            self.virtual_size = size
            return
        self.set_reactive(PagedList.virtual_size, size)
        if size.height > room:
            self.vertical_scrollbar.window_virtual_size = size.height

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._listing.count

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.row_at(self.cursor)

    def row_at(self, place: int) -> Row | None:
        """The row at a place; None beyond the end."""
        if not 0 <= place < self._listing.count:
            return None
        page, offset = divmod(place, PAGE)
        if page not in self._pages:
            if len(self._pages) > 32:
                self._pages.clear()
            self._pages[page] = self._listing.rows(page * PAGE, PAGE)
        rows = self._pages[page]
        return rows[offset] if offset < len(rows) else None

    def _widths(self, width: int) -> list[int]:
        """The cells of every column, counted once for a width."""
        if self._cells_for != width:
            self._cells_for, self._cells = width, _shared(self._columns, width)
        return self._cells

    def place_of(self, y: int) -> int:
        """The row on a line of the widget; the heading and, where cells lean on the row above, the first differ."""
        if y < self._header:
            return _HEADING
        place = y - self._header + round(self.scroll_y)
        if y == self._header and self._leans:
            return _first(place)
        return place if place < self._listing.count or not self._listing.count else self._listing.count

    def draw_line(self, y: int) -> Strip:
        """Draw the heading, or a row."""
        width, base = self.room, self.own_style
        if y < self._header:
            return self._heading(width, base)
        place = y - self._header + round(self.scroll_y)
        row = self.row_at(place)
        if row is None:
            said = t(self.empty) if not self._listing.count and y == self._header else ""
            return self.strip_of(fitted([(f"  {said}", "dim")], width), base)
        held = place == self.cursor
        if held:
            base = self.style_named("list--cursor" if self.has_focus else "list--cursor-blurred")
        marked = held and (self.has_focus or self._led)  # the mark stands where the keys go
        spans: list[Span] = [("> ", "key") if marked else ("  ", "")]
        for column, cells in zip(self._columns, self._widths(width), strict=True):
            cell = column.cell(row)
            if column.once and self._repeats(column, cell, place, y):
                cell = ""
            elif column.names and isinstance(cell, str):
                cell = self._told_apart(column, cell, place, cells)
            spans += _in_cells(cell, cells, column.align)
            spans.append(_BETWEEN)
        return self.strip_of(self._filled(spans, width), base)

    def _filled(self, spans: list[Span], width: int) -> list[Span]:
        """Cells and what is between them, but for what is behind the last, as wide as the list."""
        taken = 2 + sum(self._widths(width)) + _GAP * (len(self._columns) - 1)
        return spans[:-1] if taken == width else fitted(spans[:-1], width)

    def _repeats(self, column: Column[Row], cell: Cell, place: int, y: int) -> bool:
        above = self.row_at(place - 1) if y > self._header else None  # which is out of sight else
        return above is not None and column.cell(above) == cell

    def _told_apart(self, column: Column[Row], name: str, place: int, width: int) -> str:
        """A name as it differs from the others of its page."""
        key = column.heading, place // PAGE, width
        if key not in self._apart:
            first = place - place % PAGE
            rows = [row for each in range(first, first + PAGE) if (row := self.row_at(each)) is not None]
            names = [one_line(cell) for cell in map(column.cell, rows) if isinstance(cell, str)]
            self._apart[key] = told_apart(names, width)
        return self._apart[key].get(one_line(name), name) if self._apart[key] else name

    def _heading(self, width: int, base: Style) -> Strip:
        style = base + self.style_named("list--header", partial=True)
        spans: list[Span] = [("  ", "heading")]
        for column, cells in zip(self._columns, self._widths(width), strict=True):
            words = t(column.heading) if column.heading else ""
            spans += [(fit(words, cells, column.align), "heading"), _BETWEEN]
        return self.strip_of(self._filled(spans, width), style)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Every row moves; the scroll bar is drawn again where that moves it by an eighth of a cell or more."""
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            hidden = max(1, self.virtual_size.height - self.size.height)
            if int(8 * self.size.height * old_value / hidden) == int(8 * self.size.height * new_value / hidden):
                bar.set_reactive(ScrollBar.position, new_value)
            else:
                bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    def on_resize(self) -> None:
        """Another width changes no place."""
        self._stretch(self._listing.count)
        self._reveal()

    # --- moving ------------------------------------------------------------------------------------------------------

    def go_to(self, place: int) -> None:
        """Put the cursor on a row."""
        place = max(0, min(place, self._listing.count - 1))
        if place != self.cursor:
            left, self.cursor = self.cursor, place
            self._reveal()
            width, below = self.size.width, self._header - round(self.scroll_y)
            for row in (left, place):
                self.forget(row)
                self.forget(_first(row))
            self.refresh(Region(0, left + below, width, 1), Region(0, place + below, width, 1))
            if self._moved is not None:
                self._moved()
            else:
                self.post_message(self.Highlighted(self, self.row))

    def _reveal(self) -> None:
        """Scroll until the cursor is in sight."""
        visible = max(1, self.size.height - self._header)
        top = round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True, force=True)
        elif self.cursor >= top + visible:
            self.scroll_to(y=self.cursor - visible + 1, animate=False, immediate=True, force=True)

    def on_key(self, event: events.Key) -> None:
        """A step is taken at once: on its way to the bindings a key passes every widget up to the program."""
        if (by := _STEPS.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            self.action_move(by)

    def action_move(self, by: int) -> None:
        """One row up or down."""
        self.go_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A screenful up or down."""
        self.go_to(self.cursor + by * max(1, self.size.height - self._header - 1))

    def action_edge(self, end: int) -> None:
        """To the first or the last row."""
        self.go_to(self._listing.count - 1 if end else 0)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if (row := self.row) is not None:
            self.post_message(self.Selected(self, row))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one opens."""
        place = event.y - self._header + round(self.scroll_y)
        if event.y < self._header or not 0 <= place < self._listing.count:
            return
        if place == self.cursor and event.chain > 1:
            self.action_select()
        else:
            self.go_to(place)


def _first(row: int) -> int:
    """The place of a row that stands first in sight, where a cell that leans on the row above is said."""
    return -2 - row


def _shared(columns: Sequence[Column[Any]], width: int) -> list[int]:
    """The cells of every column: as many as it asks for, or a share of what is left."""
    fixed = sum(column.width for column in columns) + _GAP * (len(columns) - 1) + 2
    shares = sum(1 for column in columns if not column.width) or 1
    share, rest = divmod(max(shares * 4, width - fixed), shares)
    widths = []
    for column in columns:
        widths.append(column.width or share + (1 if rest > 0 else 0))
        rest -= 0 if column.width else 1
    return widths


def _in_cells(cell: Cell, width: int, align: str) -> Sequence[Span]:
    """A cell's spans in so many cells, with text from records made harmless."""
    if isinstance(cell, str):
        return _one_in_cells(cell, "plain", width, align)
    if isinstance(cell, tuple) and len(cell) == 2 and isinstance(cell[0], str) and isinstance(cell[1], str):
        return _one_in_cells(cell[0], cell[1], width, align)
    return fitted([(_blanks_kept(text), role) for text, role in cell], width, align)


@lru_cache(maxsize=2048)  # dates, kinds and states are the same on most rows
def _one_in_cells(text: str, role: str, width: int, align: str) -> Sequence[Span]:
    return fitted([(one_line(text), role)], width, align)


def _blanks_kept(text: str) -> str:
    """Harmless text of one line with its blanks, for spans that stand side by side."""
    return harmless(text).replace("\n", " ")
