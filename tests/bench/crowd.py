"""`many`: so many laptops, each with a file of its own, sync a day's work to one store within a minute.

Ten laptops share a group and its twenty units, so that each also pulls what the nine others wrote before it. They have
joined and exchanged once beforehand; a few processes then begin each exchange at its own moment of the minute.
"""

from __future__ import annotations

import math
import multiprocessing
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import msgspec

from sync.central.admin import staff
from sync.central.log.incoming import Submitter
from sync.central.service.edits import Edit
from sync.central.service.store import Store, init_store, open_store
from sync.client.enrolment import enrolled
from sync.client.session import ExchangeError, exchange
from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Seal
from sync.ledger.ids import LEDGER_STAFF
from sync.protocol import codec
from sync.replica import Identity, Replica
from sync.replica.projection.apply import Incoming, apply, keep_seal
from tests.bench.entries import compose
from tests.bench.lines import a_day
from tests.bench.measure import Row, Sample, cpu_of, peak_of
from tests.store import serving_process

_PROCESSES = 4
MINUTE = 60.0
TEAM, _UNITS_EACH = 10, 20
DAY = 57  # entries
_AT_FULL_SPEED = 20_000  # entries that one laptop pushes to an idle store, for comparison


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one process saw: seconds from each laptop's moment to the end of its exchange (-1: it failed), and CPU."""

    seconds: list[float]
    cpu: float


def many(laptops: int) -> Row:
    """Errors, throughput, waiting times and the store's memory, beside what the store takes from one laptop alone."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        identities = a_district(folder, laptops)
        with serving_process(folder / "central.db") as (address, server):
            files = _joined(folder, identities, address)
            shares = [(files[turn::_PROCESSES], turn) for turn in range(_PROCESSES)]
            with multiprocessing.get_context("forkserver").Pool(_PROCESSES) as pool:
                pool.starmap(_prepare, shares)
                before, begun = cpu_of(server), time.perf_counter()
                taken: list[Share] = pool.starmap(_sync, shares)
                wall = time.perf_counter() - begun
            cpu, memory = cpu_of(server) - before, peak_of(server)
        alone = at_full_speed(folder)
    notes = seen(taken, wall) | {"server CPU s": round(cpu, 1), "one laptop alone entries/s": round(alone)}
    total = cpu + sum(share.cpu for share in taken)
    return Row(name=f"many, {laptops:,} laptops", ours=[Sample(wall=wall, cpu=total, memory=memory, notes=notes)])


def seen(taken: list[Share], wall: float) -> dict[str, float]:
    """Errors, throughput, waiting times and CPU of all who took part on the laptops' side."""
    every = [each for share in taken for each in share.seconds]
    seconds = sorted(each for each in every if each >= 0) or [0.0]
    return {
        "errors": float(sum(each < 0 for each in every)),
        "entries/s": round(DAY * len(seconds) / wall),
        "p50 ms": round(1000 * statistics.median(seconds)),
        "p99 ms": round(1000 * seconds[int(len(seconds) * 0.99)]),
        "laptops' CPU s": round(sum(share.cpu for share in taken), 1),
    }


def units_of(team: int) -> list[str]:
    return [f"u-{team}-{number}" for number in range(_UNITS_EACH)]


def a_district(folder: Path, laptops: int) -> list[Identity]:
    """A district of so many persons in groups of ten, and who the laptops are."""
    store = init_store(folder / "central.db", "demo", "示例区")
    edits = []
    for team in range(math.ceil(laptops / TEAM)):
        edits.append(Edit(ledger=LEDGER_STAFF, kind="group", record=f"g-{team}", fields={"name": f"第{team}组"}))
        for unit in units_of(team):
            fields = {"name": f"单位{unit[2:]}", "category": "farm"}
            edits.append(Edit(ledger=unit, kind="unit", record=unit, fields=fields))
            edits.append(staff.assignment(unit, {"group": f"g-{team}"}))
    for number in range(laptops):
        fields = {"name": f"督导{number}", "role": "group", "group": f"g-{number // TEAM}"}
        edits.append(Edit(ledger=LEDGER_STAFF, kind="person", record=f"p-{number}", fields=fields))
    store.write(edits)
    identities = [_enrolled(store, f"p-{number}") for number in range(laptops)]
    store.close()
    return identities


