"""Attachments by stick: there and back, over several trips if they are large, checked, and told as over the line."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sync.central.admin import staff
from sync.central.bundles.exchange import answer
from sync.central.service.store import Store, open_store
from sync.client.attachments import fetch
from sync.client.bundle_attachments import Piece, packed
from sync.client.bundle_exchange import read_answer, write_request
from sync.client.session import exchange
from sync.ledger import keys
from sync.protocol.blobs import PART_BYTES
from sync.protocol.bundle import BLOB, BadBundle, Bundle, BundleWriter
from sync.replica import Replica, query
from sync.replica.editing import attachments, edits
from sync.replica.maintenance.verify import verify
from tests.faults.killing import forked
from tests.faults.test_stick import _laptop
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
KIB = 1024


@pytest.fixture
def store(live: District) -> Iterator[Store]:
    """The district's store, opened beside the process that serves it."""
    opened = open_store(live.database)
    yield opened
    opened.close()


@pytest.fixture
def laptops(store: Store, live: District, tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two supervisors of one group, who have had an answer by stick each."""
    with (
        _laptop(store, tmp_path / "wang.db", live.people["wang"], live.address) as wang,
        _laptop(store, tmp_path / "li.db", live.people["li"], live.address) as li,
    ):
        for laptop in (wang, li):
            _trip(store, laptop, tmp_path)
        yield wang, li


def _trip(store: Store, laptop: Replica, folder: Path, most: int = 64 * KIB * KIB) -> tuple[int, int]:
    """There and back: how many attachments the office now holds, and how many came whole with it."""
    request = write_request(laptop, folder, most).path
    result = read_answer(laptop, answer(store, request, folder / f"{random.randrange(2**60)}.answer").path)
    return result.attached, result.fetched


def _attach(laptop: Replica, folder: Path, size: int) -> str:
    content = b"%PDF-1.7 " + random.Random(size).randbytes(size)
    paper = folder / f"{size}.pdf"
    paper.write_bytes(content)
    attachments.attach(laptop, edits.create(laptop, "liaison_note", "u-1", NOTE).record, paper, "附上")
    return hashlib.sha256(content).hexdigest()


def _holds(laptop: Replica, name: str) -> bool:
    return hashlib.sha256(b"".join(attachments.content(laptop, name))).hexdigest() == name


def test_there_and_to_a_colleague_in_one_trip_each(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    wang, li = laptops
    names = [_attach(wang, tmp_path, size) for size in (10, 700 * KIB)]
    written = write_request(wang, tmp_path)
    assert (written.entries, written.attachments, written.unfinished) == (4, 2, 0)
    assert [name for name, _ in attachments.unsent(wang)] == names  # until the office says that it holds them
    done = answer(store, written.path, tmp_path / "a.answer")
    assert (done.attached, done.fetched) == (2, 0)
    assert read_answer(wang, done.path).attached == 2
    assert attachments.unsent(wang) == []
    assert _trip(store, li, tmp_path) == (0, 2)  # with the records that name them
    assert all(_holds(li, name) for name in names)
    for laptop in laptops:
        assert verify(laptop).breaks == []
        assert _trip(store, laptop, tmp_path) == (0, 0)


def test_a_large_one_goes_over_several_trips_each_way(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    wang, li = laptops
    name = _attach(wang, tmp_path, 1_000 * KIB)
    limits = [300 * KIB, 1, PART_BYTES, 300 * KIB, 400 * KIB]
    out = []
    for most in limits:
        written = write_request(wang, tmp_path, most)
        assert written.bytes < most + 40 * KIB  # the bound is one on what is written
        done = answer(store, written.path, tmp_path / f"{random.randrange(2**60)}.answer")
        out.append((written.unfinished, read_answer(wang, done.path).attached))
    assert out == [(1, 0), (1, 0), (1, 0), (1, 0), (0, 1)]
    back = [_trip(store, li, tmp_path, most)[1] for most in limits]
    assert back == [0, 0, 0, 0, 1]
    assert _holds(li, name)


def test_line_and_stick_go_on_where_the_other_stopped(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    wang, li = laptops
    name = _attach(wang, tmp_path, 600 * KIB)
    assert _trip(store, wang, tmp_path, 300 * KIB) == (0, 0)
    assert exchange(wang).attached == 1
    assert _trip(store, li, tmp_path, 300 * KIB) == (0, 0)
    fetch(li, name)
    assert _holds(li, name)
    assert _trip(store, li, tmp_path) == (0, 0)


def test_requests_that_overtake_each_other_and_answers_read_twice_do_no_harm(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    wang, _ = laptops
    name = _attach(wang, tmp_path, 600 * KIB)
    first, second = (write_request(wang, tmp_path, most).path for most in (300 * KIB, 500 * KIB))
    answers = [answer(store, each, tmp_path / f"{number}.answer").path for number, each in enumerate((second, first))]
    again = answer(store, second, tmp_path / "again.answer").path
    read_answer(wang, answers[1])
    for path in (answers[0], again, answers[1]):
        with suppress(BadBundle):
            read_answer(wang, path)
    while _trip(store, wang, tmp_path, 100 * KIB) == (0, 0):
        pass
    assert attachments.unsent(wang) == []
    assert store.attachments.held(store.enrolment.known_by_certificate(wang.joined().device, None), name).complete


def test_killed_at_every_point_of_reading_an_answer_the_next_trips_bring_the_rest(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    from tests.faults.killing import AtPoint

    wang, li = laptops
    name = _attach(wang, tmp_path, 600 * KIB)
    _trip(store, wang, tmp_path)
    path = answer(store, write_request(li, tmp_path).path, tmp_path / "li.answer").path
    li.close()

    def read(time: int) -> Callable[[Callable[[str], None]], None]:
        def do(tell: Callable[[str], None]) -> None:
            AtPoint("laptop.written", time, tell)
            with Replica.open(tmp_path / "li.db") as replica:
                read_answer(replica, path)

        return do

    killed = sum(forked(read(time)).was_killed for time in (1, 2, 3, 4, 5))
    assert killed >= 3
    with Replica.open(tmp_path / "li.db") as again:
        with suppress(BadBundle):  # read to its end already, by one that was not killed
            read_answer(again, path)
        while not attachments.is_here(again, name):
            _trip(store, again, tmp_path)
        assert _holds(again, name)
        assert verify(again).breaks == []


def _forged(laptop: Replica, source: Path, target: Path, *parts: bytes) -> Path:
    """The same request with other attachments, signed by the laptop that wrote it."""
    bundle = Bundle.open(source, "request", laptop.joined().district)
    with BundleWriter(target, bundle.header, keys.signer_address(laptop.joined().store_key)) as forged:
        for part in parts:
            forged.add(BLOB, part)
        forged.finish(laptop.joined().private_key)
    return target


def test_bytes_that_are_not_what_their_name_says_are_not_taken(
    store: Store, laptops: tuple[Replica, Replica], tmp_path: Path
) -> None:
    wang, _ = laptops
    content = b"%PDF-1.7 true"
    name = hashlib.sha256(content).hexdigest()
    source = write_request(wang, tmp_path).path
    piece = Piece(name=name, offset=0, size=len(content))
    for number, part in enumerate((packed(piece, b"%PDF-1.7 lies"), packed(piece, content + b"more"))):
        target = _forged(wang, source, tmp_path / f"{number}.request", part)
        assert answer(store, target, tmp_path / f"{number}.answer").attached == 0
    for number, part in enumerate((
        b"", b"{}", b"\n", packed(Piece(name="../../etc/passwd", offset=0, size=1), b"x"),
        packed(Piece(name=name, offset=-1, size=5), b"x"), packed(Piece(name=name, offset=0, size=2**40), b"x"),
    )):  # fmt: skip
        target = _forged(wang, source, tmp_path / f"bad-{number}.request", part)
        with pytest.raises(BadBundle) as refused:
            answer(store, target, tmp_path / f"bad-{number}.answer")
        assert refused.value.code == "bundle_damaged"
    writer = store.enrolment.known_by_certificate(wang.joined().device, None)
    assert store.attachments.held(writer, name).offset == 0


def test_who_was_revoked_or_may_not_read_is_given_no_attachment(
    store: Store, laptops: tuple[Replica, Replica], live: District, tmp_path: Path
) -> None:
    wang, li = laptops
    name = _attach(wang, tmp_path, 300 * KIB)
    _trip(store, wang, tmp_path)
    with _laptop(store, tmp_path / "zhao.db", live.people["zhao"]) as zhao:
        _trip(store, zhao, tmp_path)
        edits.create(zhao, "liaison_note", "u-3", NOTE | {"content": "x"})
        forged = f'{{"attachment.{name}":{{"name":"a.pdf"}}}}'
        with zhao.transaction() as connection:  # a laptop that asks for what no record it may read names
            connection.execute("UPDATE record SET fields = ? WHERE ledger = 'u-3' AND kind = 'liaison_note'",
                               (forged.encode(),))  # fmt: skip
        assert [each for each, _ in attachments.missing(zhao)] == [name]
        assert _trip(store, zhao, tmp_path) == (0, 0)
        assert not attachments.is_here(zhao, name)
    other = _attach(li, tmp_path, 200 * KIB)
    request = write_request(li, tmp_path).path
    staff.revoke(store, li.joined().device)
    done = answer(store, request, tmp_path / "revoked.answer")
    assert (done.refusal, done.attached, done.fetched) == ("device_revoked", 0, 0)
    assert query.status(li).pending == 2
    assert [each for each, _ in attachments.unsent(li)] == [other]
