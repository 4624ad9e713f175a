"""Answers to another question, that come twice or never end; doors before the store that take little at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from sync.client import batch_size, http
from sync.client.session import Cancelled, ExchangeError, NoConnection, exchange
from sync.replica import Replica, query
from sync.replica.editing import attachments, edits
from sync.replica.maintenance.verify import verify
from tests.faults.conftest import NOTE
from tests.faults.kills import copied, without_waiting
from tests.faults.proxy import Fault, Proxy, Spoiler, answered_twice, narrow, repeated, skipped, spoiled
from tests.store import District

LONG = NOTE | {"content": "白天生产忙, 改为晚间小组学习" * 40}
NOTES = 12  # of each writer: more than a page of these tests


@pytest.fixture
def proxy(live: District, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A road to the store, on which pages are small and nobody waits."""
    monkeypatch.setattr(batch_size, "_FIRST_BYTES", 2048)
    monkeypatch.setattr(batch_size, "_AT_ONCE", 0.0)  # and stay small
    monkeypatch.setattr(batch_size, "_QUICK", 0.0)
    with spoiled(live.address) as road, without_waiting():
        yield road


def _by(proxy: Proxy, laptop: Replica) -> None:
    laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=proxy.address))


def _write(laptop: Replica, unit: str = "u-1", notes: int = NOTES) -> None:
    for _ in range(notes):
        edits.create(laptop, "liaison_note", unit, LONG)


@pytest.mark.parametrize("fault", [repeated, skipped], ids=lambda each: each.__name__)
def test_a_page_that_comes_again_or_is_passed_over_makes_no_hole(
    live: District, tmp_path: Path, proxy: Proxy, fault: Fault
) -> None:
    joined = tmp_path / "joined" / "a.db"
    joined.parent.mkdir()
    live.laptop(joined, "wang").close()
    with live.laptop(tmp_path / "b.db", "li") as li, live.laptop(tmp_path / "c.db", "director") as director:
        for writer in (li, director):
            exchange(writer)
            _write(writer, "u-2", notes=1)  # a chain that a page holds whole: no hole in it would show
            _write(writer, "u-1", notes=3)
            exchange(writer)
    for page in range(1, 9):
        with Replica.open(copied(joined, tmp_path / str(page))) as wang:
            _by(proxy, wang)
            proxy.faults.extend([Spoiler.carry] * page + [fault])
            with suppress(NoConnection):
                exchange(wang)
            exchange(wang)
            assert not proxy.faults, "the fault was met"
            held = [query.history(wang, unit, "liaison_note").count for unit in ("u-1", "u-2")]
            assert held == [6, 2], page
            assert verify(wang).breaks == []


def test_an_answer_meant_for_another_laptop_is_not_taken(live: District, tmp_path: Path, proxy: Proxy) -> None:
    def of_another(line: Spoiler, _: bytes) -> None:
        line.wfile.write(line.server.answers[-1])

    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "zhao") as zhao:
        for laptop in (wang, zhao):
            _by(proxy, laptop)
        exchange(wang)
        exchange(zhao)
        before = query.units(wang).count
        proxy.faults.append(of_another)
        with pytest.raises(NoConnection):
            exchange(wang)
        assert query.units(wang).count == before
        with live.laptop(tmp_path / "c.db", "li") as li:  # one that has read nothing yet
            _by(proxy, li)
            exchange(zhao)
            proxy.faults.append(of_another)
            with pytest.raises(NoConnection):
                exchange(li)
            exchange(li)
            assert query.units(li).count == before


def test_an_answer_that_comes_twice_is_not_taken_for_the_next(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        for writer in (wang, director):
            exchange(writer)
            _write(writer)
        exchange(director)
        _by(proxy, wang)
        proxy.standing = answered_twice
        for _ in range(20):
            with suppress(ExchangeError):
                exchange(wang)
                break
        proxy.standing = None
        exchange(wang)
        assert query.history(wang, "u-1", "liaison_note").count == 2 * NOTES
        assert query.status(wang).acknowledged == NOTES
        exchange(director)
        assert query.history(director, "u-1", "liaison_note").count == 2 * NOTES


@pytest.mark.parametrize("most", [100_000, 8_000, 2_500])
def test_through_a_door_that_takes_little_everything_goes_in_pieces(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    with (
        live.laptop(tmp_path / "a.db", "wang") as wang,
        spoiled(live.address) as proxy,
        without_waiting(),
    ):
        exchange(wang)
        _by(proxy, wang)
        for number in range(60):
            content = "".join(chr(0x4E00 + (number * 977 + each * 7919) % 20_000) for each in range(250))
            edits.create(wang, "liaison_note", "u-1", NOTE | {"content": content})
        paper = tmp_path / "paper.pdf"
        paper.write_bytes(b"%PDF-" + bytes(range(256)) * 40)
        record = edits.create(wang, "liaison_note", "u-2", NOTE).record
        attachments.attach(wang, record, paper, "附件")
        proxy.standing = narrow(most)
        result = exchange(wang)
        assert (result.pushed, result.attached, query.status(wang).pending) == (62, 1, 0)
        assert bool(proxy.injected) is (most < 100_000)


def test_a_door_that_takes_not_even_one_record_is_said_and_ends(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        _by(proxy, wang)
        _write(wang)
        proxy.standing = narrow(10)
        with pytest.raises(NoConnection) as said:
            exchange(wang)
        assert (said.value.code, query.status(wang).pending) == ("too_large", NOTES)
        proxy.standing = None
        assert exchange(wang).pushed == NOTES


def _a_byte_a_second(line: Spoiler, body: bytes) -> None:
    """As slow, against a pace that is as much faster."""
    for byte in line.ask(body):
        with suppress(OSError):
            line.wfile.write(bytes([byte]))
        time.sleep(0.002)


def test_an_answer_of_a_byte_a_second_ends_and_can_be_stopped(
    live: District, tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(li)
        _write(li)
        exchange(li)
        _by(proxy, wang)
        proxy.standing = _a_byte_a_second
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            exchange(wang, stop=lambda: time.monotonic() > begun + 0.7)  # the head alone takes half as long
        assert time.monotonic() < begun + 3
        monkeypatch.setattr(http, "_GRACE_SECONDS", 0.1)
        monkeypatch.setattr(http, "_LEAST_RATE", 5_000.0)
        with pytest.raises(NoConnection):
            exchange(wang)
        proxy.standing = None
        exchange(wang)
        assert query.history(wang, "u-1", "liaison_note").count == NOTES
