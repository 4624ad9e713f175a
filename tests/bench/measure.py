"""Pairs of measurements in turn (ours, floor, ours, floor, …) and the table they make."""

from __future__ import annotations

import contextlib
import os
import platform
import statistics
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import msgspec


class Sample(msgspec.Struct, kw_only=True):
    """One measurement: wall and CPU seconds (of every process taking part), peak memory in MiB, notes."""

    wall: float
    cpu: float = 0.0
    memory: float = 0.0
    notes: dict[str, float] = {}


class Row(msgspec.Struct, kw_only=True):
    """One line of the table; a row without a floor or a target only reports.

    `most_ms` is a time instead of a floor: what the 95th percentile of ours may take, in milliseconds.
    """

    name: str
    ours: list[Sample]
    floor: list[Sample] = []
    target: float = 0.0
    most_ms: float = 0.0

    def ratios(self) -> list[float]:
        """Ours over the floor, pair by pair."""
        return [ours.wall / floor.wall for ours, floor in zip(self.ours, self.floor, strict=True)]

    def p95(self) -> float:
        """The 95th percentile of ours, in milliseconds."""
        walls = sorted(sample.wall for sample in self.ours)
        return 1000 * walls[min(len(walls) - 1, int(len(walls) * 0.95))]

    def line(self) -> str:
        """The row as the table prints it."""
        notes = "  ".join(f"{name} {value:g}" for name, value in self.ours[-1].notes.items())
        memory = max(sample.memory for sample in self.ours)
        beside = f"{_middle(self.floor, 'wall'):9.1f}" if self.floor else f"{'':9}"
        return (
            f"{self.name:28} {_middle(self.ours, 'wall'):9.1f} {beside}"
            f" {_middle(self.ours, 'cpu'):9.1f} {_middle(self.floor, 'cpu') if self.floor else 0:9.1f}"
            f"   {self._verdict():38} {memory:6.1f}  {notes}"
        )

    def _verdict(self) -> str:
        if self.most_ms:
            worst = self.p95()
            return f"95 %: {worst:7.1f} ms  <= {self.most_ms:g} {'met' if worst <= self.most_ms else 'MISSED'}"
        if not self.floor:
            return "reported"
        ratios = self.ratios()
        middle = statistics.median(ratios)
        ratio = f"{middle:5.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        return (
            ratio if not self.target else f"{ratio}  <= {self.target:g} {'met' if middle <= self.target else 'MISSED'}"
        )


def _middle(samples: list[Sample], name: str) -> float:
    """The median in milliseconds."""
    return 1000 * float(statistics.median(getattr(sample, name) for sample in samples))


HEADING = (
    f"{'what':28} {'ours ms':>9} {'floor ms':>9} {'cpu ms':>9} {'floor cpu':>9}"
    f"   {'ratio (min-max)     target':38} {'MiB':>6}  notes"
)

_profile: Path | None = None


def profile_into(file: Path) -> None:
    """From now on what is measured of ours in this process is also profiled, into `file` (pyinstrument, HTML)."""
    global _profile
    _profile = file


def profile_file() -> Path | None:
    """Where profiles go; None if nothing is profiled."""
    return _profile


@contextlib.contextmanager
def profiled() -> Iterator[None]:
    """What runs inside is ours, and is profiled if that was asked for."""
    if _profile is None:
        yield
        return
    from pyinstrument import Profiler

    profiler = Profiler()
    with profiler:
        yield
    _profile.write_text(profiler.output_html(), encoding="utf-8")


def paired(name: str, ours: Callable[[], Sample], floor: Callable[[], Sample], *, runs: int, target: float) -> Row:
    """Measure both in turn after one warm-up each."""
    ours()
    floor()
    pairs = []
    for _ in range(runs):
        with profiled():
            mine = ours()
        pairs.append((mine, floor()))
    return Row(name=name, ours=[pair[0] for pair in pairs], floor=[pair[1] for pair in pairs], target=target)


def peak_of(process: int) -> float:
    """The peak memory of a running process, MiB."""
    for row in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if row.startswith("VmHWM"):
            return int(row.split()[1]) / 1024
    return 0.0


def cpu_of(process: int) -> float:
    """The CPU seconds a running process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fine_cpu_of(process: int) -> float:
    """The same to the microsecond, for what takes milliseconds; of the threads that still run."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def surroundings() -> str:
    """The machine and the versions, for the foot of the table."""
    names = ("textual", "msgspec", "httpx", "zstandard", "starlette", "uvicorn", "cryptography")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}; {packages}"
