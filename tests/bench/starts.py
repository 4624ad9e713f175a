"""`start` and `help`: from process start to the first usable screen, and the command line's quick answers."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from fixtures.generate import generate
from fixtures.history import Pace
from fixtures.play import play
from sync.client.session import exchange
from tests.bench import measure
from tests.bench.entries import fill
from tests.bench.measure import Row, Sample, paired
from tests.store import District, serving
from tests.terminal import Terminal

# As a person's shell has it: whatever keeps Python from compiling once, or from buffering, would be measured instead.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
ENVIRONMENT |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": ""}
_MOST_ENTRIES, _ENTRIES_A_YEAR = 100_000, 20  # in all; of one unit at the usual pace
_TODAY = date(2026, 9, 30)
COUNTY = 2_000


def laptop_of(units: int, folder: Path) -> Path:
    """A home with one profile: the office's laptop of a generated district, a year and at most some 100,000 entries."""
    share = min(1.0, _MOST_ENTRIES / (units * _ENTRIES_A_YEAR))
    return _laptop(units, 1, Pace(inspections=4.0 * share, notes=6.0 * share, follow_ups=3.0 * share), folder)


_kept: Path | None = None


def keep_county(folder: Path) -> None:
    """From now on the county is made in this folder once, and found there again."""
    global _kept
    _kept = folder


def county(folder: Path) -> Path:
    """The same of 2,000 units over 5 years: 40,000 inspections, 60,000 notes, 200,000 follow-ups, 1,000 on one unit."""
    if _kept is None:
        return _county(folder)
    home = _kept / "home"
    if not home.exists():
        making = _kept.with_name(f"{_kept.name}.making")  # one that broke off is never taken for a whole one
        shutil.rmtree(making, ignore_errors=True)
        _county(making)
        making.replace(_kept)
    return home


def _county(folder: Path) -> Path:
    home = _laptop(2_000, 5, Pace(inspections=4.0, notes=6.0, follow_ups=20.0), folder)
    fill(file_of(home), ["u000007"], 850)
    return home


def file_of(home: Path) -> Path:
    """The file of a home's one profile."""
    return home / "profiles" / "default" / "replica.db"


def _laptop(units: int, years: float, pace: Pace, folder: Path) -> Path:
    database = folder / "central.db"
    generate(units=units, years=years, out=folder / "district", today=_TODAY, pace=pace)
    play(database, folder / "district", _TODAY)
    district = District(database=database, people={"office": "p-office"}, groups={})
    home = folder / "home"
    with serving(database) as district.address, district.laptop(file_of(home), "office") as replica:
        exchange(replica)
    return home


def program() -> list[str]:
    """The workbench's command, under the profiler if one was asked for."""
    file = measure.profile_file()
    profiler = ["-m", "pyinstrument", "-r", "html", "-o", str(file)] if file is not None else []
    return [sys.executable, *profiler, "-m", "supervisor_tui"]


def measured(command: list[str], expected: list[str]) -> Sample:
    """One start, to the moment everything expected stands on the screen."""
    terminal = Terminal(command, ENVIRONMENT)
    seconds = terminal.wait_for(*expected)
    terminal.rest(0.3)
    if measure.profile_file() is not None:
        terminal.press("^Q")
        terminal.ended()
        return Sample(wall=seconds)
    cpu, peak = terminal.stop()
    return Sample(wall=seconds, cpu=cpu, memory=peak)


def start(units: int, runs: int) -> Row:
    """Header, first rows and footer of the workbench, beside a bare Textual app with Header, Footer and one Static."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = county(Path(name)) if units == COUNTY else laptop_of(units, Path(name))
        command = [*program(), "--home", str(home), "--lang", "en"]
        bare = [sys.executable, "-m", "tests.bench.bare_app"]
        return paired(
            f"start, {units:,} units" + (", county" if units == COUNTY else ""),
            lambda: measured(command, ["Supervision Workbench", f"{units} units", "F5 Sync"]),
            lambda: measured(bare, ["everything stands", "bare app", "Quit"]),
            runs=runs,
            target=1.35,
        )


def _timed(command: list[str]) -> Sample:
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Sample(wall=wall, cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def answers(runs: int) -> list[Row]:
    """`--help`, `status --json` and `units --json` over 5,000 units, beside Python alone and with the same queries."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = laptop_of(5_000, Path(name))
        ours = [*program(), "--home", str(home)]

        def answer(command: str, script: str, target: float) -> Row:
            return paired(
                command,
                lambda: _timed([*ours, *command.split()]),
                lambda: _timed([sys.executable, "-c", script]),
                runs=runs,
                target=target,
            )

        def querying(query: str) -> str:
            return _QUERY.format(file=str(file_of(home)), query=query)

        return [
            answer("--help", "pass", 3.0),
            answer("status --json", querying(_STATUS), 2.0),
            answer("units --json", querying(_UNITS), 2.0),
        ]


_QUERY = (
    "import sqlite3, json; rows = sqlite3.connect({file!r}).execute({query!r}).fetchall();"
    " print(json.dumps(rows, ensure_ascii=False))"
)
_UNITS = (
    "SELECT ledger, name, category, last_visit, open, (SELECT count(*) FROM follow_up f WHERE f.ledger = unit.ledger"
    " AND f.open = 1 AND f.due_on < date('now')) FROM unit WHERE withdrawn = 0 ORDER BY pinyin, ledger"
)
_STATUS = (
    "SELECT (SELECT value FROM setting WHERE name = 'identity'), (SELECT count(*) FROM entry WHERE number IS NULL),"
    " (SELECT count(DISTINCT record) FROM conflict), (SELECT count(*) FROM entry WHERE code <> ''),"
    " (SELECT sum(seq) FROM chain WHERE device = 'd'), (SELECT body FROM entry WHERE number IS NULL LIMIT 1),"
    " (SELECT sum(r.seq) FROM receipt r JOIN chain c ON c.id = r.chain WHERE r.apart = 0 AND c.device = 'd')"
)
