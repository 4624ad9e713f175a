"""The district as a whole: devices enrol, exchanges are answered, the office's own edits are kept.

Everything here is engine-neutral and blocking; `api` calls it from worker threads. Each part works on the same
`OpenDistrict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from sync.central.access.permissions import Access
from sync.central.log.incoming import Submitter
from sync.central.log.push_result import PushResult
from sync.central.service import edits
from sync.central.service.attachments import Attachments
from sync.central.service.district import Denied, District, OpenDistrict
from sync.central.service.edits import Edit
from sync.central.service.enrolment import Enrolment
from sync.central.service.exchange import Exchanges
from sync.central.service.refusals import Refusal
from sync.central.storage import statements
from sync.central.storage.engine import Engine, Session
from sync.ledger import chains, ids, keys
from sync.ledger.governance import ALWAYS_GOVERNED, FROM_FIELD, Governance
from sync.ledger.ids import DISTRICT_RECORD, LEDGER_DISTRICT
from sync.model.days import Zones
from sync.protocol import codec

__all__ = ["Denied", "District", "Edit", "Store", "init_store", "open_store"]


class Store:
    """An open central store."""

    def __init__(self, engine: Engine, district: District) -> None:
        self.engine = engine
        self.district = district
        self.opened = OpenDistrict(engine, district)
        self.enrolment = Enrolment(self.opened)
        self.exchanges = Exchanges(self.opened)
        self.attachments = Attachments(self.opened)

    @classmethod
    def init(cls, engine: Engine, district: str, name: str) -> Self:
        """Make the district; raises `Denied` if the database has one already."""
        private = keys.new_private_key()
        values = (
            district,
            name,
            "log-" + ids.random_bytes(8).hex(),
            "store-" + ids.random_bytes(4).hex(),
            private,
            keys.public_key(private),
            ids.random_bytes(16).hex(),
            chains.now(),
        )

        def add(session: Session) -> bool:
            if session.row(statements.ANY_DISTRICT) is not None:
                return False
            session.run(statements.ADD_DISTRICT, values)
            return True

        if not engine.transact(add):
            raise Refusal("bad_request", "refused.district_there")
        store = cls.open(engine)
        engine.transact(lambda session: store.enrolment.certify_itself(session, store.district.device))
        governed = {FROM_FIELD: ALWAYS_GOVERNED}
        store.write([Edit(ledger=LEDGER_DISTRICT, kind="district", record=DISTRICT_RECORD, fields=governed)])
        return store

    @classmethod
    def open(cls, engine: Engine) -> Self:
        """Open the district of a database; raises `Denied` if there is none."""
        row = engine.read(lambda session: session.row(statements.ANY_DISTRICT))
        if row is None:
            raise Refusal("not_found", "refused.no_district")
        found = engine.read(lambda session: session.row(statements.DISTRICT, (row[0],)))
        assert found is not None  # noqa: S101 - just named
        id_, name, _, device, private, public, salt, *_ = found
        district = District(id=id_, name=name, device=device, private_key=private, public_key=public, code_salt=salt)
        return cls(engine, district)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.close()

    def access(self) -> Access:
        """The district's staff as of now."""
        return self.opened.access()

    def zones(self) -> Zones:
        """The time zones of the district as of now."""
        return self.opened.zones()

    def governance(self) -> Governance:
        """What the district says of its days, and since when follow-ups are governed."""
        return self.opened.governance()

    def exchange(
        self, submitter: Submitter, request: codec.SyncRequest, lines: Sequence[bytes]
    ) -> tuple[codec.SyncAnswer, list[bytes]]:
        """Answer one sync message: keep what it brings, then give what its cursor lacks."""
        return self.exchanges.exchange(submitter, request, lines)

    def write(self, wanted: Iterable[Edit]) -> PushResult:
        """Keep edits of the store's own device, all in one transaction."""
        return edits.write(self.opened, wanted)


def open_store(path: Path) -> Store:
    """Open the central store in an SQLite file."""
    from sync.central.storage.sqlite import SqliteEngine

    return Store.open(SqliteEngine(path))


def init_store(path: Path, district: str, name: str) -> Store:
    """Make a central store in a new SQLite file."""
    from sync.central.storage.sqlite import SqliteEngine

    engine = SqliteEngine(path, create=True)
    try:
        return Store.init(engine, district, name)
    except BaseException:
        engine.close()
        raise
