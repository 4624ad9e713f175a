"""The demo: a sample district in a real central store on a free loopback port, laptops that join it, and the main job.

With a terminal the workbench opens on it; with `--headless` two laptops do a supervisor's day through the real store
and every step is printed. Everything lies in one folder, which goes when the demo ends (unless `--keep` names one).
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Self

import msgspec

from supervisor_tui.cli import commands
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import language, t
from supervisor_tui.terminal.text import one_line
from sync.console.named_files import given_path
from sync.model.days import DEFAULT
from sync.system.private_files import private_folder

_END_SECONDS = 10.0  # for a process of the demo's to end in order
_SIGNALLED = 128  # and the signal's number: the exit code of a program that a signal has ended


def run(options: argparse.Namespace) -> int:
    """The demo in the workbench, or headless."""
    if not options.headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(t("cli.demo_no_terminal"), commands.WRONG_USAGE)
    signals = _Signals()
    signals.listen()
    with _folder(options.keep, signals) as folder, Demo(folder, options.units, signals) as district:
        return district.headless() if options.headless else district.workbench()


class _Signals:
    """The signals that end the demo. The first one raises `SystemExit`, so that everything is cleared up; others wait.

    What must not be left half done (a process started and not yet known, a folder half removed) is `held`.
    """

    def __init__(self) -> None:
        self._came = 0
        self._holds = 0

    def listen(self) -> None:
        """Take the signals from now on."""
        for name in ("SIGHUP", "SIGTERM"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._take)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let a signal that comes inside have its effect at the end of the block."""
        self._holds += 1
        came = self._came
        try:
            yield
        finally:
            self._holds -= 1
            if self._came != came:
                self.exit_if_asked()

    def exit_if_asked(self) -> None:
        """Exit, if a signal has come and its exit was taken for an answer somewhere."""
        if self._came and not self._holds:
            sys.exit(_SIGNALLED + self._came)

    def _take(self, number: int, _: object) -> None:
        if not self._came:
            self._came = number
            self.exit_if_asked()


def _fixtures(name: str) -> ModuleType:
    """The sample district's code: inside the package in a wheel, a folder beside it in a checkout."""
    try:
        return import_module(f"supervisor_tui._fixtures.{name}")
    except ModuleNotFoundError:
        return import_module(f"fixtures.{name}")


@contextmanager
def _folder(keep: str | None, signals: _Signals) -> Iterator[Path]:
    """A folder for the demo's files; one that `--keep` names must be new or empty, and stays."""
    if keep:
        kept = given_path(keep)
        if kept.exists() and (not kept.is_dir() or any(kept.iterdir())):
            raise Refusal(t("demo.not_empty", folder=kept))
        private_folder(kept)
        yield kept
        return
    folder: Path | None = None
    try:
        with signals.held():
            folder = Path(tempfile.mkdtemp(prefix="supervisor-tui-demo-"))
        yield folder
    finally:
        with signals.held():
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)


