"""`keys`: from a key to the last byte drawn, on a pseudo-terminal, beside a bare Textual app that redraws one line."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from tests.bench.measure import Row, Sample, fine_cpu_of
from tests.bench.starts import ENVIRONMENT, laptop_of, program
from tests.terminal import Terminal

_MOST_CPU_MS = 16.0  # one frame of a screen, for the 95th percentile of the keys
_PRESSES = 40  # of one run, each followed by one in the bare app
_TYPED = "今天到单位了解整改情况党员学习笔记已经检查流动党员两人外出务工联系畅通会后与书记交换了意见请按期报来"
_SEARCHED = "学习整改流动党员"


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that open a place in the workbench, and the keys measured there, over and over; unmeasured, `before` each
    time those that begin anew, and `between` two keys those that bring back what they left.

    The list is moved through in sight and, from its last line, scrolled: the same rows whatever its length.
    """

    name: str
    opened: Sequence[str]
    shows: str
    keys: Sequence[str]
    before: Sequence[str] = ()
    between: Sequence[str] = ()


SCENES = (
    Scene(name="list", opened=(), shows="F5 Sync", keys=["Down"] * 20 + ["Up"] * 20, before=("Home",)),
    Scene(name="scroll", opened=(), shows="F5 Sync", keys=["Down"] * 14, before=("Home", "PageDown")),
    Scene(name="verdict", opened=("F2",), shows="still needed", keys=["1", "2", "3", "2"] * 10, between=("Up",)),
    Scene(name="note", opened=("F3",), shows="F10", keys=list(_TYPED)),
    Scene(name="search", opened=("F7",), shows="Search", keys=[*_SEARCHED, *["\x7f"] * len(_SEARCHED)] * 3),
)


def keys(units: int, runs: int) -> Iterator[Row]:
    """Every scene over so many units: the median key of each run, its 95th percentile, and the CPU time of a key."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = laptop_of(units, Path(name))
        for scene in SCENES:
            yield from _scene(home, scene, units, runs)


def _scene(home: Path, scene: Scene, units: int, runs: int) -> Iterator[Row]:
    ours = Terminal([*program(), "--home", str(home), "--lang", "en"], ENVIRONMENT)
    bare = Terminal([sys.executable, "-m", "tests.bench.bare_app"], ENVIRONMENT)
    try:
        ours.wait_for("Supervision Workbench", f"{units} units", "F5 Sync")
        bare.wait_for("everything stands", "Quit")
        ours.press(*scene.opened)
        ours.wait_for(scene.shows)
        _press_all(ours, bare, scene)  # a first time for whatever is loaded at first use
        taken = [_press_all(ours, bare, scene) for _ in range(runs)]
        ours.press("^Q")  # in order, for a profile's sake
    finally:
        for terminal in (ours, bare):
            terminal.stop()
    for what, of, target in (("median", statistics.median, 3.0), ("95 %", _high, 4.0)):
        yield Row(
            name=f"keys {scene.name}, {units:,}, {what}",
            ours=[_of([pair[0] for pair in pairs], of) for pairs in taken],
            floor=[_of([pair[1] for pair in pairs], of) for pairs in taken],
            target=target,
        )
    yield Row(
        name=f"keys {scene.name}, {units:,}, CPU of a key",
        ours=[Sample(wall=pair[0].cpu, cpu=pair[0].cpu) for pairs in taken for pair in pairs],
        most_ms=_MOST_CPU_MS,
    )


def _of(samples: list[Sample], of: Callable[[list[float]], float]) -> Sample:
    return Sample(wall=of([each.wall for each in samples]), cpu=of([each.cpu for each in samples]))


def _answered(terminal: Terminal, key: str) -> Sample:
    before = fine_cpu_of(terminal.process)
    wall = terminal.answer_to(key)
    return Sample(wall=wall, cpu=fine_cpu_of(terminal.process) - before)


def _press_all(ours: Terminal, bare: Terminal, scene: Scene) -> list[tuple[Sample, Sample]]:
    ours.press(*scene.before)
    pairs = []
    for key in scene.keys[:_PRESSES]:
        pairs.append((_answered(ours, key), _answered(bare, "x")))
        for back in scene.between:
            ours.answer_to(back)
    return pairs


def _high(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
