"""A campaign imported before it begins moves nobody on any laptop that pulls it; on its first day it is under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.session import exchange
from sync.model import days
from sync.model.days import plus
from sync.replica import Replica, query
from sync.replica.as_of.participants import at_hand, campaigns_on
from sync.replica.editing import edits
from tests.days import today
from tests.store import new_district, office, serving

CAMPAIGN = """[campaign]
id = "{id}"
title = {{ zh = "{id}", en = "{id}" }}
batch = "2"
starts_on = {first}
ends_on = {last}

[[stage]]
stage = "study"
title = {{ zh = "学习", en = "Study" }}
starts_on = {first}
ends_on = {last}
"""


def _import(database: Path, folder: Path, campaign: str, first: int, last: int) -> None:
    day = today()
    file = folder / f"{campaign}.toml"
    text = CAMPAIGN.format(id=campaign, first=plus(day, first), last=plus(day, last))
    file.write_text(text, encoding="utf-8")
    office(database, "import", "campaign", str(file))


def _noted(replica: Replica, unit: str) -> str:
    """The campaign that a note written today belongs to."""
    note = {"noted_on": days.DEFAULT.today(), "mode": "visit", "content": "到点上"}
    found = query.record(replica, edits.create(replica, "liaison_note", unit, note).record)
    assert found is not None
    return str(found.fields.get("campaign"))


def test_a_campaign_to_come_moves_nobody_until_its_first_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    district = new_district(tmp_path)
    _import(district.database, tmp_path, "c-now", -30, 200)
    with serving(district.database) as district.address, district.laptop(tmp_path / "wang.db", "wang") as wang:
        exchange(wang)
        assert (query.campaign(wang).id, query.campaign(wang, "u-1").id) == ("c-now", "c-now")
        _import(district.database, tmp_path, "c-next", 40, 300)
        exchange(wang)
        assert {each.id for each in query.campaigns(wang)} == {"c-now", "c-next"}
        assert (query.campaign(wang).id, query.campaign(wang, "u-1").id, _noted(wang, "u-1")) == ("c-now",) * 3
        assert campaigns_on(wang, "u-1", today()) == ["c-now"]
        assert at_hand(wang, plus(today(), 39), "u-1") == "c-now"

        begins = plus(today(), 40)
        monkeypatch.setattr(days, "now", lambda: f"{begins}T02:00:00.000Z")
        assert (query.campaign(wang).id, query.campaign(wang, "u-1").id, _noted(wang, "u-1")) == ("c-next",) * 3
        assert campaigns_on(wang, "u-1", begins) == ["c-next", "c-now"]
