"""Attachments at the store: parts in, each device's own until the whole has proved to be what its name says; out again.

Nobody's bad bytes can spoil another's upload, and nobody can ask for a blob that no accepted entry of a unit in scope
names. Whether a blob is there is told only to who may read it, and to the device that sent it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from sync.central.access.permissions import Access
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import Entry, MalformedEntry, read_body
from sync.protocol.blobs import MAX_BLOB_BYTES, PART_BYTES, named_in
from sync.system.sql_lists import listed

if TYPE_CHECKING:
    from sync.central.log.incoming import Submitter

WAITING_BYTES = 200 * 1024 * 1024  # that one device may have sent of blobs that are not complete yet


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a blob is here, as far as this device may know; `size` once it is complete.

    `attached`: of how many of the device's own blobs all is here, once it is complete.
    """

    offset: int
    size: int = 0
    complete: bool = False
    attached: int = 0


class WrongOffset(Exception):
    """The part does not follow what is held; `held` says where to go on."""

    def __init__(self, held: Held) -> None:
        super().__init__("Something else is held than the part goes on from.")
        self.held = held


class NotItsName(Exception):
    """The bytes are not those the name stands for; they were thrown away."""


class TooLong(Exception):
    """More than a blob may be, or more than the device said."""


def refer(session: Session, district: str, entry: Entry) -> None:
    """Note the blobs an accepted entry names: whoever reads its ledger may read them, and its device counts on them."""
    if entry.raw_body is None or b'"attachment.' not in entry.raw_body:
        return
    try:
        named = [name for name, _ in named_in(read_body(entry.raw_body).set)]
    except MalformedEntry:
        return
    session.many(statements.ADD_BLOB_REF, [(district, name, entry.head.ledger) for name in named])
    session.many(statements.NAME_BLOB, [(district, entry.head.device, name) for name in named])


def may_read(session: Session, district: str, access: Access, submitter: Submitter, name: str) -> bool:
    """Whether an accepted entry in this person's scope names the blob."""
    units = access.units_of(submitter.person)
    ledgers = {ledger for (ledger,) in session.rows(statements.BLOB_REFS, (district, name))}
    return bool(ledgers) if units is None else bool(ledgers & units)


def held(session: Session, district: str, access: Access, submitter: Submitter, name: str) -> Held:
    """What this device may know of a blob: whole where it may read it or has sent it, else its own parts."""
    row = session.row(statements.BLOB, (district, name))
    if row is not None and (row[1] == submitter.device or may_read(session, district, access, submitter, name)):
        return Held(offset=row[0], size=row[0], complete=True)
    (offset,) = session.row(statements.BLOB_OFFSET, (district, name, submitter.device)) or (0,)
    return Held(offset=offset)


def attached_by(session: Session, district: str, access: Access, device: str) -> int:
    """Of how many blobs all is here that a device, or one that it follows, sent or named in an accepted entry.

    Whoever sent them: two laptops may have the same file, and only the first to come sends it.
    """
    devices = [device, *access.followed(device)]
    statement = statements.COUNT_BLOBS.format(devices=listed(devices))
    (count,) = session.row(statement, (district, *devices) * 2) or (0,)
    return int(count)


def put(
    session: Session,
    district: str,
    access: Access,
    submitter: Submitter,
    name: str,
    part: bytes,
    offset: int,
    size: int,
) -> Held:
    """Keep the next part of a blob; with the last, the whole is checked against its name.

    Raises `WrongOffset`, `TooLong`, or `NotItsName`, after which this device's parts are to be dropped.
    """
    known = held(session, district, access, submitter, name)
    if known.complete:
        return known
    if offset != known.offset:
        raise WrongOffset(known)
    end = offset + len(part)
    if size > MAX_BLOB_BYTES or end > size or not part:
        raise TooLong
    (waiting,) = session.row(statements.BLOBS_WAITING, (district, submitter.device)) or (0,)
    if waiting + len(part) > WAITING_BYTES:
        raise TooLong
    session.run(statements.ADD_BLOB_PART, (district, name, submitter.device, offset, part))
    if end < size:
        return Held(offset=end)
    sha = hashlib.sha256()
    for (content,) in session.each(statements.BLOB_PARTS, (district, name, submitter.device, 0)):
        sha.update(content)
    if sha.hexdigest() != name:
        raise NotItsName
    if session.row(statements.BLOB, (district, name)) is None:
        session.run(statements.ADD_BLOB, (district, name, size, submitter.device))
    else:  # another device has sent the same meanwhile
        session.run(statements.DROP_BLOB_PARTS, (district, name, submitter.device))
    return Held(offset=size, size=size, complete=True)


def drop(session: Session, district: str, submitter: Submitter, name: str) -> None:
    """Throw away what a device has sent of a blob."""
    session.run(statements.DROP_BLOB_PARTS, (district, name, submitter.device))


def content(session: Session, district: str, name: str, offset: int) -> bytes:
    """At most one part of a complete blob, from `offset` on; empty at its end."""
    row = session.row(statements.BLOB, (district, name))
    if row is None or offset >= row[0]:
        return b""
    taken, total = [], 0
    for first, part in session.each(statements.BLOB_PARTS_FROM, (district, name, row[1], offset)):
        taken.append(part[max(0, offset - first) :])
        total += len(taken[-1])
        if total >= PART_BYTES:
            break
    return b"".join(taken)[:PART_BYTES]
