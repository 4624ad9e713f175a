"""The office's rulings: what is kept apart is released under a new arrival number, or answered; nothing else moves."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.service.store import Denied, Edit, Store
from sync.central.storage import statements
from sync.ledger import chains, ids
from sync.ledger.chains import Entry
from sync.model.quarantine import RELEASABLE
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Answer, Pen


def _ruled(office: Pen, on: Entry, verdict: str = "released", **fields: Any) -> Entry:
    """The office's ruling on an entry, in the entry's own ledger."""
    head = on.head
    said = {"target": on.hash, "place": f"{head.device}:{head.seq}", "verdict": verdict, "comment": "核对过"}
    return office.write(head.ledger, said | fields, "ruling")


def _arrived(pen: Pen) -> dict[str, tuple[int, str, bool]]:
    """By hash what a laptop is given: the last number, the verdict, whether the content is there."""
    return {each.entry.hash: (each.number, each.code, each.entry.raw_body is not None) for each in pen.pull_all()}


def _apart(store: Store, who: Pen) -> Entry:
    """An entry for a unit that has just been given to another group."""
    entry = who.write("u-2")
    staff.assign(store, ["u-2"], "g-2", None)
    answer, _ = who.send(entry)
    assert [kept.code for kept in answer.kept] == ["out_of_scope"]
    return entry


def test_a_release_reaches_laptops_that_have_read_past_the_entry_once(store: Store, wang: Pen, director: Pen) -> None:
    zhao = Pen(store, "zhao")
    entry = _apart(store, wang)
    number, code, has_body = _arrived(zhao)[entry.hash]
    assert (code, has_body) == ("out_of_scope", False)
    director.send(_ruled(director, entry))
    later = _arrived(zhao)
    assert later[entry.hash] == (later[entry.hash][0], "", True)
    assert later[entry.hash][0] > number
    assert _arrived(zhao) == {}


def test_no_laptop_takes_a_release_for_a_restored_store(store: Store, wang: Pen, director: Pen) -> None:
    """Whatever number its cursor stands on, also the released entry's old one and the release's own."""
    entry = _apart(store, wang)
    zhao = Pen(store, "zhao")
    places: list[codec.SyncRequest] = []
    for _ in range(2):
        more = True
        while more:
            answer, _ = zhao.pull(want=1)
            places.append(msgspec.structs.replace(zhao.place))
            more = answer.more
        director.send(_ruled(director, entry), director.write("u-2"))
    for place in places:
        answer, _ = zhao.pull(log=place.log, cursor=place.cursor, cursor_hash=place.cursor_hash)
        assert not answer.restart


def test_a_laptop_that_begins_later_gets_the_entry_as_accepted(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    after = wang.write("u-1")
    wang.send(after)
    director.send(_ruled(director, entry))
    given = [each for each in Pen(store, "zhao").pull_all() if each.entry.hash == entry.hash]
    assert {(each.code, each.entry.raw_body is None) for each in given} == {("", False)}


def test_a_page_that_ends_with_a_release_still_vouches_for_the_end_of_its_chain(
    store: Store, wang: Pen, director: Pen
) -> None:
    entry = _apart(store, wang)
    later = wang.write("u-2")
    wang.send(later)
    director.send(_ruled(director, entry))
    answer, arrived = Pen(store, "zhao").pull()
    assert arrived[-1].entry.hash == entry.hash
    assert [(each.seq, each.hash) for each in answer.seals if each.device == wang.device] == [(2, later.hash)]


def test_the_receipt_of_a_release_holds_and_names_the_new_number(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    director.send(_ruled(director, entry))
    answer, arrived = wang.pull()
    assert entry.hash not in {each.entry.hash for each in arrived}, "the unit is no longer hers"
    (receipt,) = [each for each in answer.receipts if each.seq == entry.head.seq and each.ledger == "u-2"]
    assert (receipt.verdict, receipt.code, receipt.hash) == ("accepted", "released", entry.hash)
    assert chains.receipt_holds(receipt, "demo", store.district.public_key)
    assert [(each.target, each.verdict, each.comment, each.by) for each in answer.rulings] == [
        (entry.hash, "released", "核对过", "director")
    ]
    assert wang.pull()[0].rulings == []


def test_sent_again_after_its_release_an_entry_is_told_as_accepted(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    director.send(_ruled(director, entry))
    answer, _ = wang.send(entry)
    assert answer.kept == []
    assert {(each.verdict, each.code) for each in answer.receipts} == {("accepted", ""), ("accepted", "released")}


def test_an_answer_changes_no_verdict_and_reaches_the_author(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    director.send(_ruled(director, entry, "answered", comment="请交给第二组"))
    assert _arrived(Pen(store, "zhao"))[entry.hash][1] == "out_of_scope"
    (said,) = wang.pull()[0].rulings
    assert (said.target, said.verdict, said.comment) == (entry.hash, "answered", "请交给第二组")


def test_a_ruling_that_arrives_before_its_entry_is_carried_out_when_that_comes(
    store: Store, wang: Pen, director: Pen
) -> None:
    """After a restored backup the office's laptop may be the first to come."""
    entry = wang.write("u-2")
    staff.assign(store, ["u-2"], "g-2", None)
    director.send(_ruled(director, entry))
    wang.send(entry)
    assert _arrived(Pen(store, "zhao"))[entry.hash][1:] == ("", True)


