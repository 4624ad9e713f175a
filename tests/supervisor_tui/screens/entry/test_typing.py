"""What is typed on the rows of a form is never dropped: it answers, moves or begins the text of its row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.forms.keeping import begin_correction
from supervisor_tui.locale import t
from supervisor_tui.screens.entry.form import FormScreen
from supervisor_tui.screens.entry.inspection import InspectionScreen
from supervisor_tui.screens.entry.liaison_note import NoteScreen
from supervisor_tui.screens.records.search import SearchScreen
from supervisor_tui.screens.todo import TodoScreen
from supervisor_tui.widgets.editor import Editor, TextPad
from supervisor_tui.widgets.typed_line import LONGEST, TypedLine
from sync.replica import Replica
from sync.replica.editing import edits
from tests.supervisor_tui.screens.desk import Desk, laptop, shown
from tests.supervisor_tui.workbench import until, workbench

NOTE = {"noted_on": "2026-01-03", "mode": "visit", "content": "白天生产忙。"}


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 3, figures=True) as opened:
        yield opened


def correction(replica: Replica, kind: str, fields: dict[str, Any], form: type[FormScreen]) -> Desk:
    """The workbench with a correction of a record that is kept with these fields."""
    kept = edits.create(replica, kind, "u-1", fields)
    begun = begin_correction(replica, kept.record)
    assert begun is not None
    begun.changed()
    begun.flush()
    return Desk(replica, form("u-1", begun.draft.id))


async def press(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


@pytest.mark.parametrize("sign", ["j", "k", "z", "?", "3", " ", "好"])
async def test_a_row_of_text_begins_with_any_sign(replica: Replica, sign: str) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("summary")
        await press(pilot, sign)
        assert app.form.query_one(Editor).question.field == "summary"
        assert app.form.query_one(Editor).text == sign


@pytest.mark.parametrize("sign", ["z", "7", "好"])
async def test_what_is_no_verdict_begins_the_note(replica: Replica, sign: str) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("answer.i0")
        await press(pilot, sign)
        assert app.form.query_one(Editor).text == sign
        assert app.form.fields["answer.i0"] == {"verdict": "", "note": sign}


async def test_j_and_k_move_from_a_row_without_text(replica: Replica) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("answer.i0")
        await press(pilot, "j", "j", "k")
        assert app.form.lines.question is not None
        assert app.form.lines.question.field == "answer.i1"


async def test_f9_moves_the_mark_and_the_editor_together(replica: Replica) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("answer.i0")
        await press(pilot, "enter", "好", "f9", "很")
        (editor,) = app.form.query(Editor)
        assert app.form.lines.question == editor.question
        assert (editor.question.field, editor.text) == ("answer.i1", "很")
        assert app.form.fields["answer.i0"]["note"] == "好"


async def test_in_a_correction_enter_goes_to_the_next_row(replica: Replica) -> None:
    fields = {"stage": "study", "template": "t-1", "group": "g-1", "summary": "好"} | {
        f"answer.i{place}": {"verdict": "met"} for place in range(3)
    }
    app = correction(replica, "inspection", {"visited_on": "2026-01-04"} | fields, InspectionScreen)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        app.form.lines.go_to("answer.i0")
        await press(pilot, "enter", "好", "enter")
        assert app.form.lines.question is not None
        assert app.form.lines.question.field == "answer.i1"


async def test_the_correction_of_a_note_begins_in_its_text_and_comes_back_to_it(replica: Replica) -> None:
    app = correction(replica, "liaison_note", NOTE, NoteScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await press(pilot, *"已补")
        await press(pilot, "f10", "escape", *"两句")
        assert app.form.fields["content"] == "白天生产忙。已补两句"


async def test_only_where_the_keys_go_stands_a_mark(replica: Replica) -> None:
    app = Desk(replica, NoteScreen("u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen.focused, TextPad)
        assert not any(line.startswith(">") for line in shown(app).splitlines())
        await press(pilot, "tab")
        assert any(line.startswith(">") for line in shown(app).splitlines())


@pytest.mark.parametrize(("key", "screen"), [("f6", TodoScreen), ("f7", SearchScreen)])
async def test_a_function_key_does_in_a_text_what_it_does_everywhere(
    tmp_path: Path, key: str, screen: type[Screen[Any]]
) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "f3", *"会上提了两条")
        await press(pilot, key)
        assert isinstance(app.screen, screen)
        await press(pilot, "escape", "x")
        assert app.screen.query_one(TextPad).text == "会上提了两条x"


async def test_a_line_that_takes_no_more_says_so(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await press(pilot, "f7")
        app.screen.query_one(TypedLine).post_message(events.Paste("字" * (LONGEST + 1)))
        await until(pilot, lambda: t("app.line_full", count=LONGEST)[:12] in shown(app))
        assert app.screen.query_one(TypedLine).value == "字" * LONGEST


async def test_nothing_is_cut_where_nothing_is_selected(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "f3", *"会上提了两条", "ctrl+x")
        assert app.screen.query_one(TextPad).text == "会上提了两条"
        await press(pilot, "shift+home", "ctrl+x")
        assert app.screen.query_one(TextPad).text == ""


async def test_a_search_finds_nothing_only_once_something_is_typed(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(100, 40)) as pilot:
        await press(pilot, "f7")
        assert t("search.none") not in shown(app)
        assert t("search.not_begun") in shown(app)
        await press(pilot, *"没有的字")
        await until(pilot, lambda: t("search.none") in shown(app))


@pytest.mark.parametrize("key", ["f1", "f11"])
async def test_before_joining_no_key_is_offered_that_does_nothing(tmp_path: Path, key: str) -> None:
    app = WorkbenchApp(tmp_path / "replica.db", None)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert key not in app.screen.active_bindings
