"""How the program ends: in order, whoever asks for it, and with the place of a fault in a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from textual.messages import ExitApp
from textual.screen import Screen

from supervisor_tui.locale import t
from supervisor_tui.terminal.ending import Ending
from supervisor_tui.terminal.text import harmless
from supervisor_tui.terminal.type_ahead import KeysInOrder
from supervisor_tui.widgets.parted import GONE
from sync.replica import Replica, ReplicaError


class EndingApp(KeysInOrder[str]):
    """A program over the file at `path` that ends when it is asked to, drafts saved."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.error_console = Console(quiet=True)  # Textual's account of a fault shows what records hold
        self.crash_report = ""
        self._ending: Ending | None = None
        self._opened: list[Screen[Any]] = []  # for certain, when the program is about to end

    def on_mount(self) -> None:
        """Take the signals back from a driver that has taken them."""
        if self._ending is not None:
            self._ending.listen()

    def ask_to_end(self) -> None:
        """Ask for an end in order, from any thread."""
        self.post_message(ExitApp())  # `exit` would keep a screen that is opening from its parts at once

    def on_exit_app(self, message: ExitApp) -> None:
        """End only after every screen has opened: Textual fails on a screen that is removed while it is being built."""
        for screen in reversed(self.screen_stack):
            if screen not in self._opened:
                self._opened.append(screen)
                if screen.call_later(self.post_message, ExitApp()):  # after its opening, and whatever else waits there
                    message.prevent_default()
                    return

    def run_to_its_end(self) -> None:
        """Run until the person quits, a signal asks for an end, or the terminal has gone: drafts are saved then."""
        self._ending = Ending(self)
        with self._ending.watched():
            self.run()

    def save_beside(self) -> int:
        """Save the drafts of open forms while the program's own thread is stuck; return the exit code."""
        from supervisor_tui.screens.entry.form import FormScreen

        forms = [screen for screen in self.screen_stack if isinstance(screen, FormScreen)]
        try:
            with Replica.open(self.path) as replica:
                for form in forms:
                    form.save_by(replica)
        except ReplicaError:
            return 1
        return self.return_code or 0

    def fault_words(self) -> str:
        """What a person is told after a fault ended the program; empty without one."""
        return harmless(t("app.crashed", file=self.crash_report)) if self.crash_report else ""

    def bell(self) -> None:
        """Report the fault Textual is handling, if it is: before it ends the program it rings the bell."""
        self._report_fault()
        super().bell()

    def panic(self, *renderables: Any) -> None:
        """Report the fault Textual is handling: one that describes itself ends the program this way."""
        self._report_fault()
        super().panic(*renderables)

    def _report_fault(self) -> None:
        """Write the place of the fault being handled to a file, without any record's text.

        A screen that is taken down as the program ends may still be told something, and miss its parts: no fault.
        """
        from sync.system.crash_report import write_report

        fault = sys.exc_info()[1]
        if fault is not None and not (self._opened and isinstance(fault, GONE)):
            self.crash_report = write_report(self.path.parent, fault)
