"""Whom an inspection lists as having gone, and whom it leaves to be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.forms import visitors
from sync.ledger import chains
from sync.protocol.messages import Scope
from sync.replica import Replica
from sync.replica.as_of.assignments import members
from sync.replica.projection.apply import Incoming, apply
from tests.sync.laptops import new_laptop

MANY = {f"p-{number}": f"督导员{number}" for number in range(1, 41)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Replica]:
    """The office's laptop: four people of two groups, one of whom has left, and many more."""
    with new_laptop(tmp_path / "replica.db", "p-1", "office") as replica:
        _arrive(replica, "p-2", {"name": "督导员2", "role": "group", "group": "g-1"})
        _arrive(replica, "p-3", {"name": "督导员3", "role": "group", "group": "g-1"})
        _arrive(replica, "p-4", {"name": "督导员4", "role": "group", "group": "g-1", "left": True})
        _arrive(replica, "p-5", {"name": "g-1", "role": "group", "group": "g-11"})
        replica.set_scope(Scope(version="1", person="p-1", role="office", everything=True, staff=True, people=MANY))
        yield replica


def _arrive(replica: Replica, person: str, fields: dict[str, object]) -> None:
    entry = chains.compose(
        ledger="staff",
        device=f"store-{person}",
        seq=1,
        prev="",
        kind="person",
        record=person,
        fields=fields,
        by="store",
        at="2026-01-01T00:00:00.000Z",
        salt="0" * 32,
    )
    with replica.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=int(person.removeprefix("p-")))])


def _ids(found: list[tuple[str, str]]) -> list[str]:
    return [person for person, _ in found]


def test_a_few_people_are_listed_all(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "replica.db") as replica:
        few = dict(list(MANY.items())[1 : visitors.LISTED])
        replica.set_scope(Scope(version="1", person="p-1", role="group", people=few))
        assert _ids(visitors.listed(replica, {}, "")) == ["p-1", *few]


def test_of_many_the_office_lists_the_visiting_group_the_liaison_officer_and_those_marked(office: Replica) -> None:
    fields = {"group": "g-1", "inspector.p-1": True, "inspector.p-20": True, "summary": "好"}
    found = visitors.listed(office, fields, "p-30")
    assert found == [(person, MANY[person]) for person in ("p-1", "p-2", "p-3", "p-30", "p-20")]


def test_without_a_group_only_this_person_and_those_marked_are_listed(office: Replica) -> None:
    assert _ids(visitors.listed(office, {"inspector.p-9": False}, "")) == ["p-1", "p-9"]


def test_a_group_has_those_who_have_not_left_it(office: Replica) -> None:
    assert members(office, "g-1") == ["p-2", "p-3"]
    assert members(office, "g-11") == ["p-5"]
    assert members(office, 'g"') == []


def test_a_group_with_many_liaison_officers_lists_its_own_people_and_the_unit_s_officer(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "replica.db") as replica:
        officers = {f"u-{number}": f"p-{number}" for number in range(4, 41)}
        replica.set_scope(Scope(version="1", person="p-1", role="group", people=MANY, liaisons=officers))
        assert _ids(visitors.listed(replica, {}, "p-7")) == ["p-1", "p-2", "p-3", "p-7"]
