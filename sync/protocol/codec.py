"""The messages of an exchange and their encoding: what `POST /v1/join` and `POST /v1/sync` carry.

A sync message is a header line, then entries verbatim, one a line: head, tab, body (nothing after the tab for a stub).
Lines of an answer carry two columns more: the entry's arrival number, and the reason if it was kept apart. The whole is
compressed with zstd (gzip is understood too). JSON text has no raw tab or newline, so both are safe separators.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from sync.ledger import keys
from sync.ledger.chains import UNREADABLE, Entry, MalformedEntry, digest, read_entry
from sync.protocol.messages import (
    BATCH_BYTES,
    ERRORS,
    OLDEST_PROTOCOL,
    PROTOCOL,
    ErrorAnswer,
    ErrorBody,
    Have,
    HealthAnswer,
    JoinAnswer,
    JoinRequest,
    Kept,
    Late,
    Numbered,
    Quarantine,
    Ruling,
    Scope,
    SetAside,
    Skew,
    SyncAnswer,
    SyncRequest,
    Terms,
    read_error_answer,
    read_health_answer,
    read_join_answer,
    read_join_request,
    read_refusal,
    read_scope,
    read_sync_answer,
    read_sync_request,
)

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

__all__ = [
    "BATCH_BYTES",
    "CONTENT_TYPE",
    "DESCRIPTION_PATH",
    "ERRORS",
    "HEALTH_PATH",
    "JOIN_PATH",
    "MAX_COMPRESSED_BYTES",
    "MAX_MESSAGE_BYTES",
    "OLDEST_PROTOCOL",
    "PROTOCOL",
    "SYNC_PATH",
    "Arrived",
    "ErrorAnswer",
    "ErrorBody",
    "Have",
    "HealthAnswer",
    "JoinAnswer",
    "JoinRequest",
    "Kept",
    "Late",
    "MalformedMessage",
    "Numbered",
    "Quarantine",
    "Ruling",
    "Scope",
    "SetAside",
    "Skew",
    "SyncAnswer",
    "SyncRequest",
    "Terms",
    "TooLarge",
    "arrived_entries",
    "arrived_line",
    "compressed",
    "decompress",
    "entering",
    "hello",
    "line",
    "pack",
    "pushed_entry",
    "question",
    "read_error_answer",
    "read_health_answer",
    "read_join_answer",
    "read_join_request",
    "read_refusal",
    "read_scope",
    "reattach_statement",
    "scope_holds",
    "sign_scope",
    "sign_terms",
    "succession_statement",
    "terms_hold",
    "unpack",
    "written",
]

SYNC_PATH, JOIN_PATH, HEALTH_PATH = "/v1/sync", "/v1/join", "/v1/health"
DESCRIPTION_PATH = "/openapi.json"
CONTENT_TYPE = "application/x-ndjson"

MAX_MESSAGE_BYTES = 16 * 1024 * 1024  # after decompression; more is refused unread
MAX_COMPRESSED_BYTES = 8 * 1024 * 1024
_LEVEL = 2  # zstd: as small as level 3 on this mix (4.6 x on a county's own texts) at half the time
_MAX_WINDOW = 2**24  # what a frame may make its reader set aside; no message is longer
_SMALL_BYTES, _SMALL_LEVEL = 128 * 1024, 15  # a day's work: 16 % smaller for 5 ms, and it may cross a thin line
_HURRIED_LEVEL = 6  # of the same where others wait: 7 % smaller than level 2 for 0.4 ms
_TINY_BYTES, _TINY_LEVEL = 3 * 1024, 12  # one record and what vouches for it: 1 % larger than at 15, half its time

_NUMBER_DIGITS = 19


class Arrived(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One line of an answer: the entry, its arrival number, and the reason if the store keeps it apart."""

    entry: Entry
    number: int
    code: str = ""


class MalformedMessage(ValueError):
    """A message that cannot be read: not what this protocol sends, damaged, cut short or too large."""


