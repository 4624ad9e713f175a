"""The register of follow-ups: overdue first, then what is due soon, then the rest."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import ALL, STEP, bindings
from supervisor_tui.days import today
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.rows import follow_up_columns
from supervisor_tui.screens.stepping import Stepping
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import PagedList
from supervisor_tui.widgets.spans import Span
from sync.replica import query
from sync.replica.views import FollowUpRow


class RegisterScreen(Stepping):
    """Every follow-up in scope; open ones, or all."""

    AUTO_FOCUS = "#register"
    BINDINGS: ClassVar[list[BindingType]] = bindings([STEP, ALL])

    def __init__(self) -> None:
        super().__init__()
        self._open_only = True

    def body(self) -> ComposeResult:
        """How many, and the list."""
        yield Line(id="counted")
        yield PagedList[FollowUpRow]([], empty="register.none", id="register")

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("register.title"))

    def read(self) -> None:
        """The follow-ups and how many are overdue."""
        register: PagedList[FollowUpRow] = self.query_one("#register", PagedList)
        register.columns = follow_up_columns(today(), wide=self.size.width >= 110)
        listing = query.follow_ups(self.replica, open_only=self._open_only, today=today())
        overdue = query.follow_ups(self.replica, overdue_only=True, today=today()).count
        register.show(listing)
        words = t("register.open" if self._open_only else "register.all", count=listing.count)
        late: list[Span] = [("  " + t("register.overdue", count=overdue), "bad")] if overdue else []
        self.query_one("#counted", Line).show([(words, "plain"), *late])

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.read()

    def action_all(self) -> None:
        """Open ones only, or all."""
        self._open_only = not self._open_only
        self.read()

    def action_step(self) -> None:
        """The next step of the follow-up under the cursor."""
        row: FollowUpRow | None = self.query_one("#register", PagedList).row
        if row is not None:
            self.step_on(row.record)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a follow-up."""
        from supervisor_tui.screens.record import RecordScreen

        self.app.push_screen(RecordScreen(event.row.record))
