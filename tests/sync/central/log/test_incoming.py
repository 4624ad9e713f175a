"""What a request brings, line by line, before any of it is kept: its place, its verdict, its seal."""

from __future__ import annotations

from typing import Any

import pytest

from sync.central.access.permissions import Access, Device, Person
from sync.central.log.incoming import PushBatch, Submitter, read_lines
from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Seal
from sync.protocol import codec

PRIVATE = keys.new_private_key()
WRITER = Submitter(device="d-1", person="p-1", key=keys.public_key(PRIVATE))
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}
HASH = chains.digest(b"x")


def _access(*, revoked: bool = False) -> Access:
    """An officer and her laptop."""
    return Access(
        number=1,
        day="2026-09-18",
        persons={"p-1": Person(id="p-1", name="甲", role="office")},
        devices={"d-1": Device(id="d-1", person="p-1", key=WRITER.key, revoked=revoked)},
    )


def _entry(seq: int = 1, **parts: Any) -> Entry:
    given: dict[str, Any] = {"ledger": "u-1", "device": "d-1", "seq": seq, "prev": HASH if seq != 1 else ""}
    given |= {"kind": "liaison_note", "record": f"n-{seq}", "fields": dict(NOTE), "by": "p-1"}
    return chains.compose(**given | {"at": "2026-09-18T09:00:00.000Z"} | parts)


def _seal(entry: Entry, private: str = PRIVATE, **parts: Any) -> Seal:
    head = entry.head
    place: dict[str, Any] = {"ledger": head.ledger, "device": head.device, "seq": head.seq, "hash": entry.hash} | parts
    return Seal(**place, sig=chains.make_seal(private, "demo", *place.values()).sig)


def _read(lines: list[bytes], seals: list[Seal] | None = None, *, revoked: bool = False) -> PushBatch:
    return read_lines(lines, seals or [], WRITER, _access(revoked=revoked), "demo")


def _verdicts(found: PushBatch) -> dict[str, list[tuple[int, str]]]:
    return {name: [(entry.head.seq, code) for entry, (code, _) in chain] for (name, _), chain in found.chains.items()}


@pytest.mark.parametrize("seq", [1, 2, 2**53])
def test_an_entry_has_its_place_in_the_chain_of_its_device(seq: int) -> None:
    entry = _entry(seq)
    found = _read([codec.line(entry)], [_seal(entry)])
    assert found.chains == {("u-1", "d-1"): [(entry, ("", ""))]}
    assert found.seals == {("u-1", "d-1"): _seal(entry)}
    assert (found.aside, found.damaged, found.foreign) == ([], [], [])


@pytest.mark.parametrize(
    "parts", [{"seq": 0}, {"seq": -1}, {"seq": 2**53 + 1}, {"ledger": "no ledger"}, {"ledger": ""}]
)
def test_what_has_no_place_in_a_ledger_is_put_aside(parts: dict[str, Any]) -> None:
    line = codec.line(_entry(**parts))
    found = _read([line])
    assert [(raw, code) for raw, code, _ in found.aside] == [(line, "malformed")]
    assert (found.chains, found.foreign, found.damaged) == ({}, [], [])


def test_a_head_of_another_version_of_the_format_is_put_aside() -> None:
    entry = _entry()
    line = codec.line(entry).replace(b'"v":1', b'"v":2')
    assert line != codec.line(entry)
    assert [code for _, code, _ in _read([line]).aside] == ["malformed"]


@pytest.mark.parametrize("line", [b"", b"\xff\xfe", b"{}\t{}", b"no head\t", b"\t{}"])
def test_a_line_that_cannot_be_read_is_put_aside_and_the_rest_goes_on(line: bytes) -> None:
    entry = _entry()
    found = _read([line, codec.line(entry)], [_seal(entry)])
    assert [(raw, code) for raw, code, _ in found.aside] == [(line, "malformed")]
    assert _verdicts(found) == {"u-1": [(1, "")]}


def test_a_head_that_came_without_its_tab_is_no_entry() -> None:
    line = codec.line(_entry()).partition(b"\t")[0]
    assert [raw for raw, _, _ in _read([line]).aside] == [line]


def test_damaged_content_keeps_its_place_and_its_bytes_are_put_aside() -> None:
    first, second = _entry(1), _entry(2)
    line = codec.line(first).replace("白天".encode(), "黑天".encode())
    found = _read([line, codec.line(second)], [_seal(second)])
    assert _verdicts(found) == {"u-1": [(1, "malformed"), (2, "")]}
    assert [(raw, code) for raw, code, _ in found.damaged] == [(line, "malformed")]
    assert found.aside == []


def test_another_device_s_entry_is_nobody_s_here() -> None:
    foreign = _entry(device="d-2")
    found = _read([codec.line(foreign)], [_seal(foreign)])
    assert (found.foreign, found.chains, found.aside) == ([foreign], {}, [])


def test_rights_come_first_and_each_chain_is_in_its_order() -> None:
    entries = [_entry(2), _entry(3), _entry(1), _entry(1, ledger="staff", kind="group", fields={"name": "组"})]
    entries.insert(0, _entry(1, ledger="u-0"))
    found = _read(
        [codec.line(each) for each in entries], [_seal(each) for each in (entries[2], entries[4], entries[0])]
    )
    assert list(_verdicts(found).items()) == [
        ("staff", [(1, "")]),
        ("u-0", [(1, "")]),
        ("u-1", [(1, ""), (2, ""), (3, "")]),
    ]


@pytest.mark.parametrize(
    ("seal", "code"),
    [
        ({}, ""),
        (None, "bad_seal"),
        ({"private": keys.new_private_key()}, "bad_seal"),
        ({"hash": HASH}, "bad_seal"),
        ({"seq": 1}, "bad_seal"),
        ({"ledger": "u-2"}, "bad_seal"),
        ({"device": "d-2"}, "bad_seal"),
    ],
)
def test_a_chain_without_its_device_s_seal_on_its_end_is_kept_apart(seal: dict[str, Any] | None, code: str) -> None:
    first, second = _entry(1), _entry(2)
    seals = [] if seal is None else [_seal(second, **seal)]
    found = _read([codec.line(first), codec.line(second)], seals)
    assert _verdicts(found) == {"u-1": [(1, code), (2, code)]}
    assert list(found.seals) == ([] if code else [("u-1", "d-1")])


def test_each_entry_is_judged_by_itself_and_by_its_device() -> None:
    good, wrong = _entry(1), _entry(2, fields=NOTE | {"mode": "telepathy"})
    lines = [codec.line(good), codec.line(wrong)]
    assert _verdicts(_read(lines, [_seal(wrong)])) == {"u-1": [(1, ""), (2, "invalid_fields")]}
    assert _verdicts(_read(lines, [_seal(wrong)], revoked=True)) == {
        "u-1": [(1, "device_revoked"), (2, "invalid_fields")]
    }
