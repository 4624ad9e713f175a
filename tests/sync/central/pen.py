"""A laptop reduced to its key and its chains, for tests that look at the messages themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.log.incoming import Submitter
from sync.central.service.store import Store
from sync.ledger import chains, ids, keys
from sync.ledger.chains import Entry, Seal
from sync.protocol import codec

AT = "2026-09-18T09:00:00.000Z"
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
Answer = tuple[codec.SyncAnswer, list[codec.Arrived]]


@contextmanager
def quick_codes() -> Iterator[None]:
    """Let codes that are made and used meanwhile take no time: else each is as slow to try as a guess is to be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.central.service.enrolment._SCRYPT", {"n": 2, "r": 1, "p": 1, "dklen": 32})
        yield


class Pen:
    """A device that has joined: writes entries, seals them, sends them, reads what comes back."""

    def __init__(self, store: Store, person: str) -> None:
        self.store = store
        self.person = person
        self.private = keys.new_private_key()
        with quick_codes():
            code = staff.new_code(store, person)
            request = codec.JoinRequest(code=code, device="laptop", public_key=keys.public_key(self.private))
            self.joined = store.enrolment.join(request)
        self.device = self.joined.device
        self.place = codec.SyncRequest()
        self._ends: dict[str, tuple[int, str]] = {}

    @property
    def submitter(self) -> Submitter:
        """Who the store takes this device for."""
        return self.store.enrolment.device_of(self.joined.token)

    def write(
        self, unit: str = "u-1", fields: Mapping[str, Any] = NOTE, kind: str = "liaison_note", **other: Any
    ) -> Entry:
        """The next entry of this device's chain in a ledger; `other` overrides parts of it."""
        seq, previous = self._ends.get(unit, (0, ""))
        parts: dict[str, Any] = {
            "ledger": unit,
            "device": self.device,
            "seq": seq + 1,
            "prev": previous,
            "kind": kind,
            "record": ids.new_id(),
            "fields": dict(fields),
            "by": self.person,
            "at": AT,
        }
        entry = chains.compose(**(parts | other))
        self._ends[unit] = (entry.head.seq, entry.hash)
        return entry

    def seals(self, entries: Iterable[Entry], private: str = "") -> list[Seal]:
        """A seal for the last entry of each chain."""
        ends = {entry.head.ledger: entry for entry in sorted(entries, key=lambda entry: entry.head.seq)}
        district = self.store.district.id
        return [
            chains.make_seal(private or self.private, district, name, self.device, end.head.seq, end.hash)
            for name, end in ends.items()
        ]

    def send(
        self, *entries: Entry, seals: Sequence[Seal] | None = None, lines: Sequence[bytes] = (), want: int = 0
    ) -> Answer:
        """One message with these entries; asks for nothing unless told to."""
        request = codec.SyncRequest(want=want)
        request.seals = list(self.seals(entries) if seals is None else seals)
        answer, arrived = self.store.exchange(self.submitter, request, [*map(codec.line, entries), *lines])
        return answer, list(codec.arrived_entries(arrived))

    def pull(self, want: int = codec.BATCH_BYTES, **header: Any) -> Answer:
        """The next page after this laptop's place, which moves on; `header` sets other parts of the request."""
        request = codec.SyncRequest(
            log=self.place.log,
            cursor=self.place.cursor,
            cursor_hash=self.place.cursor_hash,
            scope=self.place.scope,
            positions=self.place.positions,
            want=want,
        )
        for name, value in header.items():
            setattr(request, name, value)
        answer, lines = self.store.exchange(self.submitter, request, [])
        self.place.log, self.place.cursor, self.place.cursor_hash = answer.log, answer.cursor, answer.cursor_hash
        self.place.positions = answer.positions
        if answer.scope is not None:
            self.place.scope = answer.scope.version
        return answer, list(codec.arrived_entries(lines))

    def pull_all(self, want: int = codec.BATCH_BYTES) -> list[codec.Arrived]:
        """Everything this laptop does not have yet."""
        arrived: list[codec.Arrived] = []
        while True:
            answer, page = self.pull(want)
            arrived += page
            if not answer.more:
                return arrived
