"""The messages of an exchange and their encoding: what `POST /v1/join` and `POST /v1/sync` carry.

A sync message is a header line, then entries verbatim, one a line: head, tab, body (nothing after the tab for a stub).
Lines of an answer carry two columns more: the entry's arrival number, and the reason if it was kept apart. The whole is
compressed with zstd (gzip is understood too). JSON text has no raw tab or newline, so both are safe separators.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

import msgspec

from sync import keys
from sync.ledger import UNREADABLE, Certificate, Entry, MalformedEntry, Receipt, Seal, digest, read_entry

PROTOCOL = 1
OLDEST_PROTOCOL = 1
SYNC_PATH, JOIN_PATH, HEALTH_PATH = "/v1/sync", "/v1/join", "/v1/health"
DESCRIPTION_PATH = "/openapi.json"
CONTENT_TYPE = "application/x-ndjson"

BATCH_BYTES = 4 * 1024 * 1024
MAX_MESSAGE_BYTES = 16 * 1024 * 1024  # after decompression; more is refused unread
MAX_COMPRESSED_BYTES = 8 * 1024 * 1024
_LEVEL = 3  # zstd: 179 MB/s at 2.5 x on this mix, the fastest end-to-end for messages that take a while to make
_MAX_WINDOW = 2**24  # what a frame may make its reader set aside; no message is longer
_SMALL_BYTES, _SMALL_LEVEL = 128 * 1024, 15  # a day's work: 16 % smaller for 3 ms, and it may cross a thin line

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]  # what a database can hold; longer numbers are refused as JSON
_NUMBER_DIGITS = 19

# The one list of error codes; `central/api.py` maps each to its HTTP status.
ERRORS = (
    "bad_request",
    "code_unknown",
    "code_used",
    "device_revoked",
    "device_unknown",
    "malformed",
    "not_found",
    "out_of_scope",
    "protocol_too_old",
    "rate_limited",
    "too_large",
    "too_slow",
    "token_unknown",
    "unavailable",
    "unsupported_media",
    "wrong_offset",
)


class JoinRequest(msgspec.Struct, kw_only=True):
    """A laptop asks to be enrolled: the one-time code, a name for the device, its new public key.

    After a fork there is no code: `succeeds` is the old device's token, `signature` the old key's over `succession`.
    A laptop that a restored store has forgotten names its token in `returns`, with its certificate and its key's
    signature over `homecoming`, and goes on as the device it is.
    """

    code: str = ""
    device: str
    public_key: str
    protocol: int = PROTOCOL
    succeeds: str = ""
    returns: str = ""
    certificate: Certificate | None = None
    signature: str = ""


class JoinAnswer(msgspec.Struct, kw_only=True):
    """The laptop is enrolled. `device` is the name its entries carry from now on; `names` are for the first screen."""

    token: str
    device: str
    person: str
    district: str
    store_key: str
    protocol: int
    certificate: Certificate
    person_name: str = ""
    role: str = ""
    district_name: str = ""


class Have(msgspec.Struct, frozen=True, kw_only=True):
    """How far the store holds one chain; the laptop goes on from `seq + 1`."""

    ledger: str
    device: str
    seq: Count
    hash: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one pushed entry when it was not simply accepted: kept apart, with the reason."""

    ledger: str
    device: str
    seq: int
    hash: str
    code: str
    message: str = ""
    number: int = 0


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which ledgers this person may read, and the names of the people they show; `sig` is the store's.

    `everything`: all units of the district; then `units` is empty. `version` changes whenever anything here does.
    """

    version: str
    person: str
    role: str
    group: str = ""
    everything: bool = False
    staff: bool = False
    units: list[str] = []
    people: dict[str, str] = {}
    groups: dict[str, str] = {}
    liaisons: dict[str, str] = {}  # unit -> person, for the units in scope that have one
    unit_groups: dict[str, str] = {}  # unit -> group, where it differs from `group`
    sig: str = ""


class Skew(msgspec.Struct, frozen=True, kw_only=True):
    """A device's clock was off by `seconds` (too fast: positive) when its entries `first` to `last` came in."""

    ledger: str
    device: str
    first: int
    last: int
    seconds: int


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the office said of something this person wrote that was kept apart: `released` or `answered`, and why."""

    target: str
    verdict: str
    comment: str
    by: str
    at: str


class SetAside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device sent that has no place in any chain: the bytes as text, for the office to read."""

    digest: str
    device: str
    person: str
    received_at: str
    code: str
    raw: str


