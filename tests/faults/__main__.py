"""`python -m tests.faults`: inject the faults that tests inject, more often, and print what came of them.

`kills --points 1000` kills a laptop and a store at so many random places, `points` at every place the program names;
`disks` fills small disks and cuts logs, `lines` spoils messages, `inputs` tries wrong ones of every family, `fields`
lets values on the edge of what a field may hold arrive.
`--seed` draws other places. Without a word, all of it, and the whole table.

`whole` runs the tests that try a drawn part of what is exhaustive (every statement, every byte, every text on every
screen) over everything; `whole kill hostile_screens` those of `test_kill.py` and `test_hostile_screens.py` alone.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import pytest

from tests.faults import bad_inputs
from tests.faults.counting import table
from tests.faults.disks import cut_logs, fill_disks
from tests.faults.field_values import worlds
from tests.faults.kills import kill_at_random
from tests.faults.lines import spoil_lines
from tests.faults.points import kill_at_points
from tests.faults.small_disk import kinds
from tests.store import new_district, serving

_PARTS = ("all", "kills", "points", "disks", "lines", "inputs", "fields")


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("what", nargs="?", choices=(*_PARTS, "whole"), default="all")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="with `whole`: test files, without `test_` and `.py`")
    parser.add_argument("--points", type=int, default=60, help="kills, over the three places")
    parser.add_argument(
        "--times",
        type=int,
        default=10,
        help="how often each point is killed at, and each fault of a disk and of a line injected",
    )
    parser.add_argument("--inputs", type=int, default=2_000, help="wrong inputs of each family, a tenth of slow ones")
    parser.add_argument("--worlds", type=int, default=200, help="small districts with values on the edge")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    if options.what == "whole":
        return _whole(options.tests)
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        district = new_district(folder)
        with serving(district.database) as district.address:
            if options.what in ("all", "kills"):
                (folder / "kills").mkdir()
                outcomes += kill_at_random(district, folder / "kills", options.points, options.seed)
            if options.what in ("all", "points"):
                (folder / "points").mkdir()
                outcomes += kill_at_points(district, folder / "points", options.times, options.seed)
            if options.what in ("all", "disks"):
                for number, kind in enumerate(kinds()):
                    (folder / f"disks-{number}").mkdir()
                    outcomes += fill_disks(district, folder / f"disks-{number}", options.times, kind, options.seed)
                (folder / "logs").mkdir()
                outcomes += cut_logs(district, folder / "logs", options.times, options.seed)
            if options.what in ("all", "lines"):
                (folder / "lines").mkdir()
                outcomes += spoil_lines(district, folder / "lines", options.times)
            print(table(outcomes), flush=True)
            tallies = []
            if options.what in ("all", "inputs"):
                (folder / "inputs").mkdir()
                tallies = bad_inputs.bad_inputs(district, folder / "inputs", options.inputs, options.seed)
                print("\n" + bad_inputs.table(tallies))
            if options.what in ("all", "fields"):
                (folder / "fields").mkdir()
                arrived = sum(map(len, worlds(folder / "fields", options.worlds, options.seed)))
                print(
                    f"\n{arrived} edits with values on the edge, in {options.worlds} districts: all of it could be read"
                )
    return 1 if any(each.lost or each.doubled for each in outcomes) or any(each.odd for each in tallies) else 0


def _whole(tests: list[str]) -> int:
    """Run these tests of faults, or all, over everything that a run of the suite draws a part of."""
    os.environ["FAULTS"] = "all"
    folder = Path(__file__).parent
    return int(pytest.main([str(folder / f"test_{each}.py") for each in tests] or [str(folder)]))


if __name__ == "__main__":
    raise SystemExit(main())
