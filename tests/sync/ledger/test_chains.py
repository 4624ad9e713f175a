"""Entries, chains and signatures: a changed byte anywhere is found at its entry."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.ledger import chains, keys
from sync.ledger.chains import Entry, MalformedEntry, Receipt, StoredEntry
from sync.model import bounds


def chain(length: int) -> list[StoredEntry]:
    rows: list[StoredEntry] = []
    previous = ""
    for seq in range(1, length + 1):
        entry = chains.compose(
            ledger="u-1",
            device="d-1",
            seq=seq,
            prev=previous,
            kind="liaison_note",
            record=f"r-{seq}",
            fields={"content": f"第 {seq} 次走访"},
            by="p-1",
            at="2026-09-18T08:00:00.000Z",
            salt=f"{seq:032}",
        )
        previous = entry.hash
        rows.append(stored(entry))
    return rows


def stored(entry: Entry) -> StoredEntry:
    head = entry.head
    return StoredEntry(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=entry.hash,
        raw_head=entry.raw_head,
        raw_body=entry.raw_body,
    )


CHAIN = chain(6)


def test_an_untouched_chain_holds_with_and_without_bodies() -> None:
    assert chains.verify_chain(CHAIN) is None
    assert chains.verify_chain([msgspec.structs.replace(row, raw_body=None) for row in CHAIN]) is None


@settings(max_examples=300)
@given(st.integers(0, 5), st.sampled_from(["raw_head", "raw_body"]), st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_anywhere_breaks_verification_at_that_entry(
    place: int, part: str, offset: int, change: int
) -> None:
    data = bytearray(getattr(CHAIN[place], part))
    data[offset % len(data)] ^= change
    rows = [*CHAIN[:place], msgspec.structs.replace(CHAIN[place], **{part: bytes(data)}), *CHAIN[place + 1 :]]

    broken = chains.verify_chain(rows)

    assert broken is not None
    assert broken.seq == place + 1


@pytest.mark.parametrize("place", range(5))
def test_a_missing_or_moved_entry_breaks_the_chain_at_its_place(place: int) -> None:
    missing = chains.verify_chain(CHAIN[:place] + CHAIN[place + 1 :])
    swapped = chains.verify_chain([*CHAIN[:place], CHAIN[place + 1], CHAIN[place], *CHAIN[place + 2 :]])
    assert missing is not None
    assert swapped is not None
    assert missing.seq == swapped.seq == place + 1


def test_a_rewritten_entry_no_longer_fits_the_seal() -> None:
    private = keys.new_private_key()
    end = CHAIN[-1]
    seal = chains.make_seal(private, "demo", "u-1", "d-1", end.seq, end.hash)
    assert chains.seal_holds(seal, "demo", keys.public_key(private))
    assert not chains.seal_holds(seal, "elsewhere", keys.public_key(private))
    assert not chains.seal_holds(msgspec.structs.replace(seal, hash=CHAIN[0].hash), "demo", keys.public_key(private))
    assert not chains.seal_holds(seal, "demo", keys.public_key(keys.new_private_key()))


@pytest.mark.parametrize("field", ["ledger", "device", "seq", "hash", "log", "number", "at", "verdict", "code"])
def test_a_receipt_holds_only_as_the_store_signed_it(field: str) -> None:
    private = keys.new_private_key()
    receipt = chains.sign_receipt(
        private,
        "demo",
        Receipt(ledger="u", device="d", seq=3, hash="sha256:0", log="l", number=9, at="t", verdict="accepted", sig=""),
    )
    assert chains.receipt_holds(receipt, "demo", keys.public_key(private))
    other = 4 if field in ("seq", "number") else "apart"
    changed = msgspec.structs.replace(receipt, **{field: other})
    assert not chains.receipt_holds(changed, "demo", keys.public_key(private))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"v":1}',
        b'{"body":1e999}',
        b"\xff\xfe",
        CHAIN[0].raw_head.replace(b'"v":1', b'"v": 1'),
        CHAIN[0].raw_head.replace(b'"seq":1', b'"seq":1,"seq":1'),
        CHAIN[0].raw_head.replace(b'"v":1', b'"v":1,"x":1'),
    ],
)
def test_bytes_that_are_not_a_canonical_head_are_refused(head: bytes) -> None:
    with pytest.raises(MalformedEntry):
        chains.read_entry(head, None)


def test_a_body_written_otherwise_is_not_canonical() -> None:
    body = CHAIN[0].raw_body or b""
    assert chains.check_canonical_body(body).by == "p-1"
    with pytest.raises(MalformedEntry):
        chains.check_canonical_body(body.replace(b'"by":', b'"by": '))


def _nested(depth: int) -> bytes:
    """A body with a value of so many lists within each other."""
    value = b"[" * depth + b'"[{"' + b"]" * depth
    return b'{"at":"","by":"","salt":"","set":{"echo":%b}}' % value


def _from_deep_inside(calls: int, raw_body: bytes) -> Any:
    return _from_deep_inside(calls - 1, raw_body) if calls else chains.read_body(raw_body).set["echo"]


def test_whether_a_body_is_too_deep_does_not_hang_on_who_reads_it() -> None:
    for calls in (0, 300, 600):
        assert _from_deep_inside(calls, _nested(150))
        with pytest.raises(MalformedEntry):
            _from_deep_inside(calls, _nested(250))
    brackets = b'{"at":"","by":"","salt":"","set":{"echo":"%b"}}' % (b"[{" * 5_000)
    assert len(chains.read_body(brackets).set["echo"]) == 10_000  # in a text they are signs like others


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": [1, -0.0, 2**53 - 1, None, True, "✔\ufe0f"]}, ""),
        (2**53, "out_of_range"),
        (-(2**53), "out_of_range"),
        (float("inf"), "not_number"),
        ({"\ud800": 1}, "control"),
        (["\udfff"], "control"),
    ],
)
def test_values_that_other_programs_would_read_otherwise_are_not_written(value: Any, code: str) -> None:
    assert (bounds.value_fault(value) or ("",))[0] == code


def test_an_entry_is_written_as_these_bytes_and_no_others() -> None:
    entry = chains.compose(
        ledger="u-1",
        device="d-1",
        seq=2,
        prev="sha256:0",
        kind="note",
        record="r-1",
        fields={"b": 1, "a": "甲"},
        by="p-1",
        at="2026-09-18T08:00:00.000Z",
        salt="0",
    )
    assert entry.raw_body == ('{"at":"2026-09-18T08:00:00.000Z","by":"p-1","salt":"0","set":{"a":"甲","b":1}}'.encode())
    body = chains.digest(entry.raw_body)
    rest = '"device":"d-1","kind":"note","ledger":"u-1","prev":"sha256:0","record":"r-1","seq":2,"v":1}'
    assert entry.raw_head == f'{{"body":"{body}",{rest}'.encode()
    assert entry.hash == chains.digest(entry.raw_head)
    assert chains.compose(**(_LEAST | {"salt": ""})).raw_body != chains.compose(**(_LEAST | {"salt": ""})).raw_body


_LEAST: dict[str, Any] = {
    "ledger": "u-1",
    "device": "d-1",
    "seq": 1,
    "prev": "",
    "kind": "note",
    "record": "r-1",
    "fields": {"a": 1},
    "by": "p-1",
    "at": "",
}


def test_what_an_edit_replaced_why_and_what_it_was_before_stand_in_its_bytes() -> None:
    entry = chains.compose(**_LEAST, over={"a": ["sha256:1"]}, why="更正", was="sha256:2")
    head = (
        b'{"body":"%b","device":"d-1","kind":"note","ledger":"u-1","over":{"a":["sha256:1"]},"prev":"","record":"r-1"'
    )
    assert entry.raw_body is not None
    assert entry.raw_head == head % entry.head.body.encode() + b',"seq":1,"v":1,"was":"sha256:2"}'
    assert chains.check_canonical_body(entry.raw_body).why == "更正"


def test_an_entry_written_again_names_the_first_it_was_however_often() -> None:
    first = chains.compose(**_LEAST)
    again = chains.write_again(first, device="d-2", seq=7, prev="sha256:3")
    thrice = chains.write_again(again, device="d-3", seq=8, prev="sha256:4")
    assert (again.head.device, again.head.seq, again.head.prev) == ("d-2", 7, "sha256:3")
    assert again.head.was == thrice.head.was == first.hash
    assert again.raw_body == first.raw_body
    assert chains.read_entry(again.raw_head, again.raw_body) == again


@pytest.mark.parametrize(
    ("one", "other", "seconds"),
    [
        ("2026-09-18T08:05:00.000Z", "2026-09-18T08:00:00.000Z", 300),
        ("2026-09-18T08:00:00.000Z", "2026-09-18T08:00:01.000Z", -1),
        ("2026-09-18T08:00:00.000Z", "soon", 0),
        ("2026-09-18T08:05:00", "2026-09-18T08:00:00.000Z", 0),
    ],
)
def test_clocks_are_so_many_seconds_apart(one: str, other: str, seconds: int) -> None:
    assert chains.seconds_apart(one, other) == seconds


@pytest.mark.parametrize("field", ["device", "person", "key", "at"])
def test_a_certificate_holds_only_as_the_store_signed_it(field: str) -> None:
    private = keys.new_private_key()
    certificate = chains.make_certificate(private, "demo", "d-1", "p-1", "key", "2026-09-18T08:00:00.000Z")
    assert chains.certificate_holds(certificate, "demo", keys.public_key(private))
    assert not chains.certificate_holds(certificate, "elsewhere", keys.public_key(private))
    changed = msgspec.structs.replace(certificate, **{field: "other"})
    assert not chains.certificate_holds(changed, "demo", keys.public_key(private))


@pytest.mark.parametrize("field", ["ledger", "device", "seq", "hash"])
def test_a_seal_holds_only_as_the_device_signed_it(field: str) -> None:
    private = keys.new_private_key()
    seal = chains.make_seal(private, "demo", "u-1", "d-1", 3, "sha256:0")
    changed = msgspec.structs.replace(seal, **{field: 4 if field == "seq" else "other"})
    assert not chains.seal_holds(changed, "demo", keys.public_key(private))


@pytest.mark.parametrize(("depth", "kept"), [(198, True), (199, False)])
def test_a_body_may_be_two_hundred_deep_and_no_deeper(depth: int, kept: bool) -> None:
    """The value stands in two objects: the body and what it sets."""
    if kept:
        assert chains.read_body(_nested(depth)).set["echo"]
    else:
        with pytest.raises(MalformedEntry, match="too deep"):
            chains.read_body(_nested(depth))


def test_what_is_read_of_a_chain_cannot_be_changed_afterwards() -> None:
    entry = chains.compose(**_LEAST)
    assert entry.raw_body is not None
    private = keys.new_private_key()
    seal = chains.make_seal(private, "demo", "u-1", "d-1", 1, entry.hash)
    receipt = Receipt(ledger="u", device="d", seq=3, hash="0", log="l", number=9, at="t", verdict="accepted", sig="")
    for part, field in (
        (chains.make_certificate(private, "demo", "d-1", "p-1", "key", ""), "key"),
        (receipt, "number"),
        (chains.Break(ledger="u", device="d", seq=3, reason="gap"), "seq"),
        (entry, "hash"),
        (entry.head, "seq"),
        (chains.read_body(entry.raw_body), "by"),
        (seal, "seq"),
        (stored(entry), "seq"),
    ):
        with pytest.raises(AttributeError):
            setattr(part, field, "other")


def test_a_body_that_says_more_than_a_body_says_is_not_read() -> None:
    with pytest.raises(MalformedEntry):
        chains.read_body(b'{"at":"","by":"","more":1,"salt":"","set":{}}')


@pytest.mark.parametrize(
    ("claimed", "reason"),
    [
        ({"seq": 2}, "gap"),
        ({"raw_head": b"{}"}, "malformed"),
        ({"hash": "sha256:0"}, "hash"),
        ({"ledger": "u-2"}, "link"),
        ({"device": "d-2"}, "link"),
    ],
)
def test_what_does_not_hold_of_the_first_entry_is_named(claimed: dict[str, Any], reason: str) -> None:
    broken = chains.verify_chain([msgspec.structs.replace(CHAIN[0], **claimed)])
    assert broken is not None
    assert (broken.seq, broken.reason) == (1, reason)


def test_an_entry_that_names_another_before_it_breaks_the_chain() -> None:
    other = chains.compose(**(_LEAST | {"seq": 2, "prev": "sha256:0"}))
    broken = chains.verify_chain([CHAIN[0], stored(other)])
    assert broken == chains.Break(ledger="u-1", device="d-1", seq=2, reason="link")


def test_other_programs_may_rely_on_these_limits() -> None:
    assert chains.MAX_ENTRY_BYTES == 262_144
    assert chains.TOLERATED_SKEW == 300


def test_a_receipt_says_no_code_where_there_is_none() -> None:
    receipt = Receipt(ledger="u", device="d", seq=3, hash="0", log="l", number=9, at="t", verdict="accepted", sig="s")
    wanted = (
        b'{"ledger":"u","device":"d","seq":3,"hash":"0","log":"l","number":9,"at":"t","verdict":"accepted","sig":"s"}'
    )
    assert msgspec.json.encode(receipt) == wanted
