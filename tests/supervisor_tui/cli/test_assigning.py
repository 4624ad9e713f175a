"""Giving units to groups and liaison officers from the office's laptop: from a day, to a day, and put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.replica import Replica
from sync.replica.as_of.duties import duty_of
from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.workbench import new_workbench_file
from tests.sync.office import Office

pytestmark = pytest.mark.usefixtures("that_day")


FIRST, SECOND, OFFICER = "g-1", "g-2", "p-l"


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """The office's laptop, with two groups and a liaison officer."""
    line = Line(tmp_path, capsys, monkeypatch)
    line.path.parent.mkdir(parents=True)
    with new_workbench_file(line.path, "office") as replica:
        office, at = Office(replica), "2020-01-01T02:00:00.000Z"
        for group in (FIRST, SECOND):
            office.says("staff", "group", group, at, name=f"督导组 {group}")
        office.says("staff", "person", OFFICER, at, name="罗联络", role="liaison")
    return line


def held(line: Line, *days: str) -> list[tuple[str, str]]:
    """Group and liaison officer of u-01 at the end of each of these days."""
    with Replica.open(line.path) as replica:
        duties = [duty_of(replica, "u-01", day) for day in days]
    return [(duty.group, duty.liaison) for duty in duties]


def test_a_unit_is_given_from_a_day_and_to_a_day(line: Line) -> None:
    given = ("assign", "u-01", "--group", FIRST, "--liaison", OFFICER, "--from", "2020-01-01", "--why", "分工")
    assert line(*given).code == 0
    lent = ("assign", "u-01", "--group", SECOND, "--from", "2023-12-31", "--until", "2024-02-29", "--why", "支援")
    assert line(*lent).code == 0
    days = ("2023-12-30", "2023-12-31", "2024-02-29", "2024-03-01")
    assert held(line, *days) == [(FIRST, OFFICER), (SECOND, OFFICER), (SECOND, OFFICER), ("", OFFICER)]


def test_what_was_wrong_from_its_first_day_is_put_right_from_it(line: Line) -> None:
    assert line("assign", "u-01", "--group", FIRST, "--from", "2023-12-31", "--why", "分工").code == 0
    assert line("assign", "u-01", "--group", SECOND, "--correction", "--why", "录错").code == 0
    assert [group for group, _ in held(line, "2023-12-31", "2024-02-29")] == [SECOND, SECOND]


@pytest.mark.parametrize(
    "days",
    [
        ("--from", "2024-03-01", "--until", "2024-02-29"),
        ("--from", "2023-02-29"),
        ("--from", "2024-01-01", "--until", "2023-02-29"),
    ],
)
def test_days_that_do_not_hold_are_refused_and_nothing_changes(line: Line, days: tuple[str, ...]) -> None:
    before = held(line, "2024-02-29", "2024-03-01")
    said = line("assign", "u-01", "--group", FIRST, *days, "--why", "分工")
    assert said.code != 0
    assert said.err
    assert held(line, "2024-02-29", "2024-03-01") == before
