"""The map of what is promised names tests that exist, and no room of faults is left off it."""

from __future__ import annotations

import re
from pathlib import Path

import tests.faults

HERE = Path(__file__).parent
_NAMED = re.compile(r"^    (\S+\.py)::(\w+)$", re.MULTILINE)


def _named() -> list[tuple[str, str]]:
    return _NAMED.findall(tests.faults.__doc__ or "")


def test_every_test_it_names_is_there() -> None:
    missing = []
    for file, name in _named():
        path = HERE.parent / file
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not re.search(rf"^(async )?def {name}\(", text, re.MULTILINE):
            missing.append(f"{file}::{name}")
    assert missing == []
    assert len(_named()) == (tests.faults.__doc__ or "").count("::"), "a line that is not read as a test"


def test_every_room_of_faults_stands_on_it() -> None:
    rooms = {file.name for file in HERE.glob("test_*.py")} - {"test_map.py"}
    assert rooms - {Path(file).name for file, _ in _named()} == set()