class TooLarge(MalformedMessage):
    """A message that would be larger than any message may be."""


Header = TypeVar("Header", SyncRequest, SyncAnswer)

_encoder = msgspec.json.Encoder()
_sorted = msgspec.json.Encoder(order="sorted")


def line(entry: Entry) -> bytes:
    """One entry as a request carries it."""
    return b"%b\t%b" % (entry.raw_head, entry.raw_body or b"")


def pack(header: SyncRequest | SyncAnswer, lines: Iterable[bytes]) -> bytes:
    """Header and lines as one compressed message; sets the header's `entries` and `digest`."""
    return compressed(written(header, lines))


def written(header: SyncRequest | SyncAnswer, lines: Iterable[bytes]) -> bytes:
    """Header and lines as one message, not compressed yet; sets the header's `entries` and `digest`."""
    kept = list(lines)
    body = b"\n".join(kept)
    header.entries = len(kept)
    header.digest = hashlib.sha256(body).hexdigest() if kept else ""
    return _encoder.encode(header) + b"\n" + body


def compressed(message: bytes, *, hurried: bool = False) -> bytes:
    """A written message as one zstd frame; `hurried`: others wait meanwhile, so one of any size is made quickly."""
    import zstandard

    if len(message) <= _TINY_BYTES:
        return _coders.tiny.compress(message)
    small = _HURRIED_LEVEL if hurried else _SMALL_LEVEL
    level = small if len(message) <= _SMALL_BYTES else _LEVEL
    return zstandard.ZstdCompressor(level=level).compress(message)


class _Coders(threading.local):
    """What a thread keeps for the next message (0.2 MiB): making it takes longer than a small message itself."""

    @cached_property
    def tiny(self) -> ZstdCompressor:
        import zstandard

        return zstandard.ZstdCompressor(level=_TINY_LEVEL)

    @cached_property
    def reading(self) -> ZstdDecompressor:
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)


_coders = _Coders()


def unpack(data: bytes, kind: type[Header]) -> tuple[Header, list[bytes]]:
    """The header and the raw lines of a decompressed message; `MalformedMessage` if anything does not fit."""
    first, *lines = data.split(b"\n")  # each byte copied but once
    try:
        header = _read_header(first, kind)
    except UNREADABLE as error:
        raise MalformedMessage("the header cannot be read") from error
    if lines == [b""]:
        lines = []
    if len(lines) != header.entries:
        raise MalformedMessage("the message is cut short")
    if lines and hashlib.sha256(memoryview(data)[len(first) + 1 :]).hexdigest() != header.digest:
        raise MalformedMessage("the entries are damaged")
    return header, lines


def _read_header(first: bytes, kind: type[Header]) -> Header:
    header = (read_sync_request if kind is SyncRequest else read_sync_answer)(first)
    assert isinstance(header, kind)  # noqa: S101 - there are these two
    return header


def decompress(data: bytes, encoding: str, limit: int = MAX_MESSAGE_BYTES) -> bytes:
    """Undo a Content-Encoding (`zstd`, `gzip` or none), never making more than `limit` bytes."""
    if encoding in ("", "identity"):
        out = data
    elif encoding == "zstd":
        out = _unzstd(data, limit)
    elif encoding == "gzip":
        out = _gunzip(data, limit)
    else:
        raise MalformedMessage(f"the encoding {encoding[:20]!r} is not understood")
    if len(out) > limit:
        raise TooLarge("the message is too large")
    return out


def _unzstd(data: bytes, limit: int) -> bytes:
    import zstandard

    chunks, total = [], 0
    try:
        # `decompress(max_output_size=...)` trusts the size that the frame declares, so that size is asked for before.
        declared = zstandard.frame_content_size(data)
        if declared > limit:
            raise TooLarge("the message is too large")
        if declared >= 0:
            return _coders.reading.decompress(data, allow_extra_data=False)
        reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(data)
        while total <= limit and (chunk := reader.read(1 << 20)):
            chunks.append(chunk)
            total += len(chunk)
    except zstandard.ZstdError as error:
        raise MalformedMessage("the message cannot be decompressed") from error
    return b"".join(chunks)


