"""Attachments over HTTP: what `blobs` holds, for a device whose rights are looked up first."""

from __future__ import annotations

import msgspec

from sync.central.access.permissions import Access
from sync.central.log import blobs
from sync.central.log.incoming import Submitter
from sync.central.service.district import Denied, OpenDistrict
from sync.central.storage import statements
from sync.central.storage.engine import Session


class Attachments:
    """Parts in, parts out."""

    def __init__(self, opened: OpenDistrict) -> None:
        self.opened = opened

    def held(self, submitter: Submitter, name: str) -> blobs.Held:
        """What is held of a blob, as far as this device may know."""

        def read(session: Session) -> blobs.Held:
            access = self.opened.access_in(session)
            return self._counted(
                session, access, submitter, blobs.held(session, self.opened.id, access, submitter, name)
            )

        return self.opened.engine.read(read)

    def _counted(self, session: Session, access: Access, submitter: Submitter, held: blobs.Held) -> blobs.Held:
        """What is held, and once that is all, how many of the device's own are here."""
        if not held.complete:
            return held
        count = blobs.attached_by(session, self.opened.id, access, submitter.device)
        return msgspec.structs.replace(held, attached=count)

    def put(self, submitter: Submitter, name: str, part: bytes, offset: int, size: int) -> blobs.Held:
        """Keep a part; raises `WrongOffset`, or `Denied` for too much and for bytes the name does not stand for."""

        def keep(session: Session) -> blobs.Held:
            access = self.opened.access_in(session, keep=False)
            held = blobs.put(session, self.opened.id, access, submitter, name, part, offset, size)
            return self._counted(session, access, submitter, held)

        try:
            return self.opened.engine.transact(keep)
        except blobs.NotItsName as error:
            self.opened.engine.transact(lambda session: blobs.drop(session, self.opened.id, submitter, name))
            raise Denied("malformed", "The content is not what its name says; please send it again.") from error
        except blobs.TooLong as error:
            raise Denied("too_large", "The attachment is larger than an attachment may be.") from error

    def part(self, submitter: Submitter, name: str, offset: int) -> tuple[bytes, int]:
        """A part of a blob from `offset` on, and the size of the whole; `Denied` unless an entry in scope names it."""

        def read(session: Session) -> tuple[bytes, int] | None:
            row = session.row(statements.BLOB, (self.opened.id, name))
            access = self.opened.access_in(session)
            if row is None or not blobs.may_read(session, self.opened.id, access, submitter, name):
                return None
            return blobs.content(session, self.opened.id, name, offset), row[0]

        found = self.opened.engine.read(read)
        if found is None:
            raise Denied("not_found", "There is no such attachment, or not for you, or it has not arrived.")
        return found
