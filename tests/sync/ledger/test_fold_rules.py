"""Each rule of folding by a literal example, and all of them beside a fold that is written here from the rules."""

from __future__ import annotations

from functools import cache
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ledger.chains import Body, Head
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, Value, fold_alone, fold_apart, fold_record, in_causal_order
from sync.ledger.governance import CLOSING, GIVE_UP, NOT_RULED, Governance, Word
from sync.model import briefs

MORNING, NOON = "2026-09-18T00:00:00.000Z", "2026-09-18T04:00:00.000Z"


def edit(hash_: str, fields: dict[str, Any] | None, over: str = "", **known: Any) -> Edit:
    """An edit as it was written: `over` names what each of its fields replaces, with blanks between."""
    given_: dict[str, Any] = {"ledger": "u", "record": "r", "kind": "inspection", "device": hash_, "seq": 1, "at": NOON}
    named = {"over": {name: over.split() for name in fields or ()}} if over else {}
    return Edit(**given_ | {"hash": hash_, "set": fields, "by": "p-1"} | named | known)


def folded(*edits: Edit, governance: Governance | None = None) -> Folded:
    """What these edits make, in whatever order they are given."""
    results = [fold_record(each, *([governance] if governance else [])) for each in list(permutations(edits))[:24]]
    assert all(result == results[0] for result in results)
    assert results[0] is not None
    return results[0]


# --- values ----------------------------------------------------------------------------------------------------


