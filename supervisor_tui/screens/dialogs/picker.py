"""One of many, found by typing a part of its name or how it sounds. Enter takes the one under the cursor, Esc none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from supervisor_tui.locale import t
from supervisor_tui.screens.dialogs.finding import FindingScreen
from supervisor_tui.terminal.text import harmless, one_line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.typed_line import TypedLine
from sync.console.full_width import folded

Offered = tuple[str, str]  # what is returned, and its words


class FindScreen(FindingScreen[str | None]):
    """Dismissed with the first part of what was found, or None."""

    DEFAULT_CSS = """
    FindScreen { align: center middle; background: $background; }
    FindScreen > Vertical { width: 70; max-width: 95%; height: 18; max-height: 90%; padding: 1 2; background: $panel; }
    FindScreen Input { border: none; height: 1; padding: 0; background: $surface; margin: 1 0; }
    FindScreen PagedList { background: $panel; margin-bottom: 1; }
    FindScreen .dim { color: $secondary; }
    """

    def __init__(self, question: str, offered: Sequence[Offered], typed: str = "") -> None:
        """`typed`: what was typed so far."""
        super().__init__()
        self._question = question
        self._offered = offered
        self._typed = typed

    def compose(self) -> ComposeResult:
        """The question, the line, what fits, the keys."""
        with Vertical():
            yield Static(Content(harmless(self._question)))
            yield TypedLine(self._typed, placeholder=t("find.hint"), select_on_focus=False)
            yield PagedList[Offered](
                [Column("", lambda row: one_line(row[1]))], empty="find.none", header=False, led=True
            )
            yield Static(Content(t("find.keys")), classes="dim")

    def on_mount(self) -> None:
        """What was typed while this was made is in the line, too."""
        line = self.query_one(Input)
        line.value = self._typed
        line.cursor_position = len(self._typed)

    def fitting(self, text: str) -> list[Offered]:
        """Those with what was typed in their words, or that sound like it: 王敏 by `wm` or `wangmin`."""
        sound = text.replace(" ", "") if text.isascii() else ""
        found = [place for place, row in enumerate(self._offered) if text in folded(row[1])]
        if sound:
            found += [place for place, read in enumerate(self._sounds) if any(way.startswith(sound) for way in read)]
        return [self._offered[place] for place in dict.fromkeys(found)]

    @cached_property
    def _sounds(self) -> list[list[str]]:
        """How each may be read, as initials and in full; asked for at the first Latin letter."""
        from sync.replica.projection.pinyin import initials, spelled

        names = [one_line(words) for _, words in self._offered]
        return [[*initials(name).split(), *spelled(name).split()] for name in names]

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Take it."""
        self.dismiss(event.row[0])
