"""One side of an exchange in a process of its own, so that its time, CPU and memory are nobody else's.

`python -m tests.bench.client exchange FILE`, `… floor-push FILE ADDRESS`, `… floor-pull FILE ADDRESS`: everything is
imported first, then the work is timed; a `Sample` as JSON on stdout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec

from tests.bench import floor
from tests.bench.measure import Sample, cpu_of, peak_of, profile_into, profiled


def _exchange(path: Path) -> tuple[float, dict[str, float]]:
    from sync.client.session import exchange
    from sync.replica import Replica

    with Replica.open(path) as replica:
        begun = time.perf_counter()
        result = exchange(replica)
        wall = time.perf_counter() - begun
    size = path.stat().st_size / 1e6
    notes = {
        "trips": float(result.round_trips),
        "sent KB": round(result.bytes_sent / 1e3, 1),
        "received KB": round(result.bytes_received / 1e3, 1),
        "pushed": float(result.pushed),
        "pulled": float(result.pulled),
        "file MB": round(size, 1),
    }
    return wall, notes


def _work(name: str, path: Path, address: str) -> tuple[float, dict[str, float]]:
    sides: dict[str, Callable[[], tuple[float, dict[str, float]]]] = {
        "exchange": lambda: _exchange(path),
        "floor-push": lambda: (floor.push(path, address), {}),
        "floor-pull": lambda: (floor.pull(path, address), {}),
    }
    return sides[name]()


def run(name: str, path: Path, address: str = "", profile: Path | None = None) -> Sample:
    """Do one side's work in a new process."""
    command = [sys.executable, "-m", "tests.bench.client", name, str(path), address, str(profile or "")]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Sample)


def main() -> None:
    """The work that the command line names."""
    name, path, address, profile = sys.argv[1:5]
    for each in ("cryptography.hazmat.primitives.asymmetric.ed25519", "httpcore", "httpx", "zstandard"):
        import_module(each)  # a laptop that syncs for the second time has loaded these already
    if profile:
        profile_into(Path(profile))
    before = cpu_of(os.getpid())
    with profiled():
        wall, notes = _work(name, Path(path), address)
    sample = Sample(wall=wall, cpu=cpu_of(os.getpid()) - before, memory=peak_of(os.getpid()), notes=notes)
    sys.stdout.buffer.write(msgspec.json.encode(sample))


if __name__ == "__main__":
    main()
