"""`python -m tests.mutation [MODULE ...]`: report which changes the nearest tests notice (see the package)."""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.mutation.places import Place, places

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"
_GRACE = 30.0  # seconds beyond five times what the tests take unchanged, before a change counts as one that hangs


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
    every = {name: Module(name, tests) for name, tests in _table("nearest.toml").items()}
    if unknown := set(given.modules) - every.keys():
        parser.error(f"nearest.toml names no tests for {', '.join(sorted(unknown))}")
    with _copy_of_the_tree() as copy:
        counts = {name: _measure(every[name], Path(copy), given) for name in given.modules or every}
    print(f"{'module':36} mutants killed equivalent survived")
    for name, found in counts.items():
        print(f"{name:36} {found.total():7} {found[KILLED]:6} {found[EQUIVALENT]:10} {found[SURVIVED]:8}")
    return int(any(found[SURVIVED] * 10 > found.total() - found[EQUIVALENT] for found in counts.values()))


def _table(name: str) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return loaded


def _copy_of_the_tree() -> tempfile.TemporaryDirectory[str]:
    """Return a folder with the files of the tree as they stand, and nothing else."""
    folder = tempfile.TemporaryDirectory(prefix="mutation-")
    for package in ("supervisor_tui", "sync", "fixtures", "tests"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, Path(folder.name) / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder.name)
    # A change made within a second of another must not be taken for it: by the source's hash, not by its time.
    compileall.compile_dir(folder.name, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return folder


def _measure(module: Module, copy: Path, given: argparse.Namespace) -> Counter[str]:
    """Count what became of each change of a module, and print those that nobody noticed."""
    began = time.monotonic()
    if not _pass(module, copy, 3_600):
        raise SystemExit(f"{module.name}: its tests fail without any change")
    limit = (time.monotonic() - began) * 5 + _GRACE
    file, source = copy / module.path, (copy / module.path).read_bytes()
    counts: Counter[str] = Counter()
    try:
        for place in _drawn(places(source), given):
            file.write_bytes(place.changed(source))
            became = _became(module, place, source, copy, limit)
            counts[became] += 1
            if became == SURVIVED:
                print(f"{module.path}:{place.line}: {place.before(source)}  ->  {place.text}", flush=True)
    finally:
        file.write_bytes(source)
    return counts


def _drawn(found: list[Place], given: argparse.Namespace) -> list[Place]:
    """Return the sample: the same places for the same seed and source."""
    if not given.sample or len(found) <= given.sample:
        return found
    return sorted(random.Random(given.seed).sample(found, given.sample))


def _became(module: Module, place: Place, source: bytes, copy: Path, limit: float) -> str:
    if not _pass(module, copy, limit):
        return KILLED
    known = _equivalent(module.name)
    return EQUIVALENT if (place.before(source), place.text) in known else SURVIVED


def _equivalent(module: str) -> set[tuple[str, str]]:
    """Return the changes of a module that nobody can see, as `equivalent.toml` keeps them with their reasons."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("change", [])
    return {(each["before"], each["after"]) for each in listed if each["module"] == module}


def _pass(module: Module, copy: Path, limit: float) -> bool:
    """Return whether the nearest tests pass in time; what they started ends with them."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-n0",
        "--no-header",
        "-p",
        "no:cacheprovider",
        *module.tests,
    ]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    running = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return running.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        for process in _left(running):
            os.killpg(process, signal.SIGKILL)
        running.wait()


def _left(running: subprocess.Popen[bytes]) -> Iterator[int]:
    """Yield the group of a run of tests while any process of it lives."""
    try:
        os.killpg(running.pid, 0)
    except ProcessLookupError:
        return
    yield running.pid


if __name__ == "__main__":
    sys.exit(main())
