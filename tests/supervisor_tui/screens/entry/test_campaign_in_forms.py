"""The campaign of a record: filled in and shown in its form, to be changed where the unit takes part in several."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from supervisor_tui.screens.entry.form import FormScreen
from supervisor_tui.screens.entry.inspection import InspectionScreen
from supervisor_tui.screens.entry.liaison_note import NoteScreen
from supervisor_tui.screens.entry.simple import PlainFormScreen
from tests.supervisor_tui.checklists import document, words
from tests.supervisor_tui.workbench import STORE, Pen, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")  # 2026-09-18
DATED: dict[str, tuple[Callable[[str], FormScreen], str]] = {
    "inspection": (InspectionScreen, "visited_on"),
    "note": (NoteScreen, "noted_on"),
    "count": (partial(PlainFormScreen, "count"), "counted_on"),
    "survey": (partial(PlainFormScreen, "survey"), "held_on"),
    "gate": (partial(PlainFormScreen, "gate"), "decided_on"),
}
EVERY = {**DATED, "follow_up": (FollowUpScreen, "")}
FORMS = pytest.mark.parametrize(("made", "day"), EVERY.values(), ids=EVERY)


def _give_second(app: WorkbenchApp) -> None:
    """Another campaign under way from 10 September on, with a stage and a checklist of its own."""
    pen = Pen(app.replica)

    def give(kind: str, record: str, fields: dict[str, Any]) -> None:
        pen.write("district", kind, record, fields, device="store-2", by=STORE, at="2026-09-10T00:00:00.000Z")

    give("campaign", "c-2", {"title": words("回头看", "Looking back"), "batch": "2", "starts_on": "2026-09-10"})
    plan = {"title": words("整改", "Rectify"), "starts_on": "2026-09-10", "ends_on": "2026-12-31"}
    give("stage_plan", "sp-9", plan | {"campaign": "c-2", "stage": "rectify"})
    checklist = document(2, stage="rectify")
    named = {name: checklist[name] for name in ("name", "version", "stage", "title")}
    give("template", "t-9", named | {"campaign": "c-2", "document": checklist})


def _rows(form: FormScreen) -> list[str]:
    return [
        choice.id
        for part in form.parts
        for each in part.questions
        if each.field == "campaign"
        for choice in each.choices
    ]


async def _open(app: WorkbenchApp, pilot: Any, form: FormScreen) -> None:
    app.push_screen(form)
    await until(pilot, lambda: app.screen is form and form.is_begun)
    await pilot.pause()


def _answer(form: FormScreen, field: str, value: str) -> None:
    """Answer a question as its row does."""
    question = next(each for part in form.parts for each in part.questions if each.field == field)
    form.fields[field] = value
    form.changed(question)


@FORMS
async def test_the_only_campaign_is_filled_in_and_named_without_a_row(
    tmp_path: Path, made: Callable[[str], FormScreen], day: str
) -> None:
    app, form = workbench(tmp_path / "laptop.db"), made("u-02")
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        assert (form.fields["campaign"], _rows(form)) == ("c-1", [])
        assert "第二批学习教育活动" in shown(app)


@FORMS
async def test_one_of_several_campaigns_is_filled_in_and_can_be_changed(
    tmp_path: Path, made: Callable[[str], FormScreen], day: str
) -> None:
    app, form = workbench(tmp_path / "laptop.db"), made("u-02")
    _give_second(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        assert (form.fields["campaign"], _rows(form)) == ("c-2", ["c-2", "c-1"])
        form.go_to_field("campaign")
        await pilot.pause()
        assert "活动" in shown(app)
        await pilot.press("2")
        await pilot.pause()
        assert form.fields["campaign"] == "c-1"


@pytest.mark.parametrize(("made", "day"), DATED.values(), ids=DATED)
async def test_another_day_offers_the_campaigns_of_that_day(
    tmp_path: Path, made: Callable[[str], FormScreen], day: str
) -> None:
    app, form = workbench(tmp_path / "laptop.db"), made("u-02")
    _give_second(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        _answer(form, day, "2026-09-09")
        await pilot.pause()
        assert (form.fields["campaign"], _rows(form)) == ("c-1", [])
        assert "第二批学习教育活动" in shown(app)
        _answer(form, day, "2026-09-10")
        assert (form.fields["campaign"], _rows(form)) == ("c-1", ["c-2", "c-1"])


async def test_another_campaign_brings_its_stage_and_its_checklist(tmp_path: Path) -> None:
    app, form = workbench(tmp_path / "laptop.db"), InspectionScreen("u-02")
    _give_second(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        assert (form.fields["stage"], form.fields["template"]) == ("rectify", "t-9")
        _answer(form, "campaign", "c-1")
        assert (form.fields["stage"], form.fields["template"]) == ("study", "t-1")
        _answer(form, "campaign", "c-2")
        _answer(form, "visited_on", "2026-09-09")
        assert (form.fields["stage"], form.fields["template"]) == ("study", "t-1")


async def test_another_campaign_brings_its_stage_to_a_decision(tmp_path: Path) -> None:
    app, form = workbench(tmp_path / "laptop.db"), PlainFormScreen("gate", "u-02")
    _give_second(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        assert form.fields["stage"] == "rectify"
        _answer(form, "campaign", "c-1")
        assert form.fields["stage"] == "study"


async def test_a_follow_up_opened_from_a_visit_belongs_to_the_campaign_of_the_visit(tmp_path: Path) -> None:
    app, form = workbench(tmp_path / "laptop.db"), InspectionScreen("u-02")
    _give_second(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await _open(app, pilot, form)
        _answer(form, "campaign", "c-1")
        await form.action_follow_up()
        await until(pilot, lambda: isinstance(app.screen, FollowUpScreen) and app.screen.is_begun)
        assert isinstance(app.screen, FollowUpScreen)
        assert app.screen.fields["campaign"] == "c-1"
