"""`replay`: the store alone under a crowd, fed by requests that were prepared beforehand.

In `many` the laptops share the machine with the store, and fold what they pull; here each is one prepared message, sent
on a connection of its own, whose answer is read and looked at after the clock has stopped.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from sync.central.service.store import Store, open_store
from sync.central.storage import statements
from sync.ledger import chains as ledger
from sync.protocol import codec
from sync.replica import Identity
from tests.bench.crowd import MINUTE, TEAM, Share, a_day_of, a_district, at_full_speed, seen, units_of
from tests.bench.measure import Row, Sample, cpu_of, peak_of
from tests.store import serving_process

_PROCESSES = 2
_AT_ONCE = 8  # connections of each process when nobody waits for his moment
_WANT = 512 * 1024  # bytes of entries, as a laptop asks for in its first message
_TRIES = 5


class _Prepared(msgspec.Struct, frozen=True):
    """A laptop's one message."""

    token: str
    message: bytes
    chains: int


def replay(laptops: int) -> Iterator[Row]:
    """The crowd's messages spread over a minute, then once more, on a copy, as fast as the store takes them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        identities = a_district(folder, laptops)
        store = open_store(folder / "central.db")
        prepared = list(_prepared(store, identities))
        store.close()
        shutil.copy(folder / "central.db", folder / "copy.db")
        yield _replayed(f"replay, {laptops:,} in a minute", folder / "central.db", prepared, MINUTE)
        row = _replayed(f"replay, {laptops:,} at once", folder / "copy.db", prepared, 0.0)
        row.ours[0].notes["one laptop alone entries/s"] = round(at_full_speed(folder))
        yield row


def _prepared(store: Store, identities: list[Identity]) -> Iterator[_Prepared]:
    """What each laptop would send that has read everything there is so far, and has written its day."""
    counter = store.engine.read(lambda session: session.row(statements.COUNTER, (store.district.id,)))
    assert counter is not None
    cursor, running, _, log = counter
    access = store.access()
    for number, identity in enumerate(identities):
        entries, seals = a_day_of(identity, units_of(number // TEAM))
        header = codec.SyncRequest(
            log=log,
            cursor=cursor,
            cursor_hash=running,
            scope=access.scope(identity.person).version,
            clock=ledger.now(),
            want=_WANT,
            seals=seals,
        )
        message = codec.pack(header, [codec.line(entry) for entry in entries])
        yield _Prepared(identity.token, message, len(seals))


def _replayed(name: str, database: Path, prepared: list[_Prepared], spread: float) -> Row:
    with serving_process(database) as (address, server):
        shares = [(address, prepared[turn::_PROCESSES], spread, turn) for turn in range(_PROCESSES)]
        with multiprocessing.get_context("forkserver").Pool(_PROCESSES) as pool:
            pool.starmap(_loaded, shares)
            before, begun = cpu_of(server), time.perf_counter()
            taken: list[Share] = pool.starmap(_send, shares)
            wall = time.perf_counter() - begun
        cpu, memory = cpu_of(server) - before, peak_of(server)
    notes = seen(taken, wall) | {"server CPU s": round(cpu, 1)}
    total = cpu + sum(share.cpu for share in taken)
    return Row(name=name, ours=[Sample(wall=wall, cpu=total, memory=memory, notes=notes)])


def _loaded(*_: object) -> None:
    """Have a process import what it needs."""


def _send(address: str, prepared: list[_Prepared], spread: float, seed: int) -> Share:
    """Send every message at a moment of the time given; all as fast as they are answered if it is none."""
    cpu = time.process_time()
    answers = asyncio.run(_all_sent(address, prepared, spread, seed))
    cpu = time.process_time() - cpu
    kept = [_is_kept(each, answer) for each, (answer, _) in zip(prepared, answers, strict=True)]
    seconds = [took if whole else -1.0 for whole, (_, took) in zip(kept, answers, strict=True)]
    return Share(seconds=seconds, cpu=cpu)


async def _all_sent(address: str, prepared: list[_Prepared], spread: float, seed: int) -> list[tuple[bytes, float]]:
    chance = random.Random(seed)
    limit = asyncio.Semaphore(len(prepared) if spread else _AT_ONCE)
    begun = time.perf_counter()

    async def one(each: _Prepared, moment: float) -> tuple[bytes, float]:
        await asyncio.sleep(moment)
        async with limit:
            since = begun + moment if spread else time.perf_counter()
            return await _asked(address, each), time.perf_counter() - since

    return await asyncio.gather(*(one(each, chance.uniform(0, spread)) for each in prepared))


async def _asked(address: str, each: _Prepared) -> bytes:
    """The answer's body; tried again after as long as a store asks that has too many at once. Empty if it said no."""
    place = urlsplit(address)
    head = (
        f"POST {codec.SYNC_PATH} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {each.token}\r\n"
        f"Content-Type: {codec.CONTENT_TYPE}\r\nContent-Encoding: zstd\r\nAccept-Encoding: zstd\r\n"
        f"Content-Length: {len(each.message)}\r\nConnection: close\r\n\r\n"
    )
    for _ in range(_TRIES):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(head.encode() + each.message)
        said, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
        writer.close()
        if said.startswith(b"HTTP/1.1 200"):
            return body
        if not said.startswith(b"HTTP/1.1 503"):
            return b""
        await asyncio.sleep(5)
    return b""


def _is_kept(each: _Prepared, body: bytes) -> bool:
    """Whether the answer holds a receipt for every chain that was sent, and keeps nothing apart."""
    if not body:
        return False
    answer, _ = codec.unpack(codec.decompress(body, "zstd"), codec.SyncAnswer)
    accepted = {receipt.ledger for receipt in answer.receipts if receipt.verdict == "accepted"}
    return len(accepted) == each.chains and not answer.kept and not answer.have
