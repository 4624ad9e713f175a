"""Help: what the screen below can do, key by key, and how the workbench is meant to be used."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from supervisor_tui.commands import described, shown_key
from supervisor_tui.locale import has, t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.text import fit
from supervisor_tui.widgets.spans import Span


class HelpScreen(WorkbenchScreen[None]):
    """The commands of one screen as rows."""

    DEFAULT_CSS = """
    HelpScreen VerticalScroll { padding: 1 2; }
    """
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._of = of

    def body(self) -> ComposeResult:
        """One text."""
        with VerticalScroll():
            yield Static(id="text", markup=False)

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("help.title"))

    def read(self) -> None:
        """The rows in the language spoken now."""
        pieces: list[str | tuple[str, str]] = [(t("help.keys") + "\n", "bold")]
        for keys, words, said in command_rows(self._of):
            pieces += [(f"  {fit(keys, 16)}", "bold $primary"), fit(words, 18), (f"{said}\n", "dim")]
        pieces += [("\n" + t("help.moving") + "\n", "bold"), t("help.moving_text") + "\n"]
        pieces += [("\n" + t("help.how") + "\n", "bold"), t("help.how_text") + "\n"]
        pieces += [("\n" + t("help.people") + "\n", "bold"), t("help.people_text") + "\n"]
        self.query_one("#text", Static).update(Content.assemble(*pieces))


def command_rows(screen: Screen[object]) -> list[tuple[str, str, str]]:
    """(keys, name, what it does) of every named command of a screen, each action once."""
    by_action: dict[str, tuple[list[str], str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.description or described(binding.description) == binding.description != t(binding.description):
            continue
        keys, _ = by_action.setdefault(binding.action, ([], binding.description))
        if (shown := shown_key(binding.key)) not in keys and not shown.startswith("fullwidth"):
            keys.append(shown)
    rows = []
    for keys, description in by_action.values():
        said = next((t(key) for key in (f"cmd.{description}_help", f"form.cmd.{description}_help") if has(key)), "")
        rows.append((" ".join(keys), described(description), said))
    return rows
