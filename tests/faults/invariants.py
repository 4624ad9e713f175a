"""What must hold after any faults once everything has exchanged until quiet; each law is a function that fails loudly.

An edit is known by the digest of its body (salted, so no two bodies are alike): an entry written again after a fork
keeps it. Entries with one body are one edit if each names, step by step, the same first entry as what it `was`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.central.log.verify import Verifier
from sync.central.service.store import Store
from sync.ledger import chains as ledger
from sync.ledger.chains import Head
from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.projection.tables import APART, FIELDS_JOIN, heads, record_fields
from tests.faults import edits
from tests.rows import dump

_sorted = msgspec.json.Encoder(order="sorted").encode
Rows = list[tuple[Any, ...]]  # of one ledger, all different


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as a file holds it."""

    hash: str
    head: Head
    has_body: bool
    code: str


class Wrote(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote an edit, where, and the entry it first was."""

    laptop: str
    ledger: str
    hash: str


class World(msgspec.Struct, kw_only=True):
    """What is judged: the store, every laptop by its name, and what is known to have been written.

    `wrote`: body digest -> who wrote it; `acknowledged`: of these, what a laptop had a receipt for; `gone`: what stood
    nowhere any more when a disaster had struck (no file held it), `out_of_chains`: what stood in no
    chain any more then, but perhaps in quarantine; `refused`: laptops the store no longer serves;
    `waiting`: those a restored store does not know again yet.
    """

    store: Store
    laptops: dict[str, Replica]
    wrote: dict[str, Wrote]
    acknowledged: set[str]
    gone: set[str] = set()
    out_of_chains: set[str] = set()
    refused: set[str] = set()
    waiting: set[str] = set()

    def served(self) -> dict[str, Replica]:
        """The laptops the store answers."""
        return {name: laptop for name, laptop in self.laptops.items() if name not in self.refused | self.waiting}


def on_laptop(replica: Replica, *, only_pending: bool = False) -> list[Held]:
    """Every entry of a laptop's file, or those without a receipt."""
    where = "WHERE number IS NULL" if only_pending else ""
    rows = replica.connection.execute(f"SELECT hash, head, body IS NOT NULL, code FROM entry {where} ORDER BY id")
    return [
        Held(hash=ledger.HASH_PREFIX + hash_.hex(), head=heads.decode(head), has_body=bool(has_body), code=code)
        for hash_, head, has_body, code in rows
    ]


def in_store(store: Store) -> list[Held]:
    """Every entry of the store's log."""
    rows = store.engine.read(
        lambda session: session.rows("SELECT hash, head, body IS NOT NULL, code FROM entry ORDER BY number")
    )
    return [
        Held(hash=hash_, head=heads.decode(head), has_body=bool(body), code=code) for hash_, head, body, code in rows
    ]


def set_aside(store: Store) -> set[str]:
    """The bodies of the lines in quarantine."""
    rows = store.engine.read(lambda session: session.rows("SELECT raw FROM quarantine"))
    return {ledger.digest(raw.partition(b"\t")[2]) for (raw,) in rows}


def bodies(held: Iterable[Held]) -> set[str]:
    """The edits whose content is among these."""
    return {each.head.body for each in held if each.has_body}


def hold(world: World) -> None:
    """All laws."""
    every_chain_verifies(world)
    nothing_is_lost(world)
    what_was_acknowledged_is_there_once(world)
    nothing_appears_that_nobody_wrote(world)
    replicas_fold_to_the_same_records(world)
    every_edit_stands_once(world)


def every_chain_verifies(world: World) -> None:
    """Chains, seals, certificates, receipts and the log's numbers, on both sides; and derived rows are the entries'."""
    district = world.store.district
    found = world.store.engine.read(lambda session: Verifier(session, district.id, district.public_key).verify())
    assert found.breaks == [], f"store: {found.breaks}"
    for name, laptop in world.laptops.items():
        breaks = verify(laptop).breaks
        assert breaks == [], f"{name}: {breaks}"
        before = dump(laptop)
        rebuild(laptop)
        assert dump(laptop) == before, f"{name}: a rebuild makes other rows"


def nothing_is_lost(world: World) -> None:
    """What was written is in the log, in quarantine or waiting to be sent, unless every file that held it is gone."""
    there = bodies(in_store(world.store)) | set_aside(world.store) | _waits_to_be_sent(world)
    lost = {digest: who for digest, who in world.wrote.items() if digest not in there | world.gone}
    assert not lost, f"lost: {lost}"


def what_was_acknowledged_is_there_once(world: World) -> None:
    """In the store, and on the laptop of its author as long as she may see the unit.

    A laptop that is refused gives nothing back and goes on as no other device: what only it held and hands in finds its
    place taken, if the store was restored and others gave back what had been delivered there beside it. What only a
    laptop holds that the restored store has not heard of again waits there.
    """
    stored = _families(in_store(world.store))
    accepted = {each.head.body for each in in_store(world.store) if not each.code}
    handed_in = {digest for digest in set_aside(world.store) if _author(world, digest) in world.refused}
    for digest in world.acknowledged - world.gone - world.out_of_chains - handed_in - _waits_to_be_sent(world):
        assert len(stored.get(digest, ())) == 1, f"{world.wrote.get(digest)} stands {stored.get(digest)} in the store"
    for name, laptop in world.served().items():
        held = _families(on_laptop(laptop))
        shown = bodies(on_laptop(laptop))
        scope = laptop.scope
        assert scope is not None
        for digest, who in world.wrote.items():
            if who.laptop != name or digest not in world.acknowledged - world.gone - world.out_of_chains:
                continue
            if scope.everything or who.ledger in scope.units:
                assert len(held.get(digest, ())) == 1, f"{who} stands {held.get(digest)} on her laptop"
                assert digest in shown or digest not in accepted, f"{who} is a bare head on her laptop"


def _waits_to_be_sent(world: World) -> set[str]:
    """What waits on laptops that a restored store has not heard of again."""
    return set().union(*(bodies(on_laptop(world.laptops[name], only_pending=True)) for name in world.waiting))


def _author(world: World, digest: str) -> str:
    return world.wrote[digest].laptop if digest in world.wrote else ""


def _families(held: Iterable[Held]) -> dict[str, set[str]]:
    """Edit -> the first entries it was; more than one is an edit that stands twice."""
    entries = list(held)
    was = {each.hash: each.head.was for each in entries}
    found: dict[str, set[str]] = {}
    for each in entries:
        first = each.head.was or each.hash
        while earlier := was.get(first):
            first = earlier
        found.setdefault(each.head.body, set()).add(first)
    return found


def nothing_appears_that_nobody_wrote(world: World) -> None:
    """Every entry anywhere is an edit somebody is known to have made, but for devices the store certified."""
    for where, held in {"store": in_store(world.store), **_on_laptops(world.laptops)}.items():
        for each in held:
            by_the_store = each.head.ledger == "staff" and each.head.kind == "device" and not each.head.over
            assert each.head.body in world.wrote or by_the_store, f"{where}: nobody wrote {each.head}"


def _on_laptops(laptops: Mapping[str, Replica]) -> dict[str, list[Held]]:
    return {name: on_laptop(laptop) for name, laptop in laptops.items()}


def replicas_fold_to_the_same_records(world: World) -> None:
    """Any two laptops show the same of every unit that both may see."""
    shown = {name: _by_ledger(laptop) for name, laptop in world.served().items()}
    for name, mine in shown.items():
        for other, theirs in shown.items():
            if name < other:
                for unit in sorted(_units(world.laptops[name], mine) & _units(world.laptops[other], theirs)):
                    differing = set(mine.get(unit, [])) ^ set(theirs.get(unit, []))
                    assert not differing, f"{unit}: {name} and {other} differ: {sorted(differing, key=repr)}"


def every_edit_stands_once(world: World) -> None:
    """In the versions, lists and exports of each laptop, and the same on any two of what both may see."""
    served = world.served()
    ledgers = {name: _units(laptop, _by_ledger(laptop)) for name, laptop in served.items()}
    edits.stand_once(served, ledgers)


def _units(laptop: Replica, shown: Mapping[str, Rows]) -> set[str]:
    scope = laptop.scope
    assert scope is not None
    return {*(shown if scope.everything else scope.units)} - ({"staff"} if not scope.staff else set())


def _by_ledger(laptop: Replica) -> dict[str, Rows]:
    """What a person sees of each ledger, byte by byte; what is kept apart as a whole only its author can read."""
    rows: dict[str, Rows] = {}
    records = {}
    for id_, stored, body, owner, *row in laptop.connection.execute(
        "SELECT r.id, r.fields, e.body, r.ledger, r.record, r.kind, r.day, r.stage, r.title, r.by, r.at, r.conflicts,"
        f" r.flaws, r.withdrawn FROM record r {FIELDS_JOIN} WHERE r.withdrawn <> {APART} ORDER BY r.ledger, r.record"
    ):
        records[id_] = (owner, row[0])
        rows.setdefault(owner, []).append(("record", *row, _sorted(record_fields(stored, body))))
    for table, columns in (
        ("conflict", "record, field"),
        ("follow_up", "id, nature, title, due_on, status, post, open"),
    ):
        for id_, *row in laptop.connection.execute(f"SELECT {columns} FROM {table}"):
            if id_ in records:
                owner, record = records[id_]
                rows[owner].append((table, record, *row))
    for owner, *row in laptop.connection.execute("SELECT ledger, * FROM unit"):
        rows.setdefault(owner, []).append(("unit", *row))
    return {owner: sorted(each, key=repr) for owner, each in rows.items()}
