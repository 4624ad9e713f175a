"""What a laptop is given: all that is in its scope, once, in order, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.log import pull
from sync.central.service.store import Store
from sync.ledger import chains as ledger
from sync.ledger.chains import Entry
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Pen


def _ledgers(arrived: Iterable[codec.Arrived]) -> set[str]:
    return {each.entry.head.ledger for each in arrived}


@pytest.mark.parametrize(
    ("person", "ledgers"),
    [
        ("wang", {"u-1", "u-2"}),
        ("zhao", {"u-3"}),
        ("chen", {"u-3"}),
        ("guest-1", {"u-1", "u-2"}),
        ("guest", {"u-1", "u-2", "u-3"}),
        ("director", {"u-1", "u-2", "u-3", "staff"}),
    ],
)
def test_each_role_is_given_its_ledgers(store: Store, person: str, ledgers: set[str]) -> None:
    assert _ledgers(Pen(store, person).pull_all()) == ledgers | {
        "district"
    }  # what the district says of itself is everybody's


def test_everybody_is_given_the_district_s_ledger(store: Store, wang: Pen, director: Pen) -> None:
    fields = {"title": {"zh": "活动"}, "batch": "2", "starts_on": "2026-09-01"}
    director.send(director.write("district", fields, "campaign"))
    for pen in (wang, Pen(store, "chen"), Pen(store, "guest-1")):
        assert "district" in _ledgers(pen.pull_all())


def test_the_scope_is_signed_and_sent_only_when_it_changed(store: Store, wang: Pen) -> None:
    answer, _ = wang.pull()
    assert answer.scope is not None
    assert codec.scope_holds(answer.scope, "demo", wang.joined.store_key)
    assert (answer.scope.units, answer.scope.group) == (["u-1", "u-2"], "g-1")
    assert wang.pull()[0].scope is None
    staff.assign(store, ["u-2"], "g-2", None)
    answer, _ = wang.pull()
    assert answer.scope is not None
    assert answer.scope.units == ["u-1"]


def test_a_scope_names_those_who_work_in_it_and_the_office(store: Store) -> None:
    scope = Pen(store, "chen").pull()[0].scope
    assert scope is not None
    assert scope.people == {each: f"name of {each}" for each in ("chen", "zhao", "director")}
    assert scope.groups == {"g-2": "group g-2"}
    assert (scope.liaisons, scope.unit_groups) == ({"u-3": "chen"}, {"u-3": "g-2"})


def test_pages_are_bounded_and_meet_without_gap_or_repetition(store: Store, wang: Pen, director: Pen) -> None:
    sent = [wang.write(("u-1", "u-2")[number % 2]) for number in range(40)]
    wang.send(*sent)
    arrived = director.pull_all(want=2_000)
    notes = [each.entry.hash for each in arrived if each.entry.head.kind == "liaison_note"]
    assert notes == [entry.hash for entry in sent] or sorted(notes) == sorted(entry.hash for entry in sent)
    assert len(notes) == len(set(notes)) == 40
    assert [each.number for each in arrived] == sorted(each.number for each in arrived)


def test_a_page_carries_at_least_one_entry_however_little_is_wanted(store: Store, wang: Pen) -> None:
    answer, page = wang.pull(want=1)
    assert (len(page), answer.more) == (1, True)


def test_the_cursor_never_passes_an_entry_it_did_not_bring_and_passes_what_is_not_ours(store: Store) -> None:
    wang, zhao = Pen(store, "wang"), Pen(store, "zhao")
    zhao.pull_all()
    wang.send(*[wang.write() for _ in range(5)])
    answer, page = zhao.pull()
    assert (page, answer.more) == ([], False)
    newest = answer.cursor
    zhao.send(zhao.write("u-3"))
    answer, page = zhao.pull()
    assert (page, answer.cursor) == ([], newest + 1)  # its own entry is passed over


def test_what_is_new_in_a_few_ledgers_is_found_by_their_chains_as_by_the_log(
    store: Store, wang: Pen, director: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhao, reader = Pen(store, "zhao"), Pen(store, "guest-1")
    for turn in range(12):
        pen, unit = [(wang, "u-1"), (director, "u-2"), (zhao, "u-3"), (director, "u-1"), (wang, "u-2")][turn % 5]
        wrong: dict[str, Any] = {"by": "somebody else"} if turn == 5 else {}
        pen.send(*[pen.write(unit, **wrong) for _ in range(1 + turn % 3)])

    def pages(far: int) -> list[tuple[list[codec.Arrived], int, bool]]:
        monkeypatch.setattr(pull, "FAR", far)
        found = []
        for cursor, running in places:
            for want in (1, 1_500, codec.BATCH_BYTES):
                answer, page = reader.pull(want, cursor=cursor, cursor_hash=running, log=log)
                found.append((page, answer.cursor, answer.more))
        return found

    reader.pull_all()
    log, newest = reader.place.log, reader.place.cursor
    rows = store.engine.read(lambda session: session.rows("SELECT number, running FROM entry ORDER BY number"))
    places = [(number, running) for number, running in rows if number < newest]
    assert len(places) > 20
    assert pages(far=-1) == pages(far=10**9)


def test_a_cursor_of_another_log_reads_everything_again(store: Store, wang: Pen) -> None:
    everything = {each.entry.hash for each in wang.pull_all()}
    for wrong in ({"log": "log-other"}, {"cursor_hash": "0" * 64}, {"cursor": 10**9}, {"cursor": -1}):
        answer, page = wang.pull(**wrong)
        assert {each.entry.hash for each in page} == everything
        assert answer.cursor_hash


def test_positions_of_another_log_are_forgotten(store: Store, wang: Pen) -> None:
    everything = {each.entry.hash for each in wang.pull_all()}
    answer, page = wang.pull(log="log-other", positions={"u-1": 10**6})
    assert {each.entry.hash for each in page} == everything
    assert answer.positions == {}


def test_a_ledger_with_a_position_is_brought_from_its_start(store: Store, wang: Pen) -> None:
    zhao = Pen(store, "zhao")
    zhao.pull_all()
    sent = [wang.write() for _ in range(30)]
    wang.send(*sent)
    zhao.pull_all()
    staff.assign(store, ["u-1"], "g-2", None)

    answer, _ = zhao.pull()
    assert answer.scope is not None
    zhao.place.positions = {"u-1": 0}
    arrived = zhao.pull_all(want=3_000)
    assert [each.entry.hash for each in arrived if each.entry.head.device == wang.device] == [
        entry.hash for entry in sent
    ]
    assert zhao.place.positions == {}
    assert zhao.pull()[1] == []


def test_a_ledger_with_a_position_brings_one_s_own_entries_as_well(store: Store, wang: Pen) -> None:
    sent = [wang.write() for _ in range(3)]
    wang.send(*sent)
    assert all(each.entry.head.device != wang.device for each in wang.pull_all())
    wang.place.positions = {"u-1": 0}
    assert {entry.hash for entry in sent} <= {each.entry.hash for each in wang.pull_all()}


def test_entries_that_come_while_a_ledger_catches_up_are_not_lost(store: Store, wang: Pen) -> None:
    zhao = Pen(store, "zhao")
    zhao.pull_all()
    first = [wang.write() for _ in range(20)]
    wang.send(*first)
    staff.assign(store, ["u-1"], "g-2", None)
    staff.add_person(store, "mei", "group", "g-2", "mei")
    mei = Pen(store, "mei")
    zhao.pull()
    zhao.place.positions = {"u-1": 0}
    arrived: list[codec.Arrived] = []
    later: list[Entry] = []
    for _ in range(60):
        answer, page = zhao.pull(want=2_000)
        arrived += page
        if len(later) < 8:
            later.append(mei.write())
            mei.send(later[-1])
        elif not answer.more:
            break
    seen = {each.entry.hash for each in arrived}
    assert {entry.hash for entry in (*first, *later)} <= seen


def test_a_position_outside_the_scope_brings_nothing(store: Store, wang: Pen) -> None:
    zhao = Pen(store, "zhao")
    wang.send(wang.write())
    answer, page = zhao.pull(positions={"u-1": 0, "staff": 0})
    assert _ledgers(page) == {"district", "u-3"}
    assert answer.positions == {}


def test_an_entry_kept_apart_is_shown_as_a_stub_with_its_reason(store: Store, wang: Pen) -> None:
    bad = wang.write(fields=NOTE | {"mode": "telepathy"})
    after = wang.write()
    wang.send(bad, after)
    arrived = {each.entry.hash: each for each in Pen(store, "guest-1").pull_all()}
    assert (arrived[bad.hash].code, arrived[bad.hash].entry.raw_body) == ("invalid_fields", None)
    assert (arrived[after.hash].code, arrived[after.hash].entry.raw_body) == ("", after.raw_body)


def test_a_page_brings_the_seals_and_certificates_of_its_chains(store: Store, wang: Pen, director: Pen) -> None:
    wang.send(wang.write(), wang.write("u-2"))
    answer, page = director.pull()
    certificates = {each.device: each for each in answer.certificates}
    assert set(certificates) == {each.entry.head.device for each in page}
    chains = {(each.entry.head.ledger, each.entry.head.device) for each in page}
    assert {(seal.ledger, seal.device) for seal in answer.seals} == chains
    for seal in answer.seals:
        certificate = certificates[seal.device]
        assert ledger.certificate_holds(certificate, "demo", director.joined.store_key)
        assert ledger.seal_holds(seal, "demo", certificate.key)


def test_a_seal_comes_with_the_entry_it_names(wang: Pen, director: Pen) -> None:
    """A laptop that stops half-way must not hold a seal for an entry that it has not got."""
    director.pull_all()
    wang.send(*[wang.write() for _ in range(20)])
    held: set[tuple[str, int]] = set()
    while True:
        answer, page = director.pull(want=2_000)
        held |= {(each.entry.head.device, each.entry.head.seq) for each in page}
        assert all((seal.device, seal.seq) in held for seal in answer.seals)
        if not answer.more:
            break
    assert answer.seals


def test_no_reader_misses_an_entry_while_many_write(store: Store) -> None:
    writers = [Pen(store, person) for person in ("wang", "wang", "director", "director", "zhao", "chen")]
    reader = Pen(store, "director")
    reader.pull_all()
    sent: list[str] = []

    def write(pen: Pen) -> None:
        unit = "u-3" if pen.person in ("zhao", "chen") else "u-1"
        for _ in range(15):
            entry = pen.write(unit)
            pen.send(entry)
            sent.append(entry.hash)

    threads = [threading.Thread(target=write, args=(pen,)) for pen in writers]
    seen: list[str] = []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen += [each.entry.hash for each in reader.pull()[1]]
    for thread in threads:
        thread.join()
    seen += [each.entry.hash for each in reader.pull_all()]
    assert sorted(seen) == sorted(sent)
    assert len(sent) == 90


# --- the edges of a page ---------------------------------------------------------------------------------------------


def _sizes(pen: Pen) -> list[int]:
    """What each entry that a laptop is given takes of a page."""
    return [len(each.entry.raw_head) + len(each.entry.raw_body or b"") + 24 for each in pen.pull(cursor=0)[1]]


@pytest.mark.parametrize(("beyond", "lines"), [(-1, 1), (0, 2), (1, 2)])
def test_a_page_takes_as_many_bytes_as_are_wanted(store: Store, wang: Pen, beyond: int, lines: int) -> None:
    reader = Pen(store, "guest-1")
    room = sum(_sizes(Pen(store, "guest-1"))[:2])
    answer, page = reader.pull(want=room + beyond)
    assert (len(page), answer.more) == (lines, True)
    assert answer.cursor == page[-1].number


def test_who_wants_nothing_is_given_nothing_and_stands_where_it_stood(store: Store, wang: Pen) -> None:
    wang.pull(want=1)
    at = wang.place.cursor
    answer, page = wang.pull(want=0, positions={"u-1": 3})
    assert (page, answer.more, answer.cursor, answer.positions) == ([], True, at, {"u-1": 3})


def test_a_position_beyond_the_log_is_at_its_end(store: Store, wang: Pen) -> None:
    wang.pull_all()
    answer, page = wang.pull(positions={"u-1": 10**9})
    assert (page, answer.positions, answer.more) == ([], {}, False)


def test_a_laptop_that_has_read_nothing_yet_is_told_of_no_restart(store: Store, wang: Pen) -> None:
    assert not wang.pull()[0].restart
    assert wang.pull(log="log-other")[0].restart


@pytest.mark.parametrize(
    ("after", "hash_", "restart"), [(0, "right", False), (0, "wrong", True), (1, "right", True), (-1, "right", True)]
)
def test_a_laptop_that_has_heard_of_another_end_of_the_log_is_told_to_begin_again(
    store: Store, wang: Pen, after: int, hash_: str, *, restart: bool
) -> None:
    wang.pull(want=1)
    director = Pen(store, "director")
    director.pull_all()
    newest, running = director.place.cursor, director.place.cursor_hash
    answer, _ = wang.pull(seen=newest + after, seen_hash=running if hash_ == "right" else "0" * 64)
    assert answer.restart is restart


@pytest.mark.parametrize("person", ["wang", "guest", "guest-1", "director"])
def test_whether_ledgers_are_named_or_passed_over_the_same_is_given(
    store: Store, wang: Pen, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    wang.send(wang.write(), wang.write("u-2"))
    reader = Pen(store, person)
    named = [each.entry.hash for each in reader.pull(cursor=0)[1]]
    for most in (2, 3):
        monkeypatch.setattr(pull, "_MOST_NAMED", most)
        assert [each.entry.hash for each in reader.pull(cursor=0, log="")[1]] == named


def test_a_laptop_is_told_how_much_of_its_own_the_store_holds(store: Store, wang: Pen) -> None:
    assert wang.pull()[0].own == 0
    wang.send(wang.write(), wang.write())
    wang.send(wang.write("u-2"))
    assert wang.pull()[0].own == 3
    assert Pen(store, "wang").pull()[0].own == 0


def test_whose_clock_was_wrong_is_told_with_the_chain_and_its_device_at_the_start(store: Store, wang: Pen) -> None:
    entry = wang.write()
    request = codec.SyncRequest(want=0, clock="2001-01-01T00:00:00.000Z", seals=wang.seals([entry]))
    store.exchange(wang.submitter, request, [codec.line(entry)])
    director, zhao = Pen(store, "director"), Pen(store, "zhao")
    told = [[(each.ledger, each.device) for each in pen.pull()[0].skews] for pen in (director, zhao, wang)]
    assert told == [[("u-1", wang.device)], [], [("u-1", wang.device)]]
    assert [director.pull()[0].skews, wang.pull()[0].skews] == [[], []]
    wang.send(later := wang.write())
    assert [each.entry.hash for each in director.pull()[1]] == [later.hash]


def test_a_verdict_is_proved_to_whoever_is_shown_it(store: Store, wang: Pen) -> None:
    bad = wang.write(fields=NOTE | {"mode": "telepathy"})
    wang.send(bad)
    for pen in (Pen(store, "director"), Pen(store, "guest-1")):
        (receipt,) = [each for each in pen.pull()[0].witnessed if each.verdict == "apart"]
        assert (receipt.hash, receipt.code) == (bad.hash, "invalid_fields")
        assert ledger.receipt_holds(receipt, "demo", store.district.public_key)


@pytest.mark.parametrize("person", ["wang", "guest-1"])
def test_what_her_other_laptop_wrote_is_shown_to_her_alone(store: Store, wang: Pen, person: str) -> None:
    bad = wang.write(fields=NOTE | {"mode": "telepathy"})
    wang.send(bad)
    (given,) = [each for each in Pen(store, person).pull()[1] if each.entry.hash == bad.hash]
    assert (given.entry.raw_body is not None) is (person == "wang")


def test_what_was_kept_apart_of_a_revoked_laptop_is_shown_to_the_office_alone(store: Store, wang: Pen) -> None:
    bad = wang.write(fields=NOTE | {"mode": "telepathy"})
    wang.send(bad)
    staff.revoke(store, wang.device)
    shown = {}
    for person in ("wang", "director"):
        (given,) = [each for each in Pen(store, person).pull()[1] if each.entry.hash == bad.hash]
        shown[person] = given.entry.raw_body is not None
    assert shown == {"wang": False, "director": True}
