"""An exchange by stick counts while it runs, and stops when it is told to, with nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.central.bundles.exchange import answer
from sync.central.service.store import open_store
from sync.client.bundle_exchange import read_answer, write_request
from sync.client.http import Cancelled, Progress
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


@pytest.fixture
def wang(live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Replica:
    """Six notes to send, an entry a part, and six of a colleague to fetch."""
    monkeypatch.setattr("sync.client.bundle_exchange._MESSAGE_BYTES", 1)
    laptops = [live.laptop(tmp_path / f"{who}.db", who) for who in ("wang", "li")]
    for laptop in laptops:
        exchange(laptop)
        for _ in range(6):
            edits.create(laptop, "liaison_note", "u-1", NOTE)
    exchange(laptops[1])
    laptops[1].close()
    return laptops[0]


def test_what_is_written_and_read_is_counted(live: District, wang: Replica, tmp_path: Path) -> None:
    told: list[Progress] = []
    request = write_request(wang, tmp_path, progress=told.append).path
    counted = [(each.done, each.total) for each in told if each.phase == "write"]
    assert sorted(set(counted)) == [(done, 6) for done in range(7)] == list(dict.fromkeys(counted))
    store = open_store(live.database)
    told.clear()
    read_answer(wang, answer(store, request, tmp_path).path, told.append)
    store.close()
    counted = [(each.done, each.total) for each in told if each.phase == "read"]
    assert (counted[0], counted[-1]) == ((0, 0), (6, 0))
    assert counted == sorted(counted)


def _once(told: list[Progress], after: int) -> Callable[[], bool]:
    """Says stop once it was told that often how far it is."""
    return lambda: len(told) > after


@pytest.mark.parametrize("after", [0, 3, 6])
def test_writing_that_is_stopped_leaves_no_file_and_everything_unsent(
    wang: Replica, tmp_path: Path, after: int
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    told: list[Progress] = []
    with pytest.raises(Cancelled):
        write_request(wang, stick, progress=told.append, stop=_once(told, after))
    assert list(stick.iterdir()) == []
    assert query.status(wang).pending == 6


def test_reading_that_is_stopped_anywhere_goes_on_with_the_same_file(
    live: District, wang: Replica, tmp_path: Path
) -> None:
    store = open_store(live.database)
    answered = answer(store, write_request(wang, tmp_path).path, tmp_path).path
    store.close()
    for after in range(1, 30):
        told: list[Progress] = []
        try:
            read_answer(wang, answered, told.append, _once(told, after))
        except Cancelled:
            assert verify(wang).breaks == []
            continue
        break
    assert after > 6
    assert query.status(wang).pending == 0
    assert query.history(wang, "u-1", "liaison_note").count == 12
    assert verify(wang).breaks == []