def test_a_value_says_whose_it_is() -> None:
    result = folded(
        edit("a", {"summary": "1"}), edit("b", {"summary": "2"}, "a", by="p-2", seq=7, why="改正", at=MORNING)
    )
    value = Value(value="2", device="b", seq=7, hash="b", at=MORNING, by="p-2", why="改正")
    assert result.live == {"summary": [value]}
    assert (result.by, result.at, result.ledger, result.record, result.kind) == ("p-1", NOON, "u", "r", "inspection")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"at": MORNING, "device": "z", "seq": 9, "hash": "z"}, {"at": NOON, "device": "a", "seq": 1, "hash": "a"}),
        ({"device": "a", "seq": 9, "hash": "z"}, {"device": "b", "seq": 1, "hash": "a"}),
        ({"device": "a", "seq": 2, "hash": "z"}, {"device": "a", "seq": 10, "hash": "a"}),
        ({"device": "a", "seq": 1, "hash": "a"}, {"device": "a", "seq": 1, "hash": "b"}),
    ],
)
def test_of_values_in_conflict_the_first_is_by_clock_then_device_then_place_then_hash(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    result = folded(
        edit("base", {"summary": "0"}),
        edit("", {"summary": "first"}, "base", **first),
        edit("", {"summary": "second"}, "base", **second),
    )
    assert [value.value for value in result.conflicts["summary"]] == ["first", "second"]
    assert result.fields == {"summary": "first"}


def test_a_field_that_one_side_cleared_is_in_conflict_and_shows_what_is_first() -> None:
    base, cleared = edit("base", {"summary": "0"}), edit("a", {"summary": None}, "base")
    result = folded(base, cleared, edit("b", {"summary": "1"}, "base"))
    assert [value.value for value in result.conflicts["summary"]] == [None, "1"]
    assert result.fields == {}
    assert folded(base, cleared).live["summary"][0].value is None


def test_three_values_of_which_two_agree_are_a_conflict_and_all_are_kept() -> None:
    sides = [edit(name, {"summary": value}, "base") for name, value in (("a", "1"), ("b", "1"), ("c", "2"))]
    result = folded(edit("base", {"summary": "0"}), *sides)
    assert [value.hash for value in result.conflicts["summary"]] == ["a", "b", "c"]


def test_what_both_sides_of_a_conflict_replaced_is_its_base() -> None:
    base, before = edit("base", {"summary": "0"}), edit("before", {"summary": "1"}, "base")
    same = folded(base, before, edit("a", {"summary": "2"}, "before"), edit("b", {"summary": "3"}, "before"))
    assert same.base["summary"].value == "1"
    other = folded(base, before, edit("a", {"summary": "2"}, "before"), edit("b", {"summary": "3"}, "base"))
    assert other.base == {}
    assert [value.value for value in other.conflicts["summary"]] == ["2", "3"]


def test_what_a_resolution_replaced_is_both_sides_and_no_base_of_a_later_conflict_with_one() -> None:
    base = edit("base", {"summary": "0"})
    sides = [edit("a", {"summary": "1"}, "base"), edit("b", {"summary": "2"}, "base")]
    settled = edit("c", {"summary": "1"}, "a b")
    assert folded(base, *sides, settled).fields == {"summary": "1"}
    assert folded(base, *sides, settled).conflicts == {}
    late = edit("d", {"summary": "3"}, "b")  # had not heard of the resolution
    result = folded(base, *sides, settled, late)
    assert [value.hash for value in result.conflicts["summary"]] == ["c", "d"]
    assert result.base["summary"].value == "2"


def test_what_replaces_an_edit_kept_apart_replaces_what_that_one_saw() -> None:
    base = edit("base", {"summary": "0", "good_practice": "x"})
    apart, stub = edit("a", {"summary": "1"}, "base", counts=False), edit("b", None, over="", counts=True)
    stub = msgspec.structs.replace(stub, over={"summary": ["a"]})
    result = folded(base, apart, stub, edit("c", {"summary": "3"}, "b"))
    assert result.fields == {"summary": "3", "good_practice": "x"}
    assert result.conflicts == {}
    assert folded(base, apart).fields["summary"] == "0"


def test_an_edit_over_what_is_not_here_stands_beside_what_is() -> None:
    result = folded(edit("a", {"summary": "1"}), edit("b", {"summary": "2"}, "gone"))
    assert [value.value for value in result.conflicts["summary"]] == ["1", "2"]


def test_what_an_edit_says_of_its_day_is_no_value_of_the_record() -> None:
    unit = {"name": "甲", "category": "farm", "on": "2026-09-01", "correction": True}
    alone = folded(edit("a", unit, kind="unit"))
    assert alone.fields == {"name": "甲", "category": "farm"}
    assert set(alone.live) == {"name", "category"}
    both = folded(edit("a", unit, kind="unit"), edit("b", {"category": "other", "on": "2026-09-02"}, "a", kind="unit"))
    assert both.fields == {"name": "甲", "category": "other"}


def test_an_edit_that_stands_in_several_entries_says_where() -> None:
    first = edit("a", {"summary": "1"}, body="sha256:1")
    again = edit("b", {"summary": "1"}, body="sha256:1", was="a", seq=4)
    (value,) = folded(first, again).live["summary"]
    assert (value.hash, value.places) == ("a", ("a:1", "b:4"))
    (alone,) = folded(first).live["summary"]
    assert alone.places == ()
    with pytest.raises(AttributeError):
        alone.value = "2"  # type: ignore[misc]


def test_a_record_of_which_nothing_has_effect_is_none() -> None:
    assert fold_record([]) is None
    assert fold_record([edit("a", {"summary": "1"}, counts=False)]) is None
    assert fold_record([edit("a", None)]) is None
    assert fold_record([edit("a", {"summary": "1"}, counts=False), edit("b", None)]) is None


def test_a_record_kept_apart_as_a_whole_is_read_as_if_it_counted() -> None:
    apart = [edit("a", {"summary": "1"}, counts=False), edit("b", {"summary": "2"}, "a", counts=False)]
    result = fold_apart(apart)
    assert result is not None
    assert result.fields == {"summary": "2"}
    assert fold_record(apart) is None


def test_only_fields_are_asked_for_where_that_is_quicker() -> None:
    result = fold_record([edit("a", {"summary": "1", "withdrawn": True})], with_live=False)
    assert result is not None
    assert (result.fields, result.live) == ({"summary": "1", "withdrawn": True}, {})
    assert result.withdrawn
    assert not folded(edit("a", {"withdrawn": None})).withdrawn
    assert not folded(edit("a", {"withdrawn": "true"})).withdrawn


# --- who opened a record, and of which kind it is ---------------------------------------------------------------

NOTE = {"noted_on": "2026-09-18", "mode": "phone", "content": "x"}


def test_an_entry_of_another_kind_has_no_effect_whatever_its_clock_says() -> None:
    opener = edit("a", NOTE, kind="liaison_note")
    other = edit("b", {"summary": "2"}, kind="inspection", at=MORNING)
    over = edit("c", {"content": "y"}, "a", kind="inspection")
    result = folded(opener, other, over)
    assert (result.kind, result.fields) == ("liaison_note", NOTE)
    assert result.flaws == {"b": "other_kind", "c": "other_kind"}


def test_an_addition_by_a_clock_that_is_behind_did_not_open_the_record() -> None:
    opener = edit("a", NOTE, kind="liaison_note", by="p-1")
    addition = edit("b", {"attachment.x": {"name": "x"}}, kind="liaison_note", by="p-2", at=MORNING)
    result = folded(opener, addition)
    assert (result.by, result.at) == ("p-1", NOON)
    assert set(result.fields) == {*NOTE, "attachment.x"}


def test_a_record_whose_opener_is_not_here_says_who_is_first_of_those_that_are() -> None:
    later = edit("b", {"content": "y"}, "gone", kind="liaison_note", by="p-2")
    latest = edit("c", {"mode": "visit"}, "gone", kind="liaison_note", by="p-3", at="2026-09-19T00:00:00.000Z")
    assert folded(later, latest).by == "p-2"


def test_the_brief_that_its_record_is_named_after_opened_it() -> None:
    issued = {"campaign": "c-1", "number": 1}
    record = briefs.record_of(issued)
    forged = edit("a", {"campaign": "c-1", "number": 2}, kind="brief", record=record, at=MORNING, by="p-2")
    real = edit("b", issued, kind="brief", record=record, by="p-1")
    result = folded(forged, real)
    assert (result.by, result.fields, result.flaws) == ("p-1", issued, {"a": "issued"})
    assert fold_record([forged]) is None
    assert folded(real).fields == issued
    withdrawn = edit("c", {"withdrawn": True}, kind="brief", record=record, by="p-1")
    assert folded(real, withdrawn).fields == issued | {"withdrawn": True}


def test_an_entry_of_another_kind_before_it_does_not_open_a_brief_s_record() -> None:
    issued = {"campaign": "c-1", "number": 1}
    record = briefs.record_of(issued)
    note = edit("a", NOTE, kind="liaison_note", record=record, at=MORNING)
    result = folded(note, edit("b", issued, kind="brief", record=record))
    assert (result.kind, result.fields, result.flaws) == ("brief", issued, {"a": "other_kind"})


# --- the steps of a follow-up ------------------------------------------------------------------------------------


def item(hash_: str, status: str, over: str = "", **known: Any) -> Edit:
    more = {} if over else {"title": "t", "nature": "problem", "due_on": "2026-09-30"}
    return edit(hash_, {"status": status} | more, over, kind="follow_up", **known)


@pytest.mark.parametrize("status", ["reported", "verified", "closed", "returned", "withdrawn"])
def test_a_follow_up_that_is_opened_as_anything_but_open_has_no_effect(status: str) -> None:
    assert fold_record([item("a", status)]) is None
    result = folded(item("a", status), item("b", "open", at=MORNING))
    assert (result.fields["status"], result.flaws) == ("open", {"a": "step_not_allowed"})


@pytest.mark.parametrize("status", ["open", "in_progress"])
def test_a_follow_up_is_opened_as_open_or_as_under_way(status: str) -> None:
    assert folded(item("a", status)).fields["status"] == status
    assert folded(item("a", status)).flaws == {}


SIDES = [item("a", "open"), item("b", "reported", "a", by="p-2"), item("c", "in_progress", "a", by="p-3")]


@pytest.mark.parametrize(
    ("status", "by", "flaw"),
    [
        ("verified", "p-1", ""),  # may follow what was reported, and nobody who verifies it has reported
        ("verified", "p-2", "verified_by_reporter"),
        ("verified", "p-3", ""),
        ("reported", "p-3", ""),
        ("open", "p-3", ""),  # may follow what is under way
        ("closed", "p-1", "step_not_allowed"),  # follows neither
        ("returned", "p-1", ""),
    ],
)
def test_a_step_against_two_sides_of_a_conflict_may_follow_either(status: str, by: str, flaw: str) -> None:
    result = folded(*SIDES, item("d", status, "b c", by=by))
    assert result.flaws == ({"d": flaw} if flaw else {})
    assert [value.value for value in result.live["status"]] == (["reported", "in_progress"] if flaw else [status])


def test_a_step_that_knows_of_no_step_before_it_is_no_opening() -> None:
    moved = edit("b", {"status": "reported"}, kind="follow_up")
    assert folded(item("a", "open"), moved).flaws == {"b": "step_not_allowed"}


def test_who_restores_the_step_before_her_own_takes_it_back() -> None:
    steps = [item("a", "open"), item("b", "reported", "a", by="p-2")]
    back = edit("c", {"status": "open", "correction": True}, "b", kind="follow_up", by="p-2")
    assert folded(*steps, back).fields["status"] == "open"
    assert folded(*steps, back).flaws == {}
    for other in (
        msgspec.structs.replace(back, by="p-3"),  # somebody else's step
        msgspec.structs.replace(back, set={"status": "open"}),  # no correction
        msgspec.structs.replace(back, set={"status": "closed", "correction": True}),  # not what stood before
    ):
        assert folded(*steps, other).flaws == {"c": "step_not_allowed"}


def test_after_a_step_taken_back_it_counts_who_took_the_step_that_is_restored() -> None:
    reported = [item("a", "open"), item("b", "reported", "a", by="p-2"), item("c", "returned", "b", by="p-3")]
    back = edit("d", {"status": "reported", "correction": True}, "c", kind="follow_up", by="p-3")
    assert folded(*reported, back, item("e", "verified", "d", by="p-2")).flaws == {"e": "verified_by_reporter"}
    assert folded(*reported, back, item("e", "verified", "d", by="p-3")).flaws == {}


GOVERNED = Governance(since="2026-09-17")


def test_in_a_governed_follow_up_who_reported_what_was_verified_does_not_close_it() -> None:
    steps = [item("a", "open"), item("b", "reported", "a", by="p-2"), item("c", "verified", "b", by="p-3")]
    closed = item("d", "closed", "c", by="p-2")
    assert folded(*steps, closed, governance=GOVERNED).flaws == {"d": "closed_by_reporter"}
    assert folded(*steps, closed).flaws == {}
    before = Governance(since="2026-09-18")  # opened on the last day that is not governed
    assert folded(*steps, closed, governance=before).flaws == {}
    for by in ("p-1", "p-3"):
        assert folded(*steps, item("d", "closed", "c", by=by), governance=GOVERNED).flaws == {}


def test_in_a_governed_follow_up_giving_up_wants_the_word_of_the_office() -> None:
    given_up = item("b", "withdrawn", "a", by="p-1")
    assert folded(item("a", "open"), given_up, governance=GOVERNED).flaws == {"b": NOT_RULED}
    assert folded(item("a", "open"), given_up).flaws == {}
    by_store = item("b", "withdrawn", "a", by="store")
    assert folded(item("a", "open"), by_store, governance=GOVERNED).flaws == {}


def test_a_step_over_one_that_is_not_here_is_not_judged_and_stands_beside_what_is() -> None:
    result = folded(item("a", "open"), item("b", "verified", "gone"))
    assert result.flaws == {}
    assert [value.value for value in result.conflicts["status"]] == ["open", "verified"]


def _granted(word: Word) -> Governance:
    return GOVERNED._replace(word=lambda ledger, named: word if (ledger, named) == ("u", "k") else None)


def _given_up(hash_: str, over: str, ruling: object, by: str = "p-1") -> Edit:
    return edit(hash_, {"status": "withdrawn", "ruling": ruling}, over, kind="follow_up", by=by)


@pytest.mark.parametrize(
    ("ruling", "by", "allowed"),
    [("k", "p-1", True), ("k", "p-2", False), ("x", "p-1", False), ("u", "p-1", False), (7, "p-1", False)],
)
def test_giving_up_is_allowed_by_the_word_it_names_to_whom_it_was_given(ruling: object, by: str, allowed: bool) -> None:
    governance = _granted(Word(frozenset({"p-1"}), GIVE_UP, "r"))
    result = folded(item("a", "open"), _given_up("b", "a", ruling, by), governance=governance)
    assert result.flaws == ({} if allowed else {"b": NOT_RULED})


@pytest.mark.parametrize(("asks", "flaws"), [(GIVE_UP, {"d": NOT_RULED}), (CLOSING, {})])
def test_what_a_review_grants_is_granted_once_and_what_a_closing_says_holds_on(
    asks: str, flaws: dict[str, str]
) -> None:
    steps = [item("a", "open"), _given_up("b", "a", "k"), item("c", "open", "b"), _given_up("d", "c", "k")]
    assert folded(*steps, governance=_granted(Word(frozenset({"p-1"}), asks, "r"))).flaws == flaws


def test_a_flawed_step_is_a_step_on_the_way_to_what_replaces_it() -> None:
    steps = [item("a", "open"), item("b", "closed", "a"), item("c", "in_progress", "b")]
    result = folded(*steps)
    assert (result.fields["status"], result.flaws, result.conflicts) == ("in_progress", {"b": "step_not_allowed"}, {})


# --- one entry alone ---------------------------------------------------------------------------------------------


def _alone(kind: str, fields: dict[str, Any], record: str = "r") -> Folded | None:
    head = Head(v=1, ledger="u", device="a", seq=1, prev="", kind=kind, record=record, body="")
    return fold_alone(head, Body(set=fields, by="p-1", at=NOON, salt=""))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("inspection", {"summary": "1", "good_practice": None}),
        ("unit", {"name": "甲", "on": "2026-09-01"}),
        ("follow_up", {"status": "open", "title": "t", "ruling": "x"}),
        ("follow_up", {"status": "in_progress"}),
        ("of another version", {"a": 1, "on": 2}),
    ],
)
def test_an_entry_alone_makes_what_it_makes_among_others(kind: str, fields: dict[str, Any]) -> None:
    expected = fold_record([edit("a", fields, kind=kind)], with_live=False)
    assert expected is not None
    assert _alone(kind, fields) == expected
    assert not {"ruling", "good_practice"} & expected.fields.keys()


