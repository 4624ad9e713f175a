"""Issued briefs through a real store and the command line: two offices, a group, one number given twice."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli.commands import run
from sync.replica import Replica
from tests.days import today
from tests.store import District, office
from tests.terminal import Terminal

NOTE = {"mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


class Laptop:
    """One laptop; every call is a command as it is typed, in Chinese."""

    def __init__(self, home: Path, district: District, who: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys
        self("join", district.address, office(district.database, "code", district.people[who]))
        self("sync")

    def __call__(self, *command: str, wanted: int = 0) -> str:
        self.capsys.readouterr()
        code = run(["--home", str(self.home), "--lang", "zh", *command])
        said = self.capsys.readouterr()
        assert code == wanted, said.err
        return (said.err if wanted else said.out).strip()

    def json(self, *command: str) -> Any:
        return json.loads(self(*command, "--json"))

    def note(self, unit: str, **fields: Any) -> str:
        file = self.home / "note.json"
        file.write_text(json.dumps(NOTE | {"noted_on": today()} | fields), encoding="utf-8")
        return str(json.loads(self("record", "liaison_note", "--unit", unit, "--file", str(file)))["record"])

    def numbers(self) -> dict[str, int]:
        """The number of every issued brief by its record."""
        return {each["record"]: each["number"] for each in self.json("brief", "list")}

    @property
    def file(self) -> Path:
        (found,) = self.home.rglob("*.db")
        return found


@pytest.fixture
def offices(live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[Laptop]:
    """Two laptops of the office."""
    return [Laptop(tmp_path / name, live, "director", capsys) for name in ("one", "two")]


@pytest.mark.parametrize("first", [0, 1])
def test_two_offices_that_issue_one_number_offline_have_the_later_renumbered_the_same_everywhere(
    first: int, offices: list[Laptop], live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = Laptop(tmp_path / "group", live, "wang", capsys)
    before = offices[0].json("brief", "issue")["record"]
    for each in (*offices, *offices):
        each("sync")
    made = [each.json("brief", "issue") for each in offices]  # neither has heard of the other's
    assert [each["number"] for each in made] == [2, 2]
    for each in (offices[first], offices[1 - first], offices[first], group):
        each("sync")
    wanted = {before: 1, made[first]["record"]: 2, made[1 - first]["record"]: 3}
    assert [each.numbers() for each in (*offices, group)] == [wanted] * 3
    shown = offices[first]("brief", "show", "3")
    year = today()[:4]
    assert f"督导工作简报 {year}年第3期" in shown
    assert "原编第2期" in shown
    assert offices[1 - first].json("brief", "issue")["number"] == 4
    for each in (*offices, offices[first], group):
        each("rebuild")
        each("sync")
        assert {record: each.numbers()[record] for record in wanted} == wanted


def test_what_is_issued_is_shown_again_with_what_has_come_in_since(offices: list[Laptop]) -> None:
    one, two = offices
    note = one.note("u-1")
    assert "先同步" in one("brief", "issue", wanted=1)
    one("sync")
    said = one("brief", "issue")
    year = today()[:4]
    assert f"{year}年第1期" in said
    one("sync")
    two("sync")
    late = two.note("u-2")
    two("withdraw", note, "--why", "重复")
    two("sync")
    shown = two.json("brief", "show", "1")  # the list of records is fetched from the store
    by_name = {line["name"]: line for line in shown["tables"][0]["lines"]}
    assert (by_name["notes"]["values"], by_name["notes"]["records"]) == ([1], [[note]])
    assert {row["record"]: row["state"] for row in shown["since"] if row["kind"] == "liaison_note"} == {
        note: "withdrawn",
        late: "new",
    }
    assert {table["name"] for table in shown["tables"]} >= {"overview", "by_group", "follow_ups", "gaps"}
    assert shown["digests"].keys() >= {"1.1", "2.1a"}
    page = two("brief", "show", f"{year}-1")
    for words in ("联络记录", "印发以后", "撤回 1 条", "新到 1 条", "白天生产忙"):
        assert words in page
    assert two("brief", "show", shown["record"]) == page


def test_a_group_reads_the_totals_and_is_not_given_the_list(
    offices: list[Laptop], live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = Laptop(tmp_path / "group", live, "wang", capsys)
    offices[0]("brief", "issue")
    offices[0]("sync")
    group("sync")
    (listed,) = group.json("brief", "list")
    assert (listed["number"], listed["settled"], listed["withdrawn"]) == (1, True, False)
    shown = group.json("brief", "show", "1")
    assert shown["since"] is None
    assert {table["name"] for table in shown["tables"]}.isdisjoint({"by_group", "by_category", "by_stage"})
    assert next(line for line in shown["tables"][0]["lines"] if line["name"] == "units")["values"] == [4]
    assert "只有办公室有" in group("brief", "show", "1")
    assert "只有办公室" in group("brief", "issue", wanted=1)
    with Replica.open(group.file) as replica:
        from sync.client.attachments import fetch
        from sync.client.http import Rejected
        from sync.replica.editing import attachments

        assert attachments.missing(replica) == []  # not asked for by stick either
        with pytest.raises(Rejected):
            fetch(replica, listed["attachment"])


def test_a_brief_is_withdrawn_and_keeps_its_number_and_the_store_takes_no_other_change(offices: list[Laptop]) -> None:
    one, two = offices
    record = one.json("brief", "issue")["record"]
    one("sync")
    one("withdraw", record, "--why", "数字有误, 重发")
    one("sync")
    assert one.json("brief", "issue")["number"] == 2
    one("sync")
    two("sync")
    assert [(each["number"], each["withdrawn"]) for each in two.json("brief", "list")] == [(2, False), (1, True)]
    assert "已撤回" in two("brief", "show", "1")
    assert "已撤回" in two("brief", "list")


def test_figures_that_are_not_issued_are_those_of_the_period_as_they_are_now(offices: list[Laptop]) -> None:
    one = offices[0]
    note = one.note("u-1")
    shown = one.json("brief", "--from", today(), "--to", today())
    assert (shown["campaign"], shown["from"], shown["to"]) == ("", today(), today())
    lines = {line["name"]: line for line in shown["tables"][0]["lines"]}
    assert (lines["notes"]["values"], lines["notes"]["records"]) == ([1], [[note]])
    assert "联络记录" in one("brief")
    assert one("brief", "list") == "还没有印发过简报"


def test_what_is_no_issued_brief_is_refused_in_a_sentence(offices: list[Laptop]) -> None:
    one = offices[0]
    for named in ("1", "2020-1", "第9期", "u-1", "nothing"):
        assert "没有这一期简报" in one("brief", "show", named, wanted=1)
    assert "哪一期" in one("brief", "show", wanted=2)


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv", "json"])
def test_an_issued_brief_is_written_with_its_number_in_every_format(form: str, offices: list[Laptop]) -> None:
    one = offices[0]
    one("brief", "issue")
    files = [one.home / f"{name}.{form}" for name in ("a", "b")]
    one("export", "brief", "--number", "1", "--out", str(files[0]))
    one.note("u-1")
    one("export", "brief", "--number", f"{today()[:4]}-1", "--out", str(files[1]))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert "没有这一期" in one("export", "brief", "--number", "7", "--out", str(one.home / f"c.{form}"), wanted=1)


def test_on_a_terminal_a_brief_is_issued_sent_and_opened_again(offices: list[Laptop]) -> None:
    one, two = offices
    program = [sys.executable, "-m", "supervisor_tui", "--home", str(one.home), "--lang", "zh"]
    terminal = Terminal(program, {**os.environ, "TERM": "xterm-256color"}, (120, 40))
    year = today()[:4]
    try:
        terminal.wait_for("瑶湖水产场党委")
        terminal.press("^S")
        terminal.wait_for("范围内单位")
        terminal.press("F10")
        terminal.wait_for(f"编为{year}年第1期", "印发后数字不再改动")
        terminal.press("1")
        terminal.wait_for("印发的简报", "印发以后没有新的变化")
        terminal.press("F5")
        terminal.wait_for("完成: 上报 1 条", "(全区)")
        terminal.press("Esc", "Esc", "F3")
        terminal.wait_for("签发人", f"{year}年第1期")
        two("sync")
        two.note("u-1")
        two("sync")
        terminal.press("F5")
        terminal.wait_for("完成: 上报 0 条, 接收 1 条")
        terminal.press("Esc")
        terminal.wait_for("签发人")
        terminal.press("Enter")
        terminal.wait_for("新到 1 条")
        terminal.press("F2")
        terminal.wait_for("白天生产忙", "应计入 1.4")
    finally:
        terminal.stop()
