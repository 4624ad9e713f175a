"""`requests` lists what the office was asked for; `review` rules on it."""

from __future__ import annotations

import pytest

from supervisor_tui.locale import set_language, t
from sync.ledger.governance import ALWAYS_GOVERNED
from sync.replica import Replica
from tests.supervisor_tui.cli.test_commands import Line, line
from tests.supervisor_tui.workbench import COLLEAGUE, ME, Pen, me

__all__ = ["line"]


def _ask(line: Line, role: str) -> None:
    with Replica.open(line.path) as replica:
        replica.set_identity(me(role))
        pen = Pen(replica)
        pen.write("district", "district", "district", {"governed_from": ALWAYS_GOVERNED}, device="d-8", by="store")
        fields = {"target": "r-difficulty", "asks": "put_off", "why": "等汛期过去", "due_on": "2026-10-30"}
        pen.write("u-06", "request", "q-1", fields, device="d-9", by=COLLEAGUE)


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_what_waits_for_the_office_is_listed_with_who_asks_and_why(line: Line, spoken: str) -> None:
    _ask(line, "group")
    told = line("requests", lang=spoken).out
    set_language(spoken)
    for words in ("纺织器材厂支部", "党员活动室漏雨", "等汛期过去", "李军", t("asks.put_off"), "q-1"):
        assert words in told
    (asked,) = line("requests", "--json").value
    assert (asked["record"], asked["target"], asked["asks"]) == ("q-1", "r-difficulty", "put_off")
    assert (asked["due_on"], asked["by"], asked["state"]) == ("2026-10-30", COLLEAGUE, "pending")


def test_who_asked_takes_a_request_back_by_its_name(line: Line) -> None:
    _ask(line, "group")
    asked = line("step", "r-difficulty", "withdrawn", "--progress", "办不成").value["request"]
    assert line("withdraw", "q-1", "--why", "不是我的").code == 1
    assert line("withdraw", asked, "--why", "还能办").code == 0
    assert [each["record"] for each in line("requests", "--json").value] == ["q-1"]
    told = line("show", "r-difficulty", lang="zh").out
    set_language("zh")
    assert t("request.taken_back") in told


def test_what_was_ruled_on_waits_no_longer(line: Line) -> None:
    _ask(line, "office")
    assert line("review", "q-1", "returned").code == 1
    assert line("review", "q-1", "returned", "--comment", "照原期限办").code == 0
    assert line("requests", "--json").value == []
    (asked,) = (each for each in line("show", "r-difficulty").out.splitlines() if "照原期限办" in each)
    assert t("request.refused") in asked or "refused" in asked


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_only_person_of_the_office_is_told_where_she_asks_and_where_she_rules(line: Line, spoken: str) -> None:
    _ask(line, "office")
    with Replica.open(line.path) as replica:
        Pen(replica).write("staff", "person", ME, {"name": "王敏", "role": "office"}, device="d-7", by="store")
    set_language(spoken)
    told = t("refused.own_request_alone")
    asked = line("step", "r-difficulty", "withdrawn", "--progress", "办不成", lang=spoken)
    assert (asked.code, told in asked.err) == (0, True)
    ruled = line("review", asked.value["request"], "accepted", lang=spoken)
    assert (ruled.code, told in ruled.err) == (1, True)
    assert told in line("show", "r-difficulty", lang=spoken).out.replace("\n", "") or spoken == "en"
