"""Attachments at the store by themselves: what each device is told of a blob, which parts are kept, who gets them."""

from __future__ import annotations

import hashlib

import pytest

from sync.central.admin import staff
from sync.central.log import blobs
from sync.central.log.blobs import Held, WrongOffset
from sync.central.service.store import Denied, Edit, Store
from sync.protocol import blobs as blob_names
from tests.sync.central.pen import NOTE, Pen

PAPER = b"%PDF-1.7 paper"
SIZE = len(PAPER)
NAME = hashlib.sha256(PAPER).hexdigest()


def _put(pen: Pen, part: bytes = PAPER, offset: int = 0, size: int = SIZE, name: str = NAME) -> Held:
    return pen.store.attachments.put(pen.submitter, name, part, offset, size)


def _held(pen: Pen, name: str = NAME) -> Held:
    return pen.store.attachments.held(pen.submitter, name)


def _name_it(pen: Pen, unit: str = "u-1", **other: str) -> None:
    """Send a note that names the blob."""
    pen.send(
        pen.write(
            unit, NOTE | {f"attachment.{NAME}": {"file_name": "说明.pdf", "size": SIZE, "title": "附件"}}, **other
        )
    )


def _refused(pen: Pen, part: bytes = PAPER, offset: int = 0, size: int = SIZE, name: str = NAME) -> str:
    before = _held(pen, name)
    with pytest.raises(Denied) as refused:
        _put(pen, part, offset, size, name)
    assert _held(pen, name) == before
    return refused.value.code


def test_parts_are_kept_one_after_the_other_and_the_last_makes_it_whole(wang: Pen) -> None:
    assert _held(wang) == Held(offset=0)
    assert _put(wang, PAPER[:5]) == Held(offset=5)
    assert _held(wang) == Held(offset=5)
    whole = Held(offset=SIZE, size=SIZE, complete=True, attached=1)
    assert _put(wang, PAPER[5:], 5) == whole
    assert _held(wang) == whole
    assert _put(wang, PAPER[5:], 5) == whole, "sent once more"


@pytest.mark.parametrize("offset", [0, 4, 6])
def test_a_part_that_does_not_follow_what_is_held_is_told_where_to_go_on(wang: Pen, offset: int) -> None:
    _put(wang, PAPER[:5])
    with pytest.raises(WrongOffset) as refused:
        _put(wang, PAPER[offset:], offset)
    assert refused.value.held == Held(offset=5)


def test_bytes_the_name_does_not_stand_for_are_thrown_away(wang: Pen) -> None:
    _put(wang, b"x" * 5)
    with pytest.raises(Denied) as refused:
        _put(wang, b"x" * (SIZE - 5), 5)
    assert refused.value.code == "malformed"
    assert _held(wang) == Held(offset=0)
    assert _put(wang).complete


@pytest.mark.parametrize(
    ("part", "size", "code"),
    [
        (b"", SIZE, "too_large"),
        (b"abcd", 3, "too_large"),
        (b"x", blob_names.MAX_BLOB_BYTES + 1, "too_large"),
        (b"x", blob_names.MAX_BLOB_BYTES, ""),
        (b"abcd", 4, "malformed"),
        (b"abcd", 5, ""),
    ],
)
def test_no_more_is_kept_than_a_blob_may_be_and_its_device_has_said(
    wang: Pen, part: bytes, size: int, code: str
) -> None:
    if code:
        assert _refused(wang, part, 0, size) == code
    else:
        assert _put(wang, part, 0, size) == Held(offset=len(part))


@pytest.mark.parametrize(("room", "code"), [(10, ""), (9, "too_large")])
def test_a_device_may_leave_so_much_unfinished(
    wang: Pen, director: Pen, monkeypatch: pytest.MonkeyPatch, room: int, code: str
) -> None:
    monkeypatch.setattr(blobs, "WAITING_BYTES", room)
    _put(wang, b"x" * 6, name="a" * 64)
    _put(director, b"x" * 6, name="a" * 64)
    if code:
        assert _refused(wang, b"x" * 4) == code
    else:
        assert _put(wang, b"x" * 4) == Held(offset=4)


