"""What an issued brief says: totals in its entry, breakdowns and the list (figure, record, hash) in its attachment.

The attachment is JSON, packed by gzip, without any contents of records. It may name units outside a group's scope, so
only laptops that have the whole district fetch it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable

import msgspec

FORMAT = "brief-1"
MEDIA_TYPE = "application/gzip"
MOST_BYTES = 128 * 1024 * 1024  # of an attachment, unpacked
_GZIP = 31  # what zlib calls that format

_encode = msgspec.json.Encoder(order="sorted").encode


class SaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of figures as issued. `called`: what it was called, by language, or for all under an empty one."""

    ref: str
    of: str
    name: str
    values: list[int]
    called: dict[str, str] = {}


class SaidTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of figures as issued; `columns` is empty where there is only one."""

    name: str
    columns: list[str]
    lines: list[SaidLine]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The field `figures`: totals, what the campaign was called, and when its laptop had last exchanged."""

    tables: list[SaidTable] = []
    campaign: dict[str, str] = {}
    synced: str = ""


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """The attachment: breakdowns with their digests, and the list of what is behind each figure.

    `entries`: the hashes of each record's entries when the brief was issued; `figures`: by figure, places in `entries`.
    """

    format: str = FORMAT
    tables: list[SaidTable] = []
    digests: dict[str, str] = {}
    entries: list[tuple[str, list[str]]] = []
    figures: dict[str, list[int]] = {}

    def records(self, ref: str) -> list[str]:
        """Return the records behind a figure."""
        known = self.entries
        return [known[place][0] for place in self.figures.get(ref, ()) if 0 <= place < len(known)]


_said = msgspec.json.Decoder(Said)
_behind = msgspec.json.Decoder(Behind)


def digest(hashes: Iterable[str]) -> str:
    """Return the digest over the hashes of the entries behind a figure, in whatever order they are given."""
    return "sha256:" + hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def read_said(value: object) -> Said:
    """Return what the field `figures` says; nothing where it cannot be read."""
    try:
        return _said.decode(_encode(value))
    except (msgspec.MsgspecError, TypeError):
        return Said()


def packed(behind: Behind) -> bytes:
    """Return the bytes of an attachment."""
    writer = zlib.compressobj(wbits=_GZIP)
    return writer.compress(_encode(behind)) + writer.flush()


def unpacked(data: bytes) -> Behind:
    """Return what an attachment holds; raises `ValueError` for what is none."""
    try:
        reader = zlib.decompressobj(wbits=_GZIP)
        text = reader.decompress(data, MOST_BYTES)
        if not reader.eof:
            raise ValueError("the attachment of a brief is larger than one can be, or cut off")
        return _behind.decode(text)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise ValueError("the attachment of a brief cannot be read") from error
