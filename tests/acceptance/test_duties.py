"""People who leave: what was figured before stays, their units are gaps from that day on, their late work is taken."""

from __future__ import annotations

import json
from typing import Any

from sync.model.days import plus
from tests.acceptance.people import District, Laptop
from tests.days import today


def _gap(laptop: Laptop, unit: str) -> dict[str, Any]:
    return next((row for row in laptop.json("gaps") if row["unit"] == unit), {"lacks": [], "since": {}, "liaison": ""})


def _note(laptop: Laptop, unit: str, day: str) -> str:
    return laptop.keep("liaison_note", unit, noted_on=day, mode="visit", content=f"{day} 到单位联系")


def test_a_leaving_leaves_the_past_and_opens_a_gap_for_everybody(district: District) -> None:
    """The liaison officer leaves today; her note of before comes in late, one of today stays out until released."""
    liaison, supervisor, office = district["liaison"], district["supervisor"], district["office"]
    shared = liaison.json("units")[0]["id"]
    district.store("assign", shared, "--group", "g-4", "--liaison", "p-l2", "--from", plus(today(), -60))
    district.sync("liaison", "supervisor", "office")
    assert "liaison" not in _gap(supervisor, shared)["lacks"]
    period = (plus(today(), -30), plus(today(), -2))
    before = office.brief(*period)

    late, outside = _note(liaison, shared, plus(today(), -1)), _note(liaison, shared, today())
    district.store("person", "leave", "p-l2", "--on", today())
    liaison("sync", wanted=1)
    district.sync("supervisor", "office")
    for laptop in (supervisor, office):
        gap = _gap(laptop, shared)
        assert ("liaison" in gap["lacks"], gap["since"], gap["liaison"]) == (True, {"liaison": today()}, "")
        assert f"({today()} 起)" in laptop("gaps")
        shown = laptop.json("show", late)
        assert [version["after_duty"] for version in shown["versions"]] == [True]
        assert "任期" in laptop("show", late)
        assert "p-l2" not in laptop("show", late)  # she is named
    assert office.brief(*period) == before

    (apart,) = json.loads(district.store("quarantine", "list", "--json"))
    district.store("quarantine", "release", apart["id"], "--why", "工作属实")
    district.sync("supervisor", "office")
    assert office.json("show", outside)["record"] == outside
