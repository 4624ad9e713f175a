"""Attachments by stick: in a part of the bundle of their own, bounded, and going on where the trip before ended.

A request carries what the office is not known to hold, and names what this laptop lacks; an answer says how much the
office holds now, which is the receipt, and brings what was lacking. Bytes are checked against their name at both ends,
as over the line; what did not fit, or was lost on the way, goes with the next trip.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sync.ledger.chains import UNREADABLE
from sync.protocol.blobs import MAX_BLOB_BYTES, is_name
from sync.protocol.bundle import BLOB, WANTED
from sync.protocol.codec import MalformedMessage
from sync.replica import Replica
from sync.replica.editing import attachments as blobs

MIB = 1024 * 1024
STICK_BYTES = 64 * MIB  # of attachments in one bundle, unless something else is asked for
MOST_STICK_BYTES = 1024 * MIB
_MOST_WANTED = 5_000
_STOOD = "stick_attachments"  # setting: how much of what is not yet all sent the office was last known to hold


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What a part is of: so many bytes of an attachment of `size` bytes, from `offset` on."""

    name: str
    offset: int
    size: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a laptop lacks: attachment -> how much of it is here; at most so many bytes are wanted back."""

    blobs: dict[str, int]
    limit: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an attachment the office holds, and whether that is all.

    `attached`: of how many that were attached on this laptop it holds all by then, as in an answer over the line.
    """

    offset: int
    complete: bool = False
    attached: int = 0


class Carried(msgspec.Struct, kw_only=True):
    """What a request carries of attachments: how many, and how many that are not whole with it."""

    count: int = 0
    unfinished: int = 0


read_wanted = msgspec.json.Decoder(Wanted).decode
_pieces = msgspec.json.Decoder(Piece)
_standings = msgspec.json.Decoder(dict[str, Standing])
_offsets = msgspec.json.Decoder(dict[str, int])


def packed(piece: Piece, content: bytes) -> bytes:
    """A part of a bundle."""
    return msgspec.json.encode(piece) + b"\n" + content


def opened(data: bytes) -> tuple[Piece, bytes]:
    """What a part holds; raises `MalformedMessage`."""
    header, _, content = data.partition(b"\n")
    try:
        piece = _pieces.decode(header)
    except UNREADABLE as error:
        raise MalformedMessage("a part of an attachment cannot be read") from error
    if not is_name(piece.name) or not 0 <= piece.offset < piece.size <= MAX_BLOB_BYTES:
        raise MalformedMessage("a part of an attachment is of none that could be")
    return piece, content


def request_parts(replica: Replica, limit: int, carried: Carried) -> Iterator[tuple[bytes, bytes]]:
    """What a request says of attachments, at most `limit` bytes of them; `carried` is counted on the way."""
    if limit <= 0:
        return
    missing = dict(blobs.missing(replica)[:_MOST_WANTED])
    yield WANTED, msgspec.json.encode(Wanted(blobs=missing, limit=limit))
    stood = _stood(replica)
    for name, size in blobs.unsent(replica):
        offset = min(stood.get(name, 0), size)
        carried.count += 1
        while offset < size and limit > 0:
            part = blobs.part_from(replica, name, offset)[:limit]
            yield BLOB, packed(Piece(name=name, offset=offset, size=size), part)
            offset += len(part)
            limit -= len(part)
        carried.unfinished += offset < size


def take_standing(replica: Replica, data: bytes) -> int:
    """Note what the office holds, as a receipt over the line is noted; of how many attachments it holds all."""
    try:
        told = _standings.decode(data)
    except UNREADABLE as error:
        raise MalformedMessage("what the office holds cannot be read") from error
    with replica.transaction() as connection:
        whole = [(name,) for name, standing in told.items() if standing.complete]
        sent = connection.executemany("UPDATE blob SET sent = 1 WHERE name = ? AND complete = 1 AND sent = 0", whole)
        blobs.note_held(replica, max((each.attached for each in told.values()), default=0))
        stood = _stood(replica) | {name: each.offset for name, each in told.items() if not each.complete}
        waiting = {name for name, _ in blobs.unsent(replica)}
        stood = {name: offset for name, offset in stood.items() if name in waiting}
        replica.set_setting(_STOOD, msgspec.json.encode(stood).decode())
        return max(0, sent.rowcount)


def take_part(replica: Replica, data: bytes) -> bool:
    """Keep a part that was brought; whether the attachment is whole now. What is here already changes nothing."""
    piece, content = opened(data)
    here = blobs.held_of(replica, piece.name)
    if blobs.is_here(replica, piece.name) or not piece.offset <= here < piece.offset + len(content):
        return False
    try:
        return blobs.keep_part(replica, piece.name, here, content[here - piece.offset :], piece.size)
    except ValueError:  # thrown away; the next request asks for it from its start
        return False


def _stood(replica: Replica) -> dict[str, int]:
    text = replica.setting(_STOOD)
    return _offsets.decode(text) if text else {}
