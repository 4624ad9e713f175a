"""A disk without locks or shared memory is told as what it is by both programs, and nothing is changed or spent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from sync.client.enrolment import join
from sync.client.session import exchange
from sync.replica import Replica
from tests.faults.odd_systems import KINDS, LOCKS_REFUSED, NO_LOCKS, NO_SHARED_MEMORY, may_refuse
from tests.store import District, office

pytestmark = pytest.mark.skipif(not may_refuse(), reason="a process cannot have calls refused to itself here")

WORDS = {LOCKS_REFUSED: "no file locks", NO_LOCKS: "no file locks", NO_SHARED_MEMORY: "no shared memory"}


def _begin(kind: str, program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.odd_systems", kind, program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _said(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, said = process.communicate(timeout=120)
    return process.returncode, out + said


def _databases(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in folder.rglob("*.db")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_names_what_the_disk_has_not(live: District, tmp_path: Path, kind: str) -> None:
    home, store, copy = tmp_path / "home", tmp_path / "idle.db", tmp_path / "copy.db"
    office(live.database, "backup", str(store))
    office(store, "stats")
    with live.laptop(profile_file(home, "default"), "wang") as wang:
        exchange(wang)
    before = _databases(tmp_path)
    laptop = [["status"], ["doctor"], ["backup", str(copy)]]
    served = [["stats"], ["serve", "--port", "0"], ["backup", str(copy)]]
    asked = [_begin(kind, "supervisor_tui", "--home", str(home), "--lang", "en", *each) for each in laptop]
    asked += [_begin(kind, "sync.central", "--db", str(store), *each) for each in served]
    for code, said in [_said(process) for process in asked]:
        assert code in (1, 4)
        assert (WORDS[kind] in said, "amaged" in said) == (True, False), said
    assert _databases(tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_join_leaves_no_half_profile_and_the_code_unspent(live: District, tmp_path: Path, kind: str) -> None:
    home, code = tmp_path / "home", office(live.database, "code", live.people["wang"])
    asked = _begin(kind, "supervisor_tui", "--home", str(home), "--lang", "en", "join", live.address, code)
    ended, said = _said(asked)
    assert (ended, WORDS[kind] in said) == (1, True), said
    assert not home.exists()
    join(profile_file(home, "default"), live.address, code, "laptop")
    with Replica.open(profile_file(home, "default")) as replica:
        assert replica.joined().person == live.people["wang"]
