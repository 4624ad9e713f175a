"""The first run: join a district with a one-time code, or try the demo."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from supervisor_tui.commands import Command, bindings
from supervisor_tui.jobs.thread import beside
from supervisor_tui.labels.connection import join_error_words
from supervisor_tui.labels.file_faults import fault_cause, fault_key
from supervisor_tui.locale import t
from supervisor_tui.screens.profile.before import BeforeScreen
from supervisor_tui.terminal.text import fit
from supervisor_tui.widgets.asking import Asking
from supervisor_tui.widgets.footer import KeyFooter
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.typed_line import TypedLine
from sync.console.full_width import address_as_meant

JOIN = Command("join", "f10", "join")
TRY_DEMO = Command("demo", "f2", "demo")
_FIELDS = ("server", "code", "device")


class FirstRunScreen(BeforeScreen):
    """Three lines and two ways on."""

    AUTO_FOCUS = "#server"
    BINDINGS: ClassVar[list[BindingType]] = bindings([JOIN, TRY_DEMO])

    @dataclass
    class Joined(Message):
        """The office's store has enrolled this laptop."""

    @dataclass
    class Refused(Message):
        """It could not be done, for the reason `code`, whose words name `named`."""

        code: str
        named: Mapping[str, str] = field(default_factory=dict)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._busy = False

    def compose(self) -> ComposeResult:
        """What this is, the three lines, the two ways on."""
        yield Line(id="title")
        with Asking():
            yield Static(id="welcome", markup=False)
            for name in _FIELDS:
                yield Static(id=f"{name}-label", classes="label", markup=False)
                yield TypedLine(platform.node() if name == "device" else "", id=name)
            yield Static(id="said", markup=False)
            yield Static(id="demo", markup=False)
        yield KeyFooter()

    def draw(self) -> None:
        """The welcome, the labels, the other way on."""
        self.query_one("#welcome", Static).update(Content(t("first.welcome")))
        for name in _FIELDS:
            self.query_one(f"#{name}-label", Static).update(Content(fit(t(f"first.{name}"), 70)))
        self.query_one("#demo", Static).update(Content(t("first.demo")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next line, at the last it joins."""
        place = _FIELDS.index(event.input.id or "server")
        if place + 1 < len(_FIELDS):
            self.query_one(f"#{_FIELDS[place + 1]}", Input).focus()
        else:
            self.action_join()

    def action_join(self) -> None:
        """Enrol with what is typed."""
        server, code, device = (self.query_one(f"#{name}", Input).value.strip() for name in _FIELDS)
        server = address_as_meant(server)
        if self._busy:
            return
        if not server or not code:
            self.say(t("first.missing"))
            return
        self._busy = True
        self.say(t("first.joining"))
        beside(self, lambda: self._enrol(server, code, device or "laptop"), self._not_joined, group="join")

    def _not_joined(self) -> None:
        self.on_first_run_screen_refused(self.Refused("fault"))

    def _enrol(self, server: str, code: str, device: str) -> None:
        """Runs in a worker thread; only posts what came of it."""
        from sync.client.enrolment import join
        from sync.client.session import ExchangeError
        from sync.replica import ReplicaError

        try:
            join(self.path, server if "://" in server else f"http://{server}", code, device)
        except ExchangeError as error:
            self.post_message(self.Refused(error.code, error.named))
        except ReplicaError as error:
            self.post_message(self.Refused(fault_key(error), {"why": fault_cause(error)}))
        else:
            self.post_message(self.Joined())

    def on_first_run_screen_joined(self, _: Joined) -> None:
        """Leave; the workbench opens again on the new file, with a first exchange."""
        from supervisor_tui.app import JOINED

        self.app.exit(JOINED)

    def on_first_run_screen_refused(self, message: Refused) -> None:
        """Say why; what was typed stays."""
        self._busy = False
        if "." in message.code:  # of the profile's file
            self.say(t(message.code, **message.named))
            return
        self.say(join_error_words(message.code, message.named))

    def action_demo(self) -> None:
        """Leave, and let the demo begin."""
        from supervisor_tui.app import DEMO

        self.app.exit(DEMO)
