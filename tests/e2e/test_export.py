"""Reports through the command line: every number lists its records, every format holds any text, bytes repeat."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from sync.ledger.ids import check_code
from sync.replica import Replica
from tests.e2e.busy import HOSTILE, PERIOD, behind_numbers, busy, export, follow, line, record_id, sums
from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.workbench import ME, OFFICER, Pen

__all__ = ["busy", "line"]


def _tables(line: Line, lang: str = "en") -> list[dict[str, Any]]:
    path = line.home / f"read-{lang}.json"
    assert line("export", "brief", *PERIOD, "--out", str(path), "--force", lang=lang).code == 0
    blocks: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["blocks"]
    return [block for block in blocks if block["kind"] == "table"]


def _numbers(line: Line) -> dict[str, int]:
    """The numbers of the brief by their reference."""
    return {
        ref: value
        for table in _tables(line)
        for values, refs in zip(table["rows"], table.get("refs", []), strict=False)
        for value, ref in zip(values, refs, strict=True)
        if ref
    }


def _behind(rows: list[list[Any]]) -> Counter[str]:
    """How many rows of the lists of records say that a number counts them; their last column says which."""
    return Counter(ref for row in rows for ref in str(row[-1] or "").split())


def test_every_number_of_the_brief_is_the_count_of_the_records_listed_behind_it(busy: Line) -> None:
    numbers = behind_numbers(busy)
    lists = [table for table in _tables(busy) if table["columns"][-1] == "counted in"]
    behind = _behind([row for table in lists for row in table["rows"]])
    assert numbers == {ref: count for ref, count in behind.items() if ref in numbers}
    assert not behind.keys() - numbers.keys()
    shown = _numbers(busy)
    counted = {ref: value for ref, value in shown.items() if value and ref not in _sums(busy)}
    assert counted == {ref: numbers[ref] for ref in counted}
    assert len(counted) > 20


def test_every_sum_of_members_is_the_sum_of_its_column_in_the_list_of_counts(busy: Line) -> None:
    (counts,) = [table for table in _tables(busy) if "Laid off" in table["columns"]]
    names = {"members": "Members", "out_of_contact": "Out of contact", "exempt": "Exempt", "retired": "Retired"}
    added = {ref: (names[field], value) for ref, (field, value) in sums(busy).items() if field in names}
    assert any(value for _, value in added.values())
    for ref, (heading, value) in added.items():
        place = counts["columns"].index(heading)
        rows = [row for row in counts["rows"] if ref in str(row[-1]).split()]
        assert sum(row[place] or 0 for row in rows) == value, ref


def _sums(line: Line) -> set[str]:
    """The refs of numbers that are no counts of records."""
    tables = line("brief", *PERIOD, "--json").value["tables"]
    parted = ("baseline", "district_share", "satisfaction", "people_by_", "study_by_", "training")
    return {
        each["ref"] + letter
        for table in tables
        if table["name"].startswith(parted)
        for each in table["lines"]
        for letter in ("", *"abcdefghij")
    }


def test_the_brief_counts_what_happened_in_its_period_and_nothing_else(busy: Line) -> None:
    rows = {row[1]: row[2:] for table in _tables(busy) for row in table["rows"] if len(row) > 2}
    assert rows["Units in scope"] == [10]
    assert rows["Inspections"] == [len(HOSTILE) + 3]
    assert rows["Units visited in the period"] == [9]
    assert rows["Problems"][:2] == [len(HOSTILE) + 1, 0]
    assert rows["Problems"][3] == len(HOSTILE) + 1
    assert rows["Difficulties"] == [2, 1, 1, 1, 0, 0, 0, 0]
    assert rows["Units not visited in the period"] == [1]
    before = busy("export", "brief", "--from", "2026-09-01", "--to", "2026-09-07", "--format", "json", "--out", "-")
    figures = {row[1]: row[2:] for block in before.value["blocks"] for row in block.get("rows", []) if len(row) > 2}
    assert figures["Difficulties"] == [1, 0, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("steps", "counted"),
    [
        ((("05", "reported", ME), ("08", "verified", OFFICER), ("28", "closed", OFFICER)), [1, 1, 0, 0, 0, 0, 0, 0]),
        ((("05", "reported", ME), ("08", "verified", OFFICER)), [1, 0, 1, 0, 1, 0, 0, 0]),
        ((("05", "reported", ME), ("08", "verified", ME)), [1, 0, 1, 0, 0, 0, 0, 0]),
        (
            (("05", "reported", ME), ("08", "verified", OFFICER), ("09", "closed", ME), ("20", "open", ME)),
            [1, 0, 1, 1, 0, 0, 0, 0],
        ),
        ((("05", "withdrawn", ME),), [1, 0, 0, 0, 0, 0, 1, 0]),
    ],
    ids=["closed", "verified", "verified by who reported it", "opened again", "given up"],
)
def test_a_follow_up_counts_as_settled_when_it_is_closed_and_nothing_vanishes(
    line: Line, steps: tuple[tuple[str, str, str], ...], counted: list[int]
) -> None:
    given = {"nature": "suggestion", "title": "增设夜间学习点", "due_on": "2026-09-10", "status": "open"}
    with Replica.open(line.path) as replica:
        follow(Pen(replica), "u-03", record_id(300), given, steps)
    rows = {row[1]: row[2:] for table in _tables(line) for row in table["rows"] if len(row) > 2}
    assert rows["Suggestions"] == counted


def test_the_csv_says_the_same_in_chinese_and_neutralises_formulas(busy: Line) -> None:
    content = export(busy, "brief.csv", "brief", *PERIOD, lang="zh").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert "总体情况" in cells
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "-", "@", "＝") or cell[:1] in ("\t", "\r")]
    assert "'=HYPERLINK(0)" in cells


def test_the_html_runs_nothing_and_shows_everything(busy: Line) -> None:
    text = export(busy, "brief.html", "brief", *PERIOD).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not [character for character in text if character in "\u202e\u2066\u200f\x1b\x07\x00\ufffe\uffff"]
    assert check_code(record_id(3)) in text


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv", "json"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_brief_is_the_same_bytes(busy: Line, form: str, lang: str) -> None:
    first = export(busy, f"first.{form}", "brief", *PERIOD, lang=lang).read_bytes()
    again = busy.home / f"again.{form}"
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(busy.home), "--lang", lang, "export", "brief"]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "UTC+9"}
    subprocess.run([*command, *PERIOD, "--out", str(again)], check=True, env=environment, capture_output=True)
    assert again.read_bytes() == first


def test_a_file_is_never_replaced_unless_told(busy: Line) -> None:
    path = export(busy, "brief.csv", "brief", *PERIOD)
    path.write_text("mine", encoding="utf-8")
    refused = busy("export", "brief", *PERIOD, "--out", str(path))
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert path.read_text(encoding="utf-8") == "mine"
    assert busy("export", "brief", *PERIOD, "--out", str(path), "--force").code == 0
    assert path.read_bytes() != b"mine"
    assert not list(path.parent.glob(".export-*"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("brief", "--out", "brief.pdf"), 2),
        (("brief", "--from", "2026-13-40", "--out", "brief.csv"), 1),
        (("brief", "--from", "2026-09-30", "--to", "2026-09-01", "--out", "brief.csv"), 1),
        (("brief", "--out", "no/such/folder/brief.csv"), 1),
    ],
)
def test_what_cannot_be_written_is_said_in_one_sentence(line: Line, arguments: tuple[str, ...], code: int) -> None:
    done = line("export", *arguments)
    assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1)


def test_a_check_code_finds_its_record_however_it_is_typed(busy: Line) -> None:
    code = check_code(record_id(3))
    shown = busy("show", code, "--json").value
    assert shown["record"] == record_id(3)
    typed = code.lower().replace("-", " ").replace("0", "o")
    for text in (code, typed, code.replace("-", "－")):
        assert [hit["record"] for hit in busy("search", text, "--json").value][:1] == [record_id(3)]
    assert busy("show", "ZZZZ-ZZZZ").code == 1
