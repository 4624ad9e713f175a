"""Every command of both programs, read off their own parsers: a new command is tried as soon as it is there."""

from __future__ import annotations

import argparse
import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from supervisor_tui.cli import commands as laptop
from sync.central.cli import commands as store

STAYS = ("demo", "serve")  # would go on until stopped; tried with a number that is none
Fill = Callable[[argparse.Action], str | None]


class Command(NamedTuple):
    """A command's words, and the arguments it takes."""

    words: tuple[str, ...]
    arguments: tuple[argparse.Action, ...]

    @property
    def name(self) -> str:
        """The words, as one."""
        return " ".join(self.words)

    @property
    def takes_json(self) -> bool:
        """Whether it prints JSON where that is asked for."""
        return any("--json" in each.option_strings for each in self.arguments)

    def line(self, fill: Fill, *, options: bool) -> list[str]:
        """The command line: what it cannot do without, filled, and with `options` all others that take a value."""
        line = [*self.words]
        for each in self.arguments:
            flag = each.option_strings[-1] if each.option_strings else ""
            if each.nargs == 0 or (flag and not (options or each.required)) or (value := fill(each)) is None:
                continue
            line.append(f"{flag}={value}" if flag else value)
        return line


class Said(NamedTuple):
    """What a command did: its exit code, and what it printed."""

    code: int
    out: str
    err: str


def laptop_commands() -> list[Command]:
    """Those of `supervisor-tui`."""
    return list(_of(laptop.build_parser()))


def store_commands() -> list[Command]:
    """Those of `central-store`, each action of a command one of them."""
    return list(_of(store.build_parser()))


def _of(parser: Any, words: tuple[str, ...] = ()) -> Iterator[Command]:
    actions: list[argparse.Action] = list(parser._actions)
    below = [each for each in actions if isinstance(each, argparse._SubParsersAction)]
    for each in below:
        for name, inner in each.choices.items():
            yield from _of(inner, (*words, name))
    if not below:
        yield Command(words, tuple(each for each in actions if not isinstance(each, argparse._HelpAction)))


def typed(text: str, command: Command) -> Fill:
    """This text wherever a text may stand."""

    def fill(argument: argparse.Action) -> str:
        if argument.choices:
            return str(next(iter(argument.choices)))
        return "1" if argument.type is int and not set(command.words) & {*STAYS} else text

    return fill


def by_metavar(values: dict[str, str]) -> Fill:
    """What this table has for an argument's name; the others are left out."""

    def fill(argument: argparse.Action) -> str | None:
        if argument.choices:
            return str(next(iter(argument.choices)))
        return values.get(str(argument.metavar))

    return fill


def run_laptop(home: Path, arguments: list[str], lang: str = "en", given: bytes = b"{}") -> Said:
    """Run a command of `supervisor-tui` over a home folder, which is also where it stands."""
    return _run(lambda: laptop.run(["--home", str(home), "--lang", lang, *arguments]), home, given)


def run_store(database: Path, arguments: list[str], lang: str = "en") -> Said:
    """Run a command of `central-store` over a database, whose folder is where it stands."""
    return _run(lambda: store.run(["--db", str(database), "--lang", lang, *arguments]), database.parent, b"")


def _run(work: Callable[[], int], folder: Path, given: bytes) -> Said:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(folder),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        code = work()
    return Said(code, *(_text(each) for each in (out, err)))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
