"""What a store that was put back makes of what it is given: by which proof each entry counts, is held, waits.

The store has never heard of the entries, as after a restoration; the receipts are those it would have given.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.service.store import Store
from sync.central.storage import statements
from sync.ledger import chains, keys
from sync.ledger.chains import Certificate, Entry, Receipt, Seal, read_certificate
from sync.model.quarantine import UNPROVED
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Pen


def _give(pen: Pen, *entries: Entry, **parts: Any) -> codec.SyncAnswer:
    """Give entries back with the seal of their end and the certificate of their device, or with `parts` instead."""
    given: dict[str, Any] = {"seals": pen.seals(entries), "certificates": [pen.joined.certificate]} | parts
    request = codec.SyncRequest(given=True, want=0, **given)
    return pen.store.exchange(pen.submitter, request, [codec.line(each) for each in entries])[0]


def _codes(store: Store, device: str) -> list[tuple[str, int, str]]:
    """The verdict on each entry of a device that the store holds now; what was released counts as accepted."""
    rows = store.engine.read(
        lambda session: session.rows(
            "SELECT e.ledger, e.seq, CASE WHEN r.number IS NULL THEN e.code ELSE '' END FROM entry e"
            " LEFT JOIN released r ON r.entry_number = e.number WHERE e.device = ? ORDER BY e.ledger, e.seq",
            (device,),
        )
    )
    return [(str(name), int(seq), str(code)) for name, seq, code in rows]


def _receipt(store: Store, entry: Entry, **parts: Any) -> Receipt:
    head = entry.head
    plain = Receipt(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=entry.hash,
        log="log-1",
        number=7,
        at=chains.now(),
        verdict="accepted",
        code="",
        sig="",
    )
    return chains.sign_receipt(store.district.private_key, "demo", msgspec.structs.replace(plain, **parts))


def _apart(store: Store, entry: Entry, code: str = "out_of_scope") -> Receipt:
    return _receipt(store, entry, verdict="apart", code=code)


# --- by which proof --------------------------------------------------------------------------------------------------


def test_what_was_accepted_stays_accepted_whatever_may_be_written_today(store: Store, wang: Pen) -> None:
    entries = [wang.write("u-3") for _ in range(2)]
    _give(wang, *entries, receipts=[_receipt(store, entries[1])])
    assert _codes(store, wang.device) == [("u-3", 1, ""), ("u-3", 2, "")]


def test_what_no_receipt_covers_is_judged_as_of_now(store: Store, wang: Pen) -> None:
    entries = [wang.write("u-3") for _ in range(3)]
    _give(wang, *entries, receipts=[_receipt(store, entries[1])])
    assert _codes(store, wang.device) == [("u-3", 1, ""), ("u-3", 2, ""), ("u-3", 3, "out_of_scope")]
    good = wang.write("u-1")
    _give(wang, good)
    assert _codes(store, wang.device)[0] == ("u-1", 1, "")


def test_what_was_kept_apart_stays_apart_whatever_may_be_written_today(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(3)]
    receipts = [_receipt(store, entries[2], log="log-1 apart 2"), _apart(store, entries[1])]
    _give(wang, *entries, receipts=receipts)
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, "out_of_scope"), ("u-1", 3, "")]


def test_what_a_receipt_names_as_apart_is_held_until_it_is_shown_what_became_of_it(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(3)]
    whole = _receipt(store, entries[2], log="log-1 apart 2")
    _give(wang, *entries, receipts=[whole])
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, UNPROVED), ("u-1", 3, "")]
    _give(wang, *entries, receipts=[whole])
    assert _codes(store, wang.device)[1] == ("u-1", 2, UNPROVED), "the same proves no more"
    released = _receipt(store, entries[1], code="released")
    _give(wang, *entries, receipts=[whole, released])
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, ""), ("u-1", 3, "")]


def test_what_is_held_for_want_of_a_proof_is_accepted_once_a_receipt_accepts_it(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(2)]
    _give(wang, *entries, receipts=[_receipt(store, entries[1], log="log-1 apart 1")])
    assert _codes(store, wang.device) == [("u-1", 1, UNPROVED), ("u-1", 2, "")]
    _give(wang, *entries, receipts=[_receipt(store, entries[0])])
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, "")]


def test_what_is_wrong_in_itself_is_called_so(store: Store, wang: Pen) -> None:
    entries = [wang.write(fields=NOTE | {"mode": "telepathy"}), wang.write()]
    _give(wang, *entries, receipts=[_receipt(store, entries[1], log="log-1 apart 1")])
    assert _codes(store, wang.device) == [("u-1", 1, "invalid_fields"), ("u-1", 2, "")]


@pytest.mark.parametrize("code", [UNPROVED, "withheld"])
def test_what_an_earlier_store_held_is_held_again(store: Store, wang: Pen, code: str) -> None:
    entries = [wang.write() for _ in range(2)]
    _give(wang, *entries, receipts=[_apart(store, entries[0], code)])
    assert _codes(store, wang.device)[1] == ("u-1", 2, "")
    assert _codes(store, wang.device)[0][2] in (code, UNPROVED)
    assert (_codes(store, wang.device)[0][2] == code) or code != UNPROVED


def test_what_was_accepted_meanwhile_is_recalled_by_whoever_shows_that_it_was_apart(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(2)]
    _give(wang, *entries)
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, "")]
    director = Pen(store, "director")
    _give(director, *entries, seals=wang.seals(entries), receipts=[_apart(store, entries[0])])
    assert _codes(store, wang.device) == [("u-1", 1, "out_of_scope"), ("u-1", 2, "")]


def test_what_was_released_counts_where_it_is_kept_apart_as_of_now(store: Store, wang: Pen) -> None:
    entry = wang.write("u-3")
    wang.send(entry)
    assert _codes(store, wang.device) == [("u-3", 1, "out_of_scope")]
    _give(wang, entry, receipts=[_receipt(store, entry, code="released")])
    assert _codes(store, wang.device) == [("u-3", 1, "")]


def test_what_was_released_is_not_recalled(store: Store, wang: Pen) -> None:
    entry = wang.write()
    _give(wang, entry)
    receipts = [_apart(store, entry), _receipt(store, entry, code="released")]
    _give(wang, entry, receipts=receipts)
    assert _codes(store, wang.device) == [("u-1", 1, "")]


# --- from where on, and up to where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "held"), [(1, 4), (2, 4), (3, 4), (4, 2)])
def test_what_follows_what_is_here_is_taken(store: Store, wang: Pen, first: int, held: int) -> None:
    entries = [wang.write() for _ in range(4)]
    _give(wang, *entries[:2])
    _give(wang, *entries[first - 1 :])
    assert [seq for _, seq, _ in _codes(store, wang.device)] == list(range(1, held + 1))


def test_the_last_entry_that_is_here_is_acknowledged(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(3)]
    for given in (entries[:2], entries, entries[:2]):
        (receipt,) = _give(wang, *given).receipts
        assert (receipt.seq, receipt.hash, receipt.verdict) == (len(given), given[-1].hash, "accepted")
        assert chains.receipt_holds(receipt, "demo", store.district.public_key)


def test_of_two_seals_the_last_covers_all_and_the_first_what_had_been_delivered(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(3)]
    seals = [*wang.seals(entries[:2]), *wang.seals(entries)]
    _give(wang, *entries, seals=seals)
    assert _seal(store, wang.device) == (3, entries[2].hash, seals[1].sig)


@pytest.mark.parametrize("at", [0, 1])
def test_a_seal_that_is_not_of_its_device_or_entry_is_not_kept(store: Store, wang: Pen, at: int) -> None:
    entries = [wang.write() for _ in range(3)]
    good = wang.seals(entries)
    forged = [
        *wang.seals(entries[:2], keys.new_private_key()),
        chains.make_seal(wang.private, "demo", "u-1", wang.device, 2, chains.digest(b"other")),
    ][at]
    _give(wang, *entries, seals=[forged, *good])
    assert _seal(store, wang.device) == (3, entries[2].hash, good[0].sig)


def _seal(store: Store, device: str) -> tuple[int, str, str]:
    row = store.engine.read(lambda session: session.row(statements.CHAIN, ("demo", "u-1", device)))
    assert row is not None
    return int(row[2]), str(row[3]), str(row[4])


def _forgotten(store: Store) -> tuple[str, Certificate]:
    """A device that the store has certified and forgotten: its key and its certificate."""
    private = keys.new_private_key()
    return private, chains.make_certificate(
        store.district.private_key, "demo", "d-lost", "wang", keys.public_key(private), chains.now()
    )


def _lost(private: str, length: int, **parts: Any) -> tuple[list[Entry], list[Seal]]:
    made: list[Entry] = []
    for seq in range(1, length + 1):
        before = made[-1].hash if made else ""
        given: dict[str, Any] = {"ledger": "u-1", "device": "d-lost", "seq": seq, "prev": before, "record": f"n-{seq}"}
        given |= {"kind": "liaison_note", "fields": dict(NOTE), "by": "wang", "at": chains.now()}
        made.append(chains.compose(**given | parts))
    return made, [
        chains.make_seal(private, "demo", "u-1", "d-lost", seq, made[seq - 1].hash) for seq in range(1, length + 1)
    ]


def test_what_a_device_that_is_not_known_yet_wrote_waits_unless_it_was_delivered(store: Store, wang: Pen) -> None:
    private, certificate = _forgotten(store)
    entries, seals = _lost(private, 3)
    _give(wang, *entries, seals=seals[2:], certificates=[certificate])
    assert _codes(store, "d-lost") == []
    proof = [_receipt(store, entries[1])]
    _give(wang, *entries, seals=seals[1:], certificates=[certificate], receipts=proof)
    assert _codes(store, "d-lost") == [("u-1", 1, ""), ("u-1", 2, "")]
    assert _seal(store, "d-lost") == (2, entries[1].hash, seals[1].sig)
    row = store.engine.read(lambda session: session.row(statements.CERTIFICATE, ("demo", "d-lost")))
    assert row is not None
    assert read_certificate(row[0]) == certificate


@pytest.mark.parametrize("lie", ["another key's", "another entry's"])
def test_where_a_chain_waits_a_seal_that_does_not_hold_is_not_kept(store: Store, wang: Pen, lie: str) -> None:
    private, certificate = _forgotten(store)
    entries, seals = _lost(private, 3)
    if lie == "another key's":
        forged = chains.make_seal(keys.new_private_key(), "demo", "u-1", "d-lost", 2, entries[1].hash)
    else:
        forged = chains.make_seal(private, "demo", "u-1", "d-lost", 2, chains.digest(b"other"))
    proof = [_receipt(store, entries[1])]
    _give(wang, *entries, seals=[forged, seals[2]], certificates=[certificate], receipts=proof)
    assert _codes(store, "d-lost") == [("u-1", 1, ""), ("u-1", 2, "")]
    assert _seal(store, "d-lost") == (0, "", "")


def test_a_chain_begins_with_an_entry_that_names_none_before_it(store: Store, wang: Pen) -> None:
    _give(wang, wang.write(prev=chains.digest(b"before")))
    assert _codes(store, wang.device) == []


@pytest.mark.parametrize("what", ["accepted", "held"])
def test_by_itself_only_a_receipt_that_something_was_apart_for_what_it_is_recalls_it(
    store: Store, wang: Pen, what: str
) -> None:
    entry = wang.write()
    wang.send(entry)
    _give(wang, seals=[], receipts=[_receipt(store, entry) if what == "accepted" else _apart(store, entry, UNPROVED)])
    assert _codes(store, wang.device) == [("u-1", 1, "")]
    assert store.engine.read(lambda session: session.rows("SELECT * FROM recalled")) == []
    _give(wang, seals=[], receipts=[_apart(store, entry)])
    assert _codes(store, wang.device) == [("u-1", 1, "out_of_scope")]


def test_without_certificate_or_seal_nothing_is_taken(store: Store, wang: Pen) -> None:
    private, certificate = _forgotten(store)
    entries, seals = _lost(private, 1)
    proof = [_receipt(store, entries[0])]
    _give(wang, *entries, seals=seals, certificates=[], receipts=proof)
    _give(wang, *entries, seals=[], certificates=[certificate], receipts=proof)
    assert _codes(store, "d-lost") == []


def test_what_another_person_signed_for_is_judged_whatever_covers_it(store: Store, wang: Pen) -> None:
    private, certificate = _forgotten(store)
    entries, seals = _lost(private, 1, by="zhao")
    _give(wang, *entries, seals=seals, certificates=[certificate], receipts=[_receipt(store, entries[0])])
    assert _codes(store, "d-lost") == []


def test_heads_come_first_and_their_content_fills_them(store: Store, wang: Pen) -> None:
    entries = [wang.write() for _ in range(2)]
    heads = [msgspec.structs.replace(entries[0], raw_body=None), entries[1]]
    _give(wang, *heads, seals=wang.seals(entries), receipts=[_receipt(store, entries[1])])
    before = _codes(store, wang.device)
    _give(wang, *entries, receipts=[_receipt(store, entries[1])])
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, "")]
    assert before != _codes(store, wang.device)


# --- chains that part, and the store's own ---------------------------------------------------------------------------


def test_what_stands_in_another_s_place_is_written_again_and_both_count(store: Store, wang: Pen) -> None:
    """A copy of the laptop went on from the first entry as well."""
    first, second, third = (wang.write() for _ in range(3))
    _give(wang, first, second, third)
    wang._ends["u-1"] = (1, first.hash)
    other, last = wang.write(fields=NOTE | {"content": "别的话"}), wang.write(fields=NOTE | {"content": "还有"})
    proof = _receipt(store, last, log="log-1 apart 3")
    answer = _give(wang, first, other, last, receipts=[proof, _apart(store, last)])
    assert _codes(store, wang.device) == [("u-1", 1, ""), ("u-1", 2, ""), ("u-1", 3, "")]
    again = store.engine.read(
        lambda session: session.rows("SELECT a.hash, e.code FROM again a JOIN entry e ON e.number = a.number")
    )
    assert {str(hash_): str(code) for hash_, code in again}.items() >= {
        other.hash: "",
        last.hash: "out_of_scope",
    }.items()
    assert [each.hash for each in answer.receipts][-1] == last.hash
    assert chains.receipt_holds(answer.receipts[-1], "demo", store.district.public_key)


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ({"by": "store"}, [""]),
        ({"by": "wang"}, [""]),
        ({"by": "store", "was": chains.digest(b"x")}, [""]),
        ({"by": "wang", "was": chains.digest(b"x")}, [UNPROVED]),
    ],
)
def test_the_store_s_own_edits_stand_and_what_it_wrote_again_is_held(
    store: Store, wang: Pen, parts: dict[str, Any], codes: list[str]
) -> None:
    private, district = store.district.private_key, store.district
    certificate = chains.make_certificate(private, "demo", "d-lost", "store", district.public_key, chains.now())
    entries, seals = _lost(private, 1, **parts)
    _give(wang, *entries, seals=seals, certificates=[certificate])
    assert [code for _, _, code in _codes(store, "d-lost")] == codes


# --- rights first ----------------------------------------------------------------------------------------------------


def test_what_gives_rights_is_settled_before_anything_is_judged_by_it(store: Store, director: Pen, wang: Pen) -> None:
    """In one message, whatever its order."""
    note = director.write("u-1")
    leaving = director.write("staff", {"left": True}, "person", record="director", over={"left": []}, why="x")
    moved = director.write("staff", {"name": "x"}, "group", record="g-9")
    request = codec.SyncRequest(given=True, want=0, seals=director.seals([note, moved]))
    request.certificates = [director.joined.certificate]
    store.exchange(director.submitter, request, [codec.line(each) for each in (note, leaving, moved)])
    numbers = {
        str(name): int(number)
        for name, number in store.engine.read(
            lambda session: session.rows(
                f"SELECT ledger, max(number) FROM entry WHERE device = '{director.device}' GROUP BY ledger"
            )
        )
    }
    assert numbers["staff"] < numbers["u-1"]


@pytest.mark.parametrize("parts", [{"ledger": "no ledger"}, {"device": "no device"}])
def test_what_cannot_be_a_chain_is_passed_over(store: Store, wang: Pen, parts: dict[str, Any]) -> None:
    bad, good = wang.write(**parts), wang.write("u-2")
    request = codec.SyncRequest(given=True, want=0, seals=wang.seals([good]), certificates=[wang.joined.certificate])
    store.exchange(wang.submitter, request, [b"\xff", codec.line(bad), codec.line(good)])
    assert _codes(store, wang.device) == [("u-2", 1, "")]
    assert staff.stats(store)["quarantine"] == 0
