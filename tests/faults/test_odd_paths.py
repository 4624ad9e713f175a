"""Names that are no files as people mean them: a sentence each, in every place, in both programs; no crash, no wait."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import words
from sync.client.session import exchange
from sync.console.named_files import given_path
from tests import warm
from tests.store import District

UNKNOWN = "~王/bundle"
GBK = os.fsdecode("档案".encode("gbk"))
LAPTOP = [
    ["bundle", "write", "{}"],
    ["bundle", "read", "{}"],
    ["record", "liaison_note", "--unit", "u-1", "--file", "{}"],
    ["record", "liaison_note", "--unit", "u-1", "--file", "note.json", "--attach", "{}"],
    ["attach", "0", "{}"],
    ["backup", "{}"],
    ["restore", "{}"],
    ["form", "{}", "--check"],
    ["verify", "{}"],
    ["export", "register", "--out", "{}/a.csv"],
    ["passphrase", "set", "--new-file", "{}"],
    ["--passphrase-file", "{}", "backup", "copy.db"],
    ["--home", "{}", "status"],
    ["--home", "{}", "join", "http://127.0.0.1:9", "0000-0000-00000"],
    ["attachments", "0", "--save", "1", "--out", "{}"],
]
OFFICE = [
    ["bundle", "answer", "{}", "answers"],
    ["import", "units", "{}"],
    ["import", "templates", "{}"],
    ["import", "campaign", "{}"],
    ["import", "units", "units.csv", "--map-file", "{}"],
    ["backup", "{}/a"],
    ["restore", "{}", "--force"],
    ["--db", "{}/central.db", "stats"],
]


def _run(folder: Path, program: str, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "SUPERVISOR_TUI_HOME": str(folder / "home"),
        "CENTRAL_STORE_DB": str(folder / "store" / "central.db"),
    }
    with contextlib.chdir(folder):
        return warm.run(program, command, env=environment)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, district_made_once: District) -> Path:
    """A folder with a store, a joined laptop, and a pipe that nobody writes into."""
    import shutil

    import msgspec

    from tests.store import serving

    folder = tmp_path_factory.mktemp("odd")
    (folder / "store").mkdir()
    database = folder / "store" / "central.db"
    for file in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(file, database.parent / file.name)
    with serving(database) as address:
        district = msgspec.structs.replace(district_made_once, database=database, address=address)
        with district.laptop(profile_file(folder / "home", "default"), "wang") as wang:
            exchange(wang)
    (folder / "note.json").write_text('{"noted_on": "2026-09-18", "mode": "visit", "content": "x"}')
    (folder / "units.csv").write_text("id,name,category\nu-9,x,farm\n")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize("name", [UNKNOWN, "pipe", GBK, "n" * 300, "store"])
@pytest.mark.parametrize(
    ("program", "command"),
    [("supervisor_tui", each) for each in LAPTOP] + [("sync.central", each) for each in OFFICE],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_an_odd_name_is_answered_by_a_sentence(place: Path, program: str, command: list[str], name: str) -> None:
    done = _run(place, program, *[each.replace("{}", name) for each in command])
    said = done.stderr + done.stdout
    assert "Traceback" not in said
    assert "crash.log" not in said
    assert said.strip()
    assert done.returncode in (0, 1, 2, 3, 4)


@pytest.mark.parametrize("program", ["supervisor_tui", "sync.central"])
@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_ends_no_command(place: Path, program: str, closed: str) -> None:
    command = "status" if program == "supervisor_tui" else "stats"
    line = f'exec "{sys.executable}" -m {program} {command} {closed}'
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=place,
        capture_output=True,
        check=False,
        timeout=120,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(Path.cwd()),
            "SUPERVISOR_TUI_HOME": str(place / "home"),
            "CENTRAL_STORE_DB": str(place / "store" / "central.db"),
            "LANG": "en_US.UTF-8",
        },
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if ">&-" in closed.split() else 0), done.stderr
    if closed == ">&-":
        assert "tandard output is closed" in done.stderr


def test_a_home_folder_of_nobody_stands_for_itself_as_in_a_shell() -> None:
    assert given_path(UNKNOWN) == Path(UNKNOWN)
    assert given_path("~") == Path.home()


def test_no_other_place_expands_a_home_folder() -> None:
    room = Path(__file__).parents[2]
    found = {
        file.name
        for package in ("sync", "supervisor_tui")
        for file in (room / package).rglob("*.py")
        if ".expanduser(" in file.read_text(encoding="utf-8")
    }
    assert found == {"named_files.py"}


def test_what_the_system_says_of_a_file_has_words() -> None:
    for name in ("ENAMETOOLONG", "EINVAL", "ENOLCK", "EPERM", "EACCES", "EROFS", "ENOSPC"):
        assert f"errno.{name}" in words()
