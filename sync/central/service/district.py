"""An opened district: its database, what never changes about it, and its staff as of now."""

from __future__ import annotations

import msgspec

from sync.central.access.governance import governance_of
from sync.central.access.permissions import Access, advanced
from sync.central.log.append import Log
from sync.central.storage import statements
from sync.central.storage.engine import Engine, Session
from sync.ledger import chains
from sync.ledger.governance import Governance
from sync.model.days import Zones


class Denied(Exception):
    """A request that may not be served; `code` is from `wire.ERRORS`, the text one plain sentence."""

    def __init__(self, code: str, message: str, detail: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail or {}


class District(msgspec.Struct, frozen=True, kw_only=True):
    """What never changes about the district this store serves."""

    id: str
    name: str
    device: str
    private_key: str
    public_key: str
    code_salt: str

    def __repr__(self) -> str:
        return f"District({self.id})"  # never the key, wherever it is printed


class OpenDistrict:
    """What every part of the store works on; may be used from any thread."""

    def __init__(self, engine: Engine, district: District) -> None:
        self.engine = engine
        self.district = district
        self.id = district.id
        self._access = Access(number=0)
        self._governance: tuple[int, Governance] | None = None

    def access(self) -> Access:
        """The district's staff as of now."""
        return self.engine.read(self.access_in)

    def access_in(self, session: Session, *, keep: bool = True) -> Access:
        """The staff of today as this session sees it. `keep` False in a transaction, which may yet be taken back."""
        counter = session.row(statements.COUNTER, (self.id,))
        number = counter[2] if counter else 0
        zones = self.governance_in(session, keep=keep).zones
        known, day = self._access, zones.today()
        if known.number == number and known.zones == zones:
            if known.day != day:
                known = self._access = known.on(day)
        elif known.number > number:  # this session reads an older state than another thread has folded already
            known = advanced(Access(number=0), session, self.id, number, day, zones)
        else:
            known = advanced(known, session, self.id, number, day, zones)
            if keep:
                self._access = known
        return known

    def zones(self) -> Zones:
        """The time zones of the district as of now; read again when something has arrived."""
        return self.governance().zones

    def governance(self) -> Governance:
        """What the district says of its days, and since when follow-ups are governed."""
        return self.engine.read(self.governance_in)

    def governance_in(self, session: Session, *, keep: bool = True) -> Governance:
        """The same as this session sees it. `keep` False in a transaction, which may yet be taken back."""
        counter = session.row(statements.COUNTER, (self.id,))
        number = counter[0] if counter else 0
        known = self._governance
        if known is None or known[0] != number:
            known = (number, governance_of(session, self.id))
            if keep:
                self._governance = known
        return known[1]

    def log(self, session: Session) -> Log:
        """The log, in a transaction that adds to it."""
        return Log(session, self.id, self.district.private_key, chains.now())


def unknown() -> Denied:
    """The refusal of a device that a restored store knows by its certificate alone."""
    return Denied(
        "device_unknown",
        "The central store was restored and does not know this laptop yet; what it gave back is safe, and once an"
        " office laptop has exchanged it goes on as before.",
    )


def revoked() -> Denied:
    """The refusal that a revoked device is given."""
    return Denied("device_revoked", "The office has revoked this laptop; what is on it stays readable.")
