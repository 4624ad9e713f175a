"""Which edits of a follow-up need a ruling, what one allows, and from which day on: asked of edits made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sync.ledger.edit_identity import Edit
from sync.ledger.governance import (
    ALWAYS_GOVERNED,
    CLOSING,
    NOT_ASKER,
    NOT_GOVERNED,
    Governance,
    Word,
    asks_for,
    governance_from,
    is_of_handover,
    request_flaw,
)
from sync.model.days import DEFAULT
from sync.model.kinds import STORE

OPENED, DUE = "2026-09-18", "2026-10-01"


def _edit(day: str = OPENED, by: str = "p-1", over: tuple[str, ...] = (), **fields: Any) -> Edit:
    return Edit(
        ledger="u-1",
        device="d-1",
        seq=1,
        hash=f"h-{day}",
        kind="follow_up",
        record="f-1",
        at=f"{day}T02:00:00.000Z",
        by=by,
        over={name: ["h"] for name in over},
        set=fields,
    )


OPENER = _edit(status="open", due_on=DUE)


def _asks(edit: Edit, *seen: Edit) -> str:
    """Which request the edit would have to be; `seen` are the edits whose values it saw, the opener's without any."""
    return asks_for(
        edit, OPENER, lambda field: [each for each in seen or (OPENER,) if field in (each.set or {})], DEFAULT
    )


# --- which request --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "asks"),
    [
        ({"status": "withdrawn"}, "give_up"),
        ({"status": "in_progress"}, ""),
        ({"status": "closed"}, ""),
        ({"title": "x"}, ""),
        ({"withdrawn": False}, ""),
        ({"due_on": DUE}, ""),
        ({"status": "withdrawn", "due_on": "2026-12-01"}, "give_up"),
    ],
    ids=str,
)
def test_what_an_edit_says_makes_it_a_request_or_none(fields: dict[str, Any], asks: str) -> None:
    assert _asks(_edit("2026-09-25", **fields)) == asks


def test_what_the_store_writes_and_what_opened_it_are_no_requests() -> None:
    assert _asks(_edit("2026-09-25", by=STORE, status="withdrawn")) == ""
    assert asks_for(OPENER, OPENER, lambda _: [], DEFAULT) == ""
    given_up = _edit(status="withdrawn")
    assert asks_for(given_up, given_up, lambda _: [], DEFAULT) == ""


@pytest.mark.parametrize("fields", [{"status": "withdrawn"}, {"withdrawn": True}], ids=str)
def test_what_was_given_up_or_withdrawn_already_is_not_asked_for_again(fields: dict[str, Any]) -> None:
    assert _asks(_edit("2026-09-25", by="p-2", **fields), _edit("2026-09-24", **fields)) == ""


@pytest.mark.parametrize(
    ("day", "by", "asks"),
    [
        ("2026-09-18", "p-1", ""),
        ("2026-09-19", "p-1", ""),
        ("2026-09-20", "p-1", "withdraw"),
        ("2026-09-18", "p-2", "withdraw"),
    ],
)
def test_who_opened_it_takes_a_mistake_back_by_the_day_after(day: str, by: str, asks: str) -> None:
    assert _asks(_edit(day, by, withdrawn=True)) == asks


@pytest.mark.parametrize(
    ("written", "stated", "asks"),
    [
        ("2026-09-30", "", ""),
        ("2026-10-01", "", ""),
        ("2026-10-02", "", "put_off"),
        ("2026-10-02", "2026-09-30", "put_off"),  # none is dated back
        ("2026-09-30", "2026-10-01", ""),
        ("2026-09-30", "2026-10-02", "put_off"),
    ],
)
def test_the_first_putting_off_is_asked_for_once_the_date_has_passed(written: str, stated: str, asks: str) -> None:
    on = {"on": stated} if stated else {}
    assert _asks(_edit(written, over=("due_on",), due_on="2026-12-01", **on)) == asks


