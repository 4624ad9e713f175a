"""Long work in sight: counted, stopped by a key, and nothing of it left when it was stopped."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supervisor_tui.jobs.export import export_work
from supervisor_tui.jobs.job import Cancelled, Outcome, Progress
from supervisor_tui.locale import set_language, t
from supervisor_tui.reports.request import ReportRequest
from supervisor_tui.screens.dialogs.progress import WorkScreen
from tests.supervisor_tui.workbench import SIZES, assert_aligned, new_workbench_file, press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")


def _endless(progress: Progress) -> Outcome:
    for number in itertools.count():
        progress(min(number, 12_345), 20_000)
        time.sleep(0.001)
    raise AssertionError


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_work_shows_counts_and_stops_at_a_key(tmp_path: Path, size: tuple[int, int]) -> None:
    set_language("zh")
    app = workbench(tmp_path / "replica.db")
    outcomes: list[Outcome | None] = []
    async with app.run_test(size=size) as pilot:
        await app.push_screen(WorkScreen("写一份很长的报告", _endless), outcomes.append)
        await until(pilot, lambda: "/ 20,000" in shown(app))
        assert "写一份很长的报告" in shown(app)
        assert t("work.keys") in shown(app)
        assert_aligned(app)
        await press(pilot, "escape")
        await until(pilot, lambda: outcomes != [])
    assert outcomes[0] is not None
    assert outcomes[0].words == t("work.stopped")


async def test_the_workbench_folds_its_file_again(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        (entries,) = app.replica.connection.execute("SELECT count(*) FROM entry").fetchone()
        before = app.replica.connection.execute("SELECT * FROM record ORDER BY id").fetchall()
        await press(pilot, "ctrl+w", "2")
        await until(pilot, lambda: t("cli.rebuilt", entries=entries)[:12] in shown(app))
        assert app.replica.connection.execute("SELECT * FROM record ORDER BY id").fetchall() == before


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv"])
def test_a_report_that_is_stopped_leaves_nothing(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "文档"
    folder.mkdir()
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(folder))
    new_workbench_file(tmp_path / "replica.db").close()
    told: list[tuple[int, int]] = []

    def stop_when_counted(done: int, total: int) -> None:
        told.append((done, total))
        if total:
            raise Cancelled

    asked = ReportRequest(what="register", format=form, today="2026-09-18")
    with pytest.raises(Cancelled):
        export_work(tmp_path / "replica.db", asked, "台账", stop_when_counted)
    assert told[0] == (0, 0)
    assert told[-1][1] > 0
    assert list(folder.iterdir()) == []


def test_a_command_counts_on_a_terminal_alone_and_leaves_no_trace_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    new_workbench_file(home / "profiles" / "default" / "replica.db").close()
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "en", "rebuild"]
    reader, terminal = os.openpty()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=terminal, text=True)
    os.close(terminal)
    said = os.read(reader, 10_000).decode()
    os.close(reader)
    assert " / " in said
    assert said.endswith("\r\x1b[K")
    quiet = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (quiet.stdout, quiet.stderr) == (done.stdout, "")
