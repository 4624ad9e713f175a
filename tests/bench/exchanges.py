"""`push`, `pull`, `noop`: ours through a real central store process, beside the floor through its own server."""

from __future__ import annotations

import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from sync.exchange import exchange
from sync.replica import Replica
from tests.bench import floor
from tests.bench.entries import compose, fill
from tests.bench.measure import Row, Sample, paired
from tests.store import District, new_district, office, serving

UNITS = [f"u-{number}" for number in range(1, 61)]


def _cpu(children: bool = False) -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _many_units(folder: Path) -> District:
    """A district whose first group has sixty units."""
    district = new_district(folder)
    rows = "\n".join(f"{unit},单位{unit[2:]},farm," for unit in UNITS[4:])
    units = folder / "more.csv"
    units.write_text(f"id,name,category,parent\n{rows}\n", encoding="utf-8")
    office(district.database, "import", "units", str(units))
    from sync.central import admin
    from sync.central.store import open_store

    store = open_store(district.database)
    admin.assign(store, UNITS, "first", None)
    store.close()
    return district


@contextmanager
def _floor_server(database: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.floor", "serve", str(database)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip().rpartition(" ")[2]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()


def push(count: int, runs: int) -> Row:
    """From a laptop with `count` pending entries to an empty store."""
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    district = _many_units(scratch)
    laptop = scratch / "laptop.db"
    with serving(district.database) as district.address:
        with district.laptop(laptop, "wang") as replica:
            exchange(replica)
        fill(laptop, UNITS, count)
    bodies = _bodies(count)
    floor.fill(scratch / "rows.db", bodies)
    return paired(
        f"push {count:,}",
        lambda: _push_ours(scratch, district),
        lambda: _push_floor(scratch),
        runs=runs,
        target=2.0,
    )


def _bodies(count: int) -> list[tuple[str, bytes]]:
    """The same entries as rows of the floor: an id, and head and body as one JSON value."""
    entries = compose("d", "p", UNITS, count)
    return [(entry.hash, b"[%b,%b]" % (entry.raw_head, entry.raw_body or b"0")) for entry in entries]


def _copy(source: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in source.parent.glob(source.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / source.name


def _push_ours(scratch: Path, district: District) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        store = _copy(district.database, folder / "store")
        laptop = _copy(scratch / "laptop.db", folder / "laptop")
        with serving(store, int(district.address.rpartition(":")[2])), Replica.open(laptop) as replica:
            cpu, begun = _cpu(), time.perf_counter()
            result = exchange(replica)
            wall = time.perf_counter() - begun
            notes = {"trips": float(result.round_trips), "MB": round(result.bytes_sent / 1e6, 1)}
            return Sample(wall=wall, cpu=_cpu() - cpu, memory=_peak(), notes=notes)


def _push_floor(scratch: Path) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name, _floor_server(Path(name) / "store.db") as address:
        rows = _copy(scratch / "rows.db", Path(name) / "laptop")
        cpu = _cpu()
        return Sample(wall=floor.push(rows, address), cpu=_cpu() - cpu)


def pull(count: int, runs: int) -> Row:
    """From a store with `count` entries to a fresh laptop, folded and indexed."""
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    district = _many_units(scratch)
    writer, reader = scratch / "writer.db", scratch / "reader.db"
    with serving(district.database) as district.address:
        with district.laptop(writer, "wang") as replica:
            exchange(replica)
        fill(writer, UNITS, count)
        with Replica.open(writer) as replica:
            exchange(replica)
        district.laptop(reader, "li").close()
    bodies = _bodies(count)
    floor.fill(scratch / "rows.db", bodies)
    port = int(district.address.rpartition(":")[2])
    with serving(district.database, port), _floor_server(scratch / "rows.db") as address:
        return paired(
            f"pull {count:,}",
            lambda: _pull_ours(scratch, reader, count),
            lambda: _pull_floor(scratch, address),
            runs=runs,
            target=3.0,
        )


def _pull_ours(scratch: Path, reader: Path, count: int) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name, Replica.open(_copy(reader, Path(name) / "l")) as replica:
        cpu, begun = _cpu(), time.perf_counter()
        result = exchange(replica)
        wall = time.perf_counter() - begun
        assert result.pulled >= count, result
        size = replica.path.stat().st_size / 1e6
        notes = {"trips": float(result.round_trips), "file MB": round(size, 1)}
        return Sample(wall=wall, cpu=_cpu() - cpu, memory=_peak(), notes=notes)


def _pull_floor(scratch: Path, address: str) -> Sample:
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        cpu = _cpu()
        return Sample(wall=floor.pull(Path(name) / "rows.db", address), cpu=_cpu() - cpu)


def noop(runs: int) -> Row:
    """A sync with nothing to do, beside one empty POST; both on a new connection."""
    scratch = Path(tempfile.mkdtemp(prefix="bench-"))
    district = _many_units(scratch)
    laptop = scratch / "laptop.db"
    with (
        serving(district.database) as district.address,
        _floor_server(scratch / "rows.db") as address,
        district.laptop(laptop, "wang") as replica,
    ):
        exchange(replica)

        def ours() -> Sample:
            begun = time.perf_counter()
            result = exchange(replica)
            notes = {"sent B": float(result.bytes_sent), "received B": float(result.bytes_received)}
            return Sample(wall=time.perf_counter() - begun, notes=notes)

        return paired("noop", ours, lambda: Sample(wall=floor.empty(address)), runs=runs, target=3.0)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def server_use(address: str) -> tuple[float, float]:
    """CPU seconds and peak MiB of the floor's server."""
    cpu, memory = msgspec.json.decode(httpx.get(address + "/used").content, type=tuple[float, float])
    return cpu, memory
