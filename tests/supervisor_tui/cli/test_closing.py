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


def test_a_record_dated_after_the_closing_is_kept_only_if_that_is_said(line: Line) -> None:
    assert line(*MERGED[:3], "2026-09-10", *MERGED[4:], "--successor", "u-02").code == 0
    note = {"noted_on": "2026-09-12", "mode": "visit", "content": "补记"}
    said = line("record", "liaison_note", "--unit", "u-01", given=note)
    assert said.code == 1
    assert "2026-09-10" in said.err
    assert line("record", "liaison_note", "--unit", "u-01", given=note | {"noted_on": "2026-09-10"}).code == 0
    assert line("record", "liaison_note", "--unit", "u-01", "--anyway", given=note).code == 0


def test_the_file_of_a_unit_says_what_it_became_what_it_came_from_and_what_is_below_it(
    line: Line, tmp_path: Path
) -> None:
    assert line("correct", "u-01", "--why", "改名", given={"name": "瑶湖渔业公司党委"}).code == 0
    assert line("correct", "u-03", "--why", "隶属", given={"parent": "u-02"}).code == 0
    titles = _open(line, "u-01")
    assert line(*MERGED, "--successor", "u-02").code == 0

    def file(unit: str) -> str:
        out = tmp_path / f"{unit}.csv"
        assert line("export", "unit", "--unit", unit, "--out", str(out), lang="zh").code == 0
        return out.read_text(encoding="utf-8-sig")

    closed, successor = file("u-01"), file("u-02")
    for words in ("撤并日期,2026-09-18", "承接单位,南昌水产场党委", "曾用名,瑶湖水产场党委", "移交的事项", *titles):
        assert words in closed
    for words in ("由何单位而来,瑶湖渔业公司党委", "承接的事项", "下级单位", "非公企业联合支部", *titles):
        assert words in successor
    with_below = len(_open(line, "u-02")) + len(_open(line, "u-03"))
    assert f"本单位和下级单位合计,{with_below}," in successor


@pytest.mark.parametrize("command", [("next",), ("gaps",), ("stages",), ("units",)], ids=" ".join)
def test_a_closed_unit_stands_in_no_list_of_today(line: Line, command: tuple[str, ...]) -> None:
    before = line(*command, "--json")
    assert before.code == 0
    assert "u-01" in before.out
    assert line(*MERGED, "--successor", "u-02").code == 0
    assert "u-01" not in line(*command, "--json").out
    assert [row["id"] for row in line("units", "--closed", "--json").value] == ["u-01"]
    assert [hit["record"] for hit in line("search", "瑶湖水产", "--kind", "unit", "--json").value] == ["u-01"]