class Demo:
    """One run of the demo: its store, its people and their laptops. At its end no process it has started is left."""

    def __init__(self, folder: Path, units: int, signals: _Signals) -> None:
        self.folder = folder
        self.units = units
        self.database = folder / "central.db"
        self.home = folder / "laptops"
        self.today = date.fromisoformat(DEFAULT.today())
        self._signals = signals
        self._started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End every process before its files are removed: a store that misses its file writes a copy elsewhere."""
        with self._signals.held():
            for process in self._started:
                _end(process)

    def workbench(self) -> int:
        """Join as a supervisor and open the workbench."""
        from supervisor_tui.app import run_workbench

        self._lay_out()
        people = _fixtures("people").demo_people(generated=bool(self.units))
        with self._store() as address:
            self._joined("office", address, people["office"])
            self._act("office")
            self._joined("default", address, people["supervisor"])
            self._must(["--profile", "default", "sync"])
            return run_workbench(profile_file(self.home, "default"), language=language())

    def headless(self) -> int:
        """A supervisor's day on two laptops, through the real store, printed step by step."""
        self._lay_out()
        people = _fixtures("people").demo_people(generated=bool(self.units))
        with self._store() as address:
            self._say("demo.store", address=address)
            self._joined("first", address, people["supervisor"])
            self._joined("second", address, people["office"])
            self._act("second")
            self._must(["--profile", "first", "sync"])
        unit, records = self._day_without_network(people["unit"])
        with self._store(address) as _:
            self._say("demo.online")
            for profile in ("first", "second"):
                self._must(["--profile", profile, "sync"])
            self._must(["--profile", "first", "status"])
            return self._read_back(unit, records)

    def _act(self, profile: str) -> None:
        """Let the office do on its laptop what the sample district has to show of it; a generated one has none."""
        self._must(["--profile", profile, "sync"])
        if self.units:
            return
        for act in _fixtures("people").office_acts(self.today):
            self._must(["--profile", profile, *act])
        self._must(["--profile", profile, "sync"])

    def _day_without_network(self, unit: str) -> tuple[str, list[str]]:
        """An inspection and a liaison note, written while no store can be reached."""
        from sync.replica import Replica

        self._say("demo.offline")
        path = profile_file(self.home, "first")
        records = []
        with Replica.open(path) as replica:
            day = _fixtures("people").demo_day(replica, unit, self.today)
        for kind, fields in day:
            file = self.folder / f"{kind}.json"
            file.write_bytes(msgspec.json.encode(fields))
            self._say("demo.record", kind=t(f"kind.{kind}"))
            records.append(self._record(kind, unit, file))
        self._say("demo.cannot_sync")
        if self._do(["--profile", "first", "sync"]) != commands.NO_CONNECTION:
            raise Refusal(t("demo.failed"))
        return unit, records

    def _record(self, kind: str, unit: str, file: Path) -> str:
        command = [sys.executable, "-m", "supervisor_tui", "--home", str(self.home), "--lang", language()]
        command += ["--profile", "first", "record", kind, "--unit", unit, "--file", str(file)]
        said, faults, code = self._output(command)
        print(said or faults, end="")
        if code:
            raise Refusal(t("demo.failed"))
        return str(msgspec.json.decode(said)["record"])

    def _read_back(self, unit: str, records: list[str]) -> int:
        """The unit's history on the second laptop; the day's records must be in it, and everything must verify."""
        from sync.replica import Replica, query

        with Replica.open(profile_file(self.home, "second")) as replica:
            card = query.unit(replica, unit)
        self._say("demo.read_back", unit=one_line(card.name) if card else unit)
        self._must(["--profile", "second", "history", unit])
        self._must(["--profile", "second", "verify", unit])
        with Replica.open(profile_file(self.home, "second")) as replica:
            missing = [record for record in records if query.record(replica, record) is None]
        if missing:
            raise Refusal(t("demo.failed"))
        self._say("demo.done", records=len(records))
        return commands.DONE

    def _lay_out(self) -> None:
        """Fill an empty central store with the sample district, or a generated one."""
        source = None
        if self.units:
            self._say("demo.generating", units=self.units)
            source = self.folder / "district"
            _fixtures("generate").generate(units=self.units, years=1, out=source, today=self.today)
        self._say("demo.laying_out")
        _fixtures("play").play(self.database, source=source, today=self.today)

    @contextmanager
    def _store(self, address: str = "") -> Iterator[str]:
        """A central store process; its address. Ends with the block, by its own process id."""
        port = address.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "sync.central", "--db", str(self.database), "serve", "--port", port]
        command.append("--until-stdin-ends")  # it ends with this process, however that ends
        with (self.folder / "store.log").open("ab") as log:
            process = self._start(command, stderr=log)
        try:
            yield _announced(process)
        finally:
            with self._signals.held():
                _end(process)

    def _start(self, command: list[str], stderr: int | IO[bytes]) -> subprocess.Popen[str]:
        """Start a process that has ended when the demo has."""
        with self._signals.held():
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr, text=True)
            self._started.append(process)
        return process

    def _output(self, command: list[str]) -> tuple[str, str, int]:
        """What a command prints, what it says of faults, and its exit code."""
        process = self._start(command, stderr=subprocess.PIPE)
        said, faults = process.communicate()
        return said, faults, process.returncode

    def _joined(self, profile: str, address: str, person: str) -> None:
        command = [sys.executable, "-m", "sync.central", "--db", str(self.database), "code", person]
        said, faults, code = self._output(command)
        if code:
            raise Refusal(faults or t("demo.failed"))
        self._must(["--profile", profile, "join", address, said.split()[-1], "--device", f"demo-{profile}"])

    def _do(self, command: list[str]) -> int:
        print(f"$ supervisor-tui {' '.join(command)}")
        sys.stdout.flush()
        code = commands.run(["--home", str(self.home), "--lang", language(), *command])
        self._signals.exit_if_asked()  # it may have come while the command line was read, where an exit is an answer
        return code

    def _must(self, command: list[str]) -> None:
        if self._do(command) != commands.DONE:
            raise Refusal(t("demo.failed"))

    def _say(self, key: str, **values: Any) -> None:
        print(f"\n# {t(key, **values)}")
        sys.stdout.flush()


def _end(process: subprocess.Popen[str]) -> None:
    """End a process, by force if it takes too long, and wait until it has ended."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _announced(process: subprocess.Popen[str]) -> str:
    """The address a store process prints when it listens; refused if it ends before."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    line = process.stdout.readline()
    if "http://" not in line:
        raise Refusal(t("demo.no_store"))
    return "http://" + line.strip().rpartition("http://")[2]
