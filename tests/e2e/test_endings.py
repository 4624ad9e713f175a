"""Ends of the workbench: a closed terminal, SIGHUP, SIGTERM or a line that hung up, at any moment.

Every end comes at a moment drawn by lot: no process is left, and what was typed stands in the file.
"""

from __future__ import annotations

import fcntl
import os
import random
import select
import shutil
import signal
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica
from sync.replica.editing import drafts
from sync.replica.storage import connect, encryption
from sync.replica.storage.rekey import relock
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import Terminal

PASSPHRASE = "open sesame please"
TYPED = "节前走访三人未到会"
GONE_WITHIN = 30.0  # seconds on a loaded machine; on a free one it is three at most
RUNS_AT_A_MOMENT = 5
FULL = 4000  # bytes that a pseudo-terminal holds, about

# A shell that no hang-up ends holds the terminal: the workbench gets no signal, only its line dies.
UNTOLD = ("sh", "-c", 'trap "" HUP; "$@"; exit', "sh")
WAYS = ("closed", "untold", "hung up", "terminated", "stuck")  # the last: asked to end while nobody reads its terminal


class Run:
    """One workbench in a terminal of its own, until it is made to end."""

    def __init__(self, home: Path, way: str, lot: random.Random) -> None:
        self.path = profile_file(home, "default")
        self.way = way
        self.lot = lot
        command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"]
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8")
        self._life, held = os.pipe()  # every process of the run holds its other end
        os.set_inheritable(held, True)
        self.terminal = Terminal([*UNTOLD, *command] if way == "untold" else command, environment)
        os.close(held)

    def send(self, *keys: str) -> None:
        """Press keys without waiting for anything."""
        self.terminal.send(keys, 0)

    def wait_for(self, *words: str) -> None:
        """Wait until the screen shows these words."""
        self.terminal.wait_for(*words, seconds=60)

    def wait_until_full(self) -> None:
        """Wait until the terminal takes nothing more, as it does soon when nobody reads it."""
        until = time.monotonic() + GONE_WITHIN
        while _unread(self.terminal.line) < FULL:
            assert time.monotonic() < until
            select.select([], [], [], 0.02)

    def go_on(self, longest: float) -> None:
        """Read the screen for a time drawn by lot."""
        until = time.monotonic() + self.lot.uniform(0, longest)
        while (left := until - time.monotonic()) > 0:
            self.terminal.read(left)

    def end(self) -> None:
        """Close the terminal, or signal the program."""
        if self.way in ("closed", "untold"):
            os.close(self.terminal.line)
        else:
            os.kill(self.terminal.process, signal.SIGHUP if self.way == "hung up" else signal.SIGTERM)

    def is_gone(self) -> bool:
        """Wait until no process of the run is left; false if one does not end."""
        until = time.monotonic() + GONE_WITHIN
        while not select.select([self._life], [], [], 0.05)[0]:
            if time.monotonic() > until:
                return False
            if self.way in ("hung up", "terminated"):
                self.terminal.read(0.05)
        return True

    def clear_up(self) -> None:
        """Kill what is left of the run, and close its terminal."""
        if not select.select([self._life], [], [], 0)[0]:
            os.killpg(self.terminal.process, signal.SIGKILL)
        os.waitpid(self.terminal.process, 0)
        os.close(self._life)
        if self.way not in ("closed", "untold"):
            os.close(self.terminal.line)

    def drafts(self) -> str:
        """What stands in the drafts, as text."""
        if connect.is_locked(self.path):
            connect.unlock(self.path, PASSPHRASE)
        with Replica.open(self.path) as replica:
            return str([draft.fields for draft in drafts.listed(replica)])


def _unread(line: int) -> int:
    """How many bytes of what was drawn nobody has read."""
    (count,) = struct.unpack("i", fcntl.ioctl(line, termios.FIONREAD, bytes(4)))
    return int(count)


def starting(run: Run) -> None:
    run.go_on(1.0)


def at_the_lock(run: Run) -> None:
    run.wait_for("按 Enter 打开")
    run.send(*run.lot.choice([(), ("not this one",), (PASSPHRASE, "Enter")]))
    run.go_on(1.0)


