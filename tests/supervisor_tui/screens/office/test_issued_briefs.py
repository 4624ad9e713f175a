"""Issuing a brief on its screen, the list of issued ones, one of them opened again, on 80 and 120 columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.reports.issuing import issue
from supervisor_tui.screens.office.issued_brief import IssuedBriefScreen
from supervisor_tui.screens.office.issued_briefs import IssuedScreen
from supervisor_tui.widgets.paged_list import PagedList
from sync.replica.editing.issued import issued_brief, issued_briefs
from tests.supervisor_tui.workbench import INSPECTION, SIZES, Pen, assert_aligned, press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")
CAMPAIGN = "c-1"


def _sent(app: WorkbenchApp) -> None:
    """Let the store have everything."""
    app.replica.connection.execute("UPDATE entry SET number = id WHERE number IS NULL")


def _desk(folder: Path, role: str = "office") -> WorkbenchApp:
    app = workbench(folder / "replica.db", role)
    _sent(app)
    return app


def _issue(app: WorkbenchApp) -> str:
    record = issue(app.replica, CAMPAIGN, "2026-09-01", "2026-09-18").record
    _sent(app)
    return record


def _rows(app: App[Any], name: str) -> list[Any]:
    listed: PagedList[Any] = app.screen.query_one(name, PagedList)
    return [listed.row_at(place) for place in range(listed.count)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_a_brief_is_issued_with_one_key_and_an_answer_and_opens(
    spoken: str, size: tuple[int, int], tmp_path: Path
) -> None:
    set_language(spoken)
    app = _desk(tmp_path)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+s", "f10")
        await until(pilot, lambda: t("issued.number", year="2026", number=1) in shown(app).replace("\n", ""))
        assert_aligned(app)
        await press(pilot, "1")
        await until(pilot, lambda: isinstance(app.screen, IssuedBriefScreen))
        assert t("issued.number", year="2026", number=1) in shown(app)
        await until(pilot, lambda: t("since.nothing") in shown(app))
        assert_aligned(app)
        (issued,) = issued_briefs(app.replica)
        assert (issued.number, issued.campaign, issued.until, issued.by) == (1, CAMPAIGN, "2026-09-18", "p-1")
        await press(pilot, "escape", "f3")
        await until(pilot, lambda: isinstance(app.screen, IssuedScreen))
        assert t("issued.number", year="2026", number=1) in shown(app)
        assert_aligned(app)


async def test_esc_or_no_issues_nothing(tmp_path: Path) -> None:
    app = _desk(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+s", "f10", "escape", "f10", "2")
        assert issued_briefs(app.replica) == []


async def test_with_something_unsent_it_says_so_and_asks_nothing(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db", "office")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await press(pilot, "ctrl+s", "f10")
        await until(pilot, lambda: "请先同步" in shown(app))
        assert issued_briefs(app.replica) == []


async def test_a_group_has_no_key_to_issue_and_reads_the_totals(tmp_path: Path) -> None:
    office, app = _desk(tmp_path), _desk(tmp_path / "group", "group")
    _issue(office)
    head, body = office.replica.connection.execute(
        "SELECT head, body FROM entry WHERE record = ?", (issued_briefs(office.replica)[0].record,)
    ).fetchone()
    _arrive(app, head, body)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "ctrl+s", "f10")
        assert not office.screen_stack or "印发 2026" not in shown(app)
        await press(pilot, "f3", "enter")
        await until(pilot, lambda: "只有办公室有" in shown(app))
        assert {row.ref.partition(".")[0] for row in _rows(app, "#numbers")}.isdisjoint({"2", "3", "4"})
        await press(pilot, "enter")
        assert isinstance(app.screen, IssuedBriefScreen)


def _arrive(app: WorkbenchApp, head: bytes, body: bytes) -> None:
    from sync.ledger.chains import read_entry
    from sync.replica.projection.apply import Incoming, apply

    with app.replica.transaction() as connection:
        apply(connection, [Incoming(entry=read_entry(head, body), number=900)])


async def test_opened_again_it_says_what_it_said_and_lists_what_has_come_in(tmp_path: Path) -> None:
    app = _desk(tmp_path)
    record = _issue(app)
    late = INSPECTION | {"visited_on": "2026-09-09", "summary": "上周走访"}
    pen = Pen(app.replica)
    pen.write("u-09", "inspection", "r-late", late, device="d-9")
    pen.write("u-03", "inspection", "r-visit-3", {"withdrawn": True}, device="d-8", why="重复")
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(IssuedBriefScreen(record))
        await until(pilot, lambda: "新到 1 条" in shown(app))
        inspections = next(row for row in _rows(app, "#numbers") if row.ref == "1.3")
        assert inspections.value == 3
        assert_aligned(app)
        await press(pilot, "f2")
        await until(pilot, lambda: "上周走访" in shown(app))
        assert {(row.record, row.state) for row in _rows(app, "#records") if row.kind == "inspection"} == {
            ("r-late", "new"),
            ("r-visit-3", "withdrawn"),
        }
        assert_aligned(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "上周走访" in shown(app))
        await press(pilot, "escape", "escape")
        listed: PagedList[Any] = app.screen.query_one("#numbers", PagedList)
        listed.go_to([row.ref for row in _rows(app, "#numbers")].index("1.3"))
        await press(pilot, "enter")
        await until(pilot, lambda: "撤回" in shown(app))
        assert app.screen.query_one("#records", PagedList).count == 3


async def test_it_is_withdrawn_with_a_reason_and_stays_in_the_list(tmp_path: Path) -> None:
    app = _desk(tmp_path)
    record = _issue(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(IssuedBriefScreen(record))
        await press(pilot, "f9", *"wrong", "enter")
        await until(pilot, lambda: "已撤回" in shown(app))
        found = issued_brief(app.replica, record)
        assert found is not None
        assert found.withdrawn
        await press(pilot, "escape", "ctrl+s", "f3")
        await until(pilot, lambda: "已撤回" in shown(app))


async def test_the_report_on_offer_first_is_the_brief_in_sight(tmp_path: Path) -> None:
    app = _desk(tmp_path)
    record = _issue(app)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(IssuedBriefScreen(record))
        await press(pilot, "ctrl+x")
        await until(pilot, lambda: "1  督导工作简报 2026年第1期" in shown(app))