def _gunzip(data: bytes, limit: int) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        out = unzip.decompress(data, limit + 1)
    except zlib.error as error:
        raise MalformedMessage("the message cannot be decompressed") from error
    if len(out) <= limit and (not unzip.eof or unzip.unused_data):
        raise MalformedMessage("the message is cut short, or more than one")
    return out


def pushed_entry(raw: bytes) -> Entry:
    """The entry in one line of a request; `MalformedEntry` if there is none."""
    head, tab, body = raw.partition(b"\t")
    if not tab:
        raise MalformedEntry("a line has no body")
    return read_entry(head, body or None)


def arrived_line(raw_head: bytes, raw_body: bytes | None, number: int, code: str) -> bytes:
    """One entry as an answer carries it."""
    return b"%b\t%b\t%d\t%b" % (raw_head, raw_body or b"", number, code.encode())


def arrived_entries(lines: Iterable[bytes]) -> Iterator[Arrived]:
    """The entries in the lines of an answer; `MalformedMessage` if a line is none."""
    for raw in lines:
        try:
            head, body, number, code = raw.split(b"\t")
            if not (number.isdigit() and len(number) <= _NUMBER_DIGITS):
                raise MalformedMessage("an arrival number is none")
            yield Arrived(entry=read_entry(head, body or None), number=int(number), code=code.decode())
        except ValueError as error:
            raise MalformedMessage("an entry cannot be read") from error


def succession_statement(token: str, public_key: str) -> bytes:
    """What the old key signs when a device goes on as a new one: whose token it holds, and the new public key."""
    return keys.statement("succession", digest(token.encode()), public_key)


def reattach_statement(token: str) -> bytes:
    """What a laptop's key signs for a store that was restored and has forgotten it."""
    return keys.statement("homecoming", digest(token.encode()))


def hello(district: str, nonce: str) -> bytes:
    """What a store's key signs for whoever asks which store answers here."""
    return keys.statement("hello", district, nonce)


def question(device: str, asked: SyncRequest) -> str:
    """What an answer names as its question: which device asked, and from where on."""
    place = [device, asked.log, asked.cursor, asked.cursor_hash, sorted(asked.positions.items())]
    return hashlib.sha256(_encoder.encode(place)).hexdigest()[:16]


def _scoped(scope: Scope, district: str) -> bytes:
    return keys.statement(
        "scope", district, scope.version, digest(_sorted.encode(msgspec.structs.replace(scope, sig="")))
    )


def sign_scope(private: str, district: str, scope: Scope) -> Scope:
    """The scope with the store's signature in place of whatever `sig` it had."""
    return msgspec.structs.replace(scope, sig=keys.sign(private, _scoped(scope, district)))


def entering(old: Scope, new: Scope) -> set[str]:
    """The ledgers that enter a scope and must be fetched from their start."""
    return (set(new.units) - set(old.units)) | ({"staff"} if new.staff and not old.staff else set())


def scope_holds(scope: Scope, district: str, store_key: str) -> bool:
    """Whether the store signed this scope."""
    return keys.holds(store_key, scope.sig, _scoped(scope, district))


def _termed(terms: Terms, district: str) -> bytes:
    return keys.statement(
        "terms", district, terms.version, digest(_sorted.encode(msgspec.structs.replace(terms, sig="")))
    )


def sign_terms(private: str, district: str, terms: Terms) -> Terms:
    """The terms with the store's signature in place of whatever `sig` they had."""
    return msgspec.structs.replace(terms, sig=keys.sign(private, _termed(terms, district)))


def terms_hold(terms: Terms, district: str, store_key: str) -> bool:
    """Whether the store signed these terms."""
    return keys.holds(store_key, terms.sig, _termed(terms, district))
