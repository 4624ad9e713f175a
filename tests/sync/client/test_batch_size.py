"""How large the messages of a push are: larger ones only where an answer comes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client import batch_size
from sync.client.http import StoreClient
from sync.client.session import exchange
from sync.protocol import codec
from sync.replica import query
from sync.replica.editing import edits
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习。" * 8}


@pytest.mark.parametrize(("at_once", "messages"), [(60.0, 3), (-1.0, 5)])
def test_messages_grow_by_as_much_as_the_line_is_quick(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: float, messages: int
) -> None:
    """Every message carries as much as the answers before it allow; the larger one made ahead is not sent otherwise."""
    sent: list[int] = []
    plain = StoreClient.sync

    def sync(self: StoreClient, message: bytes) -> bytes:
        _, lines = codec.unpack(codec.decompress(message, "zstd"), codec.SyncRequest)
        sent.append(sum(map(len, lines)))
        return plain(self, message)

    monkeypatch.setattr(batch_size, "_FIRST_BYTES", 1_500)
    monkeypatch.setattr(batch_size, "_AT_ONCE", at_once)
    with live.laptop(tmp_path / "laptop.db", "wang") as wang:
        exchange(wang)
        for _ in range(30):
            edits.create(wang, "liaison_note", "u-1", NOTE)
        monkeypatch.setattr(StoreClient, "sync", sync)
        assert exchange(wang).pushed == 30
        assert query.status(wang).pending == 0
    growth = 8 if at_once > 0 else 2
    assert len(sent) == messages
    assert all(size <= 1_500 * growth**turn for turn, size in enumerate(sent))
