"""The palette: every command of the screen below, found by typing its name in either language."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from supervisor_tui.commands import described, is_named, shown_key
from supervisor_tui.locale import has, t, words
from supervisor_tui.screens.dialogs.finding import FindingScreen
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.typed_line import TypedLine
from sync.console.full_width import folded

Entry = tuple[str, str, str, str]  # action, key, name, what it does


class PaletteScreen(FindingScreen[None]):
    """Type, choose, Enter does it on the screen below."""

    DEFAULT_CSS = """
    PaletteScreen { align: center top; background: $background; }
    PaletteScreen > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 90%; margin-top: 2; background: $panel;
    }
    PaletteScreen Input { border: none; height: 1; padding: 0 1; background: $surface; }
    PaletteScreen PagedList { height: 17; background: $panel; }
    """

    def __init__(self, of: Screen[object]) -> None:
        super().__init__()
        self._of = of
        self._entries = entries(of)

    def compose(self) -> ComposeResult:
        """The line and the commands."""
        with Vertical():
            yield TypedLine(placeholder=t("palette.hint"))
            yield PagedList[Entry](
                [
                    Column("", lambda row: (row[1], "key"), 6),
                    Column("", lambda row: row[2], 20),
                    Column("", lambda row: (row[3], "dim")),
                ],
                empty="palette.none",
                header=False,
                led=True,
            )

    def fitting(self, text: str) -> list[Entry]:
        """The commands that what was typed names."""
        return [entry for entry in self._entries if text in _searched(entry)] if text else self._entries

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Do it on the screen below."""
        action, of = event.row[0], self._of
        self.dismiss()
        self.app.call_later(of.run_action, action)


def entries(screen: Screen[object]) -> list[Entry]:
    """The named commands of a screen, each action once."""
    found: dict[str, Entry] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        named = is_named(binding.description)
        if named and active.enabled and binding.action not in found:
            said = next((t(key) for key in _helps(binding.description) if has(key)), "")
            action = binding.action if "." in binding.action else _addressed(binding.action, active.node is screen.app)
            found[binding.action] = (action, shown_key(binding.key), described(binding.description), said)
    return list(found.values())


def _addressed(action: str, of_app: bool) -> str:
    return f"app.{action}" if of_app else action


def _helps(description: str) -> tuple[str, str]:
    return f"cmd.{description}_help", f"form.cmd.{description}_help"


def _searched(entry: Entry) -> str:
    """The words a command is found by: its name and help in both languages."""
    both = [pair for pair in words().values() if entry[2] in pair]
    return folded(" ".join([entry[2], entry[3], *(each for pair in both for each in pair)]))
