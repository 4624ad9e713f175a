"""An edit of a unit that the laptop would refuse is kept apart at arrival, whatever program wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.admin.quarantine import every_item, rule
from sync.central.service.store import Edit, Store
from sync.ledger.chains import Entry
from sync.model.quarantine import RELEASED
from sync.protocol import codec
from sync.protocol.codec import SyncRequest, arrived_entries
from tests.sync.central.pen import Answer, Pen

FOLLOW_UP = {"nature": "problem", "title": "补齐学习记录", "due_on": "2026-10-30", "status": "open"}


def _unit(pen: Pen, unit: str, why: str = "依文", **fields: Any) -> Entry:
    return pen.write(unit, fields, "unit", record=unit, why=why)


def _codes(answer: Answer) -> list[str]:
    return [kept.code for kept in answer[0].kept]


def _send_knowing(pen: Pen, *entries: Entry) -> Answer:
    """Send entries as a laptop does that has received the log up to where `pull_all` left it."""
    request = SyncRequest(
        want=0, log=pen.place.log, cursor=pen.place.cursor, cursor_hash=pen.place.cursor_hash, scope=pen.place.scope
    )
    request.seals = pen.seals(entries)
    answer, arrived = pen.store.exchange(pen.submitter, request, [*map(codec.line, entries)])
    return answer, list(arrived_entries(arrived))


def test_a_unit_with_records_is_not_withdrawn(wang: Pen, director: Pen) -> None:
    wang.send(wang.write())
    assert _codes(director.send(_unit(director, "u-1", withdrawn=True))) == ["unit_has_records"]
    assert _codes(director.send(_unit(director, "u-2", withdrawn=True))) == []


def test_a_unit_whose_records_were_withdrawn_may_be_withdrawn(wang: Pen, director: Pen) -> None:
    note = wang.write()
    wang.send(note, wang.write(fields={"withdrawn": True}, record=note.head.record, why="写错单位"))
    assert _codes(director.send(_unit(director, "u-1", withdrawn=True))) == []


@pytest.mark.parametrize(("parent", "code"), [("u-9", "parent_unknown"), ("u-1", "parent_circle")])
def test_a_parent_is_a_unit_that_is_there_and_another(director: Pen, parent: str, code: str) -> None:
    assert _codes(director.send(_unit(director, "u-1", parent=parent))) == [code]


def test_a_parent_below_the_unit_is_kept_apart_also_within_one_message(director: Pen) -> None:
    assert _codes(director.send(_unit(director, "u-2", parent="u-1"))) == []
    assert _codes(director.send(_unit(director, "u-3", parent="u-2"))) == []
    assert _codes(director.send(_unit(director, "u-1", parent="u-3"))) == ["parent_circle"]
    new = director.write("u-8", {"name": "甲", "category": "farm", "parent": "u-9"}, "unit", record="u-8")
    other = director.write("u-9", {"name": "乙", "category": "farm", "parent": "u-8"}, "unit", record="u-9")
    assert _codes(director.send(new, other)) == ["parent_circle", "parent_unknown"]


def test_a_new_unit_may_stand_below_one_that_comes_with_it(director: Pen) -> None:
    below = director.write("u-8", {"name": "甲", "category": "farm", "parent": "u-9"}, "unit", record="u-8")
    above = director.write("u-9", {"name": "乙", "category": "farm"}, "unit", record="u-9")
    assert _codes(director.send(below, above)) == []


def test_a_unit_closes_once_its_follow_ups_are_settled_by_the_same_message(wang: Pen, director: Pen) -> None:
    opened = wang.write(fields=FOLLOW_UP, kind="follow_up")
    wang.send(opened)
    closing = {"closed_on": "2026-09-18", "closed_why": "dissolved"}
    assert _codes(director.send(_unit(director, "u-1", **closing))) == ["follow_ups_open"]
    settled = director.write(
        fields={"status": "withdrawn", "progress": "随单位撤并", "ruling": "u-1"},
        kind="follow_up",
        record=opened.head.record,
        over={"status": [opened.hash]},
    )
    assert _codes(director.send(settled, _unit(director, "u-1", **closing))) == []


def test_what_the_office_had_not_received_is_not_held_against_its_closing(wang: Pen, director: Pen) -> None:
    director.pull_all()
    wang.send(wang.write(fields=FOLLOW_UP, kind="follow_up"))
    closing = {"closed_on": "2026-09-18", "closed_why": "dissolved"}
    assert _codes(_send_knowing(director, _unit(director, "u-1", **closing))) == []
    director.pull_all()
    assert _codes(_send_knowing(director, _unit(director, "u-1", **closing))) == ["follow_ups_open"]


def test_two_offices_that_put_two_units_below_each_other_are_both_accepted(store: Store, director: Pen) -> None:
    other = Pen(store, "director")
    other.pull_all()
    director.send(_unit(director, "u-1", parent="u-2"))
    assert _codes(_send_knowing(other, _unit(other, "u-2", parent="u-1"))) == []


def test_the_office_may_let_stand_what_a_gate_kept_apart(store: Store, wang: Pen, director: Pen) -> None:
    wang.send(wang.write())
    director.send(_unit(director, "u-1", withdrawn=True))
    (item,) = every_item(store)
    assert item.releasable
    rule(store, item.id, RELEASED, "核实过: 记录写错了单位")
    assert every_item(store) == []


def test_what_the_store_itself_imports_is_not_judged_a_second_time(store: Store) -> None:
    staff.put(store, [Edit(ledger="u-1", kind="unit", record="u-1", fields={"parent": "u-2"})])
    assert every_item(store) == []


# --- follow-ups ------------------------------------------------------------------------------------------------------


def test_what_was_given_up_without_a_ruling_keeps_its_unit_open(wang: Pen, director: Pen) -> None:
    opened = wang.write(fields=FOLLOW_UP, kind="follow_up")
    given_up = wang.write(
        fields={"status": "withdrawn", "progress": "不想办"},
        kind="follow_up",
        record=opened.head.record,
        over={"status": [opened.hash]},
    )
    assert _codes(wang.send(opened, given_up)) == []
    closing = _unit(director, "u-1", closed_on="2026-09-18", closed_why="dissolved")
    assert _codes(director.send(closing)) == ["follow_ups_open"]


def _ruled(pen: Pen, opened: Entry, target: str, **change: Any) -> list[Entry]:
    """A review that accepts what is named, and the edit that gives the follow-up up by it."""
    ruled = pen.write(fields={"target": target, "verdict": "accepted"}, kind="review")
    values = {"status": "withdrawn", "progress": "同意", "ruling": ruled.head.record} | change
    over = {"status": [opened.hash]}
    return [ruled, pen.write(fields=values, kind="follow_up", record=opened.head.record, over=over)]


@pytest.fixture
def opened(wang: Pen) -> Entry:
    """A follow-up that has arrived."""
    entry = wang.write(fields=FOLLOW_UP, kind="follow_up")
    wang.send(entry)
    return entry


def _asked(pen: Pen, opened: Entry, **other: str) -> str:
    fields = {"target": opened.head.record, "asks": "give_up", "why": "办不成"} | other
    entry = pen.write(fields=fields, kind="request")
    pen.send(entry)
    return entry.head.record


def test_a_ruling_is_taken_in_with_its_edit(wang: Pen, director: Pen, opened: Entry) -> None:
    assert _codes(director.send(*_ruled(director, opened, _asked(wang, opened)))) == []


def test_a_review_that_came_before_its_edit_will_do(wang: Pen, director: Pen, opened: Entry) -> None:
    ruled, edit = _ruled(director, opened, _asked(wang, opened))
    assert _codes(director.send(ruled)) == []
    assert _codes(director.send(edit)) == []


def test_a_request_that_the_store_has_lost_is_left_to_the_fold(director: Pen, opened: Entry) -> None:
    assert _codes(director.send(*_ruled(director, opened, "q-lost"))) == []


@pytest.mark.parametrize(
    ("asked", "change"),
    [({"asks": "withdraw"}, {}), ({}, {"due_on": "2026-12-30"}), ({}, {"ruling": "r-none"}), ({}, {"ruling": "u-2"})],
    ids=["asks_something_else", "does_more", "no_review", "another_unit"],
)
def test_an_edit_that_its_ruling_does_not_allow_is_kept_apart(
    wang: Pen, director: Pen, opened: Entry, asked: dict[str, str], change: dict[str, str]
) -> None:
    answer = director.send(*_ruled(director, opened, _asked(wang, opened, **asked), **change))
    assert _codes(answer) == ["not_allowed"]


def test_a_ruling_on_another_follow_up_or_on_her_own_request_is_kept_apart(
    wang: Pen, director: Pen, opened: Entry
) -> None:
    another = wang.write(fields=FOLLOW_UP, kind="follow_up")
    wang.send(another)
    assert _codes(director.send(*_ruled(director, opened, _asked(wang, another)))) == ["not_allowed"]
    assert _codes(director.send(*_ruled(director, opened, _asked(director, opened)))) == ["not_allowed"]


# --- what a closing handed on ----------------------------------------------------------------------------------------


@pytest.fixture
def handed_on(director: Pen, opened: Entry) -> Entry:
    """What a follow-up became whose unit was closed, in the ledger of the unit that it went to."""
    made = director.write(
        "u-2", FOLLOW_UP | {"carried_from": opened.head.record, "on": "2026-09-18"}, "follow_up", record="f-new"
    )
    settled = director.write(
        fields={"status": "withdrawn", "progress": "随单位撤并", "ruling": "u-1", "carried_to": "f-new"},
        kind="follow_up",
        record=opened.head.record,
        over={"status": [opened.hash]},
    )
    closed = _unit(director, "u-1", closed_on="2026-09-18", closed_why="merged", successor="u-2")
    assert _codes(director.send(made, settled, closed)) == []
    return made


def _withdrawal(pen: Pen, of: Entry, named: str = "u-1") -> Entry:
    values = {"withdrawn": True, "ruling": named, "correction": True}
    return pen.write("u-2", values, "follow_up", record=of.head.record, why="误并")


def _taken_back(pen: Pen) -> Entry:
    return _unit(pen, "u-1", closed_on=None, closed_why=None, successor=None, correction=True)


def test_what_was_handed_on_goes_back_with_the_closing_that_is_taken_back(director: Pen, handed_on: Entry) -> None:
    assert _codes(director.send(_withdrawal(director, handed_on), _taken_back(director))) == []


def test_what_was_handed_on_is_not_withdrawn_while_its_unit_stays_closed(director: Pen, handed_on: Entry) -> None:
    assert _codes(director.send(_withdrawal(director, handed_on))) == ["not_allowed"]


def test_a_closing_that_another_took_back_withdraws_nothing(store: Store, director: Pen, handed_on: Entry) -> None:
    staff.add_person(store, "另一位", "office", "", "liu")
    other = Pen(store, "liu")
    other.send(_taken_back(other))
    assert _codes(director.send(_withdrawal(director, handed_on))) == ["not_allowed"]


def test_a_closing_withdraws_nothing_that_it_did_not_hand_on(wang: Pen, director: Pen, handed_on: Entry) -> None:
    assert _codes(director.send(_taken_back(director), _withdrawal(director, handed_on, "u-3"))) == ["not_allowed"]
    named = {"carried_from": "f-1", "on": "2026-09-18"}
    invented = director.write("u-2", FOLLOW_UP | named, "follow_up", record="f-invented")
    settled = wang.write(fields=FOLLOW_UP, kind="follow_up", record="f-1")
    wang.send(settled)
    director.send(invented)
    assert _codes(director.send(_withdrawal(director, invented))) == ["not_allowed"]
