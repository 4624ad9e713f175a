"""The footer: the keys of this screen, safe keys first, translated when drawn; a click does what the key does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from supervisor_tui.commands import BACK, REGISTER, SEARCH, SYNC, TODO, described, shown_key
from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.line import ROLE_CLASSES, RoleStyles, role_css
from supervisor_tui.widgets.spans import Span, fitted

Entry = tuple[str, str, str]  # key, words, action
_GIVE_WAY = tuple(command.action for command in (REGISTER, SEARCH, TODO, SYNC, BACK))  # where not all have room


class KeyFooter(RoleStyles, Widget):
    """Draws the active bindings that want to be shown; in a narrow window some give way, and the palette has them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = "KeyFooter { height: 1; dock: bottom; background: $panel; }" + role_css("KeyFooter")

    _shown: Sequence[Entry] = ()

    def on_mount(self) -> None:
        """Follow the bindings as focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._follow())

    def _follow(self) -> None:
        if self.entries() != self._shown:
            self.refresh()

    def entries(self) -> list[Entry]:
        """What may be shown, in order: the screen's own commands, then those that are everywhere."""
        own: list[Entry] = []
        everywhere: list[Entry] = []
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled:
                continue
            entry = (shown_key(binding.key), described(binding.description), binding.action)
            (everywhere if active.node is self.app else own).append(entry)
        own.sort(key=lambda entry: entry[2] == BACK.action)
        first_keys: dict[str, Entry] = {}
        for entry in own + everywhere:
            first_keys.setdefault(entry[2], entry)
        return list(first_keys.values())

    def _fitting(self) -> tuple[list[Entry], int]:
        """The entries that fit the width whole, and the blanks between them."""
        entries = self.entries()
        for gap in (2, 1):
            if _taken(entries, gap) <= self.size.width:
                return entries, gap
        for action in _GIVE_WAY:
            entries = [entry for entry in entries if entry[2] != action]
            if _taken(entries, 1) <= self.size.width:
                break
        return entries, 2 if _taken(entries, 2) <= self.size.width else 1

    def draw_line(self, y: int) -> Strip:  # noqa: ARG002 - there is only one
        """Draw the keys with their words."""
        width, base = self.room, self.own_style
        self._shown = self.entries()
        entries, gap = self._fitting()
        shown: list[Span] = [(" ", "")]
        for key, words, _ in entries:
            shown += [(key, "key"), (f" {words}", "plain"), (" " * gap, "")]
        return self.strip_of(fitted(shown[:-1], width), base)

    async def on_click(self, event: events.Click) -> None:
        """Do what stands under the pointer."""
        entries, gap = self._fitting()
        begins = 1
        for entry in entries:
            if begins <= event.x < begins + _cells(entry):
                await self.screen.run_action(entry[2])
                return
            begins += _cells(entry) + gap


def _cells(entry: Entry) -> int:
    return cells(entry[0]) + 1 + cells(entry[1])


def _taken(entries: list[Entry], gap: int) -> int:
    return 1 + sum(_cells(entry) for entry in entries) + gap * max(0, len(entries) - 1)