def test_an_entry_alone_that_may_break_a_rule_is_left_to_be_weighed() -> None:
    assert _alone("follow_up", {"status": "verified"}) is None
    assert _alone("follow_up", {"title": "t"}) is None
    issued = {"campaign": "c-1", "number": 1}
    assert _alone("brief", issued) is None
    found = _alone("brief", issued, briefs.record_of(issued))
    assert found is not None
    assert (found.fields, found.by, found.at) == (issued, "p-1", NOON)


# --- the order in which versions are listed ----------------------------------------------------------------------


def _listed(*edits: Edit) -> list[str]:
    orders = [[each.hash for each in in_causal_order(given_)] for given_ in permutations(edits)]
    assert all(each == orders[0] for each in orders)
    return orders[0]


def test_a_device_s_versions_are_listed_as_it_wrote_them_whatever_its_clock_said() -> None:
    one = edit("x1", {"summary": "1"}, device="x", seq=1, at=NOON)
    two = edit("x2", {"attachment.a": {}}, device="x", seq=2, at=MORNING)
    other = edit("y", {"attachment.b": {}}, device="y", at="2026-09-18T02:00:00.000Z")
    assert _listed(one, two, other) == ["y", "x1", "x2"]


def test_a_version_is_listed_after_what_it_replaced_and_else_by_the_clock() -> None:
    first = edit("a", {"summary": "1"}, at=NOON)
    second = edit("b", {"summary": "2"}, "a", at=MORNING)
    apart = edit("c", {"attachment.b": {}}, at="2026-09-18T02:00:00.000Z")
    assert _listed(first, second, apart) == ["c", "a", "b"]
    assert _listed(second, apart) == ["b", "c"]  # what it replaced is not here


