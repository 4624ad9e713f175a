"""`python -m tests.mutation [MODULE ...]`: report which changes the nearest tests notice (see the package)."""

from __future__ import annotations

import argparse
import random
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.mutation.places import Place, places
from tests.mutation.runs import Tree

HERE = Path(__file__).parent
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"
_GRACE = 20.0  # seconds beyond five times what the tests take unchanged, before a change counts as one that hangs


class Module(NamedTuple):
    """A module and the tests that stand nearest to it."""

    name: str
    tests: list[str]

    @property
    def path(self) -> Path:
        """Where it stands below the root."""
        return Path(*self.name.split(".")).with_suffix(".py")


def main(arguments: list[str] | None = None) -> int:
    """Run the modules that are named, else all; exit 1 where a module is below 90 %."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="as nearest.toml names them; all without any")
    parser.add_argument("--sample", type=int, default=60, help="places drawn a module (0: all)")
    parser.add_argument("--seed", type=int, default=20261130)
    given = parser.parse_args(arguments)
    every = {name: Module(name, tests) for name, tests in _nearest().items()}
    if unknown := set(given.modules) - every.keys():
        parser.error(f"nearest.toml names no tests for {', '.join(sorted(unknown))}")
    with Tree() as tree:
        counts = {name: _measure(every[name], tree, given) for name in given.modules or every}
    print(f"{'module':36} mutants killed equivalent survived")
    for name, found in counts.items():
        print(f"{name:36} {found.total():7} {found[KILLED]:6} {found[EQUIVALENT]:10} {found[SURVIVED]:8}")
    return int(any(found[SURVIVED] * 10 > found.total() - found[EQUIVALENT] for found in counts.values()))


def _nearest() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = tomllib.loads((HERE / "nearest.toml").read_text(encoding="utf-8"))
    return loaded


def _measure(module: Module, tree: Tree, given: argparse.Namespace) -> Counter[str]:
    """Count what became of each change of a module, and print those that nobody noticed."""
    if not tree.load(module.tests):
        raise SystemExit(f"{module.name}: its tests fail without any change")
    began = time.monotonic()
    if not tree.passes(module.tests, 3_600):
        raise SystemExit(f"{module.name}: its tests fail without any change, the second time")
    limit = (time.monotonic() - began) * 5 + _GRACE
    source, known = (tree.root / module.path).read_bytes(), _equivalent(module.name)
    counts: Counter[str] = Counter()
    for place in _drawn(places(source), given):
        with tree.changed(module.path, place.changed(source)):
            noticed = not tree.passes(module.tests, limit)
        became = KILLED if noticed else EQUIVALENT if place.described(source) in known else SURVIVED
        counts[became] += 1
        if became == SURVIVED:
            line, before, after = place.described(source)
            print(f"{module.path}:{place.line}: {before}  ->  {after}    in: {line}", flush=True)
    return counts


def _drawn(found: list[Place], given: argparse.Namespace) -> list[Place]:
    """Return the sample: the same places for the same seed and source."""
    if not given.sample or len(found) <= given.sample:
        return found
    return sorted(random.Random(given.seed).sample(found, given.sample))


def _equivalent(module: str) -> set[tuple[str, str, str]]:
    """Return the changes of a module that nobody can see, as `equivalent.toml` keeps them with their reasons."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("change", [])
    return {(each["line"], each["before"], each["after"]) for each in listed if each["module"] == module}


if __name__ == "__main__":
    sys.exit(main())
