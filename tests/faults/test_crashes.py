"""A fault of the program in the middle of every command of both programs, and on every screen: its place, no secret."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from sync.replica import Replica
from sync.replica.editing import edits
from tests.faults.every_command import (
    STAYS,
    Command,
    by_metavar,
    laptop_commands,
    run_laptop,
    run_store,
    store_commands,
)
from tests.faults.hostile import WAYS, every_screen, laptop_of
from tests.faults.kills import without_waiting
from tests.store import District
from tests.supervisor_tui.workbench import new_workbench_file
from tests.sync.central.pen import NOTE, Pen

CONTENT = "流动党员的帮扶安排只在这一个单位"
TOKEN, CODE, PASSPHRASE = "demo.d-1.unsayable-token", "ABCDE-FGHJK-MNPQR", "open sesame, please"
SECRETS = (CONTENT, CONTENT[:6], TOKEN, "unsayable", CODE, PASSPHRASE)
PLACES = 5  # of each command
GUARDS = ("guarded", "_guarded")  # the function in which a command's faults end, by its name
# Modules that say or write what went wrong: a fault in them has nowhere to go.
AFTER = (
    *("options/outcome.py", "crash_report.py", "terminal/text.py", "control_characters.py", "private_files.py"),
    *("__init__.py", "language.py", "console/catalog.py", "central/cli/output.py", "central/cli/commands.py"),
)
WORDS = {"zh": "程序出错", "en": "met a fault"}
LAPTOP = {command.name: command for command in laptop_commands()}
STORE = {command.name: command for command in store_commands()}


class Struck(Exception):
    """A fault whose message holds everything that may not be told."""


class Striking:
    """Raises as the program calls its function number `at` since the guard; 0 only counts."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.calls = 0
        self._is_inside = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """What Python tells of every call and return."""
        if event != "call" or not _is_ours(frame):
            return
        if frame.f_code.co_name in GUARDS:
            self._is_inside = True
        elif self._is_inside and not frame.f_code.co_filename.endswith(AFTER):
            self.calls += 1
            if self.calls == self.at:
                raise Struck(" ".join(SECRETS))


