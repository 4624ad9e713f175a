"""Files attached inside a form, before the record is kept: for an item that asks for one, and for none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.screens.entry.follow_up import FollowUpScreen
from supervisor_tui.screens.entry.form import FormScreen
from supervisor_tui.screens.entry.inspection import InspectionScreen
from supervisor_tui.screens.entry.liaison_note import NoteScreen
from supervisor_tui.screens.entry.review_before_save import FinishScreen
from supervisor_tui.screens.entry.simple import PlainFormScreen
from sync.replica import Replica, query
from sync.replica.editing import attachments, drafts
from tests.supervisor_tui.screens.desk import SIZES, Desk, laptop, shown
from tests.supervisor_tui.workbench import assert_aligned, press, until

PDF = b"%PDF-1.7 a plan"


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with laptop(tmp_path / "replica.db", 2, papers=True) as opened:
        yield opened


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A paper whose name has a blank."""
    path = tmp_path / "实施 方案.pdf"
    path.write_bytes(PDF)
    return path


async def paste(pilot: Pilot[Any], text: str) -> None:
    """Let a text arrive as the clipboard or a dropped file hands it over."""
    assert pilot.app.focused is not None
    pilot.app.focused.post_message(Paste(text))
    await pilot.pause()


async def drop(pilot: Pilot[Any], text: str) -> None:
    """Drop files and say yes."""
    await paste(pilot, text)
    await until(pilot, lambda: pilot.app.screen.query(Input))
    await press(pilot, "enter")


def saved(app: Desk) -> dict[str, Any]:
    """The fields of the one draft as they lie in the file."""
    (draft,) = drafts.listed(app.replica)
    return draft.fields


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_an_item_asks_for_a_file_and_says_what_it_has(
    spoken: str, size: tuple[int, int], replica: Replica, plan: Path
) -> None:
    set_language(spoken)
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "1", "1")
        app.form.lines.go_to("figure.plan")
        await pilot.pause()
        assert t("form.keys_attachment")[:10] in shown(app)
        await drop(pilot, f"'{plan}'")
        assert_aligned(app)
        assert t("form.files", count=1)[:9] in shown(app)
        assert "实施 方案.pdf  15 B" in shown(app)
        (field,) = (name for name in saved(app) if name.startswith("attachment."))
        assert saved(app)[field] == {"name": plan.name, "type": "application/pdf", "size": len(PDF), "item": "plan"}
        assert attachments.unsent(app.replica) == []  # what lies with a draft never leaves the laptop
        app.form.fields["summary"] = "好"
        await press(pilot, "f10")
        assert isinstance(app.screen, FinishScreen)
        assert t("finish.ready")[:6] in shown(app)
        app.screen.query_one("VerticalScroll").scroll_end(animate=False)
        await until(pilot, lambda: "实施 方案.pdf  15 B" in shown(app))
        await press(pilot, "f10")
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        (attached,) = attachments.attachments(app.replica, kept.fields)
        assert (attached.file_name, attached.item, attached.here, attached.sent) == (plan.name, "plan", True, False)
        assert attachments.unsent(app.replica) == [(attached.name, len(PDF))]


@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_the_help_of_a_form_names_the_key(spoken: str, replica: Replica) -> None:
    set_language(spoken)
    app = Desk(replica, NoteScreen("u-1"))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f1")
        assert "^A" in shown(app)
        assert t("cmd.attach_help") in shown(app)


async def test_a_required_file_that_is_missing_is_named_and_gone_to(replica: Replica) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "1")
        app.form.fields["summary"] = "好"
        assert "必填还差 2" in shown(app)
        await press(pilot, "f10")
        assert "实施方案文本: 要附上文件" in shown(app)
        assert "学习现场照片" not in shown(app)
        await press(pilot, "1")
        assert app.form.lines.question is not None
        assert app.form.lines.question.field == "figure.plan"


