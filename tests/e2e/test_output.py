"""What both commands print, where it goes somewhere narrow: a terminal of another encoding, a reader that has gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store import office

COMMANDS = {"office": "sync.central", "laptop": "supervisor_tui"}


def _printed(encoding: str, *command: str, code: int = 0) -> str:
    """What a command prints where stdout has this encoding; stderr must say nothing."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (code, b"")
    return done.stdout.decode(encoding)


@pytest.mark.parametrize("module", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_help_is_printed_in_any_encoding(module: str, encoding: str) -> None:
    printed = _printed(encoding, module, "--lang", "zh", "--help")
    assert ("用法" if encoding == "gbk" else "\\u7528\\u6cd5") in printed


def test_what_an_encoding_lacks_is_escaped_and_json_stays_json(tmp_path: Path) -> None:
    database = tmp_path / "central.db"
    office(database, "init", "--district", "demo", "--name", "示范区é𠮷")
    for encoding in ("ascii", "latin-1", "gbk"):
        printed = _printed(encoding, "sync.central", "--db", str(database), "stats", "--json")
        assert json.loads(printed)["name"] == "示范区é𠮷"
        assert "\\ud842\\udfb7" in _printed(encoding, "sync.central", "--db", str(database), "stats")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a trail to print."""
    database = tmp_path_factory.mktemp("store") / "central.db"
    office(database, "init", "--district", "demo", "--name", "示范区")
    return database


@pytest.mark.parametrize("unbuffered", ["1", ""])
@pytest.mark.parametrize("command", ["audit", "--help"])
def test_a_reader_that_goes_early_is_no_fault(database: Path, command: str, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert _poured(writing, unbuffered, "sync.central", "--db", str(database), command) == (0, "")
    assert _poured(writing, unbuffered, "supervisor_tui", "--help") == (0, "")
    os.close(writing)


@pytest.mark.parametrize("unbuffered", ["1", ""])
def test_a_full_disk_for_what_is_printed_is_said_in_one_sentence(database: Path, unbuffered: str) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    code, said = _poured(full, unbuffered, "sync.central", "--lang", "zh", "--db", str(database), "audit")
    assert (code, said) == (1, "这里做不了: 磁盘已满。\n")
    os.close(full)


def _poured(into: int, unbuffered: str, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        stdout=into,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", COMMANDS.values(), ids=COMMANDS)
def test_an_option_behind_the_command_is_told_where_it_belongs(module: str) -> None:
    for option in ("--lang=zh", "--version"):
        done = subprocess.run(
            [sys.executable, "-m", module, "--lang", "zh", "backup", "x.db", option],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2
        assert f"要写在命令前面: {option}\n" in done.stderr
