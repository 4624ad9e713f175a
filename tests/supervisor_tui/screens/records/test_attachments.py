"""Attachments on a record's screen: attached by its dropped path, shown with what has not arrived, saved elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.files.attachments import file_name, file_of, opened
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.screens.records.record import RecordScreen
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import attachments, edits
from sync.replica.editing.attachments import Attachment
from tests.store import District
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, shown, until

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
PDF = b"%PDF-1.7 paper"


def _type(app: WorkbenchApp, text: str) -> None:
    app.screen.query_one("Input").value = text  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_a_dropped_path_is_attached_and_a_colleague_saves_it(
    spoken: str, size: tuple[int, int], live: District, tmp_path: Path
) -> None:
    set_language(spoken)
    paper = tmp_path / "现场 照片.pdf"
    paper.write_bytes(PDF)
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    app = WorkbenchApp(tmp_path / "a.db", Replica.open(tmp_path / "a.db"))
    async with app.run_test(size=size) as pilot:
        await app.push_screen(RecordScreen(record))
        await press(pilot, "ctrl+a")
        _type(app, str(paper).replace(" ", "\\ "))  # as a terminal drops it
        await press(pilot, "enter")
        _type(app, "补充")
        await press(pilot, "enter")
        assert t("attachment.unsent")[:8] in shown(app)
        assert shown(app).count("现场 照片.pdf") == 2  # among the attachments, and in the version that brought it
        assert_aligned(app)
    with Replica.open(tmp_path / "a.db") as wang:
        assert exchange(wang).attached == 1
    out = tmp_path / "out"
    out.mkdir()
    with live.laptop(tmp_path / "b.db", "li") as li:
        exchange(li)
    app = WorkbenchApp(tmp_path / "b.db", Replica.open(tmp_path / "b.db"))
    async with app.run_test(size=size) as pilot:
        await app.push_screen(RecordScreen(record))
        await until(pilot, lambda: t("attachment.away")[:8] in shown(app))
        await press(pilot, "ctrl+u", "enter")
        _type(app, str(out))
        await press(pilot, "enter")
        await until(pilot, lambda: (out / paper.name).exists())
        assert (out / paper.name).read_bytes() == PDF
        await until(pilot, lambda: t("attachment.away")[:8] not in shown(app))
        assert_aligned(app)


def test_a_path_is_read_as_terminals_and_people_give_it(tmp_path: Path) -> None:
    wanted = Path("/media/stick/现场 照片.pdf")
    for given in (
        "/media/stick/现场 照片.pdf",
        "'/media/stick/现场 照片.pdf'",
        '"/media/stick/现场 照片.pdf" ',
        "/media/stick/现场\\ 照片.pdf",
        "file:///media/stick/%E7%8E%B0%E5%9C%BA%20%E7%85%A7%E7%89%87.pdf",
    ):
        assert file_of(given) == wanted


@pytest.mark.parametrize(
    ("named", "saved"),
    [
        ("../../etc/passwd.pdf", "_.._etc_passwd.pdf"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("C:\\x\\y.pdf", "C__x_y.pdf"),
        ("\x1b]0;x\x07.pdf", "_]0;x_.pdf"),
        ("...", "a" * 12),
    ],
)
def test_a_colleagues_file_name_leads_nowhere(named: str, saved: str) -> None:
    attachment = Attachment(name="a" * 64, file_name=named, type="", size=1, here=True, sent=True)
    assert file_name(attachment) == saved


async def test_it_is_opened_by_the_systems_program_and_without_one_that_is_said(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "a;touch x.pdf"
    paper.write_bytes(PDF)
    told = tmp_path / "told"
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{told}.part" && mv "{told}.part" "{told}"\n')
    opener.chmod(0o700)
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        attachments.attach(wang, record, paper, "补充")
        found = query.record(wang, record)
        assert found is not None
        (attachment,) = attachments.attachments(wang, found.fields)
        monkeypatch.setattr("shutil.which", lambda _: None)
        assert not opened(wang, attachment)
        monkeypatch.setattr("shutil.which", lambda _: str(opener))
        assert opened(wang, attachment)
        for _ in range(200):
            if told.exists():
                break
            await asyncio.sleep(0.02)
    assert Path(told.read_text()).read_bytes() == PDF
    assert Path(told.read_text()).name == "a;touch x.pdf"
