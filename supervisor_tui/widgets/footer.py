"""The footer: the keys of this screen, safe keys first, translated when drawn; a click does what the key does."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from supervisor_tui.commands import described, shown_key
from supervisor_tui.text import cells
from supervisor_tui.widgets.line import ROLE_CLASSES, RoleStyles, role_css
from supervisor_tui.widgets.spans import Span, fitted


class KeyFooter(RoleStyles, Widget):
    """Draws the active bindings that want to be shown, as many as fit; the palette has the rest."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = "KeyFooter { height: 1; dock: bottom; background: $panel; }" + role_css("KeyFooter")

    def on_mount(self) -> None:
        """Follow the bindings as focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def entries(self) -> list[tuple[str, str, str]]:
        """(key, words, action) of what is shown, in order; the screen's own before those that are everywhere."""
        own, everywhere = [], []
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled:
                continue
            entry = (shown_key(binding.key), described(binding.description), binding.action)
            (everywhere if active.node is self.app else own).append(entry)
        first_keys = {}
        for entry in own + everywhere:
            first_keys.setdefault(entry[2], entry)
        return list(first_keys.values())

    def _spans(self) -> list[tuple[list[Span], str]]:
        return [([(key, "key"), (f" {words}", "plain"), ("  ", "")], action) for key, words, action in self.entries()]

    def render_line(self, y: int) -> Strip:
        """As many keys as fit, whole."""
        width, base = self.size.width, self.rich_style
        shown: list[Span] = [(" ", "")]
        taken = 1
        for spans, _ in self._spans():
            size = sum(cells(text) for text, _ in spans)
            if taken + size - 2 > width:
                break
            shown += spans
            taken += size
        return self.strip_of(fitted(shown, width), width, base) if not y else Strip.blank(width, base)

    async def on_click(self, event: events.Click) -> None:
        """Do what stands under the pointer."""
        taken = 1
        for spans, action in self._spans():
            size = sum(cells(text) for text, _ in spans)
            if taken <= event.x < taken + size - 2:
                await self.screen.run_action(action)
                return
            taken += size
