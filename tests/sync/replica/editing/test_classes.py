"""Classes of problems: named by the campaigns, asked of a follow-up where it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.queries.campaigns import classes_to_choose
from tests.days import day
from tests.sync.laptops import new_laptop
from tests.sync.office import Office


def item() -> dict[str, str]:
    return {"nature": "problem", "title": "补发必读篇目", "due_on": day(40), "status": "open"}


CALLED = {"zh": "组织纪律松散", "en": "Discipline lax"}
FIXTURE = Path(__file__).parents[4] / "fixtures" / "campaign.toml"


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "replica.db", "p-group", "group", "d-group") as opened:
        store = Office(opened)
        store.unit("u-1")
        _campaign(store, "c-1", "2026-01-01", discipline=CALLED)
        _campaign(store, "c-2", "2020-01-01", upkeep={"zh": "修缮", "en": "Upkeep"})
        yield opened


def _campaign(store: Office, record: str, since: str, **classes: dict[str, str]) -> None:
    named = {f"class.{name}": titles for name, titles in classes.items()}
    fields: dict[str, Any] = {"title": {"zh": record, "en": record}, "batch": "2", "starts_on": since}
    store.says("district", "campaign", record, f"{since}T00:00:00.000Z", **fields, **named)


def test_the_classes_are_what_the_campaigns_name_and_last_the_unit_s_own(replica: Replica) -> None:
    assert query.classes(replica) == ["discipline", "upkeep", "own"]
    assert query.campaign_named(replica, "c-1").classes == {"discipline": CALLED}


def test_a_form_offers_the_classes_of_its_campaign_and_the_one_that_is_held(replica: Replica) -> None:
    assert classes_to_choose(replica, name="c-2") == ["upkeep", "own"]
    assert classes_to_choose(replica, "once", "c-1") == ["discipline", "once", "own"]


@pytest.mark.parametrize("name", ["discipline", "upkeep", "own"])
def test_a_follow_up_takes_a_class_that_a_campaign_names(replica: Replica, name: str) -> None:
    written = edits.create(replica, "follow_up", "u-1", item() | {"class": name})
    found = query.record(replica, written.record)
    assert found is not None
    assert found.fields["class"] == name


def test_a_class_that_no_campaign_names_is_refused_with_those_there_are(replica: Replica) -> None:
    with pytest.raises(InvalidFields) as raised:
        edits.create(replica, "follow_up", "u-1", item() | {"class": "weather"})
    assert [(fault.field, fault.code, fault.wanted) for fault in raised.value.faults] == [
        ("class", "not_choice", "discipline, upkeep, own")
    ]
    kept = edits.create(replica, "follow_up", "u-1", item()).record
    with pytest.raises(InvalidFields):
        edits.correct(replica, kept, {"class": "weather"}, "另归一类")


def test_the_sample_campaign_names_six_common_classes_and_the_unit_s_own_in_both_languages() -> None:
    named = tomllib.loads(FIXTURE.read_text(encoding="utf-8"))["campaign"]["class"]
    assert {"conviction", "growth", "discipline", "own"} <= named.keys()
    assert "own" in named
    assert all(titles["zh"] and titles["en"] for titles in named.values())
