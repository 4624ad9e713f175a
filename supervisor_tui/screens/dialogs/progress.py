"""Long work in sight: what it is, how far it is, and a key that stops it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from supervisor_tui.jobs.job import Job, JobProgress, Outcome, Work
from supervisor_tui.jobs.thread import beside
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import harmless
from supervisor_tui.widgets.parted import PartedScreen

_BAR = 40  # cells of a full bar


class WorkScreen(PartedScreen, ModalScreen[Outcome]):
    """Does one job and is dismissed with what came of it; a key stops the job, and the screen goes when it has."""

    DEFAULT_CSS = """
    WorkScreen { align: center middle; background: $background 60%; }
    WorkScreen > Vertical { width: 70; max-width: 95%; height: auto; padding: 1 2; background: $panel; }
    WorkScreen #told { margin: 1 0; }
    WorkScreen .dim { color: $secondary; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f9", "stop", show=False)]

    def __init__(self, title: str, job: Job) -> None:
        super().__init__()
        self._title = title
        self._work = Work(job, t("work.stopped"))

    def compose(self) -> ComposeResult:
        """What it is, how far it is, the key."""
        with Vertical():
            yield Static(Content(harmless(self._title)))
            yield Static(Content(t("work.begun")), id="told")
            yield Static(Content(t("work.keys")), classes="dim", id="keys")

    def on_mount(self) -> None:
        """Begin at once."""
        post = self.post_message
        beside(self, lambda: self._work.run(post), lambda: self.dismiss(None), group="work")

    def on_job_progress(self, message: JobProgress) -> None:
        """Show how far it is."""
        self.query_one("#told", Static).update(Content(_words(message.done, message.total)))

    def on_outcome(self, message: Outcome) -> None:
        """It is over."""
        self.dismiss(message)

    def action_stop(self) -> None:
        """Stop at the next step."""
        self._work.stop()
        self.query_one("#keys", Static).update(Content(t("work.stopping")))

    def on_unmount(self) -> None:
        """Who leaves the program does not wait for it."""
        self._work.stop()


def _words(done: int, total: int) -> str:
    if not total:
        return t("work.begun") + (f"  {done:,}" if done else "")
    full = _BAR * done // total
    return f"[{'=' * full}{' ' * (_BAR - full)}]  {done:,} / {total:,}"
