"""Messages as they are written, coded and read again: what fits at the limit, and what is refused beyond it."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zstandard

from sync.ledger import chains, keys
from sync.ledger.chains import MalformedEntry
from sync.protocol import codec
from sync.protocol.codec import MalformedMessage, TooLarge
from sync.protocol.messages import Scope, SyncRequest, Terms

ENTRY = chains.compose(
    ledger="u-1",
    device="d-1",
    seq=1,
    prev="",
    kind="unit",
    record="u-1",
    fields={"name": "甲支部", "category": "farm"},
    by="p-1",
    at="2026-09-18T00:00:00.000Z",
    salt="0" * 32,
)


def _asked() -> SyncRequest:
    return SyncRequest(log="l-1", cursor=3)


def test_a_message_is_read_as_it_was_written() -> None:
    lines = [codec.line(ENTRY), b"x\t"]
    packed = codec.pack(_asked(), lines)
    header, read = codec.unpack(codec.decompress(packed, "zstd"), SyncRequest)
    assert read == lines
    assert (header.entries, len(header.digest)) == (2, 64)


def test_a_message_without_lines_has_none_and_no_digest() -> None:
    written = codec.written(_asked(), [])
    header, read = codec.unpack(written, SyncRequest)
    assert (read, header.entries, header.digest) == ([], 0, "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data + b"\nx\t", "cut short"),
        (lambda data: data.rpartition(b"\n")[0], "cut short"),
        (lambda data: data[:-1] + b"!", "damaged"),
        (lambda data: b"{" + data, "the header cannot be read"),
        (lambda data: b"", "the header cannot be read"),
    ],
)
def test_a_message_that_is_not_what_it_says_is_refused(change: Any, why: str) -> None:
    data = codec.written(_asked(), [b"a\t", b"b\t"])
    with pytest.raises(MalformedMessage, match=why):
        codec.unpack(change(data), SyncRequest)


def _unsized(data: bytes) -> bytes:
    """A frame that does not declare how much it holds."""
    coder = zstandard.ZstdCompressor().compressobj()
    return coder.compress(data) + coder.flush()


CODED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    "identity": lambda data: data,
    "zstd": lambda data: zstandard.compress(data),
    "gzip": gzip.compress,
}


@pytest.mark.parametrize("encoding", CODED)
@pytest.mark.parametrize(("length", "fits"), [(0, True), (1_000, True), (1_001, False)])
def test_no_coding_makes_more_than_the_limit(encoding: str, length: int, fits: bool) -> None:
    data = b"x" * length
    coded = CODED[encoding](data)
    if fits:
        assert codec.decompress(coded, encoding, 1_000) == data
    else:
        with pytest.raises(TooLarge):
            codec.decompress(coded, encoding, 1_000)


@pytest.mark.parametrize(("length", "fits"), [(1_000, True), (1_001, False), (3 << 20, False)])
def test_a_frame_that_declares_no_size_is_read_up_to_the_limit(length: int, fits: bool) -> None:
    if fits:
        assert codec.decompress(_unsized(b"x" * length), "zstd", 1_000) == b"x" * length
    else:
        with pytest.raises(TooLarge):
            codec.decompress(_unsized(b"x" * length), "zstd", 1_000)
    assert codec.decompress(_unsized(b"x" * (3 << 20)), "zstd") == b"x" * (3 << 20)  # in several pieces


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"x", "br"),
        (b"x", "zstd"),
        (zstandard.compress(b"x") + b"y", "zstd"),
        (b"x", "gzip"),
        (zlib.compress(b"x"), "gzip"),
        (gzip.compress(b"x")[:-1], "gzip"),
        (gzip.compress(b"x") * 2, "gzip"),
        (b"\2" + zstandard.compress(b"x"), "x-lean"),  # as an earlier program sends it, which then sends it as zstd
    ],
)
def test_what_is_not_coded_as_it_says_is_refused(data: bytes, encoding: str) -> None:
    with pytest.raises(MalformedMessage):
        codec.decompress(data, encoding, 1_000)


@pytest.mark.parametrize(
    ("length", "hurried", "level"),
    [
        (3 * 1024, False, 12),
        (3 * 1024, True, 12),
        (3 * 1024 + 1, False, 15),
        (3 * 1024 + 1, True, 6),
        (128 * 1024, False, 15),
        (128 * 1024, True, 6),
        (128 * 1024 + 1, False, 2),
        (128 * 1024 + 1, True, 2),
    ],
)
def test_a_message_is_made_the_smaller_the_fewer_bytes_it_has(length: int, hurried: bool, level: int) -> None:
    drawn = random.Random(7)
    data = b" ".join(b"%d" % drawn.randrange(3_000) for _ in range(length // 4))[:length]
    assert len(data) == length
    assert codec.compressed(data, hurried=hurried) == zstandard.ZstdCompressor(level=level).compress(data)


def test_messages_are_bounded() -> None:
    assert (codec.MAX_MESSAGE_BYTES, codec.MAX_COMPRESSED_BYTES) == (16_777_216, 8_388_608)


@pytest.mark.parametrize("hurried", [False, True])
@pytest.mark.parametrize("length", [3 * 1024, 3 * 1024 + 1, 128 * 1024, 128 * 1024 + 1])
def test_a_message_of_any_size_is_one_frame(length: int, hurried: bool) -> None:
    data = ENTRY.raw_head * (length // len(ENTRY.raw_head) + 1)
    assert codec.decompress(codec.compressed(data[:length], hurried=hurried), "zstd") == data[:length]


def test_an_entry_goes_and_comes_as_a_line() -> None:
    assert codec.pushed_entry(codec.line(ENTRY)) == ENTRY
    stub = codec.pushed_entry(ENTRY.raw_head + b"\t")
    assert (stub.raw_head, stub.raw_body) == (ENTRY.raw_head, None)
    with pytest.raises(MalformedEntry):
        codec.pushed_entry(ENTRY.raw_head)
    (arrived,) = codec.arrived_entries([codec.arrived_line(ENTRY.raw_head, ENTRY.raw_body, 7, "not_member")])
    assert (arrived.entry, arrived.number, arrived.code) == (ENTRY, 7, "not_member")
    (arrived,) = codec.arrived_entries([codec.arrived_line(ENTRY.raw_head, None, 7, "")])
    assert (arrived.entry.raw_body, arrived.code) == (None, "")


@pytest.mark.parametrize(
    ("number", "read"),
    [(b"0", True), (b"9" * 19, True), (b"9" * 20, False), (b"-1", False), (b"", False), (b"x", False)],
)
def test_an_arrival_number_is_digits_of_a_length(number: bytes, read: bool) -> None:
    raw = b"%b\t%b\t%b\t" % (ENTRY.raw_head, ENTRY.raw_body or b"", number)
    if read:
        assert [each.number for each in codec.arrived_entries([raw])] == [int(number)]
    else:
        with pytest.raises(MalformedMessage):
            list(codec.arrived_entries([raw]))


@pytest.mark.parametrize("raw", [b"", b"x\ty\t1\t", b"a\tb\tc", b"a\tb\t1\tc\td"])
def test_a_line_that_is_no_entry_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedMessage):
        list(codec.arrived_entries([raw]))


def test_what_is_signed_says_what_it_is_for() -> None:
    said = [
        codec.succession_statement("t", "k"),
        codec.succession_statement("t", "l"),
        codec.succession_statement("u", "k"),
        codec.reattach_statement("t"),
        codec.reattach_statement("u"),
        codec.hello("a", "n"),
        codec.hello("a", "m"),
        codec.hello("b", "n"),
    ]
    assert len(set(said)) == len(said)
    assert all(isinstance(each, bytes) for each in said)


def test_a_question_is_named_by_the_device_and_where_it_asks_from() -> None:
    first = codec.question("d-1", _asked())
    assert len(first) == 16
    assert codec.question("d-1", _asked()) == first
    asked = _asked()
    others = [codec.question("d-2", asked)]
    for name, value in {"log": "other", "cursor": 7, "cursor_hash": "x", "positions": {"d-1": 1}}.items():
        others.append(codec.question("d-1", msgspec.structs.replace(asked, **{name: value})))
    assert len({first, *others}) == 6
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert codec.question("d", msgspec.structs.replace(asked, positions=one)) == codec.question(
        "d", msgspec.structs.replace(asked, positions=other)
    )


KEY, OTHER = keys.new_private_key(), keys.new_private_key()


@pytest.mark.parametrize(
    ("sign", "holds", "said"),
    [
        (codec.sign_scope, codec.scope_holds, Scope(version="1", person="p-1", role="group")),
        (codec.sign_terms, codec.terms_hold, Terms(version="1", person="p-1")),
    ],
)
def test_what_the_store_signed_holds_for_its_district_key_and_words_alone(sign: Any, holds: Any, said: Any) -> None:
    public = keys.public_key(KEY)
    signed = sign(KEY, "demo", said)
    assert holds(signed, "demo", public)
    assert sign(KEY, "demo", msgspec.structs.replace(said, sig="x")) == signed
    assert not holds(said, "demo", public)
    assert not holds(signed, "other", public)
    assert not holds(signed, "demo", keys.public_key(OTHER))
    assert not holds(msgspec.structs.replace(signed, version="2"), "demo", public)
    assert not holds(sign(OTHER, "demo", said), "demo", public)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({}, {"units": ["u-1"]}, {"u-1"}),
        ({"units": ["u-1"]}, {"units": ["u-2"]}, {"u-2"}),
        ({"units": ["u-1"]}, {"units": ["u-1"]}, set()),
        ({}, {"staff": True}, {"staff"}),
        ({"staff": True}, {"staff": True}, set()),
        ({"staff": True}, {}, set()),
    ],
)
def test_ledgers_that_enter_a_scope_are_fetched(old: dict[str, Any], new: dict[str, Any], wanted: set[str]) -> None:
    said = {"version": "1", "person": "p-1", "role": "group"}
    assert codec.entering(Scope(**said | old), Scope(**said | new)) == wanted