def test_an_edit_is_judged_after_all_it_builds_on_however_those_build_on_each_other() -> None:
    opening = {"title": "t", "nature": "problem", "due_on": "x", "status": "open"}
    opened = edit("a", opening, kind="follow_up")
    from_nothing = edit("b", {"status": "reported"}, kind="follow_up", at="2026-09-12T00:00:00.000Z")
    over_it = edit("c", {"status": "open"}, "b", kind="follow_up", at="2026-09-13T00:00:00.000Z")
    over_both = edit("d", {"status": "open"}, "b c", kind="follow_up", at="2026-09-10T00:00:00.000Z")
    assert folded(opened, from_nothing, over_it, over_both).flaws == {"b": "step_not_allowed"}


# --- beside a fold of its own -------------------------------------------------------------------------------------

NEXT = {
    ("open", "in_progress"),
    ("open", "reported"),
    ("in_progress", "open"),
    ("in_progress", "reported"),
    ("reported", "in_progress"),
    ("reported", "verified"),
    ("reported", "returned"),
    ("returned", "in_progress"),
    ("returned", "reported"),
    ("verified", "closed"),
    ("verified", "returned"),
    ("closed", "open"),
}
Told = tuple[dict[str, Any], dict[str, set[str]], set[str], set[str]]


def own_fold(edits: list[Edit]) -> Told:
    """The shown values, the hashes of the current ones, the fields in conflict and the flawed edits, by the rules."""
    known = {each.hash: each for each in edits}

    @cache
    def effective(name: str) -> bool:
        each = known[name]
        return each.counts and each.set is not None and not flawed(name)

    def seen(name: str, field: str) -> set[str]:
        """The edits with effect that an edit replaces in a field, through those without."""
        found: set[str] = set()
        for before in known[name].over.get(field, ()):
            found |= {before} if effective(before) else seen(before, field)
        return found

    @cache
    def flawed(name: str) -> bool:
        each = known[name]
        if not each.counts or each.set is None or "status" not in each.set:
            return False
        status = each.set["status"]
        if "status" not in each.over:
            return status not in ("open", "in_progress")
        before = [known[other] for other in seen(name, "status")]
        return bool(before) and not any(_may_follow(other, each) for other in before)

    alive = [each for each in edits if effective(each.hash)]
    gone = {(field, other) for each in alive for field in each.over for other in seen(each.hash, field)}
    live: dict[str, list[Edit]] = {}
    for each in alive:
        for field in each.set or ():
            if (field, each.hash) not in gone:
                live.setdefault(field, []).append(each)
    first = {f: min(each, key=lambda e: (e.at, e.device, e.seq, e.hash)) for f, each in live.items()}
    shown = {f: each.set[f] for f, each in first.items() if each.set and each.set[f] is not None}
    values = {f: [each.set[f] for each in found if each.set] for f, found in live.items()}
    conflicts = {f for f, found in values.items() if any(each != found[0] for each in found)}
    hashes = {f: {each.hash for each in found} for f, found in live.items()}
    return shown, hashes, conflicts, {name for name in known if flawed(name)}