def test_released_twice_an_entry_is_released_once(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    first, second = _ruled(director, entry), _ruled(director, entry)
    director.send(first, second)
    director.send(first, second)
    found = store.engine.read(lambda session: session.rows(statements.RELEASES, ("demo", 0, 2**60)))
    assert len(found) == 1
    assert staff.stats(store)["apart"] == 0


@pytest.mark.parametrize("who", ["wang", "chen", "guest"])
def test_only_the_office_rules(store: Store, wang: Pen, who: str) -> None:
    entry = wang.write("u-1", NOTE | {"mode": "telepathy"})
    pen = Pen(store, who)
    answer, _ = pen.send(_ruled(pen, entry))
    assert [kept.code for kept in answer.kept if kept.hash != entry.hash] in (["not_allowed"], ["out_of_scope"])


def test_what_is_wrong_in_itself_is_not_released_by_any_ruling(store: Store, wang: Pen, director: Pen) -> None:
    bad = [
        wang.write("u-1", NOTE | {"mode": "telepathy"}),
        wang.write("u-1", by="zhao"),
        wang.write("u-1", {"name": "x", "category": "farm"}, "unit", record="u-9"),
    ]
    unsealed = wang.write("u-2")
    wang.send(*bad)
    wang.send(unsealed, seals=[])
    director.send(*[_ruled(director, entry) for entry in [*bad, unsealed]])
    codes = {each[1] for hash_, each in _arrived(Pen(store, "director")).items() if hash_ in {e.hash for e in bad}}
    assert codes == {"invalid_fields", "wrong_author", "wrong_ledger"}
    assert codes.isdisjoint(RELEASABLE)
    assert _arrived(Pen(store, "director"))[unsealed.hash][1] == "bad_seal"


def test_an_entry_out_of_scope_and_wrong_in_itself_stays_apart(store: Store, wang: Pen, director: Pen) -> None:
    entry = wang.write("u-3", NOTE | {"mode": "telepathy"})
    wang.send(entry)
    director.send(_ruled(director, entry))
    assert _arrived(Pen(store, "zhao"))[entry.hash][1] == "out_of_scope"


def test_rights_are_never_released(store: Store, wang: Pen, director: Pen) -> None:
    grab = wang.write("staff", {"name": "x", "role": "office"}, "person", record="wang-2")
    assert [kept.code for kept in wang.send(grab)[0].kept] == ["out_of_scope"]
    director.send(_ruled(director, grab))
    assert "wang-2" not in store.access().persons


def test_a_released_entry_counts_for_the_store_itself(store: Store, wang: Pen, director: Pen) -> None:
    renamed = wang.write("u-1", {"name": "新名"}, "unit", record="u-1", over={"name": [_name_of(store)]}, why="改名")
    assert [kept.code for kept in wang.send(renamed)[0].kept] == ["not_allowed"]
    assert staff.unit_records(store)["u-1"]["name"] == "单位 u-1"
    director.send(_ruled(director, renamed))
    assert staff.unit_records(store)["u-1"]["name"] == "新名"


def _name_of(store: Store) -> str:
    found = store.engine.read(lambda session: staff.current(session, "demo", [("u-1", "u-1")])["u-1", "u-1"])
    return found.live["name"][0].hash


def test_the_office_reads_what_others_see_as_a_stub(store: Store, wang: Pen, director: Pen) -> None:
    entry = _apart(store, wang)
    assert _arrived(director)[entry.hash][1:] == ("out_of_scope", True)
    assert _arrived(Pen(store, "zhao"))[entry.hash][1:] == ("out_of_scope", False)


def test_the_office_is_shown_the_quarantine_until_it_has_answered(store: Store, wang: Pen, director: Pen) -> None:
    wang.send(wang.write(), lines=[b"\xff\xfe not an entry"])
    shown = director.pull()[0].quarantine
    assert shown is not None
    (item,) = shown.items
    assert (item.code, item.device, item.person, "not an entry" in item.raw) == (
        "malformed",
        wang.device,
        "wang",
        True,
    )
    assert director.pull(quarantine=shown.version)[0].quarantine is None
    said = {"target": item.digest, "place": f"{item.device}:0", "verdict": "answered", "comment": "请重写"}
    director.send(director.write("staff", said, "ruling"))
    emptied = director.pull(quarantine=shown.version)[0].quarantine
    assert emptied is not None
    assert emptied.items == []
    answer, _ = wang.pull()
    assert ([each.comment for each in answer.rulings], answer.quarantine) == (["请重写"], None)


# --- revoked, left ---------------------------------------------------------------------------------------------------


def _sent_by_revoked(store: Store, pen: Pen, *entries: Entry) -> Answer:
    request = codec.SyncRequest(want=codec.BATCH_BYTES, seals=pen.seals(entries))
    sender = store.enrolment.sender_of(pen.joined.token)
    answer, lines = store.exchange(sender, request, [codec.line(entry) for entry in entries])
    return answer, list(codec.arrived_entries(lines))


@pytest.mark.parametrize("code", ["device_revoked", "person_left"])
def test_what_a_revoked_device_hands_in_is_held_with_receipts_and_it_gets_nothing(
    store: Store, wang: Pen, director: Pen, code: str
) -> None:
    notes = [wang.write("u-1"), wang.write("u-2"), wang.write("u-1")]
    if code == "person_left":
        staff.leave(store, "wang")
    else:
        staff.revoke(store, wang.device)
    answer, arrived = _sent_by_revoked(store, wang, *notes)
    assert {(kept.hash, kept.code) for kept in answer.kept} == {(note.hash, code) for note in notes}
    assert {each.ledger for each in answer.receipts if each.verdict == "accepted"} == {"u-1", "u-2"}
    assert (arrived, answer.scope, answer.certificates, answer.more) == ([], None, [], True)
    with pytest.raises(Denied) as refused:
        store.exchange(store.enrolment.sender_of(wang.joined.token), codec.SyncRequest(), [])
    assert refused.value.code == "device_revoked"

    director.send(*[_ruled(director, note) for note in notes[:2]])
    given = _arrived(Pen(store, "director"))
    assert [given[note.hash][1] for note in notes] == ["", "", code]


def test_a_fault_of_its_own_outweighs_that_the_device_was_revoked(store: Store, wang: Pen) -> None:
    bad = wang.write("u-1", NOTE | {"mode": "telepathy"})
    staff.revoke(store, wang.device)
    answer, _ = _sent_by_revoked(store, wang, bad)
    assert [kept.code for kept in answer.kept] == ["invalid_fields"]


def test_what_was_delivered_before_the_revocation_stays_accepted(store: Store, wang: Pen) -> None:
    first = wang.write("u-1")
    wang.send(first)
    staff.revoke(store, wang.device)
    second = wang.write("u-1")
    answer, _ = _sent_by_revoked(store, wang, first, second)
    assert [kept.hash for kept in answer.kept] == [second.hash]


def test_a_revoked_device_gets_no_successor(store: Store, wang: Pen) -> None:
    staff.revoke(store, wang.device)
    with pytest.raises(Denied):
        store.enrolment.device_of(wang.joined.token)


def test_the_store_rules_on_an_admin_s_command(store: Store, wang: Pen) -> None:
    entry = _apart(store, wang)
    fields = {"target": entry.hash, "place": f"{wang.device}:1", "verdict": "released", "comment": "ok"}
    store.write([Edit(ledger="u-2", kind="ruling", record=ids.new_id(), fields=fields)])
    assert _arrived(Pen(store, "zhao"))[entry.hash][1:] == ("", True)
