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
from typing import Any

import msgspec

from supervisor_tui.cli import parser
from supervisor_tui.cli.outcome import Refusal
from supervisor_tui.locale import language, t
from supervisor_tui.profiles import profile_file
from supervisor_tui.text import one_line
from sync.days import DEFAULT
from sync.folders import private_folder
from sync.given_files import given_path

_START_SECONDS = 60.0
_SIGNALLED = 128  # and the signal's number: the exit code of a program that a signal has ended


def run(options: argparse.Namespace) -> int:
    """The demo in the workbench, or headless."""
    if not options.headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(t("cli.demo_no_terminal"), parser.WRONG_USAGE)
    for name in ("SIGHUP", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    with _folder(options.keep) as folder:
        district = Demo(folder, options.units)
        return district.headless() if options.headless else district.workbench()


def _leave(number: int, _: object) -> None:
    """Leave by the way that clears up."""
    sys.exit(_SIGNALLED + number)


def _fixtures(room: str) -> ModuleType:
    """The sample district's code: inside the package in a wheel, a folder beside it in a checkout."""
    try:
        return import_module(f"supervisor_tui._fixtures.{room}")
    except ModuleNotFoundError:
        return import_module(f"fixtures.{room}")


@contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    """A folder for the demo's files; one that `--keep` names must be new or empty, and stays."""
    if keep:
        folder = given_path(keep)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refusal(t("demo.not_empty", folder=folder))
        private_folder(folder)
        yield folder
        return
    folder = Path(tempfile.mkdtemp(prefix="supervisor-tui-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Demo:
    """One run of the demo: its store, its people and their laptops."""

    def __init__(self, folder: Path, units: int) -> None:
        self.folder = folder
        self.units = units
        self.database = folder / "central.db"
        self.home = folder / "laptops"
        self.today = date.fromisoformat(DEFAULT.today())

    def workbench(self) -> int:
        """Join as a supervisor and open the workbench."""
        from supervisor_tui.app import run_workbench

        self._lay_out()
        people = _fixtures("people").demo_people(generated=bool(self.units))
        with self._store() as address:
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
            self._must(["--profile", "first", "sync"])
        unit, records = self._day_without_network(people["unit"])
        with self._store(address) as _:
            self._say("demo.online")
            for profile in ("first", "second"):
                self._must(["--profile", profile, "sync"])
            self._must(["--profile", "first", "status"])
            return self._read_back(unit, records)

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
        if self._do(["--profile", "first", "sync"]) != parser.NO_CONNECTION:
            raise Refusal(t("demo.failed"))
        return unit, records

    def _record(self, kind: str, unit: str, file: Path) -> str:
        command = [sys.executable, "-m", "supervisor_tui", "--home", str(self.home), "--lang", language()]
        command += ["--profile", "first", "record", kind, "--unit", unit, "--file", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(done.stdout or done.stderr, end="")
        if done.returncode:
            raise Refusal(t("demo.failed"))
        return str(msgspec.json.decode(done.stdout)["record"])

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
        return parser.DONE

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
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield _announced(process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _joined(self, profile: str, address: str, person: str) -> None:
        command = [sys.executable, "-m", "sync.central", "--db", str(self.database), "code", person]
        code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]
        self._must(["--profile", profile, "join", address, code, "--device", f"demo-{profile}"])

    def _do(self, command: list[str]) -> int:
        print(f"$ supervisor-tui {' '.join(command)}")
        sys.stdout.flush()
        code = parser.run(["--home", str(self.home), "--lang", language(), *command])
        if code > _SIGNALLED:  # a signal came while the command line was read, where an exit is an answer
            sys.exit(code)
        return code

    def _must(self, command: list[str]) -> None:
        if self._do(command) != parser.DONE:
            raise Refusal(t("demo.failed"))

    def _say(self, key: str, **values: Any) -> None:
        print(f"\n# {t(key, **values)}")
        sys.stdout.flush()


def _announced(process: subprocess.Popen[str]) -> str:
    """The address a store process prints when it listens; refused if it ends before."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    line = process.stdout.readline()
    if "http://" not in line:
        raise Refusal(t("demo.no_store"))
    return "http://" + line.strip().rpartition("http://")[2]