async def test_a_typed_path_wrong_files_and_the_right_one(replica: Replica, plan: Path, tmp_path: Path) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    (tmp_path / "a.pdf").write_bytes(b"MZ")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        app.form.lines.go_to("figure.plan")
        await pilot.press(*f"{tmp_path}/none.pdf", "enter")
        await until(pilot, lambda: "none.pdf: 没有这个文件" in shown(app))
        await press(pilot, "enter")
        app.screen.query_one(Input).value = f"'{tmp_path / 'a.pdf'}' '{plan}'"
        await press(pilot, "enter")
        await until(pilot, lambda: "a.pdf: 不收这种文件" in shown(app))
        assert [said["name"] for name, said in saved(app).items() if name.startswith("attachment.")] == [plan.name]


async def test_a_file_dropped_on_a_note_s_text_is_attached_or_named_in_it(replica: Replica, plan: Path) -> None:
    app = Desk(replica, NoteScreen("u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await paste(pilot, "白天生产忙。")
        await drop(pilot, str(plan))
        assert app.form.fields["content"] == "白天生产忙。"
        await press(pilot, "ctrl+a")  # a key of the form, not of the text
        await until(pilot, lambda: app.screen.query(Input))
        await press(pilot, "escape")
        await paste(pilot, str(plan))
        await press(pilot, "escape")  # the path itself was meant
        await until(pilot, lambda: str(plan) in str(app.form.fields["content"]))
        await press(pilot, "f9", "f10", "f10")
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert [each.file_name for each in attachments.attachments(app.replica, kept.fields)] == [plan.name]


async def test_a_follow_up_takes_files_and_counts_do_not(replica: Replica, plan: Path) -> None:
    app = Desk(replica, FollowUpScreen("u-1", prefill={"nature": "problem", "title": "漏雨", "due_on": "2999-12-01"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await drop(pilot, str(plan))
        await press(pilot, "f10")
        kept = query.record(app.replica, str(app.result))
        assert kept is not None
        assert len(attachments.attachments(app.replica, kept.fields)) == 1
        await app.push_screen(PlainFormScreen("count", "u-1"))
        await pilot.pause()
        await press(pilot, "ctrl+a")
        assert isinstance(app.screen, FormScreen)


async def test_what_is_taken_off_or_dropped_with_the_draft_leaves_no_bytes(replica: Replica, plan: Path) -> None:
    app = Desk(replica, NoteScreen("u-1"))

    def bytes_here() -> int:
        (count,) = app.replica.connection.execute("SELECT count(*) FROM blob_part").fetchone()
        return int(count)

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await drop(pilot, str(plan))
        assert bytes_here() == 1
        app.form.lines.focus()
        app.form.lines.go_to("attachment")
        await press(pilot, "delete")
        assert plan.name in shown(app)
        await press(pilot, "2")
        await until(pilot, lambda: bytes_here() == 0)
        assert plan.name not in shown(app)
        await drop(pilot, str(plan))
        (draft,) = drafts.listed(app.replica)
        drafts.drop(app.replica, draft.id)
        assert bytes_here() == 0


async def test_a_correction_adds_a_file_to_the_item_with_its_reason(replica: Replica, plan: Path) -> None:
    app = Desk(replica, InspectionScreen("u-1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1", "1")
        app.form.lines.go_to("figure.plan")
        await drop(pilot, str(plan))
        app.form.fields["summary"] = "好"
        await press(pilot, "f10", "f10")
        record = str(app.result)
        photo = plan.with_name("照片.png")
        photo.write_bytes(b"\x89PNG\r\n\x1a\n1")
        from supervisor_tui.screens.records.record import RecordScreen

        await app.push_screen(RecordScreen(record))
        await press(pilot, "f2")
        await until(pilot, lambda: isinstance(app.screen, InspectionScreen))
        form = app.screen
        assert isinstance(form, InspectionScreen)
        form.lines.go_to("figure.photo")
        await drop(pilot, str(photo))
        await press(pilot, "f10")
        await paste(pilot, "补附照片")
        await press(pilot, "enter")
        await until(pilot, lambda: len(attachments.unsent(app.replica)) == 2)
        kept = query.record(app.replica, record)
        assert kept is not None
        assert {each.item for each in attachments.attachments(app.replica, kept.fields)} == {"plan", "photo"}
        assert kept.versions[-1].why == "补附照片"
