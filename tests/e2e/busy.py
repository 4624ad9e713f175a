"""A laptop with a September of its own, for the tests of reports: visits, follow-ups in every state, hostile texts."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.supervisor_tui.cli.test_commands import Line, line
from tests.supervisor_tui.workbench import INSPECTION, ME, OFFICER, Pen, new_workbench_file

__all__ = ["line"]

PERIOD = ("--from", "2026-09-01", "--to", "2026-09-30")
HOSTILE = [
    "=HYPERLINK(0)",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "  =1",
    "＝1+1",
    "<script>alert(1)</script>&amp;\"'",
    "\u202eevil\u2066\u200f",
    "\x1b[31mred\x07\x00",
    "a\ufffe\uffffb",
    "]]><w:p/>{{x}}",
    "<r><t>rich</t></r>",
    "_x0007_",
]


def record_id(number: int) -> str:
    """The id of a record of `busy`."""
    return f"0198f000-0000-7000-8000-{number:012x}"


@pytest.fixture
def busy(line: Line) -> Line:
    """The laptop with a September of its own: visits, follow-ups in every state, and texts that want to do harm."""
    line.path.write_bytes(_made_once())
    return line


@functools.cache
def _made_once() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replica.db"
        with new_workbench_file(path) as replica:
            _give_september(Pen(replica))
        return path.read_bytes()


def _give_september(pen: Pen) -> None:
    for number, text in enumerate(HOSTILE):
        unit = f"u-{number % 9 + 1:02}"
        visit = INSPECTION | {
            "visited_on": f"2026-09-{number + 1:02}",
            "summary": text + " 情况",
            "good_practice": text,
        }
        _write(pen, unit, "inspection", record_id(number), visit)
        problem = {"nature": "problem", "title": text, "due_on": "2026-09-20", "status": "open"}
        _write(pen, unit, "follow_up", record_id(100 + number), problem)
    hard = {"nature": "difficulty", "title": "活动室漏雨", "due_on": "2026-09-10", "status": "open"}
    steps = (("05", "reported", ME), ("08", "verified", OFFICER), ("30", "closed", OFFICER))
    follow(pen, "u-02", record_id(200), hard, steps)


def follow(pen: Pen, unit: str, record: str, fields: dict[str, Any], steps: Iterable[tuple[str, str, str]]) -> None:
    """A follow-up of 2 September, and its steps: day of September, status, who."""
    entry = _write(pen, unit, "follow_up", record, fields)
    for day, status, who in steps:
        at = f"2026-09-{day}T02:00:00.000Z"
        given = {"at": at, "by": who, "over": {"status": [entry.hash]}}
        entry = _write(pen, unit, "follow_up", record, {"status": status}, **given)


def _write(pen: Pen, unit: str, kind: str, record: str, fields: dict[str, Any], **given: Any) -> Any:
    return pen.write(unit, kind, record, fields, **{"device": "d-9", "at": "2026-09-02T02:00:00.000Z", **given})


def behind_numbers(line: Line) -> dict[str, int]:
    """How many records stand behind each number of the brief that is not zero: of a sum, those that it adds."""
    tables = line("brief", *PERIOD, "--json").value["tables"]
    letters = "abcdefghij"
    return {
        each["ref"] + (letters[place] if table["columns"] else ""): len(records)
        for table in tables
        for each in table["lines"]
        for place, records in enumerate(each["records"])
        if records
    }


def sums(line: Line) -> dict[str, tuple[str, int]]:
    """The numbers of the brief that add up a field of counts: by ref the field and the sum."""
    tables = line("brief", *PERIOD, "--json").value["tables"]
    found = {}
    for table in tables:
        if table["name"].startswith("people_by_"):
            for each in table["lines"]:
                for letter, field, value in zip("abcdefghij", table["columns"], each["values"], strict=False):
                    found[f"{each['ref']}{letter}"] = (field, value)
    return found


def export(line: Line, name: str, *arguments: str, lang: str = "en") -> Path:
    """Write a report; where it stands."""
    path = line.home / name
    done = line("export", *arguments, "--out", str(path), lang=lang)
    assert (done.code, done.err) == (0, "")
    assert str(path) in done.out
    return path