def test_what_is_whole_is_not_counted_as_unfinished(wang: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "WAITING_BYTES", SIZE)
    assert _put(wang).complete
    assert _put(wang, b"x" * SIZE, 0, SIZE + 1, "a" * 64) == Held(offset=SIZE)


# --- who is told, and gets it ----------------------------------------------------------------------------------------


def test_whoever_reads_an_entry_that_names_it_gets_it_and_nobody_else(store: Store, wang: Pen, director: Pen) -> None:
    zhao = Pen(store, "zhao")
    _put(wang)
    for pen in (wang, zhao, director):
        with pytest.raises(Denied) as refused:
            store.attachments.part(pen.submitter, NAME, 0)  # no entry names it yet
        assert refused.value.code == "not_found"
    assert [_held(pen).complete for pen in (wang, zhao, director)] == [True, False, False]
    _name_it(wang)
    for pen in (wang, director):
        assert store.attachments.part(pen.submitter, NAME, 0) == (PAPER, SIZE)
    with pytest.raises(Denied) as refused:
        store.attachments.part(zhao.submitter, NAME, 0)
    assert refused.value.code == "not_found"
    assert [_held(pen).complete for pen in (wang, zhao, director)] == [True, False, True]


def test_what_was_named_and_has_not_arrived_is_not_there(store: Store, wang: Pen) -> None:
    _name_it(wang)
    _put(wang, PAPER[:5])
    with pytest.raises(Denied) as refused:
        store.attachments.part(wang.submitter, NAME, 0)
    assert refused.value.code == "not_found"


def test_an_entry_that_is_kept_apart_gives_nobody_what_it_names(store: Store, wang: Pen, director: Pen) -> None:
    _put(wang)
    _name_it(wang, "u-3")
    for pen in (wang, director, Pen(store, "zhao")):
        with pytest.raises(Denied):
            store.attachments.part(pen.submitter, NAME, 0)


@pytest.mark.parametrize(
    ("offset", "rest"), [(0, PAPER), (4, PAPER[4:]), (5, PAPER[5:]), (SIZE - 1, b"r"), (SIZE, b"")]
)
def test_a_part_is_given_from_any_byte_on(store: Store, wang: Pen, offset: int, rest: bytes) -> None:
    _put(wang, PAPER[:5])
    _put(wang, PAPER[5:], 5)
    _name_it(wang)
    assert store.attachments.part(wang.submitter, NAME, offset) == (rest, SIZE)


def test_at_most_so_much_is_given_at_once(store: Store, wang: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "PART_BYTES", 6)
    _put(wang, PAPER[:5])
    _put(wang, PAPER[5:], 5)
    _name_it(wang)
    parts = [store.attachments.part(wang.submitter, NAME, offset)[0] for offset in (0, 6, 12)]
    assert parts == [PAPER[:6], PAPER[6:12], PAPER[12:]]


def test_the_same_from_two_devices_is_kept_once_and_counts_for_both(store: Store, wang: Pen, director: Pen) -> None:
    _put(director, PAPER[:5])
    _put(wang)
    assert _put(director, PAPER[5:], 5).complete
    _name_it(wang)
    assert _held(director).attached == 0, "neither sent nor named by it"
    _name_it(director)
    assert (_held(wang).attached, _held(director).attached) == (1, 1)


def test_a_device_that_follows_another_goes_on_with_what_that_one_had_sent(store: Store, wang: Pen) -> None:
    _put(wang)
    _name_it(wang)
    later = Pen(store, "wang")
    assert _held(later).attached == 0
    staff.put(store, [Edit(ledger="staff", kind="device", record=later.device, fields={"succeeds": wang.device})])
    assert _held(later).attached == 1
