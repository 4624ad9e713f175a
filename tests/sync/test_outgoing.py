"""What a push sends: chain by chain, within its limits, and larger messages only where an answer comes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync import limits, wire
from sync.exchange import exchange
from sync.ledger import read_entry
from sync.outgoing import START, newest, next_batch, pending
from sync.replica import Replica, append, query
from sync.transport import Transport
from tests.store import District
from tests.sync.laptops import give_unit, new_laptop

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习。" * 8}


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    """Six notes, written in three units in turn."""
    replica = new_laptop(tmp_path / "laptop.db")
    for unit in ("u-1", "u-2", "u-3"):
        give_unit(replica, unit)
    for _ in range(2):
        for unit in ("u-1", "u-2", "u-3"):
            append.create(replica, "liaison_note", unit, NOTE)
    return replica


def _places(lines: list[bytes]) -> list[tuple[str, int]]:
    heads = [read_entry(line.partition(b"\t")[0], None).head for line in lines]
    return [(head.ledger, head.seq) for head in heads]


def test_what_is_pending_goes_chain_by_chain_with_one_seal_for_each(laptop: Replica) -> None:
    with laptop:
        whole = next_batch(laptop, START, 1 << 20, 100)
        assert _places(whole.lines) == [(f"u-{unit}", seq) for unit in (1, 2, 3) for seq in (1, 2)]
        assert [(seal.ledger, seal.seq) for seal in whole.seals] == [("u-1", 2), ("u-2", 2), ("u-3", 2)]
        assert not whole.more


def test_a_batch_ends_at_its_limits_and_the_next_begins_behind_it(laptop: Replica) -> None:
    with laptop:
        first = next_batch(laptop, START, 1 << 20, 3)
        assert _places(first.lines) == [("u-1", 1), ("u-1", 2), ("u-2", 1)]
        assert [(seal.ledger, seal.seq) for seal in first.seals] == [("u-1", 2), ("u-2", 1)]
        assert first.more
        assert pending(laptop, first.last) == 3
        second = next_batch(laptop, first.last, 1, 100)  # whatever the limit, one gets through
        assert (_places(second.lines), second.more) == ([("u-2", 2)], True)
        third = next_batch(laptop, second.last, 1 << 20, 100)
        assert (_places(third.lines), third.more) == ([("u-3", 1), ("u-3", 2)], False)
        assert pending(laptop, third.last) == 0
        assert next_batch(laptop, third.last, 1 << 20, 100).lines == []


def test_a_chain_that_waits_is_left_out_from_its_place_on(laptop: Replica) -> None:
    with laptop:
        batch = next_batch(laptop, START, 1 << 20, 100, [("u-2", "d-1", 2), ("u-3", "d-1", 1)])
        assert _places(batch.lines) == [("u-1", 1), ("u-1", 2), ("u-2", 1)]
        assert pending(laptop, START, [("u-2", "d-1", 2), ("u-3", "d-1", 1)]) == 3


def test_the_newest_unsent_entry_and_the_oldest_are_found_by_when_they_were_written(laptop: Replica) -> None:
    with laptop:
        rows = laptop.connection.execute("SELECT id, seq FROM entry WHERE number IS NULL ORDER BY id").fetchall()
        assert newest(laptop) == rows[-1][0]
        first = append.create(laptop, "liaison_note", "u-1", NOTE)  # in the first chain, and yet the newest
        assert newest(laptop) == rows[-1][0] + 1
        laptop.connection.execute("UPDATE entry SET number = 1 WHERE record <> ?", (first.record,))
        assert newest(laptop) == rows[-1][0] + 1
        assert query.status(laptop).pending == 1


@pytest.mark.parametrize(("at_once", "messages"), [(60.0, 3), (-1.0, 5)])
def test_messages_grow_by_as_much_as_the_line_is_quick(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: float, messages: int
) -> None:
    """Every message carries as much as the answers before it allow; the larger one made ahead is not sent otherwise."""
    sent: list[int] = []
    plain = Transport.sync

    def sync(self: Transport, message: bytes, written: bytes = b"") -> bytes:
        _, lines = wire.unpack(wire.decompress(message, "zstd"), wire.SyncRequest)
        sent.append(sum(map(len, lines)))
        return plain(self, message, written)

    monkeypatch.setattr(limits, "_FIRST_BYTES", 1_500)
    monkeypatch.setattr(limits, "_AT_ONCE", at_once)
    with live.laptop(tmp_path / "laptop.db", "wang") as wang:
        exchange(wang)
        for _ in range(30):
            append.create(wang, "liaison_note", "u-1", NOTE)
        monkeypatch.setattr(Transport, "sync", sync)
        assert exchange(wang).pushed == 30
        assert query.status(wang).pending == 0
    growth = 8 if at_once > 0 else 2
    assert len(sent) == messages
    assert all(size <= 1_500 * growth**turn for turn, size in enumerate(sent))