class Quarantine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What lies in quarantine without an answer of the office; `version` changes whenever that does."""

    version: str
    items: list[SetAside] = []


class SyncRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The header of a request.

    `log` and `cursor` say how far this laptop has read, `cursor_hash` the running hash it saw there; `positions` where
    a ledger stands that is being fetched from its start. `want`: how many bytes of entries the answer may carry (0:
    only verdicts). `entries` and `digest` bind the lines that follow. `quarantine`: the version an office laptop has.
    `clock` is the laptop's own as it sends entries; it decides nothing.

    After a restart `holds` names ends of chains held here, and the answer's `lacks` those of them that the store has
    not got. With `given` the lines are entries of any device that the store may have lost, with what proves them:
    `seals` of their devices, `certificates` of the keys, `receipts` of the old verdicts.
    """

    protocol: int = PROTOCOL
    log: str = ""
    cursor: Count = 0
    cursor_hash: str = ""
    scope: str = ""
    quarantine: str = ""
    clock: str = ""
    positions: dict[str, Count] = {}
    want: Count = BATCH_BYTES
    seals: list[Seal] = []
    given: bool = False
    holds: list[Have] = []
    certificates: list[Certificate] = []
    receipts: list[Receipt] = []
    entries: Count = 0
    digest: str = ""


class SyncAnswer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The header of an answer.

    `have`: chains of the request that the store holds only up to there (a predecessor is missing). `receipts`: one for
    each chain the request moved, and one for each entry kept apart; `kept` says why. `cursor`, `cursor_hash`,
    `positions`: where the laptop stands once it has stored the lines that follow; `more`: whether to ask again.
    `restart`: the store does not know the place the laptop has read up to (it was restored from a backup), so it begins
    anew, and the laptop gives back what it holds.
    `lacks`: chains of `holds` that the store has only up to there, or in other words (0); where it wants no more than
    the content of heads it has, `hash` is that of the end.
    `own`: how many entries of the asking device the store holds in its chains: a laptop with fewer was restored from an
    old copy, and where a laptop has receipts for more, the store was.
    `rulings`: what the office said of this person's entries; `quarantine`: what an office laptop lacks of it.
    `seals`, `certificates`, `witnessed` vouch for those lines: their devices' signatures and keys, and the receipts the
    store gave for their chains' ends; `skews`: whose clock was wrong when they came in.
    """

    log: str
    protocol: int = PROTOCOL
    cursor: Count = 0
    cursor_hash: str = ""
    positions: dict[str, Count] = {}
    more: bool = False
    restart: bool = False
    time: str = ""
    own: Count | None = None
    scope: Scope | None = None
    have: list[Have] = []
    lacks: list[Have] = []
    kept: list[Kept] = []
    receipts: list[Receipt] = []
    seals: list[Seal] = []
    certificates: list[Certificate] = []
    witnessed: list[Receipt] = []
    skews: list[Skew] = []
    rulings: list[Ruling] = []
    quarantine: Quarantine | None = None
    entries: Count = 0
    digest: str = ""


class ErrorBody(msgspec.Struct, kw_only=True):
    """`error` of an error answer: a code from `ERRORS`, one plain sentence, and details if any."""

    code: str
    message: str
    detail: dict[str, Any] = {}


class ErrorAnswer(msgspec.Struct, kw_only=True):
    """Every answer that is not a success."""

    error: ErrorBody


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
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
    import zstandard

    kept = list(lines)
    body = b"\n".join(kept)
    header.entries = len(kept)
    header.digest = hashlib.sha256(body).hexdigest() if kept else ""
    message = _encoder.encode(header) + b"\n" + body
    level = _SMALL_LEVEL if len(message) <= _SMALL_BYTES else _LEVEL
    return zstandard.ZstdCompressor(level=level).compress(message)


def unpack(data: bytes, kind: type[Header]) -> tuple[Header, list[bytes]]:
    """The header and the raw lines of a decompressed message; `MalformedMessage` if anything does not fit."""
    first, _, body = data.partition(b"\n")
    try:
        header = msgspec.json.decode(first, type=kind)
    except UNREADABLE as error:
        raise MalformedMessage("the header cannot be read") from error
    lines = body.split(b"\n") if body else []
    if len(lines) != header.entries:
        raise MalformedMessage("the message is cut short")
    if lines and hashlib.sha256(body).hexdigest() != header.digest:
        raise MalformedMessage("the entries are damaged")
    return header, lines


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

    # Read as a stream: `decompress(max_output_size=...)` trusts the size that the frame declares.
    reader = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(data)
    chunks, total = [], 0
    try:
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


def succession(token: str, public_key: str) -> bytes:
    """What the old key signs when a device goes on as a new one: whose token it holds, and the new public key."""
    return keys.statement("succession", digest(token.encode()), public_key)


def homecoming(token: str) -> bytes:
    """What a laptop's key signs for a store that was restored and has forgotten it."""
    return keys.statement("homecoming", digest(token.encode()))


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
