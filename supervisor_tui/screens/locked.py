"""What stands before an encrypted profile, and while one is written anew: no record is read on these screens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from supervisor_tui.commands import ANEW, UNLOCK, bindings
from supervisor_tui.exchanging import LanguageChanged
from supervisor_tui.locale import has, t
from supervisor_tui.widgets.footer import KeyFooter
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.secret import SecretInput
from sync.replica import lock

if TYPE_CHECKING:
    from supervisor_tui.app import WorkbenchApp

STYLE = """
    {name} #words {{ width: 78; max-width: 100%; height: auto; margin: 2 4; }}
    {name} Static {{ height: auto; margin-bottom: 1; }}
    {name} .label {{ height: 1; margin: 0; color: $secondary; }}
    {name} .dim {{ color: $secondary; }}
    {name} Input {{ border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1; }}
    {name} #said {{ color: $warning; }}
"""


class UnlockScreen(Screen[None]):
    """Asks for the passphrase until it fits."""

    DEFAULT_CSS = STYLE.format(name="UnlockScreen")
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
        with Vertical(id="words"):
            yield Static(id="wanted", markup=False)
            yield SecretInput(id="passphrase")
            yield Static(id="said", markup=False)
            yield Static(id="forgotten", classes="dim", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """The words."""
        self._draw()

    def on_language_changed(self, _: LanguageChanged) -> None:
        """The words again."""
        self._draw()
        self.query_one(KeyFooter).refresh()

    def _draw(self) -> None:
        self.query_one("#title", Line).show([(t("app.name"), "accent")])
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
            self._say(t("passphrase.trying"))
            self.run_worker(lambda: self._try(words), thread=True, group="passphrase")

    def _try(self, words: str) -> None:
        """Runs in a worker thread; only posts what came of it."""
        from sync.replica import ReplicaError, connect
        from sync.replica.relock import clear_leftover

        try:
            connect.unlock(self.path, words)
            clear_leftover(self.path)
        except connect.WrongPassphrase:
            self.post_message(self.Refused("passphrase.wrong"))
        except connect.NoEncryption:
            self.post_message(self.Refused("cli.no_encryption"))
        except ReplicaError as error:
            self.post_message(self.Refused("cli.in_use" if isinstance(error, connect.InUse) else "cli.damaged"))
        else:
            self.post_message(self.Fits())

    def on_unlock_screen_fits(self, _: Fits) -> None:
        """To the workbench."""
        cast("WorkbenchApp", self.app).open_profile()

    def on_unlock_screen_refused(self, message: Refused) -> None:
        """Say so, and ask again."""
        self._busy = False
        self.query_one("#passphrase", Input).value = ""
        self._say(t(message.key) if has(message.key) else t("cli.damaged"))

    def action_anew(self) -> None:
        """Set the profile aside and join again, if that is meant."""
        from supervisor_tui.screens.choose import ChooseScreen

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                self._set_aside()

        choices = [("no", t("passphrase.anew_no")), ("yes", t("passphrase.anew_yes"))]
        self.app.push_screen(ChooseScreen(t("passphrase.anew_ask"), choices), chosen)

    def _set_aside(self) -> None:
        from supervisor_tui.screens.first_run import FirstRunScreen
        from sync.replica import ReplicaError
        from sync.replica.set_aside import set_aside

        try:
            aside = set_aside(self.path)
        except (ReplicaError, OSError):
            self._say(t("cli.in_use"))
            return
        cast("WorkbenchApp", self.app).begin_with(FirstRunScreen(self.path))
        self.app.notify(t("passphrase.set_aside", profile=aside.parent.name), timeout=30)

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(Content(words))


@dataclass(frozen=True)
class Change:
    """A change of the passphrase: the keys before and after (None: no encryption), and its name."""

    action: str
    old: lock.Key | None
    new: lock.Key | None


class RelockScreen(Screen[None]):
    """Shown while the file is written anew under another key; nothing else has it open."""

    DEFAULT_CSS = STYLE.format(name="RelockScreen")

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
        with Vertical(id="words"):
            yield Static(Content(t("passphrase.working")))

    def on_mount(self) -> None:
        """The words."""
        self.query_one("#title", Line).show([(t("app.name"), "accent")])

    def begin(self) -> None:
        """Write the file anew; nobody has it open any more."""
        self.run_worker(self._relock, thread=True, group="passphrase")

    def _relock(self) -> None:
        """Runs in a worker thread; only posts what came of it."""
        from sync.replica import ReplicaError
        from sync.replica.relock import relock

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
