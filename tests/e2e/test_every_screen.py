"""Every screen on a real terminal, narrow, usual and wide, with Esc in every input: it stands, and the program lives.

Without a terminal nothing is drawn as it is in use: only what has changed, cut where widgets lie over each other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from supervisor_tui.locale import set_language, t
from sync.replica.storage import encryption, rekey
from tests.supervisor_tui.screens.test_every_screen import WAYS
from tests.supervisor_tui.workbench import Pen, new_workbench_file
from tests.terminal import Terminal

SIZES = [(80, 24), (120, 40), (200, 50)]
MORE_UNITS = 60  # than fit any of them
TYPED = "学习a"


class Input(NamedTuple):
    """Keys that open an input on a screen, and what stands on it then; `first`: what stands there after the first key.

    Words are keys of the catalogue.
    """

    keys: tuple[str, ...]
    shows: str
    first: str = ""


INPUTS = {  # by the screen of `WAYS`; "units" is the list itself, with the cursor on the last unit
    "units": (
        Input(("/",), "units.filter_hint"),
        Input(("F2", "Enter"), "form.keys_short", "kind.inspection"),
        Input(("F3",), "form.privacy"),
        Input(("F4", "1", "Enter"), "form.keys_line", "kind.follow_up"),
        Input(("^B", "Enter"), "form.keys_line", "kind.count"),
        Input(("^T", "Enter"), "form.keys_line", "kind.survey"),
        Input(("^G",), "kind.gate"),
        Input(("^X",), "export.ask_what"),
        Input(("^W",), "work.ask"),
        Input(("^N",), "campaign.choose"),
        Input(("F12",), "passphrase.new"),
        Input(("F10",), "trends.opinions"),
    ),
    "record": (Input(("F9",), "record.ask_withdraw"), Input(("^A",), "attachment.ask"), Input(("F10",), "reviews.ask")),
    "sync": (Input(("F2",), "stick.where_to"), Input(("F4",), "stick.where_from")),
    "search": (Input((), "search.hint"),),
    "register": (Input(("F2",), "register.ask_text"),),
    "who answers": (Input(("F4",), "form.chain"),),
    "unit card": (Input(("Enter",), "form.keys_line"),),
    "conflicts": (Input(("Enter",), "ask.keys"), Input(("1",), "conflicts.ask_why")),
    "rulings": (Input(("F4",), "aside.ask_answer"),),
    "palette": (Input((), "palette.hint"),),
}
_KEYS = {"end": "End", "enter": "Enter", "down": "Down"}


def _key(name: str) -> str:
    """A key of `WAYS` as the terminal's table names it."""
    return f"^{name[5:].upper()}" if name.startswith("ctrl+") else _KEYS.get(name, name.upper())


def _words(key: str) -> str:
    """The beginning of some words, as much as stands on one line wherever they are wrapped."""
    return t(key).partition("{")[0][:6]


@pytest.fixture(autouse=True)
def chinese() -> None:
    set_language("zh")


def _profile(home: Path) -> Path:
    file = home / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    replica = new_workbench_file(file, "office")
    pen = Pen(replica)
    for number in range(MORE_UNITS):
        unit = f"v-{number:02}"
        fields = {"name": f"示例第{number}支部", "category": "farm"}
        pen.write(unit, "unit", unit, fields, device="store-1", by="store")
    replica.close()
    return file


@contextmanager
def _terminal(home: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    """The workbench on a terminal; it has to end in order, having met no fault."""
    environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8")
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh"]
    terminal = Terminal(command, environment, size)
    try:
        yield terminal
        terminal.press("^Q")
        assert terminal.ended() == 0, terminal.text
    except BaseException:
        terminal.stop()
        raise
    assert "Traceback" not in terminal.text
    assert not list(home.rglob("crash.log"))


def _leave(terminal: Terminal, until: str) -> None:
    """Esc until a screen stands there again; a slow machine takes a while to draw it."""
    for _ in range(6):
        terminal.press("Esc")
        with suppress(TimeoutError):
            terminal.wait_for(until, seconds=1.5)
            return
    terminal.wait_for(until)


def _wait_for(terminal: Terminal, words: str, where: object) -> None:
    try:
        terminal.wait_for(words)
    except TimeoutError as error:
        error.add_note(str(where))
        raise


def _enter(terminal: Terminal, name: str, shows: str) -> None:
    """Open every input of a screen, type, and leave it by Esc."""
    for each in INPUTS.get(name, ()):
        for place, key in enumerate(each.keys):
            terminal.press(key)
            if not place and each.first:
                _wait_for(terminal, _words(each.first), (name, each))
        _wait_for(terminal, _words(each.shows), (name, each))
        terminal.type(TYPED)
        _leave(terminal, shows)


def _open(terminal: Terminal, name: str) -> None:
    """Open a screen from the list of units, waiting for each screen on the way."""
    keys, words = WAYS[name]
    on_the_way = {way: said for way, said in WAYS.values() if way}
    terminal.press("End")
    for place, key in enumerate(keys, start=1):
        terminal.press(_key(key))
        if said := on_the_way.get(keys[:place]):
            _wait_for(terminal, _words(said), name)
    _wait_for(terminal, _words(words), name)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_screen_and_esc_in_every_input(size: tuple[int, int], tmp_path: Path) -> None:
    _profile(tmp_path)
    units = t("units.count", count=MORE_UNITS + 10)
    with _terminal(tmp_path, size) as terminal:
        terminal.wait_for(units, t("cmd.help"))
        for name, (_, words) in WAYS.items():
            _open(terminal, name)
            is_over_units = name in ("units", "palette")
            _enter(terminal, name, units if is_over_units else _words(words))
            if not is_over_units:
                _leave(terminal, units)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_first_screen_of_a_new_computer(size: tuple[int, int], tmp_path: Path) -> None:
    with _terminal(tmp_path, size) as terminal:
        terminal.wait_for(_words("first.server"), _words("first.code"))
        for _ in range(3):
            terminal.type(TYPED)
            terminal.press("Esc", "Tab")
        terminal.wait_for(TYPED)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_screen_of_a_locked_profile(size: tuple[int, int], tmp_path: Path) -> None:
    file = _profile(tmp_path)
    rekey.relock(file, None, encryption.new_key("a passphrase"))
    encryption.remember(file, None)
    with _terminal(tmp_path, size) as terminal:
        terminal.wait_for(_words("passphrase.wanted"))
        terminal.type("abc")
        terminal.press("Esc")
        terminal.wait_for("***")
