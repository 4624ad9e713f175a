"""`python -m tests.bench [NAME…] [--runs N] [--json FILE] [--quick] [--county DIR] [--profile NAME]`: a table.

Each measurement takes ours and the floor in turn; `county` holds its rows against times instead. With `--county DIR`
the county of 2,000 units is made there once and used again, which saves minutes. `--profile NAME` leaves a profile of
the last run of one measurement's own part, made by pyinstrument, as `profile-NAME.html` in the current folder.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from tests.bench import county, crowd, exchanges, folds, keys, lines, local, replay, reports, saves, singles, starts
from tests.bench.measure import HEADING, Row, profile_into, surroundings

Measurement = Callable[[int, bool], Iterable[Row]]


def _opened(runs: int, quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = starts.laptop_of(200, Path(name)) if quick else starts.county(Path(name))
        yield from local.opened(starts.file_of(home), runs)


def _county(runs: int, quick: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = starts.laptop_of(200, Path(name)) if quick else starts.county(Path(name))
        yield from county.county(starts.file_of(home), runs)
        yield county.rebuilt(starts.file_of(home), Path(name) / "copy.db", runs)


def _keys(runs: int, quick: bool) -> Iterator[Row]:
    for units in (50,) if quick else (5_000, 50_000):
        yield from keys.keys(units, runs)


def _folds(runs: int, quick: bool) -> Iterator[Row]:
    for count in (20_000,) if quick else (100_000, 1_000_000):
        yield from folds.fold(count, runs)


def _sizes(quick: bool) -> tuple[int, ...]:
    return (10_000,) if quick else (10_000, 100_000)


MEASUREMENTS: dict[str, Measurement] = {
    "start": lambda runs, quick: (
        starts.start(units, runs) for units in ((50,) if quick else (50, 5_000, 50_000, starts.COUNTY))
    ),
    "help": lambda runs, _quick: starts.answers(runs),
    "keys": _keys,
    "save": lambda runs, _quick: saves.save(runs),
    "fold": _folds,
    "open": _opened,
    "county": _county,
    "brief": lambda runs, quick: reports.brief(runs, quick=quick),
    "push": lambda runs, quick: (exchanges.push(count, runs) for count in _sizes(quick)),
    "pull": lambda runs, quick: (exchanges.pull(count, runs) for count in _sizes(quick)),
    "noop": lambda runs, _quick: [exchanges.noop(runs)],
    "single": lambda runs, _quick: singles.single(runs),
    "thin": lambda runs, quick: lines.thin(1 if quick else runs),
    "many": lambda _runs, quick: (crowd.many(laptops) for laptops in ((20,) if quick else (200, 1_000, 2_000))),
    "replay": lambda _runs, quick: (
        row for laptops in ((20,) if quick else (1_000, 2_000)) for row in replay.replay(laptops)
    ),
    "size": lambda _runs, quick: local.size(_sizes(quick)[-1]),
}
PROFILED = [name for name in MEASUREMENTS if name not in ("many", "replay", "size")]


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="the small sizes alone")
    parser.add_argument("--county", type=Path, metavar="DIR", help="where the county is made once and found again")
    parser.add_argument("--profile", choices=PROFILED, metavar="NAME", help="profile one measurement")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # both sides start from .pyc files
    sys.dont_write_bytecode = False
    if options.profile:
        profile_into(Path(f"profile-{options.profile}.html").resolve())
        options.names = [options.profile]
    if options.county:
        starts.keep_county(options.county.resolve())
    print(HEADING)
    rows: list[Row] = []
    for name in options.names or MEASUREMENTS:
        for row in MEASUREMENTS[name](options.runs, options.quick):
            print(row.line(), flush=True)
            rows.append(row)
    print(surroundings())
    if options.json:
        options.json.write_bytes(msgspec.json.encode(rows))


if __name__ == "__main__":
    main()
