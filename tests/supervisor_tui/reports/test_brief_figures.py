"""Each figure of the brief, asked of periods made by hand: on the first and the last day, of none and of several."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.reports.figures import GAPS, BriefFigures, brief_figures
from supervisor_tui.reports.number_figures import Order
from sync.replica.as_of.corrected import Corrected
from sync.replica.as_of.report_period import Period
from tests.supervisor_tui.reports.made import DAYS, Cells, follow_up, lines, made, record, some, unit

OUTCOMES = ("found", "settled", "left", "overdue", "verified", "put_off", "given_up", "withdrawn")


def _figures(period: Period, **order: Any) -> BriefFigures:
    classes = order.pop("classes", ())
    return brief_figures(period, order=Order(**order), lacking={}, classes=classes)


def _lines(period: Period, name: str, **order: Any) -> dict[str, Cells]:
    return lines(_figures(period, **order).tables, name)


def _outcome(**fields: Any) -> set[str]:
    """In which columns one follow-up is counted."""
    return set(some(_lines(made(follow_ups=[follow_up("f", **fields)]), "follow_ups")["problem"]))


# --- follow-ups: on the edges of the period ---------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "found"), list(zip(DAYS, (False, True, True, True, True, True), strict=True)))
def test_a_follow_up_is_found_in_the_period_from_its_first_day_on(day: str, found: bool) -> None:
    assert _outcome(opened_on=day) == ({"found", "left"} if found else {"left"})


@pytest.mark.parametrize(("day", "counted"), list(zip(DAYS, (False, True, True, True, True, True), strict=True)))
@pytest.mark.parametrize(
    ("status", "column"), [("closed", "settled"), ("withdrawn", "given_up"), ("void", "withdrawn")]
)
def test_what_was_settled_counts_from_the_first_day_on_as_what_became_of_it(
    day: str, counted: bool, status: str, column: str
) -> None:
    assert _outcome(status=status, settled_on=day) == ({column} if counted else set())


@pytest.mark.parametrize(
    ("status", "due_on", "overdue"),
    [
        ("open", "2026-09-29", True),
        ("open", "2026-09-30", False),
        ("open", "2026-10-01", False),
        ("in_progress", "2026-09-29", True),
        ("returned", "2026-09-29", True),
        ("reported", "2026-09-29", False),
        ("closed", "2026-09-29", False),
    ],
)
def test_what_was_due_before_the_last_day_and_is_still_to_be_done_is_overdue(
    status: str, due_on: str, overdue: bool
) -> None:
    assert ("overdue" in _outcome(status=status, due_on=due_on)) is overdue


def test_what_was_seen_to_be_done_is_left_to_be_closed() -> None:
    assert _outcome(status="verified") == {"left", "verified"}
    assert _outcome(status="reported") == {"left"}


@pytest.mark.parametrize(("moved", "counted"), [(0, False), (1, True), (2, True)])
def test_what_was_put_off_once_or_more_counts_once(moved: int, counted: bool) -> None:
    assert ("put_off" in _outcome(moved=moved)) is counted


def test_in_a_period_of_one_day_it_counts_that_it_was_put_off() -> None:
    period = made(since="2026-09-30", follow_ups=[follow_up("f", moved=1)])
    assert _lines(period, "follow_ups")["problem"]["put_off"] == ("f",)


def test_of_earlier_campaigns_only_what_is_left_counts() -> None:
    earlier = [follow_up("f-1", moved=1, due_on="2026-09-29"), follow_up("f-2", opened_on="2026-09-15")]
    cells = _lines(made(earlier=earlier), "follow_ups")["earlier"]
    assert some(cells) == {"left": ("f-1", "f-2"), "overdue": ("f-1",)}


def test_each_nature_has_its_line_and_those_of_no_known_nature_have_none() -> None:
    rows = [follow_up(f"f-{nature}", nature=nature) for nature in ("problem", "suggestion", "difficulty", "x")]
    found = _lines(made(follow_ups=rows), "follow_ups")
    assert {name: cells["left"] for name, cells in found.items()} == {
        "problem": ("f-problem",),
        "suggestion": ("f-suggestion",),
        "difficulty": ("f-difficulty",),
        "earlier": (),
    }


# --- follow-ups parted ------------------------------------------------------------------------------------------------


def test_problems_alone_are_parted_by_class_in_the_order_of_the_campaign_and_those_without_one_stand_last() -> None:
    rows = [follow_up(f"f-{name}", class_=name) for name in ("", "z", "b", "a")]
    rows.append(follow_up("f-s", nature="suggestion", class_="b"))
    found = _lines(made(follow_ups=rows), "by_class", classes=("b", "none"))
    assert {name: some(cells) for name, cells in found.items()} == {
        "b": {"left": ("f-b",)},
        "a": {"left": ("f-a",)},
        "z": {"left": ("f-z",)},
        "": {"left": ("f-",)},
    }
    assert list(found) == ["b", "a", "z", ""]


@pytest.mark.parametrize(
    ("way", "name"), [("group", "g-2"), ("category", "farm"), ("committee", "top")], ids=["group", "category", "above"]
)
def test_outcomes_are_parted_by_what_the_unit_was_and_the_last_line_is_of_other_units(way: str, name: str) -> None:
    units = [unit("u-1", group="g-1", category="other"), unit("u-2", group="g-2", category="farm")]
    rows = [follow_up("f-1", unit="u-gone"), follow_up("f-2", unit="u-2"), follow_up("f-3", nature="x", unit="u-2")]
    period = made(units=units, follow_ups=rows, committees={"u-2": "top"})
    found = _lines(period, f"follow_ups_by_{way}", groups=("g-2",))
    assert {each: some(cells) for each, cells in found.items()} == {name: {"left": ("f-2",)}, "": {"left": ("f-1",)}}
    assert list(found) == [name, ""]


@pytest.mark.parametrize("table", ["follow_ups_by_committee", "by_committee", "people_by_committee"])
def test_committees_stand_as_units_do_in_every_table_and_what_stands_by_itself_is_last(table: str) -> None:
    above = {"u-0": "", "u-1": "z", "m": "m", "u-2": "m", "z": "z"}
    rows = [follow_up(f"f-{name}", unit=name) for name in ("u-1", "u-0", "u-2")]
    period = made(units=[unit(name) for name in ("u-0", "u-1", "u-2")], follow_ups=rows, committees=above)
    assert list(_lines(period, table)) == ["m", "z", ""]


def test_a_committee_counts_its_units_their_visits_and_what_was_found_and_left() -> None:
    units = [unit(name) for name in ("u-1", "u-2", "u-3", "u-4")]
    records = [record("i-1"), record("i-2", unit="u-2"), record("n-1", "liaison_note"), record("c-1", "count")]
    rows = [
        follow_up("f-before", opened_on="2026-08-31"),
        follow_up("f-first", opened_on="2026-09-01", status="closed", settled_on="2026-09-30"),
        follow_up("f-x", opened_on="2026-09-01", nature="x"),
        follow_up("f-alone", unit="u-4", opened_on="2026-09-01"),
    ]
    above = {"z": "z", "u-3": "z", "a": "a", "u-1": "a", "u-2": "a", "none": "none"}
    found = _lines(made(units=units, records=records, follow_ups=rows, committees=above), "by_committee")
    assert {name: some(cells) for name, cells in found.items()} == {
        "z": {"units": ("u-3",)},
        "a": {
            "units": ("u-1", "u-2"),
            "visited": ("u-1", "u-2"),
            "inspections": ("i-1", "i-2"),
            "notes": ("n-1",),
            "found": ("f-first",),
            "left": ("f-before",),
        },
        "": {"units": ("u-4",), "found": ("f-alone",), "left": ("f-alone",)},
    }


# --- visits, notes and units ------------------------------------------------------------------------------------------

_RECORDS = [
    record("i-1"),
    record("i-2", good_practice="x"),
    record("n-1", "liaison_note", "u-2", good_practice="x"),
    record("n-2", "liaison_note", "u-2"),
    record("c-1", "count"),
    record("s-1", "survey"),
    record("i-9", unit="u-unknown"),
]


def test_the_overview_counts_units_and_their_records_by_kind() -> None:
    found = _lines(made(records=_RECORDS, outside=[record("i-8")]), "overview")
    assert {name: cells[""] for name, cells in found.items()} == {
        "units": ("u-1", "u-2"),
        "visited": ("u-1",),
        "inspections": ("i-1", "i-2"),
        "notes": ("n-1", "n-2"),
        "counts": ("c-1",),
        "surveys": ("s-1",),
        "outside": ("i-8",),
    }


def test_units_are_covered_by_visits_and_notes_of_their_group_and_category() -> None:
    units = [unit("u-1", category="farm"), unit("u-2", group="g-2"), unit("u-3", group="", category="farm")]
    period = made(units=units, records=_RECORDS)
    by_group = _lines(period, "by_group", groups=("g-2", "g-1", "g-0"))
    assert {name: some(cells) for name, cells in by_group.items()} == {
        "g-2": {"units": ("u-2",), "notes": ("n-1", "n-2")},
        "g-1": {"units": ("u-1",), "visited": ("u-1",), "inspections": ("i-1", "i-2")},
        "": {"units": ("u-3",)},
    }
    assert list(by_group) == ["g-2", "g-1", ""]
    assert {name: cells["units"] for name, cells in _lines(period, "by_category").items()} == {
        "farm": ("u-1", "u-3"),
        "other": ("u-2",),
    }


@pytest.mark.parametrize(
    ("campaign", "of", "names"),
    [("c", "stage", ["b", "a", "z"]), ("", "stage_of", ["b", "a", "c a", "c b", "c z"])],
    ids=["one campaign", "all of them"],
)
def test_visits_are_parted_by_stage_in_the_order_of_the_campaign(campaign: str, of: str, names: list[str]) -> None:
    visits = [record("i-1", stage="z"), record("i-2", unit="u-2", stage="b"), record("i-3", stage="b")]
    visits += [record("i-4", stage="b"), record("n-1", "liaison_note", stage="a")]
    if not campaign:
        visits.append(record("i-5", stage="a"))
    tables = _figures(made(campaign=campaign, records=visits), stages=("b", "a")).tables
    assert {line.of for table in tables if table.name == "by_stage" for line in table.lines} == {of}
    found = lines(tables, "by_stage")
    assert list(found) == names
    in_b = found["b" if campaign else "c b"]
    assert in_b == {"visited": ("u-1", "u-2"), "inspections": ("i-2", "i-3", "i-4")}
    assert found["a"] == {"visited": (), "inspections": ()}


def test_good_practice_is_counted_of_visits_and_of_notes() -> None:
    found = _lines(made(records=_RECORDS), "good_practice")
    assert {name: cells[""] for name, cells in found.items()} == {"good_inspections": ("i-2",), "good_notes": ("n-1",)}


def test_units_without_a_visit_may_have_been_spoken_to() -> None:
    units = [unit(name) for name in ("u-1", "u-2", "u-3")]
    found = _lines(made(units=units, records=_RECORDS), "gaps")
    assert found["not_visited"] == {"": ("u-2", "u-3")}
    assert found["no_contact"] == {"": ("u-3",)}


@pytest.mark.parametrize("line", GAPS)
def test_a_line_of_gaps_counts_the_units_that_lack_it_by_the_rules_of_gaps(line: str) -> None:
    lacking = {"u-2": [GAPS[line]], "u-gone": [GAPS[line]]}
    found = lines(brief_figures(made(), order=Order(), lacking=lacking).tables, "gaps")
    assert {name for name in GAPS if found[name][""]} == {line}
    assert found[line][""] == ("u-2",)


def test_what_was_corrected_afterwards_and_what_was_taken_back_are_told_apart() -> None:
    rows = [
        Corrected("r-1", "u-1", "inspection", "2026-09-02", "", "2026-10-01", False),
        Corrected("r-2", "u-1", "inspection", "2026-09-02", "", "2026-10-01", True),
    ]
    found = _lines(made(corrected=rows), "corrected")
    assert found == {"corrected": {"": ("r-1",)}, "taken_back": {"": ("r-2",)}}


# --- references ------------------------------------------------------------------------------------------------------


def test_tables_lines_and_columns_are_numbered_from_one_and_a() -> None:
    period = made(records=[record("i-1")])
    tables = _figures(period, groups=("g-1",)).tables
    overview, by_group = tables[:2]
    assert [figure.ref for line in overview.lines for figure in line.figures] == [f"1.{n}" for n in range(1, 8)]
    assert [line.ref for line in by_group.lines] == ["2.1"]
    assert [figure.ref for figure in by_group.lines[0].figures] == ["2.1a", "2.1b", "2.1c", "2.1d"]
    numbers = [table.lines[0].ref.partition(".")[0] for table in tables if table.lines]
    assert numbers == [str(number) for number, table in enumerate(tables, start=1) if table.lines]


def test_a_line_says_what_its_name_is_of() -> None:
    tables = _figures(made(records=[record("i-1", stage="a")], follow_ups=[follow_up("f-1")])).tables
    of = {table.name: sorted({line.of for line in table.lines}) for table in tables[:13]}
    assert of == {
        **{name: ["word"] for name in ("overview", "good_practice", "gaps", "corrected")},
        **{"by_stage": ["stage"], "follow_ups": ["nature"], "by_class": ["class"]},
        **{f"{name}_group": ["group"] for name in ("by", "follow_ups_by")},
        **{f"{name}_category": ["category"] for name in ("by", "follow_ups_by")},
        **{f"{name}_committee": ["unit"] for name in ("by", "follow_ups_by")},
    }


def test_a_record_knows_every_figure_that_counts_it() -> None:
    counted = _figures(made(records=[record("n-1", "liaison_note")])).counted_in
    assert counted["n-1"] == ["1.4", "2.1d", "3.1d", "9.1d"]
    assert "n-2" not in counted


def test_each_figure_counts_the_records_behind_it() -> None:
    period = made(records=_RECORDS, follow_ups=[follow_up("f-1"), follow_up("f-2", nature="difficulty")])
    for table in _figures(period).tables:
        for line in table.lines:
            assert [figure.value for figure in line.figures if figure.amount is None] == [
                len(figure.records) for figure in line.figures if figure.amount is None
            ]
