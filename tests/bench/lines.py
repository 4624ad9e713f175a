"""`thin` and `many`: a supervisor's day over a bad line, and many laptops at one store within a minute."""

from __future__ import annotations

import asyncio
import lzma
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import zstandard

from sync import keys, outgoing, wire
from sync.exchange import ExchangeError, exchange
from sync.replica import Identity, Replica, append
from sync.transport import Transport
from tests.bench.exchanges import UNITS, many_units
from tests.bench.measure import Row, Sample, cpu_of, peak_of, profiled
from tests.store import District, serving, serving_process

_RATE = 40_000 / 8  # bytes a second, each way
_DELAY = 0.4  # seconds, each way
_SEGMENT = 1_400  # bytes; a lost one comes again after a round trip
_PAST = 100_000  # rows of entries that a day's work never comes near


class ThinLine:
    """A loopback proxy that is as slow, as far and as unreliable as a telephone line in the hills.

    `loss` is the share of segments that have to be sent twice, `cut_every` the seconds after which connections drop.
    """

    def __init__(self, port: int, loss: float, cut_every: float = 0.0) -> None:
        self.port = port
        self.loss = loss
        self.cut_every = cut_every
        self._free = {"up": 0.0, "down": 0.0}
        self._chance = random.Random(7)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it or the line is cut."""
        await asyncio.sleep(2 * _DELAY)  # the handshake
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        both = asyncio.gather(self._pump(reader, far_writer, "up"), self._pump(far_reader, writer, "down"))
        with suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(both, self.cut_every or None)
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
def thin_line(port: int, loss: float, cut_every: float = 0.0) -> Iterator[str]:
    """The address of a thin line to a store on `port`."""
    loop = asyncio.new_event_loop()
    line = ThinLine(port, loss, cut_every)
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


def write_a_day(replica: Replica) -> None:
    """12 inspections, 20 notes, 25 steps of follow-ups, in words of their own."""
    chance = random.Random(replica.joined().device)
    words = "今天到单位了解整改情况党员学习笔记已经检查流动党员两人外出务工联系畅通会后与书记交换了意见请按期报来材料"

    def text(length: int) -> str:
        return "".join(chance.choice(words) for _ in range(length))

    for turn in range(12):
        answers = {f"answer.item-{n}": {"verdict": chance.choice(["met", "partly", "unmet"])} for n in range(22)}
        head = {"visited_on": "2026-09-12", "stage": "study", "template": "t-1", "group": "first"}
        append.create(replica, "inspection", UNITS[turn], {**head, **answers, "summary": text(130)})
    for turn in range(20):
        note = {"noted_on": "2026-09-12", "mode": "visit", "content": text(130)}
        append.create(replica, "liaison_note", UNITS[turn], note)
    for turn in range(13):
        problem = {"nature": "problem", "title": text(20), "due_on": "2026-10-12", "status": "open"}
        written = append.create(replica, "follow_up", UNITS[turn], problem)
        if turn < 12:
            append.step(replica, written.record, "in_progress", text(20))


def thin(runs: int) -> Iterator[Row]:
    """The day over 40 kbit/s and 800 ms there and back, with loss, and over a line that drops every 20 seconds."""
    for name, loss, cut_every in (("thin, 3 % loss", 0.03, 0.0), ("thin, drops every 20 s", 0.03, 20.0)):
        samples = [_over(loss, cut_every) for _ in range(runs)]
        yield Row(name=name, ours=[pair[0] for pair in samples], floor=[pair[1] for pair in samples], target=1.5)


def _over(loss: float, cut_every: float) -> tuple[Sample, Sample]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        district = many_units(Path(name))
        with (
            serving(district.database) as district.address,
            district.laptop(Path(name) / "laptop.db", "wang") as replica,
        ):
            exchange(replica)
            write_a_day(replica)
            floor = _least_seconds(replica)
            with thin_line(int(district.address.rpartition(":")[2]), loss, cut_every) as address, profiled():
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
    """The time the entries need at the line's rate after the best compression there is, and nothing else."""
    raw = b"\n".join(outgoing.next_batch(replica, 0, wire.MAX_MESSAGE_BYTES, _PAST).lines)
    small = min(len(zstandard.ZstdCompressor(level=22).compress(raw)), len(lzma.compress(raw, preset=9)))
    return Sample(wall=small / _RATE, notes={"bytes": float(small)})


# --- many laptops ----------------------------------------------------------------------------------------------------

_PROCESSES = 4
_MINUTE = 60.0


def many(laptops: int) -> Row:
    """So many laptops, each with a file of its own, sync a day's work to one store, beginning anywhere in a minute."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        district = many_units(folder)
        with serving_process(district.database) as (district.address, server):
            files = _enrolled(district, folder, laptops)
            before, begun = cpu_of(server), time.perf_counter()
            with multiprocessing.get_context("forkserver").Pool(_PROCESSES) as pool:
                shares = [(files[turn::_PROCESSES], turn) for turn in range(_PROCESSES)]
                taken = [each for share in pool.starmap(_sync_share, shares) for each in share]
            wall = time.perf_counter() - begun
            cpu, memory = cpu_of(server) - before, peak_of(server)
    seconds = sorted(each for each in taken if each >= 0)
    notes = {
        "errors": float(len(taken) - len(seconds)),
        "entries/s": round(57 * len(seconds) / wall),
        "p50 ms": round(1000 * statistics.median(seconds)),
        "p99 ms": round(1000 * seconds[int(len(seconds) * 0.99)]),
        "server CPU s": round(cpu, 1),
    }
    return Row(name=f"many, {laptops:,} laptops", ours=[Sample(wall=wall, cpu=cpu, memory=memory, notes=notes)])


def _enrolled(district: District, folder: Path, laptops: int) -> list[Path]:
    """So many joined laptops: the first by a code, the others as its successors, each with a day's work to send."""
    first = folder / "laptop-0.db"
    with district.laptop(first, "wang") as replica:
        exchange(replica)
        replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        original = replica.joined()
    plain = first.read_bytes()
    files = []
    for number in range(laptops):
        path = folder / f"laptop-{number + 1}.db"
        path.write_bytes(plain)
        with Replica.open(path) as replica:
            replica.set_identity(_successor(original))
            replica.connection.execute("PRAGMA synchronous = OFF")
            write_a_day(replica)
        files.append(path)
    return files


def _successor(old: Identity) -> Identity:
    private = keys.new_private_key()
    public = keys.public_key(private)
    signature = keys.sign(old.private_key, wire.succession(old.token, public))
    with Transport(old.server) as transport:
        answer = transport.join(
            wire.JoinRequest(device=old.device_name, public_key=public, succeeds=old.token, signature=signature)
        )
    return msgspec.structs.replace(
        old, device=answer.device, token=answer.token, private_key=private, certificate=answer.certificate
    )


def _sync_share(files: list[Path], seed: int) -> list[float]:
    """Sync every file at a moment of the minute; how long each took from that moment, -1 for a failure."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, _MINUTE) for _ in files)
    begun, taken = time.monotonic(), []
    for moment, path in zip(moments, files, strict=True):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        try:
            with Replica.open(path) as replica:
                result = exchange(replica)
            taken.append(time.monotonic() - begun - moment if result.pushed == 57 else -1.0)
        except ExchangeError:
            taken.append(-1.0)
    return taken
