"""Laptops for tests that need no store: a replica with an identity, and ways to hand entries from one to another."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import msgspec

from sync.ledger import chains, keys
from sync.ledger.chains import read_entry
from sync.replica import Identity, Replica
from sync.replica.projection.apply import Applied, Incoming, apply

STORE_KEY = keys.new_private_key()
DISTRICT = "demo"


def identity(person: str = "p-1", role: str = "group", device: str = "d-1") -> Identity:
    """An identity as joining would give it, signed by a store key of this process."""
    private = keys.new_private_key()
    certificate = chains.make_certificate(
        STORE_KEY, DISTRICT, device, person, keys.public_key(private), "2026-01-01T00:00:00.000Z"
    )
    return Identity(
        district=DISTRICT,
        district_name="示例区",
        person=person,
        person_name=person,
        role=role,
        device=device,
        device_name=device,
        server="http://127.0.0.1:1",
        token="none",
        private_key=private,
        store_key=keys.public_key(STORE_KEY),
        certificate=certificate,
    )


def new_laptop(path: Path, person: str = "p-1", role: str = "group", device: str = "d-1") -> Replica:
    """An empty replica that has joined."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_empty())
    replica = Replica.open(path)
    replica.set_identity(identity(person, role, device))
    return replica


@functools.cache
def _empty() -> bytes:
    """The file of a laptop that holds nothing: to make its tables takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "laptop.db"
        Replica.open(path, create=True).close()
        return path.read_bytes()


def give_unit(replica: Replica, unit: str = "u-1", name: str = "瑶湖水产场党委", category: str = "farm") -> None:
    """Let a unit arrive, as the office would have imported it."""
    entry = chains.compose(
        ledger=unit,
        device="store-1",
        seq=1,
        prev="",
        kind="unit",
        record=unit,
        fields={"name": name, "category": category},
        by="store",
        at="2026-01-01T00:00:00.000Z",
        salt="0" * 32,
    )
    with replica.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=1)])


def entries_of(replica: Replica) -> list[Incoming]:
    """Every entry a replica holds, in the order it was stored, as it would travel."""
    rows = replica.connection.execute("SELECT head, body, code FROM entry ORDER BY id").fetchall()
    return [
        Incoming(entry=read_entry(head, body), number=number, code=code)
        for number, (head, body, code) in enumerate(rows, start=1)
    ]


def hand_over(source: Replica, target: Replica) -> Applied:
    """Let everything one replica holds arrive at another."""
    with target.transaction() as connection:
        return apply(connection, [msgspec.structs.replace(each, number=None) for each in entries_of(source)])
