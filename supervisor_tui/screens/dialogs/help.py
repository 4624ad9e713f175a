"""Help: what the screen below can do, key by key, and how the workbench is meant to be used."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from supervisor_tui.commands import described, is_named, shown_key
from supervisor_tui.locale import has, t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.terminal.text import fit
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import Lines, TextPage, hung


class HelpScreen(WorkbenchScreen[None]):
    """The commands of one screen as rows."""

    AUTO_FOCUS = "TextPage"

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._of = of

    def body(self) -> ComposeResult:
        """One text."""
        yield TextPage()

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("help.title"))

    def read(self) -> None:
        """The rows in the language spoken now."""
        self.query_one(TextPage).show(self._page)

    def _page(self, width: int) -> Lines:
        lines: Lines = [[(t("help.keys"), "heading")]]
        for keys, words, said in command_rows(self._of):
            lines += hung([(fit(keys, 14), "key"), (fit(words, 16), "plain")], said, width, "dim")
        for part in ("moving", "how", "people"):
            lines += [[], [(t(f"help.{part}"), "heading")]]
            for paragraph in t(f"help.{part}_text").split("\n"):
                lines += hung([], paragraph.strip(), width)
        return lines


def command_rows(screen: Screen[object]) -> list[tuple[str, str, str]]:
    """(keys, name, what it does) of every named command of a screen, each action once."""
    by_action: dict[str, tuple[list[str], str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not is_named(binding.description) or not active.enabled:
            continue  # Textual's own, in English
        keys, _ = by_action.setdefault(binding.action, ([], binding.description))
        if (shown := shown_key(binding.key)) not in keys and not shown.startswith("fullwidth"):
            keys.append(shown)
    rows = []
    for keys, description in by_action.values():
        said = next((t(key) for key in (f"cmd.{description}_help", f"form.cmd.{description}_help") if has(key)), "")
        rows.append((" ".join(keys), described(description), said))
    return rows
