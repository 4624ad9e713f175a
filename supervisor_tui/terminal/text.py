"""Text as it may stand on a screen: harmless, measured in cells, cut and wrapped without shifting a column.

Knows nothing of Textual; the command line uses it, too. A cell is one column of a terminal; Chinese takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from unicodedata import category, east_asian_width

from sync.console.control_characters import UNSAFE, sanitize

_PLAIN = re.compile("[ -~\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e]*")  # what nearly every text is made of
# Where marks that stand on a letter are to be found, enclosing ones among them; Chinese has none.
_MAYBE_MARKS = re.compile(
    "[\u0300-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f\U00010000-\U0010ffff]"
)
_MARKS = 2  # combining marks a letter may carry; a flood of them is cut
_NOT_FIRST = frozenset("，。、；：？！）】》”’％…,.;:?!)]}%")  # never at the beginning of a line
CUT = ".."  # what stands for text that was cut; an ellipsis is of ambiguous width


def harmless(text: str) -> str:
    """Text that cannot act on a terminal: control characters shown as `?`, invisible and direction signs taken out.

    Line ends stay; tabs become blanks.
    """
    if _PLAIN.fullmatch(text):
        return text
    return without_floods(sanitize(text))


def without_what_acts(text: str) -> str:
    """Text to be edited: what `harmless` shows as a sign or not at all is taken out."""
    return without_floods(UNSAFE.sub("", text))


def without_floods(text: str) -> str:
    """The text with no more marks on a letter than letters carry, and none of the high planes' places without one."""
    if _MAYBE_MARKS.search(text) is None:
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if category(character)[0] == "M" else 0
        if marks <= _MARKS:
            kept.append("?" if ord(character) & 0xFFFE == 0xFFFE else character)
    return "".join(kept)


def size_words(size: int) -> str:
    """A size in bytes as people say it."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def file_words(said: Mapping[str, object]) -> str:
    """An attached file as a record names it: its name and its size."""
    size = said.get("size")
    name = one_line(str(said.get("name", "")))
    return f"{name}  {size_words(size)}" if isinstance(size, int) else name


def one_line(text: str) -> str:
    """Harmless text on one line: every run of blanks and line ends is one blank."""
    return " ".join(harmless(text).split())


@lru_cache(maxsize=8192)
def _width(character: str) -> int:
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def cells(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() else _cells(text)


@lru_cache(maxsize=2048)
def _cells(text: str) -> int:
    return sum(map(_width, text))


def fit(text: str, width: int, align: str = "left") -> str:
    """The text in exactly `width` cells: filled with blanks, or cut and marked with `..`."""
    taken = cells(text)
    if taken > width:
        text = head(text, max(0, width - len(CUT))) + CUT[: max(0, width)]
        taken = cells(text)
    blanks = " " * (width - taken)
    return blanks + text if align == "right" else text + blanks


def head(text: str, width: int) -> str:
    """As much of the text's beginning as fits `width` cells."""
    taken = 0
    for place, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:place]
    return text


def told_apart(names: Iterable[str], width: int) -> dict[str, str]:
    """Of these names those that would look alike when their ends are cut, shortened in the middle instead.

    What stays is their beginning and, behind `..`, the text from where they differ; each fits `width` cells.
    """
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        if cells(name) > width:
            alike.setdefault(head(name, max(0, width - len(CUT))), []).append(name)
    return {name: _around(name, group, width) for group in alike.values() if len(group) > 1 for name in group}


def _around(name: str, alike: list[str], width: int) -> str:
    signs = enumerate(zip(*alike, strict=False))
    differs = next((place for place, each in signs if len(set(each)) > 1), min(map(len, alike)))
    while 0 < differs < len(name) and not _width(name[differs]):  # a mark stays on its letter
        differs -= 1
    room = width - len(CUT) - width // 3
    end = name[differs:] if cells(name[differs:]) <= room else fit(name[differs:], room).rstrip()
    return head(name, width - len(CUT) - cells(end)) + CUT + end


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells: Latin words whole where they fit, no line begun with punctuation."""
    return [line for paragraph in harmless(text).split("\n") for line in _wrapped(paragraph, max(2, width))]


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines: list[str] = []
    current, taken = "", 0
    for piece in _PIECES.findall(paragraph):
        size = cells(piece)
        if taken + size <= width:
            current, taken = current + piece, taken + size
            continue
        stays = _stays(current, piece)
        piece, current = (current[stays:] + piece).lstrip(), current[:stays]
        lines += [current.rstrip()] if current.strip() else []
        while cells(piece) > width:
            cut = head(piece, width)
            lines.append(cut)
            piece = piece[len(cut) :].lstrip()
        current, taken = piece, cells(piece)
    return [*lines, current.rstrip()] if current.strip() or not lines else lines


def _stays(line: str, piece: str) -> int:
    """How much of a line stays where it ends before a piece: a sign that begins no line takes along what it follows."""
    if piece.isspace() or not _NOT_FIRST.issuperset(piece.rstrip()):
        return len(line)
    pieces = _PIECES.findall(line)
    while len(pieces) > 1:
        if not _NOT_FIRST.issuperset(pieces.pop().rstrip()):
            return len("".join(pieces))
    return max(1, len(line) - 1) if line and line[-1] not in _NOT_FIRST else len(line)


_PIECES = re.compile(r"[!-~]+ *| +|[^!-~ ]")
