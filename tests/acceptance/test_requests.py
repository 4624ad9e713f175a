"""Requests and rulings as people meet them: at their own laptops, offline, over a real store, in every order."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from sync.model.validation import _checks_of
from tests.acceptance.people import District, Laptop
from tests.days import this_day, today

UNIT = "yc-3"
ALL = ("supervisor", "colleague", "office")


def due(days: int) -> str:
    return (this_day() + timedelta(days=days)).isoformat()


def opened(laptop: Laptop, **more: Any) -> str:
    given = {"nature": "problem", "title": "笔记不全", "due_on": due(5), "status": "open"}
    return laptop.keep("follow_up", UNIT, **given | more)


def stands(laptop: Laptop, record: str) -> tuple[str, str, bool]:
    fields = laptop.json("show", record)["fields"]
    return fields["status"], fields["due_on"], fields.get("withdrawn", False)


def asked(laptop: Laptop, *command: str) -> str:
    """What a command asked of the office instead of doing it; the request's record."""
    said = json.loads(laptop(*command))
    assert said["asks"], said
    return str(said["request"])


def test_a_step_and_a_withdrawal_write_the_request_and_say_so(district: District) -> None:
    supervisor, colleague = district["supervisor"], district["colleague"]
    record = opened(supervisor)
    district.sync("supervisor", "colleague")
    capsys = supervisor.capsys
    capsys.readouterr()
    request = asked(colleague, "withdraw", record, "--why", "重复登记")
    assert stands(colleague, record) == ("open", due(5), False)
    given_up = asked(supervisor, "step", record, "withdrawn", "--progress", "单位要撤")
    assert stands(supervisor, record) == ("open", due(5), False)
    kinds = {row["kind"]: row["record"] for row in supervisor.json("history", UNIT)}
    assert kinds["request"] == given_up
    assert colleague.json("show", request)["fields"]["asks"] == "withdraw"


def test_the_office_grants_and_refuses_and_everybody_sees_the_same(district: District) -> None:
    supervisor, office = district["supervisor"], district["office"]
    late, later = opened(supervisor), opened(supervisor, title="学习时间不足")
    supervisor.change(late, "汛期停课", {"due_on": due(9)})  # once, before it is due: hers
    moved = asked(supervisor, "step", later, "withdrawn", "--progress", "不归这个单位")
    said = supervisor.change(late, "还要停一周", {"due_on": due(16)})
    district.sync(*ALL)
    office("review", said["request"], "accepted", "--comment", "同意顺延")
    office("review", moved, "returned", "--comment", "仍由该单位办")
    district.sync(*ALL)
    for who in ALL:
        assert stands(district[who], late) == ("open", due(16), False), who
        assert stands(district[who], later) == ("open", due(5), False), who
        assert district[who]("verify")


@pytest.mark.parametrize(
    "order", list(permutations(("supervisor", "colleague", "office"))), ids=lambda each: "-".join(each)
)
def test_what_three_laptops_write_offline_comes_to_the_same_in_every_order(
    district: District, order: tuple[str, ...]
) -> None:
    supervisor, colleague, office = (district[who] for who in ("supervisor", "colleague", "office"))
    record = opened(supervisor)
    request = asked(supervisor, "step", record, "withdrawn", "--progress", "办不成")
    district.sync(*ALL)
    office("review", request, "accepted", "--comment", "同意")
    colleague("step", record, "in_progress", "--progress", "已约谈")
    supervisor.change(record, "查清了", {"cause": "缺人"})
    district.sync(*order)
    district.sync(*order)
    seen = [district[who].json("show", record) for who in order]
    assert len({json.dumps(each["fields"], sort_keys=True) for each in seen}) == 1
    assert [{row["field"] for row in each["conflicts"]} for each in seen] == [{"status", "progress"}] * 3


def test_a_program_that_gives_up_without_a_ruling_changes_nothing_anywhere(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor, office = district["supervisor"], district["office"]
    record = opened(supervisor)
    district.sync("supervisor", "office")
    with monkeypatch.context() as changed:
        changed.setattr("sync.replica.editing.edits._check_follow_up", lambda *_: None)
        supervisor("step", record, "withdrawn", "--progress", "不想办")
    assert stands(supervisor, record)[0] == "open"
    district.sync(*ALL)
    for who in ALL:
        shown = district[who].json("show", record)
        assert (shown["fields"]["status"], shown["versions"][-1]["verdict"]) == ("open", "invalid")
        assert record in district[who].register()
    assert "未经办公室裁定" in office("show", record)


def test_nobody_but_the_office_names_a_ruling(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = district["supervisor"]
    record = opened(supervisor)
    with monkeypatch.context() as changed:
        changed.setattr("sync.replica.editing.edits._check_follow_up", lambda *_: None)
        changed.setattr("sync.model.validation._Checks._is_not_theirs", lambda *_: False)
        changed.setattr("sync.model.validation._checks_of", _checks_of.__wrapped__)  # nothing kept of earlier checks
        supervisor.change(record, "自己准", {"status": "withdrawn", "ruling": "r-1"})
    district.sync("office")
    said = supervisor.json("sync")
    assert [each["code"] for each in said["quarantined"]] == ["not_allowed"]
    assert stands(supervisor, record)[0] == "open"


def test_a_ruling_counts_from_its_own_day(district: District) -> None:
    """What the office grants today leaves yesterday's figures as they were."""
    supervisor, office = district["supervisor"], district["office"]
    record = opened(supervisor)
    request = asked(supervisor, "step", record, "withdrawn", "--progress", "办不成")
    district.sync("supervisor", "office")
    office("review", request, "accepted")
    lines = next(lines for heading, lines in office.brief(due(-7), today()).items() if "困难" in heading)
    assert next(line for name, line in lines.items() if name.startswith("问题"))[6] == 1
    assert office.json("followups", "--shown", "given_up")[0]["record"] == record
