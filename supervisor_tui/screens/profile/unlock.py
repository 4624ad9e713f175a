"""What stands before an encrypted profile, and while one is written anew: no record is read on these screens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from supervisor_tui.commands import ANEW, UNLOCK, bindings
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.file_faults import fault_key
from supervisor_tui.locale import has, t
from supervisor_tui.screens.profile.before import BeforeScreen
from supervisor_tui.widgets.asking import Asking
from supervisor_tui.widgets.footer import KeyFooter
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.parted import PartedScreen
from supervisor_tui.widgets.secret import SecretInput
from sync.replica.storage import encryption

if TYPE_CHECKING:
    from supervisor_tui.app import WorkbenchApp


class UnlockScreen(BeforeScreen):
    """Asks for the passphrase until it fits."""

    AUTO_FOCUS = "#passphrase"
    BINDINGS: ClassVar[list[BindingType]] = bindings([UNLOCK, ANEW])

    class Fits(Message):
        """The file opens."""

    @dataclass
    class Refused(Message):
        """It does not, for the reason with this word of the catalogue."""

        key: str

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._busy = False

    def compose(self) -> ComposeResult:
        """What is wanted, the line, what to do if it is forgotten."""
        yield Line(id="title")
        with Asking():
            yield Static(id="wanted", markup=False)
            yield SecretInput(id="passphrase")
            yield Static(id="said", markup=False)
            yield Static(id="forgotten", classes="dim", markup=False)
        yield KeyFooter()

    def draw(self) -> None:
        """What is wanted, and what to do if it is forgotten."""
        self.query_one("#wanted", Static).update(Content(t("passphrase.wanted")))
        self.query_one("#forgotten", Static).update(Content(t("passphrase.forgotten")))

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Enter opens."""
        self.action_unlock()

    def action_unlock(self) -> None:
        """Try what is typed."""
        words = self.query_one("#passphrase", Input).value
        if words and not self._busy:
            self._busy = True
            self.say(t("passphrase.trying"))
            beside(self, lambda: self._try(words), self._not_tried, group="passphrase")

    def _not_tried(self) -> None:
        self.on_unlock_screen_refused(self.Refused("error.fault"))

    def _try(self, words: str) -> None:
        """Runs in a worker thread; only posts what came of it."""
        from sync.replica import ReplicaError
        from sync.replica.storage import connect
        from sync.replica.storage.rekey import clear_leftover

        try:
            connect.unlock(self.path, words)
            clear_leftover(self.path)
        except connect.WrongPassphrase:
            self.post_message(self.Refused("passphrase.wrong"))
        except connect.NoEncryption:
            self.post_message(self.Refused("cli.no_encryption"))
        except ReplicaError as error:
            self.post_message(self.Refused(fault_key(error)))
        else:
            self.post_message(self.Fits())

    def on_unlock_screen_fits(self, _: Fits) -> None:
        """To the workbench."""
        cast("WorkbenchApp", self.app).open_profile()

    def on_unlock_screen_refused(self, message: Refused) -> None:
        """Say so, and ask again."""
        self._busy = False
        self.query_one("#passphrase", Input).value = ""
        self.say(t(message.key, why="") if has(message.key) else t("cli.damaged"))

    def action_anew(self) -> None:
        """Set the profile aside and join again, if that is meant."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                self._set_aside()

        choices = [("no", t("passphrase.anew_no")), ("yes", t("passphrase.anew_yes"))]
        self.app.push_screen(ChooseScreen(t("passphrase.anew_ask"), choices), chosen)

    def _set_aside(self) -> None:
        from supervisor_tui.screens.profile.first_run import FirstRunScreen
        from sync.replica import ReplicaError
        from sync.replica.maintenance.archive import set_aside

        try:
            aside = set_aside(self.path)
        except (ReplicaError, OSError):
            self.say(t("cli.in_use"))
            return
        cast("WorkbenchApp", self.app).begin_with(FirstRunScreen(self.path))
        self.app.notify(t("passphrase.set_aside", profile=aside.parent.name), timeout=30)


@dataclass(frozen=True)
class Change:
    """A change of the passphrase: the keys before and after (None: no encryption), and its name."""

    action: str
    old: encryption.Key | None
    new: encryption.Key | None


class RelockScreen(PartedScreen, Screen[None]):
    """Shown while the file is written anew under another key; nothing else has it open."""

    @dataclass
    class Done(Message):
        """It has ended: whether the file has the new key."""

        changed: bool

    def __init__(self, path: Path, change: Change) -> None:
        super().__init__()
        self.path = path
        self.change = change

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Line(id="title")
        with Asking():
            yield Static(Content(t("passphrase.working")))

    def on_mount(self) -> None:
        """The words."""
        self.query_one("#title", Line).show([(t("app.name"), "accent")])

    def begin(self) -> None:
        """Write the file anew; nobody has it open any more."""
        beside(self, self._relock, lambda: self.on_relock_screen_done(self.Done(False)), group="passphrase")

    def _relock(self) -> None:
        """Runs in a worker thread; only posts what came of it."""
        from sync.replica import ReplicaError
        from sync.replica.storage.rekey import relock

        try:
            relock(self.path, self.change.old, self.change.new)
        except ReplicaError:
            self.post_message(self.Done(False))
        else:
            self.post_message(self.Done(True))

    def on_relock_screen_done(self, message: Done) -> None:
        """Open the workbench again, and say how it ended."""
        said = {"set": "cli.passphrase_set", "change": "cli.passphrase_change", "remove": "cli.passphrase_removed"}
        key = said[self.change.action] if message.changed else "passphrase.failed"
        cast("WorkbenchApp", self.app).open_profile()
        self.app.notify(t(key), severity="information" if message.changed else "error", timeout=20)
