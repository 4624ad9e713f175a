"""What the store does with entries that arrive: once, in their chains, with a receipt, and never thrown away."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.service.store import Store
from sync.ledger import chains, keys
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Pen


def _entries(store: Store) -> int:
    return int(staff.stats(store)["entries"])


def _place(store: Store) -> tuple[int, str]:
    answer, _ = Pen(store, "director").pull()
    return answer.cursor, answer.cursor_hash


def test_a_pushed_chain_gets_one_receipt_at_its_end(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(3)]
    answer, _ = wang.send(*notes)

    (receipt,) = answer.receipts
    assert (receipt.seq, receipt.hash, receipt.verdict) == (3, notes[-1].hash, "accepted")
    assert chains.receipt_holds(receipt, "demo", store.district.public_key)
    assert (answer.kept, answer.have) == ([], [])


def test_the_same_batch_again_changes_nothing_and_gives_the_same_receipt(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(3)]
    first, _ = wang.send(*notes)
    before = _place(store), _entries(store)
    for _ in range(3):
        again, _ = wang.send(*notes)
        assert again.receipts == first.receipts
    assert (_place(store)[0] - before[0][0], _entries(store) - before[1]) == (1, 1)  # the second look's own device


def test_a_batch_in_any_order_and_with_repetitions_is_kept_once(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(8)]
    shuffled = notes + notes[2:5]
    random.Random(7).shuffle(shuffled)
    before = _entries(store)
    answer, _ = wang.send(*shuffled)
    assert _entries(store) - before == 8
    assert (answer.kept, answer.have, answer.receipts[0].seq) == ([], [], 8)


def test_the_same_batch_in_parallel_is_kept_once(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(20)]
    before = _entries(store)
    with ThreadPoolExecutor(8) as pool:
        answers = [answer for answer, _ in pool.map(lambda _: wang.send(*notes), range(16))]
    assert _entries(store) - before == 20
    assert {answer.receipts[0].sig for answer in answers} == {answers[0].receipts[0].sig}


def test_overlapping_batches_join_into_one_chain(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(9)]
    wang.send(*notes[:5])
    answer, _ = wang.send(*notes[3:])
    assert (answer.receipts[0].seq, answer.have, answer.kept) == (9, [], [])


def test_a_missing_predecessor_is_asked_for_and_nothing_beyond_it_is_kept(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(6)]
    wang.send(*notes[:2])
    before = _entries(store)
    answer, _ = wang.send(*notes[3:])
    assert [(have.ledger, have.seq, have.hash) for have in answer.have] == [("u-1", 2, notes[1].hash)]
    assert _entries(store) == before
    answer, _ = wang.send(*notes[2:])
    assert answer.receipts[0].seq == 6


def test_a_gap_in_one_chain_does_not_hold_up_another(wang: Pen) -> None:
    late, other = [wang.write() for _ in range(2)], wang.write("u-2")
    answer, _ = wang.send(late[1], other)
    assert [have.ledger for have in answer.have] == ["u-1"]
    assert [receipt.ledger for receipt in answer.receipts if receipt.seq] == ["u-2"]


def test_entries_before_a_hole_in_the_message_wait_until_a_seal_covers_them(store: Store, wang: Pen) -> None:
    """The seal vouches for what is chained to its entry: past a hole it vouches for nothing."""
    notes = [wang.write() for _ in range(3)]
    before = _entries(store)
    answer, _ = wang.send(notes[0], notes[2])
    assert _entries(store) == before
    assert [(have.ledger, have.seq) for have in answer.have] == [("u-1", 0)]


def test_another_entry_in_a_held_place_is_a_fork_and_kept_aside_with_what_follows_it(store: Store, wang: Pen) -> None:
    wang.send(*[wang.write() for _ in range(3)])
    wang._ends["u-1"] = (1, wang.write("u-1", seq=1, prev="").hash)  # a laptop's file restored from an old copy
    fork = [wang.write(fields=NOTE | {"content": f"again {number}"}) for number in range(4)]
    answer, _ = wang.send(*fork)

    assert [(kept.seq, kept.code) for kept in answer.kept] == [(seq, "fork") for seq in (2, 3, 4, 5)]
    assert answer.have == []
    assert staff.stats(store)["quarantine"] == 4


def test_a_fork_right_after_the_chain_s_end_asks_for_nothing(wang: Pen) -> None:
    wang.send(wang.write())
    answer, _ = wang.send(wang.write(prev="sha256:" + "0" * 64))
    assert [kept.code for kept in answer.kept] == ["fork"]
    assert answer.have == []


def test_an_entry_that_may_not_be_is_kept_apart_in_its_place(store: Store, wang: Pen) -> None:
    good, bad, after = wang.write(), wang.write(fields=NOTE | {"mode": "telepathy"}), wang.write()
    answer, _ = wang.send(good, bad, after)

    (kept,) = answer.kept
    assert (kept.seq, kept.hash, kept.code) == (2, bad.hash, "invalid_fields")
    assert "mode" in kept.message
    apart = [receipt for receipt in answer.receipts if receipt.verdict == "apart"]
    assert [(each.seq, each.hash, each.code, each.number) for each in apart] == [
        (2, bad.hash, "invalid_fields", kept.number)
    ]
    assert chains.receipt_holds(apart[0], "demo", store.district.public_key)
    assert [each.seq for each in answer.receipts if each.verdict == "accepted"] == [3]


def test_after_a_lost_answer_the_verdicts_are_told_again(wang: Pen) -> None:
    notes = [wang.write(), wang.write(fields=NOTE | {"mode": "telepathy"}), wang.write()]
    first, _ = wang.send(*notes)
    again, _ = wang.send(*notes[:1])  # a smaller part: the receipt at the end covers the rest as well
    for answer in (first, again):
        assert [(kept.seq, kept.code, kept.message) for kept in answer.kept] == [
            (2, "invalid_fields", first.kept[0].message)
        ]
        proved = {(each.seq, each.verdict) for each in answer.receipts}
        assert proved - {(1, "accepted")} == {(2, "apart"), (3, "accepted")}  # (1: the end of the part, for a copy)
        assert {each.sig for each in answer.receipts} >= {each.sig for each in first.receipts}


def test_entries_without_a_seal_that_holds_are_kept_apart(wang: Pen, store: Store) -> None:
    for is_sealed in (False, True):
        notes = [wang.write(), wang.write()]
        given = wang.seals(notes, keys.new_private_key()) if is_sealed else []
        answer, _ = wang.send(*notes, seals=given)
        assert [kept.code for kept in answer.kept] == ["bad_seal", "bad_seal"]
    note = wang.write()
    answer, _ = wang.send(note)
    assert answer.kept == []
    (seal,) = [each for each in Pen(store, "director").pull()[0].seals if each.device == wang.device]
    assert (seal.seq, seal.hash) == (5, note.hash)


def test_entries_already_held_are_not_judged_again_by_a_bad_seal(wang: Pen) -> None:
    notes = [wang.write(), wang.write()]
    first, _ = wang.send(*notes)
    again, _ = wang.send(*notes, seals=[])
    assert (again.kept, again.receipts) == ([], first.receipts)


def test_nobody_adds_to_another_device_s_chain(store: Store, wang: Pen) -> None:
    zhao = Pen(store, "zhao")
    theirs = zhao.write("u-3")
    answer, _ = wang.send(theirs)
    assert [(kept.code, kept.hash) for kept in answer.kept] == [("foreign_device", theirs.hash)]
    assert answer.receipts == []
    answer, _ = zhao.send(theirs)
    assert (answer.kept, answer.receipts[0].seq) == ([], 1)


def test_another_device_s_entry_that_the_store_holds_is_no_fault(store: Store, wang: Pen) -> None:
    zhao = Pen(store, "zhao")
    theirs = zhao.write("u-3")
    zhao.send(theirs)
    answer, _ = wang.send(theirs)
    assert answer.kept == []


def test_a_line_that_cannot_be_read_is_kept_aside_and_the_rest_goes_on(store: Store, wang: Pen) -> None:
    answer, _ = wang.send(wang.write(), lines=[b"\xff\xfe", b"{}\t{}"])
    assert [(kept.code, kept.hash) for kept in answer.kept] == [
        ("malformed", chains.digest(b"\xff\xfe")),
        ("malformed", chains.digest(b"{}\t{}")),
    ]
    assert answer.receipts[0].seq == 1
    assert staff.stats(store)["quarantine"] == 2


def test_one_damaged_content_does_not_wedge_the_chain_behind_it(store: Store, wang: Pen) -> None:
    notes = [wang.write() for _ in range(3)]
    lines = [codec.line(note) for note in notes]
    damaged = lines[1].replace("白天".encode(), "黑天".encode())
    answer, _ = wang.send(seals=wang.seals(notes), lines=[lines[0], damaged, lines[2]])

    assert [(kept.seq, kept.hash, kept.code) for kept in answer.kept] == [(2, notes[1].hash, "malformed")]
    assert (answer.have, max(each.seq for each in answer.receipts)) == ([], 3)
    assert staff.stats(store)["quarantine"] == 1  # the damaged bytes themselves


def test_staff_entries_of_a_message_are_judged_before_the_rest(store: Store, director: Pen) -> None:
    """Rights are those at the moment of arrival, and `staff` arrives first."""
    note = director.write("u-1", {**NOTE})
    leaving = director.write("staff", {"left": True}, "person", record="director", over={"left": []}, why="x")
    answer, _ = director.send(note, leaving)
    assert [kept.code for kept in answer.kept if kept.ledger == "staff"] in ([], ["malformed"])
    numbers = {receipt.ledger: receipt.number for receipt in answer.receipts}
    assert numbers["staff"] < numbers["u-1"]


def test_an_assignment_holds_for_the_entries_sent_with_it(store: Store) -> None:
    """What the office writes into `staff` counts at once, also for others that push just after."""
    director, zhao = Pen(store, "director"), Pen(store, "zhao")
    answer, _ = zhao.send(zhao.write("u-1"))
    assert [kept.code for kept in answer.kept] == ["out_of_scope"]
    old = store.engine.read(lambda session: staff.current(session, "demo", [("staff", "a.u-1")])["staff", "a.u-1"])
    assert old is not None
    over = {"group": [value.hash for value in old.live["group"]]}
    moved = director.write("staff", {"group": "g-2"}, "assignment", record="a.u-1", over=over, why="moved")
    assert director.send(moved)[0].kept == []
    answer, _ = zhao.send(zhao.write("u-1"))
    assert answer.kept == []


def test_numbers_have_no_gap_and_the_running_hash_follows_them(store: Store, wang: Pen) -> None:
    before, _ = _place(store)
    wang.send(*[wang.write() for _ in range(5)])
    after, _ = _place(store)
    assert after - before == 5 + 1  # and the one device that looked
    arrived = Pen(store, "director").pull_all()
    numbers = [each.number for each in arrived]
    assert numbers == sorted(set(numbers))


def test_a_message_may_carry_hostile_numbers(wang: Pen) -> None:
    wang.pull(cursor=2**80, positions={"u-1": 2**80, "u-2": -5})
    answer, _ = wang.send(wang.write(seq=2**70))
    assert (answer.receipts, [kept.code for kept in answer.kept]) == ([], ["malformed"])
    answer, _ = wang.send(wang.write(device="d-OTHER", seq=2**70))
    assert [kept.code for kept in answer.kept] == ["malformed"]


@pytest.mark.parametrize("person", ["guest", "guest-1"])
def test_a_viewer_writes_nothing(store: Store, person: str) -> None:
    viewer = Pen(store, person)
    answer, _ = viewer.send(viewer.write())
    assert [kept.code for kept in answer.kept] == ["out_of_scope"]


def test_kinds_and_fields_of_a_later_version_are_kept_and_passed_on(store: Store, wang: Pen, director: Pen) -> None:
    unknown = wang.write(fields={"depth": 3}, kind="well_probe")
    extended = wang.write(fields=NOTE | {"mood": "calm"})
    answer, _ = wang.send(unknown, extended)
    assert answer.kept == []
    assert {unknown.hash, extended.hash} <= {each.entry.hash for each in director.pull_all()}


def test_the_answer_to_a_push_says_nothing_of_scope_when_no_entries_are_wanted(wang: Pen) -> None:
    """A laptop stores a new scope together with the entries it must fetch for it."""
    answer, arrived = wang.send(wang.write(), want=0)
    assert (answer.scope, arrived) == (None, [])


def test_receipts_survive_a_change_of_anything_else_in_the_chain(wang: Pen) -> None:
    first, _ = wang.send(wang.write())
    changed = msgspec.structs.replace(first.receipts[0], number=first.receipts[0].number + 1)
    assert not chains.receipt_holds(changed, "demo", wang.joined.store_key)
