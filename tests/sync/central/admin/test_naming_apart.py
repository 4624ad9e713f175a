"""Receipts for chains in which something is apart name it, whichever message they answer; what old programs signed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.log.verify import Verifier
from sync.central.service.store import Store
from sync.central.storage.sqlite import SqliteEngine, copy_database
from sync.ledger import chains, keys
from sync.ledger.chains import Break, Entry, Receipt
from sync.model import quarantine_ranges
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Answer, Pen

BAD = NOTE | {"mode": "telepathy"}


def _end(answer: Answer) -> Receipt:
    (found,) = [each for each in answer[0].receipts if not each.code]
    return found


@contextmanager
def _an_older_program() -> Iterator[None]:
    """It knows nothing of places in a receipt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quarantine_ranges, "write", lambda log, _apart: log)
        yield


def test_the_receipt_of_each_message_names_all_that_is_apart_up_to_its_end(wang: Pen) -> None:
    assert " " not in _end(wang.send(wang.write(), wang.write())).log
    assert _end(wang.send(wang.write(fields=BAD), wang.write())).log.endswith(" apart 3")
    assert _end(wang.send(wang.write())).log.endswith(" apart 3")
    assert _end(wang.send(wang.write(fields=BAD), wang.write(fields=BAD))).log.endswith(" apart 3 6-7")
    assert " " not in _end(wang.send(wang.write("u-2"))).log, "each chain has its own"


def test_a_receipt_for_a_part_sent_again_names_what_is_apart_in_that_part(wang: Pen) -> None:
    notes = [wang.write(fields=BAD if number in (1, 3) else NOTE) for number in range(5)]
    wang.send(*notes)
    told = {each.seq: each.log for each in wang.send(*notes[:3])[0].receipts if not each.code}
    assert (told[3].split(" ")[1:], told[5].split(" ")[1:]) == (["apart", "2"], ["apart", "2", "4"])


def test_an_older_laptop_takes_it_for_the_name_of_a_log(store: Store, wang: Pen) -> None:
    receipt = _end(wang.send(wang.write(fields=BAD)))
    parts = [getattr(receipt, name) for name in ("ledger", "device", "seq", "hash", "log", "number", "at", "verdict")]
    assert keys.holds(store.district.public_key, receipt.sig, keys.statement("receipt", "demo", *parts, ""))
    without = msgspec.structs.replace(receipt, log=receipt.log.split(" ")[0])
    assert not chains.receipt_holds(without, "demo", store.district.public_key), "nobody can take the places out"


def test_the_next_receipt_of_a_chain_begun_with_an_older_program_names_everything(wang: Pen) -> None:
    with _an_older_program():
        assert " " not in _end(wang.send(wang.write(fields=BAD), wang.write())).log
    assert _end(wang.send(wang.write())).log.endswith(" apart 1")


def test_what_was_released_stays_named(store: Store, wang: Pen, director: Pen) -> None:
    staff.assign(store, ["u-2"], "g-2", None)
    entry = wang.write("u-2")
    wang.send(entry)
    staff.assign(store, ["u-2"], "g-1", None)
    place = f"{wang.device}:1"
    ruling = {"target": entry.hash, "place": place, "verdict": "released", "comment": "核对过"}
    director.send(director.write("u-2", ruling, "ruling"))
    assert _end(wang.send(wang.write("u-2"))).log.endswith(" apart 1")


@pytest.mark.parametrize(
    ("older", "shown", "wanted"),
    [
        (False, "all", ["", "out_of_scope", ""]),
        (False, "the end's", ["", "unproved", ""]),
        (False, "none", ["", "", ""]),  # judged as new, by the staff of before
        (True, "all", ["", "out_of_scope", ""]),
        (True, "the end's", ["", "", ""]),  # as it was: nothing in that receipt speaks against it
    ],
)
def test_what_a_restored_store_makes_of_receipts(
    store: Store, wang: Pen, tmp_path: Path, older: bool, shown: str, wanted: list[str]
) -> None:
    backup = tmp_path / "backup.db"
    copy_database(tmp_path / "central.db", backup)
    notes = [wang.write("u-2") for _ in range(3)]
    with _an_older_program() if older else _nothing():
        wang.send(notes[0])
        staff.assign(store, ["u-2"], "g-2", None)
        receipts = wang.send(notes[1])[0].receipts
        staff.assign(store, ["u-2"], "g-1", None)
        receipts = [each for each in receipts if each.code] + [_end(wang.send(notes[2]))]
    given = {"all": receipts, "the end's": receipts[1:], "none": []}[shown]
    restored = Store.open(SqliteEngine(backup))
    _give(restored, wang, notes, given)
    assert _codes(restored, wang.device) == wanted
    _give(restored, wang, [], receipts[:1])  # somebody who holds it exchanges later
    assert _codes(restored, wang.device) == ["", wanted[1] or "out_of_scope", ""]
    restored.close()


