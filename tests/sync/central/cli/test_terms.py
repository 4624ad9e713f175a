"""Duties with terms as the office types and imports them at the store: who answers for a unit from which day on."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.central.cli.commands import run
from sync.central.service.store import Store
from tests.days import day
from tests.sync.central.tables import written

LONG_AGO = "2020-01-01"


class Clerk:
    """The office at the store's command line."""

    def __init__(self, store: Store, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self.file, self.capsys = store, file, capsys

    def __call__(self, *command: str, wanted: int = 0) -> str:
        assert run(["--db", str(self.file), "--lang", "zh", *command]) == wanted
        out, err = self.capsys.readouterr()
        return (err + out).strip()

    def on(self, unit: str, *days: str) -> list[tuple[str, str]]:
        """Who answered for a unit at the end of each of these days: group and liaison officer."""
        held = [self.store.access().on(day).assignments.values() for day in days]
        return [next((each.group, each.liaison) for each in duties if each.unit == unit) for duties in held]


@pytest.fixture
def clerk(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """The clerk; u-3 has had its group and liaison officer for long."""
    clerk = Clerk(store, tmp_path / "central.db", capsys)
    clerk("assign", "u-3", "--group", "g-2", "--liaison", "chen", "--from", LONG_AGO)
    return clerk


def test_a_group_has_no_units_from_the_day_it_closed_until_the_day_it_is_there_again(clerk: Clerk) -> None:
    assert "g-2" in clerk("group", "close", "g-2", "--on", "2024-02-29")
    clerk("group", "reopen", "g-2", "--on", "2024-03-10")
    days = ("2024-02-28", "2024-02-29", "2024-03-09", "2024-03-10")
    assert [group for group, _ in clerk.on("u-3", *days)] == ["g-2", "", "", "g-2"]


def test_a_closing_of_a_group_that_was_a_mistake_never_was(clerk: Clerk) -> None:
    clerk("group", "close", "g-2", "--on", "2024-02-29")
    clerk("group", "reopen", "g-2", "--correction")
    assert [group for group, _ in clerk.on("u-3", "2024-02-29", "2024-03-09")] == ["g-2", "g-2"]


def test_a_change_of_role_holds_from_the_day_it_states(clerk: Clerk) -> None:
    clerk("person", "change", "chen", "--role", "viewer", "--on", "2024-01-01")
    assert clerk.on("u-3", "2023-12-31", "2024-01-01") == [("g-2", "chen"), ("g-2", "")]


def test_a_role_that_was_wrong_from_its_first_day_was_never_held(clerk: Clerk) -> None:
    clerk("person", "change", "chen", "--role", "viewer", "--correction")
    assert clerk.on("u-3", "2023-12-31") == [("g-2", "")]


def test_somebody_who_left_is_on_duty_again_from_the_day_of_her_return(clerk: Clerk) -> None:
    clerk("person", "leave", "chen", "--on", "2023-12-31")
    clerk("person", "return", "chen", "--on", "2024-02-29")
    days = ("2023-12-30", "2023-12-31", "2024-02-28", "2024-02-29")
    assert [liaison for _, liaison in clerk.on("u-3", *days)] == ["chen", "", "", "chen"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("person", "leave", "chen"), ("person", "return", "chen")),
        (("group", "close", "g-2"), ("group", "reopen", "g-2")),
    ],
)
def test_what_is_said_of_a_day_to_come_names_it_and_does_not_say_that_it_has_come(
    clerk: Clerk, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    for command, on in ((first, day(9)), (second, day(12))):
        assert f"自 {on} 起" in clerk(*command, "--on", on)
    assert " 起" not in clerk(*first, "--on", day(0))


def test_a_term_ends_with_the_last_day_it_states(clerk: Clerk) -> None:
    clerk("assign", "u-3", "--liaison", "chen", "--from", "2024-01-01", "--until", "2024-02-29")
    days = ("2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01")
    assert [liaison for _, liaison in clerk.on("u-3", *days)] == ["chen", "chen", "chen", ""]


def test_a_group_that_was_wrong_from_its_first_day_is_put_right_from_it(clerk: Clerk) -> None:
    clerk("assign", "u-3", "--group", "g-1", "--correction")
    assert clerk.on("u-3", LONG_AGO, "2023-12-31") == [("g-1", "chen"), ("g-1", "chen")]


@pytest.mark.parametrize(
    "command",
    [
        ("group", "close", "g-1", "--on"),
        ("group", "reopen", "g-1", "--on"),
        ("person", "leave", "chen", "--on"),
        ("person", "return", "chen", "--on"),
        ("person", "change", "chen", "--role", "viewer", "--on"),
        ("assign", "u-1", "--group", "g-1", "--from"),
        ("assign", "u-1", "--group", "g-1", "--until"),
    ],
)
def test_what_is_no_day_is_refused_and_changes_nothing(clerk: Clerk, command: tuple[str, ...]) -> None:
    before = clerk.store.access().on("2024-03-01")
    assert "2023-02-29" in clerk(*command, "2023-02-29", wanted=2)
    assert clerk.store.access().on("2024-03-01").assignments == before.assignments


def test_a_term_that_ends_before_it_begins_is_refused(clerk: Clerk) -> None:
    asked = ("assign", "u-1", "--group", "g-1", "--from", "2024-03-01", "--until", "2024-02-29")
    assert "早" in clerk(*asked, wanted=2)


def test_a_table_says_from_which_day_to_which_a_group_has_its_units(clerk: Clerk, tmp_path: Path) -> None:
    rows = [
        ["督导组", "负责单位", "联络员", "起", "止"],
        ["g-1", "u-1", "chen", "2024年1月1日", "2024.2.29"],
        ["g-1", "u-2", None, "2024-01-01", None],
    ]
    clerk("import", "groups", str(written(tmp_path, "csv", rows)))
    days = ("2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01")
    assert clerk.on("u-1", *days) == [("", ""), ("g-1", "chen"), ("g-1", "chen"), ("", "")]
    assert [group for group, _ in clerk.on("u-2", *days)] == ["", "g-1", "g-1", "g-1"]


@pytest.mark.parametrize("term", ["2024.1.1至2024.2.29", "2024年1月1日 - 2024年2月29日", "2024-01-01~2024-02-29"])
def test_a_table_may_say_a_term_in_one_cell(clerk: Clerk, tmp_path: Path, term: str) -> None:
    rows = [["督导组", "负责单位", "任期"], ["g-1", "u-1", term]]
    clerk("import", "groups", str(written(tmp_path, "csv", rows)))
    days = ("2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01")
    assert [group for group, _ in clerk.on("u-1", *days)] == ["", "g-1", "g-1", ""]


@pytest.mark.parametrize(
    "rows",
    [
        [["g-1", "u-1", "2024-03-01", "2024-02-29"]],  # ends first
        [["g-1", "u-1", "2023-02-29", None]],  # no day
        [["g-1", "u-1", "2024-01-01", None], ["g-1", "u-1", "2024-02-01", None]],  # two beginnings
    ],
)
def test_a_table_whose_days_do_not_hold_is_refused(clerk: Clerk, tmp_path: Path, rows: list[list[str | None]]) -> None:
    before = clerk.on("u-1", "2024-03-01")
    file = written(tmp_path, "csv", [["督导组", "负责单位", "起", "止"], *rows])
    clerk("import", "groups", str(file), wanted=1)
    assert clerk.on("u-1", "2024-03-01") == before
