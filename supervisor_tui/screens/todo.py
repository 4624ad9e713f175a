"""What waits for this person and why: drafts, conflicts, entries kept apart, follow-ups, and where to go next."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.apart import said_words, unit_words, what_words, why_words
from supervisor_tui.commands import DROP, bindings
from supervisor_tui.days import local, soon
from supervisor_tui.follow_up_words import due_words
from supervisor_tui.locale import t
from supervisor_tui.rules.reading import reason_words, visits
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.rows import wide_words
from supervisor_tui.text import one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from sync.records import OFFICE
from sync.replica import Replica, aside, drafts, query, reviews
from sync.replica.calendar import today
from sync.replica.unit_faults import unit_faults
from sync.replica.views import Listing

_FOLLOW_UPS = 200  # the register has all of them
_VISITS = 30  # `supervisor-tui next` has all of them


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits: its sort, what it is, why, and what opens."""

    sort: str  # draft, conflict, ruling, unit, apart, returned, follow_up, visit
    unit_name: str
    what: str
    why: list[Span]
    record: str = ""
    draft: str = ""
    kind: str = ""
    unit: str = ""


def waiting(replica: Replica, this_day: str) -> list[Waiting]:
    """Everything that waits, the most urgent first."""
    return [
        *_drafts(replica),
        *_conflicts(replica),
        *_rulings(replica),
        *_units_to_put_right(replica),
        *_apart(replica),
        *_returned(replica),
        *_follow_ups(replica, this_day),
        *_visits(replica, this_day),
    ]


def _unit_name(replica: Replica, unit: str) -> str:
    card = query.unit(replica, unit)
    return card.name if card else unit


def _drafts(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="draft",
            unit_name=_unit_name(replica, draft.unit),
            what=t(f"kind.{draft.kind}"),
            why=[(t("todo.draft", time=local(replica, draft.changed_at)), "warn")],
            draft=draft.id,
            kind=draft.kind,
            unit=draft.unit,
        )
        for draft in drafts.listed(replica)
    ]


def _conflicts(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="conflict",
            unit_name=row.unit_name,
            what=f"{t('kind.' + row.kind)}  {row.title}",
            why=[(t("todo.conflict", count=len(row.fields)), "bad")],
            record=row.record,
        )
        for row in query.conflicts(replica)
    ]


def _apart(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="apart",
            unit_name=unit_words(replica, row),
            what=what_words(row),
            why=[(why_words(row.code), "bad")] if row.ruling is None else [(said_words(replica, row.ruling), "accent")],
            record=row.record,
        )
        for row in aside.mine(replica)
    ]


def _rulings(replica: Replica) -> list[Waiting]:
    """For the office: how much waits for its ruling, in one row that opens the screen for it."""
    count = sum(row.ruling is None for row in aside.to_rule(replica))
    if not count:
        return []
    words = t("todo.rulings", count=count)
    return [Waiting(sort="ruling", unit_name="-", what=words, why=[(t("todo.rulings_why"), "bad")])]


def _units_to_put_right(replica: Replica) -> list[Waiting]:
    """For the office: units of which two acts do not go together, written where neither knew of the other."""
    if replica.joined().role != OFFICE:
        return []
    return [
        Waiting(
            sort="unit",
            unit_name=fault.name,
            what=t(f"todo.{fault.code}", count=fault.count),
            why=[(t(f"todo.{fault.code}_why"), "bad")],
            unit=fault.unit,
        )
        for fault in unit_faults(replica)
    ]


def _returned(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="returned",
            unit_name=row.unit_name,
            what=f"{t('kind.' + row.kind)}  {row.title}",
            why=[(one_line(row.review.comment) if row.review else "", "warn")],
            record=row.record,
        )
        for row in reviews.returned_to(replica, replica.joined().person)
    ]


def _follow_ups(replica: Replica, this_day: str) -> list[Waiting]:
    return [
        Waiting(
            sort="follow_up",
            unit_name=row.unit_name,
            what=f"{t('nature.' + row.nature)}  {row.title}",
            why=[due_words(row.status, row.due_on, this_day)],
            record=row.record,
        )
        for row in query.due_by(replica, soon(this_day), _FOLLOW_UPS)
    ]


def _visits(replica: Replica, this_day: str) -> list[Waiting]:
    return [
        Waiting(
            sort="visit",
            unit_name=visit.name,
            what=t("todo.last_visit", day=visit.last_visit) if visit.last_visit else t("todo.no_visit"),
            why=[("; ".join(map(reason_words, visit.reasons)), "plain")],
            unit=visit.unit,
        )
        for visit in visits(replica, this_day, _VISITS)
    ]


class TodoScreen(WorkbenchScreen[None]):
    """The list of what waits; Enter opens it where it can be settled."""

    AUTO_FOCUS = "#todo"
    BINDINGS: ClassVar[list[BindingType]] = bindings([DROP])

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
            from supervisor_tui.screens.forms_by_kind import form_for

            if (form := form_for(row.kind, row.unit, row.draft)) is not None:
                self.app.push_screen(form)
        elif row.sort == "conflict":
            self.bench.action_open("conflicts")
        elif row.sort == "ruling":
            self.bench.action_open("aside")
        elif row.sort in ("visit", "unit"):
            from supervisor_tui.screens.unit_file import UnitScreen

            self.app.push_screen(UnitScreen(row.unit))
        else:
            from supervisor_tui.screens.record import RecordScreen

            self.app.push_screen(RecordScreen(row.record))

    def action_drop(self) -> None:
        """Throw a draft away, after asking."""
        row = self.todo.row
        if row is None or row.sort != "draft":
            return
        from supervisor_tui.screens.choose import ChooseScreen

        def chosen(answer: str | None) -> None:
            if answer == "drop":
                self.keeping_it(lambda: drafts.drop(self.replica, row.draft))
                self.redraw()

        choices = [("keep", t("todo.keep_draft")), ("drop", t("todo.drop_draft"))]
        self.app.push_screen(ChooseScreen(t("todo.ask_drop", what=row.what, unit=row.unit_name), choices), chosen)
