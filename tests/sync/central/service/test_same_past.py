"""A group's laptop, which reads no `staff`, answers who answered for a unit on any day as the office's laptop does."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.service.store import Edit, Store
from sync.ledger.ids import assignment_record
from sync.model.days import plus
from sync.protocol import codec
from sync.replica import Replica
from sync.replica.as_of.duties import duties_on, duty_of
from sync.replica.as_of.terms import keep_terms
from sync.replica.projection.apply import Incoming, apply
from sync.timeline.duties import NOBODY, Duty
from tests.days import today
from tests.sync.central.pen import Pen
from tests.sync.laptops import new_laptop

UNITS = ("u-1", "u-2", "u-3")


def _life(store: Store, seed: int) -> None:
    """Duties given, taken and ended, people leaving, changing and coming back, groups closing, on days at random."""
    chance = random.Random(seed)

    def day() -> str:
        return plus(today(), -chance.randrange(60))

    for _ in range(25):
        on = day()
        what = chance.randrange(6)
        fields: dict[str, Any] = {"on": on}
        if what < 3:
            unit = chance.choice(UNITS)
            fields = {"unit": unit, "from": on}
            fields |= chance.choice([{"liaison": chance.choice(["chen", "lin", None])}, {"group": "g-1"}])
            fields |= {"until": plus(on, chance.randrange(20))} if chance.random() < 0.3 else {}
            fields |= {"correction": True} if chance.random() < 0.1 else {}
            edit = Edit(ledger="staff", kind="assignment", record=assignment_record(unit), fields=fields)
        elif what == 3:
            fields |= chance.choice([{"left": True, "left_on": on}, {"left": False, "left_on": None}])
            edit = Edit(ledger="staff", kind="person", record=chance.choice(["chen", "lin"]), fields=fields)
        elif what == 4:
            fields |= {"role": chance.choice(["liaison", "viewer"])}
            edit = Edit(ledger="staff", kind="person", record=chance.choice(["chen", "lin"]), fields=fields)
        else:
            fields |= {"closed_on": chance.choice([on, None])}
            edit = Edit(ledger="staff", kind="group", record=chance.choice(["g-1", "g-2"]), fields=fields)
        staff.put(store, [edit])


def _laptop(path: Path, pen: Pen, role: str) -> Replica:
    """A laptop that has taken all that its store gives it, or for another than the office the terms it is told."""
    replica = new_laptop(path, pen.person, role)
    answer, arrived = pen.pull(terms="")
    assert answer.scope is not None
    replica.set_scope(answer.scope)
    with replica.transaction() as connection:
        apply(connection, [Incoming(entry=each.entry, number=each.number) for each in arrived])
        if answer.terms is not None:
            keep_terms(replica, answer.terms)
    return replica


@pytest.mark.parametrize("seed", range(6))
def test_both_laptops_have_the_same_past(store: Store, tmp_path: Path, seed: int) -> None:
    staff.add_person(store, "name of lin", "liaison", person="lin")
    _life(store, seed)
    office = _laptop(tmp_path / "office.db", Pen(store, "director"), "office")
    viewer = _laptop(tmp_path / "viewer.db", Pen(store, "guest"), "viewer")
    access = store.access()
    with office, viewer:
        for back in range(-25, 70):
            day = plus(today(), -back)
            expected = {unit: duties_on(office, day).get(unit, NOBODY) for unit in UNITS}
            assert {unit: duties_on(viewer, day).get(unit, NOBODY) for unit in UNITS} == expected, day
            assert {unit: duty_of(office, unit, day) for unit in UNITS} == expected, day
            assert {unit: duty_of(viewer, unit, day) for unit in UNITS} == expected, day
            at_store = access.on(day).assignments
            whom = {unit: (duty.group, duty.liaison) for unit, duty in expected.items()}
            found = {each.unit: (each.group, each.liaison) for each in at_store.values()}
            assert found == whom, day


def test_a_laptop_that_is_told_no_terms_answers_as_things_stand_now(store: Store, tmp_path: Path) -> None:
    pen = Pen(store, "zhao")
    scope = pen.pull()[0].scope
    assert scope is not None
    with new_laptop(tmp_path / "old.db", "zhao") as laptop:
        laptop.set_scope(scope)
        assert duty_of(laptop, "u-3", "2020-01-01") == Duty("g-2", "chen")


def test_new_terms_take_the_place_of_those_before(store: Store, tmp_path: Path) -> None:
    with _laptop(tmp_path / "laptop.db", Pen(store, "zhao"), "group") as laptop:
        assert duty_of(laptop, "u-3", today()) == Duty("g-2", "chen")
        assert duty_of(laptop, "u-3", plus(today(), -1)) == NOBODY
        with laptop.transaction():
            keep_terms(laptop, codec.Terms(version="x", person="zhao", units=[([["", "g-2"]], ["u-3"])]))
        assert duty_of(laptop, "u-3", plus(today(), -1)) == Duty("g-2")
