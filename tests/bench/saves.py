"""`save`: an inspection is kept in a file of 20,000 entries, beside its bytes, and beside its rows by hand."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sync.client.session import exchange
from sync.ledger.chains import Entry
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.storage.connect import connect
from tests.bench import floor
from tests.bench.by_hand import Listening, Statements, write
from tests.bench.entries import compose, fill
from tests.bench.exchanges import UNITS, many_units
from tests.bench.measure import Row, Sample, paired
from tests.store import serving

_HELD, _UNIT = 20_000, "u-2"
Fields = dict[str, Any]


def save(runs: int) -> Iterator[Row]:
    """Finish an inspection: append, fold, index, durable; beside one FULL INSERT of its bytes, then its rows by hand.

    The second floor is what SQLite alone takes for the rows, indexes and tokens that ours leaves, with nothing of ours
    to make them.
    """
    count = 20 * runs
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        laptop = _filled(scratch)
        waiting = iter(list(islice(_made_by(_copy(laptop, "made"), _inspections(3)), count + 1)))
        by_hand = connect(_copy(laptop, "by-hand"), create=False)
        bare = floor.open_database(scratch / "bare.db")
        given, inserted = _inspections(2), _entries(2)
        with Replica.open(laptop) as replica:

            def ours() -> Sample:
                fields = next(given)
                return _timed(lambda: edits.create(replica, "inspection", _UNIT, fields))

            def bytes_alone() -> Sample:
                entry = next(inserted)
                row = (entry.hash, entry.raw_head + (entry.raw_body or b""))
                return _timed(lambda: write(bare, [("INSERT INTO entry (id, body) VALUES (?, ?)", [row])]))

            def rows() -> Sample:
                statements = next(waiting)
                return _timed(lambda: write(by_hand, statements))

            yield paired("save", ours, bytes_alone, runs=count, target=3.0)
            yield paired("save, rows by hand", ours, rows, runs=count, target=0.0)
        by_hand.close()


def _filled(scratch: Path) -> Path:
    """A laptop's file with the history of sixty units."""
    laptop = scratch / "laptop.db"
    district = many_units(scratch)
    with serving(district.database) as district.address, district.laptop(laptop, "wang") as replica:
        exchange(replica)
    fill(laptop, UNITS, _HELD)
    return laptop


def _copy(laptop: Path, name: str) -> Path:
    copy = laptop.with_name(f"{name}.db")
    shutil.copy(laptop, copy)
    return copy


def _entries(seed: int) -> Iterator[Entry]:
    """Inspections without end."""
    return (each for each in compose("d", "p", UNITS, 1_000_000, seed=seed) if each.head.kind == "inspection")


def _inspections(seed: int) -> Iterator[Fields]:
    return (json.loads(each.raw_body or b"")["set"] for each in _entries(seed))


def _made_by(laptop: Path, inspections: Iterator[Fields]) -> Iterator[Statements]:
    """What ours writes for each of these, in a file as the one that it will be written to by hand."""
    with Replica.open(laptop) as replica:
        listening: Any = Listening(replica.connection)
        replica.connection = listening
        for fields in inspections:
            listening.written = []
            edits.create(replica, "inspection", _UNIT, fields)
            yield listening.written


def _timed(work: Callable[[], object]) -> Sample:
    begun, before = time.perf_counter(), time.process_time()
    work()
    return Sample(wall=time.perf_counter() - begun, cpu=time.process_time() - before)
