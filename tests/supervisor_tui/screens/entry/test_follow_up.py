"""The follow-up form, and the forms that are nothing but fields."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from supervisor_tui.labels.campaigns import learn_words
from supervisor_tui.locale import set_language
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from supervisor_tui.screens.entry.review_before_save import FinishScreen
from supervisor_tui.screens.entry.simple import PlainFormScreen
from sync.replica import Replica, query
from sync.replica.editing import drafts
from tests.days import this_day
from tests.supervisor_tui.screens.desk import SIZES, Desk, laptop, shown
from tests.terminal import Terminal


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 1) as opened:
        yield opened


async def test_a_follow_up_is_a_digit_a_title_and_a_day(replica: Replica) -> None:
    app = Desk(replica, FollowUpScreen("u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("2", "党", *"员活动室漏雨", "enter")
        await pilot.pause()
        await pilot.press("+", "1", "4", "enter", "f10")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert kept.fields == {
            "campaign": "c-1",
            "nature": "difficulty",
            "title": "党员活动室漏雨",
            "due_on": (this_day() + timedelta(days=14)).isoformat(),
            "status": "open",
        }
        assert drafts.listed(app.replica) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_missing_is_named_in_both_languages(
    replica: Replica, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    app = Desk(replica, FollowUpScreen("u-1"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(app.screen, FinishScreen)
        for words in {"zh": ["性质: 必须填写", "期限: 必须填写"], "en": ["Nature: must be given", "Due: must"]}[
            language
        ]:
            assert words in shown(app)
        assert query.history(app.replica, "u-1", "follow_up").count == 0


async def test_a_day_that_does_not_exist_is_refused_where_it_is_typed(replica: Replica) -> None:
    app = Desk(replica, FollowUpScreen("u-1", prefill={"nature": "problem", "title": "补课"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("due_on")
        await pilot.press(*"2.30")
        await pilot.pause()
        assert "应为日期" in shown(app)
        await pilot.press("enter", "f10")
        await pilot.pause()
        assert "期限: " in shown(app)
        assert app.result == "still open"


async def test_a_follow_up_that_came_from_a_line_keeps_its_origin(replica: Replica) -> None:
    prefill = {"nature": "problem", "title": "补发必读篇目", "due_on": "2999-01-01"}
    app = Desk(replica, FollowUpScreen("u-1", origin="r-1#i0", prefill=prefill))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert (kept.fields["origin"], kept.fields["source"]) == ("r-1#i0", "r-1")


async def test_class_and_units_are_asked_and_none_is_filled_in(replica: Replica) -> None:
    learn_words(replica)
    prefill = {"nature": "problem", "title": "补发必读篇目", "due_on": "2999-01-01"}
    app = Desk(replica, FollowUpScreen("u-1", prefill=prefill))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert not {"class", "lead_unit", "responsible_unit"} & {*app.form.fields}
        app.form.lines.go_to("class")
        await pilot.pause()
        assert "组织纪律松散" in shown(app)
        assert "单位自身的问题" in shown(app)
        await pilot.press("1")
        for field, letters in (("lead_unit", "甲"), ("responsible_unit", "乙")):
            app.form.lines.go_to(field)
            await pilot.press(letters, "enter")
            await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        told = {name: kept.fields.get(name) for name in ("class", "lead_unit", "responsible_unit", "source")}
        assert told == {"class": "discipline", "lead_unit": "甲", "responsible_unit": "乙", "source": None}


async def test_counts_that_do_not_add_up_are_named_in_words(replica: Replica) -> None:
    app = Desk(replica, PlainFormScreen("count", "u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for field, figure in (("members", "41"), ("retired", "４２")):
            app.form.lines.go_to(field)
            await pilot.press(*figure, "enter")
            await pilot.pause()
        await pilot.press("f10")
        await pilot.pause()
        assert "离退休: 不能大于 党员数 41" in shown(app)
        await pilot.press("1")
        await pilot.pause()
        await pilot.press(*"17", "enter", "f10")
        await pilot.pause()
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert (kept.fields["members"], kept.fields["retired"]) == (41, 17)


@pytest.mark.parametrize("kind", ["survey", "gate"])
async def test_the_other_plain_kinds_have_their_form(replica: Replica, kind: str) -> None:
    app = Desk(replica, PlainFormScreen(kind, "u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = shown(app)
        assert "学习动员" in screen
        assert "field." not in screen
        assert "decision." not in screen


_SCRIPT = """
import sys
from pathlib import Path
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from sync.replica import Replica
from tests.supervisor_tui.screens.desk import Desk
Desk(Replica.open(Path(sys.argv[1])), FollowUpScreen("u-1")).run()
"""


def test_a_draft_survives_a_kill_in_the_middle_of_a_sentence(replica: Replica) -> None:
    terminal = Terminal([sys.executable, "-c", _SCRIPT, str(replica.path)], dict(os.environ), (80, 24))
    try:
        terminal.wait_for("必填还差 3")
        terminal.press("3")
        terminal.wait_for(
            "必填还差 2"
        )  # shown only once the answer is taken; typed earlier, all keys would be one burst
        terminal.type("晚间")
        terminal.wait_for("草稿已存")
        terminal.type("学习")
        _wait_for_draft(replica, terminal, "晚间学习")
    finally:
        terminal.stop()
    [draft] = drafts.listed(replica)
    assert draft.fields["nature"] == "suggestion"
    assert draft.fields["title"] == "晚间学习"


def _wait_for_draft(replica: Replica, terminal: Terminal, title: str) -> None:
    """Wait until what was typed stands in the file."""
    deadline = time.monotonic() + 30
    while not any(draft.fields.get("title") == title for draft in drafts.listed(replica)):
        assert time.monotonic() < deadline, terminal.text
        terminal.read(0.05)
