"""Closing a unit from the command line, and taking that back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.workbench import new_workbench_file

MERGED = ("close", "u-01", "--on", "2026-09-18", "--why", "merged", "--reason", "合并")

pytestmark = pytest.mark.usefixtures("that_day")


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """The office's laptop."""
    line = Line(tmp_path, capsys, monkeypatch)
    line.path.parent.mkdir(parents=True)
    new_workbench_file(line.path, "office").close()
    return line


def _open(line: Line, unit: str) -> list[str]:
    return sorted(row["title"] for row in line("followups", "--unit", unit, "--json").value)


def test_a_unit_that_is_merged_gives_its_follow_ups_to_the_one_successor(line: Line) -> None:
    mine, theirs = _open(line, "u-01"), _open(line, "u-02")
    assert mine
    assert line(*MERGED, "--successor", "u-02").code == 0
    assert _open(line, "u-02") == sorted([*mine, *theirs])
    assert _open(line, "u-01") == []
    assert "u-01" not in [row["id"] for row in line("units", "--json").value]
    assert line("reopen", "u-01", "--why", "录错").code == 0
    assert (_open(line, "u-01"), _open(line, "u-02")) == (mine, theirs)


def test_a_closing_that_says_nothing_of_a_follow_up_lists_it_and_changes_nothing(line: Line) -> None:
    said = line("close", "u-01", "--why", "dissolved", "--reason", "撤销")
    assert said.code == 1
    for row in line("followups", "--unit", "u-01", "--json").value:
        assert row["record"] in said.err
        assert row["title"] in said.err
    assert "u-01" in [row["id"] for row in line("units", "--json").value]


def test_each_follow_up_is_given_or_settled_by_itself(line: Line) -> None:
    first, *others = line("followups", "--unit", "u-01", "--json").value
    done = line(
        *("close", "u-01", "--why", "dissolved", "--reason", "分设", "--successor", "u-02", "--successor", "u-03"),
        *("--give", f"{first['record']}=u-03", "--settle-rest", "不再需要"),
    )
    assert done.code == 0
    assert first["title"] in _open(line, "u-03")
    assert all(line("show", row["record"], "--json").value["fields"]["status"] == "withdrawn" for row in others)


def test_only_the_office_closes_a_unit(line: Line) -> None:
    line.path.unlink()
    new_workbench_file(line.path).close()
    assert line(*MERGED, "--successor", "u-02").code == 1
    assert "u-01" in [row["id"] for row in line("units", "--json").value]
