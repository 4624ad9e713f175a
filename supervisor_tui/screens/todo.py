"""What waits for this person and why: drafts, conflicts, entries kept apart, follow-ups, and where to go next."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import DROP, STEP, UNDO_STEP, bindings
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.screens.records.columns import wide_words
from supervisor_tui.whose_turn import Waiting, waiting
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica.as_of.calendar import today
from sync.replica.editing import drafts
from sync.replica.queries.follow_ups import SHOWN, Wanted
from sync.replica.queries.rows import Listing

_OPENS = {"ruling": "aside", "review": "reviews"}  # rows of several, by the screen that lists them


class TodoScreen(Stepping):
    """The list of what waits; Enter opens it where it can be settled."""

    AUTO_FOCUS = "#todo"
    BINDINGS: ClassVar[list[BindingType]] = bindings([STEP, DROP, UNDO_STEP])

    def __init__(self) -> None:
        super().__init__()
        self._can: tuple[bool | None, ...] = ()

    def body(self) -> ComposeResult:
        """The list alone."""
        yield PagedList[Waiting]([], empty="todo.none", id="todo")

    def _columns(self) -> list[Column[Waiting]]:
        wide = self.size.width >= 110
        return [
            Column("todo.sort", lambda row: (t(f"todo.sort_{row.sort}"), "accent"), wide_words(6, 9)),
            Column("todo.unit", lambda row: row.unit_name, 22 if wide else wide_words(18, 14), names=True),
            Column("todo.what", lambda row: row.what or "-"),
            Column("todo.why", lambda row: row.why, 44 if wide else 22),
        ]

    @property
    def todo(self) -> PagedList[Waiting]:
        """The list."""
        return self.query_one("#todo", PagedList)

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("todo.title"), t("todo.count", count=self.todo.count))

    def read(self) -> None:
        """Everything that waits."""
        rows = waiting(self.replica, today(self.replica))
        self.todo.columns = self._columns()
        self.todo.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))

    def on_resize(self) -> None:
        """More or less room for each."""
        self.todo.columns = self._columns()

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open what waits where it can be settled."""
        row: Waiting = event.row
        if row.sort == "draft":
            from supervisor_tui.screens.entry.form_of_kind import form_for

            if (form := form_for(row.kind, row.unit, row.draft)) is not None:
                self.app.push_screen(form)
        elif row.sort == "conflict":
            self.bench.action_open("conflicts")
        elif row.sort in _OPENS:
            self.bench.action_open(_OPENS[row.sort])
        elif row.shown == "reviews":
            self.bench.action_open("reviews")
        elif row.shown:
            self._open_register(row.shown)
        elif row.sort in ("visit", "unit"):
            from supervisor_tui.screens.records.unit import UnitScreen

            self.app.push_screen(UnitScreen(row.unit))
        else:
            from supervisor_tui.screens.records.record import RecordScreen

            self.app.push_screen(RecordScreen(row.record))

    def _open_register(self, shown: str) -> None:
        from supervisor_tui.screens.records.follow_ups import RegisterScreen

        wanted = Wanted(shown=shown) if shown in SHOWN else Wanted(status=shown)
        self.app.push_screen(RegisterScreen(wanted))

    def action_step(self) -> None:
        """The next step of the follow-up under the cursor."""
        row = self.todo.row
        if row is not None and row.is_follow_up:
            self.step_on(row.record)

    def under_cursor(self) -> str:
        """The follow-up under the cursor."""
        row = self.todo.row
        return row.record if row is not None and row.is_follow_up else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Steps are for follow-ups, throwing away for drafts."""
        row = self.todo.row if self.is_mounted else None
        if action == "step":
            return row is not None and row.is_follow_up
        return row is not None and row.sort == "draft" if action == "drop" else True

    def on_paged_list_highlighted(self, _: PagedList.Highlighted) -> None:
        """What can be done depends on the row."""
        can = (self.check_action("step", ()), self.check_action("drop", ()))
        if can != self._can:
            self._can = can
            self.refresh_bindings()

    def action_drop(self) -> None:
        """Throw a draft away, after asking."""
        row = self.todo.row
        if row is None or row.sort != "draft":
            return
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        def chosen(answer: str | None) -> None:
            if answer == "drop":
                self.keeping_it(lambda: drafts.drop(self.replica, row.draft))
                self.redraw()

        choices = [("keep", t("todo.keep_draft")), ("drop", t("todo.drop_draft"))]
        self.app.push_screen(ChooseScreen(t("todo.ask_drop", what=row.what, unit=row.unit_name), choices), chosen)
