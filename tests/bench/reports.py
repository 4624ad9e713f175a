"""`brief`: a year of the county from the command to the file, beside the same year's rows by SQL into one plain csv."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import starts
from tests.bench.measure import Row, Sample, paired

MOST_SECONDS = 3
_PERIOD = ("--from", "2025-10-01", "--to", "2026-09-30")
_BY_HAND = """
import csv, sqlite3, sys
bare = sqlite3.connect(sys.argv[1])
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    for statement in sys.argv[3:]:
        csv.writer(file).writerows(bare.execute(statement, ("2025-10-01", "2026-09-30")))
"""
_STATEMENTS = (
    "SELECT r.record, u.name, r.kind, r.day, r.stage, r.title, r.by, coalesce(r.fields, e.body) FROM unit u"
    " CROSS JOIN record r ON r.ledger = u.ledger AND r.day BETWEEN ? AND ? LEFT JOIN entry e ON e.id = r.id"
    " WHERE r.kind IN ('inspection', 'liaison_note', 'count', 'survey')",
    "SELECT r.record, u.name, f.nature, f.title, f.status, r.day, f.due_on, f.settled_on FROM follow_up f"
    " CROSS JOIN record r ON r.id = f.id JOIN unit u ON u.ledger = f.ledger"
    " WHERE (f.settled_on = '' OR f.settled_on >= ?) AND r.day <= ?",
)


def brief(runs: int, *, quick: bool) -> Iterator[Row]:
    """One row a format; the note says how long the slowest run took, of the seconds it may."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        home = starts.laptop_of(200, folder) if quick else starts.county(folder)
        by_hand = [sys.executable, "-c", _BY_HAND, str(starts.file_of(home)), str(folder / "bare.csv"), *_STATEMENTS]
        for form in ("html", "csv", "docx", "xlsx"):
            out = folder / f"brief.{form}"
            command = [
                *starts.program(),
                "--home",
                str(home),
                "export",
                "brief",
                *_PERIOD,
                "--force",
                "--out",
                str(out),
            ]
            row = paired(f"brief {form}", _process(command), _process(by_hand), runs=runs, target=0)
            slowest = max(sample.wall for sample in row.ours)
            row.ours[-1].notes = {"slowest s": round(slowest, 2), "of": MOST_SECONDS, "KB": out.stat().st_size // 1000}
            yield row


def _process(command: list[str]) -> Callable[[], Sample]:
    def sample() -> Sample:
        begun, before = time.perf_counter(), _cpu_of_children()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return Sample(wall=time.perf_counter() - begun, cpu=_cpu_of_children() - before)

    return sample


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
