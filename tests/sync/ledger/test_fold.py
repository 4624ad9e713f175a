"""Folding: the set of entries and verdicts decides, never their order, never a clock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, fold_record, in_causal_order


class Author:
    """Writes edits of one record the way a laptop does: over what it sees."""

    def __init__(self, device: str, person: str = "", clock: str = "2026-09-18T08:00:00.000Z") -> None:
        self.device, self.person, self.clock = device, person or device, clock
        self.seen: list[Edit] = []
        self.seq = 0

    def writes(self, fields: dict[str, Any], *, kind: str = "inspection", why: str = "", was: str = "") -> Edit:
        folded = fold_record(self.seen)
        live = folded.live if folded else {}
        self.seq += 1
        edit = Edit(
            ledger="u",
            device=self.device,
            seq=self.seq,
            hash=f"{self.device}-{self.seq}",
            kind=kind,
            record="r",
            at=self.clock,
            by=self.person,
            why=why,
            was=was,
            over={name: [value.hash for value in live[name]] for name in fields if name in live},
            set=fields,
        )
        self.seen.append(edit)
        return edit

    def receives(self, *edits: Edit) -> Author:
        self.seen += [edit for edit in edits if edit not in self.seen]
        return self


def folded(*edits: Edit) -> Folded:
    result = fold_record(edits)
    assert result is not None
    return result


def apart(edit: Edit) -> Edit:
    return Edit(**{name: getattr(edit, name) for name in Edit.__struct_fields__} | {"counts": False})


def stub(edit: Edit) -> Edit:
    return Edit(**{name: getattr(edit, name) for name in Edit.__struct_fields__} | {"set": None, "at": "", "by": ""})


def test_a_later_edit_replaces_what_it_saw() -> None:
    a = Author("a")
    first, second = a.writes({"summary": "1"}), a.writes({"summary": "2"}, why="x")
    assert folded(second, first).fields == {"summary": "2"}
    assert folded(second, first).conflicts == {}


def test_edits_that_did_not_see_each_other_conflict_and_both_are_kept() -> None:
    a, b = Author("a"), Author("b")
    base = a.writes({"summary": "0", "visited_on": "2026-09-18"})
    b.receives(base)
    mine, theirs = a.writes({"summary": "1"}), b.writes({"summary": "2"})
    result = folded(base, mine, theirs)
    assert [value.value for value in result.conflicts["summary"]] == ["1", "2"]
    assert result.base["summary"].value == "0"
    assert result.fields["visited_on"] == "2026-09-18"


def test_the_same_value_twice_is_no_conflict() -> None:
    a, b = Author("a"), Author("b")
    base = a.writes({"summary": "0"})
    b.receives(base)
    assert folded(base, a.writes({"summary": "1"}), b.writes({"summary": "1"})).conflicts == {}


def test_two_fields_of_one_record_never_conflict() -> None:
    a, b = Author("a"), Author("b")
    base = a.writes({"answer.x": {"verdict": "met"}, "answer.y": {"verdict": "met"}})
    b.receives(base)
    result = folded(base, a.writes({"answer.x": {"verdict": "na"}}), b.writes({"answer.y": {"verdict": "na"}}))
    assert result.conflicts == {}
    assert {value["verdict"] for value in result.fields.values()} == {"na"}


def test_naming_both_sides_settles_and_settling_twice_differently_is_a_conflict_again() -> None:
    a, b = Author("a"), Author("b")
    base = a.writes({"summary": "0"})
    b.receives(base)
    both = [a.writes({"summary": "1"}), b.writes({"summary": "2"})]
    a.receives(*both)
    b.receives(*both)
    settled = a.writes({"summary": "1"})
    assert folded(base, *both, settled).conflicts == {}
    otherwise = b.writes({"summary": "3"})
    assert {v.value for v in folded(base, *both, settled, otherwise).conflicts["summary"]} == {"1", "3"}


def test_null_clears_a_field() -> None:
    a = Author("a")
    edits = [a.writes({"summary": "1", "good_practice": "x"}), a.writes({"good_practice": None})]
    assert folded(*edits).fields == {"summary": "1"}


def test_an_entry_kept_apart_has_no_value_but_counts_as_a_step_on_the_way() -> None:
    a = Author("a")
    first, second, third = a.writes({"summary": "1"}), a.writes({"summary": "2"}), a.writes({"summary": "3"})
    assert folded(first, apart(second)).fields == {"summary": "1"}
    assert folded(first, apart(second), third).fields == {"summary": "3"}
    assert folded(first, stub(second), third).conflicts == {}


def test_an_entry_written_again_after_a_fork_counts_as_the_one_it_was() -> None:
    a, b = Author("a"), Author("b")
    base = a.writes({"summary": "0"})
    old = a.writes({"summary": "1"})
    b.receives(base, old)
    over_old = b.writes({"summary": "2"})
    again = Author("a2").receives(base).writes({"summary": "1"}, was=old.hash)
    assert folded(base, again, over_old).fields == {"summary": "2"}
    assert folded(base, again, over_old).conflicts == {}


@pytest.mark.parametrize(
    ("steps", "status", "flaws"),
    [
        ([("a", "reported"), ("b", "verified"), ("b", "closed")], "closed", []),
        ([("a", "reported"), ("a", "verified")], "reported", ["verified_by_reporter"]),
        ([("a", "closed")], "open", ["step_not_allowed"]),
        ([("a", "reported"), ("b", "returned"), ("a", "in_progress")], "in_progress", []),
        ([("a", "reported"), ("a", "verified"), ("b", "verified")], "verified", ["verified_by_reporter"]),
    ],
)
def test_a_step_that_breaks_a_rule_is_kept_and_has_no_effect(
    steps: list[tuple[str, str]], status: str, flaws: list[str]
) -> None:
    authors = {name: Author(name) for name in "ab"}
    edits = [
        authors["a"].writes({"status": "open", "title": "t", "nature": "problem", "due_on": "x"}, kind="follow_up")
    ]
    for name, to in steps:
        authors[name].receives(*edits)
        edits.append(authors[name].writes({"status": to}, kind="follow_up"))
    result = folded(*reversed(edits))
    assert result.fields["status"] == status
    assert sorted(result.flaws.values()) == flaws


def test_a_lying_clock_does_not_change_cause_and_effect() -> None:
    a, b = Author("a", clock="2099-01-01T00:00:00.000Z"), Author("b", clock="1970-01-01T00:00:00.000Z")
    first = a.writes({"summary": "1"})
    b.receives(first)
    second = b.writes({"summary": "2"})
    assert folded(first, second).fields == {"summary": "2"}
    assert in_causal_order([second, first]) == [first, second]


FIELDS = st.sampled_from(["summary", "good_practice", "answer.x", "withdrawn"])
STATUS = st.sampled_from(["open", "in_progress", "reported", "verified", "closed", "returned"])
ACTION = st.tuples(st.integers(0, 2), st.sampled_from(["write", "step", "meet"]), FIELDS, st.integers(0, 3), STATUS)


def _played(actions: list[tuple[int, str, str, int, str]]) -> list[Edit]:
    """Three laptops write one record and meet now and then; every entry there is."""
    authors = [Author(f"d{n}", f"p{n % 2}", f"20{n * 30:02}-01-01T00:00:00.000Z") for n in range(3)]
    edits = [authors[0].writes({"title": "t", "nature": "problem", "due_on": "x", "status": "open"}, kind="follow_up")]
    for who, what, field, value, status in actions:
        author = authors[who]
        if what == "meet":
            author.receives(*edits)
        else:
            fields: dict[str, Any] = {"status": status} if what == "step" else {field: value or None}
            edits.append(author.writes(fields, kind="follow_up"))
    return edits


@given(st.lists(ACTION, max_size=14), st.data())
def test_any_order_and_any_repetition_folds_to_the_same_record(
    actions: list[tuple[int, str, str, int, str]], data: st.DataObject
) -> None:
    edits = [apart(edit) if data.draw(st.integers(0, 9)) == 0 else edit for edit in _played(actions)]
    shuffled = data.draw(st.permutations(edits))
    repeated = shuffled + data.draw(st.lists(st.sampled_from(edits), max_size=4))
    expected = fold_record(edits)
    assert fold_record(repeated) == expected
    assert expected is not None or not edits[0].counts  # the opening, where it counts, is never lost


@given(st.lists(ACTION, max_size=14), st.randoms())
def test_causal_order_never_puts_an_effect_before_its_cause(
    actions: list[tuple[int, str, str, int, str]], random: Any
) -> None:
    edits = _played(actions)
    random.shuffle(edits)
    placed: set[str] = set()
    for edit in in_causal_order(edits):
        assert not [hash_ for hashes in edit.over.values() for hash_ in hashes if hash_ not in placed]
        placed.add(edit.hash)
    assert placed == {edit.hash for edit in edits}
