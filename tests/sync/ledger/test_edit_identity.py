"""One edit, however many entries it stands in: the root is its name, and any choice of its twins shows the same."""

from __future__ import annotations

from itertools import chain, combinations, count
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.reports.entries import as_csv
from sync.ledger import chains
from sync.ledger.chains import AGAIN, Entry
from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.fold import fold_record, in_causal_order
from sync.replica import Replica, query
from sync.replica.editing import reviews
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.apply import Incoming, apply
from sync.replica.projection.tables import edit_from
from sync.replica.queries.quarantined import edits_apart
from tests.sync.laptops import give_unit, hand_over, new_laptop


def _entry(device: str, seq: int, fields: dict[str, object], over: dict[str, list[str]] | None = None) -> Entry:
    return chains.compose(
        ledger="u-1",
        device=device,
        seq=seq,
        prev="",
        kind="liaison_note",
        record="r-1",
        fields=fields,
        by="wang",
        at=f"2026-09-18T08:00:0{seq}.000Z",
        over=over,
    )


def _edit(entry: Entry, *, code: str = "", number: int = 0) -> Edit:
    return edit_from(entry.head, entry.hash, entry.raw_body, code=code, number=number)


def _again(entry: Entry, device: str, seq: int = 1) -> Entry:
    return chains.write_again(entry, device=device, seq=seq, prev="")


def _as_an_older_program(entry: Entry, device: str) -> Entry:
    """Written again with the name of its predecessor, not of its root."""
    head = msgspec.structs.replace(entry.head, device=device, seq=1, prev="", was=entry.hash)
    raw_head = msgspec.json.encode(head, order="sorted")
    return Entry(hash=chains.digest(raw_head), head=head, raw_head=raw_head, raw_body=entry.raw_body)


FIRST = _entry("d-1", 1, {"content": "as it was"})
TWINS = [FIRST, _again(FIRST, "d-2"), _again(_again(FIRST, "d-2"), AGAIN + "x"), _again(FIRST, AGAIN + "y")]
LATER = _entry("d-3", 2, {"content": "corrected"}, {"content": [FIRST.hash]})
CHOICES: list[tuple[Entry, ...]] = list(
    chain.from_iterable(combinations(TWINS, count) for count in range(1, len(TWINS) + 1))
)
# Whoever writes names the first entry; an older program names one that it holds.
NAMED = [(held, named) for held in CHOICES for named in (FIRST, *(twin for twin in held if twin is not FIRST))]


def test_an_entry_written_again_and_again_names_the_first_one_it_was() -> None:
    assert [twin.head.was for twin in TWINS] == ["", FIRST.hash, FIRST.hash, FIRST.hash]


@pytest.mark.parametrize("held", CHOICES)
def test_any_of_its_twins_are_one_edit_by_the_name_of_the_first(held: tuple[Entry, ...]) -> None:
    (edit,) = edits_of(map(_edit, held))
    assert (edit.hash, edit.set, edit.counts) == (FIRST.hash, {"content": "as it was"}, True)
    folded = fold_record([*map(_edit, held), _edit(LATER)])
    assert folded is not None
    assert (folded.fields, folded.conflicts) == ({"content": "corrected"}, {})
    assert [each.hash for each in in_causal_order([*map(_edit, held), _edit(LATER)])] == [FIRST.hash, LATER.hash]


@pytest.mark.parametrize(("held", "named"), NAMED)
def test_whoever_names_any_twin_here_replaces_the_edit(held: tuple[Entry, ...], named: Entry) -> None:
    over = _entry("d-4", 3, {"content": "seen otherwise"}, {"content": [named.hash]})
    folded = fold_record([*map(_edit, held), _edit(over)])
    assert folded is not None
    assert (folded.fields, folded.conflicts) == ({"content": "seen otherwise"}, {})


def test_a_correction_names_the_first_entry_of_what_it_replaces() -> None:
    folded = fold_record([_edit(TWINS[1])])
    assert folded is not None
    assert [value.hash for value in folded.live["content"]] == [FIRST.hash]


def test_an_edit_has_effect_if_any_of_its_entries_has_and_its_content_if_any_has_that() -> None:
    apart, bare = _edit(TWINS[1], code="out_of_scope"), edit_from(FIRST.head, FIRST.hash, None, code="")
    (alone,) = edits_of([apart, bare])
    assert (alone.counts, alone.set) == (False, {"content": "as it was"})
    (with_one,) = edits_of([apart, bare, _edit(TWINS[3])])
    assert (with_one.counts, with_one.set) == (True, {"content": "as it was"})


def test_every_laptop_shows_the_place_that_the_store_wrote_again_whatever_else_it_holds() -> None:
    last = _edit(TWINS[3], number=9)
    for others in (TWINS[:1], TWINS[:2], TWINS[:3], []):
        (edit,) = edits_of([*map(_edit, others), last])
        assert (edit.device, edit.seq) == (AGAIN + "y", 1)


def test_what_an_older_program_wrote_again_twice_is_one_edit_also_where_the_middle_is_missing() -> None:
    middle = _as_an_older_program(FIRST, "d-2")
    last = _as_an_older_program(middle, "d-3")
    assert last.head.was == middle.hash
    for held in ([FIRST, last], [FIRST, middle, last]):
        (edit,) = edits_of(map(_edit, held))
        assert edit.hash == FIRST.hash
    (edit,) = edits_of([_edit(last)])
    assert edit.hash == middle.hash, "the earliest that anything here names"


