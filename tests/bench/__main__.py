"""`python -m tests.bench [NAME…] [--runs N] [--json FILE] [--quick]`: one table, ours beside the floor, in turn."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from tests.bench import exchanges, starts
from tests.bench.measure import HEADING, Row, surroundings

Measurement = Callable[[int, bool], Iterable[Row]]

MEASUREMENTS: dict[str, Measurement] = {
    "start": lambda runs, quick: (starts.start(units, runs) for units in ((50,) if quick else (50, 5_000, 50_000))),
    "help": lambda runs, _quick: starts.answers(runs),
    "push": lambda runs, quick: (exchanges.push(count, runs) for count in ((10_000,) if quick else (10_000, 100_000))),
    "pull": lambda runs, quick: (exchanges.pull(count, runs) for count in ((10_000,) if quick else (10_000, 100_000))),
    "noop": lambda runs, _quick: [exchanges.noop(runs)],
}


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="the small sizes alone")
    options = parser.parse_args()
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
