"""Duties with terms at the store: what may be written and read on which day, and what comes in after a term."""

from __future__ import annotations

from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.admin.quarantine import every_item, rule
from sync.central.service.store import Edit, Store
from sync.ledger.chains import Entry
from sync.ledger.ids import assignment_record
from sync.model.days import plus
from sync.protocol import codec
from sync.timeline.duties import Duty, duty_on
from tests.days import today
from tests.sync.central.pen import NOTE, Pen

LONG_AGO = "2020-01-01"


def _says(store: Store, kind: str, record: str, **fields: Any) -> None:
    named = {name.rstrip("_"): value for name, value in fields.items()}
    staff.put(store, [Edit(ledger="staff", kind=kind, record=record, fields=named)])


def _assigned(store: Store, unit: str, since: str, until: str = "", **whom: str | None) -> None:
    term = {"from": since} | ({"until": until} if until else {})
    _says(store, "assignment", assignment_record(unit), unit=unit, **term, **whom)


def _sent(pen: Pen, entry: Entry) -> codec.SyncAnswer:
    """What a laptop is answered that sends an entry, also one that may read nothing any more."""
    request = codec.SyncRequest(want=0, seals=pen.seals([entry]))
    sender = pen.store.enrolment.sender_of(pen.joined.token)
    return pen.store.exchange(sender, request, [codec.line(entry)])[0]


def _note(pen: Pen, day: str, unit: str) -> str:
    """What becomes of a note of a day: late, or its code, or nothing."""
    entry = pen.write(unit, NOTE | {"noted_on": day})
    answer = _sent(pen, entry)
    late = [(each.ledger, each.device, each.seq) for each in answer.late]
    if (unit, pen.device, entry.head.seq) in late:
        return "late"
    return next((kept.code for kept in answer.kept), "")


@pytest.fixture
def chen(store: Store) -> Pen:
    """The liaison officer of u-3 since long ago."""
    pen = Pen(store, "chen")
    _assigned(store, "u-3", LONG_AGO, liaison="chen", group="g-2")
    return pen


def test_work_of_a_term_that_ended_at_most_thirty_days_ago_is_accepted_and_marked_late(store: Store, chen: Pen) -> None:
    left = plus(today(), -30)
    _says(store, "person", "chen", left=True, left_on=left, on=left)
    assert _note(chen, plus(left, -1), "u-3") == "late"
    assert _note(chen, left, "u-3") == "person_left"
    reader = Pen(store, "director")
    assert [each.seq for each in reader.pull()[0].late] == [1]


def test_work_of_a_term_that_ended_earlier_is_kept_apart_until_the_office_releases_it(store: Store, chen: Pen) -> None:
    left = plus(today(), -31)
    _says(store, "person", "chen", left=True, left_on=left, on=left)
    assert _note(chen, plus(left, -1), "u-3") == "person_left"
    (item,) = every_item(store)
    rule(store, item.id, "released", "工作属实")
    assert every_item(store) == []


def test_a_unit_given_to_another_is_late_for_the_one_before(store: Store, chen: Pen) -> None:
    _assigned(store, "u-3", plus(today(), -10), liaison=None)
    assert _note(chen, plus(today(), -11), "u-3") == "late"
    assert _note(chen, plus(today(), -10), "u-3") == "out_of_scope"


def test_a_term_that_states_its_last_day_ends_with_it(store: Store, chen: Pen) -> None:
    _assigned(store, "u-1", LONG_AGO, plus(today(), -2), liaison="chen")
    _assigned(store, "u-2", LONG_AGO, today(), liaison="chen")
    access = store.access()
    assert access.units_of("chen") == frozenset({"u-2", "u-3"})
    assert access.on(plus(today(), 1)).units_of("chen") == frozenset({"u-3"})
    assert _note(chen, plus(today(), -2), "u-1") == "late"
    assert _note(chen, plus(today(), -1), "u-1") == "out_of_scope"


def test_a_term_that_begins_tomorrow_gives_nothing_today(store: Store) -> None:
    tomorrow = plus(today(), 1)
    _assigned(store, "u-1", tomorrow, liaison="chen")
    access = store.access()
    assert access.units_of("chen") == frozenset({"u-3"})
    assert access.on(tomorrow).units_of("chen") == frozenset({"u-1", "u-3"})


def test_a_group_that_closed_has_no_units_from_that_day_on(store: Store, wang: Pen) -> None:
    for unit in ("u-1", "u-2"):
        _assigned(store, unit, LONG_AGO, group="g-1")
    closing = plus(today(), -3)
    _says(store, "group", "g-1", closed_on=closing, on=closing)
    assert store.access().units_of("wang") == frozenset()
    assert _note(wang, plus(closing, -1), "u-1") == "late"
    assert _note(wang, closing, "u-1") == "out_of_scope"


