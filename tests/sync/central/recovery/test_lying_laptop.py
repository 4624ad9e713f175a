"""A laptop that lies to a restored store: receipts it made itself, an entry in another's place; nothing comes of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from sync.central.service.store import Store
from sync.central.storage import statements
from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Receipt, Seal
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Pen

FORGED = keys.new_private_key()


def _given(pen: Pen, *entries: Entry, receipts: list[Receipt] | None = None, seals: list[Seal] | None = None) -> None:
    """Give entries back as a laptop does that noticed a restoration; without any, what it knows of verdicts."""
    request = codec.SyncRequest(
        given=True,
        want=0,
        seals=pen.seals(entries) if seals is None else seals,
        certificates=[pen.joined.certificate],
        receipts=receipts or [],
    )
    pen.store.exchange(pen.submitter, request, [codec.line(each) for each in entries])


def _codes(store: Store) -> list[str]:
    """The verdict on each note the store holds, in the order of their numbers."""
    rows = store.engine.read(
        lambda session: session.rows("SELECT code FROM entry WHERE kind = 'liaison_note' ORDER BY number")
    )
    return [str(code) for (code,) in rows]


def _apart(store: Store, entry: Entry, private: str, district: str = "demo") -> Receipt:
    head = entry.head
    receipt = Receipt(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=entry.hash,
        log="log-1",
        number=7,
        at=chains.now(),
        verdict="apart",
        code="out_of_scope",
        sig="",
    )
    return chains.sign_receipt(private, district, receipt)


def _by_another_key(store: Store, entry: Entry) -> Receipt:
    return _apart(store, entry, FORGED)


def _of_another_district(store: Store, entry: Entry) -> Receipt:
    return _apart(store, entry, store.district.private_key, "another")


def _of_other_words(store: Store, entry: Entry) -> Receipt:
    receipt = msgspec.structs.replace(_apart(store, entry, FORGED), hash=chains.digest(b"other"))
    return chains.sign_receipt(store.district.private_key, "demo", receipt)


def _changed(store: Store, entry: Entry) -> Receipt:
    signed = chains.sign_receipt(store.district.private_key, "demo", _apart(store, entry, FORGED))
    return msgspec.structs.replace(signed, code="not_allowed")


Forger = Callable[[Store, Entry], Receipt]
FORGERS = [_by_another_key, _of_another_district, _of_other_words, _changed]


@pytest.mark.parametrize("forge", FORGERS, ids=lambda each: each.__name__)
def test_a_forged_receipt_keeps_nothing_apart_in_a_store_that_was_restored(
    store: Store, wang: Pen, forge: Forger
) -> None:
    entry = wang.write()
    _given(wang, entry, receipts=[forge(store, entry)])
    assert _codes(store) == [""]


@pytest.mark.parametrize("forge", FORGERS, ids=lambda each: each.__name__)
def test_a_forged_receipt_recalls_nothing_that_was_accepted(store: Store, wang: Pen, forge: Forger) -> None:
    entry = wang.write()
    wang.send(entry)
    _given(wang, receipts=[forge(store, entry)])
    assert _codes(store) == [""]


def test_a_receipt_that_the_store_has_signed_keeps_apart_and_recalls(store: Store, wang: Pen) -> None:
    """What the others are measured by."""
    first, second = wang.write(), wang.write("u-2")
    wang.send(first)
    receipts = [_apart(store, each, store.district.private_key) for each in (first, second)]
    _given(wang, receipts=receipts[:1])
    _given(wang, second, receipts=receipts[1:])
    assert _codes(store) == ["out_of_scope"] * 2


def test_a_forged_receipt_accepts_nothing(store: Store, wang: Pen) -> None:
    entry = wang.write("u-3")
    said = msgspec.structs.replace(_by_another_key(store, entry), verdict="accepted", code="")
    _given(wang, entry, receipts=[chains.sign_receipt(FORGED, "demo", said)])
    assert _codes(store) == ["out_of_scope"]
    assert chains.sign_receipt(store.district.private_key, "demo", said).sig != said.sig


def _instead(entry: Entry) -> Entry:
    """Another entry, whole in itself, that names the same one before it."""
    return chains.compose(
        ledger=entry.head.ledger,
        device=entry.head.device,
        seq=entry.head.seq,
        prev=entry.head.prev,
        kind=entry.head.kind,
        record=entry.head.record,
        fields=NOTE | {"content": "别的话"},
        by=chains.read_body(entry.raw_body or b"").by,
        at=chains.read_body(entry.raw_body or b"").at,
    )


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_chain_in_which_one_entry_was_replaced_is_not_taken_back(store: Store, wang: Pen, at: int) -> None:
    """Only what the next names as the one before it shows that, and at the end the seal."""
    chain = [wang.write() for _ in range(3)]
    seals = wang.seals(chain)
    lied = [_instead(each) if place == at else each for place, each in enumerate(chain)]
    _given(wang, *lied, seals=seals)
    assert _codes(store) == []
    _given(wang, *chain, seals=seals)
    assert _codes(store) == ["", "", ""]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_chain_in_which_one_entry_was_replaced_is_not_taken_when_it_is_sent(store: Store, wang: Pen, at: int) -> None:
    chain = [wang.write() for _ in range(3)]
    seals = wang.seals(chain)
    lied = [_instead(each) if place == at else each for place, each in enumerate(chain)]
    wang.send(*lied, seals=seals)
    assert "" not in _codes(store)


def test_a_chain_that_was_begun_in_the_middle_is_not_taken_back(store: Store, wang: Pen) -> None:
    chain = [wang.write() for _ in range(3)]
    _given(wang, *chain[1:], seals=wang.seals(chain))
    assert _codes(store) == []


@pytest.mark.parametrize("who", ["another key", "an earlier entry"])
def test_a_chain_without_its_device_s_seal_on_its_end_is_not_taken_back(store: Store, wang: Pen, who: str) -> None:
    chain = [wang.write() for _ in range(2)]
    seals = wang.seals(chain, FORGED) if who == "another key" else wang.seals(chain[:1])
    _given(wang, *chain, seals=seals)
    assert _codes(store) == ([] if who == "another key" else [""])


def test_a_certificate_by_another_key_proves_no_device(store: Store, wang: Pen) -> None:
    """For a device that the store has forgotten only the store's own word counts."""
    entry = wang.write()
    lost = "d-lost"
    private = keys.new_private_key()
    forgotten = chains.compose(
        ledger="u-1",
        device=lost,
        seq=1,
        prev="",
        kind="liaison_note",
        record="n-1",
        fields=dict(NOTE),
        by="wang",
        at=chains.now(),
    )
    seal = chains.make_seal(private, "demo", "u-1", lost, 1, forgotten.hash)
    for key in (FORGED, store.district.private_key):
        certificate = chains.make_certificate(key, "demo", lost, "wang", keys.public_key(private), chains.now())
        request = codec.SyncRequest(given=True, want=0, seals=[seal], certificates=[certificate])
        request.receipts = [_accepted(store, forgotten)]
        store.exchange(wang.submitter, request, [codec.line(forgotten)])
        assert _codes(store) == ([] if key == FORGED else [""])
    assert entry.head.device != lost
    assert store.engine.read(lambda session: session.row(statements.CERTIFICATE, ("demo", lost))) is not None


def _accepted(store: Store, entry: Entry) -> Receipt:
    said = msgspec.structs.replace(_by_another_key(store, entry), verdict="accepted", code="")
    return chains.sign_receipt(store.district.private_key, "demo", said)
