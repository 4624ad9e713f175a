"""The rows of figures over time, from what was counted and asked of a unit."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.trends import Trend, trends
from sync.model.templates import Item, Wording
from sync.replica.as_of.trends import Figure, OverTime, Points

MEMBERS = {"organisations": 3, "members": 20, "exempt": 2}


def _course(**of: Any) -> OverTime:
    return OverTime(**{"counts": [], "surveys": [], "met": [], "figures": [], "opinions": []} | of)


def _rows(section: str, **of: Any) -> dict[str, Points]:
    return {row.name: row.points for row in trends(_course(**of))[section]}


def test_a_unit_of_which_nothing_was_counted_has_no_rows() -> None:
    assert trends(_course()) == {"counts": [], "visits": [], "opinions": [], "satisfaction": []}


def test_counts_have_a_row_each_and_the_members_expected_stand_after_the_members() -> None:
    counts = [("2026-09-01", MEMBERS | {"retired": 4}), ("2026-10-01", MEMBERS | {"members": 25})]
    found = _rows("counts", counts=counts)
    assert list(found) == [
        "field.count.organisations",
        "field.count.members",
        "trends.expected",
        "field.count.retired",
        "field.count.exempt",
    ]
    assert found["field.count.members"] == [("2026-09-01", 20.0), ("2026-10-01", 25.0)]
    assert found["trends.expected"] == [("2026-09-01", 18.0), ("2026-10-01", 23.0)]
    assert found["field.count.retired"] == [("2026-09-01", 4.0)]


@pytest.mark.parametrize("fields", [{"members": 20}, {"exempt": 2}, {"members": "20", "exempt": 2}])
def test_whom_a_count_expects_is_not_known_without_members_and_exempt(fields: dict[str, Any]) -> None:
    assert "trends.expected" not in _rows("counts", counts=[("2026-09-01", fields)])


@pytest.mark.parametrize(
    ("kind", "unit", "said"),
    [
        ("percentage", None, "%"),
        ("number", Wording(zh="人", en="people"), Wording(zh="人", en="people")),
        ("number", None, ""),
    ],
)
def test_a_figure_of_a_checklist_says_what_it_is_counted_in(
    kind: Any, unit: Wording | None, said: Wording | str
) -> None:
    title = Wording(zh="参学", en="Studied")
    item = Item(id="studied", title=title, kind=kind, unit=unit)
    points = [("2026-09-01", 50.0), ("2026-10-01", 80.0)]
    met, figure = trends(_course(met=[("2026-09-01", 75.0)], figures=[Figure(item=item, points=points)]))["visits"]
    assert met == Trend(name="trends.met", points=[("2026-09-01", 75.0)], unit="%")
    assert figure == Trend(name="figure.studied", title=title, points=points, unit=said)
    assert figure.change == 30.0


def test_opinions_are_counted_on_each_day_on_which_one_is_gathered_or_answered() -> None:
    opinions = [("2026-09-01", "2026-09-05"), ("2026-09-05", ""), ("2026-09-09", "2026-09-09")]
    assert _rows("opinions", opinions=opinions) == {
        "trends.gathered": [("2026-09-01", 1.0), ("2026-09-05", 2.0), ("2026-09-09", 3.0)],
        "trends.answered": [("2026-09-01", 0.0), ("2026-09-05", 1.0), ("2026-09-09", 2.0)],
    }


def test_a_survey_without_a_ballot_has_no_share_and_its_ballots_are_counted() -> None:
    surveys = [
        ("2026-09-01", {"returned": 10, "satisfied": 5, "fairly": 2, "unsatisfied": 3}),
        ("2026-10-01", {"returned": 0, "satisfied": 0, "fairly": 0, "unsatisfied": 0}),
    ]
    found = trends(_course(surveys=surveys))["satisfaction"]
    assert found[0] == Trend(name="trends.share", points=[("2026-09-01", 70.0)], unit="%")
    assert [(row.name, row.points[0][1], len(row.points)) for row in found[1:]] == [
        ("field.survey.returned", 10.0, 2),
        ("field.survey.satisfied", 5.0, 2),
        ("field.survey.fairly", 2.0, 2),
        ("field.survey.unsatisfied", 3.0, 2),
    ]
