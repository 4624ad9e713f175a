"""The office's rulings: what is kept apart above, the one under the cursor below; let it stand, or answer it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import ANSWER, RELEASE, bindings
from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fields import author_words, field_words, in_order, item_titles, value_words
from supervisor_tui.labels.quarantine import fault_words, said_words, unit_words, what_words, why_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import titled
from supervisor_tui.screens.dialogs.next_step import Stepping
from supervisor_tui.terminal.text import cells, fit, one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import Lines, TextPage, hung
from sync.ledger.ids import COMMON_LEDGERS
from sync.model.quarantine import ANSWERED, KIND, RELEASED
from sync.replica.editing import quarantine
from sync.replica.queries.rows import Listing, SetAsideRow

_NAME = 14  # cells of a field's name; longer ones stand on a line of their own


class AsideScreen(Stepping):
    """What waits for the office's ruling, and what was answered."""

    DEFAULT_CSS = """
    AsideScreen #aside { height: 40%; }
    AsideScreen TextPage { border-top: solid $foreground 20%; }
    """
    AUTO_FOCUS = "#aside"
    BINDINGS: ClassVar[list[BindingType]] = bindings([RELEASE, ANSWER])
    _open = _ruled = 0

    def body(self) -> ComposeResult:
        """The list, and what the one under the cursor says."""
        yield PagedList[SetAsideRow]([], empty="aside.none", id="aside")
        yield TextPage(id="content")

    def _columns(self) -> list[Column[SetAsideRow]]:
        wide = self.size.width >= 110
        return [
            Column("aside.unit", lambda row: unit_words(self.replica, row), 24 if wide else 14),
            Column("aside.by", lambda row: author_words(self.replica, row.by), 12 if wide else 6),
            Column("aside.what", what_words),
            Column("aside.why", lambda row: (why_words(row.code), "warn"), 38 if wide else 24),
            Column("aside.state", _state, 8),
        ]

    @property
    def listed(self) -> PagedList[SetAsideRow]:
        """The list."""
        return self.query_one("#aside", PagedList)

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("aside.title"), t("aside.count", open=self._open, ruled=self._ruled))

    def read(self) -> None:
        """Everything kept apart; what waits first."""
        rows = quarantine.to_rule(self.replica)
        self._ruled = sum(row.ruling is not None for row in rows)
        self._open = len(rows) - self._ruled
        self.listed.columns = self._columns()
        self.listed.show(Listing(len(rows), lambda offset, limit: rows[offset : offset + limit]))
        self._show_content(self.listed.row)

    def on_resize(self) -> None:
        """More or less room for each."""
        self.listed.columns = self._columns()

    def on_paged_list_highlighted(self, event: PagedList.Highlighted) -> None:
        """The content follows the cursor."""
        self._show_content(event.row)

    def on_paged_list_selected(self, _: PagedList.Selected) -> None:
        """Enter reads on: the keys go to the content."""
        self.query_one("#content", TextPage).focus()

    def _show_content(self, row: SetAsideRow | None) -> None:
        self.query_one("#content", TextPage).show(lambda width: self._page(row, width) if row else [])
        self.refresh_bindings()

    def _page(self, row: SetAsideRow, width: int) -> Lines:
        who = f"{one_line(author_words(self.replica, row.by))}  {one_line(local(self.replica, row.at))}  "
        lines: Lines = [[(who, "dim"), (one_line(unit_words(self.replica, row)), "accent")]]
        lines += hung([], why_words(row.code), width, "warn")
        for fault in fault_words(row.code, row.kind, row.fields, ""):
            lines += hung([("   ", "")], fault, width, "warn")
        if row.ruling is not None:
            lines += hung([], said_words(self.replica, row.ruling), width, "good")
        lines += hung([], _what_can_be_done(row), width, "dim")
        return [*lines, [], *self._content(row, width)]

    def _content(self, row: SetAsideRow, width: int) -> Lines:
        if row.raw:
            return hung([(fit(t("aside.raw"), _NAME) + "  ", "dim")], row.raw, width)
        titles = item_titles(self.replica, row.fields)
        plain, answers = in_order(row.kind, row.fields, titles)
        lines: Lines = [[(t(f"kind.{row.kind}"), "heading")]]
        for name, value in [*plain, *answers]:
            words = one_line(titles.get(name) or field_words(row.kind, name))
            shown = value_words(self.replica, name, value) or t("record.cleared")
            if cells(words) > _NAME:
                lines += [[(words, "dim")], *hung([("  ", "")], shown, width)]
            else:
                lines += hung([(fit(words, _NAME) + "  ", "dim")], shown, width)
        if row.why:
            lines += hung([(fit(t("aside.reason"), _NAME) + "  ", "dim")], row.why, width)
        return lines

    # --- ruling ------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A release is offered where it makes sense."""
        row = self.listed.row if self.is_mounted else None
        if action == "release":
            return row is not None and row.releasable and not (row.ruling and row.ruling.verdict == RELEASED)
        return row is not None if action == "answer" else True

    def action_release(self) -> None:
        """Let it stand, with a reason."""
        self._rule(RELEASED, t("aside.ask_release"))

    def action_answer(self) -> None:
        """A word to the author."""
        self._rule(ANSWERED, t("aside.ask_answer"))

    def _rule(self, verdict: str, question: str) -> None:
        row = self.listed.row
        if row is not None:
            self.ask(question, KIND, lambda said: quarantine.rule(self.replica, row, verdict, said), kept="aside.ruled")


def _state(row: SetAsideRow) -> Span:
    if row.ruling is None:
        return t("aside.open"), "accent"
    return t(f"verdict.{row.ruling.verdict}"), "good"


def _what_can_be_done(row: SetAsideRow) -> str:
    if row.ruling is not None and row.ruling.verdict == RELEASED:
        return t("aside.on_its_way")
    if row.releasable:
        return t("aside.can_release")
    return t("aside.rights_not_released" if row.seq and row.ledger in COMMON_LEDGERS else "aside.cannot_release")