def among_the_units(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.go_on(0.3)


def while_a_screen_opens(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send(run.lot.choice(["F1", "F2", "F6", "F7", "F8", "F10", "Enter", "\x04", "\x05", "\x0b", "\x10"]))
    run.go_on(0.1)


def while_something_is_counted(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send(*run.lot.choice([("\x13",), ("F7", "党"), ("F7", "党", "员")]))
    run.go_on(0.3)


def while_everything_is_verified(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send("\x17")
    run.wait_for("逐条核对")
    run.send("Enter")
    run.go_on(0.2)


def during_an_exchange(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send("F5")
    run.wait_for("正在连接")
    run.go_on(0.5)


def in_a_note(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send("F3")
    run.wait_for("必填还差")
    run.send(TYPED)
    run.wait_for(TYPED)
    run.go_on(0.6)


def in_an_editor(run: Run) -> None:
    run.wait_for("瑶湖水产场党委")
    run.send("F4")
    run.wait_for("性质")
    run.send("3")
    run.wait_for("意见")
    run.send(TYPED[0])
    run.wait_for(TYPED[0])
    run.send(TYPED[1:])
    run.wait_for(TYPED)
    run.go_on(0.6)


def in_a_dialog(run: Run) -> None:
    in_a_note(run)
    run.send("^A")
    run.wait_for("要附加的文件")
    run.send("/nowhere")
    run.go_on(0.5)


MOMENTS: list[Callable[[Run], None]] = [
    starting,
    at_the_lock,
    among_the_units,
    while_a_screen_opens,
    while_something_is_counted,
    while_everything_is_verified,
    during_an_exchange,
    in_a_note,
    in_an_editor,
    in_a_dialog,
]
WRITING = (in_a_note, in_an_editor, in_a_dialog)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Homes with one profile in the middle of its work, plain and encrypted, whose store never answers."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("plain", "locked")}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for home in made.values():
            path = profile_file(home, "default")
            path.parent.mkdir(parents=True)
            with new_workbench_file(path) as replica:
                server = f"http://127.0.0.1:{silent.getsockname()[1]}"
                replica.set_identity(msgspec.structs.replace(replica.joined(), server=server))
        relock(profile_file(made["locked"], "default"), None, encryption.new_key(PASSPHRASE))
        yield made


@pytest.fixture
def begun(homes: dict[str, Path], tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Begin a run on a copy of a home; it is cleared up afterwards."""
    runs = []

    def begin(moment: Callable[[Run], None], way: str, number: int) -> Run:
        home = tmp_path / "home"
        shutil.copytree(homes["locked" if moment is at_the_lock else "plain"], home)
        runs.append(Run(home, way, random.Random(f"{moment.__name__} {number}")))
        return runs[-1]

    yield begin
    for run in runs:
        run.clear_up()


@pytest.mark.parametrize("number", range(RUNS_AT_A_MOMENT))
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
def test_an_end_is_an_end(begun: Callable[..., Run], moment: Callable[[Run], None], number: int) -> None:
    way = WAYS[(number + MOMENTS.index(moment)) % len(WAYS)]
    run = begun(moment, way, number)
    moment(run)
    run.end()
    assert run.is_gone(), f"still there, {way} {moment.__name__}"
    assert (moment in WRITING) == (TYPED in run.drafts())
    crashes = list(run.path.parent.glob("*crash*"))
    assert not crashes, crashes[0].read_text()


def test_what_is_typed_is_saved_even_if_the_program_is_stuck_at_a_terminal_that_takes_nothing_more(
    begun: Callable[..., Run],
) -> None:
    run = begun(in_a_note, "stuck", 0)
    run.wait_for("瑶湖水产场党委")
    run.send("F3")
    run.wait_for("必填还差")
    run.send(TYPED)
    run.wait_for(TYPED)
    run.send(*["^L"] * 40)  # far more is drawn than a terminal takes before it is read
    run.wait_until_full()
    run.end()
    assert run.is_gone()
    assert TYPED in run.drafts()
