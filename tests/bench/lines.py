"""`thin`: a supervisor's day over a bad line."""

from __future__ import annotations

import asyncio
import bz2
import lzma
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from sync.client import push
from sync.client.session import ExchangeError, exchange
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.editing import edits
from tests.bench.exchanges import UNITS, many_units
from tests.bench.measure import Row, Sample, profiled
from tests.store import serving

_RATE = 40_000 / 8  # bytes a second, each way
_DELAY = 0.4  # seconds, each way
_LOSS = 0.03
_THERE_AND_BACK = 2 * (2 * _DELAY)  # of a handshake, then of a question and its answer
_NEVER, _MIDST = 1e6, 2.5  # seconds after which a connection drops
_SEGMENT = 1_400  # bytes; a lost one comes again after a round trip
_PAST = 100_000  # rows of entries that a day's work never comes near


class ThinLine:
    """A loopback proxy that is as slow, as far and as unreliable as a telephone line in the hills.

    `loss` is the share of segments that have to be sent twice; `cuts` the seconds after which each connection drops.
    """

    def __init__(self, port: int, loss: float, cuts: Iterator[float]) -> None:
        self.port = port
        self.loss = loss
        self._cuts = cuts
        self._free = {"up": 0.0, "down": 0.0}
        self._chance = random.Random(7)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it or the line is cut."""
        await asyncio.sleep(2 * _DELAY)  # the handshake
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        both = asyncio.gather(self._pump(reader, far_writer, "up"), self._pump(far_reader, writer, "down"))
        with suppress(OSError, asyncio.TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(both, next(self._cuts))
        await asyncio.gather(both, return_exceptions=True)  # it was cancelled; nobody else looks
        for each in (writer, far_writer):
            each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(waiting, writer))
        try:
            await self._carry(reader, waiting, way)
            await delivering
        finally:
            delivering.cancel()

    async def _carry(self, reader: asyncio.StreamReader, waiting: asyncio.Queue[tuple[float, bytes]], way: str) -> None:
        arrives = 0.0
        while data := await reader.read(_SEGMENT):
            now = time.monotonic()
            self._free[way] = max(now, self._free[way]) + len(data) / _RATE
            again = 2 * _DELAY if self._chance.random() < self.loss else 0.0
            arrives = max(arrives, self._free[way] + _DELAY + again)
            waiting.put_nowait((arrives, data))
            await asyncio.sleep(max(0.0, self._free[way] - now))
        waiting.put_nowait((arrives, b""))


async def _deliver(waiting: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    while True:
        arrives, data = await waiting.get()
        await asyncio.sleep(max(0.0, arrives - time.monotonic()))
        if not data:
            writer.write_eof()
            return
        writer.write(data)
        await writer.drain()


@contextmanager
def thin_line(port: int, loss: float, cuts: Iterator[float]) -> Iterator[str]:
    """The address of a thin line to a store on `port`."""
    loop = asyncio.new_event_loop()
    line = ThinLine(port, loss, cuts)
    server = loop.run_until_complete(asyncio.start_server(line.accept, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def a_day(whose: str, units: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """12 inspections, 20 notes, 13 problems of which 12 move a step on, in words of their own, over 20 units.

    As (kind, unit, fields, text of the step or nothing).
    """
    chance = random.Random(whose)
    words = "今天到单位了解整改情况党员学习笔记已经检查流动党员两人外出务工联系畅通会后与书记交换了意见请按期报来材料"

    def text(length: int) -> str:
        return "".join(chance.choice(words) for _ in range(length))

    for turn in range(12):
        answers = {f"answer.item-{n}": {"verdict": chance.choice(["met", "partly", "unmet"])} for n in range(22)}
        head = {"visited_on": "2026-09-12", "stage": "study", "template": "t-1", "group": "first"}
        yield "inspection", units[turn], {**head, **answers, "summary": text(130)}, ""
    for turn in range(20):
        yield "liaison_note", units[turn], {"noted_on": "2026-09-12", "mode": "visit", "content": text(130)}, ""
    for turn in range(13):
        problem = {
            "nature": "problem",
            "title": text(20),
            "due_on": "2026-10-12",
            "opened_on": "2026-09-01",
            "status": "open",
        }
        yield "follow_up", units[turn], problem, text(20) if turn < 12 else ""


def write_a_day(replica: Replica) -> None:
    """A supervisor's day, as a person writes it."""
    for kind, unit, fields, progress in a_day(replica.joined().device, UNITS):
        written = edits.create(replica, kind, unit, fields)
        if progress:
            edits.step(replica, written.record, "in_progress", progress)


def thin(runs: int) -> Iterator[Row]:
    """The day over 40 kbit/s and 800 ms there and back, with loss, and over a line that drops every 20 seconds.

    The day is done before such a line drops, so that it is also sent over one whose first connection drops in the
    midst of it, which has to complete. Each row stands beside two floors: the bytes at the line's rate, and the same
    with the distance, which the target is for.
    """
    for name, first, cut_every in (
        ("thin, 3 % loss", _NEVER, _NEVER),
        ("thin, drops every 20 s", 20.0, 20.0),
        ("thin, drops in its midst", _MIDST, 20.0),
    ):
        samples = [_over(chain([first], repeat(cut_every))) for _ in range(runs)]
        ours, bytes_alone = [pair[0] for pair in samples], [pair[1] for pair in samples]
        yield Row(name=name, ours=ours, floor=bytes_alone)
        afar = [msgspec.structs.replace(floor, wall=floor.wall + _THERE_AND_BACK) for floor in bytes_alone]
        yield Row(name=f"{name}, + distance", ours=ours, floor=afar, target=0.0 if first == _MIDST else 1.5)


def _over(cuts: Iterator[float]) -> tuple[Sample, Sample]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        district = many_units(Path(name))
        with (
            serving(district.database) as district.address,
            district.laptop(Path(name) / "laptop.db", "wang") as replica,
        ):
            exchange(replica)
            port = int(district.address.rpartition(":")[2])
            write_a_day(replica)
            floor = _least_seconds(replica)
            with thin_line(port, _LOSS, cuts) as address, profiled():
                return _until_done(replica, address), floor


def _until_done(replica: Replica, address: str) -> Sample:
    """Exchange over the line, again after every failure, as `sync --watch` does."""
    replica.set_identity(msgspec.structs.replace(replica.joined(), server=address))
    begun, before, failures = time.perf_counter(), time.process_time(), 0
    while True:
        try:
            result = exchange(replica)
            break
        except ExchangeError:
            failures += 1
    notes = {
        "sent B": float(result.bytes_sent),
        "received B": float(result.bytes_received),
        "trips": float(result.round_trips),
        "failures": float(failures),
    }
    return Sample(wall=time.perf_counter() - begun, cpu=time.process_time() - before, notes=notes)


def _least_seconds(replica: Replica) -> Sample:
    """The time the entries need at the line's rate after the best compression there is, and nothing else.

    Of the entries as they are, without the seals and the header of the message.
    """
    raw = b"\n".join(push.next_batch(replica, push.START, codec.MAX_MESSAGE_BYTES, _PAST).lines)
    small = min(map(len, (zstandard.ZstdCompressor(level=22).compress(raw), lzma.compress(raw), bz2.compress(raw))))
    return Sample(wall=small / _RATE, notes={"bytes": float(small)})
