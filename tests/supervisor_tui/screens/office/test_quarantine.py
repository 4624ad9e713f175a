"""What the office keeps apart, on the screens: the office rules, the author reads why, what to do and the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.terminal.text import cells
from sync.client.session import exchange
from sync.model.quarantine import ANSWERED, RELEASED
from sync.replica import Replica, query
from sync.replica.editing import edits, quarantine
from tests.store import District, office
from tests.supervisor_tui.workbench import (
    OFFICER,
    SIZES,
    assert_aligned,
    new_workbench_file,
    press,
    screen_lines,
    shown,
    until,
    workbench,
    write,
)

pytestmark = pytest.mark.usefixtures("that_day")


def _cursor(app: WorkbenchApp) -> str:
    return next(line for line in screen_lines(app) if line.startswith("> "))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_the_office_reads_each_with_its_reason_and_what_can_be_done(
    spoken: str, size: tuple[int, int], tmp_path: Path
) -> None:
    set_language(spoken)
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+o")
        assert t("aside.count", open=4, ruled=0) in screen_lines(app)[0]
        said = {
            "不是一条记载": "aside.cannot_release",
            "党费收缴": "aside.cannot_release",
            "学习计划": "aside.can_release",
        }
        for content, words in said.items():
            assert content in shown(app)
            assert t(words)[:30] in shown(app)
            assert_aligned(app)
            await press(pilot, "down")
        assert t("field.liaison_note.mode") not in screen_lines(app)[-1]


async def test_the_field_at_fault_is_named(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+o", "down")
        assert f"{t('field.liaison_note.mode')}: 应为其中之一" in shown(app)


async def test_a_release_asks_for_its_reason_and_is_an_entry_to_send(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+o", "down", "down", "f2")
        assert t("aside.ask_release") in shown(app)
        await press(pilot, "enter")
        assert t("aside.ask_release") in shown(app), "a release has a reason"
        await write(pilot, "交接已核对")
        await press(pilot, "enter")
        await until(pilot, lambda: t("aside.count", open=3, ruled=1) in screen_lines(app)[0])
        await press(pilot, "end")
        assert t("verdict.released") in _cursor(app)
        assert "交接已核对" in shown(app)
        assert t("aside.on_its_way") in shown(app)
        assert t("cmd.release") not in screen_lines(app)[-1]
    (_, _, fields) = query.rulings(Replica.open(tmp_path / "replica.db"))[0]
    assert (fields["verdict"], fields["comment"], fields["place"]) == (RELEASED, "交接已核对", "d-2:1")


async def test_what_is_wrong_in_itself_can_only_be_answered(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(80, 24)) as pilot:
        for way in (("ctrl+o",), ("down",)):
            await press(pilot, *way)
            assert t("cmd.release") not in screen_lines(app)[-1]
            await press(pilot, "f2")
            assert t("aside.ask_release") not in shown(app)
        await press(pilot, "f4")
        await write(pilot, "请改正后另写")
        await press(pilot, "enter")
        await until(pilot, lambda: t("aside.count", open=3, ruled=1) in screen_lines(app)[0])
    with Replica.open(tmp_path / "replica.db") as replica:
        (row,) = [row for row in quarantine.to_rule(replica) if row.ruling is not None]
        assert (row.by, row.code, row.ruling.verdict if row.ruling else "") == (OFFICER, "invalid_fields", ANSWERED)


async def test_the_office_finds_it_in_the_palette_and_the_to_do_list(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+p", *"rulings", "enter")
        await until(pilot, lambda: t("aside.why") in shown(app))
        await press(pilot, "escape", "f6")
        assert t("todo.rulings", count=4) in shown(app)
        while t("todo.rulings_why") not in _cursor(app):
            await press(pilot, "down")
        await press(pilot, "enter")
        assert t("aside.why") in shown(app)


async def test_nobody_else_is_offered_it(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+o")
        assert len(app.screen_stack) == 1
        await press(pilot, "ctrl+p", *"rulings")
        assert t("cmd.aside_help")[:10] not in shown(app)
        await press(pilot, "escape", "f6")
        assert t("todo.rulings_why") not in shown(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_the_author_reads_which_why_and_what_to_do(spoken: str, size: tuple[int, int], tmp_path: Path) -> None:
    set_language(spoken)
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: t("sync.apart_title", count=1) in shown(app))
        assert "麻丘镇机关支部" in shown(app)
        assert t("apart.out_of_scope")[:20] in shown(app)
        await press(pilot, "shift+tab", "enter")
        await until(pilot, lambda: t("record.versions", count=1) in shown(app))
        page = "".join(line.strip() for line in screen_lines(app))
        for words in ("apart.out_of_scope", "apart_do.out_of_scope", "record.apart"):
            assert t(words).replace(" ", "") in page.replace(" ", "")
        assert "电话联系" in shown(app)
        assert_aligned(app)


async def test_the_author_reads_the_office_s_answer(tmp_path: Path) -> None:
    replica = new_workbench_file(tmp_path / "replica.db")
    (row,) = quarantine.mine(replica)
    with replica.transaction() as connection:
        values = (row.target, ANSWERED, "请交给第二组 [red]", OFFICER, "2026-09-17T01:00:00.000Z")
        connection.execute("INSERT INTO ruling VALUES (?, ?, ?, ?, ?)", values)
    app = WorkbenchApp(tmp_path / "replica.db", replica)
    async with app.run_test(size=(120, 40)) as pilot:
        for way in (("f6",), ("escape", "f5")):
            await press(pilot, *way)
            await until(pilot, lambda: t("ruling.answered") in shown(app))
        await press(pilot, "shift+tab", "enter")
        await until(pilot, lambda: "请交给第二组 [red]" in shown(app))


async def test_a_revoked_laptop_says_so_and_is_read_on(live: District, tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        note = {"noted_on": "2026-09-18", "mode": "visit", "content": "停用前写的"}
        edits.create(wang, "liaison_note", "u-1", note)
        office(live.database, "revoke", wang.joined().device)
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: t("error.device_revoked")[:20] in shown(app))
        top = screen_lines(app)[0]
        assert t("sync.none_pending") in top
        assert t("sync.revoked") in top
        assert cells(top) == 120
        await press(pilot, "escape", "f7")
        await write(pilot, "停用前")
        await until(pilot, lambda: "停用前写的" in shown(app))
