"""`push`, `pull`, `noop`: ours through a real central store process, the floor through its own server."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.client.session import exchange
from sync.replica import Replica
from tests.bench import client, floor, measure
from tests.bench.entries import compose, fill
from tests.bench.measure import Row, Sample, cpu_of, fine_cpu_of, paired, peak_of
from tests.store import District, new_district, office, serving, serving_process

UNITS = [f"u-{number}" for number in range(1, 61)]


def many_units(folder: Path) -> District:
    """A district whose first group has sixty units."""
    district = new_district(folder)
    rows = "\n".join(f"{unit},单位{unit[2:]},farm," for unit in UNITS[4:])
    units = folder / "more.csv"
    units.write_text(f"id,name,category,parent\n{rows}\n", encoding="utf-8")
    office(district.database, "import", "units", str(units))
    from sync.central.admin import staff
    from sync.central.service.store import open_store

    store = open_store(district.database)
    staff.assign(store, UNITS, "first", None)
    store.close()
    return district


@contextmanager
def floor_server(database: Path) -> Iterator[tuple[str, int]]:
    """The floor's server; its address and process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.floor", "serve", str(database)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip().rpartition(" ")[2], process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()


def _both(sample: Sample, server: int, cpu_before: float) -> Sample:
    """The client's sample with its server's CPU added and its memory noted."""
    sample.cpu += cpu_of(server) - cpu_before
    sample.notes["server MiB"] = round(peak_of(server), 1)
    return sample


def push(count: int, runs: int) -> Row:
    """From a laptop with `count` pending entries to an empty store."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        district = many_units(scratch)
        laptop = scratch / "laptop.db"
        with serving(district.database) as district.address:
            with district.laptop(laptop, "wang") as replica:
                exchange(replica)
            district.laptop(scratch / "other.db", "zhao").close()
            _warm(scratch / "other.db")
            fill(laptop, UNITS, count)
        floor.fill(scratch / "rows.db", _bodies(count))
        return paired(
            f"push {count:,}",
            lambda: _push_ours(scratch, district),
            lambda: _push_floor(scratch),
            runs=runs,
            target=2.0,
        )


def _bodies(count: int) -> Iterator[tuple[str, bytes]]:
    """The same entries as rows of the floor: an id, and head and body as one JSON value."""
    for entry in compose("d", "p", UNITS, count):
        yield entry.hash, b"[%b,%b]" % (entry.raw_head, entry.raw_body or b"0")


def _copy(source: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in source.parent.glob(source.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / source.name


def _push_ours(scratch: Path, district: District) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        store = _copy(district.database, Path(name) / "store")
        laptop = _copy(scratch / "laptop.db", Path(name) / "laptop")
        with serving_process(store, int(district.address.rpartition(":")[2])) as (_, server):
            _warm(scratch / "other.db")
            before = cpu_of(server)
            return _both(client.run("exchange", laptop, profile=measure.profile_file()), server, before)


def _warm(laptop: Path) -> None:
    """Let another laptop ask a store that has just started, so that nobody measures what it loads for the first."""
    with Replica.open(laptop) as replica:
        exchange(replica)


def _push_floor(scratch: Path) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name, floor_server(Path(name) / "store.db") as (address, server):
        rows = _copy(scratch / "rows.db", Path(name) / "laptop")
        floor.empty(address)
        before = cpu_of(server)
        return _both(client.run("floor-push", rows, address), server, before)


def pull(count: int, runs: int) -> Row:
    """From a store with `count` entries to a fresh laptop, folded and indexed."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        district, reader = a_full_store(scratch, count)
        floor.fill(scratch / "rows.db", _bodies(count))
        port = int(district.address.rpartition(":")[2])
        with (
            serving_process(district.database, port) as (_, ours),
            floor_server(scratch / "rows.db") as (address, bare),
        ):
            return paired(
                f"pull {count:,}",
                lambda: _pull_ours(scratch, reader, count, ours),
                lambda: _pull_floor(scratch, address, bare),
                runs=runs,
                target=3.0,
            )


def a_full_store(scratch: Path, count: int) -> tuple[District, Path]:
    """A district whose store holds `count` entries, and the file of a laptop that has joined and read nothing."""
    district = many_units(scratch)
    writer, reader = scratch / "writer.db", scratch / "reader.db"
    with serving(district.database) as district.address:
        with district.laptop(writer, "wang") as replica:
            exchange(replica)
        fill(writer, UNITS, count)
        with Replica.open(writer) as replica:
            exchange(replica)
        district.laptop(reader, "li").close()
    return district, reader


def _pull_ours(scratch: Path, reader: Path, count: int, server: int) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        before = cpu_of(server)
        laptop = _copy(reader, Path(name) / "laptop")
        sample = _both(client.run("exchange", laptop, profile=measure.profile_file()), server, before)
        assert sample.notes["pulled"] >= count, sample
        return sample


def _pull_floor(scratch: Path, address: str, server: int) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        before = cpu_of(server)
        return _both(client.run("floor-pull", Path(name) / "rows.db", address), server, before)


def noop(runs: int) -> Row:
    """A sync with nothing to do, beside one empty POST; both on a new connection."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        district = many_units(scratch)
        with (
            serving_process(district.database) as (district.address, ours),
            floor_server(scratch / "rows.db") as (address, bare),
            district.laptop(scratch / "laptop.db", "wang") as replica,
        ):
            exchange(replica)
            return paired(
                "noop",
                lambda: counted(ours, lambda: timed_exchanges(replica)),
                lambda: counted(bare, lambda: Sample(wall=floor.empty(address))),
                runs=4 * runs,
                target=3.0,
            )


def counted(server: int, work: Callable[[], Sample]) -> Sample:
    """What the work takes of this process's and a server's CPU."""
    before, theirs = time.process_time(), fine_cpu_of(server)
    sample = work()
    sample.cpu = time.process_time() - before + max(0.0, fine_cpu_of(server) - theirs)
    return sample


def timed_exchanges(*replicas: Replica) -> Sample:
    """Each of them once, one after another."""
    sent = received = 0
    begun = time.perf_counter()
    for replica in replicas:
        result = exchange(replica)
        sent, received = sent + result.bytes_sent, received + result.bytes_received
    wall = time.perf_counter() - begun
    return Sample(wall=wall, notes={"sent B": float(sent), "received B": float(received)})
