"""A fault of the program in work beside the screens: said, put on file without any text of a record, and survived."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import supervisor_tui
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language, t
from supervisor_tui.screens.dialogs.progress import WorkScreen
from supervisor_tui.screens.office.brief import BriefScreen
from supervisor_tui.screens.profile.first_run import FirstRunScreen
from supervisor_tui.screens.profile.passphrase import PassphraseScreen
from supervisor_tui.screens.records.record import RecordScreen
from supervisor_tui.screens.records.search import SearchScreen
from sync.replica.storage import encryption
from sync.system.crash_report import FILE_NAME
from tests.supervisor_tui.workbench import new_workbench_file, until

SECRET = "张三说的话"


def _fault(*_: object, **__: object) -> None:
    raise LookupError(SECRET)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[WorkbenchApp]:
    """A workbench over a file in the middle of its work."""
    set_language("zh")
    path = tmp_path / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    yield WorkbenchApp(path, new_workbench_file(path))
    encryption._remembered.clear()


async def _exchange(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    app.action_open_sync()
    return lambda: not app.sync_job.running and app.sync_job.failure == "fault"


async def _stick(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    app.begin_by_stick(str(app.path.parent), write=True)
    return lambda: not app.sync_job.running and app.sync_job.failure == "fault"


async def _brief(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    await app.push_screen(BriefScreen())
    return lambda: isinstance(app.screen, BriefScreen)


async def _work(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    app._do("核对", _fault)  # type: ignore[arg-type]
    return lambda: not isinstance(app.screen, WorkScreen)


async def _search(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    screen = SearchScreen()
    await app.push_screen(screen)
    screen._look_further("表")
    return lambda: isinstance(app.screen, SearchScreen)


async def _passphrase(app: WorkbenchApp, pilot: Pilot[str]) -> Callable[[], bool]:
    screen = PassphraseScreen()
    await app.push_screen(screen)
    await pilot.pause()
    for name in ("new", "again"):
        screen.query_one(f"#{name}", Input).value = "瑶湖边上有三棵老树"
    screen.action_keep()
    return lambda: not screen._busy


async def _attachment(app: WorkbenchApp, _: Pilot[str]) -> Callable[[], bool]:
    (record,) = app.replica.connection.execute("SELECT record FROM record WHERE kind = 'inspection' LIMIT 1").fetchone()
    screen = RecordScreen(record)
    await app.push_screen(screen)
    screen._fetch(None, "")  # type: ignore[arg-type]
    return lambda: isinstance(app.screen, RecordScreen)


WORKS = {
    "exchange": ("sync.client.session.exchange", _exchange),
    "stick": ("sync.client.bundle_exchange.write_request", _stick),
    "brief": ("supervisor_tui.screens.office.brief._count", _brief),
    "work": ("", _work),
    "search": ("supervisor_tui.screens.records.search._found", _search),
    "passphrase": ("sync.replica.storage.encryption.new_key", _passphrase),
    "attachment": ("", _attachment),
}


@pytest.mark.parametrize("work", WORKS)
async def test_a_fault_beside_the_screens_is_said_and_ends_nothing(
    work: str, app: WorkbenchApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, begin = WORKS[work]
    if place:
        monkeypatch.setattr(place, _fault)
    report = app.path.parent / FILE_NAME
    async with app.run_test(size=(120, 40)) as pilot:
        is_over = await begin(app, pilot)
        await until(pilot, lambda: is_over() and report.exists() and bool(app._notifications))
        said = "".join(each.message for each in app._notifications)
        assert t("work.failed", file="")[:6] in said.replace("\n", "")
        assert app.is_running
    assert app.return_code in (None, 0)
    assert SECRET not in report.read_text(encoding="utf-8")
    assert "Error" in report.read_text(encoding="utf-8")


async def test_joining_that_meets_a_fault_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("zh")
    monkeypatch.setattr("sync.client.enrolment.join", _fault)
    app = WorkbenchApp(tmp_path / "profiles" / "default" / "replica.db", None)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, FirstRunScreen)
        screen.query_one("#server", Input).value = "http://127.0.0.1:9"
        screen.query_one("#code", Input).value = "7K2M"
        screen.action_join()
        await until(pilot, lambda: not screen._busy)
        assert app.is_running


def test_nothing_else_starts_a_worker() -> None:
    root = Path(supervisor_tui.__file__).parent
    found = [
        (file.name, node.lineno)
        for file in root.rglob("*.py")
        if file.name != "thread.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("run_worker", "call_from_thread"))
        or (isinstance(node, ast.ImportFrom) and any(each.name == "work" for each in node.names))
    ]
    assert found == []
