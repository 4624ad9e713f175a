"""What an issued brief says: totals in its entry, breakdowns and the list (figure, record, hash) in its attachment.

The attachment is two JSON documents without any contents of records, each packed by gzip, one after the other: the
breakdowns, which are shown at once, and the list, which is many times larger. It may name units outside a group's
scope, so only laptops that have the whole district fetch it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable

import msgspec

from sync.ledger.chains import HASH_PREFIX

FORMAT = "brief-1"
MEDIA_TYPE = "application/gzip"
MOST_BYTES = 128 * 1024 * 1024  # of an attachment, unpacked
_GZIP, _LEVEL = 31, 1  # what zlib calls that format; hashes take no less room, however long one tries
_UNREADABLE = "the attachment of a brief cannot be read"

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


class Breakdowns(msgspec.Struct, frozen=True, kw_only=True):
    """The first part of the attachment: tables, and a digest over the entries behind each of their figures."""

    format: str = FORMAT
    tables: list[SaidTable] = []
    digests: dict[str, str] = {}


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """The second part: what was behind each figure when the brief was issued.

    `entries`: by record the hashes of its entries, 32 bytes each, in their order; `figures`: by figure, places in it.
    """

    entries: list[tuple[str, bytes]] = []
    figures: dict[str, list[int]] = {}

    def records(self, ref: str) -> list[str]:
        """Return the records behind a figure."""
        known = self.entries
        return [known[place][0] for place in self.figures.get(ref, ()) if 0 <= place < len(known)]


_said = msgspec.json.Decoder(Said)
_breakdowns = msgspec.json.Decoder(Breakdowns)
_behind = msgspec.json.Decoder(Behind)


def digest(hashes: Iterable[bytes]) -> str:
    """Return the digest over the hashes behind a figure, given record by record in the order of the records' ids."""
    return HASH_PREFIX + hashlib.sha256(b"".join(hashes)).hexdigest()


def read_said(value: object) -> Said:
    """Return what the field `figures` says; nothing where it cannot be read."""
    try:
        return _said.decode(_encode(value))
    except (msgspec.MsgspecError, TypeError):
        return Said()


def packed(breakdowns: Breakdowns, behind: Behind) -> bytes:
    """Return the bytes of an attachment."""
    return _packed(breakdowns) + _packed(behind)


def _packed(part: Breakdowns | Behind) -> bytes:
    writer = zlib.compressobj(level=_LEVEL, wbits=_GZIP)
    return writer.compress(_encode(part) + b"\n") + writer.flush()


def read_breakdowns(start: bytes) -> Breakdowns:
    """Return the breakdowns of an attachment that begins with these bytes; raises `ValueError` for what is none."""
    try:
        return _breakdowns.decode(_unpacked(start)[0])
    except msgspec.MsgspecError as error:
        raise ValueError(_UNREADABLE) from error


def read_behind(data: bytes) -> Behind:
    """Return the list of an attachment; raises `ValueError` for what is none."""
    try:
        return _behind.decode(_unpacked(_unpacked(data)[1])[0])
    except msgspec.MsgspecError as error:
        raise ValueError(_UNREADABLE) from error


def _unpacked(data: bytes) -> tuple[bytes, bytes]:
    """Return what the first packed part of these bytes holds, and what follows it."""
    reader = zlib.decompressobj(wbits=_GZIP)
    try:
        text = reader.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(_UNREADABLE) from error
    if not reader.eof:
        raise ValueError("a part of a brief's attachment is larger than one can be, or cut off")
    return text, reader.unused_data
