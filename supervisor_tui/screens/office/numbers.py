"""The numbers of a brief on screen, table after table: the columns of their list, and the way to one of the tables."""

from __future__ import annotations

from typing import Any, Protocol

from textual.screen import Screen

from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.choice import ChooseScreen
from supervisor_tui.terminal.text import cells, fit, one_line
from supervisor_tui.widgets.paged_list import Column, PagedList

_WIDE = 110  # cells of a screen on which the names of all tables are whole
_AWAY = 72  # as far as a number stands from the beginning of its words
_REF, _NUMBER, _BESIDE = 6, 7, 9  # cells; the last are those of the mark, the gaps and the bar


class Number(Protocol):
    """One number: its table, what it counts, in which column of the table, its place and itself."""

    @property
    def table(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def ref(self) -> str: ...
    @property
    def value(self) -> int: ...


def number_words(number: Number) -> str:
    """What a number counts."""
    return f"{number.name}  {number.column}".rstrip()


def number_columns(width: int) -> list[Column[Any]]:
    """The columns of a list of numbers on a screen so many cells wide."""
    table = 36 if width >= _WIDE else 22
    room = min(_AWAY, width - table - _REF - _NUMBER - _BESIDE)
    return [
        Column("brief.table", lambda row: (row.table, "heading"), table, once=True),
        Column("report.ref", lambda row: (row.ref, "dim"), _REF),
        Column("brief.what", lambda row: _within(row, room), room),
        Column("report.number", lambda row: (str(row.value), "plain" if row.value else "dim"), _NUMBER, "right"),
    ]


def _within(number: Number, room: int) -> str:
    """What a number counts in so many cells: a long name is cut before what the column counts is."""
    words = one_line(number_words(number))
    if cells(words) <= room or not number.column:
        return words
    column = one_line(number.column)
    return f"{fit(one_line(number.name), max(room // 3, room - cells(column) - 2)).rstrip()}  {column}"


def choose_table(screen: Screen[Any], listed: PagedList[Any]) -> None:
    """Ask for one of the tables of a list of numbers, and go to its first line."""
    places: dict[str, int] = {}
    for place in range(listed.count):
        if (row := listed.row_at(place)) is not None:
            places.setdefault(row.table, place)

    def chosen(answer: str | None) -> None:
        if answer is not None:
            listed.go_to(listed.count - 1)  # so that the table begins at the top
            listed.go_to(places[answer])

    if places:
        screen.app.push_screen(ChooseScreen(t("brief.choose_table"), [(each, each) for each in places]), chosen)
