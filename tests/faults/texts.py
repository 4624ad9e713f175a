"""Texts that mean harm, and what none of them may leave behind where something is printed or written.

One list for every screen, command, report and log: whoever adds a text here tries it everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import TypeVar

from tests.faults.sampling import EVERYTHING

T = TypeVar("T")

LONG = 100_000  # characters
HOSTILE = {
    "markup": "[bold red]x[/] [@click=app.quit]y[/] [link=http://127.0.0.1]z[/link] [@click=app.bell()]",
    "an open tag": "[red",
    "a closing tag": "[/red] [/]",
    "ansi": "\x1b[2J\x1b[31mred\x1b[0m\x1b[1;1H",
    "osc": "\x1b]0;title\x07\x1b]52;c;eA==\x07\x1b]8;;http://127.0.0.1\x1b\\x",
    "dcs": '\x1bP$q"p\x1b\\\x1b_x\x1b\\',
    "c1": "\x9b31m\x9d0;t\x9c",
    "bidi": "\u202edlrow\u2066x\u2069\u200f\u061c",
    "zero width": "a" + "\u200b\u200d\ufeff" * 500 + "b",
    "combining": "e" + "\u0301" * 5_000 + "\u0488\u20dd\ufe0f",
    "wide": "Ｗ" * 300,
    "emoji": "👨‍👩‍👧‍👦🇨🇳" * 40,
    "a long line": "长" * LONG,
    "a long word": "x" * LONG,
    "blanks": " \t\u3000" * 200 + "x",
    "lines": "\n" * 300 + "x",
    "other breaks": "a\u2028b\u2029c\u0085d\x0be\x0cf\rg",
    "formula prefixes": "=HYPERLINK(1)\n+1+1\n-1-1\n@SUM(1)\n\t=1+1",
    "a full-width formula": "＝HYPERLINK(1)",
    "a tab and a formula": "\t=1+1",
    "html": "<script>alert(1)</script>&amp;\"'><img src=http://127.0.0.1/x onerror=alert(1)>",
    "xml": "]]><w:p/>{{x}}<r><t>rich</t></r>_x0007_",
    "no character": "a\ufffe\uffffb\ufdd0\U0001fffe\U0010ffff",
    "a null": "a\x00b",
    "a lone surrogate": "a\ud800b\udcff",
    "private use": "\ue000\uf8ff\U0010fffd",
    "tags": "\U000e0041\U000e007f",
    "a place for a value": "{0} {name} {name.__class__} %s %(x)s $HOME `id`",
}
HARMS = (  # the texts by what they do: whatever is tried with one of each is tried with every kind of harm
    ("markup", "an open tag", "a closing tag", "a place for a value"),
    ("ansi", "osc", "dcs", "c1", "a null"),
    ("bidi", "zero width", "tags", "no character", "a lone surrogate", "private use"),
    ("combining", "wide", "emoji"),
    ("a long line", "a long word", "blanks"),
    ("lines", "other breaks"),
    ("formula prefixes", "a full-width formula", "a tab and a formula", "html", "xml"),
)
ACTS = re.compile(  # what no line of a terminal, no paper and no log holds as it is; line ends part lines
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def storable(text: str) -> str:
    """The text as a record can hold it: a lone surrogate has no bytes."""
    return text.encode("utf-8", "replace").decode()


def tried(name: str, places: Iterable[T], among: Container[str] = HOSTILE) -> list[T]:
    """Where a text is tried: in its turn with the others of its kind, so that every place meets one text of each kind.

    Everywhere with `FAULTS=all`. `among`: the texts that are tried at all.
    """
    (kind,) = [[each for each in kind if each in among] for kind in HARMS if name in kind]
    turn = kind.index(name)
    return [place for number, place in enumerate(places) if EVERYTHING or number % len(kind) == turn]