def test_a_date_that_names_none_it_replaces_or_replaces_a_later_one_is_asked_for() -> None:
    assert _asks(_edit(due_on="2026-12-01")) == "put_off"
    later = _edit("2026-09-19", due_on="2026-11-01")
    assert _asks(_edit("2026-09-20", over=("due_on",), due_on="2026-12-01"), later) == "put_off"
    assert _asks(_edit("2026-09-20", over=("due_on",), due_on="2026-12-01"), OPENER, later) == "put_off"


@pytest.mark.parametrize("on", [7, None, ["2026-12-31"]])
def test_a_day_that_is_no_text_is_none(on: Any) -> None:
    assert _asks(_edit(over=("due_on",), due_on="2026-12-01", on=on)) == ""


# --- what a ruling allows ---------------------------------------------------------------------------------------------

_GRANTED: dict[str, dict[str, Any]] = {
    "put_off": {"due_on": "2026-12-01"},
    "give_up": {"status": "withdrawn"},
    "withdraw": {"withdrawn": True},
}


@pytest.mark.parametrize("asks", _GRANTED)
@pytest.mark.parametrize("done", _GRANTED)
def test_a_ruling_allows_the_one_thing_it_grants(asks: str, done: str) -> None:
    word = Word(frozenset({"p-9"}), asks, "f-1", "2026-12-01")
    assert word.allows(_edit(by="p-9", title="x", **_GRANTED[done])) is (asks == done)


@pytest.mark.parametrize(
    ("word", "by", "fields", "allowed"),
    [
        ({}, "p-9", {"due_on": "2026-12-01"}, True),
        ({}, "p-8", {"due_on": "2026-12-01"}, False),
        ({"target": "f-2"}, "p-9", {"due_on": "2026-12-01"}, False),
        ({}, "p-9", {"due_on": "2026-12-02"}, False),
        ({}, "p-9", {"due_on": "2026-12-01", "status": "closed"}, False),
        ({}, "p-9", {}, False),
        ({"asks": "else"}, "p-9", {}, False),
        ({"asks": CLOSING, "target": ""}, "p-9", {"status": "withdrawn"}, True),
        ({"asks": CLOSING, "target": ""}, "p-9", {"status": "closed"}, True),
        ({"asks": CLOSING, "target": ""}, "p-9", {"status": "open"}, False),
        ({"asks": CLOSING, "target": ""}, "p-9", {"status": "closed", "due_on": "2026-12-01"}, False),
        ({"asks": CLOSING, "target": ""}, "p-9", {"due_on": "2026-12-01"}, False),
        ({"asks": CLOSING, "target": ""}, "p-8", {"status": "closed"}, False),
    ],
)
def test_a_ruling_allows_nothing_else(word: dict[str, Any], by: str, fields: dict[str, Any], allowed: bool) -> None:
    given: dict[str, Any] = {"by": frozenset({"p-9"}), "asks": "put_off", "target": "f-1", "due_on": "2026-12-01"}
    assert Word(**given | word).allows(_edit(by=by, **fields)) is allowed


# --- from which day on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "governed"),
    [
        ("2026-09-17", True),
        ("2026-09-18", False),
        ("2026-09-19", False),
        ("", False),
        (ALWAYS_GOVERNED, True),
    ],
)
def test_follow_ups_are_governed_that_are_opened_after_the_day(since: str, governed: bool) -> None:
    assert Governance(since).holds_for(f"{OPENED}T02:00:00.000Z") is governed
    assert governance_from({"governed_from": since}).holds_for(f"{OPENED}T02:00:00.000Z") is governed


@pytest.mark.parametrize("fields", [{}, {"governed_from": 7}, {"governed_from": None}])
def test_a_district_that_states_no_day_governs_none(fields: dict[str, Any]) -> None:
    assert governance_from(fields).since == ""


def test_the_day_of_opening_is_told_in_the_zone_of_the_district() -> None:
    late = f"{OPENED}T16:30:00.000Z"  # half past midnight in Shanghai
    assert governance_from({"governed_from": OPENED}).holds_for(late)
    assert not governance_from({"governed_from": OPENED, "time_zone": "Europe/Berlin"}).holds_for(late)