@pytest.fixture
def raised(store: Store, wang: Pen, tmp_path: Path) -> Iterator[tuple[Store, Receipt]]:
    """A restored store that has accepted what was kept apart, and the receipt that says so."""
    backup = tmp_path / "backup.db"
    copy_database(tmp_path / "central.db", backup)
    staff.assign(store, ["u-2"], "g-2", None)
    note = wang.write("u-2")
    (receipt,) = (each for each in wang.send(note)[0].receipts if each.code)
    restored = Store.open(SqliteEngine(backup))
    _give(restored, wang, [note], [])
    yield restored, receipt
    restored.close()


def test_who_has_read_an_entry_that_is_recalled_is_told_once(
    raised: tuple[Store, Receipt], store: Store, wang: Pen, director: Pen
) -> None:
    restored, receipt = raised
    reader = Pen(restored, "chen")
    staff.assign(restored, ["u-2"], None, "chen")
    codes = [each.code for each in reader.pull_all() if each.entry.hash == receipt.hash]
    assert codes == [""]
    for _ in range(2):
        _give(restored, wang, [], [receipt])
        last = [(each.code, each.entry.raw_body) for each in reader.pull_all() if each.entry.hash == receipt.hash]
        assert last in ([("out_of_scope", None)], [])
    assert reader.pull()[0].restart is False
    fresh = [each.code for each in Pen(restored, "chen").pull_all() if each.entry.hash == receipt.hash]
    assert set(fresh) == {"out_of_scope"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recalled SET code = 'not_allowed'",
        "UPDATE recalled SET running = 'x'",
        "UPDATE recalled SET entry_number = entry_number - 1",
        "DELETE FROM recalled",
        "UPDATE entry SET code = '' WHERE code <> ''",
        "UPDATE entry SET code = 'not_allowed' WHERE code <> ''",
        "DELETE FROM apart",
    ],
)
def test_a_recall_that_was_tampered_with_is_found(
    raised: tuple[Store, Receipt], wang: Pen, tmp_path: Path, statement: str
) -> None:
    restored, receipt = raised
    _give(restored, wang, [], [receipt])
    assert _breaks(restored) == []
    with sqlite3.connect(tmp_path / "backup.db") as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()
    assert _breaks(restored) != []


def _breaks(store: Store) -> list[Break]:
    key = store.district.public_key
    return store.engine.read(lambda session: Verifier(session, "demo", key).verify()).breaks


def test_rights_that_were_raised_end_with_the_entry_that_gave_them(
    store: Store, wang: Pen, director: Pen, tmp_path: Path
) -> None:
    """She had left the office before she made somebody a director; the restored store has not heard of it."""
    backup = tmp_path / "backup.db"
    copy_database(tmp_path / "central.db", backup)
    staff.change_person(store, "director", "group", "g-1")
    made = director.write("staff", {"name": "x", "role": "office"}, "person", record="friend")
    (receipt,) = (each for each in director.send(made)[0].receipts if each.code)
    restored = Store.open(SqliteEngine(backup))
    _give(restored, director, [made], [])
    assert restored.access().role("friend") == "office"
    _give(restored, wang, [], [receipt])
    assert restored.access().role("friend") == ""
    assert Store.open(SqliteEngine(backup)).access().role("friend") == ""
    assert _breaks(restored) == []


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _give(store: Store, pen: Pen, entries: list[Entry], receipts: list[Receipt]) -> None:
    request = codec.SyncRequest(want=0, given=True, seals=pen.seals(entries), receipts=receipts)
    request.certificates = [pen.joined.certificate]
    store.exchange(pen.submitter, request, [codec.line(entry) for entry in entries])


def _codes(store: Store, device: str) -> list[str]:
    rows = store.engine.read(
        lambda session: session.rows("SELECT code FROM entry WHERE device = ? ORDER BY seq", (device,))
    )
    return [str(code) for (code,) in rows]
