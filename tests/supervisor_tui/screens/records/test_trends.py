"""A unit's figures over time, on its page of charts."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language, t
from sync.replica import Replica
from sync.replica.editing import edits
from tests.supervisor_tui.workbench import SIZES, assert_aligned, new_workbench_file, press, screen_lines, shown, until

pytestmark = pytest.mark.usefixtures("that_day")


def _file(path: Path) -> Replica:
    replica = new_workbench_file(path)
    later = {"counted_on": "2026-09-16", "members": 41, "out_of_contact": 0, "found_again": 2, "exempt": 11}
    edits.create(replica, "count", "u-01", later)
    for day, satisfied in (("2026-09-04", 12), ("2026-09-17", 24)):
        ballots = {"given_out": 30, "returned": 30, "satisfied": satisfied, "fairly": 3, "unsatisfied": 3}
        edits.create(replica, "survey", "u-01", {"held_on": day, **ballots})
    return replica


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_first_and_last_figures_stand_with_their_days_and_what_changed(
    tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    set_language(language)
    app = WorkbenchApp(tmp_path / "replica.db", _file(tmp_path / "replica.db"))
    async with app.run_test(size=size) as pilot:
        await press(pilot, "end", "enter", "f10")
        await until(pilot, lambda: t("trends.counts") in shown(app))
        assert_aligned(app)
        rows = {line.split()[0]: line.split() for line in screen_lines(app) if line.strip()}
        lost = rows[t("field.count.out_of_contact").split()[0]]
        assert lost[-5:] == ["2", "9-02", "0", "9-16", "-2"]
        assert rows[t("trends.expected").split()[0]][-2:] == ["30", "9-16"]
        await press(pilot, "end")
        await until(pilot, lambda: t("trends.share") in shown(app))
        assert_aligned(app)
        share = next(line for line in screen_lines(app) if t("trends.share") in line)
        assert share.split()[-5:] == ["50%", "9-04", "90%", "9-17", "+40"]
