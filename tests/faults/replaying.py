"""A mix of actions told as lines of a test: done again in a fresh world, and shortened while it still fails alike."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.faults.lot import lot
from tests.faults.world import Template, World, travelled

_IN_MEMORY = Path("/dev/shm")  # Linux's folder in memory: a world's files are worth no waits for a disk


class Action(msgspec.Struct, frozen=True):
    """What happens next, printed as a line of a test."""

    name: str
    told: dict[str, Any]

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.told.items())
        return f"world.{self.name}({told})"

    def do(self, world: World) -> None:
        """Do it."""
        getattr(world, self.name)(**self.told)


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A fresh folder, in memory where the system has one that may be written."""
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="world-", dir=place) as name:
        yield Path(name)


@contextmanager
def opened(template: Template, folder: Path, number: int) -> Iterator[World]:
    """The fresh world of this number, in an empty folder."""
    lot.begin(number)
    world = World(template, folder)
    try:
        with travelled(world.road):
            yield world
    finally:
        world.close()


def shorten(
    template: Template, folder: Path, number: int, actions: Sequence[Action], error: BaseException
) -> list[Action]:
    """As few of these actions as still fail where they did; all of them where they do not fail again."""
    few, step = list(actions), len(actions)
    while step:
        for start in range(len(few) - step, -1, -step):
            fewer = few[:start] + few[start + step :]
            if _place(_failure(template, folder, number, fewer)) == _place(error):
                few = fewer
        step //= 2
    return few


def _failure(template: Template, folder: Path, number: int, actions: Sequence[Action]) -> BaseException | None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        try:
            with opened(template, Path(name), number) as world:
                for action in actions:
                    action.do(world)
                world.settle()
        except Exception as error:
            return error
    return None


def _place(error: BaseException | None) -> tuple[str, str, int]:
    """Where and as what a mix failed: the line that raised."""
    if error is None:
        return "", "", 0
    last = traceback.extract_tb(error.__traceback__)[-1]
    return type(error).__name__, last.filename, last.lineno or 0
