"""Days to come or long past stand in the report of an import to be looked at, and keep nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.central.locale import set_language
from sync.central.service.store import Store
from sync.model.days import plus
from tests.sync.central.tables import imports, notes, reasons, written

HEADS = ["单位名称", "检查日期", "督导组", "阶段", "检查情况", "存在问题", "整改时限"]


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def _visit(day: str, unit: str = "u-1", problem: str = "", due: str = "") -> list[str]:
    return [unit, day, "g-1", "学习动员", "总体较好", problem, due]


def test_a_visit_yet_to_come_is_doubted_in_its_row_and_kept(store: Store, tmp_path: Path) -> None:
    today = store.zones().today()
    rows = [HEADS, _visit(plus(today, 40)), _visit(plus(today, -1), "u-2")]
    report = imports(store, "inspections", written(tmp_path, "csv", rows))
    assert (report.kept, reasons(report)) == (2, "")
    (doubt,) = [each for each in report.doubts if "yet to come" in each.read]
    assert (doubt.weight, doubt.row, doubt.heading) == ("doubt", 2, "检查日期")


def test_days_long_past_are_doubted_once_for_a_column_with_the_oldest(store: Store, tmp_path: Path) -> None:
    rows = [HEADS, _visit("2024-03-02"), _visit("2023-05-06", "u-2"), _visit(store.zones().today(), "u-3")]
    report = imports(store, "inspections", written(tmp_path, "csv", rows))
    (doubt,) = [each for each in report.doubts if "days back" in each.read]
    assert (report.kept, doubt.row) == (3, 3)
    assert "dates more than 60 days back: 2, the oldest 2023-05-06" in doubt.read


def test_a_day_said_once_for_all_counts_is_doubted_once(store: Store, tmp_path: Path) -> None:
    rows = [["单位", "党员人数"], ["u-1", "12"], ["u-2", "13"]]
    day = plus(store.zones().today(), 10)
    report = imports(store, "counts", written(tmp_path, "csv", rows), on=day)
    assert (report.kept, notes(report).count("yet to come")) == (2, 1)


def test_a_problem_is_opened_by_its_visit_and_not_due_before_it(store: Store, tmp_path: Path) -> None:
    today = store.zones().today()
    rows = [HEADS, _visit(today, problem="学习记录不全", due=plus(today, -1))]
    assert today in reasons(imports(store, "inspections", written(tmp_path, "csv", rows)))
    rows = [HEADS, _visit(plus(today, -9), problem="学习记录不全", due=plus(today, -1))]
    assert imports(store, "inspections", written(tmp_path, "csv", rows)).changed == 2
