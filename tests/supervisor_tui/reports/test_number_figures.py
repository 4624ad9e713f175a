"""The figures that add numbers up, asked of periods made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.reports.number_figures import MEASURES, Order, number_tables
from sync.replica.as_of.numbers import Counted, Numbers, Reported, Surveyed
from sync.replica.as_of.report_period import Period
from tests.supervisor_tui.reports.made import Cells, lines, made, record, some, unit


def _lines(period: Period, name: str, **order: Any) -> dict[str, Cells]:
    return lines(number_tables(1, period, Order(**order)), name)


def _numbers(**numbers: Any) -> Period:
    return made(units=[unit(f"u-{n}") for n in (1, 2, 3)], numbers=Numbers(**numbers))


def _count(name: str, unit: str = "u-1", day: str = "2026-09-10", **values: int) -> Counted:
    return Counted(record=name, unit=unit, day=day, values=values)


# --- heard of ---------------------------------------------------------------------------------------------------------


def _heard(period: Period) -> Cells:
    (cells,) = _lines(period, "heard_by_group").values()
    return cells


@pytest.mark.parametrize(
    ("day", "recent"),
    [("2026-09-01", ()), ("2026-09-16", ()), ("2026-09-17", ("u-1",)), ("2026-09-30", ("u-1",))],
)
def test_a_unit_is_heard_recently_by_what_came_in_the_last_fourteen_days(day: str, recent: tuple[str, ...]) -> None:
    found = _heard(made(records=[record("n", "liaison_note", day=day)]))
    assert found == {"units": ("u-1", "u-2"), "heard": ("u-1",), "recent": recent, "silent": ("u-2",)}


@pytest.mark.parametrize("kind", ["count", "survey"])
def test_what_was_counted_is_no_visit_and_no_note(kind: str) -> None:
    found = _heard(made(records=[record("r", kind, day="2026-09-30")]))
    assert (found["heard"], found["recent"], found["silent"]) == ((), (), ("u-1", "u-2"))


def test_a_visit_is_heard_as_a_note_is() -> None:
    found = _heard(made(records=[record("i", day="2026-09-30"), record("n", "liaison_note", "u-2")]))
    assert (found["heard"], found["recent"], found["silent"]) == (("u-1", "u-2"), ("u-1",), ())


# --- stages -----------------------------------------------------------------------------------------------------------


def test_of_all_units_those_that_passed_each_stage_are_counted() -> None:
    period = _numbers(passed={"a": {"u-3", "u-1", "u-gone"}, "z": {"u-1"}})
    everyone = ("u-1", "u-2", "u-3")
    assert _lines(period, "passed", stages=("b", "a")) == {
        "b": {"units": everyone, "passed": ()},
        "a": {"units": everyone, "passed": ("u-1", "u-3")},
    }
    assert _lines(period, "passed_by_group", stages=("b", "a")) == {
        "g-1": {"units": everyone, "b": (), "a": ("u-1", "u-3")}
    }


def test_of_all_campaigns_no_stage_is_passed() -> None:
    period = made(campaign="", numbers=Numbers(passed={"a": {"u-1"}}))
    assert _lines(period, "passed", stages=("a",)) == {}
    assert _lines(period, "passed_by_group", stages=("a",)) == {}
    (table,) = [each for each in number_tables(1, period, Order(stages=("a",))) if each.name == "passed_by_group"]
    assert table.columns == ("units",)


# --- satisfaction -----------------------------------------------------------------------------------------------------


def _survey(name: str, unit: str, returned: int, approving: int = 0, unsatisfied: int = 0) -> Surveyed:
    return Surveyed(
        record=name, unit=unit, day="2026-09-10", returned=returned, approving=approving, unsatisfied=unsatisfied
    )


@pytest.mark.parametrize(
    ("ballots", "said"), [((4,), False), ((5,), True), ((6,), True), ((2, 2), False), ((2, 3), True)]
)
def test_fewer_than_five_ballots_say_nothing(ballots: tuple[int, ...], said: bool) -> None:
    surveys = [_survey(f"s-{at}", "u-2", returned) for at, returned in enumerate(ballots)]
    period = _numbers(surveys=surveys)
    for name in ("satisfaction", "satisfaction_by_group", "satisfaction_by_unit"):
        assert bool(_lines(period, name)) is said, name


def test_ballots_are_added_up_over_the_surveys_of_the_units() -> None:
    surveys = [_survey("s-1", "u-1", 10, 7, 2), _survey("s-2", "u-2", 20, 11, 4), _survey("s-3", "u-gone", 40, 1, 1)]
    period = _numbers(surveys=surveys)
    assert _lines(period, "satisfaction") == {
        "all_surveys": {"surveys": ("s-1", "s-2"), "returned": 30, "approving": 18, "unsatisfied": 6}
    }
    assert _lines(period, "satisfaction_by_unit")["u-2"] == {
        "surveys": ("s-2",),
        "returned": 20,
        "approving": 11,
        "unsatisfied": 4,
    }


# --- members ----------------------------------------------------------------------------------------------------------


def test_of_each_unit_the_first_and_the_newest_count_say_each_measure() -> None:
    counts = [
        _count("c-1", "u-1", members=10, retired=3),
        _count("c-2", "u-1", members=12),
        _count("c-3", "u-1", members=15, retired=0),
        _count("c-4", "u-2", members=100),
        _count("c-5", "u-gone", members=1000),
    ]
    found = _lines(_numbers(counts=counts), "baseline")
    assert list(found) == list(MEASURES)
    assert found["members"] == {"first_count": 110, "last_count": 115}
    assert found["retired"] == {"first_count": 3, "last_count": 0}
    (table,) = [each for each in number_tables(1, _numbers(counts=counts), Order()) if each.name == "baseline"]
    (retired,) = [line for line in table.lines if line.name == "retired"]
    assert [figure.records for figure in retired.figures] == [("c-1",), ("c-3",)]


def test_members_are_added_up_of_the_newest_count_of_each_unit() -> None:
    counts = [_count("c-1", members=10), _count("c-2", members=12, exempt=2), _count("c-3", "u-3", members=5)]
    assert some(_lines(_numbers(counts=counts), "people_by_group")["g-1"]) == {"members": 17, "exempt": 2}


def test_what_was_counted_stands_beside_those_totals_of_the_district_that_the_campaign_says() -> None:
    period = _numbers(counts=[_count("c-1", members=10)])
    assert _lines(period, "district_share", totals={"members": 40}) == {"members": {"last_count": 10, "district": 40}}
    assert _lines(made(units=[]), "district_share", totals={"members": 40}) == {}


@pytest.mark.parametrize(
    ("trained_on", "column"),
    [("2026-09-04", "in_time"), ("2026-09-05", "in_time"), ("2026-09-06", "late")],
)
def test_training_was_in_time_up_to_the_day_of_the_first_visit(trained_on: str, column: str) -> None:
    counts = [_count("c-1", day=trained_on, trained=1)]
    found = _lines(_numbers(counts=counts, studied={"u-1": "2026-09-05"}), "training_by_group")["g-1"]
    in_time, late = (("u-1",), ()) if column == "in_time" else ((), ("u-1",))
    assert (found["trained_first"], found["not_trained_first"]) == (in_time, late)


def test_the_first_count_with_somebody_trained_says_when_that_was() -> None:
    counts = [
        _count("c-1", day="2026-09-01", trained=0, to_train=9),
        _count("c-2", day="2026-09-05", trained=1, to_train=8),
        _count("c-3", day="2026-09-09", trained=4, to_train=7),
        _count("c-4", "u-2", day="2026-09-01", trained=0),
        _count("c-5", "u-3", day="2026-09-01", trained=2),
    ]
    studied = {"u-1": "2026-09-05", "u-2": "2026-09-05"}
    assert {
        name: cells[""] for name, cells in _lines(_numbers(counts=counts, studied=studied), "training").items()
    } == {
        "to_train": 7,
        "trained": 6,
        "trained_first": ("u-1",),
        "not_trained_first": ("u-2",),
    }


# --- study ------------------------------------------------------------------------------------------------------------


def _reported(unit: str, coverage: float) -> Reported:
    return Reported(record=f"i-{unit}", unit=unit, day="2026-09-10", coverage=coverage)


def test_what_was_reported_reaches_its_percentage_of_those_expected_in_whole_members() -> None:
    counts = [_count("c-1", members=1202, exempt=2), _count("c-2", "u-2", members=7), _count("c-3", "u-3", members=9)]
    reported = [_reported("u-1", 50), _reported("u-2", 50.5)]
    assert _lines(_numbers(counts=counts, reported=reported), "study_by_group")["g-1"] == {
        "asked": ("u-1", "u-2", "u-3"),
        "reported": ("i-u-1", "i-u-2"),
        "expected": 1207,
        "reached": 600 + 4,
    }


@pytest.mark.parametrize(("members", "exempt", "asked"), [(3, 2, True), (3, 3, False), (3, 4, False)])
def test_a_unit_is_asked_where_a_member_is_expected_to_study(members: int, exempt: int, asked: bool) -> None:
    period = _numbers(counts=[_count("c-1", members=members, exempt=exempt)], reported=[_reported("u-1", 100)])
    found = _lines(period, "study_by_group")["g-1"]
    assert found == {
        "asked": ("u-1",) if asked else (),
        "reported": ("i-u-1",) if asked else (),
        "expected": int(asked),
        "reached": int(asked),
    }


def test_a_report_without_a_count_reaches_nobody() -> None:
    assert some(_lines(_numbers(reported=[_reported("u-1", 100)]), "study_by_group")["g-1"]) == {}


# --- work -------------------------------------------------------------------------------------------------------------


def test_inspections_that_say_how_work_gets_on_are_counted_of_all_inspections() -> None:
    records = [record("i-1"), record("i-2", unit="u-2"), record("i-3"), record("n-1", "liaison_note")]
    period = made(records=records, numbers=Numbers(effects=["i-2", "i-3"]))
    assert _lines(period, "work") == {"effects": {"": ("i-2", "i-3")}}
    assert _lines(period, "work_by_group") == {"g-1": {"inspections": ("i-1", "i-3", "i-2"), "effects": ("i-3", "i-2")}}


# --- the parts --------------------------------------------------------------------------------------------------------


def test_units_are_parted_by_group_by_category_and_by_what_stands_above_them() -> None:
    units = [unit("u-1", group="g-2", category="farm"), unit("u-2", group=""), unit("u-3", group="g-1")]
    period = made(units=units, committees={"u-3": "z", "u-1": "a"})
    parts = {
        way: list(_lines(period, f"people_by_{way}", groups=("g-2", "g-1")))
        for way in ("group", "category", "committee")
    }
    assert parts == {"group": ["g-2", "g-1", ""], "category": ["farm", "other"], "committee": ["a", "z", ""]}
    tables = number_tables(7, period, Order())
    assert {line.of for each in tables if each.name == "people_by_committee" for line in each.lines} == {"unit"}
    assert {line.of for each in tables if each.name == "people_by_group" for line in each.lines} == {"group"}
    assert tables[-1].lines[0].ref == f"{6 + len(tables)}.1"


def test_the_tables_stand_in_this_order() -> None:
    names = [each.name for each in number_tables(1, made(), Order())]
    three = ("group", "category", "committee")
    assert names == [
        "passed",
        *(f"passed_by_{way}" for way in three),
        "satisfaction",
        *(f"satisfaction_by_{way}" for way in (*three, "unit")),
        "baseline",
        "district_share",
        *(f"people_by_{way}" for way in three),
        "training",
        *(f"training_by_{way}" for way in three),
        *(f"study_by_{way}" for way in three),
        "work",
        *(f"work_by_{way}" for way in three),
        "heard_by_group",
    ]
