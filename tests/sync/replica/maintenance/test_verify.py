"""What a laptop finds when it verifies its file: each break by its place and reason, and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Receipt
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from sync.replica.projection.apply import Incoming, accept_up_to, apply, keep_seal
from sync.replica.replica import UNFINISHED
from tests.sync.laptops import DISTRICT, STORE_KEY, new_laptop

AT = "2026-09-18T09:00:00.000Z"
NAME = hashlib.sha256(b"paper").hexdigest()
OTHER = keys.new_private_key()
FORGED = keys.new_private_key()
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    """The unit and three notes of another device, of which the second was kept apart; two notes of its own, one unsent.

    An attachment in two parts.
    """
    with new_laptop(tmp_path / "laptop.db") as replica:
        chain = _chain(4)
        with replica.transaction() as connection:
            codes = {3: "out_of_scope"}
            apply(connection, [Incoming(entry=e, number=e.head.seq, code=codes.get(e.head.seq, "")) for e in chain])
            keep_seal(connection, chains.make_seal(OTHER, DISTRICT, "u-1", "d-2", 4, chain[3].hash))
            _certify(replica)
            accept_up_to(connection, _receipt(chain[3], log="log-1 apart 3"))
            accept_up_to(connection, _receipt(chain[2], verdict="apart", code="out_of_scope"))
            connection.execute("INSERT INTO blob (name, size, complete, sent) VALUES (?, 5, 1, 1)", (NAME,))
            connection.executemany(
                "INSERT INTO blob_part (blob, first, content) VALUES (?, ?, ?)", [(NAME, 0, b"pap"), (NAME, 3, b"er")]
            )
        edits.create(replica, "liaison_note", "u-1", NOTE, record="own-1")
        head, body = replica.connection.execute("SELECT head, body FROM entry WHERE record = 'own-1'").fetchone()
        with replica.transaction() as connection:
            accept_up_to(connection, _receipt(chains.read_entry(head, body)))
        edits.create(replica, "liaison_note", "u-1", NOTE, record="own-2")
        yield replica


def _chain(length: int) -> list[Entry]:
    made: list[Entry] = []
    for seq in range(1, length + 1):
        is_unit = seq == 1
        entry = chains.compose(
            ledger="u-1",
            device="d-2",
            seq=seq,
            prev=made[-1].hash if made else "",
            kind="unit" if is_unit else "liaison_note",
            record="u-1" if is_unit else f"n-{seq}",
            fields={"name": "单位", "category": "farm"} if is_unit else dict(NOTE),
            by="p-2",
            at=AT,
        )
        made.append(entry)
    return made


def _certify(laptop: Replica, private: str = STORE_KEY, device: str = "d-2") -> None:
    known = chains.make_certificate(private, DISTRICT, device, "p-2", keys.public_key(OTHER), AT)
    laptop.connection.execute(
        "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)",
        (known.device, known.person, known.key, known.at, known.sig),
    )


def _receipt(entry: Entry, private: str = STORE_KEY, **parts: Any) -> Receipt:
    head = entry.head
    plain = Receipt(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=entry.hash,
        log="log-1",
        number=7,
        at=AT,
        verdict="accepted",
        code="",
        sig="",
    )
    return chains.sign_receipt(private, DISTRICT, msgspec.structs.replace(plain, **parts))


def _found(laptop: Replica, unit: str | None = None) -> list[str]:
    breaks = verify(laptop, unit).breaks
    return [" ".join(filter(None, (each.ledger, each.device, str(each.seq), each.reason))) for each in breaks]


def test_what_is_whole_is_counted_and_holds(laptop: Replica) -> None:
    told: list[tuple[int, int]] = []
    found = verify(laptop, progress=lambda done, total: told.append((done, total)))
    assert (found.breaks, found.holds, found.unfinished) == ([], True, False)
    assert (found.chains, found.entries, found.receipted) == (2, 6, 5)
    assert told[:2] == [(1, 2), (2, 2)]


TAMPERED: list[tuple[str, list[str]]] = [
    # chains
    (
        "UPDATE entry SET body = replace(body, '生产', '上产') WHERE chain = {theirs} AND seq = 2",
        ["u-1 d-2 2 malformed"],
    ),
    ("UPDATE entry SET body = CAST(body AS TEXT) WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 malformed"]),
    ("UPDATE entry SET hash = CAST(hex(hash) AS TEXT) WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 hash"]),
    ("DELETE FROM entry WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 gap"]),
    ("DELETE FROM entry WHERE chain = {theirs} AND seq = 4", ["u-1 d-2 4 gap", "u-1 d-2 4 receipt"]),
    ("DELETE FROM entry WHERE chain = {own}", ["u-1 d-1 1 gap", "u-1 d-1 1 receipt"]),
    ("UPDATE chain SET seq = 3 WHERE device = 'd-2'", ["u-1 d-2 4 gap"]),
    ("UPDATE chain SET seq = 5 WHERE device = 'd-2'", ["u-1 d-2 5 gap"]),
    ("UPDATE chain SET hash = 'x' WHERE device = 'd-2'", ["u-1 d-2 5 gap"]),
    # seals, certificates
    ("DELETE FROM seal WHERE chain = {theirs}", ["u-1 d-2 1 no_seal"]),
    ("UPDATE seal SET sig = 'x' || sig WHERE chain = {theirs}", ["u-1 d-2 4 seal"]),
    ("UPDATE seal SET seq = 3 WHERE chain = {theirs}", ["u-1 d-2 3 seal"]),
    ("UPDATE seal SET seq = 9 WHERE chain = {theirs}", ["u-1 d-2 9 seal"]),
    ("DELETE FROM certificate WHERE device = 'd-2'", ["u-1 d-2 1 no_certificate"]),
    ("UPDATE certificate SET person = 'p-9' WHERE device = 'd-2'", ["u-1 d-2 1 certificate", "d-2 0 certificate"]),
    ("INSERT INTO certificate SELECT 'd-9', person, key, at, sig FROM certificate", ["d-9 0 certificate"]),
    # receipts and verdicts
    ("UPDATE receipt SET sig = 'x' || sig WHERE chain = {theirs} AND apart = 0", ["u-1 d-2 4 receipt"]),
    ("UPDATE receipt SET hash = 'x' WHERE chain = {theirs} AND apart = 3", ["u-1 d-2 3 receipt"]),
    ("UPDATE receipt SET log = 'log-1' WHERE chain = {theirs} AND apart = 0", ["u-1 d-2 4 receipt"]),
    ("DELETE FROM receipt WHERE chain = {theirs} AND apart = 0", ["u-1 d-2 1 verdict"]),
    ("DELETE FROM receipt WHERE chain = {theirs} AND apart = 3", ["u-1 d-2 3 verdict"]),
    ("UPDATE entry SET code = '' WHERE chain = {theirs} AND seq = 3", ["u-1 d-2 3 verdict"]),
    ("UPDATE entry SET code = 'not_allowed' WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 verdict"]),
    ("UPDATE entry SET number = NULL, code = '' WHERE chain = {theirs} AND seq = 3", ["u-1 d-2 3 derived"]),
    ("UPDATE entry SET number = NULL WHERE chain = {theirs} AND seq = 3", []),
    ("UPDATE entry SET number = NULL, code = 'not_allowed' WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 verdict"]),
    ("UPDATE entry SET number = 9 WHERE chain = {own} AND seq = 2", ["u-1 d-1 2 verdict"]),
    ("UPDATE entry SET record = 'other' WHERE chain = {theirs} AND seq = 2", ["u-1 d-2 2 record"]),
    # what belongs to no chain
    ("INSERT INTO entry SELECT 999, 99, 8, hash, record, number, code, head, body FROM entry LIMIT 1", ["8 gap"]),
    ("INSERT INTO seal SELECT 99, 5, hash, sig FROM seal LIMIT 1", ["5 gap"]),
    ("INSERT INTO receipt SELECT 99, 0, 6, hash, log, number, at, verdict, code, sig FROM receipt LIMIT 1", ["6 gap"]),
    # attachments
    ("UPDATE blob_part SET content = x'00' WHERE first = 3", ["{name} 0 blob"]),
    ("UPDATE blob_part SET content = CAST(content AS TEXT) WHERE first = 3", ["{name} 0 blob"]),
    ("UPDATE blob_part SET first = 'x' WHERE first = 3", ["{name} 0 blob"]),
    ("DELETE FROM blob_part WHERE first = 0", ["{name} 0 blob"]),
    ("UPDATE blob SET complete = 0", []),
    ("DELETE FROM blob", ["{name} 0 blob"]),
    # what is derived
    ("UPDATE record SET day = '2026-09-19' WHERE record = 'n-2'", ["u-1 d-2 2 derived"]),
]


@pytest.mark.parametrize(("statement", "wanted"), TAMPERED)
def test_what_was_tampered_with_is_found_and_named(laptop: Replica, statement: str, wanted: list[str]) -> None:
    theirs, own = (f"(SELECT id FROM chain WHERE device = '{device}')" for device in ("d-2", "d-1"))
    assert laptop.connection.execute(statement.format(theirs=theirs, own=own)).rowcount > 0
    assert _found(laptop) == [each.format(name=NAME) for each in wanted]


def test_of_a_chain_whose_seal_does_not_hold_no_column_is_looked_at(laptop: Replica) -> None:
    laptop.connection.execute("UPDATE seal SET sig = 'x' WHERE seq = 4")
    laptop.connection.execute("UPDATE entry SET record = 'other' WHERE record = 'n-2'")
    assert _found(laptop) == ["u-1 d-2 4 seal"]


def test_a_seal_that_holds_is_none_of_what_stands_there(laptop: Replica) -> None:
    other = chains.make_seal(OTHER, DISTRICT, "u-1", "d-2", 4, chains.digest(b"other"))
    laptop.connection.execute("UPDATE seal SET hash = ?, sig = ? WHERE seq = 4", (other.hash, other.sig))
    assert _found(laptop) == ["u-1 d-2 4 seal"]


def test_a_seal_is_of_its_device_s_key(laptop: Replica) -> None:
    (hash_,) = laptop.connection.execute("SELECT hash FROM chain WHERE device = 'd-2'").fetchone()
    forged = chains.make_seal(FORGED, DISTRICT, "u-1", "d-2", 4, hash_)
    laptop.connection.execute("UPDATE seal SET sig = ? WHERE seq = 4", (forged.sig,))
    assert _found(laptop) == ["u-1 d-2 4 seal"]


def test_a_certificate_is_the_store_s_own(laptop: Replica) -> None:
    _certify(laptop, FORGED)
    assert _found(laptop) == ["u-1 d-2 1 certificate", "d-2 0 certificate"]


@pytest.mark.parametrize("lie", ["another entry's", "another key's"])
def test_a_receipt_is_the_store_s_and_of_what_stands_there(laptop: Replica, lie: str) -> None:
    entry = _chain(4)[3]
    (hash_,) = laptop.connection.execute("SELECT hash FROM chain WHERE device = 'd-2'").fetchone()
    if lie == "another entry's":
        receipt = _receipt(entry, hash=chains.digest(b"other"), log="log-1 apart 3")
    else:
        receipt = _receipt(entry, FORGED, hash=hash_, log="log-1 apart 3")
    laptop.connection.execute(
        "UPDATE receipt SET hash = ?, sig = ?, number = 7 WHERE seq = 4 AND apart = 0", (receipt.hash, receipt.sig)
    )
    assert _found(laptop) == ["u-1 d-2 4 receipt"]


def test_one_unit_s_ledger_is_verified_by_itself(laptop: Replica) -> None:
    laptop.connection.execute("UPDATE seal SET sig = 'x' WHERE seq = 4")
    assert _found(laptop, "u-1") == ["u-1 d-2 4 seal"]
    assert (_found(laptop, "u-9"), verify(laptop, "u-9").chains) == ([], 0)
    laptop.connection.execute("UPDATE blob_part SET content = x'00' WHERE first = 3")
    assert _found(laptop, "u-9") == []


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ("DELETE FROM seal WHERE seq = 4", "u-1 d-2 1 no_seal"),
        ("DELETE FROM receipt WHERE seq = 4", "u-1 d-2 1 verdict"),
    ],
)
def test_what_a_pull_that_was_broken_off_has_not_brought_yet_is_no_break(
    laptop: Replica, lost: str, named: str
) -> None:
    laptop.connection.execute(lost)
    assert _found(laptop) == [named]
    laptop.set_setting(UNFINISHED, "1")
    found = verify(laptop)
    assert (found.breaks, found.unfinished, found.receipted) == ([], True, 5 if "seal" in lost else 1)


def test_a_break_of_another_kind_is_one_also_while_a_pull_is_unfinished(laptop: Replica) -> None:
    laptop.set_setting(UNFINISHED, "1")
    laptop.connection.execute("UPDATE seal SET sig = 'x' WHERE seq = 4")
    assert _found(laptop) == ["u-1 d-2 4 seal"]


@pytest.mark.parametrize(("code", "breaks"), [("", []), ("out_of_scope", ["u-1 d-2 3 verdict"])])
def test_what_was_released_counts_as_accepted(laptop: Replica, code: str, breaks: list[str]) -> None:
    row = laptop.connection.execute("SELECT hash FROM entry WHERE record = 'n-3'").fetchone()
    released = _receipt(_chain(4)[2], hash=chains.HASH_PREFIX + row[0].hex(), code="released")
    with laptop.transaction() as connection:
        accept_up_to(connection, released)
    assert _found(laptop) == []
    laptop.connection.execute("UPDATE entry SET code = ? WHERE record = 'n-3'", (code,))
    assert _found(laptop) == breaks


def test_a_head_whose_content_has_left_holds(laptop: Replica) -> None:
    laptop.connection.execute("UPDATE entry SET body = NULL WHERE record = 'n-3'")
    assert [each for each in _found(laptop) if "derived" not in each] == []