def test_the_same_words_written_twice_by_hand_are_two_edits_because_nothing_says_otherwise() -> None:
    again_by_hand = _entry("d-2", 1, {"content": "as it was"})
    assert len(edits_of([_edit(FIRST), _edit(again_by_hand), _edit(TWINS[3])])) == 2


def test_another_body_that_claims_to_be_an_edit_is_an_edit_of_its_own() -> None:
    claim = chains.compose(
        **{name: getattr(FIRST.head, name) for name in ("ledger", "kind", "record", "prev")},
        device="d-9",
        seq=1,
        fields={"content": "something else"},
        by="li",
        at="2026-09-18T08:00:00.000Z",
        was=FIRST.hash,
    )
    for others in (TWINS, TWINS[1:]):
        edits = edits_of([_edit(claim), *map(_edit, others)])
        assert len({edit.hash for edit in edits}) == len(edits) == 2
        assert {str((edit.set or {})["content"]) for edit in edits} == {"as it was", "something else"}
    folded = fold_record([_edit(claim), _edit(FIRST)])
    assert folded is not None
    assert len(folded.conflicts["content"]) == 2, "neither replaces the other unseen"


def test_a_copy_of_its_body_that_is_kept_apart_does_not_rename_an_edit() -> None:
    smaller = next(each for number in count(10) if (each := _entry_of(FIRST, f"d-{number}")).hash < FIRST.hash)
    copies = [smaller, *(_entry_of(FIRST, f"d-{number}") for number in range(2, 10))]
    (edit,) = edits_of([_edit(FIRST), _edit(TWINS[3]), *(_edit(each, code="wrong_author") for each in copies)])
    assert (edit.hash, edit.counts) == (FIRST.hash, True)


def _entry_of(entry: Entry, device: str) -> Entry:
    """The same body as an entry of another device, which does not say what it was."""
    head = msgspec.structs.replace(entry.head, device=device)
    raw_head = msgspec.json.encode(head, order="sorted")
    return Entry(hash=chains.digest(raw_head), head=head, raw_head=raw_head, raw_body=entry.raw_body)


# --- laptops ---------------------------------------------------------------------------------------------------------


def _laptop(path: Path, *entries: Entry, code: str = "") -> Replica:
    """An office laptop that holds these entries of a unit."""
    laptop = new_laptop(path, "office", "office", device=f"d-{path.stem}")
    give_unit(laptop)
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=each, number=at, code=code) for at, each in enumerate(entries, start=2)])
    return laptop


def test_laptops_with_other_twins_list_one_version_and_know_what_was_reviewed(tmp_path: Path) -> None:
    laptops = [
        _laptop(tmp_path / "one.db", FIRST, TWINS[3]),
        _laptop(tmp_path / "other.db", TWINS[3]),
        _laptop(tmp_path / "third.db", *TWINS[:2], TWINS[3]),
    ]
    reviewed = reviews.review(laptops[0], "r-1", reviews.RETURNED, "补充出席人数")
    seen = []
    for laptop in laptops:
        if laptop is not laptops[0]:
            hand_over(laptops[0], laptop)
        found = query.record(laptop, "r-1")
        assert found is not None
        seen.append([(each.hash, each.device, each.seq, each.set) for each in found.versions])
        (review,) = reviews.of_record(laptop, "u-1", "r-1")
        assert (review.record, review.version) == (reviewed.record, FIRST.hash)
        assert found.versions[-1].is_called(review.version)
        assert reviews.to_review(laptop) == [], "it waits for its author, who has not corrected it"
    assert seen == [[(FIRST.hash, AGAIN + "y", 1, {"content": "as it was"})]] * 3


def test_what_is_apart_in_two_places_waits_for_the_office_once_and_not_where_it_stands_in_a_third(
    tmp_path: Path,
) -> None:
    laptop = _laptop(tmp_path / "one.db", FIRST, TWINS[1], code="out_of_scope")
    assert [edit.hash for edit, _ in edits_apart(laptop)] == [FIRST.hash]
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=TWINS[3], number=9)])
    assert list(edits_apart(laptop)) == []
    (row,) = query.history(laptop, "u-1", "liaison_note").rows(0, 9)
    assert (row.state, row.apart) == ("delivered", False)
    lines = b"".join(as_csv(laptop)).decode("utf-8-sig").splitlines()
    assert [line.split(",")[3:7] for line in lines if ",r-1," in line] == [
        [FIRST.hash, "liaison_note", "r-1", "accepted"]
    ]


def test_a_file_in_which_an_older_program_folded_twins_apart_is_folded_anew(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    with _laptop(path, FIRST, TWINS[3], LATER) as laptop:
        laptop.connection.execute("UPDATE record SET conflicts = 1 WHERE record = 'r-1'")
        laptop.connection.execute("INSERT INTO conflict SELECT id, 'content' FROM record WHERE record = 'r-1'")
        assert differing(laptop)
        laptop.connection.execute("DELETE FROM _sqlite_migrations WHERE name >= '0010'")
        laptop.connection.execute("PRAGMA user_version = 9")
    with Replica.open(path) as laptop:
        assert differing(laptop) == []
        assert query.conflicts(laptop) == []