def test_a_role_that_changes_takes_the_units_of_the_one_before(store: Store, chen: Pen) -> None:
    changed = plus(today(), -5)
    _says(store, "person", "chen", role="viewer", group="g-1", on=changed)
    assert _note(chen, plus(changed, -1), "u-3") == "late"
    assert _note(chen, changed, "u-3") in ("out_of_scope", "not_allowed")
    assert store.access().assignments[assignment_record("u-3")].liaison == ""


def test_a_leaving_in_the_future_bars_nobody_yet(store: Store, chen: Pen) -> None:
    _says(store, "person", "chen", left=True, left_on=plus(today(), 1), on=plus(today(), 1))
    assert _note(chen, today(), "u-3") == ""
    assert not store.access().on(plus(today(), 1)).may_connect(chen.device)


def test_what_came_in_late_is_told_again_when_it_is_sent_again(store: Store, chen: Pen) -> None:
    _assigned(store, "u-3", plus(today(), -10), liaison=None)
    entry = chen.write("u-3", NOTE | {"noted_on": plus(today(), -11)})
    for _ in range(2):
        assert {each.seq for each in _sent(chen, entry).late} == {1}


def test_nobody_who_has_left_writes_staff_of_before(store: Store, director: Pen) -> None:
    left = plus(today(), -3)
    _says(store, "person", "director", left=True, left_on=left, on=left)
    fields = {"unit": "u-1", "liaison": "chen"}
    entry = director.write("staff", fields, "assignment", at=f"{plus(left, -2)}T02:00:00.000Z")
    assert [kept.code for kept in _sent(director, entry).kept] == ["person_left"]


def test_terms_are_signed_and_sent_only_to_who_asks_and_when_they_changed(store: Store, wang: Pen) -> None:
    assert wang.pull()[0].terms is None  # an older laptop asks for none
    told = wang.pull(terms="")[0].terms
    assert told is not None
    assert codec.terms_hold(told, "demo", wang.joined.store_key)
    assert [units for _, units in told.units] == [["u-1", "u-2"]]
    assert wang.pull(terms=told.version)[0].terms is None
    staff.add_person(store, "new", "office")
    assert wang.pull(terms=told.version)[0].terms is None
    _assigned(store, "u-2", "2026-01-01", liaison="chen")
    assert wang.pull(terms=told.version)[0].terms is not None
    assert Pen(store, "director").pull(terms="")[0].terms is None  # it reads `staff`


def test_whoever_answered_for_a_unit_once_is_named_in_its_scope_for_good(store: Store, chen: Pen) -> None:
    zhao = Pen(store, "zhao")
    _assigned(store, "u-3", plus(today(), -10), liaison=None)
    left = plus(today(), -3)
    _says(store, "person", "chen", left=True, left_on=left, on=left)
    scope = zhao.pull()[0].scope
    assert scope is not None
    assert scope.people["chen"] == "name of chen"
    assert scope.liaisons == {}


def test_since_when_a_duty_is_vacant_is_the_day_of_the_leaving(store: Store, chen: Pen) -> None:
    left = plus(today(), -3)
    _says(store, "person", "chen", left=True, left_on=left, on=left)
    _assigned(store, "u-3", plus(today(), -1), liaison=None)
    course = store.access().duties[assignment_record("u-3")]
    assert duty_on(course, plus(left, -1)) == Duty("g-2", "chen")
    assert duty_on(course, today()) == Duty("g-2", "", left)


# --- who is there no more --------------------------------------------------------------------------------------------


def _scope(pen: Pen, *, gone: bool) -> codec.Scope:
    answer, _ = pen.store.exchange(pen.submitter, codec.SyncRequest(gone=gone), [])
    assert answer.scope is not None
    assert codec.scope_holds(answer.scope, pen.store.district.id, pen.store.district.public_key)
    return answer.scope


def test_a_laptop_is_told_who_of_the_people_it_is_shown_answers_for_nothing_of_it_any_more(store: Store) -> None:
    for person in ("moved", "left", "stays"):
        staff.add_person(store, person, "group", "g-1", person)
    wang = Pen(store, "wang")
    assert _scope(wang, gone=True).gone == ["guest-1"], "a viewer answers for nothing"
    _says(store, "person", "left", left=True, left_on=today(), on=today())
    _says(store, "person", "moved", group="g-2", on=today())
    scope = _scope(wang, gone=True)
    assert scope.gone == ["guest-1", "left", "moved"]
    assert _scope(Pen(store, "zhao"), gone=True).gone == []
    assert _scope(Pen(store, "director"), gone=True).gone == []
    before = _scope(wang, gone=False)
    assert (before.gone, before.version != scope.version) == ([], True), "programs of before check what they know"
