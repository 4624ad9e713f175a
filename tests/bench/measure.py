"""Pairs of measurements in turn (ours, floor, ours, floor, …) and the table they make."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable
from importlib.metadata import version

import msgspec


class Sample(msgspec.Struct, kw_only=True):
    """One measurement: wall and CPU seconds (of every process taking part), peak memory in MiB, notes."""

    wall: float
    cpu: float = 0.0
    memory: float = 0.0
    notes: dict[str, float] = {}


class Row(msgspec.Struct, kw_only=True):
    """One line of the table."""

    name: str
    ours: list[Sample]
    floor: list[Sample]
    target: float

    def ratios(self) -> list[float]:
        """Ours over the floor, pair by pair."""
        return [ours.wall / floor.wall for ours, floor in zip(self.ours, self.floor, strict=True)]

    def line(self) -> str:
        """The row as the table prints it."""
        ratios = self.ratios()
        ours, floor = (statistics.median(sample.wall for sample in side) for side in (self.ours, self.floor))
        cpu = statistics.median(sample.cpu for sample in self.ours)
        memory = max(sample.memory for sample in self.ours)
        middle = statistics.median(ratios)
        verdict = "met" if middle <= self.target else "MISSED"
        notes = "  ".join(f"{name} {value:g}" for name, value in self.ours[-1].notes.items())
        return (
            f"{self.name:24} {ours * 1000:9.1f} {floor * 1000:9.1f} {cpu * 1000:9.1f}   "
            f"{middle:5.2f} ({min(ratios):.2f}-{max(ratios):.2f})  <= {self.target:g} {verdict:7} "
            f"{memory:6.1f}  {notes}"
        )


HEADING = f"{'what':24} {'ours ms':>9} {'floor ms':>9} {'cpu ms':>9}   ratio (min-max)     target          MiB  notes"


def paired(name: str, ours: Callable[[], Sample], floor: Callable[[], Sample], *, runs: int, target: float) -> Row:
    """Measure both in turn after one warm-up each."""
    ours()
    floor()
    pairs = [(ours(), floor()) for _ in range(runs)]
    return Row(name=name, ours=[pair[0] for pair in pairs], floor=[pair[1] for pair in pairs], target=target)


def surroundings() -> str:
    """The machine and the versions, for the foot of the table."""
    names = ("textual", "msgspec", "httpx", "zstandard", "starlette", "uvicorn", "cryptography")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}; {packages}"