def _may_follow(before: Edit, after: Edit) -> bool:
    assert before.set
    assert after.set
    old, new = before.set["status"], after.set["status"]
    return old == new or ((old, new) in NEXT and not (new == "verified" and before.by == after.by))


STEPS = ["open", "in_progress", "reported", "verified", "closed", "returned"]
ACT = st.tuples(
    st.integers(0, 3),  # who writes
    st.sampled_from(["summary", "withdrawn", "status", "status"]),
    st.integers(0, 2),
    st.sampled_from(STEPS),
    st.sampled_from([True, True, True, False]),  # whether it counts
    st.lists(st.integers(0, 9), max_size=3),  # which of the edits before it saw
)


@given(st.lists(ACT, max_size=9), st.randoms(use_true_random=False))
def test_edits_fold_to_what_the_rules_say(acts: list[tuple[int, str, int, str, bool, list[int]]], random: Any) -> None:
    opening = {"title": "t", "nature": "problem", "due_on": "x", "status": "open", "summary": "0"}
    edits = [edit("e0", opening, kind="follow_up", device="d0")]
    for number, (who, field, value, status, counts, saw) in enumerate(acts, start=1):
        setting = [each.hash for each in edits if field in (each.set or ())]
        over = [setting[each % len(setting)] for each in saw] if setting else []
        fields = {field: status if field == "status" else value or None}
        before = " ".join(dict.fromkeys(over))
        clock = f"2026-09-{10 + (who * 7 + number) % 9}T00:00:00.000Z"
        known: dict[str, Any] = {"device": f"d{who}", "seq": number, "by": f"p{who % 2}", "at": clock, "counts": counts}
        edits.append(edit(f"e{number}", fields, before, kind="follow_up", **known))
    shown, live, conflicts, flawed = own_fold(edits)
    random.shuffle(edits)
    result = fold_record(edits)
    assert result is not None
    assert result.fields == shown
    assert {field: {value.hash for value in values} for field, values in result.live.items()} == live
    assert set(result.conflicts) == conflicts
    assert set(result.flaws) == flawed
