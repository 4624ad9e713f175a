"""A command line that speaks Chinese, too: argparse's own words, and the sentences a program gives it.

A program writes its sentences in English; `help.LANGUAGE.json` has them in another language, read when help is shown.
Both commands, the laptop's and the store's, are made of this.
"""

from __future__ import annotations

import argparse
import codecs
import os
import re
import sys

from sync.console.catalog import SHARED, read_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    Arguments = tuple[tuple[str, dict[str, Any]], ...]  # name or flag, and what `add_argument` is to be told of it

_KEY = re.compile(r"-[\w-]{42}", re.ASCII)  # one in 64 keys begins with a dash
_PIECES = re.compile(r"[!-~]+ *| +|[^!-~ ]")
_NOT_FIRST = frozenset("，。、；：！？）》”,.:;)")
_LONGEST_ERROR = 2_000  # characters
_spoken: list[tuple[str, str]] = []  # folder and name of the file in use; none while English is spoken


def print_anywhere() -> bool:
    """Let stdout write a sign its encoding has none for as `\\uXXXX` (as JSON does) instead of ending the program.

    Whether there is a stdout: a stream that was closed before the program began is replaced by one that goes nowhere.
    """
    is_open = sys.stdout is not None
    for name, mode in (
        ("stdin", "r"),
        ("stdout", "w"),
        ("stderr", "w"),
    ):  # in order of their numbers
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for the whole process
    if hasattr(sys.stdout, "reconfigure"):
        codecs.register_error("escaped", _escaped)
        sys.stdout.reconfigure(errors="escaped")
    return is_open


def flushed(code: int) -> int:
    """The exit code, once what was printed has gone where it was to go; raises `OSError`."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return code


def finished(code: int) -> int:
    """A command's exit code, once what stdout still holds has gone out; its reader may have gone before (`| head`).

    What cannot go out is given up, so that the interpreter does not try again at its end; then 1 instead of 0.
    """
    try:
        flushed(code)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code if isinstance(error, BrokenPipeError) else code or 1
    return code


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


class Speaking:
    """While this lasts, parsers made and used speak one language.

    `folder` holds the program's sentences: `help.LANGUAGE.json`, English -> that language.
    """

    def __init__(self, language: str, folder: str) -> None:
        self._sentences = [(folder, f"help.{language}")] if language != "en" else []
        self._before: tuple[Any, Any] = (None, None)

    def __enter__(self) -> None:
        names = vars(argparse)  # it asks gettext by these two names, whichever catalogue stands behind them
        self._before = names["_"], names["ngettext"]
        _spoken[:] = self._sentences
        if _spoken:
            own = read_texts(SHARED, self._sentences[0][1])  # argparse's, of Python 3.11 to 3.14
            names["_"] = lambda text: own.get(text, text)
            names["ngettext"] = lambda one, many, count: own.get(many, one if count == 1 else many)

    def __exit__(self, *_: object) -> None:
        names = vars(argparse)
        names["_"], names["ngettext"] = self._before
        _spoken.clear()


class Parser(argparse.ArgumentParser):
    """argparse's parser with help in the language spoken."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **settings})

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The options; one that is known, but stands behind the command, is told where it belongs."""
        found, rest = self.parse_known_args(_with_keys_joined(sys.argv[1:] if args is None else args), namespace)
        if rest:
            ours = [each for each in rest if each.partition("=")[0] in self._option_string_actions]
            words = "this goes before the command: %s" if ours else "unrecognized arguments: %s"
            self.error(vars(argparse)["_"](words) % " ".join(ours or rest))
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end; what was typed is repeated without what could act on a terminal."""
        super().error(_harmless(message))


def _with_keys_joined(arguments: Sequence[str]) -> list[str]:
    """The arguments, where a key that looks like an option is joined to the option it is the value of."""
    joined: list[str] = []
    for each in arguments:
        if _KEY.fullmatch(each) and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] += f"={each}"
        else:
            joined.append(each)
    return joined


def _harmless(message: str) -> str:
    from unicodedata import category

    shown = "".join(each if each.isprintable() or each == "\n" else "?" for each in message[:_LONGEST_ERROR])
    return "".join(each for each in shown if category(each)[0] != "M")


def described(commands: Any, name: str, does: str) -> Any:
    """A command's parser, its sentence in the list of commands and above its own help."""
    return commands.add_parser(name, help=does, description=does)


class Later:
    """Stands for a command's parser until that is first asked for anything: of many commands one is given."""

    def __init__(self, *, prog: str, **settings: Any) -> None:
        self._settings = {"prog": prog, **settings}
        self._name = prog.split()[-1]

    def arguments(self, command: str) -> Arguments:
        """The arguments of a command."""
        raise NotImplementedError

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        made = Parser(**self._settings)
        for flag, settings in self.arguments(self._name):
            made.add_argument(flag, **settings)
        self.__dict__.update({name: getattr(made, name) for name in dir(made) if not name.startswith("__")})
        return getattr(made, attribute)


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str, *more: Any, **settings: Any) -> None:
        super().__init__(prog, *more, **{"width": _columns() - 2, **settings})

    def add_text(self, text: str | None) -> None:
        super().add_text(_said(text) if text and text is not argparse.SUPPRESS else text)

    def _format_usage(self, *parts: Any) -> str:
        text = super()._format_usage(*parts)
        return text.replace("\n  ", "\n    ") if _spoken else text  # the word for usage is two cells wider than long

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return _said(action.help) if action.help else action.help

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrapped(text, width) if _spoken else super()._split_lines(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if not _spoken:
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in _wrapped(text, width - len(indent)))


def _columns() -> int:
    """The terminal's width. argparse would ask `shutil`, whose import takes longer than all of this module."""
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def _said(sentence: str) -> str:
    if not _spoken:
        return sentence
    return str(read_texts(*_spoken[0]).get(sentence, sentence))


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of so many cells; a line may end with one sign more, but does not begin with one."""
    lines: list[str] = []
    line, taken = "", 0
    for piece in _PIECES.findall(" ".join(text.split())):
        size = len(piece.rstrip()) if piece.isascii() else 2
        if line and taken + size > width and piece not in _NOT_FIRST:
            lines.append(line.rstrip())
            line, taken = "", 0
        line += piece
        taken += len(piece) if piece.isascii() else size
    return [*lines, line.rstrip()]
