"""What can be done on the screens beside filling in a form: joining, settling, stepping, withdrawing, finding."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from supervisor_tui.app import DEMO, JOINED, WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.widgets.paged_list import PagedList
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.store import District, office
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, shown, until, workbench, write

pytestmark = pytest.mark.usefixtures("that_day")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_the_first_run_offers_to_join_or_to_try(spoken: str, size: tuple[int, int], tmp_path: Path) -> None:
    set_language(spoken)
    app = WorkbenchApp(tmp_path / "replica.db", None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert_aligned(app)
        for words in ("first.server", "first.code", "cmd.join", "cmd.demo"):
            assert t(words) in shown(app)
        await press(pilot, "f10")
        assert t("first.missing")[:10] in shown(app)
        await press(pilot, "f2")
    assert app.return_value == DEMO


async def test_a_wrong_address_is_said_and_what_was_typed_stays(tmp_path: Path) -> None:
    app = WorkbenchApp(tmp_path / "replica.db", None)
    async with app.run_test(size=(80, 24)) as pilot:
        await write(pilot, "127.0.0.1:1")
        await press(pilot, "enter")
        await write(pilot, "AAAA-BBBB-CCCCC")
        await press(pilot, "f10")
        await until(pilot, lambda: t("error.no_connection")[:12] in shown(app))
        assert "127.0.0.1:1" in shown(app)
        assert not (tmp_path / "replica.db").exists()


async def test_joining_leaves_for_the_new_file_and_the_first_exchange(live: District, tmp_path: Path) -> None:
    code = office(live.database, "code", live.people["wang"])
    path = tmp_path / "replica.db"
    app = WorkbenchApp(path, None)
    async with app.run_test(size=(120, 40)) as pilot:
        await write(pilot, live.address)
        await press(pilot, "enter")
        await write(pilot, code)
        await pilot.press("f10")
        for _ in range(500):
            if app.return_value:
                break
            await asyncio.sleep(0.02)
    assert app.return_value == JOINED

    again = WorkbenchApp(path, Replica.open(path), sync_at_once=True)
    async with again.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: query.units(again.replica).count == 2)
        await press(pilot, "escape")
        await until(pilot, lambda: "瑶湖水产场党委" in shown(again))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_one_key_takes_a_side_of_a_conflict(size: tuple[int, int], tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+k", "1")
        await write(pilot, "以补记为准")
        await press(pilot, "enter")
        await until(pilot, lambda: query.conflicts(app.replica) == [])
        found = query.record(app.replica, "r-visit-2")
        assert found is not None
        assert found.fields["summary"] == "方案已定, 笔记缺两人"
        assert found.versions[-1].why == "以补记为准"
        assert_aligned(app)


async def test_a_third_wording_settles_a_conflict_too(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+k", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 3)
        await press(pilot, "ctrl+a", "delete")
        await write(pilot, "笔记补齐")
        await press(pilot, "enter")
        await write(pilot, "核对过原件")
        await press(pilot, "enter")
        await until(pilot, lambda: query.conflicts(app.replica) == [])
        found = query.record(app.replica, "r-visit-2")
        assert found is not None
        assert "笔记补齐" in found.fields["summary"]


async def test_a_follow_up_takes_its_next_step_from_the_register(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8", "f4")
        await until(pilot, lambda: t("step.problem.reported") in shown(app))
        await press(pilot, "1")
        await write(pilot, "已发到六人")
        await press(pilot, "enter")
        await until(pilot, lambda: _status(app) == "reported")
        found = query.record(app.replica, "r-problem")
        assert found is not None
        assert found.fields["progress"] == "已发到六人"


def _status(app: WorkbenchApp) -> str:
    found = query.record(app.replica, "r-problem")
    assert found is not None
    return str(found.fields["status"])


async def test_a_record_is_withdrawn_with_its_reason_and_stays_readable(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "end", "enter", "end", "up", "enter", "f9")
        await until(pilot, lambda: t("record.ask_withdraw")[:6] in shown(app))
        await write(pilot, "写错单位")
        await press(pilot, "enter")
        await until(pilot, lambda: t("record.withdrawn") in shown(app))
        assert "写错单位" in shown(app)
        assert_aligned(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("key", ["ctrl+b", "ctrl+t", "ctrl+g"])
async def test_counts_surveys_and_gates_have_their_form(
    key: str, spoken: str, size: tuple[int, int], tmp_path: Path
) -> None:
    set_language(spoken)
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, key)
        await until(pilot, lambda: "F10" in shown(app))
        assert_aligned(app)
        await press(pilot, "f10")
        assert_aligned(app)
        await press(pilot, "escape", "escape")
        assert len(app.screen_stack) == 1


async def test_search_shows_hits_as_it_is_typed_and_opens_one(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f7")
        await write(pilot, "晚间")
        await until(pilot, lambda: "改为晚间小组学习" in shown(app))
        await press(pilot, "down", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 3)


async def test_the_palette_runs_a_command(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+p")
        await write(pilot, t("cmd.register"))
        await press(pilot, "enter")
        await until(pilot, lambda: t("register.title") in shown(app))


@pytest.mark.parametrize("typed", ["水产", "yhsc", "yaohu"])
async def test_units_are_filtered_by_text_and_sound(typed: str, tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f9")
        await write(pilot, typed)
        await until(pilot, lambda: "瑶湖水产场党委" in shown(app) and "社区义工" not in shown(app))
        await press(pilot, "escape")
        await until(pilot, lambda: "社区义工" in shown(app))


async def test_what_the_office_keeps_apart_is_shown_with_its_reason(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: t("apart.out_of_scope")[:8] in shown(app))


async def test_the_office_returns_a_record_and_its_author_finds_it_in_to_do(tmp_path: Path) -> None:
    set_language("en")
    office_bench = workbench(tmp_path / "office.db", "office")
    async with office_bench.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+r", "enter", "f10")
        assert t("reviews.ask") in shown(office_bench)
        await press(pilot, "2")
        await write(pilot, "Say how many were checked")
        await press(pilot, "enter")
        assert "Say how many were checked" in shown(office_bench)
        assert t("reviews.said_returned") in shown(office_bench)


async def test_search_keeps_to_a_kind_and_a_stage_by_key(tmp_path: Path) -> None:
    set_language("zh")
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f7")
        await write(pilot, "学习")
        everything = app.screen.query_one("#hits", PagedList).count
        await press(pilot, "f9", "f9")
        notes = app.screen.query_one("#hits", PagedList).count
        assert 0 < notes < everything
        assert t("kind.liaison_note") in shown(app)
        await press(pilot, "f10")
        assert app.screen.query_one("#hits", PagedList).count == 0
        assert t("stage.study") in shown(app)


async def test_what_a_filter_finds_far_back_comes_in_beside_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supervisor_tui.screens.records import search

    set_language("zh")
    monkeypatch.setattr(search, "NEWEST", 0)
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f7")
        await write(pilot, "学习")
        await press(pilot, "f9", "f9")
        await until(pilot, lambda: app.screen.query_one("#hits", PagedList).count > 0)
        assert t("kind.liaison_note") in shown(app)


async def test_the_office_looks_through_the_inspections_with_hints(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", role="office")
    late = {"visited_on": "2026-09-01", "stage": "study", "template": "t-1", "group": "g-1", "summary": "补记"}
    edits.create(app.replica, "inspection", "u-04", late)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+r", "f9")
        await until(pilot, lambda: t("reviews.hinted", count=3) in shown(app))  # too many visits, unmet, late
        assert shown(app).count("瑶湖水产场党委") == 2
        assert "昌东镇机关支部" in shown(app)
        assert_aligned(app)
        await press(pilot, "enter")
        await until(pilot, lambda: t("finish.hint") in shown(app))
