"""What the lines of an issued brief are called, where nothing was written down of it with the brief."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supervisor_tui.locale import language, set_language, t
from supervisor_tui.reports.issued_words import said_line
from supervisor_tui.reports.number_figures import MEASURES
from sync.ledger.brief_contents import SaidLine


@pytest.fixture(autouse=True, params=["zh", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[None]:
    before = language()
    set_language(request.param)
    yield
    set_language(before)


def _called(of: str, name: str) -> str:
    return said_line(SaidLine(ref="1.1", of=of, name=name, values=[1]))


@pytest.mark.parametrize("name", MEASURES)
def test_a_line_of_members_is_called_as_in_the_brief_that_is_not_issued(name: str) -> None:
    assert _called("measure", name) == t(f"field.count.{name}")


@pytest.mark.parametrize(
    ("of", "key"),
    [
        ("class", "report.no_class"),
        ("category", "report.no_category"),
        ("group", "report.no_group"),
        ("unit", "report.no_committee"),
        ("stage", "report.no_stage"),
    ],
)
def test_a_line_of_what_belongs_to_none_says_none_of_what(of: str, key: str) -> None:
    assert _called(of, "") == t(key)


def test_a_class_that_is_called_like_a_line_of_figures_is_still_a_class() -> None:
    assert _called("class", "own") == t("class.own")
    assert _called("class", "units") == "units"
    assert _called("word", "units") == t("report.line_units")