def _enrolled(store: Store, person: str) -> Identity:
    """A laptop as the successor of one that the office's own machine enrolled, so that no code has to be hashed."""
    private = keys.new_private_key()
    public = keys.public_key(private)
    device, _ = store.enrolment.enrol(person, public, "first")
    request = codec.JoinRequest(device="laptop", public_key=public)
    answer = store.enrolment.succeed(Submitter(device=device, person=person, key=public), request)
    return enrolled(answer, "", private, "laptop")


def _joined(folder: Path, identities: list[Identity], address: str) -> list[Path]:
    empty = folder / "empty.db"
    Replica.open(empty, create=True).close()
    files = []
    for number, identity in enumerate(identities):
        path = folder / f"laptop-{number}.db"
        shutil.copy(empty, path)
        with Replica.open(path) as replica:
            replica.connection.execute("PRAGMA synchronous = OFF")
            replica.set_identity(msgspec.structs.replace(identity, server=address))
        files.append(path)
    return files


def _prepare(files: list[Path], _seed: int) -> None:
    """Let every laptop learn what it may see, then write its day."""
    for path in files:
        with Replica.open(path) as replica:
            replica.connection.execute("PRAGMA synchronous = OFF")
            exchange(replica)
            _write_a_day(replica)


def _write_a_day(replica: Replica) -> None:
    """The day's entries, chained and sealed as `append` would, in one transaction."""
    identity, scope = replica.joined(), replica.scope
    assert scope is not None
    entries, seals = a_day_of(identity, scope.units)
    with replica.transaction() as connection:
        apply(connection, [Incoming(entry=entry) for entry in entries])
        for seal in seals:
            keep_seal(connection, seal)


def a_day_of(identity: Identity, units: list[str]) -> tuple[list[Entry], list[Seal]]:
    """The day's entries of a device that has written none, and the seals of its chains' ends."""
    ends: dict[str, Entry] = {}
    entries = []

    def add(kind: str, unit: str, record: str, fields: dict[str, object], over: dict[str, list[str]]) -> Entry:
        last = ends.get(unit)
        ends[unit] = entry = chains.compose(
            ledger=unit,
            device=identity.device,
            seq=last.head.seq + 1 if last else 1,
            prev=last.hash if last else "",
            kind=kind,
            record=record,
            fields=fields,
            by=identity.person,
            at=chains.now(),
            over=over,
        )
        entries.append(entry)
        return entry

    for number, (kind, unit, fields, progress) in enumerate(a_day(identity.device, units)):
        record = f"r-{identity.device}-{number}"
        opened = add(kind, unit, record, fields, {})
        if progress:
            step: dict[str, object] = {"status": "in_progress", "progress": progress}
            add(kind, unit, record, step, {"status": [opened.hash]})
    places = [(unit, identity.device, end.head.seq, end.hash) for unit, end in ends.items()]
    return entries, [chains.make_seal(identity.private_key, identity.district, *place) for place in places]


def _sync(files: list[Path], seed: int) -> Share:
    """Sync every file at a moment of the minute."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, MINUTE) for _ in files)
    begun, cpu, seconds = time.monotonic(), time.process_time(), []
    for moment, path in zip(moments, files, strict=True):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        try:
            with Replica.open(path) as replica:
                result = exchange(replica)
            whole = result.pushed == DAY and not result.quarantined
            seconds.append(time.monotonic() - begun - moment if whole else -1.0)
        except ExchangeError:
            seconds.append(-1.0)
    return Share(seconds=seconds, cpu=time.process_time() - cpu)


def at_full_speed(folder: Path) -> float:
    """Entries a second that this very store takes from one device, without a line between."""
    store = open_store(folder / "central.db")
    private = keys.new_private_key()
    device, _ = store.enrolment.enrol("p-0", keys.public_key(private), "fast")
    units = units_of(0)
    entries = list(compose(device, "p-0", units, _AT_FULL_SPEED))
    ends = {entry.head.ledger: entry for entry in entries}
    place = [(unit, device, end.head.seq, end.hash) for unit, end in ends.items()]
    seals = [chains.make_seal(private, "demo", *each) for each in place]
    writer = Submitter(device=device, person="p-0", key=keys.public_key(private))
    lines = [codec.line(entry) for entry in entries]
    begun = time.perf_counter()
    added = store.exchanges.push(writer, codec.SyncRequest(want=0, seals=seals), lines).added
    seconds = time.perf_counter() - begun
    store.close()
    assert added == _AT_FULL_SPEED
    return _AT_FULL_SPEED / seconds
