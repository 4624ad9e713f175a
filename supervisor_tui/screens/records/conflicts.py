"""Conflicts: per field what both replaced, mine, theirs, who and when; one key takes either, Enter writes a third."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import TO_RECORD, bindings
from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fields import author_words, field_words, reason_words, value_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import Lines, TextPage, hung
from sync.ledger.fold import Value
from sync.model.validation import half_width
from sync.replica import query
from sync.replica.editing import edits
from sync.replica.queries.rows import Listing


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """One field in conflict."""

    record: str
    unit: str
    unit_name: str
    kind: str
    day: str
    title: str
    field: str


class ConflictsScreen(Stepping):
    """The fields in conflict above, the sides of the one under the cursor below."""

    DEFAULT_CSS = """
    ConflictsScreen #conflicts { height: 40%; }
    ConflictsScreen TextPage { border-top: solid $foreground 20%; }
    """
    AUTO_FOCUS = "#conflicts"
    BINDINGS: ClassVar[list[BindingType]] = bindings([TO_RECORD])

    def body(self) -> ComposeResult:
        """The list, and the sides."""
        yield PagedList[Conflict](
            [
                Column("conflicts.unit", lambda row: row.unit_name, 22, names=True),
                Column("conflicts.kind", lambda row: (t(f"kind_short.{row.kind}"), "accent"), 8),
                Column("conflicts.field", lambda row: field_words(row.kind, row.field), 18),
                Column("conflicts.what", lambda row: f"{row.day}  {row.title}"),
            ],
            empty="conflicts.none",
            id="conflicts",
        )
        yield TextPage(id="sides")

    @property
    def conflicts(self) -> PagedList[Conflict]:
        """The list."""
        return self.query_one("#conflicts", PagedList)

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("conflicts.title"), t("conflicts.count", count=self.conflicts.count))

    def read(self) -> None:
        """Every field in conflict."""
        rows = [
            Conflict(
                record=row.record,
                unit=row.unit,
                unit_name=row.unit_name,
                kind=row.kind,
                day=row.day,
                title=row.title,
                field=field,
            )
            for row in query.conflicts(self.replica)
            for field in row.fields
        ]
        self.conflicts.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        self._show_sides(self.conflicts.row)

    def on_paged_list_highlighted(self, event: PagedList.Highlighted) -> None:
        """The sides follow the cursor."""
        self._show_sides(event.row)

    def _sides(self, conflict: Conflict) -> tuple[Value | None, list[Value]]:
        found = query.record(self.replica, conflict.record)
        if found is None:
            return None, []
        return found.base.get(conflict.field), found.conflicts.get(conflict.field, [])

    def _show_sides(self, conflict: Conflict | None) -> None:
        self.query_one("#sides", TextPage).show(lambda width: self._page(conflict, width) if conflict else [])

    def _page(self, conflict: Conflict, width: int) -> Lines:
        base, values = self._sides(conflict)
        lines = self._side("-", t("conflicts.base"), conflict, base, width)
        for number, value in enumerate(values, start=1):
            mine = value.by == self.replica.joined().person
            whose = t("conflicts.mine" if mine else "conflicts.theirs")
            lines += [[], *self._side(str(number), whose, conflict, value, width)]
        return [*lines, [], [(t("conflicts.keys", count=len(values)), "dim")]]

    def _side(self, key: str, whose: str, conflict: Conflict, value: Value | None, width: int) -> Lines:
        if value is None:
            return [[(f"{key}  ", "dim"), (f"{whose}  {t('conflicts.no_base')}", "dim")]]
        who = f"  {one_line(author_words(self.replica, value.by))}  {one_line(local(self.replica, value.at))}"
        head: list[Span] = [(f"{key}  ", "key"), (whose, "accent"), (who, "dim")]
        shown = value_words(self.replica, conflict.field, value.value) or t("record.cleared")
        lines = hung([*head, ("  ", "")], reason_words(value.by, value.why), width, "dim") if value.why else [head]
        return [*lines, *hung([("   ", "")], shown, width)]

    # --- settling ----------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """A digit takes that side."""
        conflict, digit = self.conflicts.row, half_width(event.character or "")
        if conflict is None or not digit.isdecimal():
            return
        _, values = self._sides(conflict)
        if 1 <= int(digit) <= len(values):
            event.stop()
            value = values[int(digit) - 1]
            self._ask_why(conflict, take=f"{value.device}:{value.seq}")

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Enter writes a third value."""
        from supervisor_tui.screens.dialogs.prompt import AskScreen

        conflict: Conflict = event.row
        _, values = self._sides(conflict)
        if not values or not all(isinstance(value.value, str) or value.value is None for value in values):
            self.say(t("conflicts.take_only"), severity="warning")
            return

        def written(answer: str | None) -> None:
            if answer is not None:
                self._ask_why(conflict, value=answer)

        first = str(values[0].value or "")
        self.app.push_screen(AskScreen(field_words(conflict.kind, conflict.field), one_line(first)), written)

    def _ask_why(self, conflict: Conflict, *, take: str = "", value: Any = msgspec.UNSET) -> None:
        def settle(why: str) -> None:
            edits.resolve(self.replica, conflict.record, conflict.field, take=take, value=value, why=why)

        self.ask(t("conflicts.ask_why"), conflict.kind, settle, kept="conflicts.settled")

    def action_to_record(self) -> None:
        """The record in conflict, with all its versions."""
        from supervisor_tui.screens.records.record import RecordScreen

        if (conflict := self.conflicts.row) is not None:
            self.app.push_screen(RecordScreen(conflict.record))
