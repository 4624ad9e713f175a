"""Run exchanges with the office in the background, one at a time, and tell every screen of their progress."""

from __future__ import annotations

from pathlib import Path

from supervisor_tui.jobs.sync import DataChanged, Exchanged, ExchangeFailed, Progressed, StickWritten, SyncJob
from supervisor_tui.jobs.thread import Faulted, beside
from supervisor_tui.locale import t
from supervisor_tui.terminal.ending_app import EndingApp
from sync.console.named_files import given_path


class SyncApp(EndingApp):
    """Owns the exchange's state, which the screens read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sync_job = SyncJob()

    def begin_exchange(self) -> None:
        """Exchange in the background; progress and outcome come as messages."""
        if self.sync_job.begin():
            target = self.post_message
            beside(self, lambda: self.sync_job.work(self.path, target), self._exchange_faulted, group="exchange")

    def begin_by_stick(self, folder: str, *, write: bool) -> None:
        """Write a bundle into a folder or file, or read one, in the background."""
        if self.sync_job.begin():
            work = self.sync_job.write_stick if write else self.sync_job.read_stick
            file, target = given_path(folder), self.post_message
            beside(self, lambda: work(self.path, file, target), self._exchange_faulted, group="exchange")

    def on_stick_written(self, message: StickWritten) -> None:
        """A bundle is ready to be carried."""
        self.sync_job.end(written=message.written)
        self._tell_screen()

    def on_progressed(self, message: Progressed) -> None:
        """Show the progress of the exchange."""
        self.sync_job.progress = message.progress
        self._tell_screen()

    def on_exchanged(self, message: Exchanged) -> None:
        """Show that the exchange has ended well."""
        self.sync_job.end(result=message.result)
        self._tell_screen()

    def on_exchange_failed(self, message: ExchangeFailed) -> None:
        """Show why the exchange has failed."""
        self.sync_job.fail(message.code, message.named)
        self._tell_screen()

    def _exchange_faulted(self) -> None:
        self.on_exchange_failed(ExchangeFailed("fault"))

    def on_faulted(self, message: Faulted) -> None:
        """Work beside the screens met a fault of the program, and the screens live on."""
        self.notify(t("work.failed", file=message.where), severity="error", timeout=30)
        message.told()

    def _tell_screen(self) -> None:
        for screen in self.screen_stack:
            screen.post_message(DataChanged())
