"""Whose turn a follow-up is, by one example a rule: three units' follow-ups on one laptop, asked by each role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from sync.model.kinds import STORE
from sync.replica import Replica
from sync.replica.as_of.on_duty import Nobodys
from sync.replica.queries import turns as turning
from sync.replica.queries.turns import NONE, Part, Turns, turns
from tests.sync.laptops import identity, new_laptop
from tests.sync.office import Office

DAY, UNTIL, LATER = "2026-09-18", "2026-09-21", "2026-12-31"
ME, OTHER = "p-9", "p-1"
SORTS = ("sent_back", "mine", "others", "to_answer", "to_verify", "to_close", "answered")


class Item(NamedTuple):
    """A follow-up: who opened it, when it is due, its steps with who took each, and on which day the last."""

    by: str
    due: str = LATER
    steps: tuple[tuple[str, str], ...] = ()
    ended: str = "2026-09-10"
    unit: str = "u-1"
    asked: bool = False


_CLOSED = (("reported", "p-3"), ("verified", "p-4"), ("closed", "p-5"))
ITEMS = {
    "mine": Item(ME),
    "mine-begun": Item(ME, "2026-12-30", (("in_progress", ME),)),
    "mine-late": Item(ME, "2026-09-17"),
    "mine-returned": Item(ME, LATER, (("reported", ME), ("returned", OTHER))),
    "late": Item(OTHER, "2026-09-17"),
    "soon": Item(OTHER, UNTIL),
    "not-soon": Item(OTHER, "2026-09-22"),
    "returned-late": Item(OTHER, "2026-09-16", (("reported", OTHER), ("returned", "p-2"))),
    "reported": Item(OTHER, "2026-09-17", (("reported", OTHER),)),
    "reported-by-me": Item(OTHER, "2026-09-17", (("reported", ME),)),
    "verified": Item(OTHER, "2026-09-17", (("reported", OTHER), ("verified", "p-2"))),
    "verified-by-me": Item(OTHER, "2026-09-17", (("reported", OTHER), ("verified", ME))),
    "reported-by-me-verified": Item(OTHER, "2026-09-17", (("reported", ME), ("verified", "p-2"))),
    "closed": Item(OTHER, "2026-09-17", _CLOSED),
    "of-the-store": Item(STORE),
    "of-who-left": Item("p-gone"),
    "of-who-left-late": Item("p-gone", "2026-09-15"),
    "elsewhere-late": Item(OTHER, "2026-09-14", unit="u-2"),
    "elsewhere-of-who-left": Item("p-gone", unit="u-2"),
    "far-of-who-left": Item("p-gone", unit="u-3"),
    "far-late": Item(OTHER, "2026-09-13", unit="u-3"),
    "asked": Item(OTHER, "2026-09-17", asked=True),
    "asked-by-me": Item(ME, "2026-09-19", asked=True),
    "asked-begun": Item(OTHER, steps=(("in_progress", "p-8"),), asked=True),
    "asked-by-who-left": Item("p-gone", "2026-12-29", asked=True),
    "asked-and-returned": Item(ME, steps=(("reported", "p-8"), ("returned", ME)), asked=True),
    "asked-by-me-answered": Item(ME, steps=(("reported", "p-8"),), asked=True),
    "asked-by-me-14-days-ago": Item(ME, steps=_CLOSED, ended="2026-09-04", asked=True),
    "asked-by-me-15-days-ago": Item(ME, steps=_CLOSED, ended="2026-09-03", asked=True),
    "asked-by-me-given-up": Item(ME, steps=(("withdrawn", ME),), asked=True),
    "asked-by-another-closed": Item(OTHER, steps=_CLOSED, asked=True),
}  # fmt: skip


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with new_laptop(tmp_path_factory.mktemp("turns") / "office.db", ME, "office") as replica:
        office = Office(replica)
        at = "2026-09-01T02:00:00.000Z"
        policy = {"class__policy": {"zh": "政策", "en": "Policy"}, "office__policy": True}
        office.campaign("c-1", "1", "2026-01-01", LATER)
        office.says("district", "campaign", "c-1", at, **policy)
        for unit in ("u-1", "u-2", "u-3"):
            office.unit(unit)
        for record, item in ITEMS.items():
            asked = {"class": "policy"} if item.asked else {}
            office.item(item.unit, record, at, due_on=item.due, by=item.by, campaign="c-1", **asked)
            for step, by in item.steps:
                office.says(item.unit, "follow_up", record, f"{item.ended}T02:00:00.000Z", status=step, by=by, why="x")
        yield replica


NOBODYS = Nobodys(people=frozenset({STORE, "p-gone"}))


def _turns(laptop: Replica, role: str, nobodys: Nobodys = NOBODYS, most: int = 99) -> Turns:
    laptop.set_identity(identity(ME, role))
    return turns(laptop, DAY, UNTIL, most, nobodys)


def _named(part: Part) -> list[str]:
    return [row.record for row in part.rows]


_MINE = {"sent_back": ["mine-returned"], "mine": ["mine-late", "mine-begun", "mine"]}
_DONE_BY_OTHERS = {"to_verify": ["reported"], "to_close": ["verified", "verified-by-me"]}
_DUE = ["far-late", "elsewhere-late", "of-who-left-late", "returned-late", "late", "soon"]
_NOBODYS = ["elsewhere-of-who-left", "far-of-who-left", "of-the-store", "of-who-left"]
_ENDED = ["asked-by-me-14-days-ago", "asked-by-me-given-up"]


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("group", _MINE | _DONE_BY_OTHERS | {"others": [*_DUE, *_NOBODYS], "answered": _ENDED}),
        ("liaison", _MINE | {"others": [*_DUE, *_NOBODYS], "answered": ["asked-by-me-answered", *_ENDED]}),
        (
            "office",
            _MINE
            | _DONE_BY_OTHERS
            | {
                "others": [*_DUE, *_NOBODYS],
                "to_answer": ["asked", "asked-by-me", "asked-by-who-left", "asked-begun"],
            },
        ),
    ],
)
def test_each_role_has_what_waits_for_it_by_due_date(laptop: Replica, role: str, found: dict[str, list[str]]) -> None:
    parts = _turns(laptop, role)
    asked = "asked-by-me-answered"  # of questions, what was answered is verified as anything else
    given = {sort: _named(getattr(parts, sort)) for sort in SORTS}
    if role != "liaison":
        assert asked in given["to_verify"]
        given["to_verify"].remove(asked)
    assert {sort: records for sort, records in given.items() if records} == found
    assert {getattr(parts, sort).more for sort in SORTS} == {0}


@pytest.mark.parametrize("sort", ["sent_back", "mine", "others", "to_answer", "to_verify", "to_close"])
def test_a_sort_is_cut_at_so_many_and_the_others_are_counted(laptop: Replica, sort: str) -> None:
    whole = _named(getattr(_turns(laptop, "office"), sort))
    for most in range(1, len(whole) + 2):
        part = getattr(_turns(laptop, "office", most=most), sort)
        assert (_named(part), part.more) == (whole[:most], max(0, len(whole) - most)), most


def test_questions_that_ended_are_cut_with_those_that_were_answered(laptop: Replica) -> None:
    whole = _named(_turns(laptop, "liaison").answered)
    for most in range(1, len(whole) + 2):
        part = _turns(laptop, "liaison", most=most).answered
        assert (_named(part), part.more) == (whole[:most], max(0, len(whole) - most)), most


def test_a_row_names_who_has_it(laptop: Replica) -> None:
    parts = _turns(laptop, "group")
    who = {row.record: row.who for sort in SORTS for row in getattr(parts, sort).rows}
    assert (who["late"], who["reported"], who["verified"], who["verified-by-me"]) == (OTHER, OTHER, "p-2", ME)
    assert (who["asked-by-me-14-days-ago"], who["asked-by-me-given-up"]) == ("p-3", ME)
    (row,) = [row for row in parts.others.rows if row.record == "late"]
    assert msgspec.structs.astuple(row) == ("late", "u-1", "u-1", "problem", "late", "2026-09-17", "open", "", OTHER)
    settled = {row.record: (row.settled_on, row.status) for row in parts.answered.rows}
    assert settled["asked-by-me-14-days-ago"] == ("2026-09-04", "closed")
    assert (parts.to_answer, parts.answered.more) == (NONE, 0)


# --- what is nobody's, at the office ----------------------------------------------------------------------------------


def _others(laptop: Replica, most: int = 99, **nobodys: Any) -> tuple[list[str], int]:
    part = _turns(laptop, "office", Nobodys(people=NOBODYS.people | {ME}, **nobodys), most).others
    return _named(part), part.more


def test_where_every_unit_has_a_group_the_office_has_nothing_of_others(laptop: Replica) -> None:
    assert _others(laptop, units=[]) == ([], 0)


def test_of_a_unit_without_anybody_the_office_has_what_is_due_and_what_is_nobodys(laptop: Replica) -> None:
    due = ["of-who-left-late", "returned-late", "late", "soon"]
    assert _others(laptop, units=["u-1"], uncovered=["u-1"]) == ([*due, "of-the-store", "of-who-left"], 0)
    assert _others(laptop, units=["u-2"], uncovered=["u-2"]) == (["elsewhere-late", "elsewhere-of-who-left"], 0)


def test_of_a_unit_with_an_officer_alone_the_office_has_what_is_nobodys_also_what_is_due(laptop: Replica) -> None:
    nobodys = ["of-who-left-late", "of-the-store", "of-who-left"]
    assert _others(laptop, units=["u-1"]) == (nobodys, 0)
    both = ["elsewhere-late", *nobodys[:1], "elsewhere-of-who-left", *nobodys[1:]]
    assert _others(laptop, units=["u-1", "u-2"], uncovered=["u-2"]) == (both, 0)


def test_who_still_answers_for_a_unit_keeps_what_is_hers_there(laptop: Replica) -> None:
    but = frozenset({("u-1", "p-gone")})
    assert _others(laptop, units=["u-1", "u-2"], but=but) == (["elsewhere-of-who-left", "of-the-store"], 0)


@pytest.mark.parametrize("few", [0, 2, 3, 64])
def test_of_few_units_and_of_many_the_same_is_read_and_counted(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(turning, "_FEW_UNITS", few)
    units = ["u-1", "u-2"]
    due = ["elsewhere-late", "of-who-left-late", "returned-late", "late", "soon"]
    nobodys = ["elsewhere-of-who-left", "of-the-store", "of-who-left"]
    for most in range(1, 10):
        found = _others(laptop, most, units=units, uncovered=units)
        assert found == ([*due, *nobodys][:most], max(0, 8 - most)), most


def test_a_unit_without_anybody_beside_one_with_an_officer_is_cut_as_a_whole(laptop: Replica) -> None:
    whole, _ = _others(laptop, units=["u-1", "u-2"], uncovered=["u-2"])
    for most in range(1, len(whole) + 1):
        found = _others(laptop, most, units=["u-1", "u-2"], uncovered=["u-2"])
        assert found == (whole[:most], len(whole) - most), most
