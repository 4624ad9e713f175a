"""What the store finds when it verifies itself: each break by its place and reason, and no other."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import msgspec
import pytest

from sync.central.admin import staff
from sync.central.log.verify import Verified, Verifier
from sync.central.service.store import Store
from sync.ledger import chains as ledger
from sync.ledger import ids, keys
from sync.ledger.chains import read_certificate, read_receipt
from tests.sync.central.pen import Pen

PAPER = b"%PDF-1.7 paper"
NAME = hashlib.sha256(PAPER).hexdigest()


@pytest.fixture
def busy(store: Store, wang: Pen, director: Pen) -> Store:
    """A store with entries of three devices, one of them kept apart, one released, and an attachment."""
    wang.send(wang.write(), wang.write(), wang.write("u-2"))
    apart, released = wang.write("u-3"), wang.write("u-3")
    wang.send(apart, released)
    said = {"target": released.hash, "place": f"{wang.device}:2", "verdict": "released", "comment": "ok"}
    director.send(director.write("u-3"), director.write("u-3", said, "ruling", record=ids.new_id()))
    store.attachments.put(wang.submitter, NAME, PAPER[:5], 0, len(PAPER))
    store.attachments.put(wang.submitter, NAME, PAPER[5:], 5, len(PAPER))
    staff.revoke(store, wang.device)
    return store


def _verified(store: Store) -> Verified:
    district = store.district
    return store.engine.read(lambda session: Verifier(session, district.id, district.public_key).verify())


def _change(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.engine.path)) as connection, connection:  # type: ignore[attr-defined]
        assert connection.execute(statement, values).rowcount > 0


def _found(store: Store, wang: Pen) -> list[str]:
    """The breaks, each on a line of its own."""
    return [
        " ".join(filter(None, (each.ledger, each.device.replace(wang.device, "wang"), str(each.seq), each.reason)))
        for each in _verified(store).breaks
    ]


def _numbers(store: Store, wang: Pen) -> dict[str, int]:
    """Arrival numbers by what arrived with them."""
    asked = {
        "u1": f"SELECT number FROM entry WHERE ledger = 'u-1' AND device = '{wang.device}' AND seq = 1",
        "u1next": f"SELECT number FROM entry WHERE ledger = 'u-1' AND device = '{wang.device}' AND seq = 2",
        "u2": f"SELECT number FROM entry WHERE ledger = 'u-2' AND device = '{wang.device}'",
        "apart": f"SELECT number FROM entry WHERE ledger = 'u-3' AND device = '{wang.device}' AND seq = 1",
        "release": "SELECT number FROM released",
        "newest": "SELECT last_number FROM district",
        "next": "SELECT last_number + 1 FROM district",
        "events": "SELECT max(number) FROM audit",
    }
    with closing(sqlite3.connect(store.engine.path)) as connection:  # type: ignore[attr-defined]
        return {name: int(connection.execute(each).fetchone()[0]) for name, each in asked.items()}


_TAMPERED = [
    # chains
    (
        "UPDATE entry SET body = replace(body, '生产', '上产') WHERE ledger = 'u-1' AND seq = 2 AND {mine}",
        ["u-1 wang 2 malformed"],
    ),
    (
        "UPDATE entry SET body = CAST(body AS TEXT) WHERE ledger = 'u-1' AND seq = 2 AND {mine}",
        ["u-1 wang 2 malformed"],
    ),
    (
        "UPDATE entry SET head = CAST(head AS TEXT) WHERE ledger = 'u-1' AND seq = 2 AND {mine}",
        ["u-1 wang 2 malformed"],
    ),
    (
        "UPDATE entry SET hash = 'sha256:' || substr(hash, 9) || '0' WHERE ledger = 'u-2' AND {mine}",
        ["u-2 wang 1 hash", "{u2} number"],
    ),
    ("DELETE FROM entry WHERE ledger = 'u-1' AND seq = 1 AND {mine}", ["u-1 wang 1 gap", "{u1} number"]),
    ("DELETE FROM entry WHERE ledger = 'u-1' AND seq = 2 AND {mine}", ["u-1 wang 2 gap", "{u1next} number"]),
    ("DELETE FROM entry WHERE ledger = 'u-2' AND {mine}", ["u-2 wang 1 gap", "{u2} number"]),
    ("DELETE FROM chain WHERE ledger = 'u-1' AND {mine}", ["u-1 wang 1 gap"]),
    ("UPDATE chain SET seq = 1 WHERE ledger = 'u-1' AND {mine}", ["u-1 wang 2 gap"]),
    ("UPDATE chain SET seq = 3 WHERE ledger = 'u-1' AND {mine}", ["u-1 wang 3 gap"]),
    ("UPDATE chain SET hash = seal_sig WHERE ledger = 'u-1' AND {mine}", ["u-1 wang 3 gap"]),
    ("UPDATE entry SET body = NULL WHERE ledger = 'u-1' AND seq = 1 AND {mine}", ["u-1 wang 1 body"]),
    ("UPDATE entry SET body = NULL WHERE ledger = 'u-3' AND seq = 1 AND {mine}", []),
    # seals, certificates, receipts
    ("UPDATE chain SET seal_sig = seal_sig || 'x' WHERE ledger = 'u-2' AND {mine}", ["u-2 wang 1 seal"]),
    ("UPDATE chain SET seal_hash = receipt WHERE ledger = 'u-2' AND {mine}", ["u-2 wang 1 seal"]),
    (
        "UPDATE device SET certificate = replace(certificate, 'wang', 'zhao') WHERE {mine}",
        ["u-1 wang 1 certificate", "u-2 wang 1 certificate", "u-3 wang 1 certificate"],
    ),
    (
        "UPDATE device SET certificate = 'none' WHERE {mine}",
        ["u-1 wang 1 certificate", "u-2 wang 1 certificate", "u-3 wang 1 certificate"],
    ),
    (
        "UPDATE device SET certificate = (SELECT certificate FROM device WHERE person = 'director') WHERE {mine}",
        ["u-1 wang 1 certificate", "u-2 wang 1 certificate", "u-3 wang 1 certificate"],
    ),
    ("DELETE FROM device WHERE {mine}", ["u-1 wang 1 certificate", "u-2 wang 1 certificate", "u-3 wang 1 certificate"]),
    (
        "UPDATE chain SET receipt = replace(receipt, 'accepted', 'apart') WHERE ledger = 'u-2' AND {mine}",
        ["u-2 wang 1 receipt"],
    ),
    (
        "UPDATE chain SET receipt = replace(receipt, ' apart 1', '') WHERE ledger = 'u-3' AND {mine}",
        ["u-3 wang 2 receipt"],
    ),
    ("UPDATE chain SET receipt = 'none' WHERE ledger = 'u-1' AND {mine}", ["u-1 wang 2 receipt"]),
    (
        "UPDATE chain SET receipt = (SELECT receipt FROM chain WHERE ledger = 'u-2' AND {mine})"
        " WHERE ledger = 'u-1' AND {mine}",
        ["u-1 wang 1 receipt"],
    ),
    # the log
    ("UPDATE entry SET code = 'invalid_fields' WHERE ledger = 'u-2' AND {mine}", ["{u2} number"]),
    ("UPDATE entry SET code = '' WHERE ledger = 'u-3' AND seq = 1 AND {mine}", ["{apart} number"]),
    ("UPDATE entry SET number = number + 1 WHERE number = (SELECT last_number FROM district)", ["{newest} number"]),
    ("UPDATE district SET last_number = last_number + 1", ["{next} number"]),
    ("UPDATE district SET last_number = last_number - 1", ["{next} number"]),
    ("UPDATE district SET last_running = ''", ["{next} number"]),
    ("UPDATE apart SET code = 'malformed'", ["{apart} verdict"]),
    ("UPDATE apart SET hash = 'sha256:' || substr(hash, 9) || '0'", ["{apart} verdict"]),
    ("DELETE FROM apart", ["{apart} verdict"]),
    ("UPDATE released SET receipt = 'none'", ["{release} receipt"]),
    ("UPDATE released SET receipt = replace(receipt, 'u-3', 'u-1')", ["{release} receipt"]),
    # the trail
    ("UPDATE audit SET who = 'nobody' WHERE number = 1", ["audit 1 hash"]),
    ("UPDATE audit SET hash = 'x' WHERE number = (SELECT max(number) FROM audit)", ["audit {events} hash"]),
    ("DELETE FROM audit WHERE number = 1", ["audit 1 hash"]),
    ("UPDATE audit SET number = number + 1 WHERE number = (SELECT max(number) FROM audit)", ["audit {events} hash"]),
    # attachments
    ("UPDATE blob_part SET content = content || x'00' WHERE first = 5", ["attachment {name} 0 blob"]),
    ("UPDATE blob_part SET content = CAST(content AS TEXT) WHERE first = 0", ["attachment {name} 0 blob"]),
    ("UPDATE blob SET size = size + 1", ["attachment {name} 0 blob"]),
    ("DELETE FROM blob_part WHERE first = 0", ["attachment {name} 0 blob"]),
]


@pytest.mark.parametrize(("statement", "wanted"), _TAMPERED)
def test_what_was_tampered_with_is_found_and_named(busy: Store, wang: Pen, statement: str, wanted: list[str]) -> None:
    numbers = _numbers(busy, wang)
    _change(busy, statement.format(mine=f"device = '{wang.device}'"))
    assert _found(busy, wang) == [each.format(**numbers, name=NAME) for each in wanted]


def test_what_is_whole_is_counted_and_nothing_is_found(busy: Store, wang: Pen) -> None:
    found = _verified(busy)
    (chains,) = busy.engine.read(lambda session: session.rows("SELECT count(*) FROM chain"))
    (entries,) = busy.engine.read(lambda session: session.rows("SELECT count(*) FROM entry"))
    assert (found.breaks, found.chains, found.entries, found.unsealed) == ([], chains[0], entries[0], 0)
    assert entries[0] > chains[0] > 6


@pytest.mark.parametrize(("seal_seq", "unsealed", "breaks"), [(0, 2, []), (1, 1, ["u-1 wang 1 seal"])])
def test_what_was_accepted_beyond_a_seal_is_counted(
    busy: Store, wang: Pen, seal_seq: int, unsealed: int, breaks: list[str]
) -> None:
    _change(busy, "UPDATE chain SET seal_seq = ? WHERE ledger = 'u-1' AND device = ?", seal_seq, wang.device)
    assert (_verified(busy).unsealed, _found(busy, wang)) == (unsealed, breaks)


def test_a_seal_that_holds_is_none_of_what_stands_there(busy: Store, wang: Pen) -> None:
    """Its device has signed it, but for other entries than these."""
    other = ledger.make_seal(wang.private, "demo", "u-2", wang.device, 1, ledger.digest(b"other"))
    _change(
        busy,
        "UPDATE chain SET seal_hash = ?, seal_sig = ? WHERE ledger = 'u-2' AND device = ?",
        other.hash,
        other.sig,
        wang.device,
    )
    assert _found(busy, wang) == ["u-2 wang 1 seal"]


@pytest.mark.parametrize("lie", ["another entry's", "another key's"])
def test_a_receipt_is_the_store_s_and_of_what_stands_there(busy: Store, wang: Pen, lie: str) -> None:
    ((text,),) = busy.engine.read(
        lambda session: session.rows(f"SELECT receipt FROM chain WHERE ledger = 'u-2' AND device = '{wang.device}'")
    )
    receipt, key = read_receipt(text), busy.district.private_key
    if lie == "another entry's":
        receipt = msgspec.structs.replace(receipt, hash=ledger.digest(b"other"))
    else:
        key = keys.new_private_key()
    said = msgspec.json.encode(ledger.sign_receipt(key, "demo", receipt)).decode()
    _change(busy, "UPDATE chain SET receipt = ? WHERE ledger = 'u-2' AND device = ?", said, wang.device)
    assert _found(busy, wang) == ["u-2 wang 1 receipt"]


def test_a_certificate_is_the_store_s_own(busy: Store, wang: Pen) -> None:
    ((text,),) = busy.engine.read(
        lambda session: session.rows(f"SELECT certificate FROM device WHERE device = '{wang.device}'")
    )
    known = read_certificate(text)
    forged = ledger.make_certificate(keys.new_private_key(), "demo", known.device, known.person, known.key, known.at)
    _change(
        busy, "UPDATE device SET certificate = ? WHERE device = ?", msgspec.json.encode(forged).decode(), wang.device
    )
    assert _found(busy, wang) == [f"u-{unit} wang 1 certificate" for unit in (1, 2, 3)]


def test_a_log_begun_before_running_hashes_had_a_stamp_verifies_and_goes_on(store: Store, wang: Pen) -> None:
    wang.send(wang.write(), wang.write("u-3"))
    _write_running_hashes_of_old(store)
    assert _verified(store).breaks == []
    wang.send(wang.write())
    assert _verified(store).breaks == []


def _write_running_hashes_of_old(store: Store) -> None:
    """Hashes over entries and verdicts alone, as stores wrote them once."""
    with closing(sqlite3.connect(store.engine.path)) as connection, connection:  # type: ignore[attr-defined]
        rows = connection.execute("SELECT number, hash, code FROM entry ORDER BY number").fetchall()
        running = ""
        for number, hash_, code in rows:
            running = hashlib.sha256((running + hash_ + code).encode()).hexdigest()
            connection.execute("UPDATE entry SET running = ? WHERE number = ?", (running, number))
        connection.execute("UPDATE district SET last_running = ?", (running,))
