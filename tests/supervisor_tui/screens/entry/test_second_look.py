"""What is asked about once before it is kept: days to come or long past, stages before their turn; what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli.commands import run
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.forms.wording import fault_words
from supervisor_tui.locale import t
from supervisor_tui.rules.second_look import second_look
from supervisor_tui.screens.entry.simple import PlainFormScreen
from supervisor_tui.whose_turn import waiting
from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.supervisor_tui.checklists import words
from tests.supervisor_tui.workbench import STORE, Pen, new_workbench_file, press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")  # 2026-09-18
PASS = {"stage": "review", "decision": "pass", "why": "x", "decided_on": "2026-09-18"}


@pytest.fixture
def laptop(tmp_path: Path) -> Any:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        plan = {"campaign": "c-1", "title": words("查摆", "Review"), "starts_on": "2026-10-16", "ends_on": "2026-11-30"}
        pen = Pen(replica)
        at = "2026-09-10T00:00:00.000Z"
        pen.write("district", "stage_plan", "sp-2", plan | {"stage": "review"}, device="store-2", by=STORE, at=at)
        yield replica


@pytest.mark.parametrize(
    ("day", "asked"),
    [("2026-09-18", ""), ("2026-09-19", "look.future"), ("2026-08-31", "look.before_campaign"), ("2026-09-01", "")],
)
@pytest.mark.parametrize(
    ("kind", "field"),
    [("inspection", "visited_on"), ("liaison_note", "noted_on"), ("survey", "held_on"), ("count", "counted_on")],
)
def test_a_day_to_come_or_before_the_campaign_is_asked_about(
    laptop: Replica, kind: str, field: str, day: str, asked: str
) -> None:
    found = second_look(laptop, kind, "u-01", {field: day, "campaign": "c-1"})
    assert len(found) == bool(asked)
    assert not asked or day in found[0]


def test_a_day_long_past_is_asked_about_where_no_campaign_tells_of_it(laptop: Replica) -> None:
    assert len(second_look(laptop, "count", "u-01", {"counted_on": "2026-07-19"})) == 1
    assert second_look(laptop, "count", "u-01", {"counted_on": "2026-07-20"}) == []


def test_a_stage_passed_before_its_turn_asks_why_until_the_one_before_is_passed_in_the_same_campaign(
    laptop: Replica,
) -> None:
    assert len(second_look(laptop, "gate", "u-01", PASS)) == 1
    edits.create(laptop, "gate", "u-02", PASS | {"stage": "study"})
    assert second_look(laptop, "gate", "u-02", PASS) == []
    assert second_look(laptop, "gate", "u-01", PASS | {"stage": "study"}) == []
    assert second_look(laptop, "gate", "u-01", PASS | {"decision": "make_up"}) == []


def test_make_up_needs_its_date(laptop: Replica) -> None:
    make_up = PASS | {"decision": "make_up"}
    with pytest.raises(InvalidFields, match="due_on"):
        edits.create(laptop, "gate", "u-01", make_up)
    edits.create(laptop, "gate", "u-01", make_up | {"due_on": "2026-10-10"})
    passed = edits.create(laptop, "gate", "u-01", PASS).record
    with pytest.raises(InvalidFields, match="due_on"):
        edits.correct(laptop, passed, {"decision": "make_up"}, "写错")


def test_make_up_is_not_due_before_it_was_decided(laptop: Replica) -> None:
    make_up = PASS | {"decision": "make_up", "due_on": "2026-09-17"}
    with pytest.raises(InvalidFields, match="due_on") as refused:
        edits.create(laptop, "gate", "u-01", make_up)
    assert "不能早于作出决定的日期 2026-09-18" in " ".join(fault_words("gate", refused.value.faults[0], []))
    kept = edits.create(laptop, "gate", "u-01", make_up | {"due_on": "2026-09-18"}).record
    for field, day, code in (("due_on", "2026-09-17", "before_decision"), ("decided_on", "2026-09-19", "after_due")):
        with pytest.raises(InvalidFields) as refused:
            edits.correct(laptop, kept, {field: day}, "写错")
        assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]


def test_a_follow_up_is_not_put_before_its_opening_by_a_correction(laptop: Replica) -> None:
    item = {"nature": "problem", "title": "漏雨", "status": "open", "due_on": "2026-09-20"}
    stated = edits.create(laptop, "follow_up", "u-01", item | {"opened_on": "2026-09-05"}).record
    plain = edits.create(laptop, "follow_up", "u-01", item | {"due_on": "2999-09-20"}).record
    edits.correct(laptop, stated, {"due_on": "2026-09-05"}, "提前")
    for record, change, code in (
        (stated, {"due_on": "2026-09-04"}, "before_opening"),
        (stated, {"opened_on": "2026-09-06"}, "after_due"),
        (plain, {"due_on": "2020-01-01"}, "before_opening"),
    ):
        with pytest.raises(InvalidFields) as refused:
            edits.correct(laptop, record, change, "写错")
        assert [fault.code for fault in refused.value.faults] == [code]


def test_a_follow_up_that_states_its_opening_is_not_kept_with_an_earlier_date(laptop: Replica) -> None:
    item = {"nature": "problem", "title": "漏雨", "status": "open", "due_on": "2026-09-20", "opened_on": "2026-09-21"}
    for each in (item, item | {"opened_on": None, "due_on": "2020-01-01"}):
        with pytest.raises(InvalidFields, match="due_on"):
            edits.create(laptop, "follow_up", "u-01", {name: day for name, day in each.items() if day})


def test_a_date_from_before_the_rule_hinders_no_other_correction(laptop: Replica) -> None:
    old = "f-old"
    fields = {"nature": "problem", "title": "漏雨", "status": "open", "due_on": "2020-01-01"}
    Pen(laptop).write("u-01", "follow_up", old, fields, device="d-old", at="2026-09-10T08:00:00.000Z")
    edits.correct(laptop, old, {"title": "屋顶漏雨"}, "写全")
    edits.step(laptop, old, "in_progress")


def test_make_up_stands_in_the_to_do_once_it_is_near_until_a_later_gate_of_its_campaign_and_stage(
    laptop: Replica,
) -> None:
    def said() -> str:
        rows = [row for row in waiting(laptop, "2026-09-18") if row.unit == "u-01"]
        return "".join(text for row in rows for text, _ in row.why)

    gate = PASS | {"decision": "make_up", "decided_on": "2026-09-10", "campaign": "c-1"}
    edits.create(laptop, "gate", "u-01", gate | {"due_on": "2026-09-22"})
    assert "补课" not in said()
    edits.create(laptop, "gate", "u-01", gate | {"due_on": "2026-09-21", "decided_on": "2026-09-11"})
    assert "补课 (分析评议) 应在 2026-09-21 前完成" in said()
    edits.create(laptop, "gate", "u-01", PASS | {"stage": "study", "campaign": "c-1"})
    edits.create(laptop, "gate", "u-01", PASS | {"campaign": "c-0"})
    assert "补课 (分析评议) 应在 2026-09-21 前完成" in said()
    edits.create(laptop, "gate", "u-01", PASS | {"campaign": "c-1"})
    assert "补课" not in said()


async def test_a_form_shows_what_it_asks_about_and_keeps_at_the_second_word(tmp_path: Path) -> None:
    app = workbench(tmp_path / "laptop.db")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(PlainFormScreen("count", "u-03"))
        await until(pilot, lambda: isinstance(app.screen, PlainFormScreen) and app.screen.is_begun)
        form = app.screen
        assert isinstance(form, PlainFormScreen)
        form.fields.update({"counted_on": "2027-12-31", "members": 12})
        await press(pilot, "f10")
        await until(pilot, lambda: "2027-12-31 还没到" in shown(app))
        await press(pilot, "f10")
        await until(pilot, lambda: query.history(app.replica, "u-03", "count").count == 1)


class _Home:
    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys

    def record(self, kind: str, fields: dict[str, Any], *more: str, wanted: int = 0) -> str:
        file = self.home / "fields.json"
        file.write_text(json.dumps(fields), encoding="utf-8")
        command = ["--home", str(self.home), "--lang", "en", "record", kind, "--unit", "u-03", "--file", str(file)]
        assert run([*command, *more]) == wanted
        return self.capsys.readouterr().err


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Home:
    file = profile_file(tmp_path / "home", "default")
    file.parent.mkdir(parents=True)
    new_workbench_file(file).close()
    return _Home(tmp_path / "home", capsys)


def test_a_script_is_told_and_its_record_kept(home: _Home) -> None:
    assert "2027-12-31 is yet to come" in home.record("count", {"counted_on": "2027-12-31", "members": 12})
    assert home.record("count", {"counted_on": "2026-09-18", "members": 12}) == ""


def test_a_follow_up_cannot_be_due_before_it_was_opened(home: _Home) -> None:
    item = {"nature": "problem", "title": "漏雨", "status": "open"}
    assert "2026-09-18" in home.record("follow_up", item | {"due_on": "2020-01-01"}, wanted=1)
    home.record("follow_up", item | {"due_on": "2026-09-10", "opened_on": "2026-09-05"})
    assert "2026-09-11" in home.record(
        "follow_up", item | {"due_on": "2026-09-10", "opened_on": "2026-09-11"}, wanted=1
    )
    assert t("fault.before_opening", wanted="x")
