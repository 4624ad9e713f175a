"""The append-only ledger: entries, their hash chain, seals, receipts, certificates, and how they are verified.

A ledger is the file of one unit, or `district`, or `staff`. An entry is one edit by one device: a head and a body, kept
and sent as the exact bytes that were hashed. Per (ledger, device) the entries form a chain: `seq` counts 1, 2, 3 …
without gaps and `prev` names the entry before. A seal is the device's signature over the end of its chain; a receipt is
the store's over what it holds; a certificate is the store's word for a device's key.

Nothing in here opens a file or a connection.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from sync.ledger import ids, keys
from sync.model.days import now as now

FORMAT_VERSION = 1
MAX_ENTRY_BYTES = 256 * 1024  # head and body together; a record is texts and figures, files travel as blobs
HASH_PREFIX = "sha256:"
AGAIN = "again-"  # how the names begin of the store's chains in which it writes again what others have written

# Lists and objects within each other in a body that can be read. Without a bound the same body could be read where few
# calls are under way and not where many are, and then two folds of the same entries differ.
_DEEPEST = 200
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')

# What msgspec raises for bytes that are not the JSON asked for; invalid UTF-8 in a key comes as the second.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

TOLERATED_SKEW = 300  # seconds a laptop's clock may differ from the store's before it is shown

Accepted = Literal["accepted", "apart"]


class MalformedEntry(ValueError):
    """Bytes that are not an entry: unreadable, not in canonical form, or a body that does not match its head."""


ChainName = tuple[str, str]  # ledger, device


class Head(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an entry says of itself. `over`: per field, hashes of the entries whose value this edit saw and replaced."""

    body: str
    device: str
    kind: str
    ledger: str
    over: dict[str, list[str]] = {}
    prev: str
    record: str
    seq: int
    v: int
    was: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an entry changes. `at` is the device's clock, for people to read, never for order of cause and effect."""

    at: str
    by: str
    salt: str
    set: dict[str, Any]
    why: str = ""


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An entry as it is kept: the head read, and the exact bytes. `raw_body` is None in a stub."""

    hash: str
    head: Head
    raw_head: bytes
    raw_body: bytes | None


class Seal(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A device's signature over the end of its chain in one ledger; it covers every entry before it."""

    ledger: str
    device: str
    seq: int
    hash: str
    sig: str