def test_where_nothing_is_known_of_other_records_nothing_is_allowed() -> None:
    assert NOT_GOVERNED.word("u-1", "r-1") is None


def test_a_unit_that_is_being_closed_names_itself_and_who_closes_it() -> None:
    granted = Word(frozenset({"p-7"}), "put_off", "f-1", DUE)
    said = {("u-1", "u-1"): None, ("u-1", "r-1"): granted, ("u-2", "u-2"): Word(frozenset({"p-7"}), CLOSING)}
    governance = Governance(word=lambda ledger, named: said.get((ledger, named))).closed_by("u-1", "p-9")
    assert governance.word("u-1", "u-1") == Word(frozenset({"p-9"}), CLOSING)
    assert governance.word("u-1", "r-1") == granted
    again = governance.closed_by("u-2", "p-9")
    assert again.word("u-2", "u-2") == Word(frozenset({"p-7", "p-9"}), CLOSING)
    assert governance.closed_by("u-3", "p-9").word("u-1", "u-3") is None


# --- what the closing of another unit handed over ---------------------------------------------------------------------

HANDED = _edit(status="open", due_on=DUE, carried_from="f-0")


@pytest.mark.parametrize(
    ("day", "by", "fields", "of_it"),
    [
        ("2026-09-18", "p-1", {"due_on": "2026-12-01"}, True),
        ("2026-09-19", "p-1", {"due_on": "2026-12-01"}, True),
        ("2026-09-20", "p-1", {"due_on": "2026-12-01"}, False),
        ("2026-09-18", "p-2", {"due_on": "2026-12-01"}, False),
        ("2026-09-18", "p-1", {"due_on": "2026-12-01", "status": "closed"}, False),
        ("2026-09-18", "p-1", {"status": "closed"}, False),
        ("2026-12-18", "p-2", {"withdrawn": True, "correction": True}, True),
        ("2026-09-18", "p-1", {"withdrawn": True}, False),
        ("2026-09-18", "p-1", {"withdrawn": True, "correction": True, "due_on": "2026-12-01"}, False),
    ],
)
def test_at_the_handover_the_date_is_moved_at_once_or_all_of_it_is_taken_back(
    day: str, by: str, fields: dict[str, Any], of_it: bool
) -> None:
    assert is_of_handover(_edit(day, by, **fields), HANDED, DEFAULT) is of_it


def test_what_was_not_handed_over_has_no_handover_and_its_opening_is_none() -> None:
    assert not is_of_handover(_edit(due_on="2026-12-01"), OPENER, DEFAULT)
    opening = _edit(due_on=DUE, carried_from="f-0")
    assert not is_of_handover(opening, opening, DEFAULT)


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "fields", "flaw"),
    [
        ("p-1", {"withdrawn": True}, ""),
        ("p-2", {"withdrawn": True}, NOT_ASKER),
        ("p-1", {"withdrawn": False}, NOT_ASKER),
        ("p-1", {"withdrawn": True, "why": "x"}, NOT_ASKER),
        ("p-1", {"why": "x"}, NOT_ASKER),
    ],
)
def test_a_request_is_taken_back_by_who_asked_and_not_changed(by: str, fields: dict[str, Any], flaw: str) -> None:
    opener = _edit(asks="give_up")
    assert request_flaw(_edit("2026-09-25", by, **fields), opener) == flaw
    assert request_flaw(opener, opener) == ""
    assert request_flaw(_edit("2026-09-25", by, **fields), None) == ""


def test_an_edit_of_which_the_content_is_not_here_says_nothing() -> None:
    stub = Edit(ledger="u-1", device="d-1", seq=2, hash="h", kind="follow_up", record="f-1", by="p-1")
    assert _asks(stub) == ""
    assert not Word(frozenset({"p-1"}), "give_up", "f-1").allows(stub)
    assert not is_of_handover(stub, HANDED, DEFAULT)
    assert not is_of_handover(_edit(due_on="2026-12-01"), stub, DEFAULT)
    assert _asks(_edit("2026-09-25", withdrawn=True, by="p-2"), stub) == "withdraw"
