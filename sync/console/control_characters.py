"""Signs that act on whatever shows a text instead of being read: found, made visible, or written as escapes in JSON.

For every module that prints; screens go through `supervisor_tui.terminal.text`, which measures as well.
"""

from __future__ import annotations

import re
from unicodedata import category

# Control characters but line ends; what is invisible, joins, or turns the direction; halves of pairs; tags; and what is
# no character and never will be, which terminals give any width.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff]"
)


def sanitize(text: str) -> str:
    """Text that cannot act on a terminal: controls and no characters shown as `?`, invisible and direction signs out.

    Line ends stay; tabs become blanks.
    """
    return UNSAFE.sub(_shown, text.replace("\t", "    "))


def _shown(match: re.Match[str]) -> str:
    return "?" if category(match[0]) in ("Cc", "Cn", "Cs") else ""


def json_readable(text: str) -> str:
    """The same JSON, in which no string holds such a sign as it is: each is written as its escape."""
    return text if text.isascii() and "\x7f" not in text else UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
