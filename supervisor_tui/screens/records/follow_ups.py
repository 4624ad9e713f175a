"""The register of follow-ups: overdue first, then what is due soon, then the rest; with filters."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import (
    AS_OF,
    FILTER_BY,
    FILTER_CATEGORY,
    FILTER_GROUP,
    FILTER_NATURE,
    FILTER_SHOWN,
    FILTER_TEXT,
    STEP,
    UNDO_STEP,
    bindings,
)
from supervisor_tui.labels.campaigns import category_words
from supervisor_tui.labels.filters import by_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.screens.dialogs.register_filters import ask_for_filter
from supervisor_tui.screens.records.columns import follow_up_columns
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import PagedList
from supervisor_tui.widgets.spans import Span
from sync.model.kinds import NATURES
from sync.replica import query
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import FIELDS, OPEN, SHOWN, Wanted
from sync.replica.queries.rows import FollowUpRow

_ALWAYS_COUNTED = {"overdue": "bad", "soon": "warn", "reported": "accent", "watch": "plain"}


class RegisterScreen(AskedOf, Stepping):
    """Every follow-up in scope that the filters let through."""

    AUTO_FOCUS = "#register"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        [STEP, AS_OF, FILTER_SHOWN, FILTER_NATURE, FILTER_TEXT, FILTER_CATEGORY, FILTER_GROUP, FILTER_BY, UNDO_STEP]
    )

    def __init__(self, wanted: Wanted = OPEN) -> None:
        super().__init__()
        self._wanted = wanted

    def body(self) -> ComposeResult:
        """How many, and the list."""
        yield Line(id="counted")
        yield PagedList[FollowUpRow]([], empty="register.none", id="register")

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("register.title"), self.asked_words())

    def read(self) -> None:
        """The follow-ups, and how many are pressing."""
        register: PagedList[FollowUpRow] = self.query_one("#register", PagedList)
        day = self.asked_day or today(self.replica)
        register.columns = follow_up_columns(day, wide=self.size.width >= 110, whole=self.size.width >= 120)
        listing = query.follow_ups(self.replica, self._asked(self._wanted), today=day)
        register.show(listing)
        said: list[Span] = [(t(f"register.{self._wanted.shown}", count=listing.count), "heading")]
        said += [("  " + words, "accent") for words in self._filter_words()]
        self.query_one("#counted", Line).show(said, self._pressing())

    def _asked(self, wanted: Wanted) -> Wanted:
        return msgspec.structs.replace(wanted, campaign=self.asked_campaign, day=self.asked_day)

    def _pressing(self) -> list[Span]:
        spans: list[Span] = []
        for shown, role in _ALWAYS_COUNTED.items():
            count = query.follow_ups(self.replica, self._asked(Wanted(shown=shown)), today=today(self.replica)).count
            if count and shown != self._wanted.shown:
                spans += [("  ", ""), (t(f"register.{shown}", count=count), role)]
        return spans[1:]

    def _filter_words(self) -> list[str]:
        wanted = self._wanted
        words = [
            t(f"nature.{wanted.nature}") if wanted.nature else "",
            t(f"status.{wanted.status}") if wanted.status else "",
            category_words(wanted.category) if wanted.category else "",
            one_line(query.group_name(self.replica, wanted.group)) if wanted.group else "",
            t("units.filtered", text=one_line(wanted.text)) if wanted.text else "",
        ]
        words += [
            by_words(self.replica, field, str(getattr(wanted, field))) for field in FIELDS if getattr(wanted, field)
        ]
        return [word for word in words if word]

    @property
    def filters(self) -> Wanted:
        """What the follow-ups listed are filtered by, beside the campaign and the day."""
        return self._wanted

    def on_resize(self) -> None:
        """More or fewer columns."""
        self.read()

    def action_next(self, name: str) -> None:
        """The next value of a filter, then the first again."""
        values = {"shown": list(SHOWN), "nature": ["", *NATURES]}.get(name) or ["", *self._there(name)]
        held = getattr(self._wanted, name)
        following = values[(values.index(held) + 1) % len(values)] if held in values else values[0]
        self._show(**{name: following})

    def _there(self, name: str) -> list[str]:
        """The groups, or the categories that have units here."""
        if name == "group":
            return list(self.replica.scope.groups) if self.replica.scope is not None else []
        return [each for each in query.categories(self.replica) if query.units(self.replica, "", each).count]

    def action_filter_text(self) -> None:
        """Only what has these words in its title or its unit's name; an empty line takes the filter away."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        def answered(text: str | None) -> None:
            if text is not None:
                self._show(text=text)

        self.app.push_screen(AskScreen(t("register.ask_text"), self._wanted.text, may_be_empty=True), answered)

    def action_filter_by(self) -> None:
        """Choose a column, then one of the values that the follow-ups listed have in it."""

        def chosen(filters: dict[str, str]) -> None:
            self._show(**filters)

        ask_for_filter(self, self.replica, self._asked(self._wanted), chosen)

    def action_back(self) -> None:
        """Take the filters away; without any, to the screen below."""
        if self._wanted == OPEN and not self.asked_words():
            super().action_back()
        else:
            self._wanted = OPEN
            self.ask_of(day="", campaign="")

    def _show(self, **filters: str) -> None:
        self._wanted = msgspec.structs.replace(self._wanted, **filters)
        self.read()

    def under_cursor(self) -> str:
        """The follow-up under the cursor."""
        row: FollowUpRow | None = self.query_one("#register", PagedList).row
        return row.record if row is not None else ""

    def action_step(self) -> None:
        """The next step of the follow-up under the cursor."""
        if record := self.under_cursor():
            self.step_on(record)

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open a follow-up."""
        from supervisor_tui.screens.records.record import RecordScreen

        self.app.push_screen(RecordScreen(event.row.record))
