"""Gaps of a unit: each rule says what is missing, by what the campaign asks of the category."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.rules.gaps import Needs, gaps, lacking
from sync.replica.as_of.assignments import CHAIN, Responsibility

NEEDS = Needs(liaison=frozenset({"weak_enterprise"}), production=frozenset({"weak_enterprise", "farm"}))
_FILLED: dict[str, Any] = {
    "unit": "u-1",
    "name": "瑶湖水产场党委",
    "category": "weak_enterprise",
    "group": "g-1",
    "liaison": "p-1",
    "chain": dict.fromkeys(CHAIN, "某职务"),
    "counted": True,
}


def _unit(**facts: Any) -> Responsibility:
    return Responsibility(**_FILLED | facts)


def test_a_unit_that_has_everything_lacks_nothing() -> None:
    assert gaps([(unit, NEEDS) for unit in [_unit()]]) == []


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        ({"group": ""}, ["group"]),
        ({"liaison": ""}, ["liaison"]),
        ({"liaison": "", "category": "farm"}, []),
        ({"chain": {}}, ["contact_point", "first", "deputy", "direct", "business"]),
        ({"chain": {}, "category": "university"}, ["first", "deputy", "direct"]),
        ({"counted": False}, ["baseline"]),
        ({"weak": {"weak.head": []}}, ["repair"]),
        ({"weak": {"weak.head": ["open"]}}, []),
        ({"weak": {"weak.head": ["closed", "open"]}}, []),
        ({"weak": {"weak.head": ["closed"]}}, ["mended"]),
        ({"weak": {"weak.head": ["open", "closed"]}}, ["mended"]),  # the newest decides
        ({"weak": {"weak.head": ["closed"], "weak.room": []}}, ["repair", "mended"]),
        ({"weak": {"weak.head": ["withdrawn"]}}, []),
        ({"category": "farm"}, []),
        ({"category": "farm", "chain": {}}, ["first", "deputy", "direct", "business"]),
    ],
)
def test_each_gap_has_its_rule(facts: dict[str, Any], lacks: list[str]) -> None:
    assert lacking(_unit(**facts), NEEDS) == lacks


def test_a_weak_organisation_of_any_category_wants_a_contact_point() -> None:
    unit = _unit(category="university", chain={}, weak={"weak.head": ["open"]})
    assert "contact_point" in lacking(unit, NEEDS)


def test_units_that_lack_most_come_first() -> None:
    found = gaps([(unit, NEEDS) for unit in [_unit(unit="a", group=""), _unit(unit="b", group="", liaison="")]])
    assert [gap.unit.unit for gap in found] == ["b", "a"]


@pytest.mark.parametrize("post", CHAIN)
def test_each_post_of_the_chain_is_missed_alone(post: str) -> None:
    chain = {each: "某职务" for each in CHAIN if each != post}
    assert lacking(_unit(chain=chain), NEEDS) == [post]


def test_a_campaign_that_asks_for_nothing_more_wants_neither_liaison_officer_nor_contact_point() -> None:
    assert lacking(_unit(liaison="", chain=dict.fromkeys(("first", "deputy", "direct"), "某职务")), Needs()) == []


def test_units_that_lack_equally_much_keep_their_order() -> None:
    found = gaps([(_unit(unit=name, group=""), NEEDS) for name in "bca"])
    assert [(gap.unit.unit, gap.lacks) for gap in found] == [(name, ["group"]) for name in "bca"]
