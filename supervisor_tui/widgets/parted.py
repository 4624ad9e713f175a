"""Base classes of screens and widgets that are composed of other widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ScreenStackError
from textual.await_complete import AwaitComplete
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.widget import MountError

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    AnyScreen = Screen[Any]
else:
    Widget = AnyScreen = object  # mixins: Textual takes component classes and styles from the first base of its own


GONE = (NoMatches, NoScreen, MountError, ScreenStackError)  # what a handler meets that looks for parts taken away


class Parted(Widget):
    """A widget that ignores events which arrive while it is being removed and has no children any more.

    A screen that is closed before it has opened, or while the program ends, is still told of its mounting, its size
    and the keys that were pressed, but has none of the parts that its handlers look for.
    """

    async def on_event(self, event: events.Event) -> None:
        """Handle an event; without parts only while this is shown."""
        try:
            await super().on_event(event)
        except GONE:
            if self.is_attached and self.display:
                raise


class PartedScreen(Parted, AnyScreen):
    """A screen of this kind that can be dismissed once, and only while it is the topmost."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Dismiss this screen; do nothing while another lies above, because Textual would dismiss that one."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
