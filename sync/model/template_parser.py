"""A template's file (TOML) as people write it: read whole, and everything wrong with it named by line.

tomllib tells the line of what is no TOML at all; for what is TOML but no template the line is looked up here.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from sync.model.templates import InvalidTemplate, Place, Problem, Template, read_template

_LINE_OF_SYNTAX = re.compile(r"\(at line (\d+), column \d+\)")
_STRINGS = re.compile(r'"""(?:.|\n)*?"""|' + r"'''(?:.|\n)*?'''" + r'|"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*")
_LIST = re.compile(r"(?<![\w-])items\s*=\s*\[")
_TABLE = re.compile(r"^[ \t]*\[\[?[ \t]*([\w. -]+?)[ \t]*\]\]?", re.MULTILINE)


class BadTemplateFile(Exception):
    """A file that holds no template that may be kept; `problems` are pairs of line (from 1) and what is wrong."""

    def __init__(self, problems: list[tuple[int, Problem]]) -> None:
        super().__init__("; ".join(f"line {line}: {text}" for line, text in problems))
        self.problems = problems


def read_template_file(
    data: bytes, categories: frozenset[str] | None = None, stages: frozenset[str] | None = None
) -> Template:
    """The template in a file; raises `BadTemplateFile` with everything that is wrong.

    `categories` and `stages`: what the district knows; None where that is not known.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadTemplateFile([(line, Problem((), "utf8"))]) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_SYNTAX.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise BadTemplateFile([(line, Problem((), "toml", values=(("error", str(error)),)))]) from error
    except RecursionError as error:  # thousands of brackets within each other
        raise BadTemplateFile([(1, Problem((), "toml", values=(("error", "too deep"),)))]) from error
    try:
        return read_template(document, categories, stages)
    except InvalidTemplate as error:
        raise BadTemplateFile(located(text, error.problems)) from error


def located(text: str, problems: list[Problem]) -> list[tuple[int, Problem]]:
    """Problems with the lines of what they are about, in order of lines."""
    lines = _Lines(text)
    found = {(lines.of(problem.at), str(problem)): problem for problem in problems}
    return [(line, problem) for (line, _), problem in sorted(found.items(), key=lambda each: each[0])]


class _Lines:
    """Where the parts of a template's file stand; strings and comments are blanked, signs in them do not count."""

    def __init__(self, text: str) -> None:
        blank = _STRINGS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
        self._text = blank
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        tables = [(match.start(), match[1].replace(" ", "")) for match in _TABLE.finditer(blank)]
        self._sections = [at for at, name in tables if name == "sections"]
        self._items = [at for at, name in tables if name == "sections.items"]
        self._first_table = tables[0][0] if tables else len(blank)

    def of(self, place: Place) -> int:
        """The line of a place: the key itself where it can be found, else what it stands in."""
        begin, end = 0, self._first_table
        numbers = [each for each in place if isinstance(each, int)]
        if numbers:
            begin, end = self._section(numbers[0])
        if len(numbers) > 1:
            begin, end = self._item(begin, end, numbers[1])
        key = place[-1] if place and isinstance(place[-1], str) else ""
        found = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])").search(self._text, begin, end) if key else None
        return bisect_right(self._starts, found.start() if found else begin)

    def _section(self, number: int) -> tuple[int, int]:
        return _stretch(self._sections, number, len(self._text))

    def _item(self, begin: int, end: int, number: int) -> tuple[int, int]:
        """The item of that number in the section: a table of its own, or a brace in the section's list."""
        own = [at for at in self._items if begin <= at < end]
        starts, depth = own, 0
        if not own and (listed := _LIST.search(self._text, begin, end)):
            begin = listed.end()
            for match in re.compile(r"[{}]").finditer(self._text, begin, end):
                if match[0] == "{" and depth == 0:
                    starts.append(match.start())
                depth += 1 if match[0] == "{" else -1
        return _stretch(starts, number, end) if number < len(starts) else (begin, end)


def _stretch(starts: list[int], number: int, end: int) -> tuple[int, int]:
    if number >= len(starts):
        return 0, end
    return starts[number], starts[number + 1] if number + 1 < len(starts) else end
