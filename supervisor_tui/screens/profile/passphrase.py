"""Setting, changing and removing the passphrase of the profile that is open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from supervisor_tui.commands import KEEP_PASSPHRASE, REMOVE_PASSPHRASE, bindings
from supervisor_tui.jobs.thread import beside
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.profile.unlock import Change
from supervisor_tui.terminal.text import fit
from supervisor_tui.widgets.asking import Asking
from supervisor_tui.widgets.secret import SecretInput
from supervisor_tui.widgets.spans import Span
from sync.ledger.passphrase import SHORTEST
from sync.replica.storage import encryption

_FIELDS = ("old", "new", "again")


class PassphraseScreen(WorkbenchScreen[None]):
    """Three lines: the present passphrase where there is one, the new one twice."""

    BINDINGS: ClassVar[list[BindingType]] = bindings([KEEP_PASSPHRASE, REMOVE_PASSPHRASE])

    @dataclass
    class Checked(Message):
        """The keys are there, or the reason why not."""

        change: Change | None
        key: str = ""

    def __init__(self) -> None:
        super().__init__()
        self._busy = False

    @property
    def present(self) -> encryption.Key | None:
        """The key the profile is open with."""
        return encryption.remembered(self.bench.path)

    def body(self) -> ComposeResult:
        """What a passphrase does, the lines, what is wrong with them."""
        with Asking():
            yield Static(id="stands", markup=False)
            for name in _FIELDS if self.present else _FIELDS[1:]:
                yield Static(id=f"{name}-label", classes="label", markup=False)
                yield SecretInput(id=name)
            yield Static(id="said", markup=False)
            yield Static(id="warning", classes="dim", markup=False)

    def heading(self) -> list[Span]:
        """What this is."""
        return titled(t("passphrase.title"))

    def read(self) -> None:
        """The words; nothing is read from the file."""
        self.query_one("#stands", Static).update(
            Content(t("passphrase.is_set" if self.present else "passphrase.is_not_set"))
        )
        for name in _FIELDS if self.present else _FIELDS[1:]:
            label = fit(t(f"passphrase.{name}", shortest=SHORTEST), 70)
            self.query_one(f"#{name}-label", Static).update(Content(label))
        self.query_one("#warning", Static).update(Content(t("passphrase.warning")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is there can be removed."""
        return self.present is not None if action == "remove" else True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next line, at the last it keeps."""
        if event.input.id == "again":
            self.action_keep()
        else:
            self.query_one("#new" if event.input.id == "old" else "#again", Input).focus()

    def action_keep(self) -> None:
        """Encrypt with what is typed twice."""
        new, again = (self.query_one(f"#{name}", Input).value for name in ("new", "again"))
        if len(new) < SHORTEST:
            self.query_one(Asking).say(t("cli.passphrase_short", shortest=SHORTEST))
        elif new != again:
            self.query_one(Asking).say(t("cli.passphrase_differs"))
        else:
            self._begin("change" if self.present else "set", new)

    def action_remove(self) -> None:
        """No longer encrypt."""
        self._begin("remove", "")

    def _begin(self, action: str, new: str) -> None:
        if self._busy:
            return
        self._busy = True
        present = self.present
        old = self.query_one("#old", Input).value if present else ""
        self.query_one(Asking).say(t("passphrase.trying"))
        check = partial(self._check, action, present, old, new)
        beside(self, check, self._not_checked, group="passphrase")

    def _not_checked(self) -> None:
        self.on_passphrase_screen_checked(self.Checked(None, "error.fault"))

    def _check(self, action: str, present: encryption.Key | None, old: str, new: str) -> None:
        """Runs in a worker thread, because a key takes its time; only posts what came of it."""
        from sync.replica.storage import connect

        try:
            connect.encrypting_driver()
        except connect.NoEncryption:
            self.post_message(self.Checked(None, "cli.no_encryption"))
            return
        if present is not None and encryption.key_for(present.salt, old).secret != present.secret:
            self.post_message(self.Checked(None, "passphrase.wrong"))
            return
        self.post_message(self.Checked(Change(action, present, encryption.new_key(new) if new else None)))

    def on_passphrase_screen_checked(self, message: Checked) -> None:
        """Go on to write the file anew, or say what is wrong and ask again."""
        self._busy = False
        if message.change is not None:
            self.app.call_later(self.bench.change_passphrase, message.change)
            return
        for name in _FIELDS if self.present else ():
            self.query_one(f"#{name}", Input).value = ""
        self.query_one(Asking).say(t(message.key))
