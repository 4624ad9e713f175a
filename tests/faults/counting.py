"""What came of a fault, in figures: how often it was injected, what was lost or doubled, how long recovery took."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from statistics import median

import msgspec

from sync.replica import Replica


class Outcome(msgspec.Struct, kw_only=True):
    """One row of the table; `seconds`: from the restart until everything is exchanged, for each time."""

    fault: str
    injected: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: list[float] = []

    def count(self, written: set[str], held: Counter[str]) -> None:
        """Count what is missing of what was written, and what stands there more than once."""
        self.lost += len(written - held.keys())
        self.doubled += sum(times - 1 for times in held.values())


def bodies_on(replica: Replica) -> Counter[str]:
    """What a laptop's file holds, content and all."""
    return _named(replica.connection.execute("SELECT head FROM entry WHERE body IS NOT NULL"))


def bodies_stored(database: Path) -> Counter[str]:
    """The same of a store's database."""
    with closing(sqlite3.connect(database)) as connection:
        return _named(connection.execute("SELECT head FROM entry WHERE body IS NOT NULL").fetchall())


def _named(heads: Iterable[tuple[bytes]]) -> Counter[str]:
    return Counter(json.loads(head)["body"] for (head,) in heads)


def table(outcomes: Iterable[Outcome]) -> str:
    """The outcomes as lines of text."""
    lines = [f"{'fault':44} {'injected':>8} {'lost':>5} {'doubled':>7} {'median':>8} {'max':>8}"]
    for each in outcomes:
        middle, longest = (median(each.seconds), max(each.seconds)) if each.seconds else (0.0, 0.0)
        lines.append(f"{each.fault:44} {each.injected:8} {each.lost:5} {each.doubled:7} {middle:7.3f}s {longest:7.3f}s")
    return "\n".join(lines)