def _is_ours(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    return name.startswith(("sync.", "supervisor_tui.")) and frame.f_code.co_name[:1] != "<"


@contextmanager
def _watched(striking: Striking) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(striking)
    try:
        yield
    finally:
        sys.setprofile(before)


def _places(count: int) -> list[int]:
    """The first call, the last, and some between."""
    return sorted({1 + (count - 1) * step // (PLACES - 1) for step in range(PLACES)}) if count else []


def _tells_nothing(*texts: str) -> None:
    for text in texts:
        assert "Traceback" not in text
        assert [secret for secret in SECRETS if secret in text] == []


VALUES = {"UNIT": "u-01", "UNIT|FILE": "u-01", "TEXT": "帮扶", "FIELD": "content", "KIND": "liaison_note"}
VALUES |= {"URL": "http://127.0.0.1:1", "CODE": CODE, "ID": "c-1", "STATUS": "closed"}
VALUES |= {"PATH": "paper.csv", "FILE": "file"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop in the middle of its work."""
    home = tmp_path_factory.mktemp("home")
    file = home / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    with new_workbench_file(file, "office") as replica:
        VALUES["RECORD"] = edits.create(replica, "liaison_note", "u-01", NOTE | {"content": CONTENT}).record
    return home


# A fault that strikes while a generator is being closed goes nowhere: Python tells of it, and the program goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", LAPTOP)
def test_a_fault_in_the_middle_of_a_command_of_the_laptop_tells_its_place_and_no_secret(name: str, home: Path) -> None:
    command = LAPTOP[name]
    report = home / "profiles" / "default" / "crash.log"
    line = command.line(by_metavar(VALUES), options=name == "join")
    met = 0
    with without_waiting():
        for number, place in enumerate(_where(command, lambda: run_laptop(home, line))):
            report.unlink(missing_ok=True)
            lang = ("zh", "en")[number % 2]
            with _watched(striking := Striking(place)):
                said = run_laptop(home, line, lang)
            _tells_nothing(said.err, said.out.replace(CONTENT, ""))  # a record is there to be read
            if striking.calls >= place and report.exists():
                assert (said.code, WORDS[lang] in said.err) == (1, True), said
                # A fault in a function that SQLite calls is the driver's by the time it arrives.
                assert any(name in report.read_text() for name in ("Struck", "OperationalError"))
                _tells_nothing(report.read_text())
                met += 1
    assert met, "no fault was met"


# A fault that strikes while a generator is being closed goes nowhere: Python tells of it, and the program goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", STORE)
def test_a_fault_in_the_middle_of_a_command_of_the_office_tells_its_place_and_no_secret(
    name: str, district: District, tmp_path: Path
) -> None:
    from sync.central.admin.quarantine import every_item
    from sync.central.service.store import open_store

    store = open_store(district.database)
    pen = Pen(store, district.people["wang"])
    pen.send(pen.write("u-3", NOTE | {"content": CONTENT}))
    values = {
        "UNIT": "u-1", "PERSON": district.people["wang"], "ITEM": every_item(store)[0].id, "DEVICE": pen.device,
        "TEXT": "核对过", "G": "first", "GROUP": "first", "ID": "demo", "NAME": "x", "PATH": "copy",
        "FILE": "units.csv", "IN": "in", "OUT": "out",
    }  # fmt: skip
    store.close()
    (district.database.parent / "units.csv").write_text("id,name,category\nu-9,单位,farm\n", encoding="utf-8")
    (district.database.parent / "in").mkdir()
    command, report = STORE[name], district.database.with_name("crash.log")
    line = command.line(by_metavar(values), options=name in ("assign", "person change"))
    met = 0
    for number, place in enumerate(_where(command, lambda: run_store(district.database, line))):
        report.unlink(missing_ok=True)
        lang = ("zh", "en")[number % 2]
        with _watched(striking := Striking(place)):
            said = run_store(district.database, line, lang)
        _tells_nothing(said.err, said.out.replace(CONTENT, ""))
        if striking.calls >= place and report.exists():
            assert (said.code, WORDS[lang] in said.err) == (1, True), said
            assert "Struck" in report.read_text()
            _tells_nothing(report.read_text())
            met += 1
    assert met, "no fault was met"


def _where(command: Command, run: Any) -> list[int]:
    """At which calls to strike; what would go on until stopped meets its fault at the first ones."""
    if set(command.words) & {*STAYS}:
        return [1, 2]
    with _watched(counted := Striking()):
        run()
    return _places(counted.calls)


@pytest.mark.parametrize("where", ["as it is made", "in a handler"])
@pytest.mark.parametrize("name", sorted(every_screen()))
async def test_a_fault_on_a_screen_tells_its_place_and_no_secret(
    name: str,
    where: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    shared: Path,
) -> None:
    def failing(*_: object, **__: object) -> Any:
        raise Struck(" ".join(SECRETS))

    file = tmp_path / "replica.db"
    file.write_bytes(shared.read_bytes())
    lang = ("zh", "en")[len(name) % 2]
    app = WorkbenchApp(file, Replica.open(file))
    screen = every_screen()[name]

    async def open_it() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            set_language(lang)
            opened = WAYS[name](app, screen, CONTENT)
            if where == "as it is made":
                monkeypatch.setattr(screen, "compose", failing)
            await app.push_screen(opened)
            opened.call_later(failing)
            await pilot.pause()
            await pilot.pause()

    with pytest.raises(Struck):
        await open_it()
    report = (tmp_path / "crash.log").read_text()
    assert "Struck" in report
    said = capsys.readouterr()
    assert WORDS[lang] in app.fault_words()
    _tells_nothing(report, app.fault_words(), said.out, said.err)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop's file full of one text, closed."""
    file = tmp_path_factory.mktemp("shared") / "replica.db"
    replica = laptop_of(file, CONTENT)
    replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    replica.close()
    return file
