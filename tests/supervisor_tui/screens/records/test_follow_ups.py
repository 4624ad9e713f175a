"""The register by keys: what is shown, filters, and steps that ask for their reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import t
from supervisor_tui.screens.records.follow_ups import RegisterScreen
from sync.replica import query
from sync.replica.editing import edits
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, screen_lines, shown, until, workbench, write

pytestmark = pytest.mark.usefixtures("that_day")


def _listed(app: WorkbenchApp) -> str:
    return "\n".join(screen_lines(app)[2:-1])


@pytest.mark.parametrize("size", SIZES)
async def test_one_key_goes_through_what_is_open_late_due_soon_and_done(tmp_path: Path, size: tuple[int, int]) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f8")
        await until(pilot, lambda: t("register.open", count=2) in shown(app))
        assert_aligned(app)
        await press(pilot, "f9")
        await until(pilot, lambda: "活动室漏雨" not in _listed(app))
        assert "必读篇目未发" in _listed(app)
        await press(pilot, "f9")
        await until(pilot, lambda: "活动室漏雨" in _listed(app))
        assert "必读篇目未发" not in _listed(app)
        assert "待帮扶" in _listed(app)
        assert_aligned(app)
        await press(pilot, "escape")
        await until(pilot, lambda: t("register.open", count=2) in shown(app))


async def test_filters_by_nature_category_and_words_hold_together(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8", "f10")
        await until(pilot, lambda: "活动室漏雨" not in _listed(app))
        await press(pilot, "f10")
        await until(pilot, lambda: "活动室漏雨" in _listed(app) and "必读篇目未发" not in _listed(app))
        await press(pilot, "f2")
        await write(pilot, "瑶湖")
        await press(pilot, "enter")
        await until(pilot, lambda: t("register.none") in shown(app))
        await press(pilot, "escape")
        await until(pilot, lambda: "活动室漏雨" in _listed(app) and "必读篇目未发" in _listed(app))


async def test_giving_a_follow_up_up_asks_why_and_takes_no_silence_for_an_answer(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f8", "f4")
        await until(pilot, lambda: t("step.withdrawn") in shown(app))
        await press(pilot, "3", "enter")
        await until(pilot, lambda: t("record.ask_reason", step=t("step.withdrawn")) in shown(app))
        await write(pilot, "重复立项")
        await press(pilot, "enter")
        await until(pilot, lambda: "必读篇目未发" not in _listed(app))
        found = query.record(app.replica, "r-problem")
        assert found is not None
        assert (found.fields["status"], found.fields["progress"]) == ("withdrawn", "重复立项")


async def test_each_step_that_settles_something_asks_how_and_takes_no_silence_for_an_answer(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f8", "f4")
        await until(pilot, lambda: t("step.problem.reported") in shown(app))
        await press(pilot, "1", "enter")
        await until(pilot, lambda: t("record.ask_solved", step=t("step.problem.reported")) in shown(app))
        await press(pilot, "enter")
        found = query.record(app.replica, "r-problem")
        assert found is not None
        assert found.fields["status"] != "reported"
        await write(pilot, "必读篇目已发到每人")
        await press(pilot, "enter")
        await until(pilot, lambda: _status(app, "r-problem") == "reported")
        found = query.record(app.replica, "r-problem")
        assert found is not None
        assert found.versions[-1].set == {"status": "reported", "progress": "必读篇目已发到每人", "on": "2026-09-18"}


def _status(app: WorkbenchApp, record: str) -> str:
    found = query.record(app.replica, record)
    return str(found.fields["status"]) if found is not None else ""


async def test_who_reported_it_done_is_told_before_a_word_is_asked_for_that_another_verifies(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    edits.step(app.replica, "r-problem", "reported", "已发到每人")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f8", "down", "f4")  # what is to be verified stands after what is to be done
        await until(pilot, lambda: t("step.verified") in shown(app))
        await press(pilot, "1")
        await until(pilot, lambda: t("refused.verified_by_reporter") in shown(app))
        assert isinstance(app.screen, RegisterScreen)


async def test_a_column_is_chosen_then_one_of_its_values_and_the_list_has_as_many_as_it_said(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    given = {"class": "own", "lead_unit": "区委组织部", "responsible_unit": "水产场"}
    edits.correct(app.replica, "r-problem", given, "归类")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f8")
        await until(pilot, lambda: "水产场 组织委员" in _listed(app) and t("class.own")[:6] in _listed(app))
        assert_aligned(app)
        await press(pilot, "ctrl+t")
        await until(pilot, lambda: t("register.ask_by") in shown(app))
        assert t("report.column_verified_by") not in shown(app)  # nobody has verified any of them
        await press(pilot, "1")
        words = t("register.value", words=t("class.own"), count=1)
        await until(pilot, lambda: words in shown(app))
        await press(pilot, "1")
        await until(pilot, lambda: "活动室漏雨" not in shown(app) and "必读篇目未发" in shown(app))
        assert f"{t('report.column_class')}: {t('class.own')}" in shown(app)
        await press(pilot, "escape")
        await until(pilot, lambda: "活动室漏雨" in _listed(app))


async def test_where_no_column_is_filled_in_the_filter_says_so(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f8", "f9", "f9")
        await until(pilot, lambda: "必读篇目未发" not in _listed(app))
        await press(pilot, "ctrl+t")
        await until(pilot, lambda: t("register.by_none") in shown(app))


async def test_what_was_put_off_is_found_by_how_often(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    edits.correct(app.replica, "r-difficulty", {"due_on": "2026-10-20"}, "等会议")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f8", "ctrl+t")
        await until(pilot, lambda: t("report.column_moved_times") in shown(app))
        await press(pilot, "2")  # after the post, which one of the two has
        await until(pilot, lambda: t("register.moved_least", count=1) in shown(app))
        await press(pilot, "1")
        await until(pilot, lambda: "必读篇目未发" not in shown(app) and "活动室漏雨" in shown(app))
