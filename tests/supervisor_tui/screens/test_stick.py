"""An exchange by stick on the screen: what is unsent goes into a folder, the answer is read from it, each is said."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from sync.central.bundles.exchange import answer_all
from sync.central.service.store import open_store
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.store import District
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, shown, until

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_there_and_back_by_stick(spoken: str, size: tuple[int, int], live: District, tmp_path: Path) -> None:
    set_language(spoken)
    stick = tmp_path / "stick"
    stick.mkdir()
    with live.laptop(tmp_path / "replica.db", "wang") as wang:
        exchange(wang)
        wang.set_identity(msgspec.structs.replace(wang.joined(), server="http://127.0.0.1:1"))  # no line any more
        edits.create(wang, "liaison_note", "u-1", NOTE)
    app = WorkbenchApp(tmp_path / "replica.db", Replica.open(tmp_path / "replica.db"))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: app.sync_job.failure == "no_connection")
        await press(pilot, "f4")
        app.screen.query_one("Input").value = str(stick)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        await until(pilot, lambda: app.sync_job.failure == "no_answer")
        assert t("error.no_answer")[:20] in shown(app)
        await press(pilot, "f2")
        assert t("stick.where_to")[:20] in shown(app)
        await press(pilot, "enter")  # the folder it was the last time
        await until(pilot, lambda: app.sync_job.written is not None)
        (request,) = stick.glob("*.request")
        assert request.name[:14] in shown(app)
        assert_aligned(app)

        store = open_store(live.database)
        assert len(list(answer_all(store, stick, stick))) == 1
        store.close()
        await press(pilot, "f4", "enter")
        await until(pilot, lambda: app.sync_job.result is not None)
        assert t("sync.none_pending") in shown(app)
        assert_aligned(app)
    with Replica.open(tmp_path / "replica.db") as wang:
        assert query.status(wang).acknowledged == 1
