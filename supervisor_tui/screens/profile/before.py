"""What the screens share that stand before the workbench, while no profile is open."""

from __future__ import annotations

from textual.screen import Screen

from supervisor_tui.jobs.sync import LanguageChanged
from supervisor_tui.locale import t
from supervisor_tui.widgets.asking import Asking
from supervisor_tui.widgets.footer import KeyFooter
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.parted import PartedScreen


class BeforeScreen(PartedScreen, Screen[None]):
    """A title line with the id `title`, one `Asking` and the footer; its words change with the language."""

    def on_mount(self) -> None:
        """The words."""
        self.query_one("#title", Line).show([(t("app.name"), "accent")])
        self.draw()

    def on_screen_resume(self) -> None:
        """The first line takes what is typed: in a browser Textual focuses nothing by itself."""
        if self.focused is None and isinstance(self.AUTO_FOCUS, str):
            self.query(self.AUTO_FOCUS).first().focus()

    def on_language_changed(self, _: LanguageChanged) -> None:
        """The words again."""
        self.on_mount()
        self.query_one(KeyFooter).refresh()

    def draw(self) -> None:
        """Show the words of this screen in the language of the moment."""
        raise NotImplementedError

    def say(self, words: str) -> None:
        """Show what is wrong, or under way."""
        self.query_one(Asking).say(words)
