"""The store's end of attachments by stick: takes what a request carries, gives what it asks for and what it now names.

The same rules as over the line (`sync.central.log.blobs`): parts are the device's own until the whole has proved to be
what its name says, and nobody is given what no accepted entry in scope names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sync.central.log.blobs import WrongOffset
from sync.central.log.incoming import Submitter
from sync.central.service.district import Denied
from sync.central.service.store import Store
from sync.client.bundle_attachments import MOST_STICK_BYTES, Piece, Standing, opened, packed, read_wanted
from sync.ledger.chains import UNREADABLE, MalformedEntry, read_body
from sync.protocol.blobs import is_name, named_in
from sync.protocol.bundle import BLOB, HELD
from sync.protocol.codec import MalformedMessage

_MOST_NAMED = 10_000


class Attached:
    """The attachments of one request and its answer. `taken`, `given`: how many are whole with it."""

    def __init__(self, store: Store, submitter: Submitter) -> None:
        self._store = store
        self._submitter = submitter
        self._standing: dict[str, Standing] = {}
        self._wanted: dict[str, int] = {}
        self._limit = 0
        self.taken = self.given = 0

    def take(self, data: bytes) -> None:
        """Keep a part; one that does not follow what is held, or is no part of what its name says, is passed over."""
        piece, content = opened(data)
        self._check()
        try:
            self._put(piece, content)
        except WrongOffset as wrong:
            here = wrong.held.offset
            if piece.offset < here < piece.offset + len(content):
                cut = msgspec.structs.replace(piece, offset=here)
                self._put(cut, content[here - piece.offset :])
            else:
                self._standing[piece.name] = Standing(offset=here, complete=wrong.held.complete)
        except Denied:
            self._standing[piece.name] = Standing(offset=0)

    def _put(self, piece: Piece, content: bytes) -> None:
        before = self._standing.get(piece.name)
        held = self._store.attachments.put(self._submitter, piece.name, content, piece.offset, piece.size)
        self._standing[piece.name] = Standing(offset=held.offset, complete=held.complete, attached=held.attached)
        self.taken += held.complete and not (before is not None and before.complete)

    def want(self, data: bytes) -> None:
        """Note what the laptop lacks, and how much may be given."""
        try:
            asked = read_wanted(data)
        except UNREADABLE as error:
            raise MalformedMessage("what is wanted cannot be read") from error
        self._check()
        self._wanted |= {name: offset for name, offset in asked.blobs.items() if is_name(name) and offset >= 0}
        self._limit = min(asked.limit, MOST_STICK_BYTES)

    def notice(self, bodies: Iterable[bytes]) -> None:
        """Entries that are given: what they attach is wanted, too."""
        for body in bodies:
            if b'"attachment.' in body and len(self._wanted) < _MOST_NAMED:
                try:
                    self._wanted |= dict.fromkeys(
                        (name for name, _ in named_in(read_body(body).set) if name not in self._wanted), 0
                    )
                except MalformedEntry:
                    continue

    def parts(self) -> Iterator[tuple[bytes, bytes]]:
        """What the answer says of attachments: how the laptop's own stand, then what it lacks, one after another."""
        if self._standing:
            yield HELD, msgspec.json.encode(self._standing)
        for name, offset in self._wanted.items():
            while self._limit > 0 and (found := self._part(name, offset)) is not None:
                content, size = found
                content = content[: self._limit]
                yield BLOB, packed(Piece(name=name, offset=offset, size=size), content)
                offset += len(content)
                self._limit -= len(content)
                self.given += offset == size

    def _part(self, name: str, offset: int) -> tuple[bytes, int] | None:
        """A part of what this person may read, None where there is no more of it."""
        try:
            content, size = self._store.attachments.part(self._submitter, name, offset)
        except Denied:
            return None
        return (content, size) if content else None

    def _check(self) -> None:
        if not self._store.access().may_connect(self._submitter.device):
            raise Denied("device_revoked", "The office has revoked this laptop; what is on it stays readable.")
