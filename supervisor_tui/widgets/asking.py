"""A page of words and lines to type, and what is said of what was typed."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static


class Asking(Vertical):
    """Holds `Static` words (`label` above a line, `dim` below), `Input` lines, and one `Static` with the id `said`."""

    DEFAULT_CSS = """
    Asking { width: 78; max-width: 100%; height: auto; margin: 2 4; }
    Asking Static { height: auto; margin-bottom: 1; }
    Asking .label { height: 1; margin: 0; color: $secondary; }
    Asking .dim { color: $secondary; }
    Asking Input { border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1; }
    Asking #said { color: $warning; }
    """

    def say(self, words: str) -> None:
        """Show what is wrong, or under way."""
        self.query_one("#said", Static).update(Content(words))
