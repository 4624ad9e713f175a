"""Run tests many times on a copy of the tree, without starting pytest and loading the libraries anew each time.

A first run tells which libraries the tests load. This process then loads them once, and every further run is a fork of
it that loads only the project's own modules, from the copy. What is changed is changed in the copy's files: processes
that a test starts find the change as well.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

_ROOT = Path(__file__).parent.parent.parent
_PACKAGES = ("supervisor_tui", "sync", "fixtures", "tests")
_MEMORY = 6 * 1024**3  # bytes of addresses: a change that collects without end fails, and does not fill the machine
_FORKING = multiprocessing.get_context("fork")
_OPTIONS = ("-x", "-q", "-n0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


class Tree:
    """A copy of the tree's files as they stand, and of nothing else."""

    def __init__(self, original: Path = _ROOT) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mutation-")
        self._last_written = int(time.time())
        self.root = Path(self._folder.name) / "tree"
        self.root.mkdir()
        for part in original.iterdir():
            if part.name in _PACKAGES:
                shutil.copytree(part, self.root / part.name, ignore=shutil.ignore_patterns("__pycache__"))
            elif part.is_file():
                shutil.copy(part, self.root)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @contextlib.contextmanager
    def changed(self, path: Path, source: bytes) -> Iterator[None]:
        """Let a file have another content for a while."""
        before = (self.root / path).read_bytes()
        self._write(path, source)
        try:
            yield
        finally:
            self._write(path, before)

    def _write(self, path: Path, source: bytes) -> None:
        """Write a file that no compiled one is taken for: they are known apart by size and by the second."""
        self._last_written += 1
        (self.root / path).write_bytes(source)
        os.utime(self.root / path, (self._last_written, self._last_written))

    def load(self, tests: list[str]) -> bool:
        """Load the libraries that these tests use, and return whether the tests pass."""
        listed = Path(self._folder.name) / "libraries"
        passed = self.passes(tests, 3_600, listed)
        for name in listed.read_text().split() if listed.exists() else ():
            _load(name)
        return passed

    def passes(self, tests: list[str], limit: float, listed: Path | None = None) -> bool:
        """Return whether tests pass within `limit` seconds; what they started ends with them."""
        run = _FORKING.Process(target=self._run, args=(tests, listed))
        run.start()
        assert run.pid is not None
        run.join(limit)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.join()
        return run.exitcode == 0

    def _run(self, tests: list[str], listed: Path | None) -> None:
        """Run tests in a process of their own, which begins as if nothing of the project had been loaded."""
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.__stdout__.fileno() if sys.__stdout__ else 1)
        os.dup2(nowhere, sys.__stderr__.fileno() if sys.__stderr__ else 2)
        os.chdir(self.root)
        os.environ |= {"PYTHONPATH": str(self.root), "HYPOTHESIS_PROFILE": "few"}
        sys.path[:] = [str(self.root), *(each for each in sys.path if each and Path(each) != _ROOT)]
        for name in _ours(sys.modules):
            del sys.modules[name]
        importlib.invalidate_caches()
        pytest.main([*_OPTIONS, f"--basetemp={self._folder.name}/files", *tests], plugins=[_End(listed)])
        os._exit(1)  # the tests have not begun


class _End:
    """Ends the process with the last test: pytest would walk through all that is loaded, several times."""

    def __init__(self, listed: Path | None) -> None:
        self._listed = listed

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """List the libraries that were loaded, if that is asked for, and end whatever threads there are."""
        if self._listed is not None:
            self._listed.write_text("\n".join(sys.modules.keys() - set(_ours(sys.modules))))
        os._exit(int(exitstatus))


def _ours(names: Iterable[str]) -> list[str]:
    return [name for name in names if name.partition(".")[0] in (*_PACKAGES, "conftest")]


def _load(name: str) -> None:
    """Load a library's module, if it can be loaded by itself: else each run loads it."""
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        importlib.import_module(name)
