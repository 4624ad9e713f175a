"""What people read of commands has no machine's values in it: local times, fields and choices in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.cli.test_commands import line as line

MACHINE = re.compile(r"\d{4}-\d\d-\d\dT|\b(None|True|False)\b|[{}]|\b[a-z]+_[a-z]+\b|\b(answer|figure|inspector)\.")
FORM = Path(__file__).parents[3] / "fixtures" / "templates" / "review.toml"
READ = (
    ("status",),
    ("units",),
    ("history", "瑶湖水产场党委"),
    ("show", "r-visit-2"),
    ("show", "r-problem"),
    ("search", "学习"),
    ("followups", "--shown", "all"),
    ("next",),
    ("stages",),
    ("gaps",),
    ("trends", "瑶湖水产场党委"),
    ("draw", "2"),
    ("attachments", "r-visit-2"),
    ("form", str(FORM), "--check"),
)


@pytest.mark.parametrize("command", READ, ids=lambda command: str(command[0]))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.usefixtures("that_day")
def test_a_person_reads_words_and_local_times(line: Line, command: tuple[str, ...], language: str) -> None:
    done = line(*command, lang=language)
    assert done.code == 0
    assert not MACHINE.search(done.out)


@pytest.mark.usefixtures("that_day")
def test_times_are_those_of_this_laptop_s_clock(line: Line) -> None:
    said = line("status", lang="zh").out
    assert re.search(r"最早一条 +2026-09-16 16:00", said)
    assert re.search(r"上次同步 +2026-09-16 09:12", said)
    assert line("status", "--json").value["oldest_unsynced"] == "2026-09-16T08:00:00.000Z"


@pytest.mark.usefixtures("that_day")
def test_a_version_names_the_fields_it_changed_in_words(line: Line) -> None:
    said = line("show", "r-visit-2", lang="zh").out
    assert re.search(r"2026-09-13 16:00 +李军 +补记缺的两人 +已采纳 +总体情况", said)


def test_a_conflict_names_its_field_in_words_and_as_resolve_wants_it(line: Line) -> None:
    said = line("conflicts", lang="zh").out
    assert "总体情况 summary" in said
    assert "d-2:2" in said


def test_a_form_tried_says_kinds_in_words(line: Line) -> None:
    assert "[结论, 把关]" in line("form", str(FORM), "--check", lang="zh").out
    assert "[verdict, gate]" in line("form", str(FORM), "--check").out


def test_a_form_s_fault_is_said_in_chinese_by_line(line: Line, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('name = "x"\nversion = "1"\n', encoding="utf-8")
    said = line("form", str(tmp_path / "x.toml"), "--check", lang="zh").err
    assert "x.toml 第 2 行: 应为 int, 写的是 str (version)" in said


def test_a_profile_s_name_is_refused_in_words(line: Line) -> None:
    assert line("--profile", "a/b", "status", lang="zh").err.startswith("档案名称只能是")
    assert line("--profile", "a/b", "status").err.startswith("A profile's name")


def test_headings_stand_over_their_columns(line: Line) -> None:
    first, *rows = line("trends", "瑶湖水产场党委", lang="en").out.splitlines()
    place = first.index("on")
    assert all(re.match(r"\d{4}-\d\d-\d\d", row[place:]) for row in rows)
