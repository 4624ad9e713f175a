"""What every screen of the workbench has: the title line, the truth about sync in words, the footer, going back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen, ScreenResultType

from supervisor_tui.commands import BACK, bindings
from supervisor_tui.jobs.sync import DataChanged, LanguageChanged
from supervisor_tui.labels.dates import days_since
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.footer import KeyFooter
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.parted import PartedScreen
from supervisor_tui.widgets.spans import Span
from sync.replica import Replica, ReplicaError, query
from sync.replica.as_of.calendar import today
from sync.replica.queries.rows import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from supervisor_tui.app import WorkbenchApp


class WorkbenchScreen(PartedScreen, Screen[ScreenResultType]):
    """A screen with a title, a body and a footer. `read` fills the body; it runs on opening and when data changed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings([BACK])
    _begun = False

    @property
    def bench(self) -> WorkbenchApp:
        """The program around it."""
        return cast("WorkbenchApp", self.app)

    @property
    def replica(self) -> Replica:
        """The open file."""
        return self.bench.replica

    def compose(self) -> ComposeResult:
        """Title, body, footer."""
        yield Line(id="title")
        yield from self.body()
        yield KeyFooter()

    def body(self) -> ComposeResult:
        """The widgets between title and footer."""
        raise NotImplementedError

    def heading(self) -> list[Span]:
        """What stands at the left of the title line."""
        return [(t("app.name"), "accent")]

    def read(self) -> None:
        """Read what is shown from the file."""

    def on_mount(self) -> None:
        """Show everything for the first time."""
        self.redraw()

    def on_screen_resume(self) -> None:
        """Back from another screen, which may have written something; on opening everything has just been read."""
        if self._begun:
            self.redraw()
        self._begun = True

    def redraw(self) -> None:
        """Read and draw everything anew."""
        self.read()
        standing = query.status(self.replica)
        right, short = (sync_words(self.bench, standing, short=short) for short in (False, True))
        self.query_one("#title", Line).show(self.heading(), right, short)
        self.query_one(KeyFooter).refresh()

    def on_data_changed(self, _: DataChanged) -> None:
        """An exchange has come further or ended."""
        self.redraw()

    def on_language_changed(self, _: LanguageChanged) -> None:
        """Every word anew."""
        self.redraw()
        self.refresh(layout=True)
        for widget in self.query("*"):
            widget.refresh()

    def action_back(self) -> None:
        """To the screen below."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    def has_unsaved(self) -> bool:
        """Save what can be saved; whether something is left that is not on disk."""
        return False

    def ask_before_leaving(self, leave: Callable[[], object]) -> None:
        """Ask whether to `leave` what is not on disk; a copy is offered where the open file has it."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        if isinstance(self.app.screen, ChooseScreen):  # it is being asked
            return

        def chosen(answer: str | None) -> None:
            if answer == "copy":
                self.bench.action_rescue()
            elif answer == "leave":
                leave()

        words = {"stay": "rescue.stay", "copy": "cmd.rescue", "leave": "rescue.leave"}
        if self.replica.is_there:
            del words["copy"]
        choices = [(name, t(key)) for name, key in words.items()]
        self.app.push_screen(ChooseScreen(t("rescue.leave_ask"), choices), chosen)

    def keeping_it(self, write: Callable[[], object]) -> bool:
        """Write into the file, or say why it cannot be written; whether it was."""
        try:
            write()
        except ReplicaError as error:
            self.say(fault_words(error), severity="error")
            return False
        return True

    def say(self, words: str, *, severity: Any = "information") -> None:
        """A short notice; text in it is data, never markup."""
        self.notify(words, severity=severity)


def sync_words(bench: WorkbenchApp, standing: Status, *, short: bool = False) -> list[Span]:
    """The truth about sync, by receipts: what is not yet sent and since when, what the office holds, what is wrong."""
    form = "_short" if short else ""
    words: list[Span] = []
    if bench.sync_job.running:
        words.append((t("sync.running"), "accent"))
    if standing.pending:
        age = days_since(bench.replica, standing.oldest_unsynced, today(bench.replica))
        since = t("sync.since_today") if age < 1 else t("sync.since_days", days=age)
        words.append((t(f"sync.pending{form}", count=standing.pending, since=since), "warn"))
    else:
        words.append((t("sync.none_pending"), "good"))
    words.append((t(f"sync.receipts{form}", acknowledged=standing.acknowledged, mine=standing.mine), "plain"))
    if standing.conflicts:
        words.append((t("sync.conflicts", count=standing.conflicts), "warn"))
    if standing.quarantined:
        words.append((t("sync.apart", count=standing.quarantined), "bad"))
    if standing.last_error == "device_revoked":
        words.append((t("sync.revoked"), "bad"))
    if standing.last_error in ("no_connection", "proxy_away", "store_away"):
        words.append((t("sync.offline"), "plain"))
    return [span for word in words for span in (("  ", ""), word)][1:]


def titled(*parts: str) -> list[Span]:
    """A title line: the first part stands out, text from records is made harmless."""
    first, *rest = [one_line(part) for part in parts if part]
    return [(first, "accent"), *[("  " + part, "plain") for part in rest]]
