"""`start` and `help`: from process start to the first usable screen, and the command line's quick answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from fixtures.generate import generate
from fixtures.history import Pace
from fixtures.play import play
from sync.exchange import exchange
from tests.bench import measure
from tests.bench.entries import fill
from tests.bench.measure import Row, Sample, paired
from tests.store import District, serving
from tests.terminal import Terminal

ENVIRONMENT = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", COLORTERM="")
_MOST_ENTRIES, _ENTRIES_A_YEAR = 100_000, 20  # in all; of one unit at the usual pace
_TODAY = date(2026, 9, 30)
COUNTY = 2_000


def laptop_of(units: int, folder: Path) -> Path:
    """A home with one profile: the office's laptop of a generated district, a year and at most some 100,000 entries."""
    share = min(1.0, _MOST_ENTRIES / (units * _ENTRIES_A_YEAR))
    return _laptop(units, 1, Pace(inspections=4.0 * share, notes=6.0 * share, follow_ups=3.0 * share), folder)


def county(folder: Path) -> Path:
    """The same of 2,000 units over 5 years: 40,000 inspections, 60,000 notes, 200,000 follow-ups, 1,000 on one unit."""
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
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return Sample(wall=time.perf_counter() - begun)


def answers(runs: int) -> list[Row]:
    """`--help`, `status --json` and `units --json` over 5,000 units."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = laptop_of(5_000, Path(name))
        ours = program()
        file = file_of(home)
        script = (
            "import sqlite3, json; print(json.dumps([list(r) for r in sqlite3.connect("
            f"{str(file)!r}).execute('SELECT ledger, name, category, last_visit, open FROM unit')]))"
        )
        status_script = f"import sqlite3, json; print(json.dumps(sqlite3.connect({str(file)!r}).execute("
        status_script += "'SELECT count(*) FROM entry WHERE number IS NULL').fetchone()))"
        python = [sys.executable, "-c"]
        return [
            paired("help", lambda: _timed([*ours, "--help"]), lambda: _timed([*python, "pass"]), runs=runs, target=3.0),
            paired(
                "status --json",
                lambda: _timed([*ours, "--home", str(home), "status", "--json"]),
                lambda: _timed([*python, status_script]),
                runs=runs,
                target=2.0,
            ),
            paired(
                "units --json, 5,000",
                lambda: _timed([*ours, "--home", str(home), "units", "--json"]),
                lambda: _timed([*python, script]),
                runs=runs,
                target=2.0,
            ),
        ]