class Certificate(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The store's word that a device's public key belongs to it and to a person."""

    device: str
    person: str
    key: str
    at: str
    sig: str


class Receipt(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The store's signature that it holds a chain up to (seq, hash): proof of delivery.

    `log` names the store's log, `number` the entry's place of arrival in it, `at` the store's clock. With `verdict`
    `apart` the receipt is for that one entry, kept apart for the reason `code`; the code `released` makes it a receipt
    for one entry that was kept apart and then accepted on the office's ruling. In the receipt of a chain `log` also
    says which places up to there are apart (`sync.model.quarantine_ranges`).
    """

    ledger: str
    device: str
    seq: int
    hash: str
    log: str
    number: int
    at: str
    verdict: Accepted
    code: str = ""
    sig: str


_heads = msgspec.json.Decoder(Head)
read_receipt = msgspec.json.Decoder(Receipt).decode
read_certificate = msgspec.json.Decoder(Certificate).decode
_bodies = msgspec.json.Decoder(Body)
_canonical = msgspec.json.Encoder(order="sorted")


def digest(data: bytes) -> str:
    """The name of some bytes: `sha256:` and 64 hexadecimal digits."""
    return HASH_PREFIX + hashlib.sha256(data).hexdigest()


def seconds_apart(one: str, other: str) -> int:
    """How many seconds the time `one` is ahead of the time `other`; 0 where either cannot be read."""
    try:
        return round((datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0


def compose(
    *,
    ledger: str,
    device: str,
    seq: int,
    prev: str,
    kind: str,
    record: str,
    fields: dict[str, Any],
    by: str,
    at: str,
    over: dict[str, list[str]] | None = None,
    why: str = "",
    was: str = "",
    salt: str = "",
) -> Entry:
    """Make the entry that sets `fields` of `record` as number `seq` of the device's chain, after the entry `prev`."""
    salt = salt or ids.random_bytes(16).hex()
    raw_body = _canonical.encode(Body(at=at, by=by, salt=salt, set=fields, why=why))
    head = Head(
        body=digest(raw_body),
        device=device,
        kind=kind,
        ledger=ledger,
        over=over or {},
        prev=prev,
        record=record,
        seq=seq,
        v=FORMAT_VERSION,
        was=was,
    )
    raw_head = _canonical.encode(head)
    return Entry(hash=digest(raw_head), head=head, raw_head=raw_head, raw_body=raw_body)


def write_again(entry: Entry, *, device: str, seq: int, prev: str) -> Entry:
    """The same edit, its body byte for byte, as an entry of another device that names the first one it was."""
    first = entry.head.was or entry.hash
    head = msgspec.structs.replace(entry.head, device=device, seq=seq, prev=prev, was=first)
    raw_head = _canonical.encode(head)
    return Entry(hash=digest(raw_head), head=head, raw_head=raw_head, raw_body=entry.raw_body)


def read_entry(raw_head: bytes, raw_body: bytes | None) -> Entry:
    """The entry in these bytes; `MalformedEntry` if the head is not canonical or the body is not the one it names."""
    try:
        head = _heads.decode(raw_head)
    except UNREADABLE as error:
        raise MalformedEntry("the head cannot be read") from error
    if _canonical.encode(head) != raw_head:
        raise MalformedEntry("the head is not in canonical form")
    if raw_body is not None and digest(raw_body) != head.body:
        raise MalformedEntry("the body does not match its head")
    return Entry(hash=digest(raw_head), head=head, raw_head=raw_head, raw_body=raw_body)


def read_body(raw_body: bytes) -> Body:
    """The body in these bytes; `MalformedEntry` if it cannot be read, by anybody."""
    if _is_too_deep(raw_body):
        raise MalformedEntry("the body is too deep")
    try:
        return _bodies.decode(raw_body)
    except UNREADABLE as error:
        raise MalformedEntry("the body cannot be read") from error


def _is_too_deep(raw_body: bytes) -> bool:
    if raw_body.count(b"[") + raw_body.count(b"{") <= _DEEPEST:
        return False
    depth = 0
    for sign in _STRING.sub(b"", raw_body):
        depth += (sign in b"[{") - (sign in b"]}")
        if depth > _DEEPEST:
            return True
    return False


def check_canonical_body(raw_body: bytes) -> Body:
    """The body in these bytes, refused when other bytes would have been written for the same content."""
    body = read_body(raw_body)
    if _canonical.encode(body) != raw_body:
        raise MalformedEntry("the body is not in canonical form")
    return body


# --- signatures ------------------------------------------------------------------------------------------------------


def _sealed(district: str, ledger: str, device: str, seq: int, hash_: str) -> bytes:
    return keys.statement("seal", district, ledger, device, seq, hash_)


def make_seal(private: str, district: str, ledger: str, device: str, seq: int, hash_: str) -> Seal:
    """The device's signature over the end of its chain."""
    sig = keys.sign(private, _sealed(district, ledger, device, seq, hash_))
    return Seal(ledger=ledger, device=device, seq=seq, hash=hash_, sig=sig)


def seal_holds(seal: Seal, district: str, public: str) -> bool:
    """Whether the seal was made with the private half of `public`."""
    return keys.holds(public, seal.sig, _sealed(district, seal.ledger, seal.device, seal.seq, seal.hash))


def _certified(district: str, device: str, person: str, key: str, at: str) -> bytes:
    return keys.statement("certificate", district, device, person, key, at)


def make_certificate(private: str, district: str, device: str, person: str, key: str, at: str) -> Certificate:
    """The store's word for a device's public key."""
    sig = keys.sign(private, _certified(district, device, person, key, at))
    return Certificate(device=device, person=person, key=key, at=at, sig=sig)


def certificate_holds(certificate: Certificate, district: str, store_key: str) -> bool:
    """Whether the store signed this certificate."""
    data = _certified(district, certificate.device, certificate.person, certificate.key, certificate.at)
    return keys.holds(store_key, certificate.sig, data)


def _received(district: str, receipt: Receipt) -> bytes:
    return keys.statement(
        "receipt",
        district,
        receipt.ledger,
        receipt.device,
        receipt.seq,
        receipt.hash,
        receipt.log,
        receipt.number,
        receipt.at,
        receipt.verdict,
        receipt.code,
    )


def sign_receipt(private: str, district: str, receipt: Receipt) -> Receipt:
    """The receipt with the store's signature in place of whatever `sig` it had."""
    return msgspec.structs.replace(receipt, sig=keys.sign(private, _received(district, receipt)))


def receipt_holds(receipt: Receipt, district: str, store_key: str) -> bool:
    """Whether the store signed this receipt."""
    return keys.holds(store_key, receipt.sig, _received(district, receipt))


# --- chains ----------------------------------------------------------------------------------------------------------


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """The first place where a chain does not hold, and why (`malformed`, `gap`, `link`, `hash`)."""

    ledger: str
    device: str
    seq: int
    reason: str


class StoredEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a file holds it, with what the file's own columns claim of it."""

    ledger: str
    device: str
    seq: int
    hash: str
    raw_head: bytes
    raw_body: bytes | None


def verify_chain(stored: Iterable[StoredEntry]) -> Break | None:
    """Recompute one chain from its first entry on: the first entry that does not hold, or None.

    `stored` is one (ledger, device) in order of `seq`. A changed byte in a head or body, a missing, moved or foreign
    entry is found at that entry. What seals and receipts say about the end is checked by their own functions.
    """
    previous = ""
    for seq, row in enumerate(stored, start=1):
        reason = _fault(row, seq, previous)
        if reason:
            return Break(ledger=row.ledger, device=row.device, seq=seq, reason=reason)
        previous = row.hash
    return None


def _fault(row: StoredEntry, seq: int, previous: str) -> str:
    if row.seq != seq:
        return "gap"
    try:
        entry = read_entry(row.raw_head, row.raw_body)
    except MalformedEntry:
        return "malformed"
    head = entry.head
    if entry.hash != row.hash:
        return "hash"
    if (head.ledger, head.device, head.seq, head.prev) != (row.ledger, row.device, seq, previous):
        return "link"
    return ""
